"""Early warning: what lets the overseers of a milestone hear before its date, once a reason, and never of less."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, CHAIN, CONTACT, LADDER, OVERSEER, SECOND_OVERSEER, drawn
from tests.rules.test_escalation_properties import remember, sweep_of, worlds
from tracker.rules.escalation import EARLY, HEIGHT, Acknowledged, Ladder, Reason, RungName, TaskFacts, decide
from tracker.rules.forecast import Confidence, Progress

WATCHED = {"early_working_days": 60, "silent_working_days": 25, "blocked_working_days": 5}
EARLY_LADDER = Ladder(
    tuple(replace(rung, **WATCHED) if rung.name is RungName.OVERSEER else rung for rung in LADDER.rungs)
)
DUE, CONFIRMED = date(2020, 6, 30), date(2020, 2, 14)
MILESTONE = TaskFacts(
    task_id=1, due_on=DUE, chain=CHAIN, is_milestone=True, confirmed_on=CONFIRMED, last_report_on=date(2020, 5, 25)
)
SLOW = (Progress(date(2020, 3, 16), 16), Progress(date(2020, 5, 25), 16))
BOTH = {OVERSEER, SECOND_OVERSEER}


def decided(facts, today, ladder=EARLY_LADDER):
    return decide(facts, ladder, CALENDAR, today)


CASES = {
    "no report since the notice, three months before": (
        replace(MILESTONE, last_report_on=None), date(2020, 4, 3), Reason.NO_REPORT, "overseer-silent",
    ),
    "no report for 25 working days": (
        replace(MILESTONE, last_report_on=date(2020, 4, 28)), date(2020, 6, 4), Reason.NO_REPORT, "overseer-silent",
    ),
    "too slow": (replace(MILESTONE, progress=SLOW, steps=19), date(2020, 5, 26), Reason.TOO_SLOW, "overseer-pace"),
    "promised for a day behind the date": (
        replace(MILESTONE, forecast_on=date(2020, 7, 9)), date(2020, 5, 26), Reason.FORECAST_LATE, "overseer-forecast",
    ),
    "a request waits for five working days": (
        replace(MILESTONE, blocked_since=date(2020, 6, 1)), date(2020, 6, 8), Reason.BLOCKED, "overseer-blocked",
    ),
    "the owner calls it unlikely": (
        replace(MILESTONE, confidence=Confidence.UNLIKELY), date(2020, 5, 26), Reason.UNLIKELY, "overseer-unlikely",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "today", "reason", "label"), CASES.values(), ids=CASES)
def test_every_overseer_is_warned_because(facts, today, reason, label):
    verdict = decided(facts, today)
    assert (verdict.reason, verdict.rung) == (reason, RungName.OVERSEER)
    assert {(one.officer_id, one.key) for one in verdict.intents} == {(one, f"{label}@2020-06-30#0") for one in BOTH}


def test_the_cases_hold_every_reason():
    assert {reason for _, _, reason, _ in CASES.values()} == set(EARLY)


@pytest.mark.parametrize(
    ("facts", "today"),
    [
        pytest.param(replace(MILESTONE, last_report_on=None), date(2020, 4, 1), id="silent, the date lies far ahead"),
        pytest.param(replace(MILESTONE, last_report_on=date(2020, 4, 28)), date(2020, 6, 3), id="silent for 24 days"),
        pytest.param(replace(MILESTONE, blocked_since=date(2020, 6, 2)), date(2020, 6, 8), id="blocked for 4 days"),
        pytest.param(replace(MILESTONE, confidence=Confidence.HARD), date(2020, 5, 26), id="hard, but not unlikely"),
        pytest.param(
            replace(MILESTONE, progress=SLOW, steps=19, promised_on=date(2020, 6, 26)), date(2020, 5, 26), id="promised"
        ),
        pytest.param(replace(MILESTONE, is_milestone=False, last_report_on=None), date(2020, 5, 4), id="no milestone"),
        pytest.param(replace(MILESTONE, last_report_on=None, done_on=date(2020, 5, 1)), date(2020, 5, 4), id="claimed"),
        pytest.param(replace(MILESTONE, last_report_on=None, is_held=True), date(2020, 5, 4), id="on hold"),
        pytest.param(replace(MILESTONE, last_report_on=None, is_muted=True), date(2020, 5, 4), id="muted"),
    ],
)
def test_nobody_is_warned(facts, today):
    assert decided(facts, today).intents == ()


def test_a_ladder_without_these_keys_warns_of_promises_only():
    for facts, today, reason, _ in CASES.values():
        expected = {Reason.FORECAST_LATE, Reason.UNLIKELY} if facts.forecast_on or facts.confidence else set()
        assert {one.reason for one in decided(facts, today, LADDER).intents} <= expected, reason


def test_nothing_new_begins_in_the_last_five_working_days():
    asked_late = replace(MILESTONE, last_report_on=date(2020, 6, 10), blocked_since=date(2020, 6, 17))
    assert decided(asked_late, date(2020, 6, 22)).rung is not RungName.OVERSEER
    for ahead in range(14):
        verdict = decided(asked_late, date(2020, 6, 17) + timedelta(days=ahead))
        assert all(one.reason not in EARLY for one in verdict.intents)


def test_a_stronger_reason_is_heard_after_a_weaker_one_and_not_the_other_way_round():
    today = date(2020, 5, 26)
    silent = replace(MILESTONE, last_report_on=date(2020, 3, 2))
    verdict = decided(silent, today)
    assert verdict.reason is Reason.NO_REPORT
    unlikely = replace(remember(silent, verdict), confidence=Confidence.UNLIKELY)
    verdict = decided(unlikely, today)
    assert {one.reason for one in verdict.intents} == {Reason.UNLIKELY}
    blocked = replace(remember(unlikely, verdict), blocked_since=date(2020, 5, 4))
    assert decided(blocked, today).intents == ()


def test_the_owner_hears_of_the_date_beside_the_warning():
    facts = replace(MILESTONE, last_report_on=date(2020, 5, 4))
    keys = {(one.officer_id, one.key) for one in decided(facts, date(2020, 6, 19)).intents}
    assert (CONTACT, "remind-7@2020-06-30#0") in keys
    assert {who for who, key in keys if key.startswith("overseer-silent")} == BOTH


def test_each_overseer_answers_for_themselves_and_the_answer_runs_out():
    facts = replace(MILESTONE, last_report_on=date(2020, 3, 2))
    facts = remember(facts, decided(facts, date(2020, 5, 11)))
    noted = replace(facts, acknowledgements=(Acknowledged(OVERSEER, DUE, date(2020, 5, 18)),))
    assert decided(noted, date(2020, 5, 18)).intents == ()
    assert {one.officer_id for one in decided(noted, date(2020, 5, 19)).intents} == {OVERSEER}


# --- whatever happens ------------------------------------------------------------------------------------------------

FIRST = date(2020, 6, 1)
progresses = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 19)), max_size=4).map(
    lambda rows: tuple(Progress(FIRST + timedelta(days=on), met) for on, met in sorted(rows))
)
watched = st.tuples(
    worlds, progresses, st.sampled_from([None, *Confidence]), st.none() | st.integers(0, 40), st.booleans()
)


def watched_sweep(drawn_world):
    world, progress, confidence, blocked, is_early = drawn_world
    facts, _, calendar, today = sweep_of(*world, {"is_milestone": True})
    ladder = EARLY_LADDER if is_early else LADDER
    return (
        replace(
            facts, progress=progress, steps=19, confidence=confidence,
            blocked_since=None if blocked is None else FIRST + timedelta(days=blocked),
        ),
        ladder, calendar, today,
    )  # fmt: skip


sweeps = watched.map(watched_sweep)


@drawn
@given(sweeps)
def test_sweeping_twice_says_nothing_new(sweep):
    task, *world = sweep
    first = decide(task, *world)
    assert decide(remember(task, first), *world).intents == ()


@drawn
@given(sweeps, st.integers(1, 60))
def test_a_later_working_day_never_lowers_the_rung(sweep, ahead):
    task, ladder, calendar, today = sweep
    task = replace(task, is_closed=False, is_policy=False, is_held=False, done_on=None)
    today = calendar.on_or_after(today)
    later = calendar.on_or_after(today + timedelta(days=ahead))
    rungs = [decide(task, ladder, calendar, day).rung for day in (today, later)]
    now, then = (-1 if rung is None else HEIGHT[rung] for rung in rungs)
    assert now <= then


@drawn
@given(sweeps)
def test_only_overseers_hear_early(sweep):
    task, *_ = sweep
    for one in decide(*sweep).intents:
        if one.reason in EARLY:
            assert one.rung is RungName.OVERSEER
            assert one.officer_id in task.chain.overseer
            assert one.key.startswith("overseer-")
