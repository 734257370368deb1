"""Visitors of pages: one after the other, which tells what a page costs; and at a rate, which tells how long it takes."""

import gzip
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from threading import local
from time import perf_counter, sleep

AT_ONCE = 8  # browsers; a request waits for none of them unless pages take longer than they come


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, its process, and the cookie of who visits."""

    port: int
    pid: int
    cookie: str = ""

    def cpu_ms(self) -> float:
        """The CPU that all threads of the process have used (Linux counts it in nanoseconds)."""
        used = (file.read_text().split()[0] for file in Path(f"/proc/{self.pid}/task").glob("*/schedstat"))
        return sum(map(int, used)) / 1e6

    def connect(self) -> HTTPConnection:
        """One browser, whose connection is kept."""
        return HTTPConnection("127.0.0.1", self.port, timeout=30)

    def fetch(self, browser: HTTPConnection, path: str) -> tuple[int, int]:
        """Fetch a page, as browsers do, compressed; its size as it came, and unpacked. Stops the bench when it is not there."""
        browser.request("GET", path, headers={"cookie": self.cookie, "accept-encoding": "gzip"})
        answer = browser.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {path} answered {answer.status}")
        packed = answer.headers.get("content-encoding") == "gzip"
        return len(body), len(gzip.decompress(body)) if packed else len(body)


def cpu_of(served: Served, path: str, *, times: int) -> float:
    """Milliseconds of CPU that one visit of a page costs the server, after a first visit that warms it."""
    browser = served.connect()
    served.fetch(browser, path)
    before = served.cpu_ms()
    for _ in range(times):
        served.fetch(browser, path)
    return (served.cpu_ms() - before) / times


def p95_of(served: Served, paths: Sequence[str], *, rate: float, seconds: float) -> float:
    """Milliseconds within which 95 of 100 answers came, counted from the moment at which each visit was due."""
    return quantiles(_waits(served, paths, rate=rate, seconds=seconds), n=20)[-1]


def _waits(served: Served, paths: Sequence[str], *, rate: float, seconds: float) -> list[float]:
    browsers = local()
    start = perf_counter() + 0.1

    def visit(number: int) -> float:
        if not hasattr(browsers, "kept"):
            browsers.kept = served.connect()
        served.fetch(browsers.kept, paths[number % len(paths)])
        return (perf_counter() - start - number / rate) * 1000

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(visit, _in_time(start, rate, int(rate * seconds))))


def _in_time(start: float, rate: float, count: int) -> Iterator[int]:
    for number in range(count):
        sleep(max(start + number / rate - perf_counter(), 0))
        yield number
