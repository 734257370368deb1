"""Many numbers in one condition, and many rows of columns."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session


def fetch(session: Session, query: sa.Executable) -> Sequence[Any]:
    """All rows of a query for columns, past the loader of the ORM, which needs as long for a row as the database does.

    What the session has pending is written first, as for any query.
    """
    session.flush()
    return session.connection().execute(query).all()


def fetch_in_parts(session: Session, query: sa.Executable, *, size: int) -> Iterator[Sequence[Any]]:
    """The same, `size` rows in memory at a time."""
    session.flush()
    yield from session.connection().execute(query.execution_options(yield_per=size)).partitions()


def among(
    session: Session, column: Mapped[Any] | sa.ColumnElement[Any], numbers: Collection[int]
) -> sa.ColumnElement[bool]:
    """Whether the column is one of these numbers; give at most some thousands.

    SQLite takes them as one bound value: SQLAlchemy needs 1 µs for each value of an IN, which is twenty tasks a letter
    in each of six queries, and the statement would be another one for each batch.
    """
    if session.get_bind().dialect.name != "sqlite":
        return column.in_(numbers)
    listed = sa.func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(sa.select(listed.c.value))
