"""The daily sweep in batches: its letters depend neither on them nor on where it was stopped, by whomever it is done."""

import random
from datetime import date, timedelta
from itertools import count
from time import sleep

import pytest
from sqlmodel import select

from jobs.cluster import do_batch, tick_cluster
from jobs.runner import run_here, tick
from tests.cast import Office, away, holds
from tests.jobs.scene import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, at, config_of, letters, said, tick_at
from tests.jobs.test_batches import bodies, copied
from tests.outbox.processes import start, tick_once
from tracker.config import Cluster, Config
from tracker.health.queue import stale_leases
from tracker.models import JobRun, Message, RunBatch
from tracker.notify.unsaid import unsaid
from tracker.people.choices import choose
from tracker.workdays import office_calendar

SLOT = "2020-07-01"


@pytest.fixture
def settled(office: Office) -> Office:
    """On Wednesday something is due for everybody: reminders, heads, overseers of two places, one who stands in, the
    standing office; and everything of the days before is said."""
    tick_at(office, MONDAY, "07:30")
    office.register(
        holds("deputy", "an-binh", "contact", "2019-01-01") + away("an-head", "stranger", "2020-06-20", "2020-07-20")
    )
    for days in (-12, -6, -5, -2, -1, 1, 5):
        office.task(due_on=WEDNESDAY + timedelta(days=days))
        office.task("binh-minh", due_on=WEDNESDAY + timedelta(days=days))
    office.task("tai-chinh", place=None, due_on=date(2020, 6, 12))
    office.task("tai-chinh", place=None, due_on=THURSDAY)
    return office


def in_batches_of(config: Config, size: int) -> Config:
    return config.model_copy(update={"cluster": Cluster(batch=size)})


def sweep_in(
    office: Office, size: int, *, stop_after: int | None = None, day: date = WEDNESDAY, slot: str = SLOT
) -> None:
    """Run the slot in batches of `size`, up to so many of them."""
    config, done = in_batches_of(config_of(office), size), count()
    run_here(
        office.database, config, "sweep", slot, today=day, now=at(config, day, "07:30"),
        is_stopping=lambda: stop_after is not None and next(done) >= stop_after,
    )  # fmt: skip


def run_of(office: Office, slot: str = SLOT) -> JobRun:
    return next(run for run in office.rows(JobRun) if (run.job, run.slot) == ("sweep", slot))


def test_the_letters_do_not_depend_on_the_size_of_the_batches(settled, tmp_path_factory):
    single = copied(settled, tmp_path_factory.mktemp("single") / "tracker.db")
    sweep_in(settled, 200)
    sweep_in(single, 1)
    batches = [batch for batch in single.rows(RunBatch) if batch.run_id == run_of(single).id]
    assert len(batches) > 7
    assert all(len(batch.officers) == 1 and batch.tasks for batch in batches)
    kinds = {key.split("/")[1] for key in letters(settled)}
    assert {"reminder", "head", "overseer", "office"} <= kinds
    assert bodies(single) == bodies(settled), "word for word, also who else was told"
    assert said(single) == said(settled)
    assert run_of(single).detail == run_of(settled).detail
    assert sum(run_of(single).detail.values()) == len(letters(single))
    single.database.close()


def test_a_sweep_that_stopped_anywhere_goes_on_there_and_gives_the_same_letters(settled, tmp_path_factory):
    whole = copied(settled, tmp_path_factory.mktemp("whole") / "tracker.db")
    sweep_in(whole, 1)
    for stop in range(1, 8, 2):
        office = copied(settled, tmp_path_factory.mktemp("stopped") / "tracker.db")
        sweep_in(office, 1, stop_after=stop)
        assert run_of(office).finished_at is None
        assert len(letters(office)) == stop
        config = in_batches_of(config_of(office), 1)
        tick(office.database, config, worker="next", now=at(config, WEDNESDAY, "08:10"))
        assert run_of(office).finished_at is not None
        assert bodies(office) == bodies(whole)
        assert said(office) == said(whole)
        office.database.close()
    whole.database.close()


def test_a_sweep_killed_at_any_moment_gives_the_same_letters(settled, tmp_path_factory):
    morning, chance = at(config_of(settled), WEDNESDAY, "07:30"), random.Random(5)
    whole = copied(settled, tmp_path_factory.mktemp("whole") / "tracker.db")
    sweep_in(whole, 1)
    halves = 0
    for _ in range(3):
        office = copied(settled, tmp_path_factory.mktemp("killed") / "tracker.db")
        config = in_batches_of(config_of(office), 1)
        victim = start(tick_once, config, morning)
        while not letters(office) and victim.is_alive():
            sleep(0.001)
        sleep(chance.uniform(0, 0.05))
        victim.kill()
        victim.join()
        halves += 0 < len(letters(office)) < len(letters(whole))
        tick(office.database, config, worker="next", now=morning + timedelta(minutes=11))
        assert bodies(office) == bodies(whole)
        assert said(office) == said(whole)
        office.database.close()
    assert halves, "some were killed between two batches"
    whole.database.close()


def test_what_a_sweep_has_left_is_said_the_next_day_and_nobody_takes_the_old_one_for_stuck(settled):
    sweep_in(settled, 1, stop_after=2)
    early = letters(settled)
    tick_at(settled, THURSDAY, "07:30")
    assert run_of(settled).finished_at is not None
    assert run_of(settled, "2020-07-02").finished_at is not None
    assert len(letters(settled)) > len(early)
    config = config_of(settled)
    with settled.read() as session:
        assert stale_leases(session, config, now=at(config, THURSDAY, "09:00")) == 0
        calendar = office_calendar(config.calendar)
        assert unsaid(session, config=config, calendar=calendar, today=THURSDAY) == []


def test_who_got_a_letter_meanwhile_is_written_to_the_next_day(settled):
    """A batch that waits does not know what came between: nobody gets two letters on one day."""
    sweep_in(settled, 1, stop_after=1)
    first = letters(settled)
    sweep_in(settled, 1)
    assert first < letters(settled)
    with settled.read() as session:
        today = session.exec(select(Message.officer_id).where(Message.posted_on == WEDNESDAY)).all()
    assert len(today) == len(set(today))


def test_weekly_letters_on_a_chosen_day_come_in_batches_before_the_sweep(settled, tmp_path_factory):
    with settled.write() as session:
        for code in ("an-contact", "binh-contact", "money-contact"):
            choose(session, settled.officer(code), weekday=2, hour=None, wants_optional=True, now=at(config_of(settled), TUESDAY, "10:00"))  # fmt: skip
    other = copied(settled, tmp_path_factory.mktemp("other") / "tracker.db")
    tick_at(settled, WEDNESDAY, "07:30")
    config = in_batches_of(config_of(other), 1)
    tick(other.database, config, worker="single", now=at(config, WEDNESDAY, "07:30"))
    runs = [(run.job, run.slot, run.finished_at is not None) for run in other.rows(JobRun)]
    assert runs[-2:] == [("choice", SLOT, True), ("sweep", SLOT, True)]
    assert {"an-contact/digest/2020-W27", "binh-contact/digest/2020-W27", "binh-head/head/2020-07-01"} <= letters(other)
    assert not [key for key in letters(other) if key.startswith("an-contact/") and "digest" not in key]
    assert bodies(other) == bodies(settled)
    other.database.close()


def test_a_sweep_that_was_begun_keeps_the_digest_of_the_day_back(settled):
    sweep_in(settled, 1, stop_after=1, day=FRIDAY, slot="2020-07-03")
    tick_at(settled, FRIDAY, "07:30")
    assert not [run for run in settled.rows(JobRun) if (run.job, run.slot) == ("digest", "2020-W28")]
    with settled.read() as session:
        posted = session.exec(select(Message.officer_id).where(Message.posted_on == FRIDAY)).all()
    assert len(posted) == len(set(posted))


@pytest.mark.postgres
def test_the_workers_of_a_cluster_say_what_one_process_says_in_whatever_order(settled, tmp_path_factory):
    alone = copied(settled, tmp_path_factory.mktemp("alone") / "tracker.db")
    sweep_in(alone, 200)
    config = config_of(settled).model_copy(
        update={"cluster": Cluster(engine="procrastinate", batch=1, rescue_seconds=4)}
    )
    now = at(config, WEDNESDAY, "07:30")
    for worker in ("one", "two"):
        tick_cluster(settled.database, config, worker=worker, now=now)
    mine = [batch.id for batch in settled.rows(RunBatch) if batch.run_id == run_of(settled).id]
    assert len(mine) > 7
    for number in [*reversed(mine), mine[0]]:
        assert (run_of(settled).finished_at is None) or number == mine[0]
        do_batch(settled.database, config, number, now=now)
    assert run_of(settled).finished_at is not None
    assert bodies(settled) == bodies(alone)
    assert said(settled) == said(alone)
    alone.database.close()


@pytest.mark.postgres
def test_a_batch_of_yesterdays_sweep_is_not_done_any_more(settled):
    config = config_of(settled).model_copy(
        update={"cluster": Cluster(engine="procrastinate", batch=1, rescue_seconds=4)}
    )
    tick_cluster(settled.database, config, worker="one", now=at(config, WEDNESDAY, "07:30"))
    for batch in settled.rows(RunBatch):
        do_batch(settled.database, config, batch.id, now=at(config, THURSDAY, "07:10"))
    assert letters(settled) == set()
