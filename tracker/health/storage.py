"""The database and the stored files: which version, which journal, whether all is there; and the clock."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.clock import Uptime
from tracker.config import Config
from tracker.db import SAFE_WAL, Database
from tracker.errors import DatabaseError
from tracker.health.check import Check, Line, line
from tracker.health.jumps import Jump, find_jump
from tracker.models import Event, JobRun, Message, Notice, Receipt, StoredFile
from tracker.storage import Storage
from tracker.tasks.files import stored_files


def check_database(database: Database) -> Check:
    """Whether the database is there, of this version, and how it keeps what is written."""
    name = database.url.render_as_string(hide_password=True)
    try:
        database.check()
    except DatabaseError as error:
        return Check("database", False, (line("%(name)s", name=name), line("%(error)s", error=error)))
    with database.read() as session:
        version = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if not database.is_sqlite:
            return Check("database", True, (line("%(name)s, schema %(version)s", name=name, version=version),))
        library = session.scalar(sa.text("SELECT sqlite_version()"))
        journal = session.scalar(sa.text("PRAGMA journal_mode"))
    size = database.file.stat().st_size if database.file else 0
    says = line(
        "%(name)s, schema %(version)s, SQLite %(library)s, journal %(journal)s, %(bytes)s bytes",
        name=name, version=version, library=library, journal=journal, bytes=f"{size:,}",
    )  # fmt: skip
    if database.may_wal:
        return Check("database", True, (says,))
    wanted = ".".join(str(part) for part in SAFE_WAL)
    slow = line("WAL needs SQLite %(wanted)s: one writer at a time, readers wait", wanted=wanted)
    return Check("database", True, (says, slow))


SKEW = timedelta(minutes=5)  # what the clocks of two machines may differ without anybody noticing
INSTANTS = (
    Event.happened_at, Message.posted_at, Receipt.answered_at, JobRun.started_at, Notice.imported_at,
)  # fmt: skip


def check_clock(session: Session, config: Config, *, uptime: Uptime | None, now: datetime) -> Check:
    """Whether the clock lies behind something that has already happened, or has jumped: then it is or was wrong, and
    letters would be too."""
    newest = newest_instant(session)
    local = line("%(at)s %(timezone)s", at=now.astimezone(config.timezone), timezone=config.office.timezone)
    if newest is None or newest - now <= SKEW:
        return _steady(find_jump(session, uptime, now=now), config, local)
    ahead = line("this lies before the newest row (%(at)s)", at=newest.astimezone(config.timezone))
    return Check("clock", False, (local, ahead), line("set the clock of this machine"))


def check_files(session: Session, config: Config, *, reads: bool) -> Check:
    """Whether every paper and every piece of evidence is still there as it came."""
    storage, files = Storage(config.storage.folder), stored_files(session)
    wrong = [f"{one.sha256[:12]} {said}" for one in files if (said := _state(storage, one, reads=reads)) != "whole"]
    size = f"{sum(one.size for one in files):,}"
    says = line(
        "%(count)s files, %(bytes)s bytes in %(folder)s", count=len(files), bytes=size, folder=config.storage.folder
    )
    if not wrong:
        return Check("files", True, (says,))
    broken = line("missing or changed: %(names)s", names=tuple(wrong))
    return Check("files", False, (says, broken), line("bring them back from a backup: 'tracker restore'"))


def _state(storage: Storage, row: StoredFile, *, reads: bool) -> str:
    if reads:
        return storage.state(row.sha256)
    try:
        return "whole" if storage.path(row.sha256).stat().st_size == row.size else "changed"
    except OSError:
        return "missing"


def newest_instant(session: Session) -> datetime | None:
    """The newest instant that any row tells of."""
    found = [session.scalar(sa.select(sa.func.max(col(column)))) for column in INSTANTS]
    return max((instant for instant in found if instant is not None), default=None)


def _steady(jump: Jump | None, config: Config, local: Line) -> Check:
    if jump is None:
        return Check("clock", True, (local,))
    minutes, seen = int(jump.by.total_seconds() / 60), jump.seen_at.astimezone(config.timezone)
    way = (
        "it jumped %(minutes)s minutes forward (seen %(at)s)"
        if minutes > 0
        else "it jumped %(minutes)s minutes back (seen %(at)s)"
    )
    jumped = Line(way, {"minutes": abs(minutes), "at": seen})
    advice = line("is it right now? docs/operations.md says what to do about letters of a wrong day")
    return Check("clock", False, (local, jumped), advice)
