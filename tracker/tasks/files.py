"""Stored files as rows: what kind they are, since when, and which name a download may bear."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from tracker.models import CriterionEvidence, Evidence, Notice, StoredFile, Upload
from tracker.storage import Storage

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {
    "application/pdf": ".pdf", WORD: ".docx", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif",
    "text/plain": ".txt",
}  # fmt: skip
_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Download:
    """A stored file as somebody gets it: its hash, the name that it came with, and what it is."""

    sha256: str
    name: str
    media_type: str


def keep_file(session: Session, storage: Storage, data: bytes, *, media_type: str, now: datetime) -> str:
    """Keep the bytes in `storage` and their row in the caller's transaction; the hash. Raises StorageError.

    The file comes first: a row never names what is not there. A transaction that is taken back leaves a file that
    nothing names, which harms nobody.
    """
    sha256 = storage.put(data)
    if session.get(StoredFile, sha256) is None:
        session.add(StoredFile(sha256=sha256, size=len(data), media_type=media_type, stored_at=now))
        session.flush()
    return sha256


def find_file(session: Session, sha256: str, *, name: str) -> Download | None:
    """A stored file under the `name` that it came with, or None: papers imported before files were kept have none."""
    row = session.get(StoredFile, sha256)
    return Download(row.sha256, name, row.media_type) if row is not None else None


def forget_file(session: Session, storage: Storage, sha256: str) -> None:
    """Remove a file, at once and for good, unless a notice, an upload or a piece of evidence still needs it."""
    for column in (Notice.sha256, Evidence.sha256, CriterionEvidence.sha256, Upload.sha256):
        if session.exec(select(column).where(col(column) == sha256)).first() is not None:
            return
    if (row := session.get(StoredFile, sha256)) is not None:
        session.delete(row)
        session.flush()
    storage.remove(sha256)


def stored_files(session: Session) -> list[StoredFile]:
    """Every file that the office keeps."""
    return list(session.exec(select(StoredFile).order_by(col(StoredFile.sha256))))


def safe_name(name: str, *, instead: str = "thong-bao") -> str:
    """The last part of a file's name without anything that a header, a folder or a message could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    return kept.strip(" .")[-_NAME_LENGTH:] or instead


def download_name(name: str, media_type: str) -> str:
    """A safe name whose ending is that of what the file is, whatever it was called: no "anh.exe" reaches a desk."""
    safe, ending = safe_name(name, instead="tep"), ENDINGS.get(media_type, ".bin")
    same = {".jpg": (".jpg", ".jpeg"), ".tif": (".tif", ".tiff"), ".docx": (".docx", ".docm")}.get(ending, (ending,))
    return safe if safe.lower().endswith(same) else f"{safe}{ending}"
