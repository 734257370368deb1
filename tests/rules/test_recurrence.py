"""Recurring duties: one instance a period, answered by one report, missed ones counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import drawn, span
from tracker.rules.recurrence import MONTHS, duty, period_of

CONFIRMED, TODAY = date(2020, 2, 14), date(2020, 7, 8)  # a Friday and a Wednesday


@pytest.mark.parametrize(
    ("recurrence", "day", "name", "first", "last"),
    [
        ("weekly", TODAY, "2020-W28", date(2020, 7, 6), date(2020, 7, 12)),
        ("weekly", date(2021, 1, 1), "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("monthly", date(2020, 2, 29), "2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("quarterly", TODAY, "2020-Q3", date(2020, 7, 1), date(2020, 9, 30)),
        ("half-yearly", TODAY, "2020-H2", date(2020, 7, 1), date(2020, 12, 31)),
        ("yearly", TODAY, "2020", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_every_day_lies_in_one_instance(recurrence, day, name, first, last):
    found = period_of(recurrence, day)
    assert (found.name, found.first, found.last) == (name, first, last)


@pytest.mark.parametrize("recurrence", [None, "other"])
def test_what_does_not_recur_by_the_calendar_is_no_duty(recurrence):
    assert duty(recurrence, None, [], since=CONFIRMED, today=TODAY) is None


def test_a_silent_weekly_duty_has_missed_every_week_and_owes_this_one():
    found = duty("weekly", 5, [], since=CONFIRMED, today=TODAY)
    assert (found.current.name, found.due_on, found.is_answered) == ("2020-W28", date(2020, 7, 10), False)
    assert (found.answered, found.missed) == (0, 20), "weeks 8 to 27; the week of the confirmation is no whole one"


def test_one_report_answers_the_instance_that_it_lies_in_and_no_other():
    reported = [date(2020, 6, 29), date(2020, 7, 3), date(2020, 7, 6)]
    found = duty("weekly", None, reported, since=CONFIRMED, today=TODAY)
    assert (found.is_answered, found.answered, found.missed) == (True, 1, 19)


@pytest.mark.parametrize(
    ("recurrence", "day", "today", "due_on"),
    [
        ("weekly", None, TODAY, date(2020, 7, 12)),
        ("monthly", 25, TODAY, date(2020, 7, 25)),
        ("monthly", 31, date(2020, 2, 3), date(2020, 2, 29)),
        ("quarterly", 15, TODAY, date(2020, 9, 15)),
    ],
)
def test_the_last_day_in_time_is_the_day_that_the_words_name(recurrence, day, today, due_on):
    assert duty(recurrence, day, [], since=date(2020, 1, 2), today=today).due_on == due_on


recurrences = st.sampled_from(["weekly", *MONTHS])


@drawn
@given(recurrences, span(date(2019, 1, 1), date(2021, 12, 31)))
def test_instances_follow_each_other_without_gap(recurrence, day):
    found = period_of(recurrence, day)
    following = period_of(recurrence, found.last + timedelta(days=1))
    assert found.first <= day <= found.last
    assert following.first == found.last + timedelta(days=1)
    assert following.name != found.name


@drawn
@given(
    recurrences,
    st.lists(span(date(2020, 1, 1), date(2020, 12, 31)), max_size=8),
    span(date(2020, 3, 1), date(2020, 12, 31)),
)
def test_what_is_over_was_answered_or_missed_and_a_report_more_misses_no_more(recurrence, reported, today):
    known = [on for on in reported if on <= today]
    found = duty(recurrence, None, known, since=date(2020, 1, 1), today=today)
    silent = duty(recurrence, None, [], since=date(2020, 1, 1), today=today)
    assert found.answered + found.missed == silent.missed
    assert found.missed <= silent.missed
