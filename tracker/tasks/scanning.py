"""Columns that SQLite shall not look up in an index of their own.

It would begin with what it finds there, fetch each task from the table and sort them all. The list of tasks is quicker when
the index that stands in its order is gone through and asked for every other column (docs/decisions/0073).
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class by_scan(sa.ColumnElement[Any]):  # noqa: N801 - read as a function, like sa.column
    """The column, equal to itself in every condition; for SQLite with a plus sign before it, which hides it from its indexes."""

    inherit_cache = True
    _traverse_internals = [("column", sa.sql.visitors.InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - SQLAlchemy's

    def __init__(self, column: Any) -> None:
        self.column = column
        self.type = column.type


@compiles(by_scan)
def _as_it_is(element: by_scan, compiler: Any, **how: Any) -> str:
    return str(compiler.process(element.column, **how))


@compiles(by_scan, "sqlite")
def _hidden(element: by_scan, compiler: Any, **how: Any) -> str:
    return f"+{compiler.process(element.column, **how)}"
