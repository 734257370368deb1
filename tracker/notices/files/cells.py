"""Lines of a table without borders put together to its rows: by their numbers, by the white between rows, by capitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_APART = 0.3  # in heights of type: so much more white than inside a cell lies between two rows


@dataclass(frozen=True)
class CellLine:
    """A line of a table: its words in each column, and where it stands. `is_part`: it only names a part of the table."""

    cells: tuple[str, ...]
    top: float
    bottom: float
    size: float
    is_part: bool = False


Cells = tuple[str, ...]


def rows_of_cells(
    lines: Sequence[CellLine], *, number: int | None, task: int, is_overleaf: bool = False
) -> list[Cells] | None:
    """The rows that the lines make; None when it is not plain where rows begin. `number` and `task` are the places of
    these columns; `is_overleaf`: the first lines may carry on a row of the page before."""
    groups = _groups(lines, number, task, is_overleaf=is_overleaf)
    return [_joined(group) for group in groups] if groups else None


def _groups(
    lines: Sequence[CellLine], number: int | None, task: int, *, is_overleaf: bool
) -> list[list[CellLine]] | None:
    blocks = _blocks(lines)
    if number is None:
        begins = [at for at, line in enumerate(lines) if _is_whole_beginning(line, task)]
        is_by_white = len(blocks) > 1 and all(any(line.cells[task] for line in block) for block in blocks)
        return blocks if is_by_white else _cut(lines, begins) if begins[:1] == [0] or is_overleaf else None
    begins = [at for at, line in enumerate(lines) if line.cells[number] or line.is_part]
    at_top = is_overleaf or begins[:1] == [0]
    if at_top and all(lines[at].is_part or _is_beginning(lines[at].cells[task]) for at in begins):
        return _cut(lines, begins)
    numbers = [sum(bool(line.cells[number]) for line in block) for block in blocks]
    are_rows = all(count == 1 for count in numbers[1:]) and numbers[0] in ((0, 1) if is_overleaf else (1,))
    return blocks if are_rows else None


def _blocks(lines: Sequence[CellLine]) -> list[list[CellLine]]:
    """The lines between which there is more white than inside a cell. Cells may be centred, so that the lines of two
    columns are not level: white is what lies below all of them."""
    within = min((white for column in range(len(lines[0].cells)) for white in _whites(lines, column)), default=0.0)
    blocks, bottom = [[lines[0]]], lines[0].bottom
    for line in lines[1:]:
        if line.top - bottom > max(within, 0.0) + _APART * line.size:
            blocks.append([])
        blocks[-1].append(line)
        bottom = max(bottom, line.bottom)
    return blocks


def _whites(lines: Sequence[CellLine], column: int) -> list[float]:
    filled = [line for line in lines if line.cells[column]]
    return [below.top - above.bottom for above, below in pairwise(filled)]


def _cut(lines: Sequence[CellLine], begins: list[int]) -> list[list[CellLine]]:
    edges = sorted({0, *begins, len(lines)})
    return [list(lines[start:end]) for start, end in pairwise(edges)]


def _is_whole_beginning(line: CellLine, task: int) -> bool:
    filled = [cell for cell in line.cells if cell]
    return bool(line.cells[task]) and len(filled) > 1 and all(map(_is_beginning, filled))


def _is_beginning(cell: str) -> bool:
    return bool(cell) and not cell[0].islower()


def _joined(group: list[CellLine]) -> Cells:
    return tuple(
        " ".join(cell for cell in column if cell) for column in zip(*(line.cells for line in group), strict=True)
    )
