"""Copies of an office: its SQLite database with the stored files in one file; a restore; a copy to play on."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table of the backup alone that holds files by their names, so that one file is the whole office."""

    table: str
    key: str
    what: str


FILES = Shelf("backedupfile", "sha256", "the stored files")
PICTURES = Shelf("backeduppicture", "name", "the pictures of pages")


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
    _fill(file, FILES, _named_files, storage.read)


def _take_in_pictures(file: Path, pictures: Path) -> None:
    """One that is gone hinders nothing: the paper itself is there."""

    def kept(connection: Any) -> list[str]:
        return [name for name in _named_pictures(connection) if _is_picture(pictures, name)]

    _fill(file, PICTURES, kept, lambda name: (pictures / name).read_bytes())


def _fill(file: Path, shelf: Shelf, named: Callable[[Any], list[str]], read: Callable[[str], bytes]) -> None:
    """Write the files that the copy names into it, one transaction a file, so that one at a time is in memory."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(file, library, "rw")) as connection:
            if not (wanted := named(connection)):
                return
            connection.execute(f"CREATE TABLE {shelf.table} ({shelf.key} TEXT PRIMARY KEY, content BLOB NOT NULL)")
            for name in wanted:
                with connection:
                    connection.execute(f"INSERT INTO {shelf.table} VALUES (?, ?)", (name, read(name)))
    except (library.Error, OSError) as error:
        raise DatabaseError(f"{file}: {shelf.what} cannot be taken in: {error}") from None


def _is_picture(folder: Path, name: str) -> bool:
    return Path(name).name == name and (folder / name).is_file()


def _named_files(connection: Any) -> list[str]:
    """The hashes that the copy names; none in one of a version that stored no files."""
    if not _has_table(connection, "storedfile"):
        return []
    return [row[0] for row in connection.execute("SELECT sha256 FROM storedfile ORDER BY sha256")]


def _named_pictures(connection: Any) -> list[str]:
    """The names of the pictures that the copy names; none in one of a version that made none."""
    if not _has_table(connection, "noticepage"):
        return []
    rows = connection.execute("SELECT DISTINCT image FROM noticepage WHERE image IS NOT NULL ORDER BY image")
    return [row[0] for row in rows]


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
    def put(sha256: str, content: bytes) -> None:
        if storage.put(content) != sha256:
            raise DatabaseError(f"the backup is damaged: the file {sha256[:12]} is not what it was")

    _empty(copied, FILES, put)


def _bring_back_pictures(copied: Path, pictures: Path) -> None:
    def put(name: str, content: bytes) -> None:
        if Path(name).name != name:
            raise DatabaseError(f"the backup is damaged: {name!r} is no name of a picture")
        pictures.mkdir(parents=True, exist_ok=True)
        (pictures / name).write_bytes(content)

    _empty(copied, PICTURES, put)


def _empty(copied: Path, shelf: Shelf, put: Callable[[str, bytes], None]) -> None:
    """Give every file of a shelf to `put` and take the shelf out of the copy. Raises DatabaseError and StorageError."""
    library, _ = sqlite_library()
    try:
        with closing(_opened(copied, library, "rw")) as connection:
            if not _has_table(connection, shelf.table):
                return
            for (name,) in connection.execute(f"SELECT {shelf.key} FROM {shelf.table}").fetchall():
                query = f"SELECT content FROM {shelf.table} WHERE {shelf.key} = ?"
                put(name, bytes(connection.execute(query, (name,)).fetchone()[0]))
            connection.execute(f"DROP TABLE {shelf.table}")
            connection.commit()
            connection.execute("VACUUM")
    except (library.Error, OSError) as error:
        raise DatabaseError(f"{shelf.what} cannot be brought back: {error}") from None


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
