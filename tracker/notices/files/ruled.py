"""A page as boxes, and its tables with drawn borders: the lines give the cells, and the words fall into them."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.notices.files.boxes import Line, Word, rows_of
from tracker.notices.files.grid import row_line

Rule = tuple[float, float, float, float]
_NEAR = 4.0  # points: borders this close meet
_FEWEST_COLUMNS = 3  # a box around words, or two columns, only places text


@dataclass(frozen=True)
class PageTable:
    """A table on a page: where it stands, and its rows as cells."""

    top: float
    bottom: float
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[str]:
        """Its rows as lines of text."""
        return [row_line(list(row)) for row in self.rows if any(row)]


@dataclass(frozen=True)
class Sheet:
    """One page as boxes: its rows from top to bottom (each one line, or the parts of a line in columns), its tables,
    its measures, and the straight lines drawn on it as (x0, top, x1, bottom)."""

    rows: tuple[tuple[Line, ...], ...]
    width: float
    height: float
    rules: tuple[Rule, ...] = ()
    tables: tuple[PageTable, ...] = ()


def sheet_of_words(words: list[Word], *, width: float, height: float, rules: list[Rule]) -> Sheet:
    """A page of its words and ruling lines."""
    tables, outside = ruled_tables(words, rules)
    return Sheet(tuple(rows_of(outside)), width, height, tuple(rules), tuple(tables))


def ruled_tables(words: list[Word], rules: list[Rule]) -> tuple[list[PageTable], list[Word]]:
    """The tables that the ruling lines draw, from top to bottom, and the words outside of them."""
    tables: list[PageTable] = []
    for group in _connected(rules):
        upright = _positions([(rule[0] + rule[2]) / 2 for rule in group if _is_upright(rule)])
        level = _positions([(rule[1] + rule[3]) / 2 for rule in group if not _is_upright(rule)])
        if len(upright) <= _FEWEST_COLUMNS or len(level) < 2:
            continue
        inside = [
            word for word in words if _slot(upright, _middle(word)[0]) >= 0 and _slot(level, _middle(word)[1]) >= 0
        ]
        if inside:
            tables.append(PageTable(level[0], level[-1], _rows(inside, group, upright, level)))
            words = [word for word in words if word not in set(inside)]
    return sorted(tables, key=lambda table: table.top), words


def _connected(rules: list[Rule]) -> list[list[Rule]]:
    """Rules that touch one another, table by table."""
    groups: list[tuple[Rule, list[Rule]]] = []
    for rule in sorted(rules, key=lambda one: one[1]):
        touching = [group for group in groups if _touch(group[0], rule)]
        box, members = rule, [rule]
        for other, others in touching:
            box = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
            members = others + members
        groups = [group for group in groups if group not in touching] + [(box, members)]
    return [members for _, members in groups]


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one[0] - _NEAR <= other[2] and other[0] - _NEAR <= one[2] and one[1] - _NEAR <= other[3] and other[1] - _NEAR <= one[3]
    )  # fmt: skip


def _is_upright(rule: Rule) -> bool:
    return rule[3] - rule[1] > rule[2] - rule[0]


def _positions(values: list[float]) -> list[float]:
    """The places of borders, those that nearly coincide taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _middle(word: Word) -> tuple[float, float]:
    return (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2


def _slot(borders: list[float], value: float) -> int:
    """Between which two borders a value lies; -1 for outside."""
    return next((at for at in range(len(borders) - 1) if borders[at] <= value < borders[at + 1]), -1)


def _rows(
    words: list[Word], rules: list[Rule], upright: list[float], level: list[float]
) -> tuple[tuple[str, ...], ...]:
    """The text of each cell. A cell over several rows says its words in each of them, for they hold for each; a cell
    over several columns says them in the first."""
    owner = _owners(rules, upright, level)
    held: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        x, y = _middle(word)
        held.setdefault(owner[_slot(level, y), _slot(upright, x)], []).append(word)
    said = {cell: _text(inside) for cell, inside in held.items()}
    return tuple(
        tuple(
            said.get(owner[row, column], "") if owner[row, column][1] == column else "" for column in range(len(upright) - 1)
        )
        for row in range(len(level) - 1)
    )  # fmt: skip


def _owners(rules: list[Rule], upright: list[float], level: list[float]) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid the upper left place of the cell that covers it: where no border is drawn, it goes on."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(len(level) - 1):
        for column in range(len(upright) - 1):
            x, y = (upright[column] + upright[column + 1]) / 2, (level[row] + level[row + 1]) / 2
            if row and not any(
                not _is_upright(r) and r[0] <= x <= r[2] and abs(r[1] - level[row]) < _NEAR for r in rules
            ):
                owner[row, column] = owner[row - 1, column]
            elif column and not any(
                _is_upright(r) and r[1] <= y <= r[3] and abs(r[0] - upright[column]) < _NEAR for r in rules
            ):
                owner[row, column] = owner[row, column - 1]
            else:
                owner[row, column] = row, column
    return owner


def _text(words: list[Word]) -> str:
    return " ".join(line.text for row in rows_of(words) for line in row)
