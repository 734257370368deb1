"""The worst days of a cluster: real workers on one PostgreSQL that are killed, a relay that fails, a clock that jumps."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from tests.cast import Office
from tests.jobs.crew import SharedClock, crew, runs, wait_until
from tests.jobs.district import (
    digests,
    hire_clerks,
    in_small_batches,
    is_begun,
    is_done,
    one_each,
    period_of,
    states,
)
from tests.jobs.scene import MONDAY, at
from tests.outbox.record import check_record
from tests.outbox.sink import Sink

pytestmark = pytest.mark.postgres

KILLS = runs("TRACKER_TEST_KILLS", 8)  # 200 before a release
CLERKS = max(24, KILLS // 2)
KILLS_A_WEEK = 10
WEEK = timedelta(days=7)


@pytest.fixture
def busy(office: Office) -> Office:
    """A district with so many contacts, each with a task of their own."""
    hire_clerks(office, CLERKS)
    return office


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path / "taken.txt", seconds=0.1) as sink:
        yield sink


def test_workers_killed_at_any_moment_lose_no_letter_and_double_only_what_had_no_receipt(busy, sink, tmp_path):
    chance, day, periods = random.Random(253), MONDAY, list[str]()
    config = in_small_batches(busy, "procrastinate", port=sink.port, connections=2, breaker_failures=0)
    clock = SharedClock(tmp_path / "clock", at(config, day, "07:00"), speed=20)
    with crew(config, clock, 3) as workers:
        while workers.kills < KILLS:
            periods.append(period_of(day))
            wait_until(lambda: is_begun(busy, periods[-1]), what=f"digest {periods[-1]} is opened")
            for _ in range(min(KILLS_A_WEEK, KILLS - workers.kills)):
                sleep(chance.uniform(0, 0.5))
                if is_done(busy, periods[-1]):
                    break
                workers.kill_one(chance)
            wait_until(lambda: is_done(busy, periods[-1]), what=f"digest {periods[-1]} is sent")
            day += WEEK
            clock.go_to(at(config, day, "07:00"))
    doubled = check_record(busy.database, sink.taken())
    assert digests(busy) == one_each(CLERKS, *periods)
    letters = sum(states(busy).values())
    print(
        f"{workers.kills} workers killed in {len(periods)} digests, {letters} letters: 0 lost, "
        f"{doubled.total()} doubled with the same Message-ID"
    )
