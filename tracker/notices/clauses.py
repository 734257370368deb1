"""The tree of clauses: I / 1. / 1.1 / a) / - / +, with the paragraphs that belong to each and their offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.notices.shapes import ClauseSpan
from tracker.notices.text import Paper
from tracker.notices.zones import is_blank, lines
from tracker.words import cased

ROMAN, ARTICLE, NUMBER, LETTER, STAR, PAREN, DASH, PLUS = 1, 2, 3, 6, 7, 8, 9, 10


@dataclass
class Clause:
    """One clause while the tree grows. `bodies` are the spans of its own paragraphs (marker not included), `rank` the
    depth of its kind of marker (NUMBER + 1 for 1.1), `path` its address such as "4.4.a-2"."""

    rank: int
    label: str
    path: str
    start: int
    parent: Clause | None = None
    bodies: list[tuple[int, int]] = field(default_factory=list)
    children: list[Clause] = field(default_factory=list)
    skipped_numbers: bool = False
    numbers: dict[int, int] = field(default_factory=dict)  # children so far by rank
    last_number: int | None = None  # of the children that are numbered "1."

    @property
    def end(self) -> int:
        """Behind the last word of the clause and of everything below it."""
        ends = [end for _, end in self.bodies] + [child.end for child in self.children]
        return max(ends, default=self.start)

    @property
    def numbered_path(self) -> str | None:
        """The path of the nearest clause that officials can cite: dashes have no number of their own."""
        clause: Clause | None = self
        while clause is not None and (clause.rank > PAREN or clause.rank == STAR):
            clause = clause.parent
        return clause.path or None if clause else None

    def walk(self) -> list[Clause]:
        """The clause and all below it, in the order of the text."""
        return [self, *(below for child in self.children for below in child.walk())]


@dataclass(frozen=True)
class Marker:
    """A numbering sign at the start of a line: its rank, its label, and where the words behind it begin."""

    rank: int
    label: str
    body: int


def clause_tree(paper: Paper, start: int, end: int, *, without: frozenset[tuple[int, int]] = frozenset()) -> Clause:
    """The clauses between two offsets below a root with the empty path; the lines of tables are left out (`without`)."""
    root = Clause(0, "", "", start)
    current = root
    width = _wrap_width(paper, start, end)
    last_line: tuple[int, int] | None = None
    for row in lines(paper, start, end):
        if row in without or is_blank(paper, row):
            continue
        marker = marker_at(paper, row)
        if marker and not _is_plausible(paper, marker, current, last_line):
            marker = None
        if marker:
            current = _attach(current, marker, row)
        elif last_line and current.bodies and _continues(paper, last_line, row, width):
            current.bodies[-1] = (current.bodies[-1][0], _trimmed_end(paper, row))
            last_line = row
            continue
        else:
            while current.rank >= DASH and current.parent:
                current = current.parent
        begin = marker.body if marker else _trimmed_start(paper, row)
        current.bodies.append((begin, max(begin, _trimmed_end(paper, row))))
        last_line = row
    return root


def spans(root: Clause, paper: Paper) -> tuple[ClauseSpan, ...]:
    """The tree as flat records in the order of the text, without the root."""
    return tuple(
        ClauseSpan(clause.path, _title_of(clause, paper), clause.start, clause.end, clause.rank)
        for clause in root.walk()
        if clause.parent
    )


def marker_at(paper: Paper, row: tuple[int, int]) -> Marker | None:
    """The numbering sign at the start of a line; None for running text."""
    start, end = row
    for rank, pattern, uses_text in _MARKERS:
        match = pattern.match(paper.text if uses_text else paper.words, start, end)
        if match:
            label = re.sub(r"\s+", "", (match["label"] or "").lower().replace("©", "c"))
            depth = rank + label.count(".") if rank == NUMBER else rank
            return Marker(depth, label.upper() if rank == ROMAN else label, match.end())
    return None


_MARKERS = (
    (
        ROMAN,
        re.compile(
            cased(r"\s*(?:PHẦN\s+|Phần\s+)?(?P<label>[IVX]{1,5}|[A-E])\s*(?:[.)/]|(?<=[IVX])\s*[-–])\s*(?=[@A])")
        ),
        True,
    ),
    (ARTICLE, re.compile(r"\s*dieu\s+(?P<label>\d{1,2})\s*[.:]\s*"), False),
    (NUMBER, re.compile(r"\s*\*{0,2}(?P<label>\d{1,2}(?:\.\d{1,2}){1,3})\s*[.)]?\s+(?=[a-z\"“(])"), False),
    (NUMBER, re.compile(cased(r"\s*\*{0,2}(?P<label>\d{1,2})\s*[.)]\s*(?=[@A\"“(]|\s[@a\d])")), True),
    (NUMBER, re.compile(cased(r"\s*(?P<label>\d{1,2})\s*,\s+(?=[@A])")), True),
    (NUMBER, re.compile(cased(r"\s*(?P<label>\d{1,2})\s*[-–]\s*(?=[@A])")), True),
    (PAREN, re.compile(r"\s*\((?P<label>\d{1,2}|[a-z])\)\s*"), False),
    (LETTER, re.compile(r"\s*(?P<label>[a-zđ©])\s*\)\s*"), True),
    (LETTER, re.compile(cased(r"\s*(?P<label>[a-eđg])\s*\.\s+(?=[@A])")), True),
    (PLUS, re.compile(r"\s*(?P<label>\+)\s*(?=\S)"), True),
    (STAR, re.compile(r"\s*(?P<label>\*)\s+(?=\S)"), True),
    (DASH, re.compile(r"\s*(?P<label>[-–—•·●])\s*(?=[^\s\d\-–—]|\d+\s)"), True),
)


def _is_plausible(paper: Paper, marker: Marker, current: Clause, last_line: tuple[int, int] | None) -> bool:
    """Whether a sign is really a number of the list: a wrapped line may begin with "12. " or "- " by accident."""
    if last_line is None:
        return True
    ended = _is_ended(paper, last_line)
    if marker.rank >= STAR:
        return True
    if marker.rank == NUMBER:
        previous = _previous_number(marker, current)
        if int(marker.label) in (1, previous + 1):
            return True
        return ended and previous < int(marker.label) <= previous + 4
    if marker.rank == ROMAN:
        return ended or (
            bool(paper.text[last_line[0] : last_line[1]].strip())
            and paper.text[marker.body : marker.body + 6].isupper()
        )
    return True


def _previous_number(marker: Marker, current: Clause) -> int:
    clause: Clause | None = current
    while clause and clause.rank > marker.rank:
        clause = clause.parent
    return int(clause.label) if clause and clause.rank == marker.rank and clause.label.isdigit() else 0


def _attach(current: Clause, marker: Marker, row: tuple[int, int]) -> Clause:
    parent = current
    while parent.rank >= marker.rank and parent.parent:
        parent = parent.parent
    if marker.rank == DASH and current.rank == DASH and current.parent:
        parent = current.parent
    number = parent.numbers[marker.rank] = parent.numbers.get(marker.rank, 0) + 1
    clause = Clause(marker.rank, marker.label, _path(parent, marker, number), row[0], parent)
    if marker.rank == NUMBER and marker.label.isdigit():
        clause.skipped_numbers = parent.last_number is not None and int(marker.label) != parent.last_number + 1
        parent.last_number = int(marker.label)
    parent.children.append(clause)
    return clause


_SIGNS = {PLUS: "+", STAR: "*"}


def _path(parent: Clause, marker: Marker, number: int) -> str:
    if marker.rank == ROMAN:
        return marker.label
    if marker.rank == ARTICLE:
        return f"Điều {marker.label}"
    if marker.rank >= DASH or marker.rank == STAR:
        return f"{parent.path}{_SIGNS.get(marker.rank, '-')}{number}"
    base = parent
    if NUMBER < marker.rank < LETTER:  # "4.1" stands below "4", or below the part when "4" has no line of its own
        while base.rank >= NUMBER and base.parent:
            base = base.parent
    label = f"({marker.label})" if marker.rank == PAREN else marker.label
    return f"{base.path}.{label}" if base.path else label


def _wrap_width(paper: Paper, start: int, end: int) -> int:
    """The usual length of a full line when the text is broken into lines (a scan); 0 when one line is one paragraph."""
    lengths = sorted(stop - begin for begin, stop in lines(paper, start, end) if not is_blank(paper, (begin, stop)))
    if len(lengths) < 4:
        return 0
    width = lengths[len(lengths) * 3 // 4]
    return width if width <= 110 and lengths[len(lengths) * 97 // 100] <= 140 else 0


def _continues(paper: Paper, last: tuple[int, int], row: tuple[int, int], width: int) -> bool:
    """Whether a line without a sign carries on the paragraph of the line before."""
    first = paper.text[row[0] : row[1]].lstrip(' \t*"“(_')[:1]
    before = paper.text[last[0] : last[1]].rstrip()
    if first.islower() or before[-1:] in ",(–" or (before[-1:] == "-" and width):
        return True
    if not width:
        return False
    if _is_ended(paper, last):  # a sentence may end where a full line ends; only a short line ends the paragraph
        return len(before) >= width * 0.88 and before[-1:] in ".;" and not before.endswith("./.")
    return len(before) >= width * 0.72 or first.isdigit()


def _is_ended(paper: Paper, row: tuple[int, int]) -> bool:
    return paper.text[row[0] : row[1]].rstrip(" \t*_\"”'").endswith((".", ";", ":", "!", "?", "./", "…"))


def _trimmed_start(paper: Paper, row: tuple[int, int]) -> int:
    text = paper.text[row[0] : row[1]]
    return row[0] + len(text) - len(text.lstrip())


def _trimmed_end(paper: Paper, row: tuple[int, int]) -> int:
    return row[0] + len(paper.text[row[0] : row[1]].rstrip())


def _title_of(clause: Clause, paper: Paper) -> str | None:
    if not clause.bodies or clause.rank >= STAR:
        return None
    text = " ".join(paper.text[clause.bodies[0][0] : clause.bodies[0][1]].split())
    is_title = (
        len(text) <= 160
        and (bool(clause.children) or len(clause.bodies) > 1 or text.endswith(":"))
        and not text.endswith((".", ";"))
    )
    if is_title:
        return text.rstrip(": ")
    label = text.split(":")[0]
    return label if ":" in text and len(label) <= 100 else None
