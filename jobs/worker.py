"""The worker: APScheduler wakes a tick; the database decides what it does."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.runner import tick
from tracker.clock import Clock
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError

log = logging.getLogger("tracker.worker")


def work(database: Database, config: Config, *, worker: str, clock: Clock) -> None:
    """Tick until SIGTERM or SIGINT (from the main thread). A tick under way then begins no other letter; those on
    their way are waited for and settled, the others wait in the outbox."""
    stopping = Event()
    with _signals(stopping.set), ticking(database, config, worker=worker, clock=clock, stopping=stopping):
        stopping.wait()


@contextmanager
def ticking(database: Database, config: Config, *, worker: str, clock: Clock, stopping: Event) -> Iterator[None]:
    """Tick every [schedule] deliver_seconds in a thread of its own; sets `stopping` at the end, and waits for the tick.

    A failed tick is logged in one line and tried again by the next.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it would report each tick, and each one that takes long
    scheduler = BackgroundScheduler(timezone=config.timezone)
    scheduler.add_job(
        _tick_safely,
        "interval",
        seconds=config.schedule.deliver_seconds,
        args=(database, config, worker, clock, stopping),
        next_run_time=clock(),
        misfire_grace_time=None,  # the default of one second drops what comes late
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    try:
        yield
    finally:
        stopping.set()
        scheduler.shutdown(wait=True)


def _tick_safely(database: Database, config: Config, worker: str, clock: Clock, stopping: Event) -> None:
    try:
        tick(database, config, worker=worker, now=clock(), is_stopping=stopping.is_set)
    except TrackerError as error:
        log.error("%s", error)
    except Exception as error:  # a mistake of ours; the next tick may meet other facts
        log.error("tick failed: %s: %s", type(error).__name__, error, exc_info=log.isEnabledFor(logging.DEBUG))


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM and SIGINT call `stop` inside the block."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
