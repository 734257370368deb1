"""Officers and the roles they hold: who is who on a day, looked up once and asked often."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TrackerError
from tracker.models import Absence, Appointment, Officer, Role, Unit
from tracker.people.among import among
from tracker.people.units import did_you_mean, nearest, stands_on

RULERS = (Role.OFFICE, Role.CHAIR)  # they stand above all units


@dataclass(frozen=True, slots=True)
class Chains:
    """Who holds which role where on one day, as officer ids; the longest in the role first.

    by_unit, by_role: who is appointed. substitutes: who stands in for whom that day, to the end of the line. heirs: the
    unit that carries on the work of one that has ended. parents: the unit above each unit.
    """

    by_unit: Mapping[tuple[int, Role], tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_role: Mapping[Role, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    substitutes: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    heirs: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    parents: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, unit_id: int | None, role: Role) -> tuple[int, ...]:
        """Who is told as `role` of one unit, substitutes in place of the absent; nobody when there is no unit."""
        return self._present(self._appointed(unit_id, role))

    def anywhere(self, role: Role) -> tuple[int, ...]:
        """Who is told as `role` in whatever unit, each once: the standing office and the chair stand above all units."""
        return self._present(self.by_role.get(role, ()))

    def overseers(self, place_id: int | None, lead_id: int | None) -> tuple[int, ...]:
        """Who is told as overseer of a task of `lead_id` at `place_id`."""
        return self.of(self.overseen(place_id, lead_id), Role.OVERSEER)

    def overseen(self, place_id: int | None, lead_id: int | None) -> int | None:
        """The unit whose overseers answer for a task: the place, else the unit that leads, else the nearest above."""
        units = dict.fromkeys((place_id, lead_id, *self.above(place_id), *self.above(lead_id)))
        return next((unit_id for unit_id in units if self._appointed(unit_id, Role.OVERSEER)), None)

    def acting(self, unit_id: int | None, role: Role) -> frozenset[int]:
        """Who may act as `role` of one unit: who is appointed, also while absent, and who stands in for them."""
        appointed = self._appointed(unit_id, role)
        return frozenset(appointed) | frozenset(self._present(appointed))

    def acting_anywhere(self, role: Role) -> frozenset[int]:
        """Who may act as `role` in whatever unit."""
        appointed = self.by_role.get(role, ())
        return frozenset(appointed) | frozenset(self._present(appointed))

    def _appointed(self, unit_id: int | None, role: Role) -> tuple[int, ...]:
        return self.by_unit.get((self.heirs.get(unit_id, unit_id), role), ()) if unit_id is not None else ()

    def _present(self, officers: tuple[int, ...]) -> tuple[int, ...]:
        if not self.substitutes:
            return officers
        return tuple(dict.fromkeys(self.substitutes.get(one, one) for one in officers))

    def above(self, unit_id: int | None) -> Iterator[int]:
        """The units over this one, the nearest first. A unit whose work a unit below it carries on stands over itself:
        each is named once."""
        passed = set[int]()
        while unit_id is not None and (unit_id := self.parents.get(self.heirs.get(unit_id, unit_id))) is not None:
            if unit_id in passed:
                return
            passed.add(unit_id)
            yield unit_id


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role of one officer: "head of UBND xã Thọ Dân"; `instead_of` names the post of whom they stand in for."""

    role: Role
    unit_id: int
    unit_code: str
    unit_name: str
    instead_of: str | None = None


def get_officer(session: Session, code: str) -> Officer:
    """The officer with this code. Raises TrackerError naming the nearest codes."""
    if officer := find_officer(session, code):
        return officer
    codes = session.exec(select(Officer.code)).all()
    raise TrackerError(f"no officer has the code {code!r}; {did_you_mean(nearest(code, codes))}")


def find_officer(session: Session, code: str) -> Officer | None:
    """The officer with this code, or None."""
    return session.exec(select(Officer).where(col(Officer.code) == code)).one_or_none()


def load_chains(session: Session, *, on: date, units: Collection[int] | None = None) -> Chains:
    """Every appointment that is valid on `on` in a unit that stands on `on`, with who stands in for whom and which unit
    carries on for which: a few queries.

    With `units` only what tasks of these units ask for: their own posts, those of their heirs and of the units above,
    and in `by_role` the standing office and the chair.
    """
    heirs = load_heirs(session, on)
    parents = _load_parents(session) if units is None else _load_above(session, units, heirs)
    near = None if units is None else {heirs.get(one, one) for one in (*units, *parents, *parents.values())}
    by_unit: dict[tuple[int, Role], dict[int, None]] = defaultdict(dict)
    by_role: dict[Role, dict[int, None]] = defaultdict(dict)
    for unit_id, role, officer_id in session.execute(_appointments(session, on, near)):
        if near is None or unit_id in near:
            by_unit[unit_id, role][officer_id] = None
        if near is None or role in RULERS:
            by_role[role][officer_id] = None
    return Chains(
        MappingProxyType({key: tuple(officers) for key, officers in by_unit.items()}),
        MappingProxyType({role: tuple(officers) for role, officers in by_role.items()}),
        MappingProxyType(load_substitutes(session, on=on)),
        MappingProxyType(heirs),
        MappingProxyType(parents),
    )


def _appointments(session: Session, on: date, units: Collection[int] | None) -> sa.Executable:
    query = (
        sa.select(col(Appointment.unit_id), col(Appointment.role), col(Appointment.officer_id))
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(holds_on(on))
        .order_by(col(Appointment.valid_from), col(Appointment.id))
    )
    if units is None:
        return query
    return query.where(sa.or_(among(session, col(Appointment.unit_id), units), col(Appointment.role).in_(RULERS)))


def load_substitutes(session: Session, *, on: date) -> dict[int, int]:
    """Who stands in on `on` for each officer who is absent; where the substitute is absent too, theirs does."""
    ends = sa.or_(col(Absence.valid_to).is_(None), col(Absence.valid_to) >= on)
    query = sa.select(col(Absence.officer_id), col(Absence.substitute_id)).where(col(Absence.valid_from) <= on, ends)
    direct: dict[int, int] = dict(session.execute(query).all())
    return {officer: _end_of_line(officer, direct) for officer in direct}


def _end_of_line(start: int, steps: Mapping[int, int]) -> int:
    """Where the steps lead from `start`; back to `start` itself when they run in a circle."""
    at, passed = start, set[int]()
    while at in steps:
        if at in passed:
            return start
        passed.add(at)
        at = steps[at]
    return at


def load_heirs(session: Session, on: date) -> dict[int, int]:
    """The unit that carries on for each unit that has ended before `on`."""
    query = sa.select(col(Unit.id), col(Unit.successor_id)).where(
        col(Unit.successor_id).is_not(None), col(Unit.valid_to) < on
    )
    ended: dict[int, int] = dict(session.execute(query).all())
    return {id_: _end_of_line(id_, ended) for id_ in ended}


def _load_parents(session: Session) -> dict[int, int]:
    query = sa.select(col(Unit.id), col(Unit.parent_id)).where(col(Unit.parent_id).is_not(None))
    return dict(session.execute(query).all())


def _load_above(session: Session, units: Collection[int], heirs: Mapping[int, int]) -> dict[int, int]:
    """The parents of `units`, and theirs, to the top."""
    parents: dict[int, int] = {}
    asked: set[int] = set()
    below = {heirs.get(one, one) for one in units}
    while below:
        asked |= below
        query = sa.select(col(Unit.id), col(Unit.parent_id)).where(
            among(session, col(Unit.id), below), col(Unit.parent_id).is_not(None)
        )
        found = dict(session.execute(query).all())
        parents |= found
        below = {heirs.get(one, one) for one in found.values()} - asked
    return parents


def roles_of(session: Session, officer_id: int, *, on: date) -> tuple[HeldRole, ...]:
    """What this officer is on `on`, also in the place of those they stand in for; in the order of roles and unit codes."""
    absent = {one for one, substitute in load_substitutes(session, on=on).items() if substitute == officer_id}
    query = (
        sa.select(
            col(Appointment.role), col(Unit.id), col(Unit.code), col(Unit.name), col(Officer.id), col(Officer.post)
        )
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .join(Officer, col(Officer.id) == col(Appointment.officer_id))
        .where(col(Appointment.officer_id).in_({officer_id, *absent}), holds_on(on))
    )
    held = (
        HeldRole(role, unit_id, code, name, post if holder != officer_id else None)
        for role, unit_id, code, name, holder, post in session.execute(query)
    )
    order = list(Role)
    return tuple(sorted(held, key=lambda one: (order.index(one.role), one.unit_code, one.instead_of or "")))


def holds_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that an appointment holds on `day`, both its days included; it ends with its unit at the latest."""
    ends = sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= day)
    return sa.and_(col(Appointment.valid_from) <= day, ends, stands_on(day))


def holds(chains: Chains, officer_id: int, role: Role, unit_id: int | None = None) -> bool:
    """Whether the officer holds `role` in that unit, or in any unit when none is named: the root of every permission."""
    return officer_id in (chains.anywhere(role) if unit_id is None else chains.of(unit_id, role))
