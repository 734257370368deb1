"""The outbox as a queue: leases that nobody gives back, letters that wait too long or grow too many."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.health.check import Check, Line, line
from tracker.models import JobRun, Message, MessageState
from tracker.outbox.limits import is_quiet


def stale_leases(session: Session, config: Config, *, now: datetime) -> int:
    """How many leases of letters and runs are older than they may be.

    One that has ended is taken back by the next tick, so a few ticks later nobody ticks. One that ends later than any
    that could be given now was given by a clock that was ahead: nobody may take that letter for as long.
    """
    grace = timedelta(seconds=2 * config.schedule.deliver_seconds + 60)
    first, last = now - grace, now + timedelta(minutes=config.mail.lease_minutes) + grace
    leased = col(Message.state) == MessageState.LEASED
    ends = col(Message.lease_ends_at)
    letters = sa.select(sa.func.count()).select_from(Message).where(leased, sa.or_(ends < first, ends > last))
    stopped = col(JobRun.finished_at).is_(None), col(JobRun.lease_ends_at) < first
    runs = sa.select(sa.func.count()).select_from(JobRun).where(*stopped)
    return (session.scalar(letters) or 0) + (session.scalar(runs) or 0)


def check_leases(session: Session, config: Config, *, now: datetime) -> Check:
    """Whether a worker has died with letters or a run in its hands, and no other has taken them."""
    stale = stale_leases(session, config, now=now)
    if not stale:
        return Check("leases", True, (line("no lease is older than it may be"),))
    return Check(
        "leases", False, (line("%(count)s leases have ended, or end too late, and nobody takes them back", count=stale),),
        line("is the worker running? its next tick takes them back; did the clock go back?"),
    )  # fmt: skip


def oldest_waiting(session: Session) -> datetime | None:
    """When the oldest letter was posted that has not left the house; None when none waits."""
    waiting = col(Message.state).in_((MessageState.WAITING, MessageState.LEASED))
    return session.scalar(sa.select(sa.func.min(Message.posted_at)).where(waiting))


def check_outbox(session: Session, config: Config, *, now: datetime) -> Check:
    """Whether letters wait longer, or are more, than [health] allows; over quiet hours they may wait."""
    waiting = col(Message.state) == MessageState.WAITING
    count = session.scalar(sa.select(sa.func.count()).select_from(Message).where(waiting)) or 0
    oldest = oldest_waiting(session)
    says = [line("%(count)s letters wait", count=count)]
    if oldest is not None:
        says.append(line("the oldest since %(at)s", at=oldest.astimezone(config.timezone)))
    patience = timedelta(minutes=config.health.waiting_minutes)
    wrong: list[Line] = []
    if oldest is not None and now - oldest > patience and not _was_quiet(config, patience, now):
        wrong.append(line("longer than %(most)s minutes", most=config.health.waiting_minutes))
    if count > config.health.waiting_letters:
        wrong.append(line("more than %(most)s", most=config.health.waiting_letters))
    if not wrong:
        return Check("outbox", True, tuple(says))
    advice = line(
        "is the worker running, does the server answer? 'tracker outbox list --state waiting' shows what it said"
    )
    return Check("outbox", False, (*says, *wrong), advice)


def _was_quiet(config: Config, patience: timedelta, now: datetime) -> bool:
    return is_quiet(config, now=now) or is_quiet(config, now=now - patience)
