"""Each tick looks whether the clock has jumped, and writes down when it has."""

from datetime import datetime

from tracker.clock import Uptime
from tracker.db import Database
from tracker.health.jumps import is_noted, note_clock


def keep_time(database: Database, uptime: Uptime | None, *, now: datetime) -> None:
    """Note what the clock shows, once a start of the machine and whenever it has jumped. Raises DatabaseError."""
    if uptime is None:
        return
    with database.read() as session:
        if is_noted(session, uptime, now=now):
            return
    with database.write() as session:
        note_clock(session, uptime, now=now)
