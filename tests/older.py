"""Databases of older versions with data in them, as an office that has used an earlier program has one."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import databases
from tracker.db import Database, upgrade

AT = datetime(2020, 3, 2, 2, 0, tzinfo=UTC)
TABLES = (
    "unit",
    "officer",
    "appointment",
    "notice",
    "draft",
    "task",
    "message",
    "messagebody",
    "receipt",
    "said",
    "jobrun",
)
KNOWN: dict[str, Any] = {
    "code": "xa-tho-dan", "name": "UBND xã Thọ Dân", "place": "xã Thọ Dân", "level": "commune", "post": "Chủ tịch UBND xã",
    "email": "chu-tich@tho-dan.example", "role": "head", "sha256": "0" * 64, "file_name": "253.txt", "number": "253/TB-UBND",
    "text": "Giao UBND xã rà soát hồ sơ.", "quote": "rà soát hồ sơ", "title": "Rà soát hồ sơ", "clause": "4.4.a",
    "message_id": "<1@huyen.example>", "subject": "Việc của tuần", "outcome": "accepted", "answer": "250 OK",
    "period": "2020-W10", "slot": "2020-W10", "job": "digest", "key": "remind/2020-03-02", "rung": "remind",
}  # fmt: skip
KINDS = {
    "unit": "people_committee", "notice": "TB", "draft": "task", "task": "task", "message": "digest",
}  # fmt: skip

EMPTY: dict[type, Any] = {
    int: 1, bool: False, str: "", date: AT.date(), datetime: AT, bytes: b"Subject: x\r\n\r\nx", dict: {}
}  # fmt: skip


def make_older(file: Path, version: str) -> str:
    """A database of that version with one row in each of TABLES; its URL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    url = databases.create(file)
    with (
        closing(Database(url)) as database,
        database.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        upgrade(connection, version)
        metadata = sa.MetaData()
        metadata.reflect(connection, only=TABLES)
        for table in (metadata.tables[name] for name in TABLES):
            connection.execute(table.insert().values(_row(table)))
            if "id" in table.c and not database.is_sqlite:
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1)")
    return url


def _row(table: sa.Table) -> dict[str, Any]:
    """Number 1 of each table, all of them about each other; what may be left empty is, but for some."""
    wanted = (column for column in table.columns if not column.nullable or column.name in ("place", "email"))
    return {column.name: _value(table, column) for column in wanted}


def _value(table: sa.Table, column: "sa.Column[Any]") -> Any:
    if column.name == "id" or column.foreign_keys:
        return 1
    if column.name == "kind":
        return KINDS[table.name]
    if column.name == "state":
        return "sent" if table.name == "message" else "confirmed"
    if column.name in KNOWN:
        return KNOWN[column.name]
    return EMPTY.get(dict if isinstance(column.type, sa.JSON) else column.type.python_type, 0)


def version_of(url: str) -> str:
    """The version that a database says it is of."""
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def rows_of(url: str) -> dict[str, int]:
    """How many rows each of TABLES holds."""
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}
