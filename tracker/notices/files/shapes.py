"""What opening a file gives: its text, where each page begins, and what a person should know about the conversion."""

from dataclasses import dataclass

from tracker.notices.shapes import ReadFinding, ReadPage


@dataclass(frozen=True)
class Opened:
    """A file as text. `text` is NFC; every offset in `notes` and `pages` counts its characters. `form` is "text",
    "word", "pdf" or "scan" (a scan when any page came through character recognition); `sha256` is of the bytes."""

    text: str
    form: str
    sha256: str
    pages: tuple[ReadPage, ...] = ()
    notes: tuple[ReadFinding, ...] = ()
