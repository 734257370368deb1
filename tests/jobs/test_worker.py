"""Rivals, kills and stops: real processes that tick on one database."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, sleep

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import select

from jobs.worker import Every, Ticker, keep_awake
from tests import databases
from tests.cast import Office
from tests.jobs.scene import FRIDAY, MONDAY, WEDNESDAY, at, config_of, letters, said, tick_at
from tests.outbox.mail_server import MailServer
from tests.outbox.office import Watch
from tests.outbox.processes import finish, start, tick_once
from tests.outbox.sink import Sink
from tracker.clock import now
from tracker.db import Database
from tracker.models import JobRun, Message, MessageState, Receipt

KILLS = int(os.environ.get("TRACKER_TEST_KILLS", "12"))


@pytest.fixture
def busy(office: Office) -> Office:
    """A district with forty-five tasks."""
    for number in range(15):
        office.task(due_on=WEDNESDAY - timedelta(days=number))
        office.task("binh-minh", due_on=WEDNESDAY + timedelta(days=number % 9))
        office.task("tai-chinh", place=None, due_on=FRIDAY + timedelta(days=number % 5))
    return office


def twin(office: Office, folder: Path) -> Office:
    """The same office in another folder."""
    file = folder / "tracker.db"
    return Office(file, Database(databases.copy(office.file, file)))


def assert_same(office: Office, undisturbed: Office) -> None:
    assert letters(office) == letters(undisturbed)
    assert said(office) == said(undisturbed)
    assert states(office) == {MessageState.SENT}
    assert files(office) == files(undisturbed)


def states(office: Office) -> set[MessageState]:
    with office.read() as session:
        return set(session.exec(select(Message.state)).all())


def files(office: Office) -> list[str]:
    """The letters; a kill in the middle of one leaves a .part, which nobody takes for a letter."""
    return sorted(path.name for path in (office.file.parent / "mail").glob("*.eml"))


def test_ticks_at_once_make_one_set_of_letters(busy, tmp_path_factory):
    undisturbed = twin(busy, tmp_path_factory.mktemp("peace"))
    tick_at(undisturbed, MONDAY, "07:30")
    assert len(letters(undisturbed)) > 5
    config = config_of(busy)
    rivals = [start(tick_once, config, at(config, MONDAY, "07:30")) for _ in range(3)]
    for rival in rivals:
        finish(rival)
    assert_same(busy, undisturbed)
    with busy.read() as session:
        assert len(session.exec(select(Receipt.id)).all()) == len(letters(busy))
        assert sorted(session.exec(select(JobRun.job)).all()) == ["briefing", "digest", "sweep"]
    undisturbed.database.close()


def test_a_tick_killed_at_any_moment_leaves_whole_slots_and_the_next_one_does_the_rest(busy, tmp_path_factory):
    morning, chance = at(config_of(busy), MONDAY, "07:30"), random.Random(253)
    undisturbed = twin(busy, tmp_path_factory.mktemp("peace"))
    began = perf_counter()
    finish(start(tick_once, config_of(undisturbed), morning))
    took = perf_counter() - began
    interrupted, stages = 0, Counter[int]()
    for _ in range(KILLS):
        office = twin(busy, tmp_path_factory.mktemp("killed"))
        victim = start(tick_once, config_of(office), morning)
        sleep(chance.uniform(0, took))
        victim.kill()
        victim.join()
        interrupted += states(office) != {MessageState.SENT}
        stages[len(letters(office))] += 1
        tick_once(config_of(office), morning + timedelta(minutes=11))
        assert_same(office, undisturbed)
        office.database.close()
    assert interrupted > KILLS / 3, "most kills must hit a tick at its work"
    print(f"{KILLS} ticks killed, {interrupted} before their end, with so many letters posted: {dict(stages)}")
    undisturbed.database.close()


WORKER = """
import sys
from pathlib import Path
from datetime import datetime
from jobs.worker import work
from tracker.clock import running_from
from tracker.config import load_config
from tracker.db import Database
config = load_config(Path(sys.argv[1]))
print("ready", flush=True)
work(Database(config.database.url), config, worker="worker", clock=running_from(datetime.fromisoformat(sys.argv[2])))
print("stopped", flush=True)
"""


def wait_until(condition) -> None:
    for _ in range(3000):
        if condition():
            return
        sleep(0.01)
    raise AssertionError("it never came so far")


@contextmanager
def working(office: Office, mail: str, hour: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker in a process of its own; its clock shows Monday at `hour` when it starts."""
    file = office.file.parent / "config.toml"
    database, schedule = f'[database]\nurl = "{office.database.url}"', "[schedule]\ndeliver_seconds = 1"
    file.write_text(f"{database}\n{schedule}\n[mail]\n{mail}\n", "utf-8")
    command = [sys.executable, "-c", WORKER, str(file), at(config_of(office), MONDAY, hour).isoformat()]
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root) as worker:
        try:
            yield worker
        finally:
            worker.kill()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_settles_the_letters_under_way_and_leaves_the_others(busy, stop):
    with Sink(busy.file.parent / "taken.txt", seconds=0.4) as sink:
        mail = f'transport = "smtp"\nport = {sink.port}\nsecurity = "none"\n'
        with working(busy, mail + "connections = 2", "07:30") as worker:
            wait_until(lambda: len(sink.taken()) >= 2)
            worker.send_signal(stop)
            out, err = worker.communicate(timeout=60)
            assert (worker.returncode, out, err) == (0, b"ready\nstopped\n", b"")
        with busy.read() as session:
            found = Counter(session.exec(select(Message.state)).all())
        assert found[MessageState.SENT] == sum(sink.taken().values())
        assert found[MessageState.WAITING] > 0
        assert set(found) == {MessageState.SENT, MessageState.WAITING}, "no lease is left behind"
        with working(busy, mail, "07:31"):
            wait_until(lambda: states(busy) == {MessageState.SENT})
        assert set(sink.taken().values()) == {1}
        assert len(sink.taken()) == found.total()


def test_a_worker_survives_a_mail_server_that_is_away(busy):
    with working(busy, 'transport = "smtp"\nport = 1\nsecurity = "none"', "07:30") as worker:
        wait_until(lambda: letters(busy))
        assert b"cannot be used" in worker.stderr.readline()
        worker.terminate()
        out, err = worker.communicate(timeout=60)
        assert out == b"ready\nstopped\n"
        assert b"Traceback" not in err
    with busy.read() as session:
        assert set(session.exec(select(Message.attempts)).all()) == {0}


def test_a_worker_wakes_again_after_the_clock_was_set_back():
    scheduler = BackgroundScheduler()
    woken, stopping = Event(), Event()
    job = scheduler.add_job(woken.set, Every(timedelta(seconds=0.05)), next_run_time=now() + timedelta(hours=2))
    scheduler.start()  # it sleeps for two hours, as it would when the clock was set back by so much
    watch = Thread(target=keep_awake, args=(job, timedelta(seconds=0.05), stopping))
    watch.start()
    assert woken.wait(60)
    stopping.set()
    watch.join()
    scheduler.shutdown()


def test_a_clock_set_forward_by_years_makes_one_tick_of_all_that_were_missed():
    long_ago, today = datetime(2000, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    every = Every(timedelta(seconds=30))
    assert every.get_next_fire_time(None, long_ago) == long_ago
    assert every.get_next_fire_time(long_ago, today) == today + timedelta(seconds=30)


# --- a mail server that cannot be used -------------------------------------------------------------------------------


def test_a_wrong_password_is_not_tried_at_every_tick_and_the_jobs_go_on(busy, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "wrong")
    with MailServer(certificate=certificate, password="right") as server:
        config = config_of(busy, transport="smtp", port=server.port, user="don-doc")
        watch = Watch(at(config, MONDAY, "07:00"))
        ticker = Ticker(busy.database, config, worker="test", clock=watch, is_stopping=lambda: False)
        tries = []
        for _ in range(120):  # an hour, every half minute
            ticker.tick()
            tries.append(len(server.logins))
            watch.go_on(timedelta(seconds=30))
        assert tries[0] == tries[1] == 1
        assert tries[2] == 2, "after a minute"
        assert tries[11] == 2
        assert tries[12] == 3, "five minutes later"
        assert tries[-1] == 6, "then every quarter of an hour"
        assert {f"{key.split('/')[1]}" for key in letters(busy)} > {"digest"}, "the sweep of 07:30 has run"
        monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "right")
        watch.go_on(timedelta(minutes=15))
        ticker.tick()
        assert states(busy) == {MessageState.SENT}
