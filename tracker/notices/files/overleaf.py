"""Tables that a page break cuts: a head that is repeated overleaf is dropped, a row that goes on there is joined."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.notices.files.columns import Flow
from tracker.notices.files.ruled import PageTable
from tracker.notices.table_heads import column_name, names_a_table
from tracker.words import fold, plain

Cells = tuple[str, ...]
Block = Flow | PageTable
_ITEM = re.compile(r"(?:[-–+*•]|(?:\d{1,2}|[a-zđ])[.)])\s")
_OPEN_END = re.compile(r".*(?:[,(/–-]|\b(?:va|cua|cho|voi|cac|hoac|ve|theo|tai|cap|ngay|thang|nam|truoc))$")


@dataclass(frozen=True)
class _Open:
    """The table at the foot of a page: where it stands among the pages' blocks, and the rows of its head."""

    page: int
    at: int
    head: tuple[Cells, ...]


def tables_joined(pages: list[list[Block]]) -> list[list[Block]]:
    """The blocks of all pages with what a page break did to tables undone: a broken row stands whole on its first page."""
    joined = [list(blocks) for blocks in pages]
    last: _Open | None = None
    for page, blocks in enumerate(joined):
        if not blocks:
            continue
        head: tuple[Cells, ...] = ()
        first, above = blocks[0], joined[last.page][last.at] if last else None
        if last and isinstance(first, PageTable) and isinstance(above, PageTable) and _is_alike(above, first):
            head = last.head
            joined[last.page][last.at], rest = _carried_on(above, first, head)
            blocks[0] = rest
            if len(blocks) == 1 and not rest.rows:
                continue
        last = _open(page, blocks, head)
    return joined


def _open(page: int, blocks: list[Block], head: tuple[Cells, ...]) -> _Open | None:
    """The table that ends a page; the only block of a page has the `head` of the page before."""
    block = blocks[-1]
    if not isinstance(block, PageTable):
        return None
    return _Open(page, len(blocks) - 1, head if head and len(blocks) == 1 else _head(block))


def _is_alike(above: PageTable, below: PageTable) -> bool:
    return bool(above.rows and below.rows) and len(above.rows[0]) == len(below.rows[0])


def _head(table: PageTable) -> tuple[Cells, ...]:
    """The rows down to the one that names the columns; none when the table has no such row near its top."""
    at = next((at for at, row in enumerate(table.rows[:3]) if names_a_table(_names(row))), None)
    return table.rows[: at + 1] if at is not None else table.rows[:1]


def _names(row: Cells) -> list[str]:
    return [column_name(plain(cell)) for cell in row]


def _carried_on(above: PageTable, below: PageTable, head: tuple[Cells, ...]) -> tuple[PageTable, PageTable]:
    rows = below.rows
    if [_said(row) for row in rows[: len(head)]] == [_said(row) for row in head]:
        rows = rows[len(head) :]
    if rows and len(above.rows) > len(head) and _goes_on(above.rows[-1], rows[0], _names(head[-1])):
        whole = tuple(" ".join(filter(None, pair)) for pair in zip(above.rows[-1], rows[0], strict=True))
        above, rows = replace(above, rows=(*above.rows[:-1], whole)), rows[1:]
    return above, replace(below, rows=rows)


def _said(row: Cells) -> list[str]:
    return [fold(cell) for cell in row]


def _goes_on(above: Cells, below: Cells, names: list[str]) -> bool:
    """Whether the first row of a page is the rest of the last row before: it has no number of its own, and no cell of it
    begins anew. A row of its own below a number that spans several has its own owner or its own sign of a list."""
    if not names_a_table(names):
        return False
    number = names.index("number") if "number" in names else None
    task = names.index("task")
    if _ITEM.match(below[task]) or (number is not None and below[number]):
        return False
    others = [at for at in range(len(names)) if at not in (number, task)]
    runs_on = [at for at in others if below[at] and _runs_on(above[at], below[at])]
    anew = [at for at in others if below[at] and at not in runs_on]
    if not below[task]:
        return not anew or bool(runs_on)
    return _runs_on(above[task], below[task]) if anew or number is None else True


def _runs_on(above: str, below: str) -> bool:
    return bool(above) and (below[0].islower() or bool(_OPEN_END.match(plain(above))))
