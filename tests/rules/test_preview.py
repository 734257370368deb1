"""What will be said if nothing changes: the same as sweeping every day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, CHAIN, CONTACT, HEAD, LADDER, OFFICE, OVERSEER, SECOND_OVERSEER, drawn
from tests.rules.test_escalation_properties import replay, sweeps
from tracker.rules.escalation import Acknowledged, Reason, TaskFacts
from tracker.rules.preview import preview

DUE = date(2020, 6, 30)
TASK = TaskFacts(task_id=1, due_on=DUE, chain=CHAIN)


def told(facts, days, today):
    """What the preview says, on the days on which it says anything."""
    ahead = preview(facts, LADDER, CALENDAR, days=days, today=today)
    return {day: {(one.task_id, one.officer_id, one.key) for one in said} for day, said in ahead if said}


def test_two_weeks_ahead_of_a_silent_commune():
    assert told([TASK], 14, date(2020, 6, 24)) == {
        date(2020, 6, 24): {(1, CONTACT, "remind-7@2020-06-30#0")},
        date(2020, 6, 25): {(1, CONTACT, "remind-3@2020-06-30#0")},
        date(2020, 6, 29): {(1, CONTACT, "remind-1@2020-06-30#0")},
        date(2020, 7, 1): {(1, who, "head@2020-06-30#0") for who in (CONTACT, HEAD)},
        date(2020, 7, 3): {(1, who, "overseer@2020-06-30#0") for who in (OVERSEER, SECOND_OVERSEER)},
        date(2020, 7, 7): {(1, OFFICE, "office@2020-06-30#0")},
    }


def test_every_day_is_listed_in_order_days_off_too():
    listed = list(preview([TASK], LADDER, CALENDAR, days=5, today=date(2020, 7, 3)))
    assert [day for day, _ in listed] == [date(2020, 7, day) for day in (3, 4, 5, 6, 7)]
    assert [bool(said) for _, said in listed] == [True, False, False, False, True]


def test_no_days_ahead_are_no_days():
    assert list(preview([TASK], LADDER, CALENDAR, days=0, today=DUE)) == []


def test_what_was_said_before_is_not_announced_again():
    said = replace(TASK, said=frozenset({(CONTACT, "head@2020-06-30#0"), (HEAD, "head@2020-06-30#0")}))
    assert list(told([said], 3, date(2020, 7, 1))) == [date(2020, 7, 3)]


def test_an_acknowledgement_that_will_run_out_is_foreseen():
    facts = replace(
        TASK,
        chain=replace(CHAIN, overseer=(OVERSEER,), office=()),
        acknowledgements=(Acknowledged(OVERSEER, DUE, date(2020, 7, 10)),),
    )
    assert told([facts], 14, date(2020, 7, 3)) == {date(2020, 7, 13): {(1, OVERSEER, "overseer@2020-06-30#1")}}


def test_the_preview_gives_the_reasons_of_the_decision():
    ahead = preview(
        [replace(TASK, is_milestone=True, forecast_on=date(2020, 7, 9))], LADDER, CALENDAR, days=30, today=DUE
    )
    assert [{one.reason for one in said} for _, said in ahead if said] == [
        {Reason.FORECAST_LATE, Reason.DUE_SOON},
        {Reason.OVERDUE},
        {Reason.OVERDUE},
        {Reason.OVERDUE},
    ]


# --- for all tasks ---------------------------------------------------------------------------------------------------


def together(some):
    """Several tasks under the ladder, the calendar and the day of the first."""
    _, ladder, calendar, today = some[0]
    return [replace(task, task_id=at) for at, (task, *_) in enumerate(some)], ladder, calendar, today


desks = st.lists(sweeps(), min_size=1, max_size=3).map(together)
lengths = st.integers(0, 30)


@drawn
@given(desks, lengths)
def test_the_preview_is_the_same_as_sweeping_day_by_day(desk, days):
    tasks, *world, today = desk
    by_task = [list(replay(task, *world, today, days)) for task in tasks]
    assert list(preview(tasks, *world, days=days, today=today)) == [
        (today + timedelta(days=at), [one for verdicts in by_task for one in verdicts[at].intents])
        for at in range(days)
    ]


@drawn
@given(desks, lengths)
def test_the_preview_says_no_key_twice_and_none_that_was_said(desk, days):
    tasks, *world, today = desk
    said = [
        (one.task_id, one.officer_id, one.key)
        for _, intents in preview(tasks, *world, days=days, today=today)
        for one in intents
    ]
    assert len(set(said)) == len(said)
    assert not set(said) & {(task.task_id, *saying) for task in tasks for saying in task.said}


@drawn
@given(desks, lengths, lengths)
def test_a_longer_preview_begins_with_the_shorter_one(desk, days, more):
    tasks, *world, today = desk
    longer = list(preview(tasks, *world, days=days + more, today=today))
    assert list(preview(tasks, *world, days=days, today=today)) == longer[:days]
