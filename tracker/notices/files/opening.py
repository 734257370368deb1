"""Opening a file: told by its content, taken to clean text, refused in one line when no notice can be read in it."""

import hashlib
from pathlib import Path

from tracker.errors import NoticeError
from tracker.notices.files.apart import decode_apart
from tracker.notices.files.plain import decode
from tracker.notices.files.shapes import Limits, Opened, Page, Progress, UnreadableError
from tracker.notices.files.sniffing import kind_of
from tracker.notices.shapes import ReadFinding, ReadPage
from tracker.notices.text import clean, refuse_foreign


def open_paper(
    data: bytes, *, name: str, limits: Limits, pages_folder: Path | None = None, progress: Progress | None = None
) -> Opened:
    """The text of a file. `name` is used in messages only; pictures of recognised pages are kept in `pages_folder`
    (None: nowhere), named by their hash; `progress` is told (page, pages) as pages come in.

    Raises NoticeError with one line that says what to do, for what cannot be opened or is no Vietnamese text."""
    if len(data) > limits.max_bytes:
        raise NoticeError(
            f"{name}: {len(data):,} bytes are more than the limit of {limits.max_bytes:,} ([notices] max_bytes); "
            "give the notice alone, without its attachments"
        )
    kind = kind_of(data, name=name)
    try:
        pages = _pages(kind, data, name, limits, pages_folder, progress)
    except UnreadableError as refusal:
        raise NoticeError(f"{name}: {refusal}") from None
    return _put_together(kind, pages, name, hash_of(data))


def hash_of(data: bytes) -> str:
    """The name of a file by its content: the same bytes are the same paper."""
    return hashlib.sha256(data).hexdigest()


def _pages(
    kind: str, data: bytes, name: str, limits: Limits, folder: Path | None, progress: Progress | None
) -> list[Page]:
    """Plain text is decoded here, for it starts nothing and costs milliseconds; the rest in a child process."""
    if kind == "text":
        text, encoding = decode(data, name=name)
        return [Page(text, encoding=encoding)]
    return decode_apart(kind, data, limits=limits, pages_folder=folder, progress=progress)


def _put_together(kind: str, decoded: list[Page], name: str, sha256: str) -> Opened:
    text, pages = "", []
    for number, page in enumerate(decoded, 1):
        part = clean(page.text).strip("\n") if len(decoded) > 1 else clean(page.text)
        text += (" " if page.continues and part else "\n") if text and part else ""
        pages.append(ReadPage(number, len(text), page.image))
        text += part
    refuse_foreign(text, name=name)
    form = "scan" if any(page.is_scan for page in decoded) else kind
    encoding = next((page.encoding for page in decoded if page.encoding), None)
    return Opened(text, form, sha256, tuple(pages) if form in ("pdf", "scan") else (), _notes(text, encoding))


def _notes(text: str, encoding: str | None) -> tuple[ReadFinding, ...]:
    if encoding is None:
        return ()
    said = (
        f"The file was written in {encoding}; its letters were converted. Compare names and capitals with the original."
    )
    return (ReadFinding("encoding_converted", said, 0, min(len(text), 80)),)
