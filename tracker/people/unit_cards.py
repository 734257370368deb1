"""Units as programs see them: by number, with what lies above and who answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tracker.models import Appointment, Officer, Role, Unit
from tracker.people.units import stands_on

OWNERS = (Role.CONTACT, Role.HEAD)


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit."""

    id: int
    code: str
    name: str
    place: str | None
    level: str
    kind: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Answerer:
    """An officer whose word counts for the tasks of a unit: code and post, no name, address or telephone."""

    code: str
    post: str
    role: Role


def units_after(
    session: Session, units: Collection[int] | None, *, level: str | None, after: int, limit: int, on: date
) -> list[UnitCard]:
    """At most `limit` units that stand on `on`, by number, from the one after `after`; only `units` unless None."""
    query = _cards(units, on).where(col(Unit.id) > after).order_by(col(Unit.id)).limit(limit)
    if level is not None:
        query = query.where(col(Unit.level) == level)
    return [UnitCard(*row) for row in session.execute(query)]


def find_card(session: Session, units: Collection[int] | None, code: str, *, on: date) -> UnitCard | None:
    """The unit of this code, or None, also when it is not among `units`."""
    row = session.execute(_cards(units, on).where(col(Unit.code) == code)).first()
    return UnitCard(*row) if row is not None else None


def codes_of(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """The codes of these units."""
    query = sa.select(col(Unit.id), col(Unit.code)).where(col(Unit.id).in_(set(unit_ids)))
    return dict(session.execute(query).all())


def answerers_of(session: Session, unit_id: int, *, on: date) -> list[Answerer]:
    """The contacts and heads of a unit on `on`, in the order of roles and codes."""
    ends = sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= on)
    query = (
        sa.select(col(Officer.code), col(Officer.post), col(Appointment.role))
        .join(Appointment, col(Appointment.officer_id) == col(Officer.id))
        .where(
            col(Appointment.unit_id) == unit_id, col(Appointment.role).in_(OWNERS), col(Appointment.valid_from) <= on, ends
        )
        .order_by(col(Appointment.role), col(Officer.code))
    )  # fmt: skip
    return [Answerer(*row) for row in session.execute(query)]


def _cards(units: Collection[int] | None, on: date) -> Any:
    parent = aliased(Unit)
    query: Any = sa.select(
        col(Unit.id), col(Unit.code), col(Unit.name), col(Unit.place), col(Unit.level), col(Unit.kind), col(parent.code),
        col(Unit.valid_from), col(Unit.valid_to),
    )  # fmt: skip
    query = query.outerjoin(parent, col(Unit.parent_id) == col(parent.id)).where(stands_on(on))
    return query if units is None else query.where(col(Unit.id).in_(units))
