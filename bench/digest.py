"""The weekly digest as the worker sends it: `python -m bench.digest FILE PORT`.

One tick on the Monday morning of the workload: facts, decisions, letters, durable rows, SMTP, receipts.
"""

import argparse
from pathlib import Path

from bench.cost import measured, peak_mb, say
from bench.office import office
from bench.province import NOW
from jobs.runner import tick
from tracker.db import Database
from tracker.workdays import office_calendar


def main() -> None:
    """Measure one tick. Fails when a letter was not accepted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    config = office(asked.file, asked.port)
    office_calendar(config.calendar)  # a worker reads the list of holidays once, when it starts
    database = Database(config.database.url)
    with measured() as cost:
        posted, delivered = tick(database, config, worker="bench", now=NOW)
    database.close()
    if set(posted) != {"digest"} or delivered.accepted != posted["digest"]:
        raise SystemExit(f"the tick was not the digest alone, delivered in full: {posted}, {delivered}")
    say(letters=delivered.accepted, seconds=cost.seconds, cpu_s=cost.cpu_s, peak_mb=peak_mb())


if __name__ == "__main__":
    main()
