"""The days of the stories that tests tell: a notice of February 2020 with a task due on 30 June."""

from datetime import UTC, date, datetime

MEETING = date(2020, 2, 11)
ISSUED = date(2020, 2, 13)
CONFIRMED = date(2020, 2, 14)  # a Friday
BEFORE = date(2020, 6, 15)  # a Monday, two weeks before the date
DUE = date(2020, 6, 30)  # a Tuesday
LATE = date(2020, 7, 1)
OVERSEERS_DAY = date(2020, 7, 3)
OFFICE_DAY = date(2020, 7, 7)
EXTENDED = date(2020, 9, 30)


def noon(day: date) -> datetime:
    """Midday of a day in the world, which is the same day in the office."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
