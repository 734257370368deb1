"""Preview: the letters of the days to come if nobody reports, by the very jobs that will write them."""

from datetime import datetime, timedelta
from typing import Any

from jobs.replay import hours_of
from jobs.runner import post_due
from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.outbox.listing import newest, posted_after
from tracker.rehearsal import rehearse


def preview(database: Database, config: Config, *, days: int, now: datetime) -> list[dict[str, Any]]:
    """Every letter that will be posted from `now` to the end of the last of `days` days, under the ladder of `config`.

    The jobs run in a transaction that is taken back: nothing is stored or sent. Raises TrackerError when one fails.
    """
    with rehearse(database) as stage:
        with stage.read() as session:
            before = newest(session)
        for instant in _instants(config, days=days, now=now):
            _, problems = post_due(stage, config, now=instant)
            if problems:
                raise TrackerError("; ".join(problems))
        with stage.read() as session:
            return posted_after(session, before)


def _instants(config: Config, *, days: int, now: datetime) -> list[datetime]:
    """Now, and every later hour of the schedule."""
    today = local_day(now, config.timezone)
    at = [
        datetime.combine(today + timedelta(days=ahead), hour, config.timezone)
        for ahead in range(days)
        for hour in sorted(hours_of(config.schedule))
    ]
    return [now, *(instant for instant in at if instant > now)]
