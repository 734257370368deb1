"""One digest by the workers of a cluster, over PostgreSQL: `python -m tests.postgres -- python -m bench.cluster`.

Workers are started before the digest is due; the time runs from the opening of its slot to the last receipt.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, sleep

import sqlalchemy as sa

from bench.cost import say
from bench.office import office
from bench.province import NOW, TODAY
from bench.workload import build_digest
from jobs.cluster import fan_out
from jobs.worker import work
from tests import databases
from tracker.clock import running_from
from tracker.config import Cluster, Config
from tracker.db import Database

PERIOD = "2020-W28"
LEFT = sa.text(
    "SELECT (SELECT count(*) FROM jobrun WHERE finished_at IS NULL) + count(*) FROM message WHERE state != 'sent'"
)
WORKERS = sa.text("SELECT count(*) FROM procrastinate_workers")


def main() -> None:
    """Measure one and two workers, or be one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--officials", type=int, default=1_000)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--work", nargs=2, metavar=("URL", "PORT"), help="be a worker")
    asked = parser.parse_args()
    if asked.work:
        url, port = asked.work
        work(Database(url), _config(url, int(port)), worker="bench", clock=running_from(NOW))
        return
    if databases.SERVER is None:
        raise SystemExit("bench.cluster needs a server: python -m tests.postgres -- python -m bench.cluster")
    source = Path("/bench/source")
    build_digest(databases.create(source), officials=asked.officials, tasks_each=asked.tasks)
    one, two = (_seconds(source, count, asked.officials) for count in (1, 2))
    say(one_per_s=asked.officials / one, two_per_s=asked.officials / two, speedup=one / two)


def _config(url: str, port: int) -> Config:
    return office(url, port).model_copy(update={"cluster": Cluster(engine="procrastinate", batch=50)})


def _seconds(source: Path, count: int, expected: int) -> float:
    """How long so many workers take for the digest. Stops the bench when the sink did not take each letter once."""
    url = databases.copy(source, Path(f"/bench/{count}"))
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        database = Database(url)
        with _workers(url, port, count):
            _wait(database, WORKERS, count)
            start = perf_counter()
            fan_out(database, _config(url, port), "digest", PERIOD, today=TODAY, now=NOW, is_stopping=lambda: False)
            _wait(database, LEFT, 0)
            took = perf_counter() - start
        database.close()
        taken = int(sink.communicate()[0])
    if taken != expected:
        raise SystemExit(f"bench: the sink took {taken} letters from {count} workers, not {expected}")
    return took


@contextmanager
def _workers(url: str, port: int, count: int) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.cluster", "--work", url, str(port)]
    with ExitStack() as stack:
        crew = [stack.enter_context(subprocess.Popen(command)) for _ in range(count)]
        try:
            yield
        finally:
            for one in crew:
                one.terminate()


def _wait(database: Database, question: sa.TextClause, answer: int) -> None:
    while True:
        with database.read() as session:
            if session.connection().scalar(question) == answer:
                return
        sleep(0.02)


if __name__ == "__main__":
    main()
