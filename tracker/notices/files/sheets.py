"""From pages of boxes to pages of text: furniture off, columns in order, tables in place, paragraphs whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.notices.files.boxes import Line
from tracker.notices.files.columns import Flow, flows
from tracker.notices.files.furniture import without_furniture
from tracker.notices.files.overleaf import tables_joined
from tracker.notices.files.paragraphs import Margins, goes_on, paragraphs
from tracker.notices.files.ruled import PageTable, Sheet
from tracker.notices.files.unruled import with_unruled


@dataclass(frozen=True)
class SheetText:
    """The text of one page; `continues`: its first line carries on the last paragraph of the page before."""

    text: str
    continues: bool


def texts_of(sheets: list[Sheet]) -> list[SheetText]:
    """The text of each page, seen together: what repeats on every page, how wide the text is, what runs on overleaf."""
    bare = with_unruled(without_furniture(sheets))
    parts = tables_joined([_parts(sheet) for sheet in bare])
    margins = {width: _margins(bare, parts, width) for width in {round(sheet.width) for sheet in bare}}
    said: list[SheetText] = []
    last: Line | None = None
    for sheet, blocks in zip(bare, parts, strict=True):
        edges = margins[round(sheet.width)]
        lines = [
            line
            for block in blocks
            for line in (block.lines if isinstance(block, PageTable) else paragraphs(block, edges))
        ]
        first = _edge_line(blocks, 0)
        said.append(SheetText("\n".join(lines).rstrip("\n"), bool(last and first and goes_on(last, first, edges))))
        last = _edge_line(blocks, -1) if blocks else last
    return said


def _parts(sheet: Sheet) -> list[Flow | PageTable]:
    """The flows and tables of a page from top to bottom."""
    return list(_between(sheet))


def _between(sheet: Sheet) -> Iterator[Flow | PageTable]:
    rows = list(sheet.rows)
    for table in sheet.tables:
        above = [row for row in rows if row[0].top < table.top]
        yield from flows(above)
        yield table
        rows = rows[len(above) :]
    yield from flows(rows)


def _margins(sheets: list[Sheet], parts: list[list[Flow | PageTable]], width: int) -> Margins:
    of_width = [blocks for sheet, blocks in zip(sheets, parts, strict=True) if round(sheet.width) == width]
    return Margins([line for blocks in of_width for block in blocks if isinstance(block, Flow) and not block.is_column for line in block.lines])  # fmt: skip


def _edge_line(blocks: list[Flow | PageTable], at: int) -> Line | None:
    """The first or last line of a page when it is running text; columns and tables do not run on."""
    block = blocks[at] if blocks else None
    return block.lines[at] if isinstance(block, Flow) and not block.is_column else None
