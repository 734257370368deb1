"""Jumps of the clock: the wall clock held against the time since the machine started, which nobody can set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from tracker.clock import Uptime
from tracker.models import ClockReading

JUMP = timedelta(minutes=5)  # more than a clock that is kept by a time server is ever corrected by
SHOWN = timedelta(hours=24)  # how long a jump that is over is told of


@dataclass(frozen=True, slots=True)
class Jump:
    """By how much the clock jumped (forward: positive), and when it was seen."""

    by: timedelta
    seen_at: datetime


def note_clock(session: Session, uptime: Uptime, *, now: datetime) -> None:
    """Write down what the clock shows at this uptime, when nothing is known of this start of the machine or the clock has
    jumped since; otherwise nothing is written, so that slow drift adds up to a jump."""
    row = session.get(ClockReading, uptime.boot)
    if row is None:
        session.add(ClockReading(boot=uptime.boot, read_at=now, uptime_seconds=uptime.seconds))
    elif abs(drift := _drift(row, uptime, now)) > JUMP:
        row.jumped_seconds, row.jumped_at = int(drift.total_seconds()), now
        row.read_at, row.uptime_seconds = now, uptime.seconds
        session.add(row)


def is_noted(session: Session, uptime: Uptime, *, now: datetime) -> bool:
    """Whether there is nothing to write down."""
    row = session.get(ClockReading, uptime.boot)
    return row is not None and abs(_drift(row, uptime, now)) <= JUMP


def find_jump(session: Session, uptime: Uptime | None, *, now: datetime) -> Jump | None:
    """The jump of this machine's clock that is not noted yet, or the last one of a day; None when it goes as it should or
    nobody can tell."""
    row = session.get(ClockReading, uptime.boot) if uptime is not None else None
    if row is None or uptime is None:
        return None
    if abs(drift := _drift(row, uptime, now)) > JUMP:
        return Jump(drift, now)
    if row.jumped_at is not None and row.jumped_seconds is not None and -JUMP <= now - row.jumped_at <= SHOWN:
        return Jump(timedelta(seconds=row.jumped_seconds), row.jumped_at)
    return None


def _drift(row: ClockReading, uptime: Uptime, now: datetime) -> timedelta:
    return (now - row.read_at) - timedelta(seconds=uptime.seconds - row.uptime_seconds)
