"""Copies of an SQLite database: a backup while others work, a restore in one transaction, a copy to play on."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
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
    held = Database(f"sqlite:///{file}")
    try:
        held.check()
    finally:
        held.close()
    target = _file_of(database)
    kept = None
    if target.exists() and target.stat().st_size:
        kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
        back_up(database, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    copy(file, target)
    return kept


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database with everything that is committed, its -wal included. Raises DatabaseError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(source, library, "ro")) as one, closing(_opened(target, library, "rwc")) as other:
            one.backup(other)
    except library.Error as error:
        raise DatabaseError(f"{source} cannot be copied to {target}: {error}") from None


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
