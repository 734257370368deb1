"""A database that is restarted in the middle of a digest, as after a loss of power: one process, and a cluster."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest
from sqlmodel import select

from tests.cast import Office, register_text
from tests.days import CONFIRMED, noon
from tests.jobs.crew import SharedClock, crew, wait_until
from tests.jobs.district import batches_done, digests, hire_clerks, in_small_batches, is_done, one_each, states
from tests.jobs.scene import MONDAY, at
from tests.outbox.processes import start, tick_once
from tests.outbox.record import check_record
from tests.outbox.sink import Sink
from tests.postgres import NoPostgresError, Server, find_programs, restartable
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import Receipt, RunBatch
from tracker.people.register import import_register

pytestmark = pytest.mark.sqlite  # they bring their own PostgreSQL, which must not be the one that others use

CLERKS = 40
PERIOD = "2020-W27"


@pytest.fixture
def server() -> Iterator[Server]:
    try:
        find_programs()
    except NoPostgresError as error:
        pytest.skip(str(error))
    with restartable() as server:
        yield server


@pytest.fixture
def office(server: Server, tmp_path: Path) -> Iterator[Office]:
    """The office of the cast on that server, with forty clerks more."""
    database = Database(f"{server.url}/postgres")
    database.migrate()
    with database.write() as session:
        import_register(session, register_text().encode(), name="cast.toml", now=noon(CONFIRMED))
    office = Office(tmp_path / "tracker.db", database)
    hire_clerks(office, CLERKS)
    yield office
    database.close()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path / "taken.txt", seconds=0.05) as sink:
        yield sink


def receipts(office: Office) -> int:
    with office.read() as session:
        return len(session.exec(select(Receipt.id)).all())


def test_one_process_goes_on_where_the_database_was_restarted(office, server, sink):
    config = in_small_batches(office, "embedded", batch=1, port=sink.port, connections=2)
    morning = at(config, MONDAY, "07:00")
    worker = start(tick_once, config, morning)
    while batches_done(office) < 3:
        sleep(0.005)
    server.restart()
    worker.join(60)
    assert 3 <= batches_done(office) < CLERKS, "it was in the middle"
    posted = sum(batch.posted for batch in office.rows(RunBatch))
    assert sum(states(office).values()) == posted, "whole batches, and no letter without its batch"
    worker = start(tick_once, config, at(config, MONDAY, "07:05"))
    wait_until(lambda: receipts(office) >= 5)
    assert receipts(office) < CLERKS, "it is in the middle of the sending"
    server.restart()
    worker.join(60)
    for hour in ("07:20", "07:40", "09:00"):
        tick_once(config, at(config, MONDAY, hour))
    assert digests(office) == one_each(CLERKS, PERIOD)
    assert is_done(office, PERIOD)
    assert check_record(office.database, sink.taken()).total() <= 10, "what was not settled when the server went"


def test_the_workers_of_a_cluster_go_on_where_the_database_was_restarted(office, server, sink, tmp_path):
    config = in_small_batches(office, "procrastinate", batch=1, port=sink.port, connections=2)
    clock = SharedClock(tmp_path / "clock", at(config, MONDAY, "07:00"), speed=20)
    with crew(config, clock, 2):
        for condition in (lambda: batches_done(office) >= 3, lambda: receipts(office) >= 10):
            wait_until(condition)
            server.restart()
        wait_until(lambda: _is_done(office), what="the digest is sent")
    assert digests(office) == one_each(CLERKS, PERIOD)
    check_record(office.database, sink.taken())


def _is_done(office: Office) -> bool:
    with suppress(TrackerError):  # a connection of the test's own was cut
        return is_done(office, PERIOD)
    return False
