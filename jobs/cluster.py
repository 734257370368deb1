"""A worker among many: slots are opened by whoever comes first, their batches and the delivery done by whoever is free.

What is done is what one process does alone (jobs/digests.py, tracker/outbox/mailer.py); procrastinate says who does it.
"""

import asyncio
import gc
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import procrastinate
import psycopg
import sqlalchemy as sa
from procrastinate.exceptions import ProcrastinateException
from sqlmodel import Session

from jobs.batches import lock_batch
from jobs.queue import DELIVERY, DIGEST_BATCH, QUEUE, batches_without_job, put_batches, put_delivery
from jobs.resting import Rest
from jobs.runner import OBJECTS_A_COLLECTION, hear, never, post_due
from jobs.slots import STEPS, close, is_past
from tracker.clock import Clock, local_day
from tracker.config import Config
from tracker.db import Database
from tracker.errors import MailError, TrackerError
from tracker.outbox.claiming import anything_due
from tracker.outbox.mailer import Delivered, deliver_now

log = logging.getLogger("tracker.cluster")
POLL_SECONDS = 5.0
AWAY_SECONDS = 2.0
JOBS_AT_ONCE = 2  # a delivery waits for the network, a batch does not


def tick_cluster(
    database: Database, config: Config, *, worker: str, now: datetime, may_deliver: bool = True,
    is_stopping: Callable[[], bool] = never,
) -> tuple[Counter[str], Delivered]:  # fmt: skip
    """Open the slots that are due and put in jobs for what is to be done. Raises TrackerError with all that failed."""
    heard = hear(database, config, now=now)
    posted, problems = post_due(database, config, now=now, is_stopping=is_stopping, run=fan_out)
    problems += heard
    with database.write() as session:
        if may_deliver and anything_due(session, now=now):
            put_delivery(session)
    if problems:
        raise TrackerError("; ".join(problems))
    return posted, Delivered()


def fan_out(
    database: Database, config: Config, job: str, slot: str, *, today: date, now: datetime, is_stopping: Callable[[], bool]
) -> Counter[str]:  # fmt: skip
    """The batches of a slot and their jobs, in one transaction; a batch whose job was lost gets another one."""
    with database.write() as session:
        STEPS[job].open(session, slot, config, today=today, now=now)
        put_batches(session, batches_without_job(session, job, slot))
        close(session, job, slot, today=today, now=now)  # when there was nobody to write to
    return Counter()


def do_batch(database: Database, config: Config, number: int, *, now: datetime) -> None:
    """One batch, once: its letters, the note that it is done and the job that delivers them are one transaction."""
    today = local_day(now, config.timezone)
    with database.write() as session:
        _let_go_of_after(session, config.cluster.rescue_seconds)
        batch = lock_batch(session, number)
        if batch is None or is_past(session, batch.job, batch.slot, today=today):
            return
        posted = STEPS[batch.job].post(session, batch, config, today=today, now=now)
        close(session, batch.job, batch.slot, today=today, now=now)
        if posted:
            put_delivery(session)


def _let_go_of_after(session: Session, seconds: int) -> None:
    """A host that stands still keeps its connection and with it the lock of its batch: the database cuts it off, or the
    worker to which the job is given would wait for it."""
    limit = sa.text("SELECT set_config('idle_in_transaction_session_timeout', :limit, true)")
    session.connection().execute(limit, {"limit": f"{seconds}s"})


def run_jobs(
    database: Database, config: Config, *, worker: str, clock: Clock, stopping: threading.Event, rest: Rest
) -> None:
    """Do the jobs of the queue until `stopping`; those under way are ended, what a killed worker has left is put back.

    A database that is away for a while is waited for; a mail server that cannot be used has its `rest`.
    """
    gc.set_threshold(OBJECTS_A_COLLECTION)
    for name in ("procrastinate", "psycopg.pool"):  # they report each job, and failures over many lines
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(_run(lambda: _app(database, config, worker, clock, stopping, rest), config, worker, stopping))


def _app(
    database: Database, config: Config, worker: str, clock: Clock, stopping: threading.Event, rest: Rest
) -> procrastinate.App:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=database.place))

    def digest_batch(batch: int) -> None:
        with _in_one_line(f"batch {batch}"):
            do_batch(database, config, batch, now=clock())

    def delivery() -> None:
        if not rest.is_over(clock()):
            return
        with _in_one_line("delivery"):
            try:
                deliver_now(database, config, worker=worker, clock=clock, is_stopping=stopping.is_set)
            except MailError:
                rest.begin(clock())
                raise
            rest.end()

    app.task(name=DIGEST_BATCH, queue=QUEUE)(digest_batch)
    app.task(name=DELIVERY, queue=QUEUE)(delivery)
    return app


@contextmanager
def _in_one_line(what: str) -> Iterator[None]:
    """A job that failed has left nothing behind: say so, the next tick puts in another one."""
    try:
        yield
    except TrackerError as error:
        log.error("%s: %s", what, error)
    except Exception as error:  # a mistake of ours; the next one may meet other facts
        log.error("%s failed: %s", what, _first_line(error), exc_info=log.isEnabledFor(logging.DEBUG))


async def _run(make: Callable[[], procrastinate.App], config: Config, worker: str, stopping: threading.Event) -> None:
    asyncio.get_running_loop().set_exception_handler(_note)
    working = asyncio.create_task(_work_on(make, config, worker))
    await asyncio.to_thread(stopping.wait)
    working.cancel()  # the library takes it as a request to end gracefully
    await asyncio.gather(working, return_exceptions=True)


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job whose end could not be written stays "at work" and is put back; the loop would print many lines."""
    log.debug("%s", context.get("message"), exc_info=context.get("exception"))


async def _work_on(make: Callable[[], procrastinate.App], config: Config, worker: str) -> None:
    """The library's worker ends when the database restarts (its listener and its heartbeat fail): begin again, for ever."""
    while True:
        try:
            async with make().open_async() as app:
                await _work(app, config, worker)
            log.warning("the queue was lost; %s takes it up again", worker)
        except (ProcrastinateException, psycopg.Error) as error:
            log.warning("the queue cannot be used (%s); %s tries again", _first_line(error), worker)
        await asyncio.sleep(AWAY_SECONDS)


async def _work(app: procrastinate.App, config: Config, worker: str) -> None:
    silence = config.cluster.rescue_seconds
    rescuing = asyncio.create_task(_rescue(app, silence))
    try:
        await app.run_worker_async(
            queues=[QUEUE],
            name=worker,
            concurrency=JOBS_AT_ONCE,
            fetch_job_polling_interval=POLL_SECONDS,
            delete_jobs="always",  # a job is no memory: what it has not done the next tick finds
            install_signal_handlers=False,
            update_heartbeat_interval=silence / 4,
            stalled_worker_timeout=float(silence),
        )
    finally:
        rescuing.cancel()
        await asyncio.gather(rescuing, return_exceptions=True)


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {str(cause).strip().partition(chr(10))[0]}"


async def _rescue(app: procrastinate.App, silence: int) -> None:
    """Put back the jobs of workers that have been silent for `silence` seconds: procrastinate would leave them."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=silence):
                await app.job_manager.retry_job(job)
                log.warning("job %s (%s) was put back: its worker is silent", job.id, job.task_name)
        except ProcrastinateException as error:  # another worker was faster, or the database is away for a while
            log.debug("rescue: %s", error)
        await asyncio.sleep(silence / 4)
