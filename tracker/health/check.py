"""One line of a health report."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 5  # names in one line; the rest is counted


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is well, what was found, and what to do when it is not."""

    name: str
    is_well: bool
    says: str
    advice: str = ""


def named(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
