"""A slot in batches: opened once, worked off part by part by whoever has time, closed when the last part is done."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from jobs.runs import begin_run

BATCH = SQLModel.metadata.tables["runbatch"]
RUN = SQLModel.metadata.tables["jobrun"]


class Batch(NamedTuple):
    """One part of a slot: whose letters, and for a sweep of which tasks."""

    id: int
    run_id: int
    job: str
    slot: str
    officers: Sequence[int]
    tasks: Sequence[int] | None = None


def open_run(session: Session, job: str, slot: str, officers: Sequence[int], *, size: int, now: datetime) -> list[int]:
    """Divide the slot into batches of `size` officers, in the caller's transaction; the numbers of the new batches.

    None when it was opened before, by whomever: of two hosts at once the second waits here for the first.
    """
    parts = (officers[start : start + size] for start in range(0, len(officers), size))
    return open_parts(session, job, slot, lambda: [(list(part), None) for part in parts], now=now)


Parts = Sequence[tuple[Sequence[int], Sequence[int] | None]]  # officers, and of which tasks they are told


def open_parts(session: Session, job: str, slot: str, plan: Callable[[], Parts], *, now: datetime) -> list[int]:
    """The same with a batch for each part of a plan; the plan is made when the slot is ours."""
    if (run := begin_run(session, job, slot, now=now)) is None:
        return []
    rows = [
        {"run_id": run, "number": number, "officers": list(officers), "tasks": tasks, "posted": 0}
        for number, (officers, tasks) in enumerate(plan(), 1)
    ]
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
    columns = (BATCH.c.id, BATCH.c.run_id, RUN.c.job, RUN.c.slot, BATCH.c.officers, BATCH.c.tasks)
    return sa.select(*columns).join(RUN, RUN.c.id == BATCH.c.run_id)


def finish_batch(session: Session, batch: Batch, posted: int, *, now: datetime) -> None:
    """Write what the batch posted, in the same transaction as its letters."""
    statement = sa.update(BATCH).where(BATCH.c.id == batch.id)
    session.connection().execute(statement.values(posted=posted, finished_at=now))


def close_run(
    session: Session, job: str, slot: str, *, now: datetime, detail: Callable[[], dict[str, int]] | None = None
) -> bool:
    """Finish the run when none of its batches is left; whether it is finished. The row is locked first, so that of two
    workers with the last two batches one sees both. detail: what was posted by kind, when that is more than one."""
    locked = sa.select(RUN.c.id, RUN.c.finished_at).where(RUN.c.job == job, RUN.c.slot == slot).with_for_update()
    run, finished_at = session.connection().execute(locked).one()
    if finished_at is not None:
        return True
    counts = sa.select(sa.func.count(), sa.func.count(BATCH.c.finished_at), sa.func.sum(BATCH.c.posted))
    batches, done, posted = session.connection().execute(counts.where(BATCH.c.run_id == run)).one()
    if done < batches:
        return False
    kinds = detail() if detail is not None else {job: posted} if posted else {}
    session.connection().execute(sa.update(RUN).where(RUN.c.id == run).values(finished_at=now, detail=kinds))
    return True


def give_up(session: Session, job: str, *, before: str, now: datetime) -> None:
    """Close the runs of this job whose slot came before this one and that were never finished: what they left is part of
    the new one."""
    left = sa.update(RUN).where(RUN.c.job == job, RUN.c.slot < before, RUN.c.finished_at.is_(None))
    session.connection().execute(left.values(finished_at=now))


def is_under_way(session: Session, *jobs: str, since: datetime) -> bool:
    """Whether a slot of these jobs was opened after `since`, is not finished, and a batch of it is at work or waits."""
    begun = sa.exists().where(RUN.c.job.in_(jobs), RUN.c.started_at > since, RUN.c.finished_at.is_(None))
    return bool(session.connection().scalar(sa.select(begun)))


def is_opened(session: Session, job: str, slot: str) -> bool:
    """Whether anybody has begun with this slot."""
    return bool(session.connection().scalar(sa.select(sa.exists().where(RUN.c.job == job, RUN.c.slot == slot))))


def progress(session: Session, job: str, slot: str) -> tuple[int, int]:
    """How many of the batches of a slot are done, and how many there are."""
    counts = sa.select(sa.func.count(BATCH.c.finished_at), sa.func.count(BATCH.c.id)).join(
        RUN, RUN.c.id == BATCH.c.run_id
    )
    done, batches = session.connection().execute(counts.where(RUN.c.job == job, RUN.c.slot == slot)).one()
    return done, batches
