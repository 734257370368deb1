"""Opening a file: told by its content, taken to clean text, refused in one line when no notice can be read in it."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tracker.errors import NoticeError
from tracker.notices.files.apart import decode_apart
from tracker.notices.files.plain import decode, refuse_long
from tracker.notices.files.shapes import Limits, Opened, Page, Progress, UnreadableError
from tracker.notices.files.sniffing import kind_of
from tracker.notices.shapes import ReadFinding, ReadPage
from tracker.notices.text import clean, refuse_foreign

_PART = 1_000_000  # bytes in memory at a time


def open_paper(
    source: bytes | IO[bytes],
    *,
    name: str,
    limits: Limits,
    pages_folder: Path | None = None,
    progress: Progress | None = None,
) -> Opened:
    """The text of a file, given as its bytes or opened: an opened one is copied to a temporary file bit by bit, so that a
    scan of 100 MB is nowhere in memory. `name` is used in messages only; pictures of recognised pages are kept in `pages_folder`
    (None: nowhere), named by their hash; `progress` is told (page, pages) as pages come in.

    Raises NoticeError with one line that says what to do, for what cannot be opened or is no Vietnamese text."""
    with tempfile.TemporaryFile() as paper:
        sha256 = _copied(_opened(source), paper, name=name, limit=limits.max_bytes)
        kind = kind_of(paper, name=name)
        try:
            pages = _pages(kind, paper, name, limits, pages_folder, progress)
        except UnreadableError as refusal:
            raise NoticeError(f"{name}: {refusal}") from None
    return _put_together(kind, pages, name, sha256)


def hash_of(source: bytes | IO[bytes]) -> str:
    """The name of a file by its content: the same bytes are the same paper."""
    digest = hashlib.sha256()
    for part in _parts(_opened(source)):
        digest.update(part)
    return digest.hexdigest()


def _opened(source: bytes | IO[bytes]) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_PART):
        yield part


def _copied(source: IO[bytes], paper: IO[bytes], *, name: str, limit: int) -> str:
    """Copies the file and gives its hash: what is read is what was hashed, whoever writes to it meanwhile."""
    digest = hashlib.sha256()
    for part in _parts(source):
        digest.update(part)
        paper.write(part)
        if paper.tell() > limit:
            raise NoticeError(
                f"{name}: more than {limit:,} bytes, the limit of [notices] max_bytes; "
                "give the notice alone, without its attachments"
            )
    return digest.hexdigest()


def _pages(
    kind: str, paper: IO[bytes], name: str, limits: Limits, folder: Path | None, progress: Progress | None
) -> list[Page]:
    """Plain text is decoded here, for it starts nothing and costs milliseconds; the rest in a child process."""
    size = paper.seek(0, io.SEEK_END)
    paper.seek(0)
    if kind == "text":
        refuse_long(size, name=name)
        text, encoding = decode(paper.read(), name=name)
        return [Page(text, encoding=encoding)]
    return decode_apart(kind, paper, limits=limits, pages_folder=folder, progress=progress)


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
