"""What belongs to the page and not to the paper: page numbers, running heads, footnotes and the signs that call them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median

from tracker.notices.files.boxes import Line, Word
from tracker.notices.files.ruled import Sheet
from tracker.notices.syllables import is_syllable
from tracker.words import plain

_NUMBER = re.compile(r"\W*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\W*")
_MARGIN = 0.12  # of the page's height: running heads and numbers stand there
_NOTE_SIZE = 0.9  # of the size of running text
_CALL_SIZE = 0.75
_UNITS = re.compile(r"(?:^|\d)(?:m|km|cm|dm|mm|ha)$")
_ITEM = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)]\s+\w")
_CALL = re.compile(r"\(?\[?\d{1,3}\]?\)?|\*{1,3}")


def without_furniture(sheets: list[Sheet]) -> list[Sheet]:
    """The pages with their running text only."""
    size = _text_size(sheets)
    repeated = _repeated(sheets)
    return [_bare(sheet, size, repeated) for sheet in sheets]


def _text_size(sheets: list[Sheet]) -> float:
    sizes = [word.size for sheet in sheets for row in sheet.rows for line in row for word in line.words]
    return median(sizes) if sizes else 0.0


def _repeated(sheets: list[Sheet]) -> set[str]:
    """What stands in the margin of more than one page and of a third of all, figures apart."""
    seen = Counter(key for sheet in sheets for key in {_key(row) for row in sheet.rows if _is_marginal(row, sheet)})
    return {key for key, pages in seen.items() if key and pages > 1 and 3 * pages >= len(sheets)}


def _bare(sheet: Sheet, size: float, repeated: set[str]) -> Sheet:
    rows = list(sheet.rows)
    is_below_head = False  # what repeats below a repeated line is its second line ("Thời gian hoàn / thành")
    while rows and (
        _is_furniture(rows[0], sheet, repeated)
        or (is_below_head and _is_marginal(rows[0], sheet) and _key(rows[0]) in repeated)
    ):
        is_below_head = _key(rows.pop(0)) in repeated
    while rows and _is_furniture(rows[-1], sheet, repeated) and not _ends_a_sentence(rows, repeated):
        rows.pop()
    rows = rows[: _first_note(rows, sheet, size)]
    return replace(sheet, rows=tuple(row for row in map(_without_calls, rows) if row))


def _is_furniture(row: tuple[Line, ...], sheet: Sheet, repeated: set[str]) -> bool:
    if not _is_marginal(row, sheet):
        return False
    text = " ".join(line.text for line in row)
    return bool(_NUMBER.fullmatch(plain(text))) or (_key(row) in repeated and not _is_of_a_sentence(text))


def _is_of_a_sentence(text: str) -> bool:
    """Whether a line carries on a sentence or begins an item: "hoàn thành trước ngày 20/3/2024." may well end two pages."""
    return bool(_ITEM.match(text)) or (text[0].islower() and is_syllable(text.split()[0].strip(".,;:")))


def _ends_a_sentence(rows: list[tuple[Line, ...]], repeated: set[str]) -> bool:
    """Whether the last line closes what the line above left open, and stands no further from it than lines of text do:
    two pages may well end with the same words."""
    if len(rows) < 4 or not rows[-1][-1].text.endswith((".", ";")):
        return False
    above = " ".join(line.text for line in rows[-2])
    is_text = not above.endswith((".", ";", ":")) and (_key(rows[-2]) not in repeated or _is_of_a_sentence(above))
    step = median(below[0].level - over[0].level for over, below in pairwise(rows[:-1]))
    return is_text and rows[-1][0].level - rows[-2][0].level < 1.1 * step


def _is_marginal(row: tuple[Line, ...], sheet: Sheet) -> bool:
    return row[0].bottom < _MARGIN * sheet.height or row[0].top > (1 - _MARGIN) * sheet.height


def _key(row: tuple[Line, ...]) -> str:
    return re.sub(r"\d+|\W+", " ", plain(" ".join(line.text for line in row))).strip()


def _first_note(rows: list[tuple[Line, ...]], sheet: Sheet, size: float) -> int:
    """The row where the footnotes begin: smaller type down to the foot, below a rule or behind a raised number."""
    start = len(rows)
    while start and max(line.size for line in rows[start - 1]) < _NOTE_SIZE * size:
        start -= 1
    for at in range(start, len(rows)):
        line = rows[at][0]
        if line.top < 0.4 * sheet.height or not _CALL.match(line.text):
            continue
        is_raised = line.words[0].size < _CALL_SIZE * line.size
        above = rows[at - 1][0].bottom if at else 0.0
        is_below_rule = any(above - 3 < top <= line.top + 3 and x1 - x0 > 20 for x0, top, x1, _ in sheet.rules)
        if is_raised or is_below_rule:
            return at
    return len(rows)


def _without_calls(row: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines without the small raised numbers that call a footnote; the exponents of m² and km³ stay."""
    lines = (Line(tuple(word for at, word in enumerate(line.words) if not _is_call(line, at, word))) for line in row)
    return tuple(line for line in lines if line.words)


def _is_call(line: Line, at: int, word: Word) -> bool:
    if at == 0 or word.size > _CALL_SIZE * line.size or not _CALL.fullmatch(word.text):
        return False
    middle = (line.words[at - 1].top + line.words[at - 1].bottom) / 2
    is_raised = (word.top + word.bottom) / 2 < middle
    return is_raised and not _UNITS.search(line.words[at - 1].text)
