"""The first schema is what the rows say, column by column; and the history can only grow."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from tests.cast import Office

BY_HAND = (
    "procrastinate_",
    "tasksearch",
    "ix_task_worst",
)  # no model could say them; tests/tasks/test_long_lists.py does


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index ix_task_worst")
def test_a_migrated_database_holds_exactly_the_tables_columns_and_indexes_of_the_models(office: Office):
    with office.database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(BY_HAND)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
        names = set(sa.inspect(connection).get_table_names())
    assert {"absence", "task", "event", "message"} <= names


def test_every_enumeration_is_checked_by_the_database(office: Office):
    inspector = sa.inspect(office.database.engine)
    enums = [
        (table.name, column.name, column.type.enums)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    ]
    assert len(enums) > 5
    for table, column, values in enums:
        checks = [check["sqltext"] for check in inspector.get_check_constraints(table) if column in check["sqltext"]]
        assert [re.findall("'([^']*)'", check) for check in checks] == [values], (
            f"{table}.{column} does not know the same words as the model"
        )
