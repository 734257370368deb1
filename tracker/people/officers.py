"""Officers and the roles they hold: who is who on a day, looked up once and asked often."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TrackerError
from tracker.models import Appointment, Officer, Role, Unit
from tracker.people.units import did_you_mean, nearest, stands_on


@dataclass(frozen=True, slots=True)
class Chains:
    """Who holds which role where on one day, as officer ids; the longest in the role first."""

    by_unit: Mapping[tuple[int, Role], tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_role: Mapping[Role, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, unit_id: int | None, role: Role) -> tuple[int, ...]:
        """The holders of `role` in one unit; nobody when there is no unit."""
        return self.by_unit.get((unit_id, role), ()) if unit_id is not None else ()

    def anywhere(self, role: Role) -> tuple[int, ...]:
        """The holders of `role` in whatever unit, each once: the standing office and the chair stand above all units."""
        return self.by_role.get(role, ())


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role of one officer: "head of UBND xã Thọ Dân"."""

    role: Role
    unit_id: int
    unit_code: str
    unit_name: str


def get_officer(session: Session, code: str) -> Officer:
    """The officer with this code. Raises TrackerError naming the nearest codes."""
    if officer := find_officer(session, code):
        return officer
    codes = session.exec(select(Officer.code)).all()
    raise TrackerError(f"no officer has the code {code!r}; {did_you_mean(nearest(code, codes))}")


def find_officer(session: Session, code: str) -> Officer | None:
    """The officer with this code, or None."""
    return session.exec(select(Officer).where(col(Officer.code) == code)).one_or_none()


def load_chains(session: Session, *, on: date) -> Chains:
    """Every appointment that is valid on `on` in a unit that stands on `on`: one query."""
    query = (
        sa.select(col(Appointment.unit_id), col(Appointment.role), col(Appointment.officer_id))
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(_holds_on(on))
        .order_by(col(Appointment.valid_from), col(Appointment.id))
    )
    by_unit: dict[tuple[int, Role], dict[int, None]] = defaultdict(dict)
    by_role: dict[Role, dict[int, None]] = defaultdict(dict)
    for unit_id, role, officer_id in session.execute(query):
        by_unit[unit_id, role][officer_id] = None
        by_role[role][officer_id] = None
    return Chains(
        MappingProxyType({key: tuple(officers) for key, officers in by_unit.items()}),
        MappingProxyType({role: tuple(officers) for role, officers in by_role.items()}),
    )


def roles_of(session: Session, officer_id: int, *, on: date) -> tuple[HeldRole, ...]:
    """What this officer is on `on`, in the order of roles and unit codes."""
    query = (
        sa.select(col(Appointment.role), col(Unit.id), col(Unit.code), col(Unit.name))
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(col(Appointment.officer_id) == officer_id, _holds_on(on))
    )
    held = (HeldRole(role, unit_id, code, name) for role, unit_id, code, name in session.execute(query))
    order = list(Role)
    return tuple(sorted(held, key=lambda one: (order.index(one.role), one.unit_code)))


def _holds_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that an appointment holds on `day`, both its days included; it ends with its unit at the latest."""
    ends = sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= day)
    return sa.and_(col(Appointment.valid_from) <= day, ends, stands_on(day))


def holds(chains: Chains, officer_id: int, role: Role, unit_id: int | None = None) -> bool:
    """Whether the officer holds `role` in that unit, or in any unit when none is named: the root of every permission."""
    return officer_id in (chains.anywhere(role) if unit_id is None else chains.of(unit_id, role))
