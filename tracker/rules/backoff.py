"""How long a letter rests after a try that failed for now."""

from datetime import timedelta
from hashlib import sha256

# Greylisting wants minutes, a broken relay hours. The sum is a little over four days, the time that RFC 5321 4.5.4.1
# asks a sender to keep trying, so that a letter outlives a weekend.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720, 1440, 1440, 1440))
SPREAD = 0.2  # a letter rests up to a fifth longer, each by its own part


def next_wait(attempts: int) -> timedelta | None:
    """The rest after `attempts` tries (one or more) that failed for now; None means: give up.

    Raises ValueError for less than one try.
    """
    if attempts < 1:
        raise ValueError(f"{attempts} attempts: there is nothing to wait for before the first try")
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def spread_wait(attempts: int, *, key: str) -> timedelta | None:
    """`next_wait`, made longer by a part of its own for each letter, so that what was deferred together does not come
    back together. `key` names the letter: the same letter always rests as long, and a run can be played again."""
    wait = next_wait(attempts)
    if wait is None:
        return None
    part = int.from_bytes(sha256(f"{key} {attempts}".encode()).digest()[:4]) / 2**32
    return wait + timedelta(seconds=round(wait.total_seconds() * SPREAD * part))
