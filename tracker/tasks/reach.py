"""The tasks that lie within some units: what a program with a token for them may see."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col

from tracker.models import Task
from tracker.tasks.scanning import by_scan


def within(units: Collection[int] | None) -> sa.ColumnElement[bool]:
    """The condition that one of `units` leads a task or is its place; every task when None."""
    if units is None:
        return sa.true()
    return sa.or_(by_scan(col(Task.lead_unit_id)).in_(units), by_scan(col(Task.place_unit_id)).in_(units))
