"""What other processes do in the tests: deliver, tick, hold a lock; started by a fork server, so killing one is cheap."""

import multiprocessing
import os
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import Queue
from typing import Any

from jobs.runner import tick
from tracker.clock import running_from
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.outbox.mailer import deliver_now

NOBODY = 65534
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.outbox.processes", "tests.jobs.crew"])


def start(action: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    process = SERVER.Process(target=action, args=arguments, daemon=True)
    process.start()
    return process


def finish(process: ForkServerProcess) -> None:
    process.join(60)
    assert process.exitcode == 0, "the other process failed"


def keep_delivering(config: Config, now: datetime) -> None:
    """Deliver what is due at `now`."""
    with closing(Database(config.database.url)) as database:
        deliver_now(database, config, worker="worker", clock=running_from(now))


def tick_once(config: Config, now: datetime) -> None:
    with closing(Database(config.database.url)) as database:
        tick(database, config, worker="tick", now=now)


def as_nobody(action: Callable[..., None], *arguments: Any) -> str | None:
    """The TrackerError that `action` meets as a user without rights; None when it meets none."""
    said: Queue[str | None] = SERVER.Queue()
    process = start(_without_rights, said, action, *arguments)
    finish(process)
    return said.get(timeout=10)


def _without_rights(said: "Queue[str | None]", action: Callable[..., None], *arguments: Any) -> None:
    with suppress(PermissionError):  # not root: then this user has few rights anyway
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        action(*arguments)
    except TrackerError as error:
        said.put(str(error))
    else:
        said.put(None)
