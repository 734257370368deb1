"""The database: engine, transactions, migrations. SQLite in one office, PostgreSQL in many."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from tracker.errors import DatabaseError

SAFE_WAL = (3, 51, 3)  # older SQLite libraries can corrupt a WAL that two processes reset at once
BUSY_SECONDS = 30.0
CHECKPOINT_PAGES = 8_000  # 32 MB; at the default of 4 MB every batch of a hundred letters is copied to the file at once
# A host that loses its power says no goodbye. Both ends ask after ten silent seconds and hang up after twenty-five, or the
# server would keep its locks for two hours. The server's own words win where the URL has `options`.
SIGNS_OF_LIFE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
MIGRATIONS = Path(__file__).parent / "migrations"


def sqlite_library() -> tuple[ModuleType, bool]:
    """The SQLite binding to use, and whether its library may use WAL with several processes."""
    if sqlite3.sqlite_version_info >= SAFE_WAL:
        return sqlite3, True
    try:
        import pysqlite3.dbapi2 as bundled
    except ImportError:
        return sqlite3, False
    return bundled, tuple(bundled.sqlite_version_info) >= SAFE_WAL


class Database:
    """One database and its two kinds of transaction.

    A writer takes its lock at once (`BEGIN IMMEDIATE`): SQLite's default lets two readers both decide to write and
    then loses one of them. `synchronous=FULL` in WAL: a letter that went out was on the disk before (docs/decisions).
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Nothing is opened yet. `busy_seconds` is how long a writer waits for another one (SQLite).

        Raises DatabaseError for a URL that names no database which this program can use.
        """
        self._busy_seconds = busy_seconds
        try:
            self.url = sa.make_url(url)
            self.is_sqlite = self.url.get_backend_name() == "sqlite"
            self.engine = self._make_engine()
        except (ArgumentError, ImportError) as error:
            raise DatabaseError(
                f"[database] url {url!r} cannot be used: {' '.join(str(error).split())}; "
                "write sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME"
            ) from None

    def _make_engine(self) -> sa.Engine:
        if not self.is_sqlite:
            return sa.create_engine(self.url, pool_pre_ping=True, connect_args=SIGNS_OF_LIFE)
        library, self.may_wal = sqlite_library()
        engine = sa.create_engine(self.url, module=library, connect_args={"timeout": self._busy_seconds})
        sa.event.listen(engine, "connect", self._on_connect)
        sa.event.listen(engine, "begin", _on_begin)
        return engine

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def _on_connect(self, connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(self._busy_seconds * 1000)}")
        cursor.execute("PRAGMA foreign_keys=ON")
        with suppress(self.engine.dialect.loaded_dbapi.OperationalError):  # read-only: the first write says so
            cursor.execute(f"PRAGMA journal_mode={'WAL' if self.may_wal else 'DELETE'}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and writes nothing. Raises DatabaseError."""
        with _plainly(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: all of it or nothing. Raises DatabaseError."""
        with _plainly(), self.engine.connect().execution_options(writes=True) as connection:
            with Session(connection, expire_on_commit=False) as session, session.begin():
                yield session
            connection.commit()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to this version; safe to repeat. Raises DatabaseError, also for a newer database."""
        if self.file is not None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseError(f"{self.file}: the folder cannot be made: {error.strerror}") from None
        self.check(must_be_current=False)
        with _plainly(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(4711)"))
            _upgrade(connection)

    def check(self, *, must_be_current: bool = True) -> None:
        """Refuse a database that is missing, older (run init) or newer than this program. Raises DatabaseError."""
        if must_be_current and self.file is not None and not _exists(self.file):
            raise DatabaseError(f"{self.file}: no database yet; run 'tracker init' first")
        known = _revisions()
        with _plainly(), self.engine.connect() as connection:
            has_version = sa.inspect(connection).has_table("alembic_version")
            found = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if has_version else None
        if found is not None and found not in known:
            raise DatabaseError(
                f"the database is of a newer version ({found}) than this program ({known[-1]}); update the program"
            )
        if must_be_current and found != known[-1]:
            raise DatabaseError("the database is empty or of an older version; back it up, then run 'tracker init'")


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise DatabaseError(f"{file}: {error.strerror}; check that the folder may be entered by this user") from None


def _on_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revisions() -> list[str]:
    """The versions that this program knows, oldest first: the files of migrations/versions begin with their number.
    Read from the names, because importing alembic takes longer than most commands."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn the driver's errors that a person can mend into one clear line; leave programming errors alone."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        for sign, advice in ADVICE.items():
            if sign in said:
                raise DatabaseError(f"the database says: {said}; {advice}") from error
        if error.connection_invalidated:
            raise DatabaseError(f"the database says: {said}; it was stopped or restarted, try again") from error
        raise


ADVICE = {
    "database is locked": "another process holds it; try again, or stop that process",
    "readonly": "make the file and its folder writable for this user",
    "read-only": "make the file and its folder writable for this user",
    "disk is full": "free some space; nothing was changed",
    "disk I/O error": "check the disk; nothing was changed",
    "unable to open database file": "check that the folder exists and may be written",
    "file is not a database": "the file is damaged or not ours; restore a backup",
    "malformed": "the file is damaged; restore a backup",
    "connection refused": "start the server, or correct [database] url",
    "connection failed": "start the server, or correct [database] url",
    "the database system is": "it starts or stops just now, try again",
}
