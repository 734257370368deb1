"""A paper of the office in plain parts, whatever file it becomes: head, title, sections, annexes, receivers, signature.

The layout that PDF and Word give it is that of Nghị định 30/2020/NĐ-CP, Phụ lục I (thể thức văn bản hành chính).
"""

import re
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
Value = str | int | float  # a number stays a number until a format writes it


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph in one face."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words on lines of their own. label: what stands before them, "1." or "a)"; level: 0 for a line of the text, 1 for
    an entry, 2 for what belongs to an entry; keep: it stays with the next one on a page."""

    runs: tuple[Run, ...]
    label: str = ""
    level: int = 0
    keep: bool = False

    @property
    def text(self) -> str:
        """The words without their faces."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section: "I. Nội dung cần quyết định: 5"."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, under a common `group` title or none; `share` of the width, in any unit."""

    title: str
    share: float
    group: str = ""
    align: Align = "center"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `total` is a last row in bold; `size` the size of its letters in points."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    size: float = 11


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG, with the words for those who do not see it; `width` in millimetres."""

    svg: str
    alt: str
    width: float


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Annex:
    """A part on pages of its own, across (landscape) where tables are wide."""

    title: str
    blocks: tuple[Block, ...]
    is_landscape: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. kind: "BÁO CÁO", empty for a công văn, whose `subject` then stands under its number; `sign`: what follows the number
    that is left open, "/BC-VPĐP"; `superior`: who stands above the office, empty for nobody; `addressees`: "Kính gửi"."""

    kind: str
    subject: str
    sign: str
    superior: str
    office: str
    place: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    addressees: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    receivers: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()


def plain(*texts: str) -> tuple[Run, ...]:
    """Words without a face."""
    return tuple(Run(text) for text in texts if text)


_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 does not allow


def printable(text: str) -> str:
    """Text as Word, Excel and SVG can hold it: `flat` takes control characters out of names, notes may hold them too."""
    return _UNPRINTABLE.sub("", text)
