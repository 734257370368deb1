"""The white between the columns of a table without borders, as far down as no word stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from tracker.notices.files.boxes import Line, Word
from tracker.notices.files.captions import Caption
from tracker.notices.zones import TITLES
from tracker.words import plain

Row = tuple[Line, ...]
Gap = tuple[float, float]
_NARROWEST = 0.5  # in heights of type
_FAR = 3.0  # in heights of type: behind so much white something new begins
_NEW_PART = re.compile(rf"(?:noi nhan|kinh gui|phu luc|(?:kt|tm|tl|tuq|t/m)\s*\.|dieu \d+\s*[.:])|(?:{TITLES})$")
_PART = re.compile(r"[IVX]{1,5}[.)]?")
NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{1,2}){0,2}|[IVXl|]{1,5}|[A-H])[.)]?")


@dataclass(frozen=True)
class Gutters:
    """For each pair of columns the gaps between them in which no word stands so far."""

    gaps: tuple[tuple[Gap, ...], ...]

    @classmethod
    def below(cls, caption: Caption) -> Gutters:
        """All the white between the names of the columns: the border lies somewhere in it."""
        return cls(tuple(((left[1], right[0]),) for left, right in pairwise(caption.spans)))

    def beside(self, words: list[Word]) -> Gutters:
        """What is left of them beside the words of another line."""
        return Gutters(tuple(_without(gaps, words) for gaps in self.gaps))

    def are_open(self, size: float) -> bool:
        """Whether every pair of columns is still apart."""
        return all(any(end - start >= _NARROWEST * size for start, end in gaps) for gaps in self.gaps)

    def borders(self) -> list[float]:
        """The middle of the widest gap between each two columns."""
        widest = [max(gaps, key=lambda gap: gap[1] - gap[0]) for gaps in self.gaps]
        return [(start + end) / 2 for start, end in widest]


def words_of(row: Row) -> list[Word]:
    """The words of a row from left to right."""
    return [word for line in row for word in line.words]


def run_down(rows: list[Row], start: int, gutters: Gutters, number: int | None) -> tuple[int, Gutters]:
    """The first row below `start` that is not of the table, and the gutters as they are above it. `number` is the place
    of the column of numbers; a row that numbers and names a part ("II. Chuyển đổi số") may run over the others."""
    bottom = rows[start][0].bottom if start < len(rows) else 0.0
    for at in range(start, len(rows)):
        row, words = rows[at], words_of(rows[at])
        size = row[0].size
        if row[0].top - bottom > _FAR * size or _NEW_PART.match(plain(" ".join(line.text for line in row))):
            return at, gutters
        bottom = max(line.bottom for line in row)
        if number == 0 and is_part(words, gutters):
            continue
        narrowed = gutters.beside(words)
        if not narrowed.are_open(size) or not _is_numbered_well(words, narrowed, number):
            return at, gutters
        gutters = narrowed
    return len(rows), gutters


def is_part(words: list[Word], gutters: Gutters) -> bool:
    """Whether a line numbers and names a part of the table across its columns."""
    size = words[0].size
    first = Gutters(gutters.gaps[:1]).beside(words)
    is_alone = len(words) > 1 and first.are_open(size) and words[0].x1 < first.borders()[0] < words[1].x0
    return is_alone and bool(_PART.fullmatch(words[0].text)) and not gutters.beside(words).are_open(size)


def _is_numbered_well(words: list[Word], gutters: Gutters, number: int | None) -> bool:
    if number is None:
        return not _PART.fullmatch(words[0].text)
    said = "".join(word.text for word in inside(words, gutters.borders(), number))
    return not said or bool(NUMBER.fullmatch(said))


def inside(words: list[Word], borders: list[float], column: int) -> list[Word]:
    """The words that stand in a column."""
    edges = [float("-inf"), *borders, float("inf")]
    return [word for word in words if edges[column] <= (word.x0 + word.x1) / 2 < edges[column + 1]]


def _without(gaps: tuple[Gap, ...], words: list[Word]) -> tuple[Gap, ...]:
    left = list(gaps)
    for word in words:
        left = [
            part
            for start, end in left
            for part in ((start, min(end, word.x0)), (max(start, word.x1), end))
            if part[0] < part[1]
        ]
    return tuple(left)
