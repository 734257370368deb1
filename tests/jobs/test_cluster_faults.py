"""The worst days of a cluster: real workers on one PostgreSQL that are killed, a relay that fails, a clock that jumps."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa
from sqlmodel import select, text

from jobs.cluster import tick_cluster
from tests.cast import Office
from tests.jobs.crew import SharedClock, crew, runs, wait_until
from tests.jobs.district import (
    batches_done,
    digests,
    hire_clerks,
    in_small_batches,
    is_begun,
    is_done,
    one_each,
    period_of,
    states,
)
from tests.jobs.scene import MONDAY, NEXT_MONDAY, TUESDAY, WEDNESDAY, at
from tests.outbox.moody import Moody
from tests.outbox.record import check_record
from tests.outbox.sink import Sink
from tracker.config import Config
from tracker.errors import MailError
from tracker.models import Message, MessageState, RunBatch, Unwritten
from tracker.outbox.settling import retry

pytestmark = pytest.mark.postgres

KILLS = runs("TRACKER_TEST_KILLS", 8)  # 200 before a release
LETTERS = runs("TRACKER_TEST_FAULTS", 24)  # 2000 before a release
CLERKS = max(24, KILLS // 2)
KILLS_A_WEEK = 10
PERIOD = period_of(MONDAY)
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


@pytest.fixture
def config(busy: Office, sink: Sink) -> Config:
    return in_small_batches(busy, "procrastinate", port=sink.port, connections=2)


@pytest.fixture
def clock(config: Config, tmp_path: Path) -> SharedClock:
    """Twenty times as fast as ours: a lease of a minute ends in three seconds."""
    return SharedClock(tmp_path / "clock", at(config, MONDAY, "07:00"), speed=20)


# --- kill -9 ---------------------------------------------------------------------------------------------------------


def test_workers_killed_at_any_moment_lose_no_letter_and_double_only_what_had_no_receipt(busy, config, clock, sink):
    chance, day, periods = random.Random(253), MONDAY, list[str]()
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
    print(
        f"{workers.kills} workers killed in {len(periods)} digests, {states(busy).total()} letters: 0 lost, "
        f"{doubled.total()} doubled with the same Message-ID"
    )


@pytest.fixture
def held(busy: Office, config: Config) -> Iterator[sa.Connection]:
    """The digest is opened, and somebody holds the table of letters: who composes a batch stands still in the middle."""
    tick_cluster(busy.database, config, worker="test", now=at(config, MONDAY, "07:00"))
    with busy.database.engine.connect() as connection:
        connection.execute(text("LOCK TABLE message IN ACCESS EXCLUSIVE MODE"))
        yield connection


def jobs_at_work(office: Office) -> int:
    with office.read() as session:
        at_work = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'digest_batch'")
        return int(session.connection().scalar(at_work) or 0)


def test_the_batches_of_killed_workers_are_put_back_and_done_by_another(busy, config, clock, held):
    with crew(config, clock, 2) as workers:
        wait_until(lambda: jobs_at_work(busy) == 4, what="both are in the middle of two batches each")
        for victim in list(workers.members):
            workers.kill(victim)
        began = monotonic()
        held.rollback()
        workers.hire()
        wait_until(lambda: is_done(busy, PERIOD), what="the digest is sent")
        print(f"rescue_seconds = {config.cluster.rescue_seconds}: all done {monotonic() - began:.1f} s after the kill")
    assert digests(busy) == one_each(CLERKS, PERIOD)


def test_a_worker_that_stands_still_lets_go_of_its_batch_and_finds_it_done_when_it_wakes(busy, config, clock, held):
    with crew(config, clock, 1) as workers:
        wait_until(lambda: jobs_at_work(busy) == 2)
        [sleeper] = workers.members
        assert sleeper.pid is not None
        os.kill(sleeper.pid, signal.SIGSTOP)
        held.rollback()
        workers.hire()
        wait_until(lambda: is_done(busy, PERIOD), what="the digest is sent without the one that stands still")
        os.kill(sleeper.pid, signal.SIGCONT)
    assert digests(busy) == one_each(CLERKS, PERIOD)


def test_a_batch_with_a_bad_letter_goes_without_it(busy, config, clock):
    with busy.write() as session:
        session.connection().execute(
            text("UPDATE officer SET code = :code WHERE code = 'clerk-3'"), {"code": "clerk\r\n3"}
        )
    with crew(config, clock, 2):
        wait_until(lambda: is_done(busy, PERIOD))
    assert max(len(batch.officers) for batch in busy.rows(RunBatch)) == 5, "it has companions"
    assert [one.kind for one in busy.rows(Unwritten)] == ["digest"]
    assert digests(busy) == one_each(CLERKS, PERIOD) - one_each(4, PERIOD) + one_each(3, PERIOD)


# --- a relay that fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 6])
def test_workers_and_a_relay_that_fails_at_a_third_of_its_commands_lose_no_letter(office, tmp_path, count):
    hire_clerks(office, LETTERS)
    with Moody(random.Random(253)) as relay:
        relay.stall = 0.6
        config = in_small_batches(office, "procrastinate", port=relay.port, timeout_seconds=0.3, connections=2)
        clock = SharedClock(tmp_path / "clock", at(config, MONDAY, "07:00"))
        mended = at(config, MONDAY if LETTERS < 100 else NEXT_MONDAY - timedelta(days=3), "09:00")
        with crew(config, clock, count):
            wait_until(lambda: is_begun(office, PERIOD))
            while not is_done(office, PERIOD):
                relay.share = 0.0 if clock() >= mended else relay.share
                _sleep_until_something_is_due(office, clock, mended)
                _try_refused_again(office, clock())
    assert len(relay.moods) == 5, relay.moods
    doubled = check_record(office.database, relay.taken)
    assert digests(office) == one_each(LETTERS, PERIOD)
    print(f"{count} workers, {LETTERS} letters, faults {dict(relay.moods)}: 0 lost, {doubled.total()} doubled")


def _sleep_until_something_is_due(office: Office, clock: SharedClock, mended: datetime) -> None:
    """Once nothing is at work: let the clock show the hour at which what the relay has deferred may go."""
    sleep(0.2)
    with office.read() as session:
        waiting = session.exec(
            select(Message.next_attempt_at)
            .where(Message.state == MessageState.WAITING)
            .order_by(Message.next_attempt_at)
        ).all()
        is_leased = session.exec(select(Message.id).where(Message.state == MessageState.LEASED).limit(1)).first()
        probe_at = session.connection().scalar(text("SELECT max(probe_at) FROM relay"))
    now = clock()
    if is_leased or not waiting:
        return
    if waiting[0] <= now and (probe_at is None or probe_at <= now):  # a worker may rest because it could not connect
        clock.go_on(timedelta(minutes=1))
        return
    clock.go_to(max(now, min(max(waiting[-1], probe_at or now), max(mended, now + timedelta(hours=1)))))


def _try_refused_again(office: Office, now: datetime) -> None:
    """What a person does about letters that were refused for good."""
    with office.read() as session:
        refused = session.exec(select(Message.id).where(Message.state == MessageState.REFUSED)).all()
    for letter in refused:
        with suppress(MailError), office.write() as session:  # the breaker may have let it wait again meanwhile
            retry(session, letter or 0, now=now)


# --- clocks and calendars --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_jumps_under_the_workers_loses_and_makes_no_letter(busy, config, clock, sink, hours):
    with crew(config, clock, 2):
        wait_until(lambda: batches_done(busy) >= 1)
        clock.go_on(timedelta(hours=hours))
        wait_until(lambda: sum(sink.taken().values()) >= 3)
        clock.go_on(timedelta(hours=-hours))
        sleep(1)
        clock.go_on(timedelta(hours=abs(hours)))  # what the wrong clock has put off is due at the latest now
        wait_until(lambda: is_done(busy, PERIOD), what="the digest is sent")
    check_record(busy.database, sink.taken(), lived_on=True)
    assert digests(busy) == one_each(CLERKS, PERIOD)


@pytest.fixture
def held_back(busy: Office, config: Config) -> Iterator[sa.Connection]:
    """The digest is opened, and somebody holds its last batch, so that it stays half-way however quick the others are."""
    tick_cluster(busy.database, config, worker="test", now=at(config, MONDAY, "07:00"))
    with busy.database.engine.connect() as connection:
        connection.execute(text("SELECT id FROM runbatch ORDER BY number DESC LIMIT 1 FOR UPDATE"))
        yield connection


def test_a_digest_that_all_workers_left_half_way_is_continued_the_next_day(busy, config, clock, sink, held_back):
    with crew(config, clock, 2) as workers:
        wait_until(lambda: batches_done(busy) >= 1)
        for victim in list(workers.members):
            workers.kill(victim)
        made = batches_done(busy)
        assert made < len(busy.rows(RunBatch)), "it is half-way"
        held_back.rollback()
        clock.go_to(at(config, TUESDAY, "08:00"))
        workers.hire()
        wait_until(lambda: is_done(busy, PERIOD), what="the digest is sent")
    assert digests(busy) == one_each(CLERKS, PERIOD)
    assert {letter.posted_on for letter in busy.rows(Message)} >= {TUESDAY}
    check_record(busy.database, sink.taken())


@pytest.mark.parametrize(
    ("last", "silent", "back", "wanted"),
    [
        pytest.param(MONDAY, [], WEDNESDAY + timedelta(days=21), "2020-W30", id="three Mondays"),
        pytest.param(date(2021, 2, 8), [date(2021, 2, 11), date(2021, 2, 15)], date(2021, 2, 17), "2021-W07", id="Tet"),
    ],
)
def test_a_cluster_that_was_off_sends_one_digest_when_it_comes_back(busy, config, clock, last, silent, back, wanted):
    first = period_of(last)
    clock.go_to(at(config, last, "07:00"))
    with crew(config, clock, 2) as workers:
        wait_until(lambda: is_done(busy, first))
        for day in silent:  # on, and the office is closed
            clock.go_to(at(config, day, "12:00"))
            sleep(2.5)
        workers.stop()
        workers.members.clear()
        clock.go_to(at(config, back, "08:00"))
        for _ in range(2):
            workers.hire()
        wait_until(lambda: is_done(busy, wanted))
    assert digests(busy) == one_each(CLERKS, first, wanted)
    assert {letter.posted_on for letter in busy.rows(Message)} == {last, back}


def test_other_time_zone_files_in_the_middle_of_a_digest_change_hours_and_no_letter(
    busy, config, clock, sink, tmp_path
):
    """Asia/Ho_Chi_Minh becomes UTC+8 over night, and the workers are started anew with it half-way through the digest."""
    zones = tmp_path / "zones"
    (zones / "Asia").mkdir(parents=True)
    (zones / "Asia" / "Ho_Chi_Minh").write_bytes(Path("/usr/share/zoneinfo/Asia/Shanghai").read_bytes())
    with crew(config, clock, 2) as workers:
        wait_until(lambda: batches_done(busy) >= 1)
        for victim in list(workers.members):
            workers.kill(victim)
    with crew(config, clock, 2, zones):
        wait_until(lambda: is_done(busy, PERIOD), what="the digest is sent")
        clock.go_to(at(config, NEXT_MONDAY, "06:10"))  # 07:10 by the new files
        wait_until(lambda: is_done(busy, period_of(NEXT_MONDAY)), what="the next one is sent")
        assert clock() < at(config, NEXT_MONDAY, "07:00"), "an hour earlier than by the old ones"
    with crew(config, clock, 2):
        clock.go_to(at(config, NEXT_MONDAY, "07:30"))
        sleep(2.5)
    assert digests(busy) == one_each(CLERKS, PERIOD, period_of(NEXT_MONDAY))
    check_record(busy.database, sink.taken())
