"""Uploads: a paper is kept first and read afterwards; how far the reading has come is a row that survives everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Notice, Officer, Upload, UploadState
from tracker.notices.files.sniffing import kind_of
from tracker.storage import Storage
from tracker.tasks.changing import known_id
from tracker.tasks.files import WORD, forget_file, keep_file
from tracker.tasks.history import Author

ATTEMPTS = 3  # a reading that breaks off so often breaks off because of the file
_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"II*\x00": "image/tiff", b"MM\x00*": "image/tiff"}


@dataclass(frozen=True, slots=True)
class UploadRow:
    """An upload as its page shows it."""

    id: int
    file_name: str
    uploaded_at: datetime
    by: str
    state: UploadState
    page: int
    pages: int
    problem: str
    is_secret: bool
    notice_id: int | None

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being read: its page looks again by itself."""
        return self.state in (UploadState.WAITING, UploadState.READING)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An upload that this process reads now."""

    id: int
    sha256: str
    file_name: str


def take_upload(
    session: Session, storage: Storage, data: bytes, *, file_name: str, author: Author, now: datetime
) -> int:
    """Keep a paper and note that it waits to be read, in the caller's transaction; the row of the upload.

    The same bytes while they are being read are the same upload. Raises NoticeError for what no reader here opens (told
    by its content, whatever its name says) and StorageError.
    """
    media_type = media_type_of(data, name=file_name)
    sha256 = keep_file(session, storage, data, media_type=media_type, now=now)
    waits = select(Upload).where(Upload.sha256 == sha256, col(Upload.state).in_(_UNDER_WAY))
    if (known := session.exec(waits).first()) is not None:
        return known_id(known.id)
    upload = Upload(
        sha256=sha256, file_name=file_name, officer_id=author.officer_id, channel=author.channel, uploaded_at=now
    )
    session.add(upload)
    session.flush()
    return known_id(upload.id)


_UNDER_WAY = (UploadState.WAITING, UploadState.READING)


def media_type_of(data: bytes, *, name: str) -> str:
    """What a paper is, by its first bytes. Raises NoticeError with advice."""
    kind = kind_of(data, name=name)
    if kind == "picture":
        return next(media for sign, media in _PICTURES.items() if data.startswith(sign))
    return {"pdf": "application/pdf", "word": WORD}.get(kind, "text/plain")


def claim_upload(session: Session, *, lease: timedelta, now: datetime) -> Claimed | None:
    """The oldest upload that waits, or whose reader has gone silent; it belongs to the caller until the lease ends.

    One that was begun ATTEMPTS times without an end is given up, with the reason on its page.
    """
    is_silent = sa.and_(col(Upload.state) == UploadState.READING, col(Upload.lease_ends_at) < now)
    waits = select(Upload).where(sa.or_(col(Upload.state) == UploadState.WAITING, is_silent))
    for one in session.exec(waits.order_by(col(Upload.id)).with_for_update(skip_locked=True)):
        session.add(one)
        if one.attempts >= ATTEMPTS:
            one.state = UploadState.REFUSED
            one.problem = (
                f"{one.file_name}: reading it broke off {one.attempts} times; save the paper anew, or as .docx"
            )
            continue
        one.state, one.attempts = UploadState.READING, one.attempts + 1
        one.page, one.lease_ends_at = 0, now + lease
        return Claimed(known_id(one.id), one.sha256, one.file_name)
    return None


def tell_page(session: Session, upload_id: int, page: int, pages: int, *, lease: timedelta, now: datetime) -> None:
    """Keep how far the reading has come; whoever reads is alive, so the lease runs on."""
    upload = session.get_one(Upload, upload_id)
    upload.page, upload.pages, upload.lease_ends_at = page, pages, now + lease
    session.add(upload)


def end_upload(session: Session, upload_id: int, notice_id: int) -> None:
    """The paper is a notice."""
    upload = session.get_one(Upload, upload_id)
    upload.state, upload.notice_id, upload.lease_ends_at, upload.problem = UploadState.READ, notice_id, None, ""
    session.add(upload)
    session.flush()


def refuse_upload(session: Session, storage: Storage, upload_id: int, problem: str, *, is_secret: bool) -> None:
    """The paper cannot be read, and why. Of one with a secrecy mark neither the bytes nor the name stay here."""
    upload = session.get_one(Upload, upload_id)
    upload.state, upload.problem, upload.lease_ends_at = UploadState.REFUSED, problem, None
    session.add(upload)
    if is_secret:
        sha256, upload.is_secret = upload.sha256, True
        upload.sha256 = upload.file_name = upload.problem = ""
        session.flush()
        forget_file(session, storage, sha256)
    session.flush()


def retry_upload(session: Session, upload_id: int) -> bool:
    """Let a refused upload wait again; False when there is nothing to retry."""
    upload = session.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).one_or_none()
    if upload is None or upload.state is not UploadState.REFUSED or upload.is_secret:
        return False
    upload.state, upload.attempts, upload.problem, upload.page = UploadState.WAITING, 0, "", 0
    session.add(upload)
    return True


def drop_upload(session: Session, storage: Storage, upload_id: int) -> bool:
    """Forget a refused upload with its bytes; False when it is under way, or a notice already."""
    upload = session.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).one_or_none()
    if upload is None or upload.state is not UploadState.REFUSED:
        return False
    sha256 = upload.sha256
    session.delete(upload)
    session.flush()
    if sha256:
        forget_file(session, storage, sha256)
    return True


def find_upload(session: Session, upload_id: int) -> UploadRow | None:
    """An upload for its page, or None."""
    return next(iter(_rows(session, col(Upload.id) == upload_id)), None)


def unfinished_uploads(session: Session) -> list[UploadRow]:
    """What is not a notice yet, the newest first: under way, or refused and not dropped."""
    return _rows(session, col(Upload.state) != UploadState.READ)


def upload_of(session: Session, notice_id: int) -> UploadRow | None:
    """How a notice came in through the pages; None for one from the command line."""
    return next(iter(_rows(session, col(Upload.notice_id) == notice_id)), None)


def _rows(session: Session, condition: sa.ColumnElement[bool]) -> list[UploadRow]:
    query = sa.select(Upload, col(Officer.post)).join(Officer, col(Officer.id) == col(Upload.officer_id))
    return [
        UploadRow(
            known_id(one.id), one.file_name, one.uploaded_at, post, one.state, one.page, one.pages, one.problem,
            one.is_secret, one.notice_id,
        )
        for one, post in session.execute(query.where(condition).order_by(col(Upload.id).desc()))
    ]  # fmt: skip


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether somebody should read: an upload waits, or its reader has gone silent."""
    is_silent = sa.and_(col(Upload.state) == UploadState.READING, col(Upload.lease_ends_at) < now)
    waits = sa.or_(col(Upload.state) == UploadState.WAITING, is_silent)
    return session.exec(select(Upload.id).where(waits)).first() is not None


def notice_of_file(session: Session, sha256: str) -> int | None:
    """The row of the notice that came from the file with this hash, or None."""
    return session.exec(select(Notice.id).where(Notice.sha256 == sha256)).one_or_none()
