"""The world at its worst: a relay that fails at random, a database that restarts, a clock that jumps."""

import os
import random
import subprocess
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from tests.outbox.moody import Moody
from tests.outbox.office import MINUTE, Office
from tests.outbox.processes import keep_delivering, start
from tests.outbox.sink import Sink
from tests.outbox.test_crashes import assert_the_record_is_right
from tests.postgres import NoPostgresError, find_programs, restartable
from tracker.db import Database
from tracker.errors import MailError
from tracker.models import MessageState
from tracker.outbox.settling import retry

LETTERS = int(os.environ.get("TRACKER_TEST_FAULTS", "60"))  # 2000 before a release


def test_a_relay_that_fails_at_a_third_of_its_commands_loses_no_letter(office):
    office.hire(LETTERS)
    office.post(LETTERS)
    with Moody(random.Random(253)) as relay:
        office.mail |= {
            "transport": "smtp", "port": relay.port, "security": "none", "timeout_seconds": 0.15, "connections": 8,
        }  # fmt: skip
        for _ in range(200):
            with suppress(MailError):
                office.deliver()
            if office.states()[MessageState.SENT] == LETTERS:
                break
            _try_refused_again(office)
            office.clock.go_on(timedelta(hours=25))
        assert office.states() == {MessageState.SENT: LETTERS}
    assert len(relay.moods) == 5, relay.moods
    assert len(relay.taken) == LETTERS, "none lost"
    outcomes = Counter((receipt.message_id, receipt.outcome) for receipt in office.receipts())
    ids = {letter.message_id: letter.id for letter in map(office.letter, (f"p{at:03}" for at in range(1, LETTERS + 1)))}
    for message_id, times in relay.taken.items():
        assert outcomes[ids[message_id], "accepted"] == 1
        assert times <= 1 + outcomes[ids[message_id], "lost"], "doubled only where no answer came"
    doubled = sum(times - 1 for times in relay.taken.values())
    print(f"{LETTERS} letters, faults {dict(relay.moods)}: 0 lost, {doubled} doubled with the same Message-ID")


def _try_refused_again(office: Office) -> None:
    """What a person does about letters that were refused for good."""
    for at in range(1, LETTERS + 1):
        letter = office.letter(f"p{at:03}")
        if letter.state is MessageState.REFUSED:
            with office.database.write() as session:
                retry(session, letter.id or 0, now=office.clock.now)


@pytest.mark.sqlite  # it brings its own PostgreSQL, which must not be the one that others use
def test_a_database_that_restarts_in_the_middle_loses_nothing(tmp_path: Path):
    try:
        find_programs()
    except NoPostgresError as error:
        pytest.skip(str(error))
    with restartable() as server:
        database = Database(f"{server.url}/postgres")
        database.migrate()
        office = Office(tmp_path)
        office.database.close()
        office.database = database
        office.hire(120)
        office.post(120)
        with Sink(tmp_path / "taken.txt", seconds=0.02) as sink:
            office.mail |= {"transport": "smtp", "port": sink.port, "security": "none", "connections": 2}
            for part in (20, 60):
                worker = start(keep_delivering, office.config, office.clock.now)
                while sum(sink.taken().values()) < part:
                    sleep(0.01)
                server.restart()
                worker.join(60)
                assert worker.exitcode is not None
                office.clock.go_on(11 * MINUTE)
            office.database.engine.dispose()
            office.deliver()
            office.clock.go_on(timedelta(hours=2))
            office.deliver()
            doubled = assert_the_record_is_right(office, sink)
        assert sum(doubled.values()) <= 2 * 10, "what was not settled when the server went"
        database.close()


@pytest.mark.parametrize("hours", [2, -2])
def test_a_clock_that_jumps_in_the_middle_of_the_sending_loses_and_doubles_nothing(office, hours):
    office.hire(30)
    office.post(30)
    with Sink(office.folder / "taken.txt", seconds=0.002) as sink:
        office.mail |= {"transport": "smtp", "port": sink.port, "security": "none", "batch": 10, "per_minute": 20}
        office.deliver(is_stopping=lambda: office.states()[MessageState.SENT] >= 10)
        office.clock.go_on(timedelta(hours=hours))
        office.deliver(is_stopping=lambda: office.states()[MessageState.SENT] >= 20)
        office.clock.go_on(timedelta(hours=-hours) + 2 * MINUTE)
        office.deliver(is_stopping=lambda: office.states()[MessageState.SENT] >= 30)
        assert office.states() == {MessageState.SENT: 30}, (
            "a limit that a wrong clock has noted stops nothing for hours"
        )
        assert assert_the_record_is_right(office, sink) == Counter()


@pytest.mark.sqlite
def test_a_new_database_of_time_zones_changes_hours_and_no_letter(tmp_path: Path):
    """Asia/Ho_Chi_Minh becomes UTC+8 over night, in the files that Python reads: the letters of the day stay as they are."""
    zones = tmp_path / "zones" / "Asia"
    zones.mkdir(parents=True)
    (zones / "Ho_Chi_Minh").write_bytes(Path("/usr/share/zoneinfo/Asia/Shanghai").read_bytes())
    first = _ticks(tmp_path, "2020-07-06T00:40+00:00", zones=None)
    assert first > 0
    assert _ticks(tmp_path, "2020-07-06T00:50+00:00", zones=zones.parent) == first, (
        "08:50 there: the same day, the same slots"
    )
    assert _ticks(tmp_path, "2020-07-06T02:00+00:00", zones=None) == first


def _ticks(folder: Path, now: str, *, zones: Path | None) -> int:
    """Tick in a process of its own that reads these zones; how many letters the folder holds."""
    import sys

    from tracker.config import data_folder

    config = folder / "config.toml"
    environment = {**os.environ, **({"PYTHONTZPATH": f"{zones}:/usr/share/zoneinfo"} if zones else {})}
    run = [sys.executable, "-m", "tracker", "--config", str(config), "--now"]
    if not config.exists():
        config.write_text((data_folder("samples") / "config.toml").read_text("utf-8"), "utf-8")
        samples = data_folder("samples")
        before = "2020-02-14T09:00+07:00"
        for command in (
            ["init", "--register", str(samples / "register.toml")],
            ["notice", "import", str(samples / "253-tb-ubnd.txt")],
            ["notice", "confirm", "253/TB-UBND", "--all", "--by", "dieu-phoi-vien"],
        ):
            subprocess.run([*run, before, *command], check=True, capture_output=True, env=environment, timeout=60)
    subprocess.run([*run, now, "tick"], check=True, capture_output=True, env=environment, timeout=60)
    return len(list((folder / "mail").glob("*.eml")))
