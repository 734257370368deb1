"""What one officer may see and do: read from the appointments of the day, asked by every page."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Officer, Role, Task
from tracker.people.officers import Chains, HeldRole, load_chains, roles_of
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import ANSWERS, OWNERS, RULERS, who_may
from tracker.tasks.reach import within
from tracker.tasks.scanning import by_scan


@dataclass(frozen=True)
class Scope:
    """An officer with the roles they hold on one day, also for those they stand in for; without any they see nothing."""

    officer_id: int
    code: str
    post: str
    name: str | None
    held: tuple[HeldRole, ...]
    chains: Chains

    @property
    def is_empty(self) -> bool:
        """Whether the officer holds no appointment (any more): every door stays shut."""
        return not self.held

    @cached_property
    def is_ruler(self) -> bool:
        """Of the standing office, or the chair: sees every unit and rules."""
        return any(self.officer_id in self.chains.acting_anywhere(role) for role in RULERS)

    @cached_property
    def is_office(self) -> bool:
        """Of the standing office: registers notices, enters what others said."""
        return self.officer_id in self.chains.acting_anywhere(Role.OFFICE)

    @cached_property
    def is_administrator(self) -> bool:
        """Looks after the system: its health, the directory, how people sign in. Rules no task and sees none."""
        return self.officer_id in self.chains.acting_anywhere(Role.ADMINISTRATOR)

    @property
    def may_keep(self) -> bool:
        """Sees the directory and the health of the system: the office, the chair and the administrator."""
        return self.is_ruler or self.is_administrator

    @property
    def may_reset(self) -> bool:
        """Helps others back in (forgotten password, lost telephone) and holds the keys of other programs."""
        return self.is_office or self.is_administrator

    @property
    def may_answer(self) -> bool:
        """Whether claims and requests of others can wait for this officer's ruling."""
        return self.is_ruler or bool(self.overseen)

    @property
    def sees_tasks(self) -> bool:
        """Whether any task can be theirs to see; an administrator's are none."""
        return self.is_ruler or bool(self.seen)

    @cached_property
    def owned(self) -> frozenset[int]:
        """The units for which the officer reports, with those whose work they carry on."""
        units = {one.unit_id for one in self.held if one.role in OWNERS}
        return frozenset(units | {unit for unit, heir in self.chains.heirs.items() if heir in units})

    @cached_property
    def overseen(self) -> frozenset[int]:
        """The communes in the officer's charge, with what lies below them and has no overseer of its own."""
        units = {one.unit_id for one in self.held if one.role is Role.OVERSEER}
        below = self.chains.parents.keys() if units else ()
        return frozenset(units | {unit for unit in below if self.chains.overseen(unit, None) in units})

    @cached_property
    def viewed(self) -> frozenset[int]:
        """The units that the officer may look at: those of a viewer's appointments, with all that lie below them and those
        whose work they carry on."""
        units = {one.unit_id for one in self.held if one.role is Role.VIEWER}
        below = (
            {unit for unit in self.chains.parents if units.intersection(self.chains.above(unit))} if units else set()
        )
        reached = units | below
        return frozenset(reached | {unit for unit, heir in self.chains.heirs.items() if heir in reached})

    @property
    def seen(self) -> frozenset[int]:
        """Every unit whose tasks the officer may see, unless they rule and see all."""
        return self.owned | self.overseen | self.viewed

    def condition(self) -> sa.ColumnElement[bool]:
        """The tasks that the officer may see, for a query."""
        return within(None if self.is_ruler else self.seen)

    def own_tasks(self) -> sa.ColumnElement[bool]:
        """The tasks that the officer's own units lead, for a query."""
        return by_scan(col(Task.lead_unit_id)).in_(self.owned)

    def may(self, verb: Verb, *, lead_unit_id: int, place_unit_id: int | None) -> bool:
        """Whether the officer's own word counts for `verb` on a task of these units; nobody verifies their own unit's work."""
        if verb in ANSWERS and lead_unit_id in self.owned:
            return False
        return self.officer_id in who_may(self.chains, verb, lead_unit_id=lead_unit_id, place_unit_id=place_unit_id)


def find_scope(session: Session, officer_id: int, *, today: date) -> Scope | None:
    """The scope of this officer on `today`; None when the register has no such officer."""
    officer = sa.select(col(Officer.code), col(Officer.post), col(Officer.name)).where(col(Officer.id) == officer_id)
    row = session.execute(officer).first()
    if row is None:
        return None
    code, post, name = row
    held = roles_of(session, officer_id, on=today)
    return Scope(officer_id, code, post, name, held, load_chains(session, on=today))
