"""The worker: APScheduler wakes a tick; the database decides what it does."""

import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.blocking import BlockingScheduler

from jobs.runner import tick
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError

log = logging.getLogger("tracker.worker")


def work(database: Database, config: Config, *, worker: str, clock: Callable[[], datetime]) -> None:
    """Tick every [schedule] deliver_seconds until stopped; a failed tick is logged and tried again by the next."""
    scheduler = BlockingScheduler(timezone=config.timezone)
    scheduler.add_job(
        _tick_safely,
        "interval",
        seconds=config.schedule.deliver_seconds,
        args=(database, config, worker, clock),
        next_run_time=clock(),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()


def _tick_safely(database: Database, config: Config, worker: str, clock: Callable[[], datetime]) -> None:
    try:
        posted, delivered = tick(database, config, worker=worker, now=clock())
    except TrackerError as error:
        log.error("%s", error)
        return
    if posted:
        log.info("posted %s, delivered %s", dict(posted), delivered)
