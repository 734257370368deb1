"""The figures of the weekly briefing: the cells, what moved, what comes."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import drawn, span
from tracker.rules.briefing import Cells, Counted, figures
from tracker.rules.lifecycle import Standing

SINCE, TODAY, HORIZON = date(2020, 7, 3), date(2020, 7, 10), date(2020, 7, 24)  # three Fridays
THO_SON, DONG_TIEN = 101, 102
CLAIMED_IN_TIME = date(2020, 6, 29)


def july(day: int) -> date:
    return date(2020, 7, day)


def counted(task_id=1, unit_id=THO_SON, due_on=None, done_on=None, verified_on=None, last_report_on=None) -> Counted:
    return Counted(task_id, unit_id, due_on, done_on, verified_on, last_report_on)


def count(*tasks: Counted):
    return figures(tasks, since=SINCE, horizon=HORIZON, today=TODAY)


@pytest.mark.parametrize(
    ("task", "cell"),
    [
        pytest.param(counted(due_on=TODAY), Standing.OPEN_IN_TIME, id="due on the day of the cut-off"),
        pytest.param(counted(due_on=july(9)), Standing.OPEN_OVERDUE, id="due the day before"),
        pytest.param(
            counted(due_on=july(9), done_on=july(9)), Standing.OPEN_IN_TIME, id="claimed in time, not verified"
        ),
        pytest.param(counted(due_on=july(9), done_on=TODAY), Standing.OPEN_OVERDUE, id="claimed late, not verified"),
        pytest.param(
            counted(due_on=july(9), done_on=july(9), verified_on=TODAY), Standing.DONE_ON_TIME, id="done on the date"
        ),
        pytest.param(
            counted(due_on=july(8), done_on=july(9), verified_on=TODAY), Standing.DONE_LATE, id="done a day late"
        ),
        pytest.param(counted(), Standing.OPEN_UNDATED, id="open without a date"),
        pytest.param(counted(done_on=july(9), verified_on=TODAY), Standing.DONE_UNDATED, id="done without a date"),
    ],
)
def test_each_task_is_counted_in_its_cell_once_for_its_unit_and_once_in_all(task, cell):
    found = count(task)
    expected = dict.fromkeys(Standing, 0) | {cell: 1}
    assert found.total.by_standing == expected
    assert {unit: cells.by_standing for unit, cells in found.units.items()} == {THO_SON: expected}
    assert (found.total.total, found.total.open) == (1, int(cell.startswith("open")))


@pytest.mark.parametrize(
    ("task", "has_slipped"),
    [
        pytest.param(counted(due_on=july(2)), False, id="late at the last briefing already"),
        pytest.param(counted(due_on=SINCE), True, id="due on the day of the last briefing, in time then"),
        pytest.param(counted(due_on=july(9)), True, id="due yesterday"),
        pytest.param(counted(due_on=TODAY), False, id="due today"),
        pytest.param(counted(due_on=july(7), done_on=july(8)), True, id="claimed late and not verified"),
        pytest.param(counted(due_on=july(7), done_on=july(7)), False, id="claimed in time and not verified"),
        pytest.param(counted(due_on=july(7), done_on=july(8), verified_on=july(8)), False, id="done late"),
        pytest.param(counted(), False, id="without a date"),
    ],
)
def test_what_slipped_this_week(task, has_slipped):
    assert count(task).slipped == ((1,) if has_slipped else ())


@pytest.mark.parametrize(
    ("verified_on", "is_finished"),
    [
        pytest.param(None, False, id="only claimed"),
        pytest.param(july(2), False, id="verified before the last briefing"),
        pytest.param(july(4), True, id="verified the day after the last briefing"),
        pytest.param(TODAY, True, id="verified today"),
        pytest.param(july(11), False, id="verified after the cut-off"),
    ],
)
def test_what_was_finished_this_week(verified_on, is_finished):
    task = counted(due_on=july(30), done_on=CLAIMED_IN_TIME, verified_on=verified_on)
    assert count(task).finished == ((1,) if is_finished else ())


@pytest.mark.parametrize(
    ("task", "is_coming"),
    [
        pytest.param(counted(due_on=TODAY), True, id="due today"),
        pytest.param(counted(due_on=HORIZON), True, id="due on the last day looked at"),
        pytest.param(counted(due_on=HORIZON + timedelta(days=1)), False, id="due a day later"),
        pytest.param(counted(due_on=july(9)), False, id="overdue"),
        pytest.param(counted(due_on=july(20), done_on=july(6)), False, id="claimed done"),
        pytest.param(counted(due_on=july(20), done_on=july(6), verified_on=july(7)), False, id="done"),
        pytest.param(counted(), False, id="without a date"),
    ],
)
def test_what_comes_next(task, is_coming):
    assert count(task).coming == ((1,) if is_coming else ())


def test_the_longest_late_and_the_next_due_are_named_first_and_ties_by_number():
    found = count(
        *(counted(task_id, due_on=due_on) for task_id, due_on in [(5, july(8)), (4, july(6)), (3, july(8))]),
        *(counted(task_id, due_on=due_on) for task_id, due_on in [(9, july(20)), (8, july(13)), (7, july(20))]),
    )
    assert (found.slipped, found.coming) == ((4, 3, 5), (8, 7, 9))


@pytest.mark.parametrize(
    ("task", "updated"),
    [
        pytest.param(counted(due_on=july(20), last_report_on=july(6)), 1, id="reported on this week"),
        pytest.param(counted(last_report_on=july(6)), 1, id="reported on this week, without a date"),
        pytest.param(counted(due_on=july(20), last_report_on=july(2)), 0, id="reported on before"),
        pytest.param(counted(due_on=july(20)), 0, id="never reported on"),
        pytest.param(
            counted(due_on=july(20), done_on=july(6), verified_on=july(7), last_report_on=july(6)), 0, id="closed"
        ),
    ],
)
def test_how_many_open_tasks_were_reported_on_this_week(task, updated):
    found = count(task)
    assert (found.total.updated, found.units[THO_SON].updated) == (updated, updated)


def test_rates_are_shares_of_all_tasks_in_percent():
    done = counted(1, due_on=july(8), done_on=july(7), verified_on=july(8))
    late = counted(2, DONG_TIEN, due_on=july(6), done_on=july(7), verified_on=july(8))
    found = count(done, late, counted(3, DONG_TIEN, due_on=july(8)), counted(4, DONG_TIEN))
    assert found.total.rate(Standing.DONE_ON_TIME) == 25
    assert found.total.rate(Standing.DONE_ON_TIME, Standing.DONE_LATE) == 50
    assert found.units[THO_SON].rate(Standing.DONE_ON_TIME) == 100
    assert found.units[DONG_TIEN].rate(Standing.DONE_ON_TIME) == 0
    assert found.total.rate(*Standing) == 100


def test_without_tasks_there_are_zeros_and_no_rate():
    found = count()
    assert (found.total.total, found.total.open, found.total.updated, found.units) == (0, 0, 0, {})
    assert (found.slipped, found.finished, found.coming) == ((), (), ())
    assert found.total.rate(Standing.DONE_LATE) is None


def test_two_tables_of_cells_never_share_their_counts():
    one, other = Cells(), Cells()
    one.by_standing[Standing.DONE_LATE] += 1
    assert other.total == 0


# --- for all tasks ---------------------------------------------------------------------------------------------------

days = span(date(2020, 6, 20), date(2020, 8, 1))
maybe = st.none() | days
closings = st.none() | st.tuples(days, st.none() | st.integers(0, 20))


def drawn_task(unit_id, due_on, last_report_on, closing):
    """A task as it can be: what is verified was claimed before."""
    done_on, wait = closing or (None, None)
    verified_on = None if done_on is None or wait is None else done_on + timedelta(days=wait)
    return counted(0, unit_id, due_on, done_on, verified_on, last_report_on)


tasks = st.lists(st.builds(drawn_task, st.integers(1, 4), maybe, maybe, closings), max_size=8).map(
    lambda some: [replace(one, task_id=at) for at, one in enumerate(some)]
)


@drawn
@given(tasks)
def test_the_cells_add_up_to_all_tasks(some):
    found = count(*some)
    assert found.total.total == len(some)
    assert found.total.open == sum(one.done_on is None or one.verified_on is None for one in some)


@drawn
@given(tasks)
def test_the_cells_of_the_units_add_up_to_the_cells_of_all(some):
    found = count(*some)
    for cell in Standing:
        assert sum(cells.by_standing[cell] for cells in found.units.values()) == found.total.by_standing[cell]
    assert sum(cells.updated for cells in found.units.values()) == found.total.updated


@drawn
@given(tasks)
def test_a_unit_is_counted_as_if_it_were_alone(some):
    found = count(*some)
    assert set(found.units) == {one.unit_id for one in some}
    for unit, cells in found.units.items():
        assert count(*(one for one in some if one.unit_id == unit)).total == cells


@drawn
@given(tasks)
def test_a_task_moves_in_one_way_only_and_counts_where_it_moves(some):
    found = count(*some)
    moved = [*found.slipped, *found.finished, *found.coming]
    assert len(set(moved)) == len(moved)
    assert len(found.slipped) <= found.total.by_standing[Standing.OPEN_OVERDUE]
    assert len(found.coming) <= found.total.by_standing[Standing.OPEN_IN_TIME]


@drawn
@given(tasks)
def test_the_order_in_which_tasks_come_changes_nothing(some):
    assert count(*reversed(some)) == count(*some)


@drawn
@given(st.lists(days, max_size=5))
def test_over_the_weeks_every_slip_is_named_in_exactly_one_briefing(due_days):
    fridays = [date(2020, 6, 19) + timedelta(weeks=n) for n in range(8)]
    slips = [counted(at, due_on=due_on) for at, due_on in enumerate(due_days)]
    weeks = list(pairwise(fridays))
    named = [one for since, today in weeks for one in figures(slips, since=since, horizon=today, today=today).slipped]
    assert sorted(named) == list(range(len(due_days)))


@drawn
@given(st.lists(days, max_size=5))
def test_over_the_weeks_every_result_is_named_in_exactly_one_briefing(verified_days):
    fridays = [date(2020, 6, 19) + timedelta(weeks=n) for n in range(8)]
    results = [counted(at, done_on=CLAIMED_IN_TIME, verified_on=day) for at, day in enumerate(verified_days)]
    weeks = list(pairwise(fridays))
    named = [
        one for since, today in weeks for one in figures(results, since=since, horizon=today, today=today).finished
    ]
    assert sorted(named) == list(range(len(verified_days)))
