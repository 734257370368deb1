"""Tables without borders: a head of column names and the white below it; what is not plain stays running text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.notices.files.boxes import Line, Word
from tracker.notices.files.captions import Caption, Row, caption_from
from tracker.notices.files.cells import CellLine, Cells, rows_of_cells
from tracker.notices.files.gutters import NUMBER, Gutters, inside, is_part, run_down, words_of
from tracker.notices.files.ruled import PageTable, Sheet

_FEWEST_WORDS = 2  # of a thing to be done


@dataclass(frozen=True)
class _Found:
    """A table found in rows `start` to before `end`, with the columns by which it may go on overleaf."""

    start: int
    end: int
    rows: tuple[Cells, ...]
    caption: Caption
    gutters: Gutters


def with_unruled(sheets: list[Sheet]) -> list[Sheet]:
    """The pages with the tables found whose borders are not drawn; a table may go on overleaf without its head."""
    found: list[Sheet] = []
    last: _Found | None = None
    for sheet in sheets:
        tables = list(_tables(sheet, last))
        found.append(_with(sheet, tables))
        at_foot = bool(tables) and tables[-1].end == len(sheet.rows)
        last = tables[-1] if at_foot and _is_lowest(found[-1], tables[-1]) else None
    return found


def _tables(sheet: Sheet, last: _Found | None) -> list[_Found]:
    rows, found, at = list(sheet.rows), [], 0
    if last and rows and not any(table.top < rows[0][0].top for table in sheet.tables):
        first = caption_from(rows[:4], 0)
        if (first is None or first.start) and (rest := _overleaf(rows, last)):
            found, at = [rest], rest.end
    while caption := caption_from(rows, at):
        table = _below(rows, caption)
        found += [table] if table else []
        at = table.end if table else caption.end
    return found


def _below(rows: list[Row], caption: Caption) -> _Found | None:
    """The table below a head, when what stands there is one."""
    number = caption.at("number")
    end, gutters = run_down(rows, caption.end, Gutters.below(caption), number)
    cells = _cells(rows[caption.end : end], caption, gutters, is_overleaf=False)
    if not cells or not _are_tasks(cells, caption):
        return None
    return _Found(caption.start, end, (caption.cells, *cells), caption, gutters)


def _overleaf(rows: list[Row], last: _Found) -> _Found | None:
    """The rows at the top of a page that carry on the table of the page before."""
    number, task = last.caption.at("number"), last.caption.names.index("task")
    end, gutters = run_down(rows, 0, last.gutters, number)
    cells = _cells(rows[:end], last.caption, gutters, is_overleaf=True) or []
    is_rest = len(cells) == 1 and number is not None and cells[0][task][:1].islower() and not cells[0][number]
    whole = [row for row in cells if number is None or row[number]]
    if not is_rest and not (whole and _are_tasks(whole, last.caption)):
        return None
    return _Found(0, end, tuple(cells), last.caption, gutters)


def _cells(rows: list[Row], caption: Caption, gutters: Gutters, *, is_overleaf: bool) -> list[Cells] | None:
    lines = [_cell_line(row, gutters) for row in rows]
    if not lines:
        return None
    return rows_of_cells(lines, number=caption.at("number"), task=caption.names.index("task"), is_overleaf=is_overleaf)


def _cell_line(row: Row, gutters: Gutters) -> CellLine:
    words = words_of(row)
    level, size = max(line.level for line in row), row[0].size
    if gutters.gaps and is_part(words, gutters):
        cells = (words[0].text, _text(words[1:]), *[""] * (len(gutters.gaps) - 1))
        return CellLine(cells, level - size, level, size, is_part=True)
    borders = gutters.borders()
    cells = tuple(_text(inside(words, borders, column)) for column in range(len(borders) + 1))
    return CellLine(cells, level - size, level, size)


def _text(words: list[Word]) -> str:
    return Line(tuple(words)).text if words else ""


def _are_tasks(rows: list[Cells], caption: Caption) -> bool:
    """Whether most rows say what is to be done and who does it or by when: a list, a head of a letter do not."""
    task, number = caption.names.index("task"), caption.at("number")
    beside = [at for at, name in enumerate(caption.names) if name in ("lead", "support", "time")]
    things = [row for row in rows if any(row[2:]) or number is None]
    filled = [row for row in things if len(row[task].split()) >= _FEWEST_WORDS and any(row[at] for at in beside)]
    numbered = number is not None and all(NUMBER.fullmatch(row[number]) for row in filled if row[number])
    return bool(filled) and len(filled) >= 0.6 * len(things) and (numbered or len(filled) > 1)


def _with(sheet: Sheet, found: list[_Found]) -> Sheet:
    if not found:
        return sheet
    taken = {at for table in found for at in range(table.start, table.end)}
    tables = [
        PageTable(sheet.rows[one.start][0].top, max(line.bottom for line in sheet.rows[one.end - 1]), one.rows)
        for one in found
    ]
    rows = tuple(row for at, row in enumerate(sheet.rows) if at not in taken)
    return replace(sheet, rows=rows, tables=tuple(sorted([*sheet.tables, *tables], key=lambda table: table.top)))


def _is_lowest(sheet: Sheet, found: _Found) -> bool:
    return sheet.tables[-1].rows == found.rows
