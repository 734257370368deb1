"""Who may get a weekly letter, and of which tasks some of them hear: what lets a slot be worked off in batches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from tracker.models import Appointment, Role, Task, Unit
from tracker.people.among import among
from tracker.people.officers import holds_on, load_heirs, load_substitutes

APPOINTMENT = SQLModel.metadata.tables["appointment"]


def load_receivers(session: Session, *, on: date) -> list[int]:
    """Everyone whom a weekly letter of the day `on` can be for, by number: who answers for a unit (its contacts, where
    there is none its heads), the standing office, each with those who stand in for them."""
    present = load_substitutes(session, on=on)
    found = session.scalars(_answering(on).execution_options(yield_per=10_000))
    return sorted({present.get(one, one) for one in found})


def _answering(on: date) -> sa.Select[Any]:
    contact = APPOINTMENT.alias()
    has_contact = sa.exists().where(
        contact.c.unit_id == APPOINTMENT.c.unit_id,
        contact.c.role == Role.CONTACT,
        contact.c.valid_from <= on,
        sa.or_(contact.c.valid_to.is_(None), contact.c.valid_to >= on),
    )
    answers = sa.or_(
        APPOINTMENT.c.role.in_((Role.CONTACT, Role.OFFICE)),
        sa.and_(APPOINTMENT.c.role == Role.HEAD, sa.not_(has_contact)),
    )
    units = APPOINTMENT.join(SQLModel.metadata.tables["unit"])
    return sa.select(APPOINTMENT.c.officer_id).select_from(units).where(holds_on(on), answers)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What some officers hear of. leads: the units for which they answer; overseen: those whose tasks may reach them as
    overseers; is_office: whether every task may reach one of them."""

    leads: frozenset[int]
    overseen: frozenset[int]
    is_office: bool

    def condition(self, session: Session, speaking: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """The tasks that these officers own, and of those that may speak today (`speaking`) all that may reach them as
        overseers."""
        own = among(session, col(Task.lead_unit_id), self.leads)
        if not self.overseen:
            return own
        units = (col(Task.place_unit_id), col(Task.lead_unit_id))
        return sa.or_(own, sa.and_(speaking, sa.or_(*(among(session, unit, self.overseen) for unit in units))))


def load_hearing(session: Session, officers: Collection[int], *, on: date) -> Hearing:
    """What `officers` hear of on `on`, in their own posts and in those of the absent whom they stand in for."""
    heirs = load_heirs(session, on)
    absent = (one for one, present in load_substitutes(session, on=on).items() if present in officers)
    posts = sa.select(col(Appointment.role), col(Appointment.unit_id)).join(
        Unit, col(Unit.id) == col(Appointment.unit_id)
    )
    held = posts.where(among(session, col(Appointment.officer_id), {*officers, *absent}), holds_on(on))
    units: dict[Role, set[int]] = {role: set() for role in Role}
    for role, unit in session.execute(held):
        units[role].add(unit)
    return Hearing(
        frozenset(_with_ended(units[Role.CONTACT] | units[Role.HEAD], heirs)),
        frozenset(_with_lower(session, units[Role.OVERSEER], heirs)),
        bool(units[Role.OFFICE] or units[Role.CHAIR]),
    )


def _with_ended(units: Iterable[Any], heirs: Mapping[int, int]) -> set[int]:
    """With the ended units whose work these carry on."""
    known: set[int] = set(units)
    return known | {ended for ended, heir in heirs.items() if heir in known}


def _with_lower(session: Session, units: Iterable[int], heirs: Mapping[int, int]) -> set[int]:
    """With all units below: who oversees a district answers for the communes that nobody oversees."""
    found: set[int] = set()
    new = _with_ended(units, heirs)
    while new:
        found |= new
        below = session.scalars(sa.select(col(Unit.id)).where(among(session, col(Unit.parent_id), new)))
        new = _with_ended(below, heirs) - found
    return found
