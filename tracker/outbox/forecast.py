"""How far the sending is: sent, waiting, how fast, when it will end, and what keeps letters back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.config import Config
from tracker.models import MessageState
from tracker.outbox.limits import is_quiet
from tracker.outbox.listing import progress
from tracker.outbox.receipts import Outcome
from tracker.outbox.relay import find_relay, relay_name

MESSAGE = SQLModel.metadata.tables["message"]
RECEIPT = SQLModel.metadata.tables["receipt"]
SAMPLE = 1000  # the last answers, from which the speed is taken
FRESH = timedelta(minutes=10)  # answers older than this say nothing of the speed now


@dataclass(frozen=True, slots=True)
class Forecast:
    """The outbox in a few numbers; instants are aware UTC.

    `waiting` counts all that is not settled, `resting` those of it that a server has asked to come later. `a_minute` is
    None where nothing was sent lately, `ends_at` where nobody can say. `stopped_until`: the mail server refuses
    everything (`said` is its last word), one letter tries again then. `is_quiet`: only urgent letters go out now.
    """

    sent: int
    waiting: int
    resting: int
    stuck: int
    a_minute: float | None
    ends_at: datetime | None
    stopped_until: datetime | None
    said: str
    is_quiet: bool


def forecast(session: Session, config: Config, *, now: datetime) -> Forecast:
    """The forecast at `now`."""
    counted = progress(session)
    waiting = counted[MessageState.WAITING] + counted[MessageState.LEASED]
    later = sa.and_(MESSAGE.c.state == MessageState.WAITING, MESSAGE.c.next_attempt_at > now)
    resting = session.connection().scalar(sa.select(sa.func.count()).select_from(MESSAGE).where(later)) or 0
    relay = find_relay(session, name) if (name := relay_name(config.mail)) else None
    stopped = relay.probe_at if relay is not None else None
    quiet, a_minute = is_quiet(config, now=now), _speed(session, config, now=now)
    starts_at = now if not quiet else _morning(config, now)
    if stopped is not None:
        starts_at = max(starts_at, stopped)
    ready = waiting - resting
    ends_at = starts_at + timedelta(minutes=ready / a_minute) if ready and a_minute else None
    stuck = counted[MessageState.REFUSED] + counted[MessageState.UNADDRESSED]
    said = relay.said if relay is not None else ""
    return Forecast(counted[MessageState.SENT], waiting, resting, stuck, a_minute, ends_at, stopped, said, quiet)


def _speed(session: Session, config: Config, *, now: datetime) -> float | None:
    """Letters a minute by the last answers, not above the limit; the limit itself where nothing was sent lately."""
    limit: float | None = config.mail.per_minute or None
    last = sa.select(RECEIPT.c.answered_at, RECEIPT.c.outcome).order_by(RECEIPT.c.id.desc()).limit(SAMPLE)
    at = [row.answered_at for row in session.connection().execute(last) if row.outcome == Outcome.ACCEPTED.value]
    fresh: list[datetime] = [one for one in at if now - FRESH <= one <= now]
    if len(fresh) < 2:
        return limit
    minutes = max((max(fresh) - min(fresh)).total_seconds(), 1.0) / 60
    speed = len(fresh) / minutes
    return min(speed, limit) if limit else speed


def _morning(config: Config, now: datetime) -> datetime:
    """When the quiet hours end."""
    local, hours = now.astimezone(config.timezone), config.mail.quiet_hours
    if hours is None:
        return now
    ends = datetime.combine(local.date(), hours.ends, config.timezone)
    return ends if ends > local else ends + timedelta(days=1)
