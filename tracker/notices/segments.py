"""A paragraph cut into what can be asked about apart: sentences, clauses behind semicolons, labels before a colon."""

import re

from tracker.notices import vocabulary as v
from tracker.notices.grammar import begins_with_verb, skip_marks, skip_openers, subject_at, unit_at
from tracker.notices.text import Paper

Span = tuple[int, int]

_ABBREVIATIONS = {
    "tp",
    "ths",
    "ts",
    "pgs",
    "gs",
    "bs",
    "ks",
    "kt",
    "tl",
    "tm",
    "tr",
    "tt",
    "tx",
    "st",
    "p",
    "q",
    "h",
    "x",
    "nd",
    "qd",
}
_DATE_LABEL = re.compile(
    r"\s*(?:trong\s+)?(?:den\s+)?(?:nam\s+\d{4}|quy\s+[iv]+(?:\s*/\s*\d{4}|\s+nam\s+\d{4})?|thang\s+\d{1,2}(?:\s*/\s*\d{4}|\s+nam\s+\d{4})?)\s*[:;]"
)
_LIST_LEAD = re.compile(
    r"(?:\b(?:nhu|gom|la|bao gom|hanh vi|chuong trinh|sau|cu the|gom co|so|noi dung|tai|ve)\s*(?:sau|nhu sau|la)?)\s*$"
)
_COMPLETION = re.compile(
    r"[\s;,.\-–]*(?:(?:va|phai|thoi gian|thoi han|yeu cau|phan dau)\s+)*(?:hoan thanh|xong|thoi gian|thoi han|cham nhat|muon nhat|truoc|trong)\b"
    r"(?:\s+(?:thuc hien|hoan thanh|xong|viec nay|noi dung nay|nhiem vu nay|toan bo))*\s*:?\s*"
    r"(?:(?:la|vao|trong|truoc|xong|den|het|cham nhat|muon nhat)\s+)*(?:(?:ngay|thang|quy|nam|tuan|cuoi|dau|giua|\d)[^;.]{0,45})?[\s.;/]*$"
)


def label_end(paper: Paper, span: Span) -> int | None:
    """Behind the colon of a label ("Nguồn lực: …", "4.2. Năm 2021; …"); None when the paragraph has none.

    A colon behind a verb ("xử lý các hành vi: …") opens a list and is no label."""
    start, end = span
    if dated := _DATE_LABEL.match(paper.words, start, end):
        return dated.end()
    colon = _outside(paper, ":", start, min(end, start + 200))
    if colon is None or colon + 1 >= end:
        return None
    if _LIST_LEAD.search(paper.words, start, colon) and unit_at(paper, start, colon) is None:
        return None
    if begins_with_verb(paper, start, colon) and not v.PERFORMATIVE.match(
        paper.words, skip_marks(paper, start, colon), colon
    ):
        return None
    if subject_at(paper, start, colon) or ";" in paper.text[start:colon] or re.search(r"\.\s", paper.text[start:colon]):
        return None
    return colon + 1


def sentences(paper: Paper, span: Span) -> list[Span]:
    """The sentences of a paragraph; those that only carry on the one before ("Trong đó …") belong to it."""
    found: list[Span] = []
    start = span[0]
    for match in re.finditer(r"[.!?…]+[\"”)]*\s+(?=\S)", paper.text[span[0] : span[1]]):
        at = span[0] + match.start()
        after = span[0] + match.end()
        if not _ends_sentence(paper, start, at, after):
            continue
        found.append((start, at + len(match[0].rstrip())))
        start = after
    found.append((start, span[1]))
    return _glued(paper, [s for s in found if paper.words[s[0] : s[1]].strip(" .;-")])


def segments(paper: Paper, span: Span) -> list[Span]:
    """One sentence cut behind the semicolons after which something new is to be done.

    When the last part only says by when ("; hoàn thành trước ngày 31/12/2026") the whole sentence is one matter."""
    parts: list[Span] = []
    start = span[0]
    at = span[0]
    while (semicolon := _outside(paper, ";", at, span[1])) is not None:
        at = semicolon + 1
        if _starts_matter(paper, at, span[1]) or _is_second_result(paper, (start, semicolon), (at, span[1])):
            parts.append((start, semicolon))
            start = at
        elif is_completion(paper, (at, span[1])):
            return [trimmed(paper, span)]
    parts.append((start, span[1]))
    return [trimmed(paper, piece) for part in parts for piece in _singled_out(paper, part)]


def _singled_out(paper: Paper, span: Span) -> list[Span]:
    """ "…, nhất là các xã A, B phải …": what is asked of some of them is a matter of its own."""
    for match in re.finditer(r",\s+(?:nhat la|rieng)\s+", paper.words[span[0] : span[1]]):
        begin = span[0] + match.end()
        subject = subject_at(paper, begin, span[1])
        if subject and re.match(r"(?:phai|can|khan truong|tap trung)\b", paper.words[subject.verb : span[1]]):
            return [(span[0], span[0] + match.start()), (begin, span[1])]
    return [span]


def is_completion(paper: Paper, span: Span) -> bool:
    """Whether words say nothing but by when ("Hoàn thành trước ngày 15/7/2026")."""
    words = paper.words[span[0] : span[1]]
    return bool(_COMPLETION.match(words)) and bool(re.search(r"\d|\b(?:nam|thang|quy)\b", words))


def opens_with_time(paper: Paper, start: int, end: int) -> bool:
    """Whether an act follows its time ("trước ngày 05/12 hằng năm báo cáo …")."""
    return _TIMED.match(paper.words, skip_marks(paper, start, end), end) is not None


def trimmed(paper: Paper, span: Span) -> Span:
    """The span without blanks, dashes and stops at its ends."""
    start, end = span
    while start < end and (paper.text[start].isspace() or paper.text[start] in "-–—+*;,:.•"):
        start += 1
    while end > start and (
        paper.text[end - 1].isspace()
        or paper.text[end - 1] in ";,:*"
        or (paper.text[end - 1] in "./" and not paper.text[:end].endswith("..."))
    ):
        end -= 1
    return start, end


def _outside(paper: Paper, sign: str, start: int, end: int) -> int | None:
    """The first `sign` that stands in no parenthesis and no quotation."""
    depth = 0
    for at in range(start, end):
        char = paper.text[at]
        if char in "(“":
            depth += 1
        elif char in ")”":
            depth = max(0, depth - 1)
        elif char == sign and depth == 0 and paper.words[at] == sign:
            if sign == ":" and at + 1 < end and paper.text[at + 1].isdigit():
                continue
            return at
    return None


def _ends_sentence(paper: Paper, start: int, at: int, after: int) -> bool:
    following = paper.text[after:].lstrip('“"(')[:1]
    if not (following.isupper() or (following.isdigit() and paper.text[after - 1] == "\n")):
        return False
    word = re.search(r"([a-z0-9]+)$", paper.words[max(start, at - 8) : at])
    if word and paper.text[at] == "." and word[1] in _ABBREVIATIONS:
        return False
    inside = paper.text[start:at]
    return inside.count("(") <= inside.count(")")


_ASSIGNS = re.compile(r",\s*(?:giao|yeu cau|de nghi)\s")


def _glued(paper: Paper, found: list[Span]) -> list[Span]:
    glued: list[Span] = []
    for start, end in found:
        at = skip_marks(paper, start, end)
        assigns = _ASSIGNS.search(paper.words, at, end) is not None
        if glued and not assigns and (v.GLUE.match(paper.words, at, end) or is_completion(paper, (start, end))):
            glued[-1] = (glued[-1][0], end)
        else:
            glued.append((start, end))
    return glued


def _starts_matter(paper: Paper, at: int, end: int) -> bool:
    begin = skip_marks(paper, at, end)
    begin = skip_openers(paper, begin, end)
    if (
        v.GLUE.match(paper.words, begin, end)
        or v.QUALITY.match(paper.words, begin, end)
        or is_completion(paper, (begin, end))
    ):
        return False
    if v.PERFORMATIVE.match(paper.words, begin, end) or begins_with_verb(paper, begin, end):
        return True
    if (noun := _TASK_NOUN.match(paper.words, begin, end)) and begins_with_verb(paper, noun.end(), end):
        return True
    return (
        subject_at(paper, begin, end) is not None
        or _NEXT_STAGE.match(paper.words, begin, end) is not None
        or opens_with_time(paper, begin, end)
        or v.MILESTONE_START.match(paper.words, begin, end) is not None
    )


def _is_second_result(paper: Paper, before: Span, span: Span) -> bool:
    """Whether "; bảo đảm giải ngân đạt 100% … trong năm 2024" has a date of its own behind words that have theirs: a
    meeting asks about it apart. Where the first part has no date the one date holds for both."""
    begin = skip_marks(paper, *span)
    return _DATED.search(paper.words, *before) is not None and _RESULT.match(paper.words, begin, span[1]) is not None


_DATED = re.compile(r"\b(?:truoc|trong|den|cham nhat|vao|xong)\b[^;]{0,30}\d")
_RESULT = re.compile(
    r"(?:dam bao|bao dam)\s[^;]{3,120}?\b(?:dat|tren|giai ngan|du|it nhat)\b[^;]{0,80}?"
    r"\b(?:trong (?:nam|quy|thang)|(?:truoc|den|het|cham nhat)\s[^;]{0,12}(?:ngay|thang|quy|nam|cuoi))\s[^;]{0,20}\d"
)
# "…; đến ngày 31/12/2023 đạt 95%": the next stage of a target.
_NEXT_STAGE = re.compile(
    r"den (?:het )?(?:ngay|thang|quy|nam|cuoi) [^,;.]{3,25}?,? (?:dat|co|hoan thanh|phan dau|ty le|tren|100%)\b"
)
# "…; trước ngày 05/12 hằng năm báo cáo …": an act with its time first.
_TIMED = re.compile(
    r"(?:dinh ky\s+)?(?:truoc|cham nhat|muon nhat|vao|hang|trong)\s+(?:ngay|thang|quy|nam|tuan|thu|\d)[^,;.]{0,40}?\s"
    r"(?:bao cao|tong hop|gui|hoan thanh|to chuc|trinh|tham muu|xay dung|ra soat)\b"
)
_TASK_NOUN = re.compile(r"cong tac\s+")
