"""What the date alone says: spans of due dates whose tasks have reached the same step of the ladder today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import HEIGHT, Ladder, Rung, step_by_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Due dates from `first` (None: however early) to `last`, both included, and the highest step that a task due then
    has reached today when nobody has reported, promised or forecast anything: its rung, and its label in keys."""

    first: date | None
    last: date
    rung: Rung
    label: str


def climbs(ladder: Ladder) -> bool:
    """Whether the rungs stand in the order of their height, as every ladder of an office does."""
    heights = [HEIGHT[rung.name] for rung in ladder.rungs]
    return heights == sorted(heights)


def spans(ladder: Ladder, calendar: WorkingCalendar, today: date) -> tuple[Span, ...]:
    """All spans, the latest due dates first; a task that is due later than the first of them has reached nothing."""
    found: list[Span] = []
    for due_on, rung, label in _days(ladder, calendar, today):
        if found and (found[-1].rung.name, found[-1].label) == (rung.name, label):
            found[-1] = Span(due_on, found[-1].last, rung, label)
        else:
            found.append(Span(due_on, due_on, rung, label))
    if found:
        found[-1] = Span(None, found[-1].last, found[-1].rung, found[-1].label)
    return tuple(found)


def _days(ladder: Ladder, calendar: WorkingCalendar, today: date) -> Iterator[tuple[date, Rung, str]]:
    """Day by day into the past, until no wait of the ladder is longer."""
    waits = [rung.working_days_after for rung in ladder.rungs if rung.working_days_after is not None]
    due_on = calendar.add(today, ladder.longest_reminder + 1)
    while due_on >= today or calendar.between(due_on, today) <= max(waits, default=0):
        if (step := step_by_date(due_on, ladder, calendar, today)) is not None:
            yield due_on, *step
        due_on -= ONE_DAY
    if (step := step_by_date(due_on, ladder, calendar, today)) is not None:
        yield due_on, *step
