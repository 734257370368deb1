"""Evidence: photos and PDFs that an owner gives with a report or adds to it later; whoever sees the task may have them."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from PIL import Image, UnidentifiedImageError
from sqlmodel import Session, col, select

from tracker.config import Storage as Limits
from tracker.errors import EvidenceError, TaskError
from tracker.models import Evidence, Officer, ProgressReport, StoredFile, Task
from tracker.rules.lifecycle import Verb
from tracker.storage import Storage
from tracker.tasks.changing import begin, known_id
from tracker.tasks.files import Download, keep_file, safe_name
from tracker.tasks.history import Author, record

MOST_SENDS = 10  # so many times [storage] evidence_files may lie with one task: a link in a letter fills no disk
MAX_PIXELS = 120_000_000  # the largest cameras of telephones make 108 million
_SIGNATURES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was sent; its name is whatever the sender's computer says."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence as pages list it."""

    id: int
    file_name: str
    media_type: str
    size: int
    given_at: datetime
    by: str

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it as a picture."""
        return self.media_type.startswith("image/")


def check_evidence(files: Sequence[GivenFile], limits: Limits) -> None:
    """Raises EvidenceError, with its reason, for too many or too large files, and for what is no photo or PDF, whatever
    its name says; pictures that would unfold to more than MAX_PIXELS are told by their head and never decoded."""
    if len(files) > limits.evidence_files:
        raise EvidenceError(
            f"{len(files)} files are more than {limits.evidence_files} ([storage] evidence_files)", "count"
        )
    for one in files:
        if len(one.data) > limits.evidence_bytes:
            raise EvidenceError(
                f"{one.name}: more than {limits.evidence_bytes:,} bytes ([storage] evidence_bytes)", "size"
            )
        if media_type_of(one).startswith("image/"):
            _check_picture(one)


def media_type_of(file: GivenFile) -> str:
    """What a file is, by its first bytes. Raises EvidenceError."""
    for signature, media_type in _SIGNATURES.items():
        if file.data.startswith(signature):
            return media_type
    if file.data.startswith(_PROGRAMS):
        raise EvidenceError(f"{file.name}: this is a program", "program")
    raise EvidenceError(f"{file.name}: neither a photo (.jpg, .png) nor a PDF", "type")


def _check_picture(file: GivenFile) -> None:
    Image.MAX_IMAGE_PIXELS = None  # ours is below; no picture is decoded in this process
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(file.data), formats=("PNG", "JPEG")) as picture:
            warnings.simplefilter("ignore")
            pixels = picture.width * picture.height
            if pixels <= MAX_PIXELS:
                picture.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise EvidenceError(f"{file.name}: the picture is damaged ({error})", "damaged") from None
    if pixels > MAX_PIXELS:
        raise EvidenceError(f"{file.name}: {pixels:,} points are more than any camera makes", "bomb")


def attach_evidence(
    session: Session, storage: Storage, task_id: int, files: Sequence[GivenFile], *, author: Author, now: datetime
) -> None:
    """Keep the files that came with a report, in the transaction of that report; one line of the history names them.
    `check_evidence` has taken them. Raises StorageError."""
    report_id = known_id(_last_report(session, task_id))
    names = _keep(session, storage, task_id, report_id, files, author=author, now=now)
    record(session, "evidence", author=author, now=now, task_id=task_id, files=names)
    session.flush()


def add_evidence(
    session: Session,
    task_id: int,
    *,
    files: Sequence[GivenFile],
    note: str,
    storage: Storage,
    limits: Limits,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """bổ sung minh chứng: files that come after the report that they belong to, until the task is verified.

    A file that the task has already is not kept twice. Raises TaskError, EvidenceError and StorageError.
    """
    if not files:
        raise TaskError("name at least one file: a photo or a PDF")
    check_evidence(files, limits)
    change = begin(session, task_id, Verb.EVIDENCE, author=author, today=today, now=now)
    report_id = _last_report(session, task_id)
    if report_id is None:
        raise TaskError(f"task {task_id} has no report yet; send the files with the first one")
    _check_room(session, task_id, len(files), limits)
    names = _keep(session, storage, task_id, report_id, files, author=author, now=now)
    return change.noted(files=names, note=note.strip() or None)


def _last_report(session: Session, task_id: int) -> int | None:
    reports = select(ProgressReport.id).where(ProgressReport.task_id == task_id)
    return session.exec(reports.order_by(col(ProgressReport.id).desc())).first()


def _check_room(session: Session, task_id: int, coming: int, limits: Limits) -> None:
    most, held = MOST_SENDS * limits.evidence_files, count_evidence(session, [task_id]).get(task_id, 0)
    if held + coming > most:
        raise EvidenceError(f"task {task_id} has {held} files; more than {most} are not kept", "full")


def _keep(
    session: Session, storage: Storage, task_id: int, report_id: int, files: Sequence[GivenFile], *, author: Author, now: datetime
) -> list[str]:  # fmt: skip
    """Store the files that the task does not have yet; the names of all."""
    known = set(session.exec(select(Evidence.sha256).where(Evidence.task_id == task_id)))
    names = []
    for one in files:
        name = safe_name(one.name, instead="minh-chung")
        names.append(name)
        sha256 = keep_file(session, storage, one.data, media_type=media_type_of(one), now=now)
        if sha256 not in known:
            known.add(sha256)
            session.add(
                Evidence(
                    task_id=task_id, report_id=report_id, sha256=sha256, file_name=name, author_id=author.word_of, given_at=now
                )
            )  # fmt: skip
    return names


def evidence_of(session: Session, task_id: int) -> list[EvidenceRow]:
    """What was given with the claims of a task that the reader may see, oldest first."""
    query = sa.select(Evidence, col(StoredFile.media_type), col(StoredFile.size), col(Officer.post))
    query = query.join(StoredFile, col(StoredFile.sha256) == col(Evidence.sha256))
    query = query.join(Officer, col(Officer.id) == col(Evidence.author_id))
    return [
        EvidenceRow(known_id(one.id), one.file_name, media_type, size, one.given_at, post)
        for one, media_type, size, post in session.execute(
            query.where(col(Evidence.task_id) == task_id).order_by(col(Evidence.id))
        )
    ]


def find_evidence(session: Session, task_id: int, evidence_id: int) -> Download | None:
    """One piece of evidence of a task that the reader may see, or None."""
    query = sa.select(col(Evidence.sha256), col(Evidence.file_name), col(StoredFile.media_type))
    query = query.join(StoredFile, col(StoredFile.sha256) == col(Evidence.sha256))
    row = session.execute(query.where(col(Evidence.id) == evidence_id, col(Evidence.task_id) == task_id)).first()
    return Download(*row) if row is not None else None


def count_evidence(session: Session, task_ids: Sequence[int]) -> dict[int, int]:
    """How many files each of these tasks has; tasks without any are left out."""
    query = sa.select(col(Evidence.task_id), sa.func.count()).where(col(Evidence.task_id).in_(task_ids))
    return dict(session.execute(query.group_by(col(Evidence.task_id))).all())
