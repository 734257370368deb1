"""Copies of an SQLite database: a backup while others work, a restore in one transaction, a copy to play on."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tracker.db import Database, sqlite_library
from tracker.errors import DatabaseError

NOT_SQLITE = "only an SQLite database is copied here; for PostgreSQL use pg_dump and pg_restore"


def back_up(database: Database, file: Path) -> int:
    """Copy the database to `file` as of one instant, also while a worker writes; the size in bytes.

    Raises DatabaseError when `file` exists, cannot be written, or the copy does not stand the integrity check; then
    nothing is left behind.
    """
    if file.exists():
        raise DatabaseError(f"{file}: exists already; a backup overwrites nothing, name another file")
    try:
        copy(_file_of(database), file)
        _make_one_file(file)
        check_copy(file)
    except DatabaseError:
        file.unlink(missing_ok=True)
        raise
    return file.stat().st_size


def restore(database: Database, file: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of the database; the file in which what it held before is kept, if it held anything.

    SQLite writes the pages in one transaction: who reads meanwhile sees the old state or the new one, and a power cut
    leaves one of them. Raises DatabaseError for a damaged or foreign file and for one of a newer version.
    """
    if not file.exists():
        raise DatabaseError(f"{file}: no such file")
    check_copy(file)
    target = _file_of(database)
    target.parent.mkdir(parents=True, exist_ok=True)
    _check_version(file, target.parent)
    kept = None
    if target.exists() and target.stat().st_size:
        kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
        back_up(database, kept)
    copy(file, target)
    return kept


def _check_version(file: Path, folder: Path) -> None:
    """Ask a copy of the backup, because whoever opens a database as ours leaves traces in it. Raises DatabaseError."""
    with TemporaryDirectory(dir=folder) as aside:
        looked_at = Path(aside) / "looked-at.db"
        copy(file, looked_at)
        held = Database(f"sqlite:///{looked_at}")
        try:
            held.check()
        finally:
            held.close()


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database with everything that is committed, its -wal included. Raises DatabaseError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(source, library, "ro")) as one, closing(_opened(target, library, "rwc")) as other:
            one.backup(other)
    except library.Error as error:
        raise DatabaseError(f"{source} cannot be copied to {target}: {error}") from None


def _make_one_file(file: Path) -> None:
    """A copy of a database in WAL mode would want a log beside it as soon as somebody looks at it."""
    library, _ = sqlite_library()
    with closing(_opened(file, library, "rw")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def check_copy(file: Path) -> None:
    """Let SQLite read every page of `file`. Raises DatabaseError when one is damaged, or when it is no database."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(file, library, "ro")) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except library.Error as error:
        raise DatabaseError(f"{file}: no readable SQLite database: {error}") from None
    if said != ["ok"]:
        raise DatabaseError(f"{file}: damaged: {'; '.join(said)}")


def _opened(file: Path, library: Any, mode: str) -> Any:
    return library.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True, timeout=30)


def _file_of(database: Database) -> Path:
    if database.file is None:
        raise DatabaseError(NOT_SQLITE)
    return database.file
