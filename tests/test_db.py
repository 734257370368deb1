"""A database that cannot be used: one clear line that says what to do, and nothing half done."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import text

from tests.outbox.processes import as_nobody
from tracker.db import Database, sqlite_library
from tracker.errors import DatabaseError

pytestmark = pytest.mark.sqlite
ADD = text("INSERT INTO unit (code, name, level, kind) VALUES (:code, 'Xã Thọ Dân', 'commune', 'government')")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        database.migrate()
    return file


@pytest.fixture
def file(tmp_path: Path, template: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "tracker.db"))


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{file}", busy_seconds=0.1)) as database:
        yield database


@pytest.fixture
def shared(template: Path) -> Iterator[Path]:
    """A database in a folder that every user may enter, as pytest's folders are not."""
    with tempfile.TemporaryDirectory(prefix="tracker-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        file = Path(shutil.copy(template, folder / "tracker.db"))
        file.chmod(0o666)
        yield file
        folder.chmod(0o777)


def units(file: Path) -> int:
    # Never with another SQLite library than ours: in one process it would drop our locks (docs/decisions/0011).
    with closing(sqlite_library()[0].connect(file)) as plain:
        return int(plain.execute("SELECT count(*) FROM unit").fetchone()[0])


def write(url: str) -> None:
    database = Database(url, busy_seconds=0.1)
    with database.write() as session:
        session.connection().execute(ADD, {"code": "a"})


def look(url: str) -> None:
    database = Database(url, busy_seconds=0.1)
    database.check()
    with database.read() as session:
        session.connection().execute(text("SELECT * FROM unit")).all()


def migrate(url: str) -> None:
    Database(url, busy_seconds=0.1).migrate()


def assert_clear(line: str | None, *parts: str) -> None:
    assert line is not None, "it should have been refused"
    assert "\n" not in line
    for part in parts:
        assert part in line


# --- no rights -------------------------------------------------------------------------------------------------------


def test_a_read_only_file_is_refused_at_the_first_write(shared):
    shared.chmod(0o444)
    assert_clear(as_nobody(write, f"sqlite:///{shared}"), "readonly", "make the file and its folder writable")
    assert units(shared) == 0


def test_a_read_only_folder_is_refused_at_the_first_write(shared):
    shared.parent.chmod(0o555)
    assert_clear(as_nobody(write, f"sqlite:///{shared}"), "the file and its folder", "writ")
    assert units(shared) == 0


def test_a_folder_that_may_not_be_entered_is_named(shared):
    shared.parent.chmod(0o700)
    assert_clear(as_nobody(look, f"sqlite:///{shared}"), "Permission denied", "check that the folder may be entered")


def test_a_folder_where_nothing_may_be_made_gets_no_database(shared):
    shared.parent.chmod(0o555)
    url = f"sqlite:///{shared.parent / 'new' / 'tracker.db'}"
    assert_clear(as_nobody(migrate, url), "the folder cannot be made: Permission denied")
    assert sorted(path.name for path in shared.parent.iterdir()) == ["tracker.db"]


def test_the_same_user_with_rights_is_not_refused(shared):
    assert as_nobody(write, f"sqlite:///{shared}") is None
    assert as_nobody(look, f"sqlite:///{shared}") is None
    assert units(shared) == 1, "the refusals above are about rights and nothing else"


# --- no space --------------------------------------------------------------------------------------------------------


def fill(database: Database) -> None:
    with database.write() as session:
        for at in range(20_000):
            session.connection().execute(ADD, {"code": f"unit-{at}"})


def test_a_full_database_leaves_nothing_of_the_transaction(database, file):
    sa.event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=120").fetchall())
    with pytest.raises(DatabaseError) as problem:
        fill(database)
    assert_clear(str(problem.value), "disk is full", "free some space; nothing was changed")
    assert units(file) == 0
    with database.write() as session:
        session.connection().execute(ADD, {"code": "small"})
    assert units(file) == 1, "the same connection works on"


def test_a_full_disk_leaves_nothing_of_the_transaction(small_disk, template):
    (small_disk / "ballast").unlink()
    file = Path(shutil.copy(template, small_disk / "tracker.db"))
    with closing(Database(f"sqlite:///{file}")) as database:
        with pytest.raises(DatabaseError) as problem:
            fill(database)
        assert_clear(str(problem.value), "nothing was changed")
        with database.read() as session:
            assert session.connection().scalar(text("SELECT count(*) FROM unit")) == 0
    assert units(file) == 0


# --- not alone -------------------------------------------------------------------------------------------------------


def test_a_database_that_another_process_holds_says_so_after_the_time_out(database, file):
    holder = subprocess.Popen(
        [shutil.which("python3") or "python3", "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseError) as problem, database.write() as session:
        session.connection().execute(ADD, {"code": "a"})
    assert_clear(str(problem.value), "database is locked", "another process holds it; try again, or stop that process")
    holder.communicate(b"\n", timeout=60)
    assert units(file) == 0
    with database.write() as session:
        session.connection().execute(ADD, {"code": "a"})
    assert units(file) == 1


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


def test_by_default_a_writer_waits_half_a_minute_for_the_other(file):
    with closing(Database(f"sqlite:///{file}")) as database, database.read() as session:
        assert session.connection().scalar(text("PRAGMA busy_timeout")) == 30_000


def test_what_was_committed_is_on_the_disk(database):
    with database.read() as session:
        assert session.connection().scalar(text("PRAGMA synchronous")) == 2, "FULL, see docs/decisions/0001"
        assert session.connection().scalar(text("PRAGMA foreign_keys")) == 1


def test_of_two_writers_the_second_sees_what_the_first_wrote(database, file):
    with database.write() as session:
        session.connection().execute(ADD, {"code": "a"})
        with pytest.raises(DatabaseError, match="locked"):
            write(f"sqlite:///{file}")
    assert units(file) == 1


# --- not ours --------------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_left_alone(database, file):
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    before = file.read_bytes()
    for act in (database.check, database.migrate):
        with pytest.raises(DatabaseError) as problem:
            act()
        assert_clear(str(problem.value), "newer version (9999)", "update the program")
    database.close()
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0"], ids=["empty", "only the first bytes"])
def test_a_file_without_tables_is_no_database_yet(tmp_path, content):
    file = tmp_path / "tracker.db"
    file.write_bytes(content)
    with closing(Database(f"sqlite:///{file}")) as database, pytest.raises(DatabaseError) as problem:
        database.check()
    assert_clear(str(problem.value))


def test_a_file_that_is_something_else_is_refused_and_kept(tmp_path):
    file = tmp_path / "tracker.db"
    file.write_bytes(b"%PDF-1.4 " + os.urandom(9000))
    before = file.read_bytes()
    with closing(Database(f"sqlite:///{file}")) as database:
        for act in (database.check, database.migrate, lambda: write(f"sqlite:///{file}")):
            with pytest.raises(DatabaseError) as problem:
                act()
            assert_clear(str(problem.value), "file is not a database", "restore a backup")
    assert file.read_bytes() == before


def test_a_damaged_file_is_refused_where_it_is_read(file):
    raw = bytearray(file.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    file.write_bytes(raw)
    with pytest.raises(DatabaseError) as problem:
        look(f"sqlite:///{file}")
    assert_clear(str(problem.value), "malformed", "restore a backup")


def test_a_missing_file_is_not_made_by_looking(tmp_path):
    file = tmp_path / "tracker.db"
    with pytest.raises(DatabaseError) as problem:
        look(f"sqlite:///{file}")
    assert_clear(str(problem.value), str(file), "run 'tracker init' first")
    assert not file.exists()


def test_a_path_below_a_file_is_no_place_for_a_database(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError) as problem:
        migrate(f"sqlite:///{tmp_path / 'file' / 'tracker.db'}")
    assert_clear(str(problem.value), "the folder cannot be made")


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(DatabaseError) as problem:
        migrate(f"sqlite:///{tmp_path}")
    assert_clear(str(problem.value), "unable to open database file")


@pytest.mark.parametrize(
    "url", ["", "tracker.db", "oracle://x/y", "sqlite+nonsense:///x", "postgresql+psycopg://u@127.0.0.1:1/x"]
)
def test_an_address_that_leads_nowhere_is_refused_in_one_line(url):
    with pytest.raises(DatabaseError) as problem:
        look(url)
    assert_clear(str(problem.value), "[database] url")


def test_migrating_twice_changes_nothing(database, file):
    write(f"sqlite:///{file}")
    database.migrate()
    database.migrate()
    assert units(file) == 1
