"""A PostgreSQL that cannot be used: one clear line that says what to do, for every way in which it refuses."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from tests import databases
from tests.postgres import GUARDED
from tracker.db import Database
from tracker.errors import DatabaseError

pytestmark = pytest.mark.postgres
ROLES = {GUARDED: "PASSWORD 'right'", "guest": "", "crowd": "CONNECTION LIMIT 0"}


@pytest.fixture
def admin() -> Iterator[sa.Connection]:
    """The administrator, who has made some roles that may log in and nothing more."""
    engine = sa.create_engine(f"{databases.SERVER}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for role, more in ROLES.items():
            made = f"CREATE ROLE {role} LOGIN {more}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL"
            connection.exec_driver_sql(f"DO $$ BEGIN {made}; END $$")
        yield connection
    engine.dispose()


@pytest.fixture
def place(admin, tmp_path) -> str:
    """Host, port and name of an empty database."""
    return databases.create(tmp_path / "tracker.db").partition("@")[2]


def refusal(url: str) -> str:
    with closing(Database(url)) as database, pytest.raises(DatabaseError) as problem:
        database.migrate()
    assert "\n" not in str(problem.value)
    return str(problem.value)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (f"{GUARDED}:wrong", "password authentication failed.*; correct the password of the role in ~/.pgpass"),
        (GUARDED, "no password supplied; put the password of the role into ~/.pgpass or PGPASSWORD"),
        ("ghost", r'role "ghost" does not exist; let the administrator make the role \(createuser\)'),
        ("guest", "permission denied for schema public; let the role own the database"),
        ("crowd", "too many connections.*; raise max_connections of the server, or run fewer workers"),
    ],
)
def test_a_role_that_may_not_is_told_what_it_lacks(place, who, words):
    assert re.search(words, refusal(f"postgresql+psycopg://{who}@{place}"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda place: f"{place}-not", r'database ".*-not" does not exist; let the administrator make it \(createdb\)'),
        (lambda place: f"{place}?sslmode=require", "SSL was required; correct sslmode in"),
        (lambda place: f"{place}?sslmode=nonsense", "connection is bad.*; correct .database. url"),
        (lambda place: "127.0.0.1:1/tracker", "Connection refused; start the server, or correct .database. url"),
        (lambda place: "localhost:1/tracker", "[Cc]onnection refused.*; start the server, or correct .database. url"),
        (lambda place: "nowhere.invalid/tracker", "failed to resolve host.*; correct the host in .database. url"),
    ],
)
def test_a_place_that_is_none_is_named(place, change, words):
    assert re.search(words, refusal(f"postgresql+psycopg://tracker@{change(place)}"))


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_vietnamese_is_refused(admin, encoding):
    name = f"database_in_{encoding.lower()}"
    admin.exec_driver_sql(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")
    try:
        said = refusal(f"{databases.SERVER}/{name}")
    finally:
        admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    assert f"keeps text as {encoding}, which cannot hold Vietnamese; make it anew: createdb" in said


def test_the_copy_of_a_server_which_takes_no_changes_is_refused(admin, place):
    name = place.rpartition("/")[2]
    admin.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert "name the server that takes changes in [database] url, not its copy" in refusal(
        databases.SERVER + "/" + name
    )


def test_a_role_without_rights_to_the_tables_is_told_so_when_it_looks(admin, place):
    with closing(Database(f"{databases.SERVER}/{place.rpartition('/')[2]}")) as database:
        database.migrate()
    said = r"permission denied for table .*; let the role own the database"
    with closing(Database(f"postgresql+psycopg://guest@{place}")) as database, pytest.raises(DatabaseError, match=said):
        database.check()
