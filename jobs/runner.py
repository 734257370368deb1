"""One tick: what is due is done once, whoever asks and however often."""

import gc
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from jobs.batches import is_under_way, progress, take_batch
from jobs.runs import begin_run, clock_problem, finish_run
from jobs.slots import STEPS, close, is_past
from jobs.sweeps import CHOICE, SWEEP
from tracker.briefing.freezing import freeze_briefing
from tracker.clock import local_day, running_from
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.mailbox.collecting import collect_due
from tracker.notify.runs import is_finished
from tracker.notify.schedule import Slot, due_slots
from tracker.outbox.mailer import Delivered, deliver_now
from tracker.workdays import office_calendar

log = logging.getLogger("tracker.jobs")

# A batch of letters is made of some 100,000 objects that all live until it is stored. Python's default looks through
# them after every 700, which takes a third of the time of a digest (docs/performance.md).
OBJECTS_A_COLLECTION = 200_000

PATIENCE = timedelta(hours=1)


def never() -> bool:
    """Nobody asks to stop."""
    return False


def tick(
    database: Database,
    config: Config,
    *,
    worker: str,
    now: datetime,
    may_deliver: bool = True,
    is_stopping: Callable[[], bool] = never,
) -> tuple[Counter[str], Delivered]:
    """Run every slot that is due at `now` and was not run, then deliver; what was posted by kind, and what was sent.

    A slot that fails stops neither the others nor the delivery; the next tick tries it again, a digest where it stopped.
    `is_stopping` is asked between slots and letters. At the end raises TrackerError with all that failed in one line,
    MailError when the delivery is among it.
    """
    gc.set_threshold(OBJECTS_A_COLLECTION)
    heard = hear(database, config, now=now)  # before the digest, which confirms what came
    posted, problems = post_due(database, config, now=now, is_stopping=is_stopping)
    problems += heard
    delivered, failure = Delivered(), TrackerError
    try:
        if may_deliver:  # the leases need a clock that goes on, also under --now
            delivered = deliver_now(database, config, worker=worker, clock=running_from(now), is_stopping=is_stopping)
    except TrackerError as error:
        problems.append(str(error))
        failure = type(error)
    if posted or delivered != Delivered():
        log.info("posted %s, delivered %s", dict(posted), delivered)
    if problems:
        raise failure("; ".join(problems))
    return posted, delivered


class RunSlot(Protocol):
    """How a job is run that has batches: one by one in this process, or by jobs for the workers of a cluster."""

    def __call__(
        self, database: Database, config: Config, job: str, slot: str, *, today: date, now: datetime,
        is_stopping: Callable[[], bool],
    ) -> Counter[str]:  # fmt: skip
        """What was posted here."""
        ...


def run_here(
    database: Database, config: Config, job: str, slot: str, *, today: date, now: datetime, is_stopping: Callable[[], bool]
) -> Counter[str]:  # fmt: skip
    """Batch by batch: a killed run leaves whole batches, and the next tick goes on with those that wait."""
    posted, clock, steps = Counter[str](), running_from(now), STEPS[job]
    with database.write() as session:
        steps.open(session, slot, config, today=today, now=now)
    while not is_stopping():
        with database.write() as session:
            batch = take_batch(session, job, slot)
            if batch is None:
                close(session, job, slot, today=today, now=clock())
                break
            posted += steps.post(session, batch, config, today=today, now=now)
    return posted


def hear(database: Database, config: Config, *, now: datetime) -> list[str]:
    """Take the mail that came, when it is time to look; a line when that fails."""
    try:
        if found := collect_due(database, config, now=now):
            log.info("mail that came: %s", dict(found))
    except Exception as error:  # a mailbox that breaks must not keep the letters back
        log.debug("inbox", exc_info=True)
        return [
            str(error) if isinstance(error, TrackerError) else f"reading mail failed: {type(error).__name__}: {error}"
        ]
    return []


def post_due(
    database: Database, config: Config, *, now: datetime, is_stopping: Callable[[], bool] = never,
    run: RunSlot = run_here,
) -> tuple[Counter[str], list[str]]:  # fmt: skip
    """Run the slots that are due: the letters that were posted, by kind, and a line for each slot that failed."""
    calendar = office_calendar(config.calendar)
    posted: Counter[str] = Counter()
    problems: list[str] = []
    slots = due_slots(config.schedule, calendar, config.timezone, now=now)
    try:
        _check_clock(database, config, now=now)
    except TrackerError as error:
        return posted, [str(error)]
    for slot in slots:
        if is_stopping():
            break
        try:
            posted += _run(database, config, slot, run, now=now, is_stopping=is_stopping)
        except Exception as error:  # also a mistake of ours: a briefing that breaks must not keep reminders back
            log.debug("%s %s", slot.job, slot.name, exc_info=True)
            problems.append(_failed(database, slot, error))
    return posted, problems


def _check_clock(database: Database, config: Config, *, now: datetime) -> None:
    with database.read() as session:
        if problem := clock_problem(session, config.timezone, today=local_day(now, config.timezone)):
            raise TrackerError(problem)


def _failed(database: Database, slot: Slot, error: Exception) -> str:
    said = (
        str(error) if isinstance(error, TrackerError) else f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    )
    return f"{slot.job} {slot.name} failed {_left(database, slot)}: {' '.join(said.split())}"


def _left(database: Database, slot: Slot) -> str:
    """What a slot that failed has left, and what becomes of the rest."""
    try:
        with database.read() as session:
            done, batches = progress(session, slot.job, slot.name)
    except Exception:  # it is the database that is away
        return "and the next tick goes on from what was committed"
    if not done:
        return "and left nothing behind, the next tick tries it again"
    return f"after {done} of {batches} batches of letters, the next tick goes on there"


def _run(
    database: Database, config: Config, slot: Slot, run: RunSlot, *, now: datetime, is_stopping: Callable[[], bool]
) -> Counter[str]:
    today = local_day(now, config.timezone)
    waits_for = (CHOICE,) if run is run_here else (CHOICE, "digest")  # here, a digest that is not done has failed
    with database.read() as session:
        if is_finished(session, slot.job, slot.name) or _must_wait(session, slot, today, waits_for, now=now):
            return Counter()
    if slot.job == "briefing":
        return _run_briefing(database, config, slot, today=today, now=now)
    posted = Counter[str]()
    if slot.job == SWEEP:  # whose weekly letter comes on this day hears in it what the sweep would say
        posted += run(database, config, CHOICE, slot.name, today=today, now=now, is_stopping=is_stopping)
        with database.read() as session:
            if _must_wait(session, slot, today, waits_for, now=now):
                return posted
    return posted + run(database, config, slot.job, slot.name, today=today, now=now, is_stopping=is_stopping)


def _must_wait(session: Session, slot: Slot, today: date, waits_for: Sequence[str], *, now: datetime) -> bool:
    """Nobody gets two letters on one day: a digest after the sweep waits for the next day, and a sweep waits for weekly
    letters that are under way, unless that takes as long as only something broken does."""
    if slot.job == SWEEP:
        return is_under_way(session, *waits_for, since=now - PATIENCE)
    return slot.job == "digest" and is_past(session, slot.job, slot.name, today=today)


def _run_briefing(database: Database, config: Config, slot: Slot, *, today: date, now: datetime) -> Counter[str]:
    """The row and the briefing are one transaction: a killed run leaves nothing, and the next tick does it whole."""
    calendar, clock = office_calendar(config.calendar), running_from(now)
    with database.write() as session:
        if (run := begin_run(session, slot.job, slot.name, now=now)) is None:
            return Counter()
        posted = freeze_briefing(session, period=slot.name, config=config, calendar=calendar, today=today, now=now)
        finish_run(session, run, posted, now=clock())
    return posted
