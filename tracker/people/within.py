"""Officers who serve some units and no other, now or ever: what is written to them tells of nothing else."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col

from tracker.models import Absence, Appointment, Officer


def serving_only(units: Collection[int]) -> sa.ColumnElement[bool]:
    """The condition, on Officer, that every appointment an officer has ever held lies in `units`, of which there is one
    at least, and that they have never stood in for somebody of whom that is not so.

    The officer of a district office who oversees a commune is not among those of the commune: their letters tell of
    others too.
    """
    inside = sa.select(col(Appointment.officer_id)).where(col(Appointment.unit_id).in_(units))
    outside = sa.select(col(Appointment.officer_id)).where(col(Appointment.unit_id).not_in(units))
    stood_in = sa.select(col(Absence.substitute_id)).where(col(Absence.officer_id).in_(outside))
    officer = col(Officer.id)
    return sa.and_(officer.in_(inside), officer.not_in(outside), officer.not_in(stood_in))
