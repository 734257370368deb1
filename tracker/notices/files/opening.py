"""Opening a file: told by its content, taken to clean text, refused in one line when no notice can be read in it."""

import hashlib

from tracker.errors import NoticeError
from tracker.notices.files.plain import decode
from tracker.notices.files.shapes import Opened
from tracker.notices.files.sniffing import kind_of
from tracker.notices.shapes import ReadFinding
from tracker.notices.text import clean, refuse_foreign

MAX_BYTES = 60_000_000


def open_paper(data: bytes, *, name: str, max_bytes: int = MAX_BYTES) -> Opened:
    """The text of a file. `name` is used in messages only.

    Raises NoticeError with one line that says what to do, for what cannot be opened or is no Vietnamese text."""
    if len(data) > max_bytes:
        raise NoticeError(
            f"{name}: {len(data):,} bytes are more than the limit of {max_bytes:,} ([notices] max_bytes); "
            "give the notice alone, without its attachments"
        )
    kind = kind_of(data, name=name)
    if kind != "text":
        raise NoticeError(f"{name}: this is a {kind} file, not text; save it as plain text (UTF-8) and give that file")
    characters, encoding = decode(data, name=name)
    text = clean(characters)
    refuse_foreign(text, name=name)
    return Opened(text, "text", hashlib.sha256(data).hexdigest(), notes=_encoding_notes(text, encoding))


def _encoding_notes(text: str, encoding: str | None) -> tuple[ReadFinding, ...]:
    if encoding is None:
        return ()
    said = (
        f"The file was written in {encoding}; its letters were converted. Compare names and capitals with the original."
    )
    return (ReadFinding("encoding_converted", said, 0, min(len(text), 80)),)
