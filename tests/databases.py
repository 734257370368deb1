"""Databases of the tests: copied files on SQLite, copied databases on PostgreSQL; each named by the file it would be.

TRACKER_TEST_POSTGRES, the URL of a server without a database name, brings the whole suite to PostgreSQL.
"""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from tests.postgres import VARIABLE
from tracker import backup
from tracker.db import Database

SERVER = os.environ.get(VARIABLE)
_made: set[Path] = set()  # on PostgreSQL only: what has to be dropped


def url_of(file: Path) -> str:
    """Where the database that stands for `file` is."""
    return f"sqlite:///{file}" if SERVER is None else f"{SERVER}/{_name(file)}"


def create(file: Path) -> str:
    """An empty database without tables; its URL."""
    if SERVER is not None:
        _make(file, "ENCODING 'UTF8'")
    return url_of(file)


def copy(source: Path, target: Path) -> str:
    """A database with everything that is committed in another one, which nobody may be writing to; its URL."""
    if SERVER is not None:
        _make(target, f'TEMPLATE "{_name(source)}" STRATEGY file_copy', alone_in=source)
    elif source.with_name(f"{source.name}-wal").exists():
        backup.copy(source, target)
    else:
        shutil.copyfile(source, target)
    return url_of(target)


@contextmanager
def dropped_after() -> Iterator[None]:
    """What is made inside the block is gone after it; the files of SQLite go with their folder."""
    before = set(_made)
    yield
    for file in _made - before:
        _server().exec_driver_sql(f'DROP DATABASE "{_name(file)}" WITH (FORCE)')
    _made.intersection_update(before)


def dump(url: str) -> list[str]:
    """Everything that a database holds, row by row, to see whether something has changed."""
    database = Database(url)
    with database.engine.connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        rows = [f"{name}: {row}" for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    database.close()
    return sorted(rows)


def _make(file: Path, how: str, *, alone_in: Path | None = None) -> None:
    if alone_in is not None:  # a database that somebody is connected to cannot be copied
        left = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        _server().exec_driver_sql(left, (_name(alone_in),))
    _server().exec_driver_sql(f'CREATE DATABASE "{_name(file)}" {how}')
    _made.add(file)


def _name(file: Path) -> str:
    return f"test_{sha256(str(file).encode()).hexdigest()[:24]}"


@cache
def _server() -> sa.Connection:
    """One connection for all that is made and dropped in this process."""
    connection = sa.create_engine(f"{SERVER}/postgres", isolation_level="AUTOCOMMIT").connect()
    atexit.register(connection.close)
    return connection
