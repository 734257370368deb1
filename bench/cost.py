"""What a measured stretch of work costs the process that did it."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

MB = 1024  # ru_maxrss counts kilobytes on Linux


@dataclass
class Cost:
    """Seconds by the wall and of CPU (user and system, all threads); complete when the stretch has ended."""

    seconds: float = 0.0
    cpu_s: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """The cost of what stands inside."""
    cost = Cost()
    cpu, wall = _cpu_s(), perf_counter()
    yield cost
    cost.seconds = perf_counter() - wall
    cost.cpu_s = _cpu_s() - cpu


def peak_mb() -> float:
    """The most memory that this process ever held, with interpreter and libraries."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB


def say(**figures: float) -> None:
    """Hand the figures of a child process to the bench: one JSON object on standard output."""
    print(json.dumps(figures), flush=True)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
