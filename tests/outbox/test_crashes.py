"""kill -9 and rivals: real processes on one file, and a server that wrote down what it took."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from time import sleep

import pytest
from sqlmodel import select

from tests.outbox.office import FRIDAY, Office
from tests.outbox.processes import finish, keep_delivering, start
from tests.outbox.record import check_record
from tests.outbox.sink import Sink
from tracker.models import Message, MessageState

KILLS = int(os.environ.get("TRACKER_TEST_KILLS", "20"))  # 200 before a release
LETTERS = 40  # a kill
LEASE = timedelta(minutes=11)


@pytest.fixture
def sink(office: Office) -> Iterator[Sink]:
    with Sink(office.folder / "taken.txt", seconds=0.004) as sink:
        office.mail |= {"transport": "smtp", "port": sink.port, "security": "none"}
        yield sink


def assert_the_record_is_right(office: Office, sink: Sink) -> Counter[str]:
    """No letter lost; none taken more often than once and once for each receipt that says so. Returns the doubled."""
    assert all(len(keys) == 1 for keys in sink.keys().values()), "one Message-ID, one letter"
    return check_record(office.database, sink.taken())


def test_two_workers_share_three_hundred_letters_and_each_arrives_once(office, sink):
    office.hire(300)
    assert office.post(300) == 300
    office.mail["batch"] = 20
    rivals = [start(keep_delivering, office.config, office.clock.now) for _ in range(2)]
    for rival in rivals:
        finish(rival)
    assert assert_the_record_is_right(office, sink) == Counter()
    assert sum(sink.taken().values()) == 300
    with office.database.read() as session:
        assert set(session.exec(select(Message.attempts)).all()) == {1}
    assert sink.connections > 4, "both have sent"


def test_a_worker_killed_at_any_moment_loses_no_letter_and_doubles_only_what_had_no_receipt_yet(office, sink):
    office.hire(LETTERS)
    chance = random.Random(253)
    hits = 0
    for kill in range(KILLS):
        office.clock.now = FRIDAY + kill * LEASE
        office.post(LETTERS, period=f"kill-{kill}")
        before = sum(sink.taken().values())
        worker = start(keep_delivering, office.config, office.clock.now)
        while kill % 4 and sum(sink.taken().values()) == before:  # one in four dies before its first letter
            sleep(0.001)
        sleep(chance.uniform(0, 0.05))
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        hits += office.states()[MessageState.LEASED] > 0
    assert hits > KILLS / 2, "most kills must hit a worker at its work"
    while office.states()[MessageState.SENT] < KILLS * LETTERS:
        office.clock.go_on(timedelta(days=1))
        office.deliver()
    assert len(sink.taken()) == KILLS * LETTERS
    doubled = sum(assert_the_record_is_right(office, sink).values())
    print(
        f"{KILLS} kills, {hits} at work, {KILLS * LETTERS} letters: 0 lost, {doubled} doubled with the same Message-ID"
    )


def test_a_kill_in_the_middle_of_a_slow_batch_doubles_only_what_was_not_settled(office):
    office.hire(60)
    office.post(60)
    with Sink(office.folder / "slow.txt", seconds=0.1) as sink:
        office.mail |= {"transport": "smtp", "port": sink.port, "security": "none", "connections": 2}
        worker = start(keep_delivering, office.config, office.clock.now)
        while len(sink.taken()) < 30:
            sleep(0.02)
        worker.kill()
        worker.join()
        before = sum(sink.taken().values())
        with office.database.read() as session:
            settled = len(session.exec(select(Message.id).where(Message.state == MessageState.SENT)).all())
        assert 0 < settled <= before, "answers are written down while the batch of sixty is under way"
        office.clock.go_on(LEASE)
        office.mail["connections"] = 20
        office.deliver()
        doubled = assert_the_record_is_right(office, sink)
        assert sum(doubled.values()) <= before - settled + 2, "what was settled, and what was not begun, came once"
