"""The rows that say which slot of which job was run: the unique key decides, not the clock."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from tracker.clock import local_day
from tracker.models import JobRun, Notice
from tracker.outbox.ledger import insert

JOB_RUN = SQLModel.metadata.tables["jobrun"]


def begin_run(session: Session, job: str, slot: str, *, now: datetime) -> int | None:
    """Take the slot in the caller's transaction: the id of its row, or None when somebody else has it.

    Of two ticks at once the second waits here for the first: SQLite lets one writer in, and on PostgreSQL the unique
    key holds the second INSERT until the first transaction has ended.
    """
    statement = insert(session, JOB_RUN).on_conflict_do_nothing().returning(JOB_RUN.c.id)
    row = {"job": job, "slot": slot, "started_at": now, "lease_ends_at": now + timedelta(minutes=10), "detail": {}}
    run: int | None = session.connection().scalar(statement, row)
    return run


def finish_run(session: Session, run: int, posted: Counter[str], *, now: datetime) -> None:
    """Write what the run posted, in the same transaction as the letters."""
    statement = sa.update(JOB_RUN).where(JOB_RUN.c.id == run)
    session.connection().execute(statement.values(finished_at=now, detail=dict(posted)))


def clock_problem(session: Session, timezone: ZoneInfo, *, today: date) -> str | None:
    """Why nothing may be posted for `today`: the clock stands before what has already happened; None when all is well.

    A clock that went back would tell people of a week that is over. A few hours do no harm: those slots are done.
    """
    last = session.exec(select(JobRun).order_by(col(JobRun.id).desc()).limit(1)).first()
    if last is not None and today < (ran_on := local_day(last.started_at, timezone)):
        return (
            f"the clock says {today}, but {last.job} {last.slot} was run on {ran_on}; "
            "correct the clock (or --now); docs/operations.md says what to do when that run was the wrong one"
        )
    first = session.exec(select(sa.func.min(Notice.issued_on))).one()
    if first is not None and today < first:
        return f"the clock says {today}, but the first notice is of {first}; correct the clock (or --now)"
    return None
