"""The weekly letter: which tasks, under which head, worst first, capped."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, drawn, span
from tracker.rules.digest import DigestSection, SectionName, asks, digest_sections, resting, section_of
from tracker.rules.escalation import TaskFacts

MONDAY = date(2020, 7, 6)
LONG_AGO = date(2020, 3, 2)
TASK = TaskFacts(task_id=1, due_on=MONDAY, told_on=LONG_AGO)
UNDATED = TaskFacts(task_id=1, due_on=None, confirmed_on=LONG_AGO, told_on=LONG_AGO)
OVERDUE, DUE, NEW, STALE, WAITING = SectionName


def in_days(days: int) -> TaskFacts:
    return replace(TASK, due_on=MONDAY + timedelta(days=days))


def sections(facts, cap=25):
    return digest_sections(facts, calendar=CALENDAR, stale_working_days=20, horizon_days=14, cap=cap, today=MONDAY)


@pytest.mark.parametrize(
    ("facts", "section"),
    [
        pytest.param(in_days(-1), OVERDUE, id="due yesterday is overdue"),
        pytest.param(in_days(-200), OVERDUE, id="due long ago is overdue"),
        pytest.param(in_days(0), DUE, id="due today is in time"),
        pytest.param(in_days(14), DUE, id="due in exactly two weeks is due"),
        pytest.param(in_days(15), None, id="due a day later is not mentioned yet"),
        pytest.param(UNDATED, STALE, id="no date and never reported on for 20 working days"),
        pytest.param(replace(UNDATED, confirmed_on=date(2020, 6, 8)), STALE, id="exactly 20 working days"),
        pytest.param(replace(UNDATED, confirmed_on=date(2020, 6, 9)), None, id="19 working days"),
        pytest.param(replace(UNDATED, last_report_on=date(2020, 7, 1)), None, id="no date but reported last week"),
        pytest.param(replace(UNDATED, asked_on=date(2020, 6, 9)), None, id="stale, asked about 19 working days ago"),
        pytest.param(replace(UNDATED, asked_on=date(2020, 6, 8)), STALE, id="stale, asked about 20 working days ago"),
        pytest.param(replace(UNDATED, asked_on=MONDAY), None, id="asked about today is not asked about again"),
        pytest.param(replace(in_days(-1), asked_on=date(2020, 6, 29)), OVERDUE, id="overdue is asked about every week"),
        pytest.param(replace(in_days(-9), done_on=date(2020, 7, 1)), WAITING, id="claimed late and not verified"),
        pytest.param(replace(in_days(9), done_on=date(2020, 7, 1)), WAITING, id="claimed in time and not verified"),
        pytest.param(replace(UNDATED, done_on=date(2020, 7, 1)), WAITING, id="claimed without a date"),
        pytest.param(replace(UNDATED, told_on=None, confirmed_on=date(2020, 7, 1)), NEW, id="no date, nobody was told"),
        pytest.param(replace(UNDATED, told_on=None), STALE, id="nobody was told until it was stale"),
        pytest.param(replace(UNDATED, told_on=None, confirmed_on=MONDAY), NEW, id="confirmed today"),
        pytest.param(replace(in_days(99), told_on=None), NEW, id="due far ahead, and nobody was told of it yet"),
        pytest.param(replace(in_days(9), told_on=None), DUE, id="new and due soon is due"),
        pytest.param(replace(in_days(99), told_on=None, last_report_on=MONDAY), None, id="who reports knows of it"),
        pytest.param(replace(UNDATED, told_on=None, is_held=True), None, id="new and on hold"),
        pytest.param(replace(in_days(-9), is_closed=True), None, id="closed"),
        pytest.param(replace(in_days(-9), is_closed=True, done_on=date(2020, 7, 1)), None, id="verified"),
        pytest.param(replace(in_days(-9), is_policy=True), None, id="a policy"),
        pytest.param(replace(UNDATED, is_policy=True), None, id="a policy without a date"),
        pytest.param(replace(in_days(-9), is_held=True), None, id="held without an end"),
        pytest.param(replace(in_days(-9), is_held=True, held_until=MONDAY), None, id="held up to today"),
        pytest.param(
            replace(in_days(-9), is_held=True, held_until=date(2020, 7, 5)), OVERDUE, id="held up to yesterday"
        ),
        pytest.param(
            replace(in_days(9), promised_on=MONDAY, last_report_on=MONDAY), DUE, id="promised, and due all the same"
        ),
    ],
)
def test_where_a_task_is_mentioned(facts, section):
    horizon = MONDAY + timedelta(days=14)
    found = section_of(facts, calendar=CALENDAR, stale_working_days=20, horizon=horizon, today=MONDAY)
    assert found is section
    assert [one.name for one in sections([facts])] == ([] if section is None else [section])


def test_without_tasks_there_are_no_sections():
    assert sections([]) == ()


def test_a_letter_is_never_made_of_empty_sections():
    assert sections([replace(TASK, is_closed=True), in_days(99)]) == ()


MIXED = [
    replace(in_days(3), task_id=1),
    replace(in_days(-3), task_id=2),
    replace(UNDATED, task_id=3, confirmed_on=date(2020, 6, 1)),
    replace(in_days(-30), task_id=4),
    replace(in_days(1), task_id=5),
    replace(UNDATED, task_id=6),
    replace(in_days(-3), task_id=7),
    replace(in_days(-1), task_id=8, done_on=date(2020, 7, 3)),
]


def test_the_worst_section_stands_first_and_the_worst_task_stands_first_in_it():
    assert sections(MIXED) == (
        DigestSection(OVERDUE, (4, 2, 7)),
        DigestSection(DUE, (5, 1)),
        DigestSection(STALE, (6, 3)),
        DigestSection(WAITING, (8,)),
    )


def test_a_capped_letter_keeps_the_worst_and_says_how_many_more_there_are():
    assert sections(MIXED, cap=4) == (
        DigestSection(OVERDUE, (4, 2, 7)),
        DigestSection(DUE, (5,), hidden=1),
        DigestSection(STALE, (), hidden=2),
        DigestSection(WAITING, (), hidden=1),
    )
    assert [one.total for one in sections(MIXED, cap=4)] == [3, 2, 2, 1]


def test_a_letter_goes_out_only_when_it_asks_something():
    waiting = replace(in_days(-1), done_on=MONDAY)
    assert not asks(sections([waiting]))
    assert asks(sections([waiting, replace(in_days(1), task_id=2)]))
    assert asks(sections([UNDATED]))
    assert not asks(sections([replace(UNDATED, asked_on=MONDAY)])), "the next question is not due yet"


def test_tasks_without_a_date_that_are_not_asked_about_are_counted():
    some = [
        UNDATED,
        replace(UNDATED, task_id=2, asked_on=MONDAY),
        replace(UNDATED, task_id=3, last_report_on=MONDAY),
        replace(UNDATED, task_id=4, done_on=MONDAY),
        replace(UNDATED, task_id=5, is_held=True),
        replace(UNDATED, task_id=6, is_closed=True),
        replace(UNDATED, task_id=7, is_policy=True),
        in_days(99),
    ]
    assert resting(some, sections(some), today=MONDAY) == 2
    assert resting(some, sections(some, cap=0), today=MONDAY) == 2, "what did not fit is asked about all the same"


def test_a_claim_of_unknown_age_stands_last_among_those_that_wait():
    ageless = TaskFacts(task_id=1, due_on=None, done_on=MONDAY)
    assert sections([ageless, replace(in_days(-1), task_id=2, done_on=MONDAY)]) == (DigestSection(WAITING, (2, 1)),)


# --- for all lists of tasks ------------------------------------------------------------------------------------------

FIRST = date(2020, 5, 1)
days = span(FIRST, date(2020, 8, 31))
past = span(FIRST, MONDAY)
rarely = st.sampled_from([{}] * 6 + [{"is_closed": True}, {"is_policy": True}, {"is_held": True}, {"done_on": FIRST}])


def task(due_on, confirmed_on, last_report_on, state):
    return TaskFacts(0, due_on, confirmed_on=confirmed_on, last_report_on=last_report_on, **state)


tasks = st.lists(st.builds(task, st.none() | days, past, st.none() | past, rarely), max_size=10).map(
    lambda some: [replace(one, task_id=at) for at, one in enumerate(some)]
)
caps = st.integers(1, 12)


@drawn
@given(tasks, caps)
def test_no_task_is_shown_twice_or_invented(some, cap):
    shown = [task_id for section in sections(some, cap) for task_id in section.task_ids]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= {one.task_id for one in some}


@drawn
@given(tasks, caps)
def test_the_cap_is_filled_and_never_passed(some, cap):
    found = sections(some, cap)
    assert sum(len(section.task_ids) for section in found) == min(cap, sum(section.total for section in found))


@drawn
@given(tasks, caps)
def test_hidden_and_shown_add_up_to_what_belongs_there(some, cap):
    horizon = MONDAY + timedelta(days=14)
    belongs = [section_of(one, calendar=CALENDAR, stale_working_days=20, horizon=horizon, today=MONDAY) for one in some]
    assert {one.name: len(one.task_ids) + one.hidden for one in sections(some, cap)} == {
        name: belongs.count(name) for name in SectionName if name in belongs
    }


@drawn
@given(st.lists(past, max_size=6))
def test_between_two_questions_lies_a_review_cadence(reports):
    asked = []
    for day in (FIRST + timedelta(days=n) for n in range(120)):
        reported = max((one for one in reports if one <= day), default=None)
        facts = replace(UNDATED, last_report_on=reported, asked_on=max(asked, default=None))
        horizon = day + timedelta(days=14)
        if section_of(facts, calendar=CALENDAR, stale_working_days=20, horizon=horizon, today=day) is STALE:
            asked.append(day)
    assert asked
    assert all(CALENDAR.between(first, then) >= 20 for first, then in pairwise(asked))


@drawn
@given(tasks, caps)
def test_a_smaller_cap_shows_the_beginning_of_the_same_letter(some, cap):
    everything = [task_id for section in sections(some, 99) for task_id in section.task_ids]
    assert [task_id for section in sections(some, cap) for task_id in section.task_ids] == everything[:cap]


@drawn
@given(tasks, caps)
def test_sections_stand_worst_first_and_so_do_the_tasks_with_a_date(some, cap):
    found = sections(some, cap)
    assert [section.name for section in found] == [name for name in SectionName if name in {one.name for one in found}]
    for section in found:
        if section.name in (OVERDUE, DUE):
            dates = [some[task_id].due_on for task_id in section.task_ids]
            assert dates == sorted(dates)
        if section.name is STALE:
            heard_on = [some[task_id].last_report_on or some[task_id].confirmed_on for task_id in section.task_ids]
            assert heard_on == sorted(heard_on)


@drawn
@given(tasks, caps, st.randoms(use_true_random=False))
def test_the_order_in_which_tasks_come_changes_nothing(some, cap, chance):
    assert sections(chance.sample(some, len(some)), cap) == sections(some, cap)
