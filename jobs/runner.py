"""One tick: what is due is done once, whoever asks and however often."""

import gc
import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from jobs.runs import begin_run, clock_problem, finish_run, is_done
from tracker.briefing.freezing import freeze_briefing
from tracker.clock import local_day, running_from
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.notify.schedule import Slot, due_slots
from tracker.notify.sweep import sweep
from tracker.notify.weekly import post_digests
from tracker.outbox.mailer import Delivered, deliver_now
from tracker.rules.letters import daily_period
from tracker.workdays import office_calendar

log = logging.getLogger("tracker.jobs")

# A batch of letters is made of some 100,000 objects that all live until it is stored. Python's default looks through
# them after every 700, which takes a third of the time of a digest (docs/performance.md).
OBJECTS_A_COLLECTION = 50_000


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

    A slot that fails leaves nothing behind and stops neither the others nor the delivery; the next tick tries it again.
    `is_stopping` is asked between slots and letters. At the end raises TrackerError with all that failed in one line,
    MailError when the delivery is among it.
    """
    gc.set_threshold(OBJECTS_A_COLLECTION)
    posted, problems = post_due(database, config, now=now, is_stopping=is_stopping)
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


def post_due(
    database: Database, config: Config, *, now: datetime, is_stopping: Callable[[], bool] = never
) -> tuple[Counter[str], list[str]]:
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
            posted += _run(database, config, slot, now=now)
        except Exception as error:  # also a mistake of ours: a briefing that breaks must not keep reminders back
            log.debug("%s %s", slot.job, slot.name, exc_info=True)
            problems.append(_failed(slot, error))
    return posted, problems


def _check_clock(database: Database, config: Config, *, now: datetime) -> None:
    with database.read() as session:
        if problem := clock_problem(session, config.timezone, today=local_day(now, config.timezone)):
            raise TrackerError(problem)


def _failed(slot: Slot, error: Exception) -> str:
    said = (
        str(error) if isinstance(error, TrackerError) else f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    )
    return (
        f"{slot.job} {slot.name} failed and left nothing behind, the next tick tries it again: {' '.join(said.split())}"
    )


def _run(database: Database, config: Config, slot: Slot, *, now: datetime) -> Counter[str]:
    """The row and the letters are one transaction: a killed run leaves nothing, and the next tick does it whole."""
    today, clock = local_day(now, config.timezone), running_from(now)
    with database.read() as session:
        if is_done(session, slot.job, slot.name) or _comes_too_late(session, slot, today):
            return Counter()
    with database.write() as session:
        if (run := begin_run(session, slot.job, slot.name, now=now)) is None:
            return Counter()
        posted = _work(session, config, slot, today=today, now=now)
        finish_run(session, run, posted, now=clock())
    return posted


def _comes_too_late(session: Session, slot: Slot, today: date) -> bool:
    """A digest after the sweep of the day would be a second letter on one day: it waits for the next working day."""
    return slot.job == "digest" and is_done(session, "sweep", daily_period(today))


def _work(session: Session, config: Config, slot: Slot, *, today: date, now: datetime) -> Counter[str]:
    calendar = office_calendar(config.calendar)
    if slot.job == "digest":
        return post_digests(session, period=slot.name, config=config, calendar=calendar, today=today, now=now)
    if slot.job == "briefing":
        return freeze_briefing(session, period=slot.name, config=config, calendar=calendar, today=today, now=now)
    return sweep(session, config=config, calendar=calendar, today=today, now=now)
