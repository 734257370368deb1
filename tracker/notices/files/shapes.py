"""What opening a file gives: its text, where each page begins, and what a person should know about the conversion."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.config import Notices
from tracker.errors import NoticeError
from tracker.notices.shapes import ReadFinding, ReadPage

Progress = Callable[[int, int], None]  # page, pages


@dataclass(frozen=True)
class Opened:
    """A file as text. `text` is NFC; every offset in `notes` and `pages` counts its characters. `form` is "text",
    "word", "pdf" or "scan" (a scan when any page came through character recognition); `sha256` is of the bytes."""

    text: str
    form: str
    sha256: str
    pages: tuple[ReadPage, ...] = ()
    notes: tuple[ReadFinding, ...] = ()


@dataclass(frozen=True)
class Limits:
    """How much one file may ask of the machine: its size, its pages, the seconds until the next page must be there, and
    the address space of the process that decodes it."""

    max_bytes: int = 100_000_000
    max_pages: int = 300
    page_seconds: int = 60
    memory_mb: int = 1_000

    @classmethod
    def of(cls, settings: Notices) -> "Limits":
        """The limits of [notices] in config.toml."""
        return cls(settings.max_bytes, settings.max_pages, settings.page_seconds)


LIMITS = Limits()


@dataclass(frozen=True)
class Page:
    """One page as a decoder gives it. `continues`: its first line carries on the last paragraph of the page before;
    `encoding` an old encoding that was converted; `image` the name of the kept picture, `is_scan` recognised from it."""

    text: str
    continues: bool = False
    encoding: str | None = None
    image: str | None = None
    is_scan: bool = False


class UnreadableError(NoticeError):
    """A refusal by a decoder, which knows no file name: the reason alone, with what to do."""
