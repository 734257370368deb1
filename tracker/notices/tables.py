"""Annex tables: a row says what, who leads, who joins and by when, each in its column."""

import re
from dataclasses import replace

from tracker.notices.assignees import split_names
from tracker.notices.dates import Reference, time_of
from tracker.notices.rough import Rough
from tracker.notices.segments import segments, sentences, trimmed
from tracker.notices.table_heads import column_name, names_a_table
from tracker.notices.text import Paper
from tracker.notices.zones import lines

Span = tuple[int, int]


def table_rows(paper: Paper, start: int, end: int, reference: Reference) -> list[Rough]:
    """A draft for each thing that each row of each table asks for. A table is known by its head: cells between tabs or
    bars, or cells that a conversion wrote one below the other."""
    return _flat_rows(paper, start, end, reference) + _lined_rows(paper, start, end, "Phụ lục", reference)


def body_rows(paper: Paper, start: int, end: int, reference: Reference) -> list[Rough]:
    """The same for tables between the clauses of the body, whose lines `table_lines` keeps out of the clauses."""
    return _lined_rows(paper, start, end, "Bảng", reference)


def table_lines(paper: Paper, start: int, end: int) -> frozenset[Span]:
    """The lines that belong to tables whose head names tasks and who does them or by when."""
    found: list[Span] = []
    is_inside = False
    for row in lines(paper, start, end):
        cells = _cells(paper, row)
        is_inside = len(cells) >= 3 and (is_inside or _is_head(paper, cells))
        if is_inside:
            found.append(row)
    return frozenset(found)


def _is_head(paper: Paper, cells: list[Span]) -> bool:
    return names_a_table([_column(paper, cell) for cell in cells])


def _lined_rows(paper: Paper, start: int, end: int, annex: str, reference: Reference) -> list[Rough]:
    drafts: list[Rough] = []
    columns: list[str] = []
    for row in lines(paper, start, end):
        if name := re.match(r"\s*phu luc\s+(?:so\s+)?(\d+|[ivx]+)\b", paper.words[slice(*row)]):
            annex = f"Phụ lục {name[1].upper()}"
        cells = _cells(paper, row)
        if len(cells) < 3:
            continue
        if _is_head(paper, cells):
            columns = [_column(paper, cell) for cell in cells]
        elif columns:
            drafts += _row(paper, cells, columns, annex, reference)
    return drafts


def _row(paper: Paper, cells: list[Span], columns: list[str], annex: str, reference: Reference) -> list[Rough]:
    at = {name: cells[index] for index, name in enumerate(columns) if name and index < len(cells)}
    if "task" not in at or len(paper.words[slice(*at["task"])].split()) < 3:
        return []
    number = re.sub(r"\W", "", paper.text[slice(*at["number"])]) if "number" in at else ""
    leads = split_names(paper, at["lead"]) if _filled(paper, at.get("lead")) else ()
    supports = split_names(paper, at["support"]) if _filled(paper, at.get("support")) else ()
    time_cell = at.get("time")
    clause = f"{annex}.{number}" if number else annex
    found = []
    for sentence in sentences(paper, at["task"]):
        for segment in segments(paper, sentence):
            rough = Rough(
                "task", segment, clause, leads, supports, owner_rule="column" if leads else "none", is_row=True
            )
            rough.time = time_of(paper, segment, reference)
            if time_cell and _filled(paper, time_cell):
                stated = replace(time_of(paper, trimmed(paper, time_cell), reference, is_cell=True), urgency=None)
                if rough.time.due_on is None and rough.time.recurrence is None:
                    rough.time = replace(stated, urgency=rough.time.urgency)
                    rough.due_rule = f"column: {stated.rule}" if stated.rule else ""
            found.append(rough)
    return found


def _cells(paper: Paper, row: Span) -> list[Span]:
    text = paper.text[slice(*row)]
    sign = "\t" if "\t" in text else "|"
    if sign not in text:
        return []
    cells, at = [], row[0]
    for part in text.split(sign):
        cells.append((at, at + len(part)))
        at += len(part) + 1
    return [cell for cell in cells if sign == "\t" or paper.text[slice(*cell)].strip()]


def _flat_rows(paper: Paper, start: int, end: int, reference: Reference) -> list[Rough]:
    """Rows of a table whose cells stand one below the other: each row begins with its number alone on a line, and is
    read only when it has as many cells as the head (a cell left empty would shift the others)."""
    rows = [row for row in lines(paper, start, end) if paper.text[slice(*row)].strip()]
    drafts: list[Rough] = []
    columns: list[str] = []
    at = 0
    while at < len(rows):
        if head := _flat_head(paper, rows, at):
            columns, at = head, at + len(head)
        elif columns and _ROW_NUMBER.fullmatch(paper.text[slice(*rows[at])]):
            cells = _row_cells(paper, rows, at)
            if len(cells) in (len(columns), len(columns) - 1) and len(cells) > 2:
                drafts += _row(paper, cells, columns, "Phụ lục", reference)
            at += len(cells)
        else:
            at += 1
    return drafts


_ROW_NUMBER = re.compile(r"\s*(?:\d{1,3}|[IVX]{1,5})\s*[.)]?\s*")


def _flat_head(paper: Paper, rows: list[Span], at: int) -> list[str]:
    """The columns when a table head begins at this line ("TT", "Nội dung", "Chủ trì", "Thời gian" on lines of their own)."""
    if "\t" in paper.text[slice(*rows[at])] or _column(paper, rows[at]) != "number":
        return []
    columns = ["number"]
    for row in rows[at + 1 : at + 9]:
        name = _column(paper, row)
        if not name or _ROW_NUMBER.fullmatch(paper.text[slice(*row)]):
            break
        columns.append(name)
    return columns if names_a_table(columns) else []


def _row_cells(paper: Paper, rows: list[Span], at: int) -> list[Span]:
    cells = [rows[at]]
    for row in rows[at + 1 : at + 12]:
        if _ROW_NUMBER.fullmatch(paper.text[slice(*row)]):
            break
        cells.append(row)
    return cells


def _column(paper: Paper, cell: Span) -> str:
    return column_name(paper.words[slice(*cell)])


def _filled(paper: Paper, cell: Span | None) -> bool:
    return cell is not None and bool(paper.words[slice(*cell)].strip())
