"""The ladder for every task, chain, calendar and day: nothing twice, nothing lower, nothing to strangers."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.rules import CHAIN, LADDER, drawn, span
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import (
    HEIGHT,
    SPOKEN,
    Acknowledged,
    Chain,
    Ladder,
    Reason,
    Rung,
    RungName,
    Target,
    TaskFacts,
    decide,
    said_key,
)

FIRST, LAST = date(2020, 6, 1), date(2020, 7, 31)
LABELS = ("remind-7", "remind-3", "remind-1", "head", "overseer", "overseer-forecast", "office")
SILENCES = {Reason.CLOSED, Reason.POLICY, Reason.NOT_A_WORKING_DAY, Reason.HELD, Reason.AWAITING_VERIFICATION}


days, due_days = span(FIRST, LAST), span(date(2020, 6, 15), date(2020, 7, 20))
calendars = st.sampled_from(
    [
        WorkingCalendar.of(),
        WorkingCalendar.of([date(2020, 6, 29), date(2020, 6, 30), date(2020, 7, 1)]),
        WorkingCalendar.of([date(2020, 6, day) for day in range(22, 27)], [date(2020, 6, 20), date(2020, 6, 28)]),
        WorkingCalendar.of([date(2020, 7, 3), date(2020, 7, 6)], [date(2020, 7, 4), date(2020, 7, 5)]),
    ]
)
chains = st.sampled_from(
    [
        CHAIN,
        replace(CHAIN, contact=()),
        replace(CHAIN, head=()),
        replace(CHAIN, contact=(), head=()),
        replace(CHAIN, overseer=()),
        replace(CHAIN, office=()),
        Chain((1, 2), (2,), (2, 3), (3, 4)),
        Chain((1,), (1,), (1,), (1,), (1,)),
        Chain(),
    ]
)


def climbing(before, at_head, at_overseer, at_office, unanswered=None):
    return Ladder(
        (
            Rung(RungName.REMIND, (Target.CONTACT,), working_days_before=before),
            Rung(RungName.HEAD, (Target.CONTACT, Target.HEAD), working_days_after=at_head, promise_working_days=3),
            Rung(RungName.OVERSEER, (Target.OVERSEER,), working_days_after=at_overseer),
            Rung(RungName.OFFICE, (Target.OFFICE,), working_days_after=at_office, unanswered_reminders=unanswered),
            Rung(RungName.CHAIR, (Target.CHAIR,)),
        )
    )


ladders = st.sampled_from(
    [LADDER, LADDER, climbing((), 1, 1, 1), climbing((1, 2, 10), 1, 6, 9, unanswered=1), climbing((5,), 1, 3, 20)]
)


states = st.sampled_from(
    [
        *[{}] * 12,
        {"is_closed": True},
        {"is_policy": True},
        {"is_muted": True},
        {"is_held": True},
        {"is_held": True, "held_until": date(2020, 7, 1)},
        {"is_held": True, "held_until": date(2020, 7, 9)},
        {"done_on": FIRST},
    ]
)
maybe_days = st.sampled_from([None] * 10 + [FIRST + timedelta(days=n) for n in range(61)])
memories = st.sampled_from([0, 0, 1]).flatmap(lambda is_any: st.integers(0, 2**90 - 1) if is_any else st.just(0))
notes = st.lists(st.tuples(st.integers(0, 9), st.booleans(), days), max_size=2)
worlds = st.tuples(
    *(days, chains, ladders, calendars, states, st.none() | due_days),
    *(st.booleans(), maybe_days, maybe_days, maybe_days, maybe_days, st.integers(0, 6), memories, notes),
)


def sweeps(**fixed):
    """One task on one day: facts, ladder, calendar, today. Nothing in the facts was reported after that day."""
    return worlds.map(lambda drawn_world: sweep_of(*drawn_world, fixed))


def sweep_of(
    today, chain, ladder, calendar, state, due_on,
    is_milestone, confirmed_on, reported_on, promised_on, forecast_on, unanswered, memory, noted, fixed,
):  # fmt: skip
    officers = sorted({one for target in Target for one in chain.of(target)}) or [1]
    sayings = [(who, said_key(label, due_on, rnd)) for who in officers for label in LABELS for rnd in (0, 1)]
    facts = TaskFacts(
        task_id=7,
        due_on=due_on,
        chain=chain,
        is_milestone=is_milestone,
        confirmed_on=confirmed_on and min(confirmed_on, today),
        last_report_on=reported_on and min(reported_on, today),
        promised_on=reported_on and promised_on,
        forecast_on=forecast_on,
        unanswered=unanswered,
        said=frozenset(saying for bit, saying in enumerate(sayings) if memory >> bit & 1),
        acknowledgements=tuple(
            Acknowledged(officers[at % len(officers)], due_on if is_ours else FIRST, expires_on)
            for at, is_ours, expires_on in noted
        ),
    )
    return replace(facts, **(state | fixed)), ladder, calendar, today


def remember(task, verdict):
    return replace(task, said=task.said | {(one.officer_id, one.key) for one in verdict.intents})


def replay(task, ladder, calendar, first, days_ahead):
    """The verdicts of the days from `first` on, each knowing what the days before have said."""
    for ahead in range(days_ahead):
        verdict = decide(task, ladder, calendar, first + timedelta(days=ahead))
        yield verdict
        task = remember(task, verdict)


def heard(verdict):
    return {(one.officer_id, one.key) for one in verdict.intents}


@drawn
@given(sweeps())
def test_something_is_said_exactly_when_the_reason_is_one_for_speaking(sweep):
    verdict = decide(*sweep)
    assert bool(verdict.intents) is (verdict.reason in SPOKEN)
    assert {one.reason for one in verdict.intents} <= SPOKEN


@drawn
@given(sweeps())
def test_sweeping_twice_says_nothing_new(sweep):
    task, *world = sweep
    first = decide(task, *world)
    second = decide(remember(task, first), *world)
    assert second.intents == ()
    assert second.reason not in SPOKEN
    assert second.rung is first.rung


@drawn
@given(sweeps())
def test_one_sweep_says_nothing_twice_and_nothing_that_was_said(sweep):
    verdict = decide(*sweep)
    assert len(heard(verdict)) == len(verdict.intents)
    assert not heard(verdict) & sweep[0].said


@drawn
@given(sweeps(), st.integers(1, 60))
def test_a_later_working_day_never_lowers_the_rung(sweep, ahead):
    task, ladder, calendar, today = sweep
    task = replace(task, is_closed=False, is_policy=False, done_on=None)
    later = calendar.on_or_after(today + timedelta(days=ahead))
    now, then = decide(task, ladder, calendar, today), decide(task, ladder, calendar, later)
    assert height(now) <= height(then)


def height(verdict):
    return -1 if verdict.rung is None else HEIGHT[verdict.rung]


@drawn
@given(sweeps(forecast_on=None, acknowledgements=()), st.integers(1, 40))
def test_without_forecast_and_acknowledgements_no_lower_rung_speaks_after_a_higher(sweep, days_ahead):
    task, ladder, calendar, today = sweep
    rungs = [
        HEIGHT[one.rung] for verdict in replay(task, ladder, calendar, today, days_ahead) for one in verdict.intents
    ]
    assert rungs == sorted(rungs)


@drawn
@given(sweeps(is_closed=True), st.integers(0, 400))
def test_a_closed_task_is_silent_always(sweep, ahead):
    task, ladder, calendar, today = sweep
    verdict = decide(task, ladder, calendar, today + timedelta(days=ahead))
    assert (verdict.reason, verdict.intents) == (Reason.CLOSED, ())


@drawn
@given(sweeps())
def test_every_officer_who_hears_holds_a_role_of_that_rung(sweep):
    task, ladder, *_ = sweep
    for one in decide(*sweep).intents:
        assert one.officer_id in {officer for target in ladder.rung(one.rung).to for officer in task.chain.of(target)}


@drawn
@given(sweeps())
def test_every_intent_is_about_this_task_and_this_date(sweep):
    task = sweep[0]
    for one in decide(*sweep).intents:
        assert (one.task_id, one.due_on) == (task.task_id, task.due_on)
        assert f"@{task.due_on or '-'}#" in one.key


@drawn
@given(sweeps())
def test_nothing_is_said_on_a_day_off_on_hold_while_a_claim_waits_or_of_a_policy(sweep):
    task, _, calendar, today = sweep
    is_held = task.is_held and (task.held_until is None or today <= task.held_until)
    is_quiet = task.is_closed or task.is_policy or not calendar.is_working(today) or is_held or task.done_on is not None
    assert (decide(*sweep).reason in SILENCES) is is_quiet


OPEN = {"is_closed": False, "is_policy": False, "is_held": False, "done_on": None}


@drawn
@given(sweeps(**OPEN), st.integers(1, 60))
def test_nothing_is_said_before_the_first_reminder_unless_forecast_or_unanswered(sweep, ahead):
    task, ladder, calendar, today = sweep
    task = replace(task, due_on=calendar.add(today, ladder.longest_reminder + ahead))
    said = {one.reason for one in decide(task, ladder, calendar, today).intents}
    patience = ladder.rung(RungName.OFFICE).unanswered_reminders
    may_be_said = {
        Reason.FORECAST_LATE: task.is_milestone and task.forecast_on is not None and task.forecast_on > task.due_on,
        Reason.UNANSWERED: patience is not None and task.unanswered > patience,
    }
    assert said <= {reason for reason, holds in may_be_said.items() if holds}


@drawn
@given(sweeps(due_on=None, **OPEN))
def test_without_a_date_only_unanswered_reminders_are_ever_spoken_of(sweep):
    verdict = decide(*sweep)
    assert {one.reason for one in verdict.intents} <= {Reason.UNANSWERED}
    assert {one.rung for one in verdict.intents} <= {RungName.OFFICE}


@drawn
@given(sweeps())
def test_overdue_is_said_only_after_the_date_and_due_soon_only_up_to_it(sweep):
    task, *_, today = sweep
    for one in decide(*sweep).intents:
        if one.reason is Reason.OVERDUE:
            assert task.due_on < today
        if one.reason is Reason.DUE_SOON:
            assert today <= task.due_on


@drawn
@given(sweeps(), st.data())
def test_an_acknowledgement_that_holds_takes_away_and_never_adds(sweep, data):
    task, *world, today = sweep
    officer = data.draw(st.sampled_from(range(1, 18)))
    one_more = Acknowledged(officer, task.due_on, data.draw(span(today, LAST + timedelta(days=30))))
    before = heard(decide(task, *world, today))
    after = heard(decide(replace(task, acknowledgements=(*task.acknowledgements, one_more)), *world, today))
    assert after <= before
    assert {who for who, _ in before - after} <= {officer}
    assert all(key.startswith("overseer") for _, key in before - after)


@drawn
@given(sweeps(), due_days)
def test_an_acknowledgement_of_another_date_changes_nothing(sweep, other):
    task, *world = sweep
    assume(other != task.due_on)
    more = tuple(Acknowledged(officer, other, LAST) for officer in range(1, 18))
    assert decide(replace(task, acknowledgements=task.acknowledgements + more), *world) == decide(*sweep)


@drawn
@given(sweeps(), due_days)
def test_what_was_said_for_another_date_changes_nothing(sweep, other):
    task, *world = sweep
    assume(other != task.due_on)
    more = {(officer, said_key(label, other)) for officer in range(1, 18) for label in LABELS}
    assert decide(replace(task, said=task.said | more), *world) == decide(*sweep)


@drawn
@given(sweeps(), days)
def test_a_promise_takes_away_and_never_from_the_office(sweep, promised_on):
    task, *world, today = sweep
    plain = decide(replace(task, promised_on=None), *world, today)
    promised = decide(replace(task, promised_on=promised_on), *world, today)
    assert heard(promised) <= heard(plain)
    is_late = task.due_on is not None and today > task.due_on
    spared = ("head@", "overseer@", "overseer-forecast@") if is_late else ()
    assert all(key.startswith(spared) for _, key in heard(plain) - heard(promised))


@drawn
@given(sweeps())
def test_a_promise_is_believed_no_longer_than_the_ladder_allows(sweep):
    task, ladder, calendar, today = sweep
    if decide(*sweep).reason is Reason.PROMISED:
        assert today <= task.promised_on
        assert calendar.between(task.last_report_on, today) <= ladder.promise_working_days


@drawn
@given(sweeps(), st.sets(st.sampled_from(range(1, 18)), min_size=1))
def test_whom_we_told_before_does_not_change_what_the_others_hear(sweep, told):
    task, *world = sweep
    first = heard(decide(task, *world))
    kept = {(who, key) for who, key in first if who not in told}
    assert heard(decide(replace(task, said=task.said | (first - kept)), *world)) == kept


@drawn
@given(sweeps(is_muted=True))
def test_above_its_unit_a_muted_part_is_heard_of_only_when_nobody_answers(sweep):
    above = {one.reason for one in decide(*sweep).intents if one.rung in (RungName.OVERSEER, RungName.OFFICE)}
    assert above <= {Reason.UNANSWERED}


@drawn
@given(sweeps())
def test_the_chair_hears_in_the_briefing_only(sweep):
    assert RungName.CHAIR not in {one.rung for one in decide(*sweep).intents}
