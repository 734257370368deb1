"""The head of a table without borders: three and more short names of columns side by side, over one to four lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tracker.notices.files.boxes import Line, Word
from tracker.notices.table_heads import column_name, names_a_table
from tracker.words import plain

Row = tuple[Line, ...]
_BLANKS = (0.7, 1.0, 1.6)  # in heights of type: names of columns stand close, or their own words stand far apart
_MOST_LINES = 4
_FEWEST = 3  # columns
_LONGEST = 60  # characters of one name


@dataclass(frozen=True)
class Caption:
    """A head from row `start` to before `end`: what its cells say, what their columns are, where each
    begins and ends, and the `blank` (in heights of type) that parts them."""

    start: int
    end: int
    cells: tuple[str, ...]
    names: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    blank: float

    def at(self, name: str) -> int | None:
        """The place of a column, None when the table has none of this name."""
        return self.names.index(name) if name in self.names else None


def caption_from(rows: list[Row], start: int) -> Caption | None:
    """The first head at or below a row; of two that begin near each other the one of fewer lines."""
    is_parted = [len(_parts(row, _BLANKS[0])) > 1 for row in rows]
    for first in range(start, len(rows)):
        if not any(is_parted[first : first + _MOST_LINES]):
            continue  # running text, which is nearly all
        near = range(first, min(first + _MOST_LINES, len(rows)))
        for count in range(1, _MOST_LINES + 1):
            for at in near:
                for blank in _BLANKS:
                    if caption := _caption(rows, at, at + count, blank):
                        return _with_rest(rows, _with_neighbours(rows, caption))
    return None


def _caption(rows: list[Row], start: int, end: int, blank: float) -> Caption | None:
    parts = [part for row in rows[start:end] for part in _parts(row, blank)]
    if end > len(rows) or len(parts) < _FEWEST or not _is_dense(rows[start:end]):
        return None
    stacks = _stacks(parts)
    cells = tuple(" ".join(part.text for part in stack) for stack in stacks)
    names = tuple(column_name(plain(cell)) for cell in cells)
    are_names = all(len(cell) <= _LONGEST and not cell[0].islower() and cell[-1] not in ".;,:" for cell in cells)
    if len(cells) < _FEWEST or not are_names or names.count("") > 1 or not names_a_table(names):
        return None
    spans = tuple((min(part.x0 for part in stack), max(part.x1 for part in stack)) for stack in stacks)
    return Caption(start, end, cells, names, spans, blank)


def _with_neighbours(rows: list[Row], caption: Caption) -> Caption:
    """The head with the lines of names that are centred over several lines: these are not level with the others."""
    start, end = caption.start, caption.end
    if start and _overlap(rows[start - 1], rows[start]) and (higher := _caption(rows, start - 1, end, caption.blank)):
        caption = higher
    if end < len(rows) and _overlap(rows[end - 1], rows[end]):
        caption = _caption(rows, caption.start, end + 1, caption.blank) or caption
    return caption


def _overlap(above: Row, below: Row) -> bool:
    return max(line.level for line in above) > min(line.level - 0.8 * line.size for line in below)


def _with_rest(rows: list[Row], caption: Caption) -> Caption:
    """The head with the lines on which its names run on ("Đơn vị / phối hợp"): all of them begin small, or are capitals
    below capitals."""
    while caption.end < len(rows):
        rest = _parts(rows[caption.end], caption.blank)
        in_capitals = all(cell.isupper() for cell in caption.cells)
        runs_on = all(part.text[0].islower() or (in_capitals and part.text.isupper()) for part in rest)
        longer = _caption(rows, caption.start, caption.end + 1, caption.blank) if runs_on else None
        if longer is None or len(longer.cells) != len(caption.cells):
            return caption
        caption = longer
    return caption


def _parts(row: Row, blank: float) -> list[Line]:
    parts: list[list[Word]] = []
    for word in (word for line in row for word in line.words):
        if parts and word.x0 - parts[-1][-1].x1 < blank * word.size:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [Line(tuple(part)) for part in parts]


def _is_dense(rows: list[Row]) -> bool:
    return all(below[0].level - above[0].level < 2 * above[0].size for above, below in pairwise(rows))


def _stacks(parts: list[Line]) -> list[list[Line]]:
    """Parts that stand above one another, from left to right; in each from top to bottom."""
    stacks: list[list[Line]] = []
    for part in sorted(parts, key=lambda one: one.x0):
        if stacks and part.x0 < max(one.x1 for one in stacks[-1]):
            stacks[-1].append(part)
        else:
            stacks.append([part])
    return [sorted(stack, key=lambda one: one.top) for stack in stacks]
