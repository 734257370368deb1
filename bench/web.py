"""Pages on one core with SQLite: `python -m bench.web FILE` measures them beside an empty FastAPI page.

FILE comes from `python -m bench.workload pages`. `--table` prints a line a page.
"""

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from time import sleep

from bench.cost import say
from bench.office import office
from bench.province import NOW, OFFICE, TODAY, contact
from bench.visitors import Served, cpu_of, p95_of
from tracker.config import Web
from tracker.db import Database
from tracker.people import signins
from tracker.people.links import LinkMaker, get_web_secret, make_web_secret
from tracker.web.deps import COOKIE

RATE = 20.0  # visits a second
PAGES = (
    "/", "/tasks", "/tasks?q=nha%20van%20hoa", "/tasks?standing=open_overdue&page=3", "/tasks/1", "/grid", "/criteria", "/rulings",
    "/notices", "/notices/1", "/entry", "/letters", "/directory", "/calendar", "/briefings", "/health", "/account",
)  # fmt: skip
PINNED = "import os, sys; os.sched_setaffinity(0, {0}); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"


def main() -> None:
    """Measure every page, then all of them at a rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--times", type=int, default=20, help="visits of each page whose CPU is taken")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long visits come at the rate")
    parser.add_argument("--table", action="store_true", help="a line a page on standard error")
    asked = parser.parse_args()
    _keep_off_the_core()
    with _our_pages(asked.file) as (served, link):
        paths = [*PAGES, link, f"{link}/1"]
        cpu = {path: cpu_of(served, path, times=asked.times) for path in paths}
        sizes = {path: served.fetch(served.connect(), path) for path in paths}
        p95 = p95_of(served, paths, rate=RATE, seconds=asked.seconds)
    with _served("bench.empty_page", port := _free_port()) as pid:
        empty = Served(port, pid)
        empty_cpu = cpu_of(empty, "/", times=asked.times)
        empty_p95 = p95_of(empty, ["/"], rate=RATE, seconds=asked.seconds / 4)
    if asked.table:
        for path in sorted(cpu, key=lambda one: -cpu[one]):
            packed, whole = sizes[path]
            print(f"{cpu[path]:8.1f} ms {whole / 1000:7.1f} kB {packed / 1000:6.1f} kB  {path[:40]}", file=sys.stderr)
    say(
        page_cpu_ms=mean(cpu.values()), slowest_page_cpu_ms=max(cpu.values()), p95_ms=p95, empty_cpu_ms=empty_cpu,
        empty_p95_ms=empty_p95, page_kb=max(whole for _, whole in sizes.values()) / 1000,
        sent_kb=max(packed for packed, _ in sizes.values()) / 1000,
    )  # fmt: skip


def _keep_off_the_core() -> None:
    """The server has core 0 for itself, where there is another one for its visitors."""
    if len(cores := os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, cores - {0})


@contextmanager
def _our_pages(file: Path) -> Iterator[tuple[Served, str]]:
    """`tracker web` on the database, the coordinator signed in; and the path of an official's link."""
    port, folder = _free_port(), file.parent
    config = folder / "web.toml"
    config.write_text(
        f'[database]\nurl = "sqlite:///{file}"\n[web]\nport = {port}\nbase_url = "http://127.0.0.1:{port}"\n'
        f'secret_file = "{folder / "web.secret"}"\n',
        "utf-8",
    )
    web = Web(port=port, base_url=f"http://127.0.0.1:{port}", secret_file=folder / "web.secret")
    make_web_secret(web)
    database = Database(office(file, port).database.url)
    with database.write() as session:
        token = signins.begin(session, OFFICE, address="", hours=12, now=NOW)
    database.close()
    link = LinkMaker(get_web_secret(web), web.base_url).address(contact(0), today=TODAY).removeprefix(web.base_url)
    with _served("tracker", "--config", config, "--now", NOW.isoformat(), "web", port=port) as pid:
        yield Served(port, pid, f"{COOKIE}={token}"), link


@contextmanager
def _served(module: str, *arguments: object, port: int = 0) -> Iterator[int]:
    """A module that serves, on core 0 alone; its process, once it listens."""
    listens = port or int(str(arguments[0]))
    command = [sys.executable, "-c", PINNED, "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not _answers(listens):
                if process.poll() is not None:
                    raise SystemExit(f"bench: {module} did not start")
                sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    main()
