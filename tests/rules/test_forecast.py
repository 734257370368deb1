"""Forecasts: from dated progress to a chance and a span of days; and how early and how wrongly they warn."""

from datetime import date
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, drawn
from tests.rules.histories import played, rushed, stalled, steady
from tracker.rules.forecast import Progress, forecast, is_in_danger

DUE = date(2020, 6, 30)
SLOW = (Progress(date(2020, 3, 16), 15), Progress(date(2020, 5, 20), 15), Progress(date(2020, 6, 1), 16))
BRISK = (Progress(date(2020, 3, 2), 10), Progress(date(2020, 4, 6), 14), Progress(date(2020, 5, 11), 18))


def foreseen(history, today, *, total=19, due_on=DUE):
    return forecast(history, total=total, due_on=due_on, calendar=CALENDAR, today=today)


@pytest.mark.parametrize(
    ("history", "today"),
    [
        pytest.param((), date(2020, 5, 20), id="no history"),
        pytest.param(SLOW[:1], date(2020, 6, 20), id="one report"),
        pytest.param((SLOW[1], Progress(SLOW[1].on, 17)), date(2020, 6, 20), id="two words of one day"),
        pytest.param(SLOW[1:], date(2020, 6, 10), id="too short a history"),
        pytest.param((*SLOW, Progress(date(2020, 6, 2), 19)), date(2020, 6, 10), id="nothing left to do"),
        pytest.param(SLOW, date(2020, 7, 1), id="the date has passed"),
    ],
)
def test_there_is_no_forecast_rather_than_a_wrong_one(history, today):
    assert foreseen(history, today) is None


def test_a_slow_commune_is_foreseen_with_its_figures():
    found = foreseen(SLOW, date(2020, 6, 8))
    assert (found.remaining, found.gained, found.working_days) == (3, 1, 57)
    assert found.expected_on == CALENDAR.add(date(2020, 6, 8), 114), "3 steps at 1,5 steps in 57 working days"
    assert found.slack == -98
    assert found.earliest_on < found.expected_on
    assert found.latest_on is None or found.expected_on < found.latest_on
    assert is_in_danger(found, promised_on=None, due_on=DUE)


def test_a_brisk_commune_is_in_no_danger():
    found = foreseen(BRISK, date(2020, 5, 12))
    assert found.chance > 0.9
    assert found.expected_on < DUE
    assert found.slack > 0
    assert not is_in_danger(found, promised_on=None, due_on=DUE)


def test_the_owners_word_counts_but_not_against_everything():
    unlikely = foreseen(SLOW, date(2020, 6, 1))
    hopeless = foreseen(SLOW, date(2020, 6, 24))
    assert 0.01 < unlikely.chance < 0.05
    assert is_in_danger(unlikely, promised_on=None, due_on=DUE)
    assert not is_in_danger(unlikely, promised_on=DUE, due_on=DUE)
    assert is_in_danger(unlikely, promised_on=date(2020, 7, 1), due_on=DUE), "a promise behind the date is none"
    assert is_in_danger(hopeless, promised_on=DUE, due_on=DUE)


def test_who_never_moves_has_no_day_but_stays_comparable():
    found = foreseen((Progress(date(2020, 3, 2), 0), Progress(date(2020, 3, 30), 0)), date(2020, 6, 1))
    assert (found.expected_on, found.latest_on, found.slack) == (None, None, None)
    assert found.chance < 0.001


steps = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3)), min_size=2, max_size=6)


def made(gaps):
    on, met, history = date(2020, 3, 2), 5, []
    for days, more in gaps:
        on, met = CALENDAR.add(on, days), met + more
        history.append(Progress(on, met))
    return tuple(history)


@drawn
@given(steps, st.integers(0, 40), st.integers(1, 60))
def test_without_news_a_date_only_becomes_less_likely(gaps, waited, longer):
    history, due_on = made(gaps), date(2021, 3, 31)
    first = CALENDAR.add(history[-1].on, waited)
    now, then = (foreseen(history, day, total=25, due_on=due_on) for day in (first, CALENDAR.add(first, longer)))
    if now is not None:
        assert then is not None
        assert then.chance <= now.chance
        assert 0 <= then.chance <= 1


@drawn
@given(steps, st.integers(1, 3))
def test_one_more_criterion_never_makes_a_date_less_likely(gaps, more):
    history, due_on = made(gaps), date(2021, 3, 31)
    last = history[-1]
    better = (*history[:-1], Progress(last.on, last.met + more))
    now, then = (foreseen(one, last.on, total=40, due_on=due_on) for one in (history, better))
    if now is not None:
        assert then.chance >= now.chance
        assert (then.expected_on or date.max) <= (now.expected_on or date.max)


@drawn
@given(steps)
def test_the_span_lies_in_the_order_of_its_days(gaps):
    found = foreseen(made(gaps), date(2020, 10, 1), total=40, due_on=date(2021, 6, 30))
    if found is not None:
        earliest, latest = found.earliest_on or date.max, found.latest_on or date.max
        assert earliest <= latest


# docs/early-warning.md states these figures; they are the same on every machine.
MEASURED = {
    steady: (0.82, 46, 0.10),
    rushed: (0.87, 46, 0.22),
    stalled: (0.88, 31, 0.20),
}


@pytest.mark.parametrize("kind", MEASURED, ids=lambda kind: kind.__name__)
def test_how_early_and_how_wrongly_it_warns_of_histories_whose_end_is_known(kind):
    warned_share, days_ahead, false_share = MEASURED[kind]
    outcomes = list(played(kind, number=300, seed=7))
    late = [one.warned or 0 for one in outcomes if one.is_late]
    in_time = [one for one in outcomes if not one.is_late]
    assert len(late) > 100 and len(in_time) > 50
    found = (
        sum(warned >= 10 for warned in late) / len(late),
        median(late),
        sum(one.warned is not None for one in in_time) / len(in_time),
    )
    assert (round(found[0], 2), found[1], round(found[2], 2)) == (warned_share, days_ahead, false_share)
