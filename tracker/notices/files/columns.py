"""Reading order: what stands in columns side by side (the head, recipients and signature) is read column by column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.notices.files.boxes import Line
from tracker.notices.zones import TITLES
from tracker.words import plain

Row = tuple[Line, ...]
_LANDMARK = re.compile(rf"kinh gui\b|(?:{TITLES})$")  # what begins a new part of the paper, wherever it stands


@dataclass(frozen=True)
class Flow:
    """Lines that follow one another. `is_column`: they stand in a column, where lines are short by nature."""

    lines: tuple[Line, ...]
    is_column: bool = False


@dataclass(frozen=True)
class Zone:
    """Rows from `start` to before `end` that stand in two columns; `middle` lies in the gap between them."""

    start: int
    end: int
    middle: float


def zones_of(rows: list[Row]) -> list[Zone]:
    """Where a page is set in two columns: rows with a gap at the same place, as far down as nothing crosses it. A single
    row with a gap is no zone."""
    found: list[Zone] = []
    at = 0
    while at < len(rows):
        gutter, end = _gutter(rows, at)
        if gutter is None or end - at < 2:
            at += 1
        else:
            found.append(Zone(at, end, sum(gutter) / 2))
            at = end
    return found


def flows(rows: list[Row]) -> list[Flow]:
    """The rows of a page as flows of lines in reading order, zones of two columns column by column."""
    found: list[Flow] = []
    at = 0
    for zone in [*zones_of(rows), Zone(len(rows), len(rows), 0.0)]:
        found += [Flow(row, is_column=len(row) > 1) for row in rows[at : zone.start]]
        lines = [line for row in rows[zone.start : zone.end] for line in row]
        for is_left in (True, False):
            if side := tuple(line for line in lines if (line.x1 <= zone.middle) is is_left):
                found.append(Flow(side, is_column=True))
        at = zone.end
    return _merged(found)


def _gutter(rows: list[Row], start: int) -> tuple[tuple[float, float] | None, int]:
    """The gap that the row at `start` has, narrowed by the rows below it, and the first row that crosses it."""
    if len(rows[start]) != 2:
        return None, start
    left, right = rows[start][0].x1, rows[start][1].x0
    for at in range(start, len(rows)):
        ends = [line.x1 for line in rows[at] if line.x0 + line.x1 < left + right]
        begins = [line.x0 for line in rows[at] if line.x0 + line.x1 >= left + right]
        narrowed = max([left, *ends]), min([right, *begins])
        is_crossed = narrowed[1] - narrowed[0] < 0.5 * rows[at][0].size or len(rows[at]) > 2
        if is_crossed or (len(rows[at]) == 1 and _LANDMARK.match(plain(rows[at][0].text))):
            return (left, right), at
        left, right = narrowed
    return (left, right), len(rows)


def _merged(found: list[Flow]) -> list[Flow]:
    merged: list[Flow] = []
    for flow in found:
        if merged and not flow.is_column and not merged[-1].is_column:
            merged[-1] = Flow(merged[-1].lines + flow.lines)
        else:
            merged.append(flow)
    return merged
