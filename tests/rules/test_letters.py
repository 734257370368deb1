"""One envelope a person a day, named after the worst that it says."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CONTACT, HEAD, OFFICE, OVERSEER, drawn, span
from tracker.rules.escalation import HEIGHT, Intent, Reason, RungName
from tracker.rules.letters import LetterKind, bundle, daily_period, week_of, weekly_period

FRIDAY = date(2020, 7, 3)


def intent(officer: int, rung: RungName, task_id: int = 1) -> Intent:
    return Intent(task_id, officer, rung, f"{rung}@2020-06-30#0", date(2020, 6, 30), Reason.OVERDUE)


def test_on_a_day_without_anything_to_say_there_is_no_letter():
    assert bundle([], today=FRIDAY) == []


def test_an_overseer_gets_one_letter_for_all_communes():
    slips = [intent(OVERSEER, RungName.OVERSEER, task_id) for task_id in (3, 1, 2)]
    (letter,) = bundle(slips, today=FRIDAY)
    assert (letter.officer_id, letter.kind, letter.period) == (OVERSEER, LetterKind.OVERSEER, "2020-07-03")
    assert letter.intents == tuple(slips)


def test_everybody_gets_their_own_letter():
    letters = bundle(
        [intent(OFFICE, RungName.OFFICE), intent(CONTACT, RungName.HEAD), intent(HEAD, RungName.HEAD)], today=FRIDAY
    )
    assert [(letter.officer_id, letter.kind) for letter in letters] == [
        (CONTACT, LetterKind.HEAD),
        (HEAD, LetterKind.HEAD),
        (OFFICE, LetterKind.OFFICE),
    ]


@pytest.mark.parametrize(
    ("rungs", "kind"),
    [
        pytest.param([RungName.REMIND], "reminder", id="a reminder alone"),
        pytest.param([RungName.HEAD], "head", id="a slip alone"),
        pytest.param([RungName.OVERSEER], "overseer", id="an escalation alone"),
        pytest.param([RungName.OFFICE], "office", id="a matter for the office alone"),
        pytest.param([RungName.REMIND, RungName.HEAD], "head", id="a slip outweighs a reminder"),
        pytest.param([RungName.HEAD, RungName.REMIND], "head", id="whichever comes first"),
        pytest.param([RungName.OVERSEER, RungName.OFFICE, RungName.HEAD], "office", id="the office outweighs all"),
    ],
)
def test_the_letter_is_named_after_its_highest_rung(rungs, kind):
    (letter,) = bundle([intent(CONTACT, rung, at) for at, rung in enumerate(rungs)], today=FRIDAY)
    assert letter.kind == kind


def test_the_kinds_that_outsiders_rely_on_keep_their_names():
    assert {str(kind) for kind in LetterKind} >= {
        "digest",
        "reminder",
        "head",
        "overseer",
        "office",
        "briefing",
        "signin",
        "notice",
    }


@pytest.mark.parametrize(
    ("day", "period"),
    [
        pytest.param(date(2020, 7, 6), "2020-W28", id="a Monday"),
        pytest.param(date(2020, 7, 12), "2020-W28", id="the Sunday of the same week"),
        pytest.param(date(2020, 7, 13), "2020-W29", id="the Monday after"),
        pytest.param(date(2020, 1, 6), "2020-W02", id="a week of one digit has two"),
        pytest.param(date(2019, 12, 31), "2020-W01", id="the last day of 2019 lies in the first week of 2020"),
        pytest.param(date(2021, 1, 1), "2020-W53", id="the first day of 2021 lies in the last week of 2020"),
    ],
)
def test_a_week_is_named_by_the_iso_calendar(day, period):
    assert weekly_period(day) == period


def test_a_day_is_named_by_itself():
    assert daily_period(FRIDAY) == "2020-07-03"


def test_a_named_week_runs_from_monday_to_sunday():
    assert week_of("2020-W28") == (date(2020, 7, 6), date(2020, 7, 12))
    assert week_of("2020-W53") == (date(2020, 12, 28), date(2021, 1, 3))


@pytest.mark.parametrize(
    "period", ["2020-W54", "2019-W53", "2020-W00", "2020-W", "2020", "W28", "", "tuần 28", "2020-07-03"]
)
def test_a_week_that_does_not_exist_is_refused(period):
    with pytest.raises(ValueError):
        week_of(period)


# --- for all intents -------------------------------------------------------------------------------------------------

rungs = st.sampled_from([RungName.REMIND, RungName.HEAD, RungName.OVERSEER, RungName.OFFICE])
intents = st.lists(
    st.tuples(st.integers(1, 5), rungs, st.integers(1, 4)).map(lambda drawn: intent(*drawn)), max_size=12
)
days = span(date(2019, 12, 20), date(2021, 1, 20))


@drawn
@given(intents, days)
def test_nothing_to_say_is_lost_or_doubled(said, today):
    assert Counter(one for letter in bundle(said, today=today) for one in letter.intents) == Counter(said)


@drawn
@given(intents, days)
def test_nobody_gets_two_letters_and_none_is_empty_or_for_somebody_else(said, today):
    letters = bundle(said, today=today)
    assert len({letter.officer_id for letter in letters}) == len(letters)
    assert all({one.officer_id for one in letter.intents} == {letter.officer_id} for letter in letters)


@drawn
@given(intents, days)
def test_the_key_of_a_letter_is_unique_on_its_day(said, today):
    letters = bundle(said, today=today)
    assert {letter.period for letter in letters} <= {today.isoformat()}
    assert len({(letter.officer_id, letter.kind, letter.period) for letter in letters}) == len(letters)


@drawn
@given(intents, days)
def test_no_letter_says_worse_than_its_name(said, today):
    height = {LetterKind.REMINDER: 0, LetterKind.HEAD: 1, LetterKind.OVERSEER: 2, LetterKind.OFFICE: 3}
    for letter in bundle(said, today=today):
        assert height[letter.kind] == max(HEIGHT[one.rung] for one in letter.intents)


@drawn
@given(days)
def test_every_day_lies_in_the_week_of_its_name(day):
    monday, sunday = week_of(weekly_period(day))
    assert monday <= day <= sunday
    assert (monday.weekday(), sunday - monday) == (0, timedelta(days=6))
