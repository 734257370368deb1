"""Figures for monitoring, all from the database: so they are the same whichever process is asked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.clock import Uptime, local_day
from tracker.config import Config
from tracker.db import Database
from tracker.health.jumps import find_jump
from tracker.health.queue import oldest_waiting, stale_leases
from tracker.health.slots import due_now
from tracker.health.storage import newest_instant
from tracker.models import JobRun, Message, MessageState, Receipt
from tracker.notify.runs import last_runs
from tracker.rules.calendar import WorkingCalendar
from tracker.tasks.board import count_standings

WEEK = timedelta(days=7)  # letters older than this are history: to count them all would take longer every day


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted; spans are seconds, instants aware UTC. The letters and attempts are those of the last seven days."""

    letters: dict[tuple[str, str], int]
    outbox: dict[str, int]
    oldest_waiting_seconds: float
    attempts: dict[str, int]
    slots_done_at: dict[str, datetime]
    slots_late_seconds: dict[str, float]
    stale_leases: int
    tasks: dict[str, int]
    clock_ahead_seconds: float
    clock_jump_seconds: float
    sweep_seconds: float | None
    database_bytes: int


def load_figures(
    database: Database, config: Config, *, calendar: WorkingCalendar, uptime: Uptime | None, now: datetime
) -> Figures:
    """The figures at `now`. Raises DatabaseError."""
    with database.read() as session:
        today = local_day(now, config.timezone)
        oldest, newest = oldest_waiting(session), newest_instant(session)
        jump = find_jump(session, uptime, now=now)
        return Figures(
            letters=_letters(session, today - WEEK),
            outbox=_outbox(session),
            oldest_waiting_seconds=max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0,
            attempts=_attempts(session, today - WEEK),
            slots_done_at={job: run.finished_at for job, run in last_runs(session).items()},
            slots_late_seconds={
                one.slot.job: one.overdue.total_seconds() for one in due_now(session, config, calendar, now=now)
            },
            stale_leases=stale_leases(session, config, now=now),
            tasks=count_standings(session, sa.true(), today=today),
            clock_ahead_seconds=max((newest - now).total_seconds(), 0.0) if newest is not None else 0.0,
            clock_jump_seconds=jump.by.total_seconds() if jump is not None else 0.0,
            sweep_seconds=_sweep_seconds(session),
            database_bytes=_size(session, database),
        )


def _letters(session: Session, since: date) -> dict[tuple[str, str], int]:
    query = sa.select(col(Message.kind), col(Message.state), sa.func.count()).where(col(Message.posted_on) >= since)
    rows = session.execute(query.group_by(col(Message.kind), col(Message.state)))
    return {(kind, state.value): count for kind, state, count in rows}


def _outbox(session: Session) -> dict[str, int]:
    """Letters of whatever age that have not been sent."""
    unsent = [state for state in MessageState if state is not MessageState.SENT]
    query = sa.select(col(Message.state), sa.func.count()).where(col(Message.state).in_(unsent))
    counted = dict(session.execute(query.group_by(col(Message.state))).all())
    return {state.value: counted.get(state, 0) for state in unsent}


def _attempts(session: Session, since: date) -> dict[str, int]:
    """By the class of the answer's code (2xx, 4xx, 5xx), by the outcome where there was no code."""
    query = sa.select(col(Receipt.code), col(Receipt.outcome), sa.func.count()).join(
        Message, col(Message.id) == col(Receipt.message_id)
    )
    rows = session.execute(
        query.where(col(Message.posted_on) >= since).group_by(col(Receipt.code), col(Receipt.outcome))
    )
    counted = Counter[str]()
    for code, outcome, count in rows:
        counted[f"{code // 100}xx" if code is not None else outcome] += count
    return dict(counted)


def _sweep_seconds(session: Session) -> float | None:
    """How long the last sweep took."""
    query = sa.select(col(JobRun.started_at), col(JobRun.finished_at)).where(
        col(JobRun.job) == "sweep", col(JobRun.finished_at).is_not(None)
    )
    row = session.execute(query.order_by(col(JobRun.id).desc()).limit(1)).first()
    return (row[1] - row[0]).total_seconds() if row is not None else None


def _size(session: Session, database: Database) -> int:
    if not database.is_sqlite:
        return session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0
    file = database.file
    files = [file, file.with_name(f"{file.name}-wal")] if file is not None else []
    return sum(one.stat().st_size for one in files if one.exists())
