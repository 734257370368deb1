"""Recurring duties: one instance a period, answered by any report within it; what was missed is counted, never piled up."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

ONE_DAY = timedelta(days=1)
MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One instance: its name (2020-W28, 2020-07, 2020-Q3, 2020-H2, 2020), its first and last day, both included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Duty:
    """How a recurring duty stands: the instance of today with the last day that is in time, whether it is answered, and of
    the instances that are over, how many were answered and how many missed."""

    current: Period
    due_on: date
    is_answered: bool
    answered: int
    missed: int


def duty(recurrence: str | None, day: int | None, reported: Iterable[date], *, since: date, today: date) -> Duty | None:
    """The duty on `today`, counted from the first whole period after `since`; None for what does not recur by the calendar.

    day: the day that the words name: 1-7 from Monday for a weekly duty, else the day of the month (its last month for
    longer periods; the last day of a month that is too short). Without one the period itself is the time.
    """
    current = period_of(recurrence, today)
    if recurrence is None or current is None:
        return None
    known = set(reported)
    over = list(takewhile(lambda one: one.last < today, _whole_periods(recurrence, since)))
    answered = sum(any(one.first <= on <= one.last for on in known) for one in over)
    return Duty(
        current,
        _due_on(current, recurrence, day),
        any(current.first <= on <= today for on in known),
        answered,
        len(over) - answered,
    )


def period_of(recurrence: str | None, day: date) -> Period | None:
    """The instance that `day` lies in; None for a recurrence that the calendar does not know ("other")."""
    if recurrence == "weekly":
        monday = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Period(f"{year}-W{week:02}", monday, monday + timedelta(days=6))
    if recurrence not in MONTHS:
        return None
    length = MONTHS[recurrence]
    number = (day.month - 1) // length
    first = date(day.year, number * length + 1, 1)
    month = number * length + length
    return Period(_name(day.year, number, length), first, date(day.year, month, monthrange(day.year, month)[1]))


def _name(year: int, number: int, length: int) -> str:
    return {1: f"{year}-{number + 1:02}", 3: f"{year}-Q{number + 1}", 6: f"{year}-H{number + 1}"}.get(length, f"{year}")


def _whole_periods(recurrence: str, since: date) -> Iterator[Period]:
    """From the first period that begins after `since`; without end."""
    period = period_of(recurrence, since)
    while period is not None:
        if period.last.year >= date.max.year:
            return
        period = period_of(recurrence, period.last + ONE_DAY)
        if period is not None:
            yield period


def _due_on(period: Period, recurrence: str, day: int | None) -> date:
    if day is None:
        return period.last
    if recurrence == "weekly":
        return period.first + timedelta(days=min(max(day, 1), 7) - 1)
    return period.last.replace(day=min(max(day, 1), period.last.day))
