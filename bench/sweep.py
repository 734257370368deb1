"""A daily sweep that has nothing to say: `python -m bench.sweep FILE`, beside plain SQL with `--plain`."""

import argparse
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.cost import measured, peak_mb, say
from bench.office import office
from bench.province import NOW, TODAY
from tracker.db import Database, sqlite_library
from tracker.notify.sweep import sweep
from tracker.workdays import office_calendar

RUNS = 5
FIND = (
    "SELECT id, due_on, lead_unit_id, place_unit_id FROM task"
    " WHERE verified_on IS NULL AND cancelled_on IS NULL AND (due_on <= ? OR due_on IS NULL)"
)


def main() -> None:
    """Measure the median of five runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--plain", action="store_true", help="only find what is late or due, in raw sqlite3")
    asked = parser.parse_args()
    seconds = _plain(asked.file) if asked.plain else _sweep(asked.file)
    say(first=seconds[0], seconds=median(seconds), peak_mb=peak_mb())


def _sweep(file: Path) -> list[float]:
    config = office(file, 25)
    calendar = office_calendar(config.calendar)
    database = Database(config.database.url)
    seconds = []
    for _ in range(RUNS):
        with measured() as cost, database.write() as session:
            said = sweep(session, config=config, calendar=calendar, today=TODAY, now=NOW)
        if said:
            raise SystemExit(f"the sweep had something to say: {said}")
        seconds.append(cost.seconds)
    database.close()
    return seconds


def _plain(file: Path) -> list[float]:
    near = (TODAY + timedelta(days=14)).isoformat()
    seconds = []
    with closing(sqlite_library()[0].connect(str(file))) as database:
        for _ in range(RUNS):
            with measured() as cost:
                found = database.execute(FIND, (near,)).fetchall()
            if not found:
                raise SystemExit("plain SQL found nothing that is late or due")
            seconds.append(cost.seconds)
    return seconds


if __name__ == "__main__":
    main()
