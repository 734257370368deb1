"""The weekly briefing: freeze it for the whole and for every overseer, then make every format of the whole."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from bench.cost import measured, peak_mb, say
from bench.office import office
from tracker.briefing.formats import MEDIA, written
from tracker.briefing.freezing import freeze_briefing, get_briefing
from tracker.db import Database
from tracker.workdays import office_calendar

PERIOD, TODAY = "2020-W28", date(2020, 7, 10)
NOW = datetime(2020, 7, 10, 8, tzinfo=UTC)  # Friday, 15:00 in the office


def main() -> None:
    """Freeze and print once; a second freeze would find the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    config = office(asked.file, 25)
    calendar = office_calendar(config.calendar)
    database = Database(config.database.url)
    with measured() as freezing, database.write() as session:
        freeze_briefing(session, period=PERIOD, config=config, calendar=calendar, today=TODAY, now=NOW)
    costs: dict[str, float] = {}
    for form in MEDIA:
        with measured() as cost, database.read() as session:
            found = get_briefing(session, PERIOD)
            written(found, form)
        costs[form] = cost.seconds
    say(seconds=freezing.seconds + sum(costs.values()), freeze=freezing.seconds, peak_mb=peak_mb(), **costs)


if __name__ == "__main__":
    main()
