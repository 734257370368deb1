"""The rest after a mail server could not be used: a minute, then five, then always a quarter of an hour."""

from datetime import datetime, timedelta

from tracker.rules.backoff import WAITS

RESTS = WAITS[:3]  # who mends the server does not wait for long


class Rest:
    """Whether this process may try the mail server; a wrong password at every tick would lock the account."""

    def __init__(self) -> None:
        """Not resting."""
        self._failures = 0
        self._until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether the server may be tried at `now` (aware)."""
        return self._until is None or now >= self._until

    def begin(self, now: datetime) -> timedelta:
        """The server could not be used at `now`; how long it is left in peace."""
        self._failures += 1
        wait = RESTS[min(self._failures, len(RESTS)) - 1]
        self._until = now + wait
        return wait

    def end(self) -> None:
        """The server could be used, or nothing was to be sent."""
        self._failures, self._until = 0, None
