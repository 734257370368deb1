"""Units as pages list them."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Unit
from tracker.people.units import stands_on


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit in a list or a choice."""

    id: int
    code: str
    name: str
    place: str | None
    level: str
    valid_from: date | None
    valid_to: date | None


def list_units(session: Session, *, on: date) -> list[UnitLine]:
    """The units that stand in the register on `on`: those of the district first, then by name."""
    names = ("id", "code", "name", "place", "level", "valid_from", "valid_to")
    columns = [getattr(Unit, name) for name in names]
    order = sa.case((col(Unit.level) == "commune", 1), else_=0)
    rows = session.execute(sa.select(*columns).where(stands_on(on)).order_by(order, col(Unit.name)))
    return [UnitLine(*row) for row in rows]
