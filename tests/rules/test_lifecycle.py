"""The official cells, and which change a task's state allows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import drawn
from tracker.rules.lifecycle import Standing, TaskState, Verb, refusal, standing

DUE = date(2020, 6, 30)
EVE, NEXT, LATER = date(2020, 6, 29), date(2020, 7, 1), date(2020, 7, 15)


@pytest.mark.parametrize(
    ("due_on", "done_on", "verified_on", "today", "expected"),
    [
        pytest.param(DUE, None, None, EVE, Standing.OPEN_IN_TIME, id="open on the eve is in time"),
        pytest.param(DUE, None, None, DUE, Standing.OPEN_IN_TIME, id="open on the day of the deadline is in time"),
        pytest.param(DUE, None, None, NEXT, Standing.OPEN_OVERDUE, id="open on the day after is late"),
        pytest.param(DUE, EVE, EVE, LATER, Standing.DONE_ON_TIME, id="done and verified before the date"),
        pytest.param(DUE, DUE, DUE, LATER, Standing.DONE_ON_TIME, id="done on the day of the deadline is on time"),
        pytest.param(DUE, DUE, LATER, LATER, Standing.DONE_ON_TIME, id="a late verification does not make it late"),
        pytest.param(DUE, NEXT, NEXT, LATER, Standing.DONE_LATE, id="done on the day after is late"),
        pytest.param(DUE, EVE, None, EVE, Standing.OPEN_IN_TIME, id="the doer's word alone does not close it"),
        pytest.param(DUE, DUE, None, LATER, Standing.OPEN_IN_TIME, id="claimed in time it waits in time"),
        pytest.param(DUE, NEXT, None, LATER, Standing.OPEN_OVERDUE, id="claimed late it waits overdue"),
        pytest.param(None, None, None, LATER, Standing.OPEN_UNDATED, id="without a date it is never overdue"),
        pytest.param(None, DUE, None, LATER, Standing.OPEN_UNDATED, id="without a date a claim leaves it open"),
        pytest.param(
            None, DUE, DUE, LATER, Standing.DONE_UNDATED, id="without a date it is done, neither on time nor late"
        ),
    ],
)
def test_where_a_task_stands(due_on, done_on, verified_on, today, expected):
    assert standing(due_on=due_on, done_on=done_on, verified_on=verified_on, today=today) is expected


def test_a_returned_claim_puts_the_owner_back_where_the_date_says():
    claimed = standing(due_on=DUE, done_on=EVE, verified_on=None, today=NEXT)
    returned = standing(due_on=DUE, done_on=None, verified_on=None, today=NEXT)
    assert (claimed, returned) == (Standing.OPEN_IN_TIME, Standing.OPEN_OVERDUE)


def test_an_extension_puts_an_overdue_task_back_in_time():
    assert standing(due_on=DUE, done_on=None, verified_on=None, today=NEXT) is Standing.OPEN_OVERDUE
    assert standing(due_on=LATER, done_on=None, verified_on=None, today=NEXT) is Standing.OPEN_IN_TIME


# --- verbs -----------------------------------------------------------------------------------------------------------

OPEN = TaskState(due_on=DUE)
UNDATED = TaskState()
CLAIMED = TaskState(due_on=DUE, done_on=EVE)
ASKED = TaskState(due_on=DUE, has_pending_extension=True)
HELD = TaskState(due_on=DUE, is_held=True)
VERIFIED = TaskState(due_on=DUE, done_on=EVE, verified_on=DUE)
CANCELLED = TaskState(due_on=DUE, cancelled_on=EVE)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        pytest.param(OPEN, Verb.REPORT, id="an open task takes reports"),
        pytest.param(OPEN, Verb.DONE, id="an open task can be claimed done"),
        pytest.param(OPEN, Verb.EXTEND_ASK, id="more time can be asked for an open task"),
        pytest.param(OPEN, Verb.HOLD, id="an open task can be held"),
        pytest.param(OPEN, Verb.ACKNOWLEDGE, id="an open task can be acknowledged"),
        pytest.param(OPEN, Verb.REASSIGN, id="an open task can be reassigned"),
        pytest.param(OPEN, Verb.CANCEL, id="an open task can be cancelled"),
        pytest.param(UNDATED, Verb.REPORT, id="a task without a date takes reports"),
        pytest.param(UNDATED, Verb.DONE, id="a task without a date can be claimed done"),
        pytest.param(CLAIMED, Verb.VERIFY, id="a claim can be verified"),
        pytest.param(CLAIMED, Verb.RETURN, id="a claim can be returned"),
        pytest.param(CLAIMED, Verb.CANCEL, id="a claimed task can be cancelled"),
        pytest.param(ASKED, Verb.EXTEND_DECIDE, id="a request for more time can be decided"),
        pytest.param(ASKED, Verb.REPORT, id="a request for more time does not stop reports"),
        pytest.param(ASKED, Verb.DONE, id="a request for more time does not stop the work"),
        pytest.param(HELD, Verb.RELEASE, id="a held task can be released"),
        pytest.param(HELD, Verb.REPORT, id="a held task takes reports"),
    ],
)
def test_it_is_allowed(state, verb):
    assert refusal(verb, state) is None


@pytest.mark.parametrize(
    ("state", "verb", "says"),
    [
        pytest.param(OPEN, Verb.VERIFY, "not been reported done", id="without a claim there is nothing to verify"),
        pytest.param(OPEN, Verb.RETURN, "not been reported done", id="without a claim there is nothing to return"),
        pytest.param(OPEN, Verb.EXTEND_DECIDE, "no request", id="without a request there is nothing to decide"),
        pytest.param(OPEN, Verb.RELEASE, "not on hold", id="what is not held cannot be released"),
        pytest.param(UNDATED, Verb.EXTEND_ASK, "no date", id="without a date there is nothing to extend"),
        pytest.param(CLAIMED, Verb.DONE, "2020-06-29", id="done is not claimed twice"),
        pytest.param(CLAIMED, Verb.REPORT, "2020-06-29", id="a claimed task takes no progress"),
        pytest.param(CLAIMED, Verb.EXTEND_ASK, "2020-06-29", id="for a claimed task no more time is asked"),
        pytest.param(
            CLAIMED, Verb.REASSIGN, "2020-06-29", id="a claim is answered before the task goes to another unit"
        ),
        pytest.param(ASKED, Verb.EXTEND_ASK, "already", id="more time is asked once at a time"),
        pytest.param(HELD, Verb.HOLD, "already", id="a held task is not held again"),
    ],
)
def test_it_is_refused_with_a_sentence(state, verb, says):
    assert says in (refusal(verb, state) or "")


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize(
    ("state", "says"),
    [
        pytest.param(VERIFIED, "2020-06-30", id="verified"),
        pytest.param(CANCELLED, "2020-06-29", id="cancelled"),
        pytest.param(TaskState(DUE, EVE, None, EVE, True, True), "cancelled", id="cancelled with everything pending"),
    ],
)
def test_a_closed_task_allows_nothing_but_to_open_a_verified_one_again(state, says, verb):
    if verb is Verb.REOPEN and state is VERIFIED:
        says = ""
    assert says in (refusal(verb, state) or "")
    assert (refusal(verb, state) is None) is (says == "")


def test_only_a_verified_task_is_opened_again():
    assert refusal(Verb.REOPEN, VERIFIED) is None
    assert "open already" in (refusal(Verb.REOPEN, TaskState(DUE)) or "")


# --- for all dates ---------------------------------------------------------------------------------------------------

days = st.dates(date(2020, 6, 1), date(2020, 7, 31))
maybe = st.none() | days
DONE = {Standing.DONE_ON_TIME, Standing.DONE_LATE, Standing.DONE_UNDATED}
UNDATED_CELLS = {Standing.OPEN_UNDATED, Standing.DONE_UNDATED}
LATE = {Standing.DONE_LATE, Standing.OPEN_OVERDUE}


@drawn
@given(maybe, maybe, maybe, days)
def test_every_task_stands_in_exactly_the_cell_of_its_row_and_column(due_on, done_on, verified_on, today):
    """Three yes-or-no questions of product.md settle the cell: has a date? done and verified? late?"""
    stands = standing(due_on=due_on, done_on=done_on, verified_on=verified_on, today=today)
    assert (stands in UNDATED_CELLS) is (due_on is None)
    assert (stands in DONE) is (done_on is not None and verified_on is not None)
    assert (stands in LATE) is (due_on is not None and (done_on or today) > due_on)


@drawn
@given(days, st.integers(0, 30), days)
def test_done_up_to_the_due_date_is_on_time_whenever_it_is_verified(due_on, early, verified_on):
    done_on = due_on - timedelta(days=early)
    stands = standing(due_on=due_on, done_on=done_on, verified_on=verified_on, today=date(2021, 1, 1))
    assert stands is Standing.DONE_ON_TIME


@drawn
@given(days, maybe, days, days)
def test_an_open_task_once_overdue_stays_overdue(due_on, done_on, today, later):
    today, later = sorted((today, later))
    cells = [standing(due_on=due_on, done_on=done_on, verified_on=None, today=day) for day in (today, later)]
    assert cells != [Standing.OPEN_OVERDUE, Standing.OPEN_IN_TIME]
