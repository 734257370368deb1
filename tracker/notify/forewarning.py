"""Of which milestones an early warning could be new today, asked of the database: one condition for each reason.

Only the strongest reason speaks. All but the pace are dates of the row and exact here (tests/notify/test_narrowing.py
holds them against the rule); whether a milestone is too slow is left to the rule, unless its overseers heard that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import SQLModel

from tracker.models import Kind
from tracker.notify.early import may_warn_early
from tracker.notify.heard import TASK, Condition, Heard
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import EARLY, HEIGHT, LAST_CALL_WORKING_DAYS, Ladder, Reason, Rung, RungName
from tracker.rules.forecast import Confidence
from tracker.rules.spans import ONE_DAY, Span

EXTENSION = SQLModel.metadata.tables["extension"]
NEVER = date.min
A_FORTNIGHT = 14 * ONE_DAY


def is_beyond_early(span: Span) -> bool:
    """Whether the date alone has brought these tasks to a step before which no early warning comes."""
    return HEIGHT[span.rung.name] > HEIGHT[RungName.OVERSEER] or span.label == RungName.OVERSEER


@dataclass(frozen=True, slots=True)
class Forewarning:
    """The early warnings of one day. first: the earliest date of a milestone that they may still precede, or None;
    frozen: on what day the reasons are looked at for the dates that are so near (or past) that nothing new begins."""

    rung: Rung
    calendar: WorkingCalendar
    today: date
    first: date | None
    frozen: dict[date, date]

    @classmethod
    def of(
        cls, ladder: Ladder, calendar: WorkingCalendar, spans: tuple[Span, ...], today: date
    ) -> "Forewarning | None":
        """None when the office has nobody to be warned."""
        rung = ladder.rung(RungName.OVERSEER)
        if rung is None:
            return None
        firsts = [span.first for span in spans if not is_beyond_early(span)]
        beyond = [span.last for span in spans if is_beyond_early(span)]
        first = None if None in firsts or not beyond else max(beyond) + ONE_DAY
        frozen, due_on = {}, first or today - A_FORTNIGHT
        while (at := calendar.add(due_on, -LAST_CALL_WORKING_DAYS)) < today:
            frozen[due_on] = at
            due_on += ONE_DAY
        return cls(rung, calendar, today, first, frozen)

    def conditions(self, ladder: Ladder, heard: Heard) -> Iterator[Condition]:
        """One for each index that finds them; together every milestone of which a warning could be new."""
        # Not as a range of the index on dates: nearly every milestone lies ahead, and each reason has an index of its own.
        due_on = sa.func.coalesce(TASK.c.due_on, sa.literal(NEVER, sa.Date))
        ahead = sa.and_(TASK.c.kind == Kind.MILESTONE, due_on >= (self.first or min(self.frozen)))
        blocked, unlikely, late = self._blocked(), TASK.c.confidence == Confidence.UNLIKELY, _is_forecast_late()
        stronger: list[Condition] = []
        for reason, ways in (
            (Reason.UNLIKELY, [unlikely]),
            (Reason.BLOCKED, blocked),
            (Reason.FORECAST_LATE, [late]),
            (Reason.TOO_SLOW, self._may_be_slow()),
            (Reason.NO_REPORT, self._silent()),
        ):
            told = heard.by_all(self.rung, f"{self.rung.name}-{EARLY[reason]}", or_noted=True)
            masked = [sa.not_(sa.func.coalesce(one, sa.false())) for one in stronger]
            yield from (sa.and_(ahead, way, sa.not_(told), *masked) for way in ways)
            if reason is not Reason.TOO_SLOW:
                stronger += ways
        if self.first is None:  # a ladder on which warnings never end
            long_ago = TASK.c.due_on < min(self.frozen)
            yield sa.and_(long_ago, may_warn_early(ladder, self.calendar, self.today))

    def _blocked(self) -> list[Condition]:
        if self.rung.blocked_working_days is None:
            return []
        last = self._before(self.rung.blocked_working_days)
        waiting = sa.exists().where(
            EXTENSION.c.task_id == TASK.c.id, EXTENSION.c.decided_at.is_(None), EXTENSION.c.asked_on < last
        )
        # The index on what waits finds them; whether it has waited long enough by its date, the row says.
        asked = sa.select(EXTENSION.c.task_id).where(EXTENSION.c.decided_at.is_(None))
        wanted = sa.and_(
            TASK.c.help_wanted_on < self._latest(self.rung.blocked_working_days), TASK.c.help_wanted_on < last
        )
        return [wanted, sa.and_(TASK.c.id.in_(asked), waiting.correlate(TASK))]

    def _may_be_slow(self) -> list[Condition]:
        if self.rung.early_working_days is None:
            return []
        return [sa.and_(self._is_near(), TASK.c.last_report_on.is_not(None))]

    def _silent(self) -> list[Condition]:
        days, early = self.rung.silent_working_days, self.rung.early_working_days
        if days is None or early is None:
            return []
        since = sa.func.coalesce(TASK.c.last_report_on, TASK.c.confirmed_on)
        far = {due_on for due_on, at in self.frozen.items() if self.calendar.between(at, due_on) > early}
        return [sa.and_(self._is_near(), since < self._before(days, never=far))]

    def _is_near(self) -> Condition:
        """Superset within the last days, exact before."""
        least = max(self.rung.early_working_days or 0, LAST_CALL_WORKING_DAYS)
        far = self.calendar.add(self.today, least + 1)
        return sa.and_(TASK.c.due_on < far, TASK.c.due_on >= (self.first or min(self.frozen)))

    def _latest(self, working_days: int) -> date:
        """What happened before this day lies so many working days back today, also on the days off before it."""
        return self.calendar.add(self.today, 1 - working_days)

    def _before(self, working_days: int, *, never: set[date] = frozenset()) -> sa.ColumnElement[date]:  # type: ignore[assignment]
        """The same on the day at which the reasons are looked at for the date of the row."""
        known = {
            due_on: NEVER if due_on in never else self.calendar.add(at, 1 - working_days)
            for due_on, at in self.frozen.items()
        }
        latest = sa.literal(self._latest(working_days), sa.Date)
        if not known:
            return latest
        dated = {due_on: sa.literal(day, sa.Date) for due_on, day in known.items()}
        return sa.case((TASK.c.due_on > max(known), latest), else_=sa.case(dated, value=TASK.c.due_on, else_=latest))


def _is_forecast_late() -> Condition:
    return sa.and_(TASK.c.promised_on.is_not(None), TASK.c.promised_on > TASK.c.due_on)
