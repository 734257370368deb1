"""One tick: what is due is done once, whoever asks and however often."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from jobs.schedule import Slot, due_slots
from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.models import JobRun
from tracker.notify.briefing import freeze_briefing
from tracker.notify.sweep import sweep
from tracker.notify.weekly import post_digests
from tracker.outbox.mailer import Delivered, deliver_now
from tracker.workdays import office_calendar

Work = Callable[..., Counter[str]]


def tick(database: Database, config: Config, *, worker: str, now: datetime) -> tuple[Counter[str], Delivered]:
    """Run every slot that is due at `now` and was not run, then deliver. Raises TrackerError."""
    posted = post_due(database, config, now=now)
    return posted, deliver_now(database, config, worker=worker, clock=lambda: now)


def post_due(database: Database, config: Config, *, now: datetime) -> Counter[str]:
    """Run the slots that are due; the letters that were posted, by kind."""
    calendar = office_calendar(config.calendar)
    posted: Counter[str] = Counter()
    for slot in due_slots(config.schedule, calendar, config.timezone, now=now):
        posted += _run(database, config, slot, now=now)
    return posted


def _run(database: Database, config: Config, slot: Slot, *, now: datetime) -> Counter[str]:
    """The row and the letters are one transaction: a killed run leaves nothing, and the next tick does it whole."""
    today = local_day(now, config.timezone)
    with database.read() as session:
        if _is_done(session, slot):
            return Counter()
    with database.write() as session:
        if _is_done(session, slot):
            return Counter()
        posted = _work(session, config, slot, today=today, now=now)
        session.add(
            JobRun(
                job=slot.job,
                slot=slot.name,
                started_at=now,
                lease_ends_at=now + timedelta(minutes=10),
                finished_at=now,
                detail=dict(posted),
            )
        )
    return posted


def _work(session: Session, config: Config, slot: Slot, *, today: date, now: datetime) -> Counter[str]:
    calendar = office_calendar(config.calendar)
    if slot.job == "digest":
        return post_digests(session, period=slot.name, config=config, calendar=calendar, today=today, now=now)
    if slot.job == "briefing":
        return freeze_briefing(session, period=slot.name, config=config, calendar=calendar, today=today, now=now)
    return sweep(session, config=config, calendar=calendar, today=today, now=now)


def _is_done(session: Session, slot: Slot) -> bool:
    return session.exec(select(JobRun).where(JobRun.job == slot.job, JobRun.slot == slot.name)).first() is not None
