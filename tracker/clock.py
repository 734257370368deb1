"""The only place that reads the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import clock_gettime, monotonic
from zoneinfo import ZoneInfo

from tracker.errors import TrackerError

BOOT = Path("/proc/sys/kernel/random/boot_id")
CLOCK_BOOTTIME = 7  # of Linux; the library of other systems has no such name
Clock = Callable[[], datetime]


def now() -> datetime:
    """This instant, aware UTC. Read once a tick, request or command, then passed down."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def running_from(start: datetime) -> Clock:
    """A clock that shows `start` (aware) at this moment and goes on from there.

    For what takes long enough to need the time again, such as leases, under a `--now` that was given once.
    """
    began = monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long the machine has been on, sleep included, and which start of it that was."""

    boot: str
    seconds: float


def uptime() -> Uptime | None:
    """The uptime of this machine, which nobody can set; None where the system does not tell (it is not Linux)."""
    try:
        return Uptime(BOOT.read_text("ascii").strip(), clock_gettime(CLOCK_BOOTTIME))
    except OSError:
        return None


def unknown_uptime() -> Uptime | None:
    """For a clock that is not this machine's: there is nothing to hold it against."""
    return None


def parse_instant(text: str, timezone: ZoneInfo) -> datetime:
    """An instant from `--now`: ISO 8601; without an offset it is the office's local time, without a time it is midday.

    Raises TrackerError when the text is no date that exists.
    """
    try:
        if len(text) == 10:
            instant = datetime.combine(date.fromisoformat(text), datetime.min.time().replace(hour=12))
        else:
            instant = datetime.fromisoformat(text)
    except ValueError:
        raise TrackerError(
            f"--now {text!r} is not a date that exists; write 2020-07-03 or 2020-07-03T07:30+07:00"
        ) from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone)
    return instant.astimezone(UTC)


def local_day(instant: datetime, timezone: ZoneInfo) -> date:
    """The calendar day in the office when it is `instant` (aware) in the world."""
    return instant.astimezone(timezone).date()
