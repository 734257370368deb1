"""Lines of a page joined into the paragraphs that they were broken from: the reader then sees one paragraph a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise, zip_longest
from statistics import median

from tracker.notices.files.boxes import Line
from tracker.notices.files.columns import Flow

_SIGN = re.compile(
    r"(?:[-–+*•]|(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđ])\s*[.)/]|(?:[IVX]{1,5}|\d{1,2})[-–](?=\s)|\(\d{1,2}\)|(?:Điều|Phần|Chương|Mục)\s+\w+[.:])\s*"
)
_ENDED = (".", ";", ":", "!", "?", "…", "./")


class Margins:
    """The edges of the running text of a page, the usual indent (None: none is usual) of first lines, or of all others
    when paragraphs hang, and the usual distance from line to line."""

    def __init__(self, lines: list[Line]) -> None:
        """`lines` are those of the page's flows that are no columns."""
        starts = sorted(line.x0 for line in lines)
        ends = sorted(line.x1 for line in lines)
        self.left = starts[len(starts) // 20] if starts else 0.0
        self.right = ends[len(ends) * 19 // 20 - (len(ends) > 1)] if ends else 0.0
        self.right = max([self.right, *(end for end in ends if end - self.right < 8)])
        self.indent = self._usual_indent(lines)
        self.hangs = self._is_hanging(lines)
        steps = [
            below.level - above.level
            for above, below in pairwise(lines)
            if 0 < below.level - above.level < 3 * above.size
        ]
        self.step = median(steps) if len(steps) > 3 else 0.0

    def _usual_indent(self, lines: list[Line]) -> float | None:
        """Where most of the indented lines begin, when many other lines stand at the left edge."""
        at_edge = sum(line.x0 - self.left < 0.4 * line.size for line in lines)
        indented = Counter(round((line.x0 - self.left) / 4) for line in lines if line.x0 - self.left > 0.8 * line.size)
        if not indented or at_edge < 0.2 * len(lines):
            return None
        steps, count = indented.most_common(1)[0]
        return self.left + 4.0 * steps if count > max(2, 0.1 * len(lines)) else None

    def _is_hanging(self, lines: list[Line]) -> bool:
        """Whether it is the first lines that stand at the edge, and the others hang below them: many of those then
        begin with a small letter."""
        hanging = [line for line in lines if self.is_indented(line)]
        return sum(line.text[:1].islower() and not _SIGN.match(line.text) for line in hanging) > 0.3 * len(hanging)

    def is_indented(self, line: Line) -> bool:
        """Whether a line stands at the usual indent."""
        return self.indent is not None and abs(line.x0 - self.indent) < 4

    def begins_paragraph(self, line: Line) -> bool:
        """Whether a line stands where first lines do."""
        return abs(line.x0 - self.left) < 4 if self.hangs else self.is_indented(line)


def paragraphs(flow: Flow, margins: Margins) -> list[str]:
    """The text of a flow, a paragraph a line. A blank line ends what is centred (title and subject)."""
    if flow.is_column:
        right = max(line.x1 for line in flow.lines)
        return _joined(list(flow.lines), lambda above, below: _goes_on_in_column(above, below, right))
    said: list[str] = []
    for is_centred, lines in _by_centring(flow.lines, margins):
        said += _joined(lines, lambda above, below: goes_on(above, below, margins))
        said += [""] if is_centred else []
    return said


def goes_on(above: Line, below: Line, margins: Margins) -> bool:
    """Whether a line carries on the paragraph of the line above: that one is full, and this one is no new beginning."""
    if abs(above.size - below.size) > 0.2 * above.size or not _is_full(above, below, margins.right):
        return False
    is_apart = margins.step and below.level - above.level > 1.22 * margins.step
    if margins.begins_paragraph(below) or (is_apart and not below.text[:1].islower()):
        return False
    is_indented = below.x0 - margins.left > 0.8 * below.size and not margins.hangs
    return not (_SIGN.match(below.text) and (is_indented or above.text.endswith(_ENDED)))


def _is_full(above: Line, below: Line, right: float) -> bool:
    """A line was broken where it is when the next word would not have fitted behind it."""
    blank = 0.2 * above.size
    return above.x1 + blank + (below.words[0].x1 - below.words[0].x0) > right - 0.1 * above.size


def _goes_on_in_column(above: Line, below: Line, right: float) -> bool:
    """In a column only an item of a list ("- Các phòng, ban …") and "V/v …" run over several lines."""
    if below.text.startswith(("-", "–", "+", "Số")) or not above.text.startswith(("-", "–", "+", "V/v", "v/v")):
        return above.text.startswith(("V/v", "v/v")) and below.text[:1].islower()
    return below.text[:1].islower() or (_is_full(above, below, right) and not above.text.endswith((";", ".")))


def _joined(lines: list[Line], goes: Callable[[Line, Line], bool]) -> list[str]:
    said: list[str] = []
    for at, line in enumerate(lines):
        if at and goes(lines[at - 1], line):
            said[-1] = _continued(said[-1], line.text)
        else:
            said.append(line.text)
    return said


def _continued(above: str, below: str) -> str:
    """Two halves of a line: Vietnamese is not hyphenated, so a dash at the end stays, without a blank behind "2020-"."""
    glue = "" if re.search(r"\w[-/]$", above) and not above.endswith(" -") else " "
    return above + glue + below


def _by_centring(lines: tuple[Line, ...], margins: Margins) -> list[tuple[bool, list[Line]]]:
    groups: list[tuple[bool, list[Line]]] = []
    for line, is_centred in zip(lines, _centred(lines, margins), strict=True):
        if groups and groups[-1][0] == is_centred:
            groups[-1][1].append(line)
        else:
            groups.append((is_centred, [line]))
    return groups


def _centred(lines: tuple[Line, ...], margins: Margins) -> list[bool]:
    """Which lines are centred: the short ones clearly, and beside them the nearly full ones, which look so by little, and
    capitals, for the edge of ragged text is not sharp."""
    is_centred = [
        _is_even(line, margins, 1.5) and not _is_first_line(line, below, margins)
        for line, below in zip_longest(lines, lines[1:])
    ]
    for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        step = 1 if order.step < 0 else -1
        for at in order:
            if is_centred[at + step] and not _SIGN.match(lines[at].text):
                is_title = lines[at].text.isupper() and lines[at].x0 - margins.left > 0.3 * lines[at].size
                is_centred[at] = is_centred[at] or is_title or _is_even(lines[at], margins, 0.2)
    return is_centred


def _is_first_line(line: Line, below: Line | None, margins: Margins) -> bool:
    """Whether a line that looks centred is an indented first line of ragged text, broken as far from the right edge as
    it is indented because the next word did not fit."""
    if below is None or not margins.is_indented(line) or below.x0 - margins.left > 0.4 * below.size:
        return False
    return _is_full(line, below, margins.right)


def _is_even(line: Line, margins: Margins, least: float) -> bool:
    """Whether a line has the same room on both sides, at least so many heights of type."""
    before, behind = line.x0 - margins.left, margins.right - line.x1
    off = (
        0.2 if margins.is_indented(line) else 0.8
    )  # a first line may end by accident as far from the edge as it begins
    is_even = min(before, behind) > least * line.size and abs(before - behind) < off * line.size
    return is_even and not _SIGN.match(line.text)
