"""How often a token may ask."""

from collections import Counter
from datetime import datetime
from threading import Lock


class Meter:
    """How often each token asked in this minute: in memory, because a write for every question would cost more than the
    question. Every process counts for itself."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._minute = 0
        self._asked: Counter[int] = Counter()
        self._lock = Lock()

    def wait(self, token_id: int, *, now: datetime) -> int:
        """Count one question; after how many seconds it may be asked again, 0 when it may be asked now."""
        minute, second = divmod(int(now.timestamp()), 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._asked = minute, Counter()
            self._asked[token_id] += 1
            return 60 - second if self._asked[token_id] > self.per_minute else 0
