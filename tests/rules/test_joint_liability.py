"""Joint liability, for every number of overseers and every order of answers: each answers for themselves, and not for ever."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules import CALENDAR, CHAIN, LADDER, drawn, span
from tests.rules.test_escalation_properties import remember
from tracker.rules.escalation import Acknowledged, Intent, Reason, RungName, TaskFacts, decide
from tracker.rules.letters import bundle

DUE, FIRST = date(2020, 6, 30), date(2020, 7, 3)
overseers = st.lists(st.integers(20, 40), min_size=1, max_size=5, unique=True).map(tuple)
spans = st.tuples(st.integers(0, 20), st.integers(0, 10))  # noted so many days after FIRST, good for so many days


def late(officers):
    return TaskFacts(task_id=1, due_on=DUE, chain=replace(CHAIN, overseer=officers))


def to_overseers(verdict):
    return {one.officer_id for one in verdict.intents if one.rung is RungName.OVERSEER}


@drawn
@given(overseers)
def test_every_overseer_hears_on_the_same_day(officers):
    assert to_overseers(decide(late(officers), LADDER, CALENDAR, FIRST)) == set(officers)


@drawn
@given(overseers, st.data())
def test_the_answer_of_one_never_silences_another(officers, data):
    noted = data.draw(st.sets(st.sampled_from(officers)))
    facts = replace(late(officers), acknowledgements=tuple(Acknowledged(one, DUE, FIRST) for one in noted))
    assert to_overseers(decide(facts, LADDER, CALENDAR, FIRST)) == set(officers) - noted


@drawn
@given(overseers, st.lists(spans, max_size=4), st.integers(0, 40))
def test_an_answer_that_has_run_out_is_asked_for_again_once(officers, notes, ahead):
    """However often somebody answers: with every answer that runs out they hear once more, never twice."""
    one, heard = officers[0], 0
    facts = late(officers)
    for day in (FIRST + timedelta(days=at) for at in range(ahead + 30)):
        known = [(FIRST + timedelta(days=at), FIRST + timedelta(days=at + good)) for at, good in notes]
        given_by_now = tuple(Acknowledged(one, DUE, until) for on, until in known if on <= day)
        verdict = decide(replace(facts, acknowledgements=given_by_now), LADDER, CALENDAR, day)
        heard += one in to_overseers(verdict)
        assert one not in to_overseers(verdict) or not any(until >= day for on, until in known if on <= day)
        facts = remember(facts, verdict)
    assert heard <= 1 + len(notes)


@drawn
@given(overseers, span(FIRST, date(2020, 8, 31)))
def test_while_everybody_has_answered_nobody_hears_and_the_reason_is_said(officers, until):
    facts = replace(late(officers), acknowledgements=tuple(Acknowledged(one, DUE, until) for one in officers))
    day = CALENDAR.on_or_after(FIRST)
    verdict = decide(facts, LADDER, CALENDAR, day)
    assert (verdict.reason, to_overseers(verdict)) == (Reason.ACKNOWLEDGED, set())


@drawn
@given(overseers, st.integers(1, 6))
def test_an_overseer_gets_one_letter_a_day_for_all_their_communes(officers, communes):
    intents: list[Intent] = []
    for number in range(communes):
        intents += decide(replace(late(officers), task_id=number + 1), LADDER, CALENDAR, FIRST).intents
    letters = bundle(intents, today=FIRST)
    assert sorted(one.officer_id for one in letters) == sorted(officers)
    assert all({intent.task_id for intent in one.intents} == set(range(1, communes + 1)) for one in letters)
