"""A slot in batches: opened once, worked off part by part by whoever has time, closed when the last part is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from jobs.runs import begin_run

BATCH = SQLModel.metadata.tables["runbatch"]
RUN = SQLModel.metadata.tables["jobrun"]


class Batch(NamedTuple):
    """One part of a slot: whose letters."""

    id: int
    run_id: int
    job: str
    slot: str
    officers: Sequence[int]


def open_run(session: Session, job: str, slot: str, officers: Sequence[int], *, size: int, now: datetime) -> list[int]:
    """Divide the slot into batches of `size` officers, in the caller's transaction; the numbers of the new batches.

    None when it was opened before, by whomever: of two hosts at once the second waits here for the first.
    """
    if (run := begin_run(session, job, slot, now=now)) is None:
        return []
    parts = [list(officers[start : start + size]) for start in range(0, len(officers), size)]
    rows = [{"run_id": run, "number": number, "officers": part, "posted": 0} for number, part in enumerate(parts, 1)]
    if not rows:
        return []
    statement = sa.insert(BATCH).returning(BATCH.c.id, sort_by_parameter_order=True)
    return list(session.connection().scalars(statement, rows))


def take_batch(session: Session, job: str, slot: str) -> Batch | None:
    """A batch that is not done and that nobody else holds, locked for the caller's transaction; None: all are done.

    What others are at is waited for: one that has died has left its batch to be taken.
    """
    waiting = _batches().where(RUN.c.job == job, RUN.c.slot == slot, BATCH.c.finished_at.is_(None))
    waiting = waiting.order_by(BATCH.c.number)
    free = waiting.limit(1).with_for_update(of=BATCH, skip_locked=True)
    if (row := session.connection().execute(free).first()) is not None:
        return Batch(*row)
    left = session.connection().execute(waiting.with_for_update(of=BATCH)).first()
    return Batch(*left) if left is not None else None


def lock_batch(session: Session, number: int) -> Batch | None:
    """This batch, locked for the caller's transaction; None when it is done."""
    wanted = _batches().where(BATCH.c.id == number, BATCH.c.finished_at.is_(None)).with_for_update(of=BATCH)
    row = session.connection().execute(wanted).first()
    return Batch(*row) if row is not None else None


def _batches() -> sa.Select[Any]:
    columns = (BATCH.c.id, BATCH.c.run_id, RUN.c.job, RUN.c.slot, BATCH.c.officers)
    return sa.select(*columns).join(RUN, RUN.c.id == BATCH.c.run_id)


def finish_batch(session: Session, batch: Batch, posted: int, *, now: datetime) -> None:
    """Write what the batch posted, in the same transaction as its letters."""
    statement = sa.update(BATCH).where(BATCH.c.id == batch.id)
    session.connection().execute(statement.values(posted=posted, finished_at=now))


def close_run(session: Session, job: str, slot: str, *, now: datetime) -> bool:
    """Finish the run when none of its batches is left; whether it is finished. The row is locked first, so that of two
    workers with the last two batches one sees both."""
    locked = sa.select(RUN.c.id, RUN.c.finished_at).where(RUN.c.job == job, RUN.c.slot == slot).with_for_update()
    run, finished_at = session.connection().execute(locked).one()
    if finished_at is not None:
        return True
    counts = sa.select(sa.func.count(), sa.func.count(BATCH.c.finished_at), sa.func.sum(BATCH.c.posted))
    batches, done, posted = session.connection().execute(counts.where(BATCH.c.run_id == run)).one()
    if done < batches:
        return False
    detail = {job: posted} if posted else {}
    session.connection().execute(sa.update(RUN).where(RUN.c.id == run).values(finished_at=now, detail=detail))
    return True


def is_under_way(session: Session, job: str, *, since: datetime) -> bool:
    """Whether a slot of this job was opened after `since`, is not finished, and a batch of it is at work or waits."""
    begun = sa.exists().where(RUN.c.job == job, RUN.c.started_at > since, RUN.c.finished_at.is_(None))
    return bool(session.connection().scalar(sa.select(begun)))


def progress(session: Session, job: str, slot: str) -> tuple[int, int]:
    """How many of the batches of a slot are done, and how many there are."""
    counts = sa.select(sa.func.count(BATCH.c.finished_at), sa.func.count(BATCH.c.id)).join(
        RUN, RUN.c.id == BATCH.c.run_id
    )
    done, batches = session.connection().execute(counts.where(RUN.c.job == job, RUN.c.slot == slot)).one()
    return done, batches
