"""Working days: the only measure in which the ladder counts."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, as plain sets of dates.

    days_off: public holidays and days given in compensation (Labour Code 2019 art. 112), weekends not included.
    working_weekends: Saturdays and Sundays that are worked in exchange for another day (làm bù).
    """

    days_off: frozenset[date] = field(default_factory=frozenset)
    working_weekends: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def of(cls, days_off: Iterable[date] = (), working_weekends: Iterable[date] = ()) -> "WorkingCalendar":
        """A calendar from any two collections of dates."""
        return cls(frozenset(days_off), frozenset(working_weekends))

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`; a day worked in exchange counts, also when the holiday list names it."""
        if day in self.working_weekends:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def on_or_after(self, day: date) -> date:
        """`day` itself when it is worked, else the next day that is."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        """`day` itself when it is worked, else the last one before it that is."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """The day `working_days` working days after `day` (before it, when negative); `day` itself is not counted
        (Civil Code 2015 art. 147). Zero gives `day`, worked or not."""
        step = ONE_DAY if working_days >= 0 else -ONE_DAY
        for _ in range(abs(working_days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` comes first."""
        ranks = self._ranks
        return ranks[end] - ranks[start]

    @cached_property
    def _ranks(self) -> "_Ranks":
        """Kept, because a sweep asks for hundreds of thousands of spans between a few hundred days."""
        return _Ranks(self)


class _Ranks(dict[date, int]):
    """How many working days there are from the year 1 up to and including a day; each is counted once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        super().__init__()
        off, worked = calendar.days_off - calendar.working_weekends, calendar.working_weekends
        self._weekdays_off = sorted(day for day in off if day.weekday() < 5)
        self._weekends_worked = sorted(day for day in worked if day.weekday() >= 5)

    def __missing__(self, day: date) -> int:
        weeks, rest = divmod(day.toordinal(), 7)  # the day with the number 1 was a Monday
        weekdays = weeks * 5 + min(rest, 5)
        rank = weekdays - bisect_right(self._weekdays_off, day) + bisect_right(self._weekends_worked, day)
        return self.setdefault(day, rank)
