"""Who has heard what, asked of the database: whether a step of the ladder has anybody left to tell about a task.

Every condition is about the row of `task` in the query around it. What it cannot see (absent people, units that have
ended, overseers who stand higher up) counts as not heard: `decide` then looks at the task itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.models import Role
from tracker.notify.facts import TO_OWNERS
from tracker.people.officers import Chains, load_chains
from tracker.people.units import stands_on
from tracker.rules.escalation import Rung, RungName, Target

TASK, SAID, UNIT, APPOINTMENT, ABSENCE, ACKNOWLEDGEMENT = (
    SQLModel.metadata.tables[name] for name in ("task", "said", "unit", "appointment", "absence", "acknowledgement")
)
LEAD, PLACE = TASK.c.lead_unit_id, sa.func.coalesce(TASK.c.place_unit_id, TASK.c.lead_unit_id)
UNIT_OF = {Target.CONTACT: LEAD, Target.HEAD: LEAD, Target.OVERSEER: PLACE}
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a day before any task is looked at. chains: the standing office and the chair; have_ended: whether
    there are units that do not stand today; counts: which rows of Said count, None for all."""

    today: date
    chains: Chains
    have_ended: bool
    counts: Condition | None

    @classmethod
    def of(cls, session: Session, *, counts: Condition | None, today: date) -> "Heard":
        """A few small queries."""
        ended = session.scalar(sa.select(UNIT.c.id).where(sa.not_(stands_on(today))).limit(1))
        return cls(today, load_chains(session, on=today, units=()), ended is not None, counts)

    def unanswered_days(self) -> sa.ColumnElement[int]:
        """On how many days the owner was written to since the date and the last report."""
        days = sa.select(sa.func.count(SAID.c.said_on.distinct())).where(
            SAID.c.task_id == TASK.c.id,
            SAID.c.rung.in_(sorted(TO_OWNERS)),
            sa.or_(TASK.c.due_on.is_(None), SAID.c.said_on > TASK.c.due_on),
            sa.or_(TASK.c.last_report_on.is_(None), SAID.c.said_on > TASK.c.last_report_on),
            *self._counting(),
        )
        return days.scalar_subquery()

    def by_all(self, rung: Rung, label: str, *, or_noted: bool = False) -> Condition:
        """Whether everybody whom a step of `rung` with this label would tell has heard it, and there is somebody.

        or_noted: who has taken note, and whose note holds, need not have heard it.
        """
        if not rung.to:
            return sa.false()
        is_noted = rung.name is RungName.OVERSEER
        heard = [self._by(target, label, is_noted, or_noted, is_alone=len(rung.to) == 1) for target in rung.to]
        return sa.and_(*heard, sa.not_(self._noted_by_absent())) if is_noted else sa.and_(*heard)

    def run_out(self, label: str) -> Condition:
        """Whether somebody's note of this date has run out who has not heard `label` since, or who is absent."""
        officer = ACKNOWLEDGEMENT.c.officer_id
        other = ACKNOWLEDGEMENT.alias()
        heard = sa.or_(self._was_said(officer, _key(label, self._round(officer, other))), self._holds(officer, other))
        is_deaf = sa.not_(heard)
        if self.chains.substitutes:
            is_deaf = sa.or_(is_deaf, self._is_absent(officer))
        return sa.exists().where(*self._ran_out(ACKNOWLEDGEMENT), is_deaf).correlate(TASK)

    def ran_out(self) -> Condition:
        """Whether anybody's note of this date has run out."""
        return sa.exists().where(*self._ran_out(ACKNOWLEDGEMENT)).correlate(TASK)

    def _by(self, target: Target, label: str, is_noted: bool, or_noted: bool, *, is_alone: bool) -> Condition:
        """Whether all who are this target today have heard, and there is one; heads beside contacts may be missing."""
        if target in (Target.OFFICE, Target.CHAIR):
            officers = [sa.literal(one) for one in self.chains.anywhere(Role(target))]
            heard = (self._one(officer, label, is_noted, or_noted) for officer in officers)
            return sa.and_(sa.true() if officers else sa.false(), *heard)
        heard = self._one(APPOINTMENT.c.officer_id, label, is_noted, or_noted)
        if self.chains.substitutes:  # somebody else is told then: not to be seen here
            heard = sa.and_(heard, sa.not_(self._is_absent(APPOINTMENT.c.officer_id)))
        least = sa.select(sa.func.min(sa.case((heard, 1), else_=0))).select_from(APPOINTMENT)
        of_nobody = 1 if target is Target.HEAD and not is_alone else 0
        least = least.where(*self._holders(target)).correlate_except(APPOINTMENT)
        all_heard = sa.func.coalesce(least.scalar_subquery(), of_nobody) == 1
        return sa.and_(all_heard, self._stands(UNIT_OF[target])) if self.have_ended else all_heard

    def _one(self, officer: sa.ColumnElement[int], label: str, is_noted: bool, or_noted: bool) -> Condition:
        if not is_noted:
            return self._was_said(officer, _key(label, sa.literal("0")))
        heard = self._was_said(officer, _key(label, self._round(officer, ACKNOWLEDGEMENT)))
        return sa.or_(heard, self._holds(officer, ACKNOWLEDGEMENT)) if or_noted else heard

    def _was_said(self, officer: sa.ColumnElement[int], key: sa.ColumnElement[str]) -> Condition:
        said = sa.exists().where(
            SAID.c.task_id == TASK.c.id, SAID.c.officer_id == officer, SAID.c.key == key, *self._counting()
        )
        return said.correlate(TASK, APPOINTMENT, ACKNOWLEDGEMENT)

    def _counting(self) -> tuple[Condition, ...]:
        return () if self.counts is None else (self.counts,)

    def _holders(self, target: Target) -> tuple[Condition, ...]:
        return (
            APPOINTMENT.c.unit_id == UNIT_OF[target],
            APPOINTMENT.c.role == Role(target),
            APPOINTMENT.c.valid_from <= self.today,
            sa.or_(APPOINTMENT.c.valid_to.is_(None), APPOINTMENT.c.valid_to >= self.today),
        )

    def _round(self, officer: sa.ColumnElement[int], notes: sa.FromClause) -> sa.ColumnElement[str]:
        """How many notes of this officer for this date have run out, as the keys have it."""
        mine = (*self._ran_out(notes), notes.c.officer_id == officer)
        count = sa.select(sa.func.count()).select_from(notes).where(*mine).correlate_except(notes)
        return sa.cast(count.scalar_subquery(), sa.String)

    def _holds(self, officer: sa.ColumnElement[int], notes: sa.FromClause) -> Condition:
        holds = sa.select(sa.literal(1)).select_from(notes).where(
            *_of_this_date(notes), notes.c.officer_id == officer, notes.c.expires_on >= self.today
        )  # fmt: skip
        return holds.correlate_except(notes).exists()

    def _noted_by_absent(self) -> Condition:
        """What an absent overseer noted counts for whoever stands in: how often it ran out is not to be seen here."""
        if not self.chains.substitutes:
            return sa.false()
        absent = self._is_absent(ACKNOWLEDGEMENT.c.officer_id)
        return sa.exists().where(*self._ran_out(ACKNOWLEDGEMENT), absent).correlate(TASK)

    def _ran_out(self, notes: sa.FromClause) -> tuple[Condition, ...]:
        return (*_of_this_date(notes), notes.c.expires_on < self.today)

    def _is_absent(self, officer: sa.ColumnElement[int]) -> Condition:
        absent = sa.exists().where(
            ABSENCE.c.officer_id == officer,
            ABSENCE.c.valid_from <= self.today,
            sa.or_(ABSENCE.c.valid_to.is_(None), ABSENCE.c.valid_to >= self.today),
        )
        return absent.correlate_except(ABSENCE)

    def _stands(self, unit: sa.ColumnElement[Any]) -> Condition:
        """The work of a unit that has ended is with another one: not to be seen here."""
        return unit.not_in(sa.select(UNIT.c.id).where(sa.not_(stands_on(self.today))))


def _key(label: str, round_number: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """See `said_key` in the rules."""
    due_on = sa.func.coalesce(sa.cast(TASK.c.due_on, sa.String), "-")
    return sa.literal(f"{label}@") + due_on + sa.literal("#") + round_number


def _of_this_date(notes: sa.FromClause) -> tuple[Condition, ...]:
    return notes.c.task_id == TASK.c.id, notes.c.due_on.is_not_distinct_from(TASK.c.due_on)
