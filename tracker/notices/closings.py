"""Sentences that assign nothing: lead-ins, closing formulas, what is past, what only holds on a condition."""

import re

from tracker.notices.grammar import skip_marks
from tracker.notices.text import Paper

Span = tuple[int, int]

_LEAD_IN = re.compile(r"(?:\bnhu sau|\bsau|\byeu cau|\bket luan|\bchi dao|\by kien|\bde nghi|\bgiao)\s*:?\s*$")
_OPENS = re.compile(r"\b(?:co y kien(?: chi dao)?|ket luan|chi dao)\s+nhu\s+sau\s*[:;.,]$")
_INNER = re.compile(
    r".{10,1500}?\b(?:co y kien(?: chi dao)?(?: nhu sau)?|(?:ket luan|chi dao|yeu cau|chi thi)(?: cu the)? nhu sau|chi thi)\s*:\s+(?=\S)"
)
_CLOSING_START = re.compile(
    r"(?:tren day la|nhan duoc (?:cong van|cong dien|thong bao|van ban|chi thi|ke hoach) nay|(?:chi thi|quyet dinh|ke hoach|thong bao|cong van|nghi quyet) nay (?:co hieu luc|thay the)|nay thong bao|noi dung tren|thua lenh|thay mat|xin cam on|tran trong|rat mong|moi (?:vuong mac|thong tin|y kien)|thong tin chi tiet|(?:neu )?qua thoi (?:han|gian))\b|(?:trong )?qua trinh (?:to chuc |trien khai )*thuc hien[^,;.]{0,60},? (?:neu|truong hop)\b|(?:neu|truong hop) co (?:kho khan|vuong mac|phat sinh)\b|.{0,120}\bthong bao\s+(?:y kien\s+)?(?:ket luan|den|va de nghi|noi dung|de cac)\b.{0,400}\b(?:biet|thuc hien|trien khai)\b"
)
_FORMULA = r"(?:nghiem tuc|khan truong|tap trung|chu dong|pho bien|quan triet|biet|to chuc|trien khai|thuc hien|nghiem|tot|dung|day du|hieu qua|quan tam|phoi hop|chi dao|cung|kip thoi|va|de|can cu|,)"
_FORMULA_OBJECT = (
    r"(?:cac|noi dung|ket luan|ke hoach|thong bao|y kien|chi dao|van ban|cong van|nhiem vu|neu tren|tren|nay|cua|theo|quy dinh|dung|duoc giao|tinh than|chu tich|pho|ubnd|uy ban nhan dan|tinh|huyen|xa|dong chi|"
    r"bi thu|cong dien|chi thi|chuong trinh|de an|yeu cau|tai|o|day)"
)
_POINTER = re.compile(
    r"\W*(?:\w+ ){0,6}?(?:chi tiet|phan cong|cu the|noi dung|nhiem vu)\b[^.;]{0,60}\b(?:tai|theo|co|trong)\s+(?:cac\s+)?(?:phu luc|bieu|danh muc|bang)\b"
)
_ONLY_FORMULA = re.compile(rf"(?:{_FORMULA}\s*)+(?:{_FORMULA_OBJECT}\s*)*[./]*$")
_BACKGROUND = re.compile(
    r"(?:thoi gian qua|den nay|hien nay|nhin chung|ket qua|qua kiem tra|vua qua|thu nhat|thu hai|thu ba|tuy nhien|nguyen nhan|nam \d{4}|trong nam \d{4}|6 thang dau nam|ngay \d|"
    r"da\s|.{5,60}\bla (?:mot )?(?:nhiem vu|yeu cau|van de) (?:quan trong|trong tam|cap bach|thuong xuyen)|tinh den|theo bao cao|viec\s|(?:thong nhat|dong y|nhat tri|chap thuan)\s+(?!giao)|ghi nhan|danh gia cao|bieu duong|hoan nghenh|co ban (?:thong nhat|nhat tri)|mac du|do\s|vi\s|cu the la)\b"
)


_ENFORCEMENT = re.compile(
    r"\b(?:chiu trach nhiem|can cu \w+ \w+) thi hanh\b(?:\s+\w+){0,3}(?:\s+nay)?|\bthi hanh (?:quyet dinh|nghi quyet) nay\b"
)


def is_lead_in(paper: Paper, span: Span) -> bool:
    """Whether a paragraph ends by opening what follows ("… kết luận như sau:", "… yêu cầu:")."""
    words = paper.words[slice(*span)].rstrip(' *_"”')
    if words.endswith((";", ".", ",")) and _OPENS.search(words):  # a scan's wrong sign
        return True
    return words.endswith(":") and (bool(_LEAD_IN.search(words)) or len(words) > 60)


def inner_lead_in(paper: Paper, span: Span) -> int | None:
    """Behind "… có ý kiến như sau:" when the duties follow in the same paragraph."""
    match = _INNER.match(paper.words, *span)
    return match.end() if match and match.end() + 20 < span[1] else None


def is_closing(paper: Paper, span: Span) -> bool:
    """Whether words open like the formula with which a paper ends ("Trên đây là kết luận …", "… thông báo để các …")."""
    return bool(_CLOSING_START.match(paper.words, skip_marks(paper, *span), span[1]))


def is_enforcement(paper: Paper, span: Span) -> bool:
    """Whether a paragraph is the article that names those who carry out a decision ("… chịu trách nhiệm thi hành Quyết
    định này"): it gives force to the paper and assigns nothing new."""
    return bool(_ENFORCEMENT.search(paper.words, *span))


def is_pointer(paper: Paper, span: Span) -> bool:
    """Whether words only point to an annex ("Chi tiết tại Phụ lục kèm theo")."""
    return span[1] - span[0] < 160 and bool(_POINTER.match(paper.words, *span))


def is_formula(paper: Paper, verb: int, end: int) -> bool:
    """Whether a duty says nothing that could be done or not ("… biết, nghiêm túc triển khai thực hiện")."""
    words = paper.words[verb:end]
    return not re.search(r"\d", words) and bool(_ONLY_FORMULA.fullmatch(words.strip(" ./")))


def is_background(paper: Paper, span: Span) -> bool:
    """Whether words begin like a report of what was or is."""
    return bool(_BACKGROUND.match(paper.words, skip_marks(paper, *span), span[1]))


def is_conditional(paper: Paper, span: Span) -> bool:
    """Whether words say what follows from a failure ("Nếu … thì …", "chịu trách nhiệm nếu để xảy ra …")."""
    words = paper.words[skip_marks(paper, *span) : span[1]]
    return bool(
        re.match(r"(?:neu|truong hop|khi)\b.{5,300}\bthi\b", words)
        or re.search(r"\bchiu trach nhiem\b.{0,120}\bneu\s+(?:de|khong|cham)\b", words)
    )
