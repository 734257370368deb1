"""Leases: a letter is with one worker at a time, comes back when that worker dies, and no late word spoils it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.outbox.office import MINUTE, Office
from tracker.errors import MailError
from tracker.models import Message, MessageState
from tracker.outbox.claiming import Claimed, claim
from tracker.outbox.receipts import Answer, Outcome
from tracker.outbox.settling import give_back, retry, settle
from tracker.rules.backoff import WAITS


@pytest.fixture
def posted(office: Office) -> Office:
    office.hire(3)
    office.post(3)
    return office


def lease(office: Office, worker: str, limit: int = 100) -> list[Claimed]:
    with office.database.write() as session:
        return claim(
            session, worker=worker, limit=limit, lease_minutes=10, today=office.today, now=office.clock.now
        ).letters


def answer(office: Office, worker: str, letters: list[Claimed], outcome: Outcome, code: int | None = None) -> None:
    answers = [Answer(one.id, one.attempt, outcome, code, outcome.value, one.address) for one in letters]
    with office.database.write() as session:
        settle(session, answers, worker=worker, now=office.clock.now)


def test_what_one_worker_holds_no_other_gets(posted):
    first, second = lease(posted, "first", limit=2), lease(posted, "second")
    assert [one.person for one in first] == ["p001", "p002"]
    assert [one.person for one in second] == ["p003"]
    assert lease(posted, "third") == []


def test_a_lease_that_ended_hands_over_with_a_receipt_and_one_more_attempt(posted):
    lease(posted, "first")
    posted.clock.go_on(10 * MINUTE - timedelta(seconds=1))
    assert lease(posted, "second") == []
    posted.clock.go_on(timedelta(seconds=1))
    taken = lease(posted, "second")
    assert [one.attempt for one in taken] == [2, 2, 2]
    [receipt] = posted.receipts("p001")
    assert (receipt.attempt, receipt.outcome) == (1, "lost")
    assert "it was with first" in receipt.answer
    assert "the same letter goes out once more" in receipt.answer


def test_a_late_acceptance_of_the_first_worker_is_kept(posted):
    early = lease(posted, "first")
    posted.clock.go_on(10 * MINUTE)
    late = lease(posted, "second")
    answer(posted, "first", early, Outcome.ACCEPTED, 250)
    assert posted.states() == {MessageState.SENT: 3}, "the server has it, whoever says so"
    answer(posted, "second", late, Outcome.LOST)
    assert posted.states() == {MessageState.SENT: 3}, "and it stays so"
    posted.clock.go_on(timedelta(days=9))
    assert lease(posted, "third") == []


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.DEFERRED, Outcome.LOST])
def test_a_late_failure_of_the_first_worker_does_not_touch_the_lease_of_the_second(posted, outcome):
    early = lease(posted, "first")
    posted.clock.go_on(10 * MINUTE)
    late = lease(posted, "second")
    answer(posted, "first", early, outcome)
    assert posted.states() == {MessageState.LEASED: 3}
    assert lease(posted, "third") == []
    answer(posted, "second", late, Outcome.ACCEPTED, 250)
    assert posted.states() == {MessageState.SENT: 3}


def test_a_late_giving_back_does_not_take_the_letter_from_the_second(posted):
    early = lease(posted, "first")
    posted.clock.go_on(10 * MINUTE)
    lease(posted, "second")
    with posted.database.write() as session:
        give_back(session, early, worker="first")
    assert posted.states() == {MessageState.LEASED: 3}
    assert posted.attempts() == {2}


def test_a_worker_cannot_settle_an_attempt_that_it_has_lost_to_itself(posted):
    early = lease(posted, "same")
    posted.clock.go_on(10 * MINUTE)
    lease(posted, "same")
    answer(posted, "same", early, Outcome.REFUSED)
    assert posted.states() == {MessageState.LEASED: 3}


def test_what_is_given_back_waits_as_before(posted):
    letters = lease(posted, "first")
    with posted.database.write() as session:
        give_back(session, letters, worker="first")
    assert posted.states() == {MessageState.WAITING: 3}
    assert posted.attempts() == {0}
    assert len(lease(posted, "second")) == 3


def test_a_letter_whose_workers_die_every_time_is_given_up_visibly(posted):
    second = timedelta(seconds=1)
    for wait in (timedelta(), *WAITS[:-1]):
        assert len(lease(posted, "mortal")) == 3
        posted.clock.go_on(10 * MINUTE)
        if wait:  # the first time at once, then by the back-off
            assert lease(posted, "early") == []
            posted.clock.go_on(wait - second)
            assert lease(posted, "early") == []
            posted.clock.go_on(second)
    assert len(lease(posted, "mortal")) == 3
    posted.clock.go_on(10 * MINUTE)
    assert lease(posted, "mortal") == []
    assert posted.states() == {MessageState.REFUSED: 3}
    assert posted.receipts("p001")[-1].answer.endswith(f"given up after {len(WAITS) + 1} tries")


def test_two_deliveries_of_one_name_hold_their_leases_apart(posted):
    held: set[str | None] = set()

    def look() -> bool:
        with posted.database.read() as session:
            held.update(session.exec(select(Message.leased_by)).all())
        return False

    for _ in range(2):
        posted.deliver("worker", is_stopping=look)
        posted.post(3, period=f"2020-W{30 + len(held)}")
    holders = held - {None}
    assert len(holders) == 2
    assert all(one is not None and one.startswith("worker@") for one in holders)


def test_a_stop_leaves_what_was_not_begun_waiting_and_settles_the_rest(posted):
    asked: list[bool] = []

    def after_one_letter() -> bool:
        asked.append(True)
        return len(asked) > 3  # before the batch, before the first letter, before the second

    posted.deliver(is_stopping=after_one_letter)
    assert posted.states() == {MessageState.SENT: 2, MessageState.WAITING: 1}
    assert posted.attempts() == {0, 1}
    assert len(list((posted.folder / "mail").glob("*.eml"))) == 2


@pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.LEASED, MessageState.SENT])
def test_only_what_was_given_up_can_be_tried_again(posted, state):
    with posted.database.write() as session:
        one = session.exec(select(Message)).first()
        one.state = state
        session.add(one)
        letter = one.id
    with (
        pytest.raises(MailError, match=f"letter {letter} is {state}; only a refused or unaddressed"),
        posted.database.write() as session,
    ):
        retry(session, letter, now=posted.clock.now)


def test_a_letter_that_is_not_there_cannot_be_tried_again(posted):
    with pytest.raises(MailError, match="letter 4711: there is none"), posted.database.write() as session:
        retry(session, 4711, now=posted.clock.now)
