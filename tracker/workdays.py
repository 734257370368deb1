"""The office's working calendar: the holiday list of Vietnam plus what the office knows better."""

from functools import lru_cache

from tracker.config import Calendar
from tracker.rules.calendar import WorkingCalendar

FIRST_YEAR, LAST_YEAR = 2015, 2040  # a sweep never counts further; the list itself ends there anyway


@lru_cache(maxsize=8)
def office_calendar(config: Calendar) -> WorkingCalendar:
    """Public holidays and swapped days (Labour Code 2019 art. 112) from the `holidays` package, corrected by
    [calendar] extra_holidays and working_saturdays. Imports the package when first called: it takes half a second.
    """
    from holidays.countries.vietnam import Vietnam

    listed = Vietnam(years=range(FIRST_YEAR, LAST_YEAR + 1))  # type: ignore[no-untyped-call]
    worked = set(listed.weekend_workdays) | set(config.working_saturdays)
    return WorkingCalendar.of(set(listed) | set(config.extra_holidays), worked)
