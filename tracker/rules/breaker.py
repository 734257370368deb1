"""The breaker between us and a relay that refuses everything: when it opens, and when one letter may try again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))  # before the first probe, the second …
STATUS = re.compile(r"[45]\.(\d{1,3})\.(\d{1,3})\b")
OUR_ADDRESS = ("7", "8")  # RFC 3463: X.1.7 and X.1.8 speak of the sender


@dataclass(frozen=True, slots=True)
class Breaker:
    """How often in a row a relay has failed; open when `probe_at` is set: until then nothing goes to it."""

    failures: int = 0
    openings: int = 0
    probe_at: datetime | None = None

    def after(self, worked: Iterable[bool], *, limit: int, now: datetime) -> "Breaker":
        """What it is once these results, in the order of their time, have been heard.

        One letter that was taken closes it. At `limit` failures in a row it opens (0: never); a probe that fails opens
        it again, for longer. `now` is aware.
        """
        breaker, has_failed = self, False
        for is_good in worked:
            breaker = Breaker() if is_good else Breaker(breaker.failures + 1, breaker.openings, breaker.probe_at)
            has_failed = not is_good
        if not has_failed or not limit or breaker.failures < limit:
            return breaker
        wait = WAITS[min(breaker.openings, len(WAITS) - 1)]
        return Breaker(breaker.failures, breaker.openings + 1, now + wait)


def speaks_of_the_receiver(said: str) -> bool:
    """Whether a refusal is about this one mailbox, by its enhanced status code (RFC 3463: X.1.X addresses, X.2.X
    mailboxes): then the relay itself is well. A refusal without such a code may be about us."""
    found = STATUS.match(said)
    if found is None:
        return False
    subject, detail = found.groups()
    return subject == "2" or (subject == "1" and detail not in OUR_ADDRESS)
