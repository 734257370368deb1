"""The queue of a cluster: procrastinate's jobs, put in by the transaction that makes them necessary.

A job only says that there is work: what is done is in our rows. So one job too many does nothing, one that is lost is
put in again by a later tick, and none is ever the memory of anything.
"""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session

QUEUE = "tracker"
DIGEST_BATCH, DELIVERY = "digest_batch", "delivery"
PRIORITY = {DIGEST_BATCH: 0, DELIVERY: 1}  # what was made goes out before more is made

_DEFER = sa.text(
    "SELECT procrastinate_defer_jobs_v1(array_agg("
    " ROW(:queue, :task, :priority, NULL, NULL, args, NULL)::procrastinate_job_to_defer_v1))"
    " FROM jsonb_array_elements(CAST(:jobs AS jsonb)) AS args"
)
_WITHOUT_JOB = sa.text(
    "SELECT b.id FROM runbatch b JOIN jobrun r ON r.id = b.run_id"
    " WHERE r.job = :job AND r.slot = :slot AND b.finished_at IS NULL AND NOT EXISTS ("
    "  SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = :task AND j.status IN ('todo', 'doing')"
    "  AND (j.args->>'batch')::integer = b.id) ORDER BY b.number"
)
_WAITING = sa.text("SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE task_name = :task AND status = 'todo')")


def put_batches(session: Session, batches: Iterable[int]) -> None:
    """A job for each of these batches, in the caller's transaction."""
    _put(session, DIGEST_BATCH, [{"batch": one} for one in batches])


def batches_without_job(session: Session, job: str, slot: str) -> list[int]:
    """The batches of a slot that are not done and of which no job knows: their worker failed."""
    wanted = {"job": job, "slot": slot, "task": DIGEST_BATCH}
    return list(session.connection().scalars(_WITHOUT_JOB, wanted))


def put_delivery(session: Session) -> None:
    """A job to send what is due, unless one waits; in the caller's transaction."""
    if not session.connection().scalar(_WAITING, {"task": DELIVERY}):
        _put(session, DELIVERY, [{}])


def _put(session: Session, task: str, jobs: list[dict[str, int]]) -> None:
    if jobs:
        what = {"queue": QUEUE, "task": task, "priority": PRIORITY[task], "jobs": json.dumps(jobs)}
        session.connection().execute(_DEFER, what)
