"""Reading outside the request: claim an upload, read it in the reader's own process, store the notice or say why not."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.errors import NoticeError, SecretPaperError, StorageError
from tracker.models import NoticePage
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import Limits, Opened, Progress
from tracker.notices.importing import import_notice
from tracker.notices.reading import ReadNotice
from tracker.notices.resolving import read_against_register
from tracker.notices.uploads import (
    Claimed,
    claim_upload,
    end_upload,
    notice_of_file,
    refuse_upload,
    take_upload,
    tell_page,
)
from tracker.rules.calendar import WorkingCalendar
from tracker.storage import Storage
from tracker.tasks.changing import known_id
from tracker.tasks.history import Author

log = logging.getLogger("tracker.reading")
GRACE = timedelta(seconds=30)  # beside the time that a page may take


def read_waiting(
    database: Database, config: Config, *, calendar: WorkingCalendar, clock: Callable[[], datetime]
) -> int:
    """Read every upload that waits, one after the other; how many. Several processes may do so at once.

    A process that is killed leaves its upload with a lease; when that has ended another reads it again.
    """
    count, lease = 0, timedelta(seconds=config.notices.page_seconds) + GRACE
    while True:
        with database.write() as session:
            claimed = claim_upload(session, lease=lease, now=clock())
        if claimed is None:
            return count
        _read(database, config, claimed, lease, calendar, clock)
        count += 1


def _read(
    database: Database,
    config: Config,
    claimed: Claimed,
    lease: timedelta,
    calendar: WorkingCalendar,
    clock: Callable[[], datetime],
) -> None:
    storage = Storage(config.storage.folder)

    def hear(page: int, pages: int) -> None:
        with database.write() as session:
            tell_page(session, claimed.id, page, pages, lease=lease, now=clock())

    try:
        _import(database, config, claimed, storage.read(claimed.sha256), hear, calendar, clock)
    except (NoticeError, StorageError) as error:
        log.info("upload %s: refused", claimed.id)
        with database.write() as session:
            is_secret = isinstance(error, SecretPaperError)
            refuse_upload(session, storage, claimed.id, str(error), is_secret=is_secret)


def _import(
    database: Database,
    config: Config,
    claimed: Claimed,
    data: bytes,
    hear: Progress,
    calendar: WorkingCalendar,
    clock: Callable[[], datetime],
) -> None:
    """Read and store. Raises NoticeError."""
    name = claimed.file_name
    read = _reading(database, config, data, name, hear, calendar, local_day(clock(), config.timezone))
    with database.write() as session:
        notice_id = notice_of_file(session, claimed.sha256)  # two readers of one file: the second finds the first
        if notice_id is None:
            now = clock()
            today = local_day(now, config.timezone)
            notice_id = known_id(import_notice(session, read, file_name=name, today=today, now=now).id)
        end_upload(session, claimed.id, notice_id)


def read_at_once(
    database: Database,
    config: Config,
    data: bytes,
    *,
    file_name: str,
    author: Author,
    calendar: WorkingCalendar,
    today: date,
    now: datetime,
) -> int:
    """Read a paper that costs milliseconds (a text) and store it with its original; the row of the notice, new or known.

    Nothing is kept of what is refused. Raises NoticeError and StorageError.
    """
    read = _reading(database, config, data, file_name, None, calendar, today)
    with database.write() as session:
        if (known := notice_of_file(session, read.sha256)) is not None:
            return known
        storage = Storage(config.storage.folder)
        upload_id = take_upload(session, storage, data, file_name=file_name, author=author, now=now)
        notice_id = known_id(import_notice(session, read, file_name=file_name, today=today, now=now).id)
        end_upload(session, upload_id, notice_id)
    return notice_id


def _reading(
    database: Database,
    config: Config,
    data: bytes,
    name: str,
    hear: Progress | None,
    calendar: WorkingCalendar,
    today: date,
) -> ReadNotice:
    folder = config.notices.pages_folder
    opened = open_paper(data, name=name, limits=Limits.of(config.notices), pages_folder=folder, progress=hear)
    with database.read() as session:
        try:
            return read_against_register(session, opened, name=name, calendar=calendar, today=today)
        except SecretPaperError:
            forget_pictures(session, opened, folder)
            raise


def forget_pictures(session: Session, opened: Opened, folder: Path) -> None:
    """Remove the kept pictures of a paper that may not be here; a picture that a notice shows (a blank page) stays."""
    names = {page.image for page in opened.pages if page.image is not None}
    shown = set(session.exec(select(NoticePage.image).where(col(NoticePage.image).in_(names))))
    for name in names - shown:
        (folder / name).unlink(missing_ok=True)
