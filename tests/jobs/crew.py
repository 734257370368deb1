"""A crew: workers of a cluster as real processes that share one clock, which the test may set, and can be killed."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import TZPATH, ZoneInfo, reset_tzpath

from jobs.worker import work
from tests.outbox.processes import SERVER
from tracker.config import Config
from tracker.db import Database

PATIENCE = 180.0  # seconds until a test gives up: several processes work on two busy cores


class SharedClock:
    """Shows the same to every process of this machine: `start` when it was made, from then on `speed` times as fast as the
    machine's own clock, and what `set` has added."""

    def __init__(self, file: Path, start: datetime, *, speed: float = 1.0) -> None:
        self._file = file
        self._start, self._began, self._speed = start, monotonic(), speed
        self._write(0.0)

    def __call__(self) -> datetime:
        passed = (monotonic() - self._began) * self._speed
        return self._start + timedelta(seconds=passed + float(self._file.read_text("ascii")))

    def go_on(self, by: timedelta) -> None:
        """Show `by` more from now on; less when it is negative."""
        self._write(float(self._file.read_text("ascii")) + by.total_seconds())

    def go_to(self, instant: datetime) -> None:
        """Show `instant` now."""
        self.go_on(instant - self())

    def _write(self, seconds: float) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(repr(seconds), "ascii")
        part.replace(self._file)


def _work(config: Config, clock: SharedClock, name: str, zones: Path | None) -> None:
    if zones is not None:
        reset_tzpath([zones, *TZPATH])
        ZoneInfo.clear_cache()
    with closing(Database(config.database.url)) as database:
        work(database, config, worker=name, clock=clock)


class Crew:
    """So many workers; `zones` is a folder of time-zone files that they read before those of the machine."""

    def __init__(self, config: Config, clock: SharedClock, count: int, zones: Path | None = None) -> None:
        self._config, self._clock, self._zones = config, clock, zones
        self._names = iter(f"worker-{number}" for number in range(1, 100_000))
        self.kills = 0
        self.members = [self._start() for _ in range(count)]

    def _start(self) -> ForkServerProcess:
        process = SERVER.Process(target=_work, args=(self._config, self._clock, next(self._names), self._zones))
        process.start()
        return process

    def kill(self, victim: ForkServerProcess) -> None:
        """kill -9."""
        victim.kill()
        victim.join()
        self.members.remove(victim)
        self.kills += 1

    def hire(self) -> None:
        """One more."""
        self.members.append(self._start())

    def kill_one(self, chance: random.Random) -> None:
        """Kill one of them, whichever, and let another begin."""
        self.kill(chance.choice(self.members))
        self.hire()

    def stop(self) -> list[int | None]:
        """SIGTERM; the exit codes."""
        for one in self.members:
            one.terminate()
        for one in self.members:
            one.join(60)
        return [one.exitcode for one in self.members]


@contextmanager
def crew(config: Config, clock: SharedClock, count: int, zones: Path | None = None) -> Iterator[Crew]:
    """A crew at work inside the block; at its end all are asked to stop, and must end well."""
    made = Crew(config, clock, count, zones)
    try:
        yield made
        assert set(made.stop()) <= {0}, "who is asked to stop ends well"
    finally:
        for one in made.members:
            one.kill()


def wait_until(condition: Callable[[], bool], *, what: str = "") -> None:
    """Look ten times a second, for three minutes at most."""
    ends = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < ends, f"it never came so far: {what}"
        sleep(0.1)


def runs(name: str, usual: int) -> int:
    """How often a test does something: `usual`, or what the environment asks for before a release."""
    return int(os.environ.get(name, str(usual)))
