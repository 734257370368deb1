"""Who: the bodies that a heading, a subject, "Giao …" or "phối hợp với …" names, as spans of the text."""

import re
from dataclasses import dataclass

from tracker.notices import vocabulary as v
from tracker.notices.grammar import (
    NAMES_LENGTH,
    Subject,
    guessed_subject,
    predicate,
    skip_marks,
    subject_at,
    unit_at,
    verb_span,
)
from tracker.notices.text import Paper
from tracker.notices.zones import Zones, lines

Span = tuple[int, int]


@dataclass(frozen=True)
class Assigned:
    """Bodies that words make responsible: the spans of their names, where the duty begins, and by which way (rule)."""

    parties: tuple[Span, ...]
    verb: int
    rule: str


def heading_parties(paper: Paper, span: Span) -> tuple[Span, ...]:
    """The bodies when the whole heading is nothing but their names ("1. Sở Công Thương", "Đối với 14 xã …:")."""
    start = skip_marks(paper, *span)
    end = span[0] + len(paper.text[span[0] : span[1]].rstrip(" \n\t:;.*_"))
    if opener := _HEADING_OPENER.match(paper.words, start, end):
        start = opener.end()
    if unit_at(paper, start, end) is None or end - start > 400:
        return ()
    if (_FULL_STOP.search(paper.text, start, end) and not opener) or _is_statement(
        paper, start, end, opened=opener is not None and opener[0].startswith("doi voi")
    ):
        return ()
    return split_names(paper, (start, end))


_FULL_STOP = re.compile(r"(?<!\bTP)\.(?!\d)")  # not the one inside "TP. Hà Giang" or "Trung tâm Đăng kiểm 67.01D"


def addressed(paper: Paper, zones: Zones) -> tuple[Span, ...]:
    """The bodies to whom a letter is written ("Kính gửi: …"): they are meant where it asks without naming anybody."""
    if zones.addressees is None:
        return ()
    found = [name for row in lines(paper, *zones.addressees) for name in split_names(paper, _trimmed_name(paper, row))]
    return tuple(name for name in found if unit_at(paper, *name))


def asked(paper: Paper, span: Span, addressees: tuple[Span, ...]) -> Assigned | None:
    """ "… yêu cầu khẩn trương báo cáo …": an act asked of those to whom the letter goes."""
    for match in _ASKS.finditer(paper.words, span[0], min(span[1], span[0] + 700)):
        if addressees and verb_span(paper, match.end(), span[1]):
            return Assigned(addressees, match.end(), "addressee")
    return None


def performed(paper: Paper, span: Span) -> Assigned | None:
    """An explicit assignment: "[Để …,] [UBND tỉnh] giao | yêu cầu | đề nghị X (làm gì)"."""
    start, end = span
    if addressed := _addressed(paper, span):
        return addressed
    for match in v.PERFORMATIVE.finditer(paper.words, start, min(end, start + 700)):
        if not _may_perform(paper, start, match.start()) or (
            match[0] == "giao" and paper.text[match.start() : match.end()].lower() != "giao"
        ):
            continue
        at = skip_marks(paper, match.end(), end)
        if title := _POLITE.match(paper.words, at, end):
            at = title.end()
        if unit_at(paper, at, end) is None:
            continue
        verb = predicate(paper, at, end)
        if verb is None:
            verb = end
        names = split_names(paper, (at, verb))
        if names:
            return Assigned(names, verb, " ".join(match[0].split()))
    return None


def _addressed(paper: Paper, span: Span) -> Assigned | None:
    """ "Đối với các đơn vị chưa …, đề nghị hoàn thành …": those whom the opening names are asked."""
    start = skip_marks(paper, *span)
    match = _TOWARDS.match(paper.words, start, span[1])
    if match is None or unit_at(paper, match.start("name"), span[1]) is None:
        return None
    verb = skip_marks(paper, match.end(), span[1])
    if unit_at(paper, verb, span[1]) is not None:
        return None
    return Assigned(split_names(paper, match.span("name")), verb, " ".join(match["act"].split()))


def named_subject(paper: Paper, span: Span) -> Assigned | None:
    """Bodies with which the words begin, when a predicate follows ("Sở Tài chính phối hợp với …")."""
    subject = subject_at(paper, *_without_opening(paper, span)) or _behind_opening(paper, span)
    if subject is None:
        return None
    return _assigned(paper, subject, "subject")


def guessed(paper: Paper, span: Span) -> Assigned | None:
    """Bodies with which the words begin when their predicate is no known verb."""
    subject = guessed_subject(paper, *span)
    if subject is None or _STATE_OF.search(paper.text, span[0], subject.verb + 20):
        return None
    return _assigned(paper, subject, "guessed")


_STATE_OF = re.compile(r"\b(?:đã|đang|chưa|còn|được|bị)\b")


def _behind_opening(paper: Paper, span: Span) -> Subject | None:
    """The subject behind an opening clause ("Đối với các dự án …, Sở Xây dựng rà soát …")."""
    start = skip_marks(paper, *span)
    if not _OPENING_CLAUSE.match(paper.words, start, span[1]):
        return None
    for comma in list(re.finditer(r",\s+", paper.words[start : min(span[1], start + 400)]))[:4]:
        subject = subject_at(paper, start + comma.end(), span[1])
        if subject and subject.end - subject.start < 200:
            return subject
    return None


def inner_subject(paper: Paper, span: Span) -> Assigned | None:
    """Bodies named within the words with "phải", "chịu trách nhiệm", "có trách nhiệm" ("…, các đồng chí … phải …")."""
    for comma in re.finditer(
        r",\s+(?:va\s+)?(?:nhat la\s+)?", paper.words[span[0] : min(span[1], span[0] + NAMES_LENGTH)]
    ):
        begin = span[0] + comma.end()
        subject = subject_at(paper, begin, span[1])
        if (
            subject
            and _DUTY.match(paper.words, subject.verb, span[1])
            and not _BEFORE_INNER.search(paper.words, span[0], begin)
        ):
            return _assigned(paper, subject, "subject")
    return None


def supporters(paper: Paper, start: int, end: int) -> tuple[Span, ...]:
    """The bodies behind "phối hợp (chặt chẽ) với", up to the next predicate."""
    match = _WITH.search(paper.words, start, min(end, start + 160))
    if match is None:
        return ()
    at = skip_marks(paper, match.end(), end)
    if unit_at(paper, at, end) is None:
        return ()
    stop = predicate(paper, at, end)
    purpose = re.search(r"\s(?:de|trong|nham)\s", paper.words[at : stop or end])
    if stop is None or (purpose and at + purpose.start() < stop):
        stop = at + purpose.start() if purpose else end
    return split_names(paper, (at, stop))


def split_names(paper: Paper, span: Span) -> tuple[Span, ...]:
    """Single bodies of a list: cut at a comma, semicolon or "và" only where another name begins ("Sở Nông nghiệp và Môi
    trường" and "các xã, phường" stay whole). "Các Sở: A, B" gives one name for each office."""
    cuts, start = [], span[0]
    for match in _SEPARATOR.finditer(paper.words, *span):
        if paper.text[span[0] : match.start()].count("(") > paper.text[span[0] : match.start()].count(")"):
            continue
        if _begins_name(paper, match.end(), span[1]) and not _bare_post(paper, start, match.start()):
            cuts.append((start, match.start()))
            start = match.end()
    cuts.append((start, span[1]))
    return tuple(s for s in (_trimmed_name(paper, cut) for cut in cuts) if s[1] - s[0] >= 2)


_ASKS = re.compile(
    r"(?:^|(?<=[,;] )|\bva |\b(?:ubnd|uy ban nhan dan|so|phong|bo|chi cuc|ban|van phong)\b[^.,;]{0,60} )(?:yeu cau|de nghi)\s+"
)
_HEADING_OPENER = re.compile(
    r"(?:doi voi|giao cho|giao|yeu cau|de nghi|trach nhiem cua|nhiem vu cua|trach nhiem|ve phia|phan cong|cac nhiem vu cua|nhiem vu doi voi)\s+(?=\S)"
)
_TOWARDS = re.compile(r"doi voi\s+(?P<name>[^,;:]{4,200}?)\s*[,:]\s*(?:thi\s+)?(?P<act>de nghi|yeu cau|giao|phai)\s+")
_POLITE = re.compile(
    r"(?:dong chi|cac dong chi|ong|ba)\s+(?=[a-z]+\s)(?=(?:chu tich|bi thu|giam doc|truong|thu truong|pho|chanh))"
)
_SEPARATOR = re.compile(r"\s*[,;]\s*(?:va\s+|cung\s+)?|\s+va\s+|\s+cung\s+(?:voi\s+)?(?=\S)|\s+-\s+(?=ban\s+chi\s+dao)")
_WITH = re.compile(
    r"\bphoi hop(?:\s+(?:chat che|dong bo|tot|hieu qua|thuong xuyen|cung|cong tac|,))*\s*(?:voi|cung|cung voi)?\s+"
)
_DUTY = re.compile(r"(?:phai|can phai|chiu trach nhiem|co trach nhiem)\b")
_BEFORE_INNER = re.compile(r"\b(?:neu|khi|truong hop|yeu cau|de nghi|dam bao|bao dam|theo|tai)\b[^,;]*,\s*$")
_OPENING = re.compile(
    r"(?:dong thoi|tuy nhien|ngoai ra|truoc mat|ben canh do|mat khac|hang nam|hang quy|hang thang|dinh ky|rieng|nhat la|hien nay|trong thoi gian toi|thoi gian toi|tu nay den [^,]{3,40})\s*,?\s+"
)
_OPENING_CLAUSE = re.compile(r"(?:doi voi|de|can cu|tren co so|nham|rieng|sau khi|truong hop|trong qua trinh)\s")
_PURPOSE = re.compile(r"(?:de|can cu|thuc hien|tren co so|nham|theo|qua|xet|ve|tai|sau khi|tu)\s[^.;]{5,600}?[,;:]\s*$")
_AGREED = re.compile(
    r"(?:[a-z0-9 ]{3,120}?\s)?(?:co ban |tiep tuc )?(?:thong nhat|nhat tri|dong y|chap thuan)\b[^.;]{0,400}[,;]\s*(?:va |dong thoi )?$"
)


def _may_perform(paper: Paper, start: int, at: int) -> bool:
    """Whether "giao", "yêu cầu", "đề nghị" at `at` is the act of the notice: at the start, after its speaker, or after
    an opening clause ("Để …, UBND tỉnh yêu cầu"). An adverb before it makes it the act of somebody else."""
    begin = skip_marks(paper, start, at)
    if begin >= at:
        return True
    before = paper.words[begin:at]
    if _OPENING.fullmatch(before):
        return True
    if _AGREED.fullmatch(before):
        return True
    if (cut := _last_cut(before)) is not None:
        head = begin + cut
        if not _PURPOSE.match(before[:cut]) and unit_at(paper, begin, at) is None:
            return False
        begin = skip_marks(paper, head, at)
        if begin >= at:
            return True
    if unit_at(paper, begin, at) is None:
        return False
    return predicate(paper, begin, at) is None


def _last_cut(before: str) -> int | None:
    """Behind the last comma, colon or semicolon of the words before the act that a name follows."""
    cuts = [m.end() for m in re.finditer(r"[,;:]\s*", before)]
    return next((cut for cut in reversed(cuts) if v.UNIT_HEAD.match(before, cut) or cut == len(before)), None)


def _without_opening(paper: Paper, span: Span) -> Span:
    start = skip_marks(paper, *span)
    while opening := _OPENING.match(paper.words, start, span[1]):
        start = opening.end()
    return start, span[1]


def _assigned(paper: Paper, subject: Subject, rule: str) -> Assigned:
    return Assigned(split_names(paper, (subject.start, subject.end)), subject.verb, rule)


def _is_statement(paper: Paper, start: int, end: int, *, opened: bool) -> bool:
    """Whether a predicate follows the name: then it is a sentence. "14 xã chưa đạt chuẩn" is still a name."""
    verb = predicate(paper, start, end)
    if verb is None:
        return False
    return not opened or bool(
        re.match(
            r"(?:phai|chiu|chu tri|phoi hop|tap trung|khan truong|co trach nhiem|tiep tuc|chu dong|can)\b",
            paper.words[verb:end],
        )
    )


def _begins_name(paper: Paper, at: int, end: int) -> bool:
    head = unit_at(paper, at, end)
    if head is None:
        return False
    rest = paper.text[head.end("head") : end].lstrip()
    word = " ".join(head["head"].split())
    if word in (
        "xa",
        "phuong",
        "thi tran",
        "huyen",
        "thi xa",
        "thanh pho",
        "ban",
        "nganh",
        "so",
        "thon",
        "hoi",
        "phong",
        "bo",
        "vien",
        "truong",
        "don vi",
        "dia phuong",
        "co quan",
        "can bo",
        "thanh vien",
        "doanh nghiep",
    ):
        return rest[:1].isupper() or (
            word in ("ban", "hoi", "phong")
            and bool(
                re.match(
                    r"(?:chi dao|quan ly|tai |noi |kinh te|tu phap|van hoa)",
                    paper.words[head.end("head") :].lstrip()[:12],
                )
            )
        )
    return True


def _bare_post(paper: Paper, start: int, end: int) -> bool:
    """ "Bí thư, Chủ tịch UBND xã": a post without its body belongs to the next one."""
    words = paper.words[start:end]
    if re.match(r"(?:van phong|vp)\b.*\bhdnd\s*$", words):  # "Văn phòng HĐND và UBND" is one office
        return True
    return bool(
        re.fullmatch(r"(?:cac\s+)?(?:dong chi\s+)?(?:pho\s+)?(?:bi thu|chu tich|giam doc|truong ban)\s*", words)
    )


# "Bộ Công an theo chức năng, nhiệm vụ được giao": how, not who.
_ASIDE = re.compile(
    r",?\s+(?:theo (?:chuc nang|tham quyen|linh vuc|nhiem vu|quy dinh)|can cu|tren co so|trong pham vi|(?:moi|hang|dinh ky)\s+(?:tuan|thang|quy|nam|ngay))\b"
)


def _trimmed_name(paper: Paper, span: Span) -> Span:
    start = skip_marks(paper, *span)
    end = span[0] + len(paper.text[span[0] : span[1]].rstrip(" \n\t,;:.-–—"))
    if aside := _ASIDE.search(paper.words, start, end):
        end = aside.start()
    if trailing := re.search(r"\s+(?:theo doi va|trong viec|ve viec|ve|va|de)$", paper.words[start:end]):
        end = start + trailing.start()
    return start, max(start, end)
