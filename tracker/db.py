"""The database: engine, transactions, migrations. SQLite in one office, PostgreSQL in many."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from tracker.complaints import complaint
from tracker.errors import DatabaseError

SAFE_WAL = (3, 51, 3)  # older SQLite libraries can corrupt a WAL that two processes reset at once
BUSY_SECONDS = 30.0
CHECKPOINT_PAGES = 8_000  # 32 MB; at the default of 4 MB every batch of a hundred letters is copied to the file at once
# A host that loses its power says no goodbye. Both ends ask after ten silent seconds and hang up after twenty-five, or the
# server would keep the locks of the dead for two hours.
SIGNS_OF_LIFE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
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
            spoken = {"client_encoding": "utf8"}  # a database without an encoding hands out bytes
            engine = sa.create_engine(self.url.update_query_dict(self._signs() | spoken), pool_pre_ping=True)
            sa.event.listen(engine, "connect", _ask_for_signs_of_life)
            return engine
        library, self.may_wal = sqlite_library()
        engine = sa.create_engine(self.url, module=library, connect_args={"timeout": self._busy_seconds})
        sa.event.listen(engine, "connect", self._on_connect)
        sa.event.listen(engine, "begin", _on_begin)
        return engine

    def _signs(self) -> dict[str, str]:
        """SIGNS_OF_LIFE, but for what the office has written into its URL."""
        return {key: str(value) for key, value in SIGNS_OF_LIFE.items() if key not in self.url.query}

    @property
    def place(self) -> str:
        """The URL of a PostgreSQL as its own library takes it, with the password."""
        url = self.url.set(drivername="postgresql").update_query_dict(self._signs())
        return url.render_as_string(hide_password=False)

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

    def migrate(self, *, keep: Callable[[str], None] | None = None) -> None:
        """Bring the schema to this version; safe to repeat. Raises DatabaseError, also for a newer database.

        One transaction, so a migration that is killed leaves the older version. `keep` is called first with the version of
        an older database, under the lock that lets one host migrate: what it copies is what was there before.
        """
        if self.file is not None:
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseError(f"{self.file}: the folder cannot be made: {error.strerror}") from None
        self.check(must_be_current=False)
        with _plainly(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                _check_encoding(connection)
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(4711)"))
            found = _version(connection)
            if keep is not None and found is not None and found != _revisions()[-1]:
                keep(found)
            upgrade(connection)

    def check(self, *, must_be_current: bool = True) -> None:
        """Refuse a database that is missing, older (run init) or newer than this program. Raises DatabaseError."""
        if must_be_current and self.file is not None and not _exists(self.file):
            raise DatabaseError(f"{self.file}: no database yet; run 'tracker init' first")
        known = _revisions()
        with _plainly(), self.engine.connect() as connection:
            found = _version(connection)
        if found is not None and found not in known:
            raise DatabaseError(
                f"the database is of a newer version ({found}) than this program ({known[-1]}); update the program"
            )
        if must_be_current and found != known[-1]:
            raise DatabaseError(
                "the database is empty or of an older version; run 'tracker init', which keeps a copy first"
            )


def _ask_for_signs_of_life(connection: Any, _record: Any) -> None:
    """The same for the server's end; where its socket is no TCP it takes them and does nothing."""
    settings = ", ".join(f"set_config('tcp_{name}', '{value}', false)" for name, value in SIGNS_OF_LIFE.items())
    connection.execute(f"SELECT {settings}")
    connection.commit()


def _check_encoding(connection: sa.Connection) -> None:
    """Vietnamese and the arrows of our letters fit into UTF-8 alone."""
    encoding = connection.scalar(sa.text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise DatabaseError(
            f"the database keeps text as {encoding}, which cannot hold Vietnamese; make it anew: "
            "createdb NAME --owner ROLE --encoding UTF8 --template template0"
        )


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


def _version(connection: sa.Connection) -> str | None:
    """The version of the schema; None where there is none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: sa.Connection, version: str = "head") -> None:
    """Bring the schema to `version` in the caller's transaction."""
    from alembic import command
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn the driver's errors that a person can mend into one clear line; leave programming errors alone."""
    try:
        yield
    except DBAPIError as error:
        if (line := complaint(error)) is not None:
            raise line from error
        raise
