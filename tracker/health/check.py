"""One row of a health report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

SHOWN = 5  # names in one line; the rest is counted


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was found or is advised: an English `text` with %(places)s and what stands in them.

    Commands say it as it is; pages find their own words under the `text` (tracker/web/health_words.py). A list of names is a
    tuple, an instant stands in the office's time zone.
    """

    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text % {place: _shown(value) for place, value in self.values.items()}


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return named(value) if isinstance(value, tuple) else value


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def line(text: str, **values: object) -> Line:
    """A line with its values."""
    return Line(text, values)


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is well, what was found, and what to do when it is not."""

    name: str
    is_well: bool
    found: tuple[Line, ...]
    advised: Line | None = None

    @property
    def says(self) -> str:
        """What was found, in English."""
        return "; ".join(str(one) for one in self.found)

    @property
    def advice(self) -> str:
        """What to do, in English; empty when there is nothing to do."""
        return str(self.advised) if self.advised is not None else ""
