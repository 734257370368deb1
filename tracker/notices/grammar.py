"""Where a body is named, where its predicate begins, and whether words begin a task: grammar without a parser."""

import re
from dataclasses import dataclass

from tracker.notices import vocabulary as v
from tracker.notices.text import Paper
from tracker.words import cased, plain

NAMES_LENGTH = 900  # characters; the longest list of bodies seen before one predicate has about 400

_WORD = re.compile(r"[a-z0-9]+")
_NEXT_WORD = re.compile(r"\s+([a-z]+)")
_LEAD_MARKS = re.compile(r"[\s\-–—+*“\"'(:;,.]*(?:\(?\d{1,2}\)\s*)?")
_OPENERS = re.compile(
    r"(?:dong thoi|ngoai ra|truoc mat|ben canh do|mat khac|va|sau do|tu do|tuy nhien|tren co so do|(?:trong )?thoi gian toi|(?:dinh ky\s+)?hang (?:tuan|nam|quy|thang|ngay)|(?:dinh ky\s+)?(?:0?3|0?6) thang (?:mot|0?1) lan|trong qua trinh thuc hien)\s*,?\s+"
)
# Verbs that stand in the names of boards and centres ("Ban Quản lý dự án đầu tư xây dựng và phát triển quỹ đất").
_NAME_VERBS = frozenset(
    v.phrases(
        "dau tu | xay dung | quan ly | phat trien | to chuc | van hanh | dieu phoi | bao tri | bao ve | giao | dao tao | khai thac | thong ke | quy hoach | dich vu | sua chua | bao duong | thong tin | "
        "tuyen dung | boi duong | dang ky | giam sat | ky | hop | lam | dat | cu | dua | dau thau | dau gia | so hoa | cham soc | phong ngua | giai phong | boi thuong | ho tro | tai dinh cu | phan loai | cap giay"
    )
)
_COMPLETE_NAME_ENDS = {
    "tinh",
    "huyen",
    "xa",
    "phuong",
    "nganh",
    "vi",
    "quan",
    "pho",
    "uong",
    "cap",
    "doan",
    "the",
    "uy",
    "chuc",
    "nghiep",
}
_LONG_NAMED = re.compile(r"(?:van phong|ban|to|hoi dong|trung tam|cong ty|du an|cac ban|chu dau tu|truong)\b")


_LEVEL_NAME = re.compile(
    cased(
        r"\s+(?:tỉnh|huyện|quận|thành phố|thị xã|xã|phường|thị trấn|đặc khu|[Tt]rung ương|[Qq]uốc gia|"
        r"(?:[Tt]ỉnh|[Hh]uyện|[Qq]uận|[Tt]hành|[Tt]hị|[Đđ]ảng)\s+(?:ủy|uỷ))(?![@a])(?:\s+[@A][@a]+){0,4}"
    )
)
# Small words that carry a name on, or tell a property of it: no predicate begins with them.
_NO_PREDICATE = frozenset(
    v.phrases(
        "va | voi | cua | tai | thuoc | hoac | cung | cac | tinh | huyen | xa | phuong | thanh | thi | la | hay | o | tren | duoc | trong | ve | "
        "theo | nhu | chua | da | con | co | ban | nhan | dan | dat | tu | den | dong | do | hoi | nay | noi | khac | lan | nao | nham | de | bien | "
        "truc | lien | mien | ven | vung | ngheo | dac | trong | diem | moi | cu | phu | phan | khoa | nhiem | giai | bao | loai | luc | so | hang | thon | cap | uy | chu | sau | truoc | to | van | va | quan | doi | len | xuong | cong | nong"
    )
)


@dataclass(frozen=True)
class Subject:
    """A body named at the start of words: text[start:end] is its name, `verb` where its predicate begins."""

    start: int
    end: int
    verb: int


def skip_marks(paper: Paper, start: int, end: int) -> int:
    """The first offset that is neither blank, dash nor opening sign."""
    match = _LEAD_MARKS.match(paper.words, start, end)
    return match.end() if match else start


def skip_openers(paper: Paper, start: int, end: int) -> int:
    """The first offset behind words that only join ("Đồng thời", "Ngoài ra,")."""
    at = skip_marks(paper, start, end)
    while opener := _OPENERS.match(paper.words, at, end):
        at = opener.end()
    return at


def unit_at(paper: Paper, at: int, end: int) -> re.Match[str] | None:
    """The head of a unit's name exactly at `at` ("Sở", "Ủy ban nhân dân"), with the right marks where it is short."""
    counted = re.compile(
        r"(?:\d{1,3}\s+|toan the\s+|tat ca\s+|moi\s+|tung\s+)(?=(?:xa|phuong|thi tran|huyen|thon|don vi|so)\b)"
    ).match(paper.words, at, end)
    begin = counted.end() if counted else at
    match = v.UNIT_HEAD.match(paper.words, begin, end)
    if match is None or match["head"] is None:
        return None
    head, stop = match.span("head")
    if match["head"] in v.CAPITAL_HEADS and not _is_proper_head(paper, head, stop, end):
        return None
    return match if _marks_fit(paper, head, stop) else None


def _is_proper_head(paper: Paper, start: int, stop: int, end: int) -> bool:
    """A common word heads a name only with a capital before a capital ("Trạm Y tế", "các Vụ Pháp chế")."""
    return paper.text[start].isupper() and paper.text[stop:end].lstrip()[:1].isupper()


def predicate(paper: Paper, start: int, end: int) -> int | None:
    """Where the first predicate after the name at `start` begins; None when the words are a name only (a list of
    names longer than NAMES_LENGTH is none).

    Strong verbs decide; verbs that are also parts of names ("Ban Quản lý dự án đầu tư xây dựng số 1") only where the name
    before them is complete."""
    end = min(end, start + NAMES_LENGTH)
    if (known := _after_known_office(paper, start, end)) is not None:
        return known
    strong = next(
        (m.start() for m in v.STRONG.finditer(paper.words, start + 1, end) if _is_verb(paper, m, start)), None
    )
    weak = next(
        (m.start() for m in v.UNSURE.finditer(paper.words, start + 1, strong or end) if _is_weak_verb(paper, m, start)),
        None,
    )
    found = weak if weak is not None else strong
    level = _after_level(paper, start, found or end)
    return found if level is None else level


def subject_at(paper: Paper, start: int, end: int) -> Subject | None:
    """The body that words begin with, when a predicate follows: "Sở Tài chính phối hợp với …"."""
    at = skip_marks(paper, start, end)
    if unit_at(paper, at, end) is None:
        return None
    verb = predicate(paper, at, _name_limit(paper, at, end))
    if verb is None:
        return None
    name_end = at + len(paper.text[at:verb].rstrip(" \n\t,:;-–—"))
    return Subject(at, name_end, verb) if name_end > at else None


def guessed_subject(paper: Paper, start: int, end: int) -> Subject | None:
    """The body that words begin with when no known verb tells where its predicate begins: names are written with a
    capital in the first syllable of each pair ("Trung tâm Truyền thông và Văn hóa đưa …"), so the second small word
    behind the last capital is taken. A guess: whoever uses it asks a person."""
    at = skip_marks(paper, start, end)
    if unit_at(paper, at, end) is None or not paper.text[at].isupper():
        return None
    small, verb = 0, None
    for word in re.finditer(r"[^\W\d_]+", paper.text[at : min(end, at + 160)]):
        joins = plain(word[0]) in ("va", "cac", "cua", "tinh", "huyen", "xa", "phuong", "thanh", "pho")
        small = 0 if word[0][0].isupper() or joins else small + 1
        if small == 2:
            verb = at + word.start()
        if small == 3 and verb is not None:
            return Subject(at, at + len(paper.text[at:verb].rstrip(" \n\t,:;-–—")), verb)
    return None


def _name_limit(paper: Paper, at: int, end: int) -> int:
    """A list of names may run over a semicolon only when another name follows it."""
    for semicolon in re.finditer(r";\s*", paper.words[at : min(end, at + NAMES_LENGTH)]):
        if unit_at(paper, at + semicolon.end(), end) is None:
            return at + semicolon.start()
    return end


def begins_with_verb(paper: Paper, start: int, end: int) -> bool:
    """Whether the words say at once what to do: a verb, or an adverb and then a verb."""
    at = skip_openers(paper, start, end)
    match = None if v.NOUN_START.match(paper.words, at, end) else v.VERB.match(paper.words, at, end)
    return match is not None and _marks_fit(paper, match.start(), match.end())


def verb_span(paper: Paper, at: int, end: int) -> re.Match[str] | None:
    """The verb exactly at `at`."""
    match = v.VERB.match(paper.words, at, end)
    return match if match and _marks_fit(paper, match.start(), match.end()) else None


def _after_known_office(paper: Paper, start: int, end: int) -> int | None:
    """Behind the full name of an office whose field is known ("Phòng Kinh tế", "Sở Y tế tỉnh"), when words that can only
    be its predicate follow: so an act is seen even when its verb is in no table."""
    match = v.KNOWN_OFFICE.match(paper.words, start, end)
    if match is None:
        return None
    at = match.end()
    if level := _LEVEL_NAME.match(paper.text, at, end):
        at = level.end()
    word = _NEXT_WORD.match(paper.words, at, end)
    if word is None or paper.text[word.start(1)].isupper() or word[1] in _NO_PREDICATE:
        return None
    return word.start(1)


def _after_level(paper: Paper, start: int, end: int) -> int | None:
    """Behind the word of level that ends a name ("Báo và Phát thanh, Truyền hình tỉnh tăng …"), when small letters
    follow that can only be a predicate; only for the first words of the sentence."""
    for level in _LEVEL_NAME.finditer(paper.text, start, end):
        word = _NEXT_WORD.match(paper.words, level.end(), end)
        if word and not paper.text[word.start(1)].isupper() and word[1] not in _NO_PREDICATE:
            return word.start(1)
    return None


def _is_verb(paper: Paper, match: re.Match[str], start: int) -> bool:
    if (
        paper.text[match.start()].isupper()
        and paper.text[start : match.start()].strip()
        and not _after_stop(paper, match.start())
    ):
        return False  # a capital inside the sentence: part of a name (Ban Chỉ đạo)
    word = match[0]
    if not _marks_fit(paper, match.start(), match.end()):
        return False
    before = _WORD.findall(paper.words[max(start, match.start() - 25) : match.start()])
    if before and before[-1] in v.NOUN_BEFORE.get(word, ()):
        return False
    is_door = (
        paper.text[max(start, match.start() - 6) : match.start()].rstrip()[-3:].lower() == "cửa"
    )  # "bộ phận Một cửa", no "của"
    if before and before[-1] in v.NOUN_MARKERS and not is_door and word.split()[0] not in ("co", "la", "se", "phai"):
        return False
    relative = before[-3:-2] + before[-4:-3]
    return not (before[-2:] == ["thuc", "hien"] and any(w in ("chua", "da", "khong") for w in relative))


def _is_weak_verb(paper: Paper, match: re.Match[str], start: int) -> bool:
    if not _is_verb(paper, match, start):
        return False
    if _after_stop(paper, match.start()):
        return True
    before = _WORD.findall(paper.words[max(start, match.start() - 25) : match.start()])
    if not _LONG_NAMED.match(paper.words, start):
        return len(before) >= 2 or not before
    if match[0] not in _NAME_VERBS and len(_WORD.findall(paper.words[start : match.start()])) >= 5:
        return True
    last_word = paper.text[max(start, match.start() - 25) : match.start()].split()
    is_proper = len(last_word) > 1 and last_word[-1].istitle()
    return bool(before) and (
        before[-1] in _COMPLETE_NAME_ENDS or (is_proper and before[-1] not in ("dao", "ly", "phoi", "chuc"))
    )


def _after_stop(paper: Paper, at: int) -> bool:
    return paper.text[:at].rstrip()[-1:] in ":.;"


def _marks_fit(paper: Paper, start: int, end: int) -> bool:
    """Short words must carry their own marks; a capitalised or lower-case form is the same."""
    wanted = v.EXACT_MARKS.get(paper.words[start:end])
    if wanted is None:
        return True
    written = paper.text[start:end].lower()
    return written == wanted or written == plain(written)
