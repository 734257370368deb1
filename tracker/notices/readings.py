"""What the reader proposed, beside what people have made of it: the first reading of a draft never gets lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.tasks.draft_memory import Memory, PastRuling

_COLUMNS = ("title", "kind", "due_on", "recurrence")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a person has changed: `field` is title, kind, due_on, recurrence, leads or supports; values as
    text, "" for none."""

    field: str
    was: str
    now: str


def differences(position: int, rulings: Sequence[PastRuling], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """How the draft at `position` differs from what the reader proposed; empty while nobody has touched it.

    `now` has the same fields as a Difference: dates as ISO text, parties as tuples of names.
    """
    first = next(
        (_remembered(one.before, position) for one in rulings if not one.is_undone and position in one.positions), None
    )
    if first is None:
        return ()
    was = {name: first["row"][name] for name in _COLUMNS}
    was |= {"leads": _named(first, "member") or _named(first, "lead"), "supports": _named(first, "support")}
    found = [Difference(field, _text(was[field]), _text(now[field])) for field in (*_COLUMNS, "leads", "supports")]
    return tuple(one for one in found if one.was != one.now)


def _remembered(before: Memory, position: int) -> Memory | None:
    return next((one for one in before["drafts"] if one["row"]["position"] == position), None)


def _named(draft: Memory, role: str) -> tuple[str, ...]:
    rows = sorted(
        (one for one in draft["mentions"] if one["role"] == role), key=lambda one: (one["position"], one["id"])
    )
    return tuple(one["written"] for one in rows)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value) if value is not None else ""
