"""Where the head ends, the body runs, the tail begins and the annexes stand."""

import re
from dataclasses import dataclass

from tracker.notices.text import Paper
from tracker.words import plain

HEAD_LINES = 60
TITLES = "thong bao|ke hoach|chi thi|cong dien|quyet dinh|nghi quyet|bao cao|chuong trinh|ket luan|huong dan|giay moi|to trinh"


@dataclass(frozen=True)
class Zones:
    """Offsets in the text: the body is [body_start, body_end), the tail [body_end, tail_end), annexes follow to the end.
    title and subject are spans in the head, None when the form has none (a letter without a title)."""

    body_start: int
    body_end: int
    tail_end: int
    title: tuple[int, int] | None = None
    subject: tuple[int, int] | None = None
    addressees: tuple[int, int] | None = None


def zones(paper: Paper) -> Zones:
    """The parts of the paper by their landmarks: title, "Kính gửi", opening words, "Nơi nhận", "Phụ lục"."""
    rows = lines(paper, 0, len(paper.text))
    title, subject, after_title = _title(paper, rows)
    addressees, after_address = _addressees(paper, rows)
    start = max(after_title, after_address)
    if not start:
        start = _after_date(paper, rows)
    body_end = _tail_start(paper, start)
    tail_end = _annex_start(paper, body_end)
    return Zones(start, body_end, tail_end, title, subject, addressees)


def lines(paper: Paper, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the lines between two offsets, without their line ends; hidden noise counts as blank."""
    spans, at = [], start
    while at < end:
        stop = paper.text.find("\n", at, end)
        stop = end if stop < 0 else stop
        spans.append((at, stop))
        at = stop + 1
    return spans


def is_blank(paper: Paper, span: tuple[int, int]) -> bool:
    """Whether a line holds nothing but blanks or noise."""
    return not paper.words[span[0] : span[1]].strip()


_TITLE = re.compile(rf"\s*(?:{TITLES})\s*")
_OPENER = re.compile(
    r"\s*(?:ngay\s+\d|thuc hien|can cu|de\s|tai\s|sau khi|tren co so|theo\s|tiep theo|xet\s|nham\s|thoi gian qua|vua qua|trong thoi gian|hien nay|qua\s|nhan duoc|"
    r"(?:ubnd|uy ban|van phong|so|chu tich)\b.{3,80}(?:nhan duoc|da co|co van ban)|(?:[ivx]+|1)\s*[.)–-]\s)"
)
_ADDRESS = re.compile(r"kinh\s+gui\s*:?")
_TAIL = re.compile(r"\W{0,6}(?:\w{1,4}\s+nhan\s*:|noi\s+nhan\b)")
_SIGNATURE = re.compile(
    r"\W{0,6}(?:TL|KT|TM|TUQ|T/M|T/L|K/T)\s*\.?\s*(?:ỦY|UỶ|CHỦ|BAN|GIÁM|BỘ|TRƯỞNG|CHÁNH|THỦ|HỘI|BÍ|CỤC|CHI)"
)
_ANNEX = re.compile(r"\W*(?:phu luc|danh sach|bieu mau|bieu so|bieu tong hop|bang tong hop|de cuong)\b")


def _title(paper: Paper, rows: list[tuple[int, int]]) -> tuple[tuple[int, int] | None, tuple[int, int] | None, int]:
    """The title in capitals, the paragraph below it (the subject) and where that ends."""
    for index, (start, end) in enumerate(rows[:HEAD_LINES]):
        line = re.sub(r"^[\W_]+|[\W_]+$", "", paper.text[start:end])
        if not line.isupper() or not _TITLE.fullmatch(plain(line)):
            continue
        below = index + 1
        while below < len(rows) and is_blank(paper, rows[below]):
            below += 1
        last = below
        while (
            last < len(rows)
            and last - below < 8
            and not is_blank(paper, rows[last])
            and not _starts_body(paper, rows, last, below)
        ):
            last += 1
        if last == below:
            return (start, end), None, end
        return (start, end), (rows[below][0], rows[last - 1][1]), rows[last - 1][1]
    return None, None, 0


def _starts_body(paper: Paper, rows: list[tuple[int, int]], at: int, first: int) -> bool:
    start, end = rows[at]
    begins = paper.text[start:end].strip()[:1]
    return at > first and bool(_OPENER.match(paper.words, start, end)) and (begins.isupper() or begins.isdigit())


def _addressees(paper: Paper, rows: list[tuple[int, int]]) -> tuple[tuple[int, int] | None, int]:
    """ "Kính gửi: …" with the lines of names below it; ends at a blank line or at the first opening words."""
    for index, (start, end) in enumerate(rows[:HEAD_LINES]):
        if _TAIL.match(paper.words, start, end):
            break
        match = _ADDRESS.search(paper.words, start, end)
        if match and paper.text[start : match.start()].strip()[:1] in ("-", "–", "+", "*"):
            continue
        if match is None or (match.start() - start > 60 and paper.words[start : match.start()].strip()):
            continue
        last = index
        has_names = bool(paper.words[match.end() : end].strip())
        for at in range(index + 1, min(index + 25, len(rows))):
            if is_blank(paper, rows[at]):
                if has_names:
                    break
                continue
            if _OPENER.match(paper.words, *rows[at]) and has_names:
                break
            has_names, last = True, at
        return (match.end(), rows[last][1]), rows[last][1]
    return None, 0


def _after_date(paper: Paper, rows: list[tuple[int, int]]) -> int:
    """Without title and addressees: behind the line with the place and date of issue, else the beginning."""
    for start, end in rows[:HEAD_LINES]:
        if re.search(r",\s*ngay\b.{0,30}\bnam\s+\d{4}\s*$", paper.words[start:end]):
            return end
    return 0


def _tail_start(paper: Paper, body_start: int) -> int:
    for start, end in lines(paper, body_start, len(paper.text)):
        if _TAIL.match(paper.words, start, end) or _SIGNATURE.match(paper.text, start, end):
            return start
    return len(paper.text)


def _annex_start(paper: Paper, tail_start: int) -> int:
    for start, end in lines(paper, tail_start, len(paper.text)):
        if _ANNEX.match(paper.words, start, end):
            return start
    return len(paper.text)
