"""Working days: weekends, holidays, days worked in exchange, and the arithmetic of the ladder."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, SWAPPED_2019, TET_2020, drawn, span
from tracker.rules.calendar import WorkingCalendar

WEEKENDS_ONLY = WorkingCalendar.of()


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("calendar", "day", "is_working"),
    [
        pytest.param(CALENDAR, date(2020, 6, 30), True, id="an ordinary Tuesday is worked"),
        pytest.param(CALENDAR, date(2020, 7, 3), True, id="Friday is worked"),
        pytest.param(CALENDAR, date(2020, 7, 4), False, id="Saturday is not"),
        pytest.param(CALENDAR, date(2020, 7, 5), False, id="Sunday is not"),
        pytest.param(CALENDAR, date(2020, 7, 6), True, id="Monday is worked"),
        pytest.param(CALENDAR, date(2020, 4, 30), False, id="30/04 is a holiday"),
        pytest.param(CALENDAR, date(2020, 5, 1), False, id="01/05 is a holiday"),
        pytest.param(CALENDAR, date(2020, 9, 2), False, id="02/09 is a holiday"),
        pytest.param(CALENDAR, date(2020, 9, 3), True, id="the day after 02/09 is worked"),
        pytest.param(SWAPPED_2019, date(2019, 4, 29), False, id="the Monday given off is not worked"),
        pytest.param(SWAPPED_2019, date(2019, 5, 4), True, id="the Saturday in exchange for it is worked"),
        pytest.param(SWAPPED_2019, date(2019, 5, 5), False, id="the Sunday after the swapped Saturday is not"),
        pytest.param(SWAPPED_2019, date(2019, 5, 11), False, id="the Saturday a week later is not"),
    ],
)
def test_a_day_is_worked(calendar, day, is_working):
    assert calendar.is_working(day) is is_working


@pytest.mark.parametrize("day", TET_2020, ids=str)
def test_tet_is_not_worked(day):
    assert not CALENDAR.is_working(day)


def test_offices_are_shut_for_a_week_at_tet_and_open_on_the_days_around():
    shut = [day for day in days_between(date(2020, 1, 20), date(2020, 1, 31)) if not CALENDAR.is_working(day)]
    assert shut == days_between(date(2020, 1, 23), date(2020, 1, 29))


def test_a_day_worked_in_exchange_counts_although_the_holiday_list_names_it():
    saturday = date(2020, 2, 1)
    assert WorkingCalendar.of([saturday], [saturday]).is_working(saturday)
    assert WorkingCalendar.of([saturday], [saturday]).between(date(2020, 1, 31), saturday) == 1


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        pytest.param(date(2020, 7, 3), date(2020, 7, 3), date(2020, 7, 3), id="a worked day is itself"),
        pytest.param(date(2020, 7, 4), date(2020, 7, 6), date(2020, 7, 3), id="Saturday"),
        pytest.param(date(2020, 1, 26), date(2020, 1, 30), date(2020, 1, 22), id="the middle of Tết"),
        pytest.param(date(2020, 5, 1), date(2020, 5, 4), date(2020, 4, 29), id="a holiday before a weekend"),
    ],
)
def test_the_next_and_the_last_worked_day(day, after, before):
    assert CALENDAR.on_or_after(day) == after
    assert CALENDAR.on_or_before(day) == before


@pytest.mark.parametrize(
    ("calendar", "start", "working_days", "end"),
    [
        pytest.param(CALENDAR, date(2020, 6, 30), 1, date(2020, 7, 1), id="one day after 30/06"),
        pytest.param(CALENDAR, date(2020, 6, 30), 3, date(2020, 7, 3), id="three days after 30/06"),
        pytest.param(CALENDAR, date(2020, 6, 30), 5, date(2020, 7, 7), id="five days after 30/06 cross a weekend"),
        pytest.param(CALENDAR, date(2020, 7, 3), 1, date(2020, 7, 6), id="one day after a Friday is Monday"),
        pytest.param(CALENDAR, date(2020, 7, 4), 1, date(2020, 7, 6), id="one day after a Saturday is Monday"),
        pytest.param(CALENDAR, date(2020, 1, 22), 1, date(2020, 1, 30), id="one day after the eve of Tết"),
        pytest.param(CALENDAR, date(2020, 1, 22), 5, date(2020, 2, 5), id="five days after the eve of Tết"),
        pytest.param(CALENDAR, date(2020, 4, 29), 1, date(2020, 5, 4), id="one day after 29/04 jumps the holidays"),
        pytest.param(CALENDAR, date(2020, 6, 30), -1, date(2020, 6, 29), id="one day before"),
        pytest.param(CALENDAR, date(2020, 6, 30), -3, date(2020, 6, 25), id="three days before cross a weekend"),
        pytest.param(CALENDAR, date(2020, 6, 30), -7, date(2020, 6, 19), id="seven days before"),
        pytest.param(CALENDAR, date(2020, 1, 30), -1, date(2020, 1, 22), id="one day before the end of Tết"),
        pytest.param(CALENDAR, date(2020, 7, 4), 0, date(2020, 7, 4), id="no day at all stays on a Saturday"),
        pytest.param(SWAPPED_2019, date(2019, 4, 26), 1, date(2019, 5, 2), id="a bridged holiday"),
        pytest.param(SWAPPED_2019, date(2019, 5, 3), 1, date(2019, 5, 4), id="the swapped Saturday follows Friday"),
        pytest.param(SWAPPED_2019, date(2019, 5, 3), 2, date(2019, 5, 6), id="and Monday follows the Saturday"),
    ],
)
def test_counting_forth_and_back_leaves_out_the_first_day(calendar, start, working_days, end):
    assert calendar.add(start, working_days) == end


@pytest.mark.parametrize(
    ("start", "end", "working_days"),
    [
        pytest.param(date(2020, 6, 30), date(2020, 6, 30), 0, id="a day and itself"),
        pytest.param(date(2020, 6, 30), date(2020, 7, 1), 1, id="the next day"),
        pytest.param(date(2020, 7, 3), date(2020, 7, 5), 0, id="a weekend holds nothing"),
        pytest.param(date(2020, 7, 4), date(2020, 7, 6), 1, id="Saturday to Monday is one"),
        pytest.param(date(2020, 6, 30), date(2020, 7, 7), 5, id="a week holds five"),
        pytest.param(date(2020, 7, 7), date(2020, 6, 30), -5, id="backwards is negative"),
        pytest.param(date(2020, 1, 22), date(2020, 1, 29), 0, id="Tết holds nothing"),
        pytest.param(date(2020, 1, 22), date(2020, 2, 5), 5, id="two weeks over Tết hold five"),
        pytest.param(date(2019, 12, 31), date(2020, 12, 31), 253, id="2020 had 262 weekdays and nine days off"),
    ],
)
def test_working_days_between(start, end, working_days):
    assert CALENDAR.between(start, end) == working_days


# --- for every calendar ----------------------------------------------------------------------------------------------

FIRST, LAST = date(2020, 1, 1), date(2020, 3, 31)
QUARTER = days_between(FIRST, LAST)
near = span(FIRST, LAST)
counts = st.integers(0, 40)
some_of_the_quarter = st.integers(0, 2 ** len(QUARTER) - 1).map(
    lambda bits: [day for at, day in enumerate(QUARTER) if bits >> at & 1]
)


def calendar_of(off, other, worked):
    """About a quarter of all days off and a quarter worked in exchange, on weekends and, as a slip, on weekdays."""
    return WorkingCalendar.of(set(off) & set(other), set(worked) & set(off))


calendars = st.builds(calendar_of, some_of_the_quarter, some_of_the_quarter, some_of_the_quarter)


@drawn
@given(calendars, near, near)
def test_between_counts_the_worked_days_one_by_one(calendar, start, end):
    start, end = sorted((start, end))
    assert calendar.between(start, end) == sum(calendar.is_working(day) for day in days_between(start, end)[1:])


@drawn
@given(calendars, near, counts)
def test_adding_days_and_counting_them_again_is_no_change(calendar, day, working_days):
    assert calendar.between(day, calendar.add(day, working_days)) == working_days


@drawn
@given(calendars, near, counts)
def test_from_a_worked_day_counting_back_is_the_inverse_too(calendar, day, working_days):
    worked = calendar.on_or_after(day)
    assert calendar.between(worked, calendar.add(worked, -working_days)) == -working_days
    assert calendar.add(calendar.add(worked, -working_days), working_days) == worked


@drawn
@given(calendars, near, near)
def test_counting_to_a_later_worked_day_and_adding_leads_there(calendar, start, end):
    start, end = sorted((start, end))
    worked = calendar.on_or_after(end + timedelta(days=1))
    assert calendar.add(start, calendar.between(start, worked)) == worked


@drawn
@given(calendars, near, near, near)
def test_between_is_additive(calendar, first, second, third):
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)


@drawn
@given(calendars, near, near, near)
def test_a_later_end_never_counts_fewer_days(calendar, start, end, later):
    end, later = sorted((end, later))
    assert calendar.between(start, end) <= calendar.between(start, later)


@drawn
@given(calendars, near, near, st.integers(-40, 40))
def test_a_later_start_never_ends_earlier(calendar, day, later, working_days):
    day, later = sorted((day, later))
    assert calendar.add(day, working_days) <= calendar.add(later, working_days)


@drawn
@given(calendars, near, st.integers(-40, 40).filter(bool))
def test_a_count_of_days_always_ends_on_a_worked_day(calendar, day, working_days):
    assert calendar.is_working(calendar.add(day, working_days))


@drawn
@given(calendars, near)
def test_the_nearest_worked_day_leaves_none_out(calendar, day):
    after, before = calendar.on_or_after(day), calendar.on_or_before(day)
    assert calendar.is_working(after)
    assert calendar.is_working(before)
    assert [other for other in days_between(before, after) if calendar.is_working(other)] in ([day], [before, after])
