"""The worker: APScheduler wakes a tick; the database decides what it does."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from threading import Event, Thread
from types import ModuleType

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from jobs.resting import Rest
from jobs.runner import tick
from jobs.timekeeping import keep_time
from tracker.clock import Clock, Uptime, now, unknown_uptime
from tracker.config import Config
from tracker.db import Database
from tracker.errors import ConfigError, MailError, TrackerError

log = logging.getLogger("tracker.worker")


def work(
    database: Database,
    config: Config,
    *,
    worker: str,
    clock: Clock,
    uptime: Callable[[], Uptime | None] = unknown_uptime,
) -> None:
    """Tick until SIGTERM or SIGINT (from the main thread). A tick under way then begins no other letter; those on
    their way are waited for and settled, the others wait in the outbox."""
    stopping, rest = Event(), Rest()
    with (
        _signals(stopping.set),
        ticking(database, config, worker=worker, clock=clock, stopping=stopping, uptime=uptime, rest=rest),
    ):
        log.info("%s is ready: it ticks every %s seconds", worker, config.schedule.deliver_seconds)
        if config.cluster.engine == "procrastinate":
            _cluster().run_jobs(database, config, worker=worker, clock=clock, stopping=stopping, rest=rest)
        else:
            stopping.wait()


def _cluster() -> ModuleType:
    """The engine of a cluster, which one office does not need to have installed. Raises ConfigError."""
    try:
        return import_module("jobs.cluster")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f'[cluster] engine = "procrastinate" needs a library that is not here ({error.name}): '
            "install the product with the extra postgres"
        ) from None


@contextmanager
def ticking(
    database: Database,
    config: Config,
    *,
    worker: str,
    clock: Clock,
    stopping: Event,
    uptime: Callable[[], Uptime | None] = unknown_uptime,
    rest: Rest | None = None,
) -> Iterator[None]:
    """Tick every [schedule] deliver_seconds in a thread of its own; sets `stopping` at the end, and waits for the tick.

    A failed tick is logged in one line and tried again by the next. `rest` is shared with whoever else delivers here.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it would report each tick, and each one that takes long
    scheduler = BackgroundScheduler(timezone=config.timezone)
    every = timedelta(seconds=config.schedule.deliver_seconds)
    job = scheduler.add_job(
        Ticker(
            database, config, worker=worker, clock=clock, is_stopping=stopping.is_set, uptime=uptime, rest=rest
        ).tick,
        Every(every),
        misfire_grace_time=None,  # the default of one second drops what comes late
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    watch = Thread(target=keep_awake, args=(job, every, stopping), name="keep-awake")
    watch.start()
    try:
        yield
    finally:
        stopping.set()
        watch.join()
        scheduler.shutdown(wait=True)


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """At once, then always `pause` after the last time.

    Not the library's interval, which counts on from the first time: where a clock is set from 2000 to 2026, it makes a
    list of every half minute between.
    """

    def __init__(self, pause: timedelta) -> None:
        """`pause` by the wall clock."""
        self._pause = pause

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """When to fire next, aware."""
        return now + self._pause if previous is not None else now


def keep_awake(job: Job, every: timedelta, stopping: Event) -> None:
    """Wake `job` when the clock was set back, until `stopping`: the scheduler would sleep till the old hour comes again."""
    while not stopping.wait(every.total_seconds()):
        if job.next_run_time > (at := now()) + 2 * every:
            job.modify(next_run_time=at)


class Ticker:
    """Ticks that never raise; a mail server that cannot be used is left in peace for a while, the jobs go on.

    Every 30 seconds a wrong password would lock the account, and a line in the log would hide the others.
    """

    def __init__(
        self,
        database: Database,
        config: Config,
        *,
        worker: str,
        clock: Clock,
        is_stopping: Callable[[], bool],
        uptime: Callable[[], Uptime | None] = unknown_uptime,
        rest: Rest | None = None,
    ) -> None:
        """What `tick` takes; the clock is read at every tick, and held against `uptime`."""
        self._database = database
        self._config = config
        self._worker = worker
        self._clock = clock
        self._uptime = uptime
        self._is_stopping = is_stopping
        self._is_among_many = config.cluster.engine == "procrastinate"
        self._tick = _cluster().tick_cluster if self._is_among_many else tick
        self._rest = rest or Rest()

    def tick(self) -> None:
        """One tick; a failure is logged in one line."""
        at = self._clock()
        may_deliver = self._rest.is_over(at)
        try:
            keep_time(self._database, self._uptime(), now=at)
            self._tick(
                self._database,
                self._config,
                worker=self._worker,
                now=at,
                may_deliver=may_deliver,
                is_stopping=self._is_stopping,
            )
        except MailError as error:
            log.error("%s; the next try is in %d min", error, self._rest.begin(at).total_seconds() / 60)
            return
        except TrackerError as error:
            log.error("%s", error)
        except Exception as error:  # a mistake of ours; the next tick may meet other facts
            log.error("tick failed: %s: %s", type(error).__name__, error, exc_info=log.isEnabledFor(logging.DEBUG))
        if may_deliver and not self._is_among_many:  # there the jobs deliver, and say how it went
            self._rest.end()


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM and SIGINT call `stop` inside the block."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
