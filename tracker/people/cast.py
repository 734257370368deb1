"""Who is who on a day, by role: for pages that list people."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Appointment, Officer, Role, Unit


@dataclass(frozen=True, slots=True)
class Holder:
    """One officer in one role at one unit."""

    officer_id: int
    code: str
    post: str
    name: str | None
    email: str | None
    telephone: str | None
    role: Role
    unit_id: int
    unit_code: str
    unit_name: str
    valid_from: date
    valid_to: date | None


def list_roles(session: Session, *, today: date) -> dict[Role, list[Holder]]:
    """Every appointment that holds on `today`, by role, in the order of units."""
    found: dict[Role, list[Holder]] = {role: [] for role in Role}
    for holder in list_holders(session, today=today):
        found[holder.role].append(holder)
    return found


def list_holders(session: Session, *, unit_id: int | None = None, today: date | None) -> list[Holder]:
    """Appointments in the order of units, roles and days; all that ever were when `today` is None."""
    query = sa.select(
        col(Officer.id), col(Officer.code), col(Officer.post), col(Officer.name), col(Officer.email), col(Officer.telephone),
        col(Appointment.role), col(Unit.id), col(Unit.code), col(Unit.name), col(Appointment.valid_from), col(Appointment.valid_to),
    )  # fmt: skip
    query = query.join(Appointment, col(Appointment.officer_id) == col(Officer.id))
    query = query.join(Unit, col(Unit.id) == col(Appointment.unit_id)).order_by(
        col(Unit.level), col(Unit.name), col(Appointment.role), col(Appointment.valid_from), col(Appointment.id)
    )
    if unit_id is not None:
        query = query.where(col(Unit.id) == unit_id)
    if today is not None:
        ends = sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= today)
        query = query.where(col(Appointment.valid_from) <= today, ends)
    return [Holder(*row) for row in session.execute(query)]
