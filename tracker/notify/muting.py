"""Which tasks are parts of a commune's own milestone: that milestone speaks for them above the unit (product.md rule 11)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Task, Unit
from tracker.people.among import among, fetch


@dataclass(frozen=True, slots=True)
class Part:
    """What may be a part of a commune's milestone: a dated task, or a milestone of less than the whole commune."""

    task_id: int
    notice_id: int
    place_id: int
    due_on: date


def load_places(session: Session, unit_ids: Collection[int]) -> dict[int, str | None]:
    """The places of these units: whether a milestone is of the whole commune is told by its words."""
    return dict(fetch(session, sa.select(col(Unit.id), col(Unit.place)).where(among(session, col(Unit.id), unit_ids))))


def may_be_part(kind: Kind, place: str | None, place_of_unit: str | None) -> bool:
    """Whether a task lies in a commune without being its own milestone ("xã Thọ Sơn", not "thôn 3")."""
    return kind is Kind.TASK or (kind is Kind.MILESTONE and place != place_of_unit)


def muted_parts(session: Session, parts: Sequence[Part]) -> frozenset[int]:
    """The numbers of the tasks for which an open milestone of the whole commune speaks.

    A part stands in the same notice, lies in the same commune, and is due on the milestone's day or later: one that is
    due before it slips alone and is heard. A milestone that is on hold or claimed done speaks for nobody.
    """
    if not parts:
        return frozenset()
    speaks = _speaking_milestones(session, sorted({one.place_id for one in parts}))
    return frozenset(
        one.task_id for one in parts if any(day <= one.due_on for day in speaks[one.notice_id, one.place_id])
    )


def _speaking_milestones(session: Session, place_ids: Sequence[int]) -> dict[tuple[int, int], list[date]]:
    """The dates of the open milestones of whole communes, by notice and commune."""
    query = (
        sa.select(col(Task.notice_id), col(Task.place_unit_id), col(Task.due_on))
        .join(Unit, col(Unit.id) == col(Task.place_unit_id))
        .where(
            among(session, col(Task.place_unit_id), place_ids), col(Task.kind) == Kind.MILESTONE, col(Task.place) == col(Unit.place),
            col(Task.due_on).is_not(None), col(Task.done_on).is_(None), col(Task.is_held).is_(False),
            col(Task.cancelled_on).is_(None),
        )
    )  # fmt: skip
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for notice_id, place_id, due_on in fetch(session, query):
        found[notice_id, place_id].append(due_on)
    return found
