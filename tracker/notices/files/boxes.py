"""Words with their places on a page: what a PDF's text layer and character recognition have in common."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Word:
    """A word and its box, from the upper left corner of the page, in any unit. `size` is the height of the type;
    `is_glued`: no blank stands before it."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    is_glued: bool = False


@dataclass(frozen=True)
class Line:
    """Words side by side without a wide gap: a line of running text, or its part in one of several columns."""

    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return self.words[-1].x1

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def level(self) -> float:
        """The height at which it stands: the lower edge of most of its words."""
        return median(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """The height of its type."""
        return median(word.size for word in self.words)

    @property
    def text(self) -> str:
        """Its words, NFC, one blank between them."""
        text = "".join(word.text if word.is_glued or at == 0 else f" {word.text}" for at, word in enumerate(self.words))
        return unicodedata.normalize("NFC", text)


def rows_of(words: list[Word]) -> list[tuple[Line, ...]]:
    """Words in reading order of their rows: words whose middles are level form a row, which wide gaps cut into parts."""
    open_rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top + one.bottom) / 2):
        row = next((row for row in open_rows[-3:] if _is_level(row, word)), None)
        if row is None:
            open_rows.append([word])
        else:
            row.append(word)
    return [cut_at_gaps(sorted(row, key=lambda one: one.x0)) for row in open_rows]


def _is_level(row: list[Word], word: Word) -> bool:
    """Whether a word stands in a row: more than half of the lower of the two lies beside the other."""
    last = row[-1]
    shared = min(last.bottom, word.bottom) - max(last.top, word.top)
    return shared > 0.5 * min(last.bottom - last.top, word.bottom - word.top)


GAP = 1.6  # in heights of type: wider than any blank of justified text


def cut_at_gaps(words: list[Word]) -> tuple[Line, ...]:
    """The parts of a row between gaps that are wider than a blank can be."""
    parts: list[list[Word]] = []
    for word in words:
        if parts and word.x0 - parts[-1][-1].x1 < GAP * max(word.size, parts[-1][-1].size):
            parts[-1].append(word)
        else:
            parts.append([word])
    return tuple(Line(tuple(part)) for part in parts)
