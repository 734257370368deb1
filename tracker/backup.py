"""Copies of an office: its SQLite database with the stored files in one file; a restore; a copy to play on."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tracker.db import Database, sqlite_library
from tracker.errors import DatabaseError, StorageError
from tracker.storage import Storage

NOT_SQLITE = (
    "only an SQLite database is copied here; for PostgreSQL use pg_dump and pg_restore, and copy [storage] folder"
)
PICTURES = "backeduppicture"  # and the pictures of scanned pages, by their names
FILES = "backedupfile"  # a table of the backup alone: the stored files, so that one file is the whole office


def back_up(database: Database, file: Path, storage: Storage, pictures: Path) -> int:
    """Copy the database to `file` as of one instant, also while a worker writes, and into it every stored file that
    the database names, with the `pictures` of scanned pages ([notices] pages_folder); the size in bytes.

    Raises StorageError when a stored file is gone or was changed: a backup that lacks it must not pass for one. Raises DatabaseError when `file` exists, cannot be written, or the copy does not stand the integrity check; then
    nothing is left behind.
    """
    if file.exists():
        raise DatabaseError(f"{file}: exists already; a backup overwrites nothing, name another file")
    try:
        copy(_file_of(database), file)
        make_one_file(file)
        _take_in_files(file, storage)
        _take_in_pictures(file, pictures)
        check_copy(file)
    except (DatabaseError, StorageError):
        file.unlink(missing_ok=True)
        raise
    return file.stat().st_size


def _take_in_files(file: Path, storage: Storage) -> None:
    """Write the stored files into the copy, one transaction a file, so that one at a time is in memory."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(file, library, "rw")) as connection:
            if not (wanted := _named_files(connection)):
                return
            connection.execute(f"CREATE TABLE {FILES} (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL)")
            for sha256 in wanted:
                with connection:
                    connection.execute(f"INSERT INTO {FILES} VALUES (?, ?)", (sha256, storage.read(sha256)))
    except library.Error as error:
        raise DatabaseError(f"{file}: the stored files cannot be taken in: {error}") from None


def _take_in_pictures(file: Path, pictures: Path) -> None:
    """Write the pictures of scanned pages into the copy. One that is gone hinders nothing: the paper itself is there."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(file, library, "rw")) as connection:
            if not _has_table(connection, "noticepage"):
                return
            rows = connection.execute("SELECT DISTINCT image FROM noticepage WHERE image IS NOT NULL ORDER BY image")
            kept = [name for (name,) in rows.fetchall() if _is_picture(pictures, name)]
            if not kept:
                return
            connection.execute(f"CREATE TABLE {PICTURES} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
            for name in kept:
                with connection:
                    connection.execute(f"INSERT INTO {PICTURES} VALUES (?, ?)", (name, (pictures / name).read_bytes()))
    except (library.Error, OSError) as error:
        raise DatabaseError(f"{file}: the pictures of pages cannot be taken in: {error}") from None


def _is_picture(folder: Path, name: str) -> bool:
    return Path(name).name == name and (folder / name).is_file()


def _named_files(connection: Any) -> list[str]:
    """The hashes that the copy names; none in one of a version that stored no files."""
    if not _has_table(connection, "storedfile"):
        return []
    return [row[0] for row in connection.execute("SELECT sha256 FROM storedfile ORDER BY sha256")]


def _has_table(connection: Any, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
    return found.fetchone() is not None


def restore(database: Database, file: Path, storage: Storage, pictures: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of the database, its stored files back into `storage` (which loses none of those it
    holds) and the pictures of scanned pages into the folder `pictures`; the file in which what the database held before is kept, if it held anything.

    SQLite writes the pages in one transaction: who reads meanwhile sees the old state or the new one, and a power cut
    leaves one of them. Raises DatabaseError for a damaged or foreign file and for one of a newer version.
    """
    if not file.exists():
        raise DatabaseError(f"{file}: no such file")
    check_copy(file)
    target = _file_of(database)
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    with TemporaryDirectory(dir=target.parent) as aside:
        bare = Path(aside) / "bare.db"
        copy(file, bare)
        _check_version(bare)
        _bring_back_files(bare, storage)
        _bring_back_pictures(bare, pictures)
        if target.exists() and target.stat().st_size:
            kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
            _keep(target, kept)
        copy(bare, target)
    return kept


def _check_version(copied: Path) -> None:
    """Ask a copy of the backup, because whoever opens a database as ours leaves traces in it. Raises DatabaseError."""
    held = Database(f"sqlite:///{copied}")
    try:
        held.check()
    finally:
        held.close()


def _keep(target: Path, kept: Path) -> None:
    """Keep what the database held; its files stay where they are, so a file that is missing there hinders nothing."""
    if kept.exists():
        raise DatabaseError(f"{kept}: exists already; a backup overwrites nothing, name another file")
    copy(target, kept)
    make_one_file(kept)
    check_copy(kept)


def _bring_back_files(copied: Path, storage: Storage) -> None:
    """Put the files of a backup into `storage` and take them out of the copy. Raises DatabaseError and StorageError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(copied, library, "rw")) as connection:
            if not _has_table(connection, FILES):
                return
            for (sha256,) in connection.execute(f"SELECT sha256 FROM {FILES}").fetchall():
                query = f"SELECT content FROM {FILES} WHERE sha256 = ?"
                (content,) = connection.execute(query, (sha256,)).fetchone()
                if storage.put(bytes(content)) != sha256:
                    raise DatabaseError(f"the backup is damaged: the file {sha256[:12]} is not what it was")
            connection.execute(f"DROP TABLE {FILES}")
            connection.commit()
            connection.execute("VACUUM")
    except library.Error as error:
        raise DatabaseError(f"the stored files cannot be brought back: {error}") from None


def _bring_back_pictures(copied: Path, pictures: Path) -> None:
    """Put the pictures of a backup into their folder and take them out of the copy. Raises DatabaseError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(copied, library, "rw")) as connection:
            if not _has_table(connection, PICTURES):
                return
            pictures.mkdir(parents=True, exist_ok=True)
            for (name,) in connection.execute(f"SELECT name FROM {PICTURES}").fetchall():
                if Path(name).name != name:
                    raise DatabaseError(f"the backup is damaged: {name!r} is no name of a picture")
                query = f"SELECT content FROM {PICTURES} WHERE name = ?"
                (content,) = connection.execute(query, (name,)).fetchone()
                (pictures / name).write_bytes(content)
            connection.execute(f"DROP TABLE {PICTURES}")
            connection.commit()
            connection.execute("VACUUM")
    except (library.Error, OSError) as error:
        raise DatabaseError(f"the pictures of pages cannot be brought back: {error}") from None


def copy(source: Path, target: Path) -> None:
    """Copy an SQLite database with everything that is committed, its -wal included. Raises DatabaseError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(source, library, "ro")) as one, closing(_opened(target, library, "rwc")) as other:
            one.backup(other)
    except library.Error as error:
        raise DatabaseError(f"{source} cannot be copied to {target}: {error}") from None


def make_one_file(file: Path) -> None:
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
