"""Targets: a statement such as "9 xã đạt chuẩn NTM gồm: A, B, C" becomes one milestone for each place it names."""

import re
from dataclasses import dataclass

from tracker.notices import vocabulary as v
from tracker.notices.grammar import skip_marks
from tracker.notices.text import Paper
from tracker.words import cased, plain

Span = tuple[int, int]


@dataclass(frozen=True)
class Target:
    """A target and the places it is stated for. `noun` is the kind of place, `count` the number stated, `what` the
    standard or result in plain folded words, `label` the set in the words of the notice."""

    places: tuple[str, ...]
    noun: str | None
    count: int | None
    what: str
    said: str
    label: str | None
    parent: str | None = None


_NOUN = r"(?P<noun>xa|phuong|thi tran|thon|ban|lang|to dan pho|khu pho|khu dan cu|huyen|thi xa|thanh pho|cum cong nghiep|truong|tram y te|cho)"
_COUNTED = re.compile(r"\b(?P<count>\d{1,3})\s*(?:/\d{1,3}\s*)?" + _NOUN + r"\b")
_ACHIEVE = r"(?:dat chuan|dat|duoc cong nhan|ve dich|hoan thanh|kieu mau|nang cao)"
_ACHIEVEMENT = re.compile(r"\b" + _ACHIEVE + r"\b")
_STANDARD = re.compile(
    r"\b(?:dat\s+chuan|duoc\s+cong\s+nhan|ve\s+dich)\s+(?P<what>[a-z0-9 ]{2,40}?)(?=\s*(?:[,;.:(]|$|\b(?:gom|nam|truoc|trong|muon|cham|vao|phan dau|la|den|do|giai doan|tro len)\b))"
)
_ONE_PLACE = re.compile(
    r"(?:phan dau\s+|dua\s+|de\s+)?(?:(?:den|trong|truoc|het)\s[^,;.]{3,40},\s+)?(?P<place>(?P<noun>xa|phuong|thi tran|thon|ban|huyen|thi xa|thanh pho)\s+(?P<name>\S.{1,40}?))\s+(?:phan dau\s+)?(?:dat|duoc cong nhan|ve dich|hoan thanh)\b"
)
_NUMERIC = re.compile(
    r"(?:phan dau|co them|co\s+\d|binh quan|ty le|dat\s|den (?:het )?(?:nam|quy|thang)\s+\S+,|tong so|thu nhap|\d{1,3}(?:,\d+)?\s*%|(?:tren|it nhat|toi thieu)\s+\d|(?:giam|tang)\s+(?:them\s|ty le\s|so\s|it nhat\s|tu\s|\d)).{0,160}\d"
)
_PLACES = re.compile(
    cased(
        r"(?:(?:UBND|[Đđ]ảng ủy|[Cc]hủ tịch UBND)\s+)?[Cc]ác\s+(?P<noun>xã|phường|thị trấn|huyện|thôn)\s*:?\s+(?P<names>[@A][@a]+(?:\s+[@A][@a]+)*(?:(?:\s*,\s*|\s+và\s+)[@A][@a]+(?:\s+[@A][@a]+)*)+)"
    )
)
_PARENT = re.compile(cased(r",?\s+((?:xã|phường|thị trấn|huyện)\s+[@A][^,;]*)$"))
_AIM = re.compile(r"\bde\s+(?:phan dau\s+)?(?:dat\s+(?:duoc\s+)?muc tieu|hoan thanh muc tieu|dam bao muc tieu)\s+")
_SELF = re.compile(
    r"\b(?P<all>de\s+(?P<noun>huyen|xa|tinh|thanh pho|thi xa)\s+(?:nha\s+)?(?:dat chuan|duoc cong nhan)\b)"
)


def is_target(paper: Paper, span: Span) -> bool:
    """Whether words state a result to be reached (a standard, a number) and not an act to be done."""
    start = skip_marks(paper, *span)
    words = paper.words[start : span[1]]
    if words.startswith("dat ") and paper.text[start : start + 3].lower() not in ("đạt", "dat"):
        return False  # đất, đặt
    if _is_place_target(paper, start, words) or (
        v.MILESTONE_START.match(words) and (_ACHIEVEMENT.search(words) or _NUMERIC.match(words))
    ):
        return True
    return bool(_NUMERIC.match(words))


def names_itself(paper: Paper, span: Span) -> bool:
    """Whether a target has its place as subject ("Xã Đồng Tiến đạt chuẩn …"): a result, not an act of that body."""
    start = skip_marks(paper, *span)
    return _is_place_target(paper, start, paper.words[start : span[1]])


def target_of(paper: Paper, span: Span) -> Target:
    """What a target names: its places (when the number and the names make a list), its standard, its label."""
    start = skip_marks(paper, *span)
    words = paper.words[start : span[1]]
    said, what = _standard(paper, start, span[1])
    if one := _ONE_PLACE.match(words):
        name = _original(paper, start, one.span("place"))
        if _is_proper(paper.text[start + one.start("name")]):
            return Target((_with_noun(name, one["noun"]),), one["noun"], None, what, said, None)
    counted = _COUNTED.search(words)
    if counted is None:
        return Target((), None, None, what, said, None)
    noun, count = " ".join(counted["noun"].split()), int(counted["count"])
    listed = _listed(paper, start + counted.end(), span[1])
    names, parent = _names(paper, listed, noun, count) if listed else ((), None)
    label = _original(paper, start, (counted.start("count"), _label_end(words, counted.end(), listed, start)))
    return Target(names, noun, count, what, said, label, parent)


def target_of_places(paper: Paper, span: Span, places: tuple[str, ...]) -> Target:
    """The target that a sentence states for the places that are its subject."""
    said, what = _standard(paper, skip_marks(paper, *span), span[1])
    noun = places[0].split(" ")[0]
    return Target(places, " ".join(plain(noun).split()), len(places), what, said, None)


def listed_places(name: str) -> tuple[str, ...]:
    """The places of "Các xã An Lạc, Bình Minh và Cao Sơn", each with its kind; empty for anything else."""
    match = _PLACES.fullmatch(" ".join(name.split()))
    if match is None:
        return ()
    return tuple(f"{match['noun'].lower()} {part}" for part in re.split(r"\s*,\s*|\s+và\s+", match["names"]))


def aim_before(paper: Paper, span: Span) -> Span | None:
    """The aim that a lead-in states before it assigns ("Để phấn đấu đạt mục tiêu … trong năm 2025, … yêu cầu:")."""
    match = _AIM.search(paper.words, *span)
    if match is None:
        return None
    stop = re.search(
        r",\s+(?=(?:chu tich|uy ban|ubnd|bi thu|dong chi|ban|yeu cau|de nghi|giao)\b)",
        paper.words[match.end() : span[1]],
    )
    end = match.end() + stop.start() if stop else span[1]
    return match.end(), end


def purpose_target(paper: Paper, span: Span) -> Span | None:
    """The purpose at the end of a task that is a target itself ("… để huyện đạt chuẩn NTM")."""
    match = _SELF.search(paper.words, *span)
    return (match.start(), span[1]) if match else None


def _is_place_target(paper: Paper, start: int, words: str) -> bool:
    match = _ONE_PLACE.match(words)
    return match is not None and _is_proper(paper.text[start + match.start("name")]) and "," not in match["name"]


def restated_count(words: str) -> tuple[int, str] | None:
    """ "9 xã phấn đấu đạt chuẩn năm 2020": number and kind of a set that was named before."""
    match = re.search(
        r"\b(\d{1,3})\s+(xa|phuong|thon|thi tran|huyen)\s+(?:con lai\s+)?(?:phan dau|dang ky|duoc chon|ve dich|dat chuan)\b",
        words,
    )
    return (int(match[1]), match[2]) if match else None


def quantity(text: str) -> str | None:
    """The numbers with their units that a target states ("18,3 tiêu chí/xã; tăng thêm 41 tiêu chí")."""
    found = re.findall(
        r"(?:tăng thêm |giảm |trên |từ )?\d+(?:[.,]\d+)*\s?(?:%|tiêu chí(?:/xã)?|triệu đồng(?:/\w+)?|tỷ đồng|ha|km|hộ|xã|thôn|mỏ|dự án|cụm|căn|nhà)(?!\w)",
        " ".join(text.split()),
    )
    return "; ".join(part.strip() for part in found) or None


def _standard(paper: Paper, start: int, end: int) -> tuple[str, str]:
    """The standard in the words of the notice and folded; empty when none is named."""
    match = _STANDARD.search(paper.words, start, end)
    if match is None:
        return "", ""
    said = " ".join(paper.text[match.start() : match.end("what")].split())
    tail = re.match(r"\s+(nang cao|kieu mau)\b", paper.words[match.end("what") : end])
    if tail:
        said += " " + " ".join(paper.text[match.end("what") + tail.start(1) : match.end("what") + tail.end(1)].split())
    return said, " ".join(paper.words[match.start() : match.end("what") + (tail.end() if tail else 0)].split())


def _listed(paper: Paper, start: int, end: int) -> Span | None:
    """The list of names: behind "gồm:" or in the parenthesis that holds capitals or numbers."""
    if colon := re.search(r"\b(?:gom|la|cu the|gom co|bao gom)\s*(?:cac\s+\w+\s*)?:\s*", paper.words[start:end]):
        stop = re.search(r"\s*(?:[;.]|\bphan dau\b|\bhoan thanh\b|$)", paper.words[start + colon.end() : end])
        return start + colon.end(), start + colon.end() + stop.start() if stop else end
    for parenthesis in re.finditer(r"\(([^()]{2,600})\)", paper.text[start:end]):
        inside = parenthesis[1]
        if (
            re.search(r",|\d", inside)
            and any(char.isupper() for char in inside)
            and not re.match(r"\s*(?:tăng|giảm|kể cả|theo|bao gồm cả)", inside)
        ):
            return start + parenthesis.start(1), start + parenthesis.end(1)
    return None


def _names(paper: Paper, listed: Span, noun: str, count: int) -> tuple[tuple[str, ...], str | None]:
    """The single names of a list. "thôn 1, 2, 3 xã Thọ Sơn": the noun and the commune are said once for all."""
    text = " ".join(paper.text[listed[0] : listed[1]].split())
    parent = None
    if (match := _PARENT.search(text)) and noun in ("thon", "ban", "lang", "to dan pho", "khu pho", "khu dan cu"):
        parent, text = match[1], text[: match.start()]
    parts = [part.strip(" .") for part in re.split(r"\s*[,;]\s*|\s+và\s+", text) if part.strip(" .")]
    if count == 1 and len(parts) > 1:
        parts = [", ".join(parts)]
    prefix = (
        re.match(r"(?:các\s+)?(xã|phường|thị trấn|thôn|bản|làng|khu|huyện|tổ dân phố)\s", parts[0], re.IGNORECASE)
        if parts
        else None
    )
    shown = (
        prefix[1].lower()
        if prefix
        else {
            "xa": "xã",
            "phuong": "phường",
            "thi tran": "thị trấn",
            "thon": "thôn",
            "ban": "bản",
            "huyen": "huyện",
            "lang": "làng",
        }.get(noun, "")
    )
    names = []
    for part in parts:
        bare = re.sub(
            r"^(?:các\s+)?(?:xã|phường|thị trấn|thôn|bản|làng|khu|huyện)\s+",
            lambda m: "" if m[0].split()[-1].lower() == shown else m[0],
            part,
            flags=re.IGNORECASE,
        )
        if not (bare[:1].isupper() or bare[:1].isdigit() or bare != part) or len(bare) > 60:
            return (), parent
        has_noun = bool(re.match(r"(?:xã|phường|thị trấn|thôn|bản|huyện)\s", bare, re.IGNORECASE))
        names.append((bare if has_noun or not shown else f"{shown} {bare}") + (f", {parent}" if parent else ""))
    return tuple(names), parent


def _label_end(words: str, at: int, listed: Span | None, start: int) -> int:
    stop = re.compile(r"\s*(?:[(;:.]|,\s|\bgom\b|\bmuon nhat\b|\bcham nhat\b|\btruoc\b|$)").search(words, at)
    return stop.start() if stop else len(words)


def _original(paper: Paper, start: int, span: Span) -> str:
    return " ".join(paper.text[start + span[0] : start + span[1]].split())


def _with_noun(name: str, noun: str) -> str:
    return name[:1].lower() + name[1:]


def _is_proper(char: str) -> bool:
    return char.isupper() or char.isdigit()
