"""Counts of one kind in different clauses that do not fit together: groups by year, those still to come, averages."""

import re
from dataclasses import dataclass

from tracker.notices.clauses import Clause
from tracker.notices.shapes import ReadFinding
from tracker.notices.text import Paper
from tracker.notices.zones import Zones


@dataclass(frozen=True)
class Count:
    """A group stated by a number: "9 xã phấn đấu đạt chuẩn NTM năm 2020". `state` is "done", "open" or "" (not said);
    `is_rest` tells that the paper calls it the remaining ones, `is_total` that it counts all up to a day, `is_added` that it
    is new ("có thêm 9 xã"), `is_restated` that it was named before ("đối với 9 xã")."""

    start: int
    end: int
    number: int
    noun: str
    standard: str
    years: tuple[int, ...]
    state: str
    is_rest: bool
    is_total: bool
    is_added: bool
    is_restated: bool


def crossed_sums(paper: Paper, parts: Zones, tree: Clause, *, year: int | None) -> list[ReadFinding]:
    """Findings for numbers that the paper states in one place and contradicts in others; `year` is that of the notice
    (None: not known). Nothing is repaired."""
    counts = _counts(paper, tree)
    return _over_years(counts) + _restated(counts) + _still_open(counts, year) + _averages(paper, parts)


_COUNT = re.compile(
    r"(?<![\d/.,-])(?<!den )(?<!toi thieu )(?<!it nhat )(?P<number>\d{1,3})\s+(?P<noun>xa|phuong|thi tran|thon|ban|huyen|truong|ho|cum|khu dan cu|chi bo|co quan|don vi)\s+"
    r"(?P<rest>con lai\s+(?:\([^()]{3,200}\)\s*)?)?(?P<state>(?:chua|da|duoc|dang ky|phan dau|se)\s+)*"
    r"(?:(?P<standard>dat chuan(?:\s+(?:ntm|nong thon moi|quoc gia|van hoa|do thi van minh))?(?:\s+(?:nang cao|kieu mau|muc do \d))?)|ve dich)\b"
)
_YEARS = re.compile(r"[^.;,:()]{0,25}?\bnam\s+(\d{4})((?:\s*(?:,|va)\s*(?:nam\s+)?\d{4})*)(?!\s*[-–]|\d)")
_YEAR_BEFORE = re.compile(r"\bnam\s+(\d{4})\b(?!\s*[-–])")
_TOTAL = re.compile(r"\b(?:tong so|len|den (?:het |cuoi )?nam \d{4}|luy ke|da co|hien co|den nay)\b[^.;]{0,60}$")


def _counts(paper: Paper, tree: Clause) -> list[Count]:
    found = []
    for clause in tree.walk():
        for body in clause.bodies:
            found += [_count(paper, clause, body, match) for match in _COUNT.finditer(paper.words, *body)]
    return found


def _count(paper: Paper, clause: Clause, body: tuple[int, int], match: re.Match[str]) -> Count:
    words = paper.words
    sentence = max(body[0], words.rfind(". ", body[0], match.start()), words.rfind(";", body[0], match.start()))
    before = words[sentence : match.start()]
    behind = _YEARS.match(words, match.end(), body[1])
    if behind:
        years = tuple(map(int, re.findall(r"\d{4}", behind[0])))
    else:
        years = tuple(map(int, _YEAR_BEFORE.findall(before)[-1:])) or _heading_year(paper, clause)
    is_added = bool(re.search(r"\bthem\s*$", before))
    is_done = bool(re.search(r"\b(?:da|duoc)\b", match[0]) or re.search(r"\bda\s+(?:co\s+)?(?:them\s+)?$", before))
    return Count(
        match.start(), match.end(), int(match["number"]), match["noun"], _standard(match), years,
        state="open" if re.search(r"\bchua\b", match[0]) else "done" if is_done else "",
        is_rest=bool(match["rest"]), is_total=not is_added and (is_done or bool(_TOTAL.search(before))),
        is_added=is_added, is_restated=bool(re.search(r"\b(?:doi voi|cho|cua|tai)\s*$", before)),
    )  # fmt: skip


def _standard(match: re.Match[str]) -> str:
    """ "ntm", "ntm nang cao", "quoc gia" …; "về đích" and a bare "đạt chuẩn" are said of new rural communes."""
    standard = (match["standard"] or "").replace("nong thon moi", "ntm").removeprefix("dat chuan").strip()
    return f"ntm {standard}" if standard in ("nang cao", "kieu mau") else standard or "ntm"


def _heading_year(paper: Paper, clause: Clause) -> tuple[int, ...]:
    """The year of the nearest clause above whose words begin with it ("4.1. Năm 2020:")."""
    above: Clause | None = clause
    while above is not None:
        if above.bodies and (match := re.match(r"\W*nam\s+(\d{4})\s*[:;,.]", paper.words[slice(*above.bodies[0])])):
            return (int(match[1]),)
        above = above.parent
    return ()


def _over_years(counts: list[Count]) -> list[ReadFinding]:
    """ "11 xã … năm 2019 và 2020" against the groups that the paper names for each of these years."""
    findings = []
    for one in counts:
        if len(one.years) < 2:
            continue
        parts = [_of_year(counts, one, year) for year in one.years]
        if all(len(numbers) == 1 for numbers in parts):
            numbers = [number for (number,) in parts]
            if sum(numbers) != one.number:
                shown = " + ".join(f"{number} ({year})" for number, year in zip(numbers, one.years, strict=True))
                shown += f" = {sum(numbers)}"
                findings.append(_open(one, f"Elsewhere the paper counts {shown}, here {one.number}.", shown))
    return findings


def _of_year(counts: list[Count], whole: Count, year: int) -> set[int]:
    return {
        one.number
        for one in counts
        if one.years == (year,) and _same_kind(one, whole) and not one.is_total and one.state != "open"
    }


def _restated(counts: list[Count]) -> list[ReadFinding]:
    """ "Có thêm 9 xã đạt chuẩn NTM" in one clause, "đối với 8 xã phấn đấu đạt chuẩn" for the same year in another."""
    findings = []
    for one in (count for count in counts if count.is_restated and len(count.years) == 1 and count.state == ""):
        added = {
            other.number for other in counts if other.is_added and other.years == one.years and _same_kind(other, one)
        }
        if len(added) == 1 and one.number not in added:
            shown = f"{added.pop()} ({one.years[0]})"
            findings.append(_open(one, f"Elsewhere the paper counts {shown}, here {one.number}.", shown))
    return findings


def _still_open(counts: list[Count], year: int | None) -> list[ReadFinding]:
    """ "14 xã chưa đạt chuẩn" against the groups of the years to come, when the last is called the remaining ones."""
    findings = []
    for one in (count for count in counts if count.state == "open" and not count.years and year):
        coming = [
            other
            for other in counts
            if _same_kind(other, one) and other.state == "" and not other.is_total and len(other.years) == 1
        ]
        by_year = {
            y: {c.number for c in coming if c.years == (y,)} for c in coming for y in c.years if y >= (year or y)
        }
        last = max((other.years[0] for other in coming if other.is_rest), default=None)
        numbers = [number for found in by_year.values() for number in found]
        if last is None or last != max(by_year, default=None) or not 2 <= len(numbers) == len(by_year):
            continue
        if sum(numbers) != one.number:
            shown = " + ".join(f"{number} ({y})" for y, number in zip(by_year, numbers, strict=True))
            shown += f" = {sum(numbers)}"
            findings.append(_open(one, f"The groups of the years to come make {shown}, here {one.number}.", shown))
    return findings


def _same_kind(one: Count, other: Count) -> bool:
    return (one.noun, one.standard) == (other.noun, other.standard)


def _open(count: Count, message: str, others: str) -> ReadFinding:
    shown = f"{others} ≠ {count.number}"
    return ReadFinding("sum_open", f"{message} Look at the original.", count.start, count.end, shown=shown)


_AVERAGE = re.compile(
    r"\bbinh quan\b[^.;()]{0,30}?\b(?P<scope>toan (?:huyen|tinh|xa|thi xa|thanh pho))\s+(?:dat\s+)?(?P<value>\d{1,3}(?:,\d{1,2})?)\s+(?P<unit>[a-z ]{2,14}?)\s*/\s*(?P<noun>xa|phuong|thon|huyen|ho)\b"
    r"(?:\s*\(?\s*,?\s*tang(?: them)?\s+(?P<more>\d{1,4})\s+(?P=unit)\b(?!\s*/))?"
)
_PART = re.compile(
    r"(?<![\d/.,])(?P<part>\d{1,3})\s+(?P<noun>xa|phuong|thon|huyen|ho)\b(?:\s*\([^()]{0,60}\))?[^.;()]{0,20}?\b(?:dat|chiem)\s+(?:ty le\s+)?(?P<share>\d{1,2}(?:,\d{1,2})?)\s*%"
)
_OF = re.compile(r"(?<![\d/.,])\d{1,3}\s*/\s*(?P<whole>\d{1,3})\s+(?P<noun>xa|phuong|thon|huyen|ho)\b")


def _averages(paper: Paper, parts: Zones) -> list[ReadFinding]:
    """ "18,3 tiêu chí/xã (tăng thêm 41 tiêu chí)" against the average before and the number of places that a share or a
    fraction of the same paper gives."""
    span = parts.body_start, parts.body_end
    stated = list(_AVERAGE.finditer(paper.words, *span))
    findings = []
    for at, after in enumerate(stated):
        kind = after.group("scope", "unit", "noun")
        earlier = [one for one in stated[:at] if one.group("scope", "unit", "noun") == kind]
        if not after["more"] or len(earlier) != 1:
            continue
        wholes = _wholes(paper, span, after["noun"])
        whole = wholes.pop() if len(wholes) == 1 else 0
        old, new, more = _number(earlier[0]["value"]), _number(after["value"]), int(after["more"])
        places = len(after["value"].partition(",")[2])
        if whole and round(old + more / whole, places) != new:
            message = (
                f"{more} more over {whole} make {figure(more / whole)} each; the averages {earlier[0]['value']} and {after['value']} "
                f"differ by {figure(new - old)}. Look at the original."
            )
            shown = f"{more} : {whole} = {figure(more / whole)} ≠ {after['value']} − {earlier[0]['value']} = {figure(new - old)}"
            findings.append(ReadFinding("sum_open", message, after.start(), after.end(), shown=shown))
    return findings


def _wholes(paper: Paper, span: tuple[int, int], noun: str) -> set[int]:
    """How many places there are: the only number of which a stated part is the stated share, or "18/32 xã"."""
    wholes = {int(match["whole"]) for match in _OF.finditer(paper.words, *span) if match["noun"] == noun}
    for match in _PART.finditer(paper.words, *span):
        share, half = _number(match["share"]), 0.5 / 10 ** len(match["share"].partition(",")[2])
        fitting = [n for n in range(1, 1000) if abs(int(match["part"]) / n * 100 - share) <= half + 1e-9]
        if match["noun"] == noun and len(fitting) == 1:
            wholes.add(fitting[0])
    return wholes


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def figure(number: float) -> str:
    """The number as a Vietnamese paper writes it, with at most two places: 1,28."""
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")
