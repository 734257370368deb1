"""Which tasks could say anything today: a few queries that leave out those that surely have nothing new to say.

Of a hundred tasks that are late, most were spoken of yesterday. To rule on them costs facts, chains and verdicts; to see
in the database that all who would be told have been told costs a look into an index. What stays is a superset: `decide`
alone rules, and tests/notify/test_narrowing.py holds both against each other. docs/decisions/0070 says why each
condition is safe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from tracker.models import Kind
from tracker.notify.early import may_warn_early
from tracker.notify.forewarning import Forewarning
from tracker.notify.heard import TASK, Condition, Heard
from tracker.people.among import fetch
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import HEIGHT, Ladder, Rung, RungName
from tracker.rules.spans import Span, climbs, spans


def tasks_that_may_speak(
    session: Session, ladder: Ladder, calendar: WorkingCalendar, *, counts: Condition | None = None, today: date
) -> list[tuple[int, int, int | None]]:
    """Number, lead unit and place of every task about which `decide` could have something to say today, by number.

    counts: which rows of Said count as said, when not all do.
    """
    if not calendar.is_working(today):
        return []
    heard = Heard.of(session, counts=counts, today=today)
    conditions = (_narrow if climbs(ladder) else _wide)(ladder, calendar, heard)
    columns = (TASK.c.id, TASK.c.lead_unit_id, TASK.c.place_unit_id)
    found: set[tuple[int, int, int | None]] = set()
    for condition in conditions:
        query = sa.select(*columns).where(_is_awake(today), condition)
        found.update((id_, lead, place) for id_, lead, place in fetch(session, query))
    return sorted(found, key=lambda one: one[0])


def _is_awake(today: date) -> Condition:
    """What `decide` says nothing of, whatever its date, is left out."""
    on_hold = sa.and_(TASK.c.is_held, sa.or_(TASK.c.held_until.is_(None), TASK.c.held_until >= today))
    return sa.and_(
        TASK.c.verified_on.is_(None), TASK.c.cancelled_on.is_(None), TASK.c.done_on.is_(None),
        TASK.c.kind != Kind.POLICY, sa.not_(on_hold),
    )  # fmt: skip


def _wide(ladder: Ladder, calendar: WorkingCalendar, heard: Heard) -> Iterator[Condition]:
    """On a ladder whose rungs do not climb, all that the date or an early warning may have brought to a step."""
    today = heard.today
    for span in spans(ladder, calendar, today):
        yield _is_within(span)
    yield may_warn_early(ladder, calendar, today)
    waiting = [rung.unanswered_reminders for rung in ladder.rungs if rung.unanswered_reminders is not None]
    if waiting:
        yield sa.and_(TASK.c.due_on.is_(None), heard.unanswered_days() > min(waiting))


def _narrow(ladder: Ladder, calendar: WorkingCalendar, heard: Heard) -> Iterator[Condition]:
    """One for each span of due dates, some for early warnings, one for tasks without a date."""
    today = heard.today
    found = spans(ladder, calendar, today)
    steps = _Steps(ladder, heard, may_warn_early(ladder, calendar, today))
    for span in found:
        days = (today - span.first).days if span.first is not None else None
        yield sa.and_(_is_within(span), sa.not_(steps.is_told(span.rung, span.label, days)))
    if (early := Forewarning.of(ladder, calendar, found, today)) is not None:
        yield from early.conditions(ladder, heard)
    waiting = [rung for rung in ladder.rungs if rung.unanswered_reminders is not None]
    if waiting:
        least, top = min(rung.unanswered_reminders or 0 for rung in waiting), waiting[-1]
        told = steps.is_told(top, top.name, 0)
        yield sa.and_(TASK.c.due_on.is_(None), heard.unanswered_days() > least, sa.not_(told))


def _is_within(span: Span) -> Condition:
    return sa.and_(TASK.c.due_on >= span.first if span.first is not None else sa.true(), TASK.c.due_on <= span.last)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps to which the date alone has brought a task. early: which milestones may be warned of before theirs."""

    ladder: Ladder
    heard: Heard
    early: Condition

    def is_told(self, rung: Rung, label: str, days: int | None) -> Condition:
        """Whether everybody whom this step would tell has heard it, and nothing can speak above or beside it.

        days: how many days at most a task of the span may have been late, None when there is no end to it.
        """
        if HEIGHT[rung.name] >= HEIGHT[RungName.OVERSEER] and label != rung.name:
            return sa.false()  # a reminder up there ends no lower step
        higher = (self._stays_below(other, days) for other in self._above(rung, label))
        return sa.and_(self.heard.by_all(rung, label), *higher, sa.not_(self._speaks_beside(rung)))

    def _above(self, rung: Rung, label: str) -> Iterator[Rung]:
        """The rungs that letters without an answer could reach above this step."""
        for other in self.ladder.rungs:
            is_same = other.name is rung.name and label == other.name
            if other.unanswered_reminders is not None and HEIGHT[other.name] >= HEIGHT[rung.name] and not is_same:
                yield other

    def _stays_below(self, rung: Rung, days: int | None) -> Condition:
        most = rung.unanswered_reminders or 0
        return sa.true() if days is not None and days <= most else self.heard.unanswered_days() <= most

    def _speaks_beside(self, rung: Rung) -> Condition:
        """At and above their own rung, overseers may hear beside it: those whose note has run out, and those whom a
        report has pushed back to an early warning."""
        overseer = self.ladder.rung(RungName.OVERSEER)
        if overseer is None or HEIGHT[rung.name] < HEIGHT[RungName.OVERSEER]:
            return sa.false()
        pushed_back = TASK.c.last_report_on > TASK.c.due_on if overseer.working_days_after is not None else sa.true()
        warned = sa.func.coalesce(sa.and_(pushed_back, self.early), sa.false())
        if rung.name is RungName.OVERSEER:
            return warned
        if overseer.working_days_before:
            return self.heard.ran_out()
        return sa.or_(self.heard.run_out(RungName.OVERSEER), sa.and_(warned, self.heard.ran_out()))
