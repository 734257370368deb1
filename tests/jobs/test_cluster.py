"""Workers of a cluster: real processes on one PostgreSQL that share a digest, are killed, and never double a letter."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlmodel import select, text

from jobs.cluster import do_batch, fan_out, tick_cluster
from tests.cast import Office
from tests.days import DUE
from tests.jobs.scene import MONDAY, WEDNESDAY, at, config_of, letters, tick_at
from tests.jobs.test_worker import WORKER, states, twin
from tracker.config import Cluster, Config, load_config
from tracker.errors import ConfigError
from tracker.models import JobRun, MessageState, Receipt, RunBatch, Unwritten

PERIOD = "2020-W27"
OWNERS = 12


@pytest.fixture
def busy(office: Office) -> Office:
    """A district with so many contacts, each with a task of their own."""
    for number in range(OWNERS):
        code = f"clerk-{number}"
        office.register(
            f'[[unit]]\ncode = "xa-{number}"\nname = "UBND xã {number}"\nplace = "xã {number}"\nlevel = "commune"\n'
            f'kind = "people_committee"\n[[officer]]\ncode = "{code}"\npost = "Công chức {number}"\n'
            f'email = "{code}@huyen.example"\n[[appointment]]\nofficer = "{code}"\nunit = "xa-{number}"\n'
            'role = "contact"\nvalid_from = 2019-01-01\n'
        )
        office.task(f"xa-{number}", due_on=DUE + timedelta(days=number % 5))
    return office


def clustered(office: Office) -> Config:
    return config_of(office).model_copy(update={"cluster": Cluster(engine="procrastinate", batch=1, rescue_seconds=4)})


@contextmanager
def workers(office: Office, count: int, hour: str = "07:00") -> Iterator[list["subprocess.Popen[bytes]"]]:
    """So many workers with one configuration; those that are left are stopped at the end, and must end well."""
    file = office.file.parent / "config.toml"
    file.write_text(
        f'[database]\nurl = "{office.database.url}"\n[schedule]\ndeliver_seconds = 1\n[mail]\ntransport = "folder"\n'
        f'folder = "{office.file.parent / "mail"}"\nlease_minutes = 1\n[cluster]\nengine = "procrastinate"\n'
        "batch = 1\nrescue_seconds = 4\n",
        "utf-8",
    )
    command = [sys.executable, "-c", WORKER, str(file), at(config_of(office), MONDAY, hour).isoformat()]
    with ExitStack() as stack:
        crew = [stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE)) for _ in range(count)]
        try:
            yield crew
        finally:
            left = [one for one in crew if one.poll() is None]
            for one in left:
                one.terminate()
            assert all(one.wait(30) == 0 for one in left)


def wait_until(condition: Callable[[], bool]) -> None:
    """Two minutes at most: six processes start on two busy cores."""
    for _ in range(1200):
        if condition():
            return
        sleep(0.1)
    raise AssertionError("it never came so far")


def is_all_sent(office: Office) -> bool:
    runs = {run.job: run for run in office.rows(JobRun)}
    return "digest" in runs and runs["digest"].finished_at is not None and states(office) == {MessageState.SENT}


def receipts(office: Office) -> int:
    with office.read() as session:
        return len(session.exec(select(Receipt.id)).all())


@pytest.mark.postgres
@pytest.mark.parametrize("count", [2, 6])
def test_workers_share_a_digest_and_say_what_one_process_says(busy, tmp_path_factory, count):
    alone = twin(busy, tmp_path_factory.mktemp("alone"))
    tick_at(alone, MONDAY, "07:00")
    with workers(busy, count):
        wait_until(lambda: is_all_sent(busy))
    digests = {key for key in letters(alone) if "/digest/" in key}
    assert len(digests) == OWNERS
    assert {key for key in letters(busy) if "/digest/" in key} == digests
    assert receipts(busy) == len(letters(busy)), "none was sent twice"
    alone.database.close()


@pytest.mark.postgres
def test_what_killed_workers_leave_is_done_by_the_others(busy):
    chance = random.Random(253)
    with workers(busy, 3) as crew:
        wait_until(lambda: any(run.job == "digest" for run in busy.rows(JobRun)))
        for victim in crew[:2]:
            sleep(chance.uniform(0, 0.3))
            victim.kill()
            victim.wait()
        wait_until(lambda: all(batch.finished_at for batch in busy.rows(RunBatch)))
    assert {f"clerk-{number}/digest/{PERIOD}" for number in range(OWNERS)} <= letters(busy)
    with busy.read() as session:
        doubled = session.exec(
            text("SELECT officer_id, kind, period FROM message GROUP BY 1, 2, 3 HAVING count(*) > 1")
        ).all()
    assert doubled == []


@pytest.mark.postgres
def test_a_job_of_a_silent_worker_is_put_back(busy):
    config, now = clustered(busy), at(config_of(busy), MONDAY, "07:00")
    fan_out(busy.database, config, "digest", PERIOD, today=MONDAY, now=now, is_stopping=lambda: False)
    with busy.write() as session:  # as a kill leaves it: the job is at work, of a worker that is gone
        session.connection().execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    with workers(busy, 1):
        wait_until(lambda: is_all_sent(busy))
    assert f"clerk-0/digest/{PERIOD}" in letters(busy)


@pytest.mark.postgres
def test_a_slot_is_opened_once_and_a_lost_job_is_put_in_again(busy):
    config, now = clustered(busy), at(config_of(busy), MONDAY, "07:00")
    for _ in range(3):
        tick_cluster(busy.database, config, worker="one", now=now)
    batches = busy.rows(RunBatch)
    with busy.write() as session:
        jobs = session.connection().scalar(text("SELECT count(*) FROM procrastinate_jobs"))
        assert jobs == len(batches) > OWNERS
        session.connection().execute(text("DELETE FROM procrastinate_jobs"))
    tick_cluster(busy.database, config, worker="two", now=now)
    with busy.read() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM procrastinate_jobs")) == len(batches)


@pytest.mark.postgres
def test_a_batch_done_twice_posts_nothing_new_and_the_last_one_closes_the_run(busy):
    config, now = clustered(busy), at(config_of(busy), MONDAY, "07:00")
    fan_out(busy.database, config, "digest", PERIOD, today=MONDAY, now=now, is_stopping=lambda: False)
    for batch in busy.rows(RunBatch):
        assert busy.rows(JobRun)[0].finished_at is None
        for _ in range(2):
            do_batch(busy.database, config, batch.id, now=now)
    assert busy.rows(JobRun)[0].finished_at is not None
    assert len(letters(busy)) == sum(batch.posted for batch in busy.rows(RunBatch)) == OWNERS


@pytest.mark.postgres
def test_the_sweep_of_the_day_waits_for_a_digest_that_others_have_under_way(busy):
    config = clustered(busy)
    tick_cluster(busy.database, config, worker="one", now=at(config, MONDAY, "07:30"))
    assert "sweep" not in [run.job for run in busy.rows(JobRun)]
    for batch in busy.rows(RunBatch):
        do_batch(busy.database, config, batch.id, now=at(config, MONDAY, "07:31"))
    tick_cluster(busy.database, config, worker="one", now=at(config, MONDAY, "07:32"))
    assert "sweep" in [run.job for run in busy.rows(JobRun)]


@pytest.mark.postgres
def test_a_digest_that_is_broken_does_not_hold_the_sweep_up_for_longer_than_an_hour(busy):
    config = clustered(busy)
    tick_cluster(busy.database, config, worker="one", now=at(config, MONDAY, "07:30"))
    tick_cluster(busy.database, config, worker="one", now=at(config, MONDAY, "08:31"))
    assert "sweep" in [run.job for run in busy.rows(JobRun)]
    before = letters(busy)
    do_batch(busy.database, config, busy.rows(RunBatch)[0].id, now=at(config, MONDAY, "08:32"))
    assert letters(busy) == before, "nobody gets two letters on one day"
    for batch in busy.rows(RunBatch):
        do_batch(busy.database, config, batch.id, now=at(config, WEDNESDAY, "07:00"))
    assert f"clerk-0/digest/{PERIOD}" in letters(busy)


@pytest.mark.postgres
def test_a_poisoned_letter_stops_no_worker(busy):
    with busy.write() as session:
        session.connection().execute(
            text("UPDATE officer SET code = :code WHERE code = 'clerk-3'"), {"code": "clerk\r\n3"}
        )
    with workers(busy, 2):
        wait_until(lambda: is_all_sent(busy))
    assert [one.kind for one in busy.rows(Unwritten)].count("digest") == 1
    assert f"clerk-4/digest/{PERIOD}" in letters(busy)


def test_an_office_on_sqlite_is_told_that_a_cluster_needs_postgresql(tmp_path: Path):
    file = tmp_path / "config.toml"
    file.write_text('[database]\nurl = "sqlite:///x.db"\n[cluster]\nengine = "procrastinate"\n', "utf-8")
    with pytest.raises(ConfigError, match='engine = "procrastinate" needs PostgreSQL'):
        load_config(file)
