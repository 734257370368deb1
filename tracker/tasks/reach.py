"""The tasks that lie within some units: what a program with a token for them may see."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col

from tracker.models import Task


def within(units: Collection[int] | None) -> sa.ColumnElement[bool]:
    """The condition that one of `units` leads a task or is its place; every task when None."""
    if units is None:
        return sa.true()
    return sa.or_(col(Task.lead_unit_id).in_(units), col(Task.place_unit_id).in_(units))
