"""Which tasks could say anything today: one query that leaves out those that surely have nothing new to say.

Of a hundred tasks that are late, most were spoken of yesterday. To rule on them costs facts, chains and verdicts; to see
in the database that all who would be told have been told costs a look into an index. What stays is a superset: `decide`
alone rules, and tests/notify/test_narrowing.py holds both against each other. docs/decisions/0070 says why each
condition is safe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.models import Kind, Role
from tracker.notify.early import may_warn_early
from tracker.people.officers import Chains, load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import HEIGHT, Ladder, Rung, RungName, Target
from tracker.rules.spans import climbs, spans

TASK, SAID, UNIT, APPOINTMENT, ABSENCE, ACKNOWLEDGEMENT = (
    SQLModel.metadata.tables[name] for name in ("task", "said", "unit", "appointment", "absence", "acknowledgement")
)
TO_OWNERS = ("remind", "head", "digest")  # the rungs whose letters ask the owner for an answer
LEAD, PLACE = TASK.c.lead_unit_id, sa.func.coalesce(TASK.c.place_unit_id, TASK.c.lead_unit_id)
UNIT_OF = {Target.CONTACT: LEAD, Target.HEAD: LEAD, Target.OVERSEER: PLACE}


def tasks_that_may_speak(
    session: Session, ladder: Ladder, calendar: WorkingCalendar, *, today: date
) -> list[tuple[int, int, int | None]]:
    """Number, lead unit and place of every task about which `decide` could have something to say today, by number."""
    if not calendar.is_working(today):
        return []
    early = may_warn_early(ladder, calendar, today)
    quiet = _Quiet(ladder, today, load_chains(session, on=today, units=()), early)
    columns = (TASK.c.id, TASK.c.lead_unit_id, TASK.c.place_unit_id)
    found: set[tuple[int, int, int | None]] = set()
    for condition in _conditions(quiet, calendar):
        query = sa.select(*columns).where(_is_awake(today), condition)
        found |= {(id_, lead, place) for id_, lead, place in session.execute(query)}
    return sorted(found, key=lambda one: one[0])


def _is_awake(today: date) -> sa.ColumnElement[bool]:
    """What `decide` says nothing of, whatever its date, is left out."""
    on_hold = sa.and_(TASK.c.is_held, sa.or_(TASK.c.held_until.is_(None), TASK.c.held_until >= today))
    return sa.and_(
        TASK.c.verified_on.is_(None), TASK.c.cancelled_on.is_(None), TASK.c.done_on.is_(None),
        TASK.c.kind != Kind.POLICY, sa.not_(on_hold),
    )  # fmt: skip


def _conditions(quiet: "_Quiet", calendar: WorkingCalendar) -> Iterator[sa.ColumnElement[bool]]:
    """One for each span of due dates, one for early warnings, one for tasks without a date."""
    for span in spans(quiet.ladder, calendar, quiet.today):
        since = TASK.c.due_on >= span.first if span.first is not None else sa.true()
        days = (quiet.today - span.first).days if span.first is not None else None
        key = sa.literal(f"{span.label}@") + sa.cast(TASK.c.due_on, sa.String) + "#0"
        yield sa.and_(since, TASK.c.due_on <= span.last, sa.not_(quiet.is_told(span.rung, span.label, key, days)))
    if quiet.ladder.rung(RungName.OVERSEER) is not None:
        yield sa.and_(TASK.c.promised_on.is_not(None), _is_forecast_late())
        yield may_warn_early(quiet.ladder, calendar, quiet.today)
    waiting = [rung for rung in quiet.ladder.rungs if rung.unanswered_reminders is not None]
    if waiting:
        least = min(rung.unanswered_reminders or 0 for rung in waiting)
        top = waiting[-1]
        told = quiet.is_told(top, top.name, sa.literal(f"{top.name}@-#0"), 0)
        yield sa.and_(TASK.c.due_on.is_(None), _unanswered_days() > least, sa.not_(told))


def _is_forecast_late() -> sa.ColumnElement[bool]:
    return sa.and_(TASK.c.kind == Kind.MILESTONE, TASK.c.promised_on > TASK.c.due_on)


def _unanswered_days() -> sa.ColumnElement[int]:
    """On how many days the owner was written to since the date and the last report."""
    days = sa.select(sa.func.count(SAID.c.said_on.distinct())).where(
        SAID.c.task_id == TASK.c.id,
        SAID.c.rung.in_(TO_OWNERS),
        sa.or_(TASK.c.due_on.is_(None), SAID.c.said_on > TASK.c.due_on),
        sa.or_(TASK.c.last_report_on.is_(None), SAID.c.said_on > TASK.c.last_report_on),
    )
    return days.scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What is known of a day before any task is looked at. chains: the standing office and the chair; early: which
    milestones may be warned of before their date."""

    ladder: Ladder
    today: date
    chains: Chains
    early: sa.ColumnElement[bool]

    def is_told(self, rung: Rung, label: str, key: sa.ColumnElement[str], days: int | None) -> sa.ColumnElement[bool]:
        """Whether everybody whom this step would tell has heard it, and nothing can speak above or beside it.

        days: how many days at most a task of the span may have been late, None when there is no end to it.
        """
        if not rung.to or not climbs(self.ladder):
            return sa.false()
        ran_out = sa.exists().where(ACKNOWLEDGEMENT.c.task_id == TASK.c.id, ACKNOWLEDGEMENT.c.expires_on < self.today)
        forecast = sa.and_(TASK.c.promised_on.is_not(None), _is_forecast_late())
        forecast = sa.or_(sa.func.coalesce(forecast, sa.false()), sa.func.coalesce(self.early, sa.false()))
        heard = (self._has_heard(target, key, is_alone=len(rung.to) == 1) for target in rung.to)
        higher = (self._stays_below(other, days) for other in self._above(rung, label))
        return sa.and_(*heard, sa.not_(forecast), *higher, sa.not_(ran_out))

    def _above(self, rung: Rung, label: str) -> Iterator[Rung]:
        """The rungs that letters without an answer could reach above this step."""
        for other in self.ladder.rungs:
            is_same = other.name is rung.name and label == other.name
            if other.unanswered_reminders is not None and HEIGHT[other.name] >= HEIGHT[rung.name] and not is_same:
                yield other

    def _stays_below(self, rung: Rung, days: int | None) -> sa.ColumnElement[bool]:
        most = rung.unanswered_reminders or 0
        return sa.true() if days is not None and days <= most else _unanswered_days() <= most

    def _has_heard(self, target: Target, key: sa.ColumnElement[str], *, is_alone: bool) -> sa.ColumnElement[bool]:
        """Whether all who are this target today have heard, and there is one; heads beside contacts may be missing."""
        if target in (Target.OFFICE, Target.CHAIR):
            officers = self.chains.anywhere(Role(target))
            return sa.and_(
                sa.true() if officers else sa.false(), *(_was_said(sa.literal(one), key) for one in officers)
            )
        holders = self._holders(target)
        is_deaf = sa.or_(sa.not_(_was_said(APPOINTMENT.c.officer_id, key)), self._is_absent())
        heard = sa.not_(sa.exists().select_from(APPOINTMENT).where(*holders, is_deaf))
        if target is Target.HEAD and not is_alone:
            return sa.and_(heard, self._stands(UNIT_OF[target]))
        return sa.and_(heard, sa.exists().select_from(APPOINTMENT).where(*holders), self._stands(UNIT_OF[target]))

    def _holders(self, target: Target) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            APPOINTMENT.c.unit_id == UNIT_OF[target],
            APPOINTMENT.c.role == Role(target),
            APPOINTMENT.c.valid_from <= self.today,
            sa.or_(APPOINTMENT.c.valid_to.is_(None), APPOINTMENT.c.valid_to >= self.today),
        )

    def _is_absent(self) -> sa.ColumnElement[bool]:
        """Somebody else is told then: not to be seen here."""
        if not self.chains.substitutes:
            return sa.false()
        absent = sa.exists().where(
            ABSENCE.c.officer_id == APPOINTMENT.c.officer_id,
            ABSENCE.c.valid_from <= self.today,
            sa.or_(ABSENCE.c.valid_to.is_(None), ABSENCE.c.valid_to >= self.today),
        )
        return absent.correlate(APPOINTMENT)

    def _stands(self, unit: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """The work of a unit that has ended is with another one: not to be seen here."""
        return sa.exists().where(
            UNIT.c.id == unit,
            sa.or_(UNIT.c.valid_from.is_(None), UNIT.c.valid_from <= self.today),
            sa.or_(UNIT.c.valid_to.is_(None), UNIT.c.valid_to >= self.today),
        )


def _was_said(officer: sa.ColumnElement[int], key: sa.ColumnElement[str]) -> sa.Exists:
    said = sa.exists().where(SAID.c.task_id == TASK.c.id, SAID.c.officer_id == officer, SAID.c.key == key)
    return said.correlate(TASK, APPOINTMENT)
