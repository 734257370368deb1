"""Which tasks are parts of a commune's own milestone: that milestone speaks for them above the unit (product.md rule 11)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Task, Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """What the question needs to know of one task."""

    task_id: int
    notice_id: int
    kind: Kind
    place_id: int | None
    place: str | None
    due_on: date | None


def muted_parts(session: Session, tasks: Iterable[Placed]) -> frozenset[int]:
    """The numbers of the tasks for which an open milestone of the whole commune speaks.

    A part stands in the same notice, lies in the same commune, and is due on the milestone's day or later: one that is
    due before it slips alone and is heard. A milestone of the whole commune bears the commune's own place ("xã Thọ
    Sơn", not "thôn 3"); it is no part of another, and on hold or claimed done it speaks for nobody.
    """
    parts = [
        one for one in tasks if one.place_id is not None and one.due_on is not None and one.kind is not Kind.POLICY
    ]
    if not parts:
        return frozenset()
    places: dict[int | None, str | None] = dict(session.execute(sa.select(col(Unit.id), col(Unit.place))).all())
    parts = [one for one in parts if one.kind is not Kind.MILESTONE or one.place != places[one.place_id]]
    speaks = _speaking_milestones(session, sorted({one.place_id for one in parts if one.place_id is not None}))
    return frozenset(
        one.task_id
        for one in parts
        if one.due_on is not None and any(day <= one.due_on for day in speaks[one.notice_id, one.place_id])
    )


def _speaking_milestones(session: Session, place_ids: Sequence[int]) -> dict[tuple[int, int | None], list[date]]:
    """The dates of the open milestones of whole communes, by notice and commune."""
    query = (
        sa.select(col(Task.notice_id), col(Task.place_unit_id), col(Task.due_on))
        .join(Unit, col(Unit.id) == col(Task.place_unit_id))
        .where(
            col(Task.place_unit_id).in_(place_ids), col(Task.kind) == Kind.MILESTONE, col(Task.place) == col(Unit.place),
            col(Task.due_on).is_not(None), col(Task.done_on).is_(None), col(Task.is_held).is_(False),
            col(Task.cancelled_on).is_(None),
        )
    )  # fmt: skip
    found: dict[tuple[int, int | None], list[date]] = defaultdict(list)
    for notice_id, place_id, due_on in session.execute(query) if place_ids else ():
        found[notice_id, place_id].append(due_on)
    return found
