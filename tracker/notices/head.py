"""Head and tail of the paper: number, date, issuer, subject, who concluded, who signed, who receives."""

import re
from datetime import date

from tracker.notices.issuer import STATE, issuer
from tracker.notices.shapes import FindingCode, NoticeHead, ReadFinding
from tracker.notices.syllables import is_syllable
from tracker.notices.text import Paper
from tracker.notices.zones import Zones, is_blank, lines
from tracker.words import cased, plain

Span = tuple[int, int]

_KINDS = {
    "thong bao": "TB", "ke hoach": "KH", "chi thi": "CT", "cong dien": "CĐ", "quyet dinh": "QĐ", "nghi quyet": "NQ", "bao cao": "BC",
    "chuong trinh": "CTr", "ket luan": "KL", "huong dan": "HD", "giay moi": "GM", "to trinh": "TTr",
}  # fmt: skip
_NUMBER_LINE = re.compile(
    cased(
        r"\bSố\s*:?\s*(?P<number>[^\n/]{0,24}?)\s*(?P<slash>[/-])\s*(?P<symbol>[0-9@A]{1,8}(?:\s?[-/]\s?[@A@a&.0-9]{1,20})*)"
    )
)
_DATE_LINE = re.compile(
    r"ng[àaâ]y(?P<day>[^\n]{0,14}?)\s*tháng(?P<month>[^\n]{0,12}?)\s*năm\s*(?P<year>\d{4})", re.IGNORECASE
)
_NAME = cased(r"\b[@A][@a'’]*(?:\s+[@A][@a'’]*){1,5}")
_FORM = r"(?:KT|TL|TM|TUQ|T/M|T/L|K/T)"
_CAPACITY = re.compile(cased(rf"\b({_FORM})(?:\s*\.\s*|\s+)(?!{_FORM}\b)([@A][@A ]{{2,40}})"))


def read_head(paper: Paper, zones: Zones) -> tuple[NoticeHead, list[ReadFinding]]:
    """The head with everything unreadable left open, and a finding for each thing a person must fill in."""
    findings: list[ReadFinding] = []
    head_end = zones.body_start
    number, as_written, kind = _number(paper, head_end, findings)
    if zones.title:
        kind = _KINDS.get(" ".join(re.findall(r"[a-z]+", paper.words[slice(*zones.title)])), kind)
    issued_on, date_as_written, place = _issued(paper, head_end, findings)
    subject = _subject(paper, zones)
    if kind != "CĐ" and zones.title is None:
        kind = "CV" if zones.addressees or kind is None else kind
    head = NoticeHead(
        kind=kind, number=number, issued_on=issued_on, issuer=issuer(paper, zones, place), subject=subject, concluded_by=_best_spelt(paper, zones, _concluded(subject, kind)),
        signed_by=_signer(paper, zones), signed_for=_capacity(paper, zones), meeting_on=_meeting(paper, zones), place=place,
        recipients=_recipients(paper, zones), number_as_written=as_written, date_as_written=date_as_written,
    )  # fmt: skip
    return head, findings


def year_in_head(paper: Paper, zones: Zones) -> tuple[int, int | None] | None:
    """Year and month (None when blank) of the date line, also when its day is blank."""
    match = _date_line(paper, max(zones.body_start, 1))
    if match is None:
        return None
    month = re.sub(r"\D", "", match["month"])
    return int(match["year"]), int(month) if month.isdigit() and 1 <= int(month) <= 12 else None


_NUMERIC_DATE = re.compile(
    r",\s*ngày\s+(?P<day>\d{1,2})\s*/\s*(?P<month>\d{1,2})\s*/\s*(?P<year>\d{4})\s*$", re.IGNORECASE | re.MULTILINE
)


def _date_line(paper: Paper, end: int) -> re.Match[str] | None:
    """The date of issue in words ("ngày 13 tháng 2 năm 2020"), else in figures behind the place."""
    return _DATE_LINE.search(paper.text, 0, end) or _NUMERIC_DATE.search(paper.text, 0, end)


def _number(paper: Paper, end: int, findings: list[ReadFinding]) -> tuple[str | None, str | None, str | None]:
    match = _NUMBER_LINE.search(paper.text, 0, end)
    if match is None:
        findings.append(
            ReadFinding("number_missing", "The paper shows no number; write it in from the original.", 0, min(end, 80))
        )
        return None, None, None
    symbol = re.sub(r"\s", "", match["symbol"])
    written = " ".join(match[0].split())
    digits = match["number"].strip(" .…_")
    kind = next((code for code in (*_KINDS.values(), "CV") if symbol.startswith(code + "-")), None)
    if not re.fullmatch(r"\d{1,5}[a-z]?", digits):
        said = "is not readable" if digits else "is blank"
        message = f"The number {said} ({written}); write it in from the original."
        code: FindingCode = "number_unreadable" if digits else "number_missing"
        findings.append(ReadFinding(code, message, match.start(), match.end(), shown=written))
        return None, written, kind
    return f"{digits}{match['slash']}{symbol}", written, kind


def _issued(paper: Paper, end: int, findings: list[ReadFinding]) -> tuple[date | None, str | None, str | None]:
    match = _date_line(paper, end)
    if match is None:
        findings.append(
            ReadFinding(
                "date_missing", "The paper shows no date of issue; write it in from the original.", 0, min(end, 80)
            )
        )
        return None, None, None
    before = paper.text[paper.text.rfind("\n", 0, match.start()) + 1 : match.start()]
    place = re.search(rf"({_NAME})\s*,\s*$", before)
    written = " ".join(match[0].split())
    try:
        issued = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        findings.append(
            ReadFinding(
                "date_unreadable",
                f"Day or month of issue is blank or not readable ({written}); write it in from the original.",
                match.start(),
                match.end(),
                shown=written,
            )
        )
        return None, written, place[1] if place else None
    return issued, written, place[1] if place else None


def _subject(paper: Paper, zones: Zones) -> str | None:
    if zones.subject:
        return " ".join(paper.text[slice(*zones.subject)].split()) or None
    rows = lines(paper, 0, zones.body_start)
    for index, row in enumerate(rows):
        begin = paper.words.find("v/v", *row)
        if begin < 0:
            continue
        end = row[1]
        for below in rows[index + 1 : index + 7]:
            if (
                is_blank(paper, below)
                or STATE.search(paper.text[slice(*below)])
                or _DATE_LINE.search(paper.text[slice(*below)])
                or re.match(r".*kinh\s+gui|\s*[-–]\s", paper.words[slice(*below)])
            ):
                break
            end = below[1]
        return " ".join(paper.text[begin:end].split())
    return None


def _concluded(subject: str | None, kind: str | None) -> str | None:
    """Whose conclusion it is: the name that stands behind "kết luận" and before what it was about."""
    if not subject or kind != "TB" or (found := re.search(r"\bket luan\b", plain(subject))) is None:
        return None
    after = subject[found.end() :]
    if stop := re.search(r"\s(?:tại|về|trong)\s", after, re.IGNORECASE):
        after = after[: stop.start()]
    if after.isupper():
        return _capital_name(after)
    named = re.search(rf"(?:đồng chí|đ/c|ông|bà)\s+({_NAME})", after)
    if named and not _POST.match(named[1]):
        return _mended(named[1])
    names = [name for name in re.findall(rf"({_NAME})(?=\s*(?:[,–-]|$))", after) if not _POST.match(name)]
    if names:
        return _mended(names[-1])
    tail = re.search(
        rf"(?:(?:đốc|trưởng)\s+(?:[Ss]ở|[Bb]an|[Cc]ục|[Pp]hòng)|tỉnh|huyện|UBND|xã|thị xã|quận|đặc khu|thành phố|phường|trưởng|tướng|đốc)\s+({_NAME})\s*$",
        after,
    )
    return _mended(tail[1]) if tail and not _POST.match(tail[1]) else None


def _best_spelt(paper: Paper, zones: Zones, name: str | None) -> str | None:
    """The name as the first paragraphs spell it, where a scan has spoilt it in the subject ("Trần Quôc Bảo")."""
    if name is None or _is_spelt(name):
        return name
    again = re.findall(rf"({_NAME})", paper.text[zones.body_start : zones.body_start + 1500])
    return next((one for one in again if plain(one) == plain(name) and _is_spelt(one)), name)


def _is_spelt(name: str) -> bool:
    """Whether every word is a syllable with its tone: one that ends in c, ch, p or t always has one."""
    return all(is_syllable(word) and not _TONELESS.search(word) for word in name.split())


_TONELESS = re.compile(r"[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY](?:ch|[cpt])$")


_POST = re.compile(
    r"(?:Chủ|Phó|Bí|Trưởng|Tỉnh|Huyện|Thường|Ban|Ủy|Uỷ|Giám|Xã|Sở|Bộ|Cục|Phòng|Văn Phòng|Hội|Thứ|Thủ|UBND|HĐND|Thành|Thị|Quận)\b"
)
_CAPITAL_POST = re.compile(
    r".*\b(?:dong chi|chu tich|pho chu tich|thu truong|bo truong|thu tuong|giam doc|bi thu|chanh van phong|truong ban|tinh|huyen|thanh pho|thi xa|xa|phuong)\s+"
)


def _capital_name(capitals: str) -> str | None:
    """ "… CỦA THỨ TRƯỞNG TRẦN ĐỨC MINH": the two to five words behind the last post."""
    post = _CAPITAL_POST.match(plain(capitals))
    words = capitals[post.end() :].split(",")[0].split(" - ")[0].split() if post else []
    return " ".join(word.capitalize() for word in words) if 2 <= len(words) <= 5 else None


def _signer(paper: Paper, zones: Zones) -> str | None:
    """The name alone on a line below the post, the last such line of the tail."""
    found = None
    seen_post = False
    for row in lines(paper, zones.body_end, zones.tail_end) + lines(
        paper, zones.tail_end, min(zones.tail_end, len(paper.text))
    ):
        text = " ".join(paper.text[slice(*row)].strip(" *_").split())
        upper = [
            part
            for part in re.split(r"\s{3,}|;", paper.text[slice(*row)])
            if (re.search(r"(?:CHỦ TỊCH|GIÁM ĐỐC|VĂN PHÒNG|TRƯỞNG|BÍ THƯ|PHONG)", part) and part.strip(" *.").isupper())
            or _CAPACITY.search(part)
        ]
        if upper:
            seen_post = True
        if seen_post and re.fullmatch(_NAME, text) and not text.isupper():
            found = _mended(text)
        elif seen_post and (behind := _BEHIND_RECIPIENTS.search(paper.text[slice(*row)])):
            found = _mended(" ".join(behind[1].split()))
    return found


# The commonest family names; a scan that writes "Nguyên", "Trân" or "Pham" means these, for no family is called so.
_FAMILIES = {
    plain(name): name for name in ("Nguyễn", "Trần", "Phạm", "Hoàng", "Huỳnh", "Đặng", "Bùi", "Dương", "Trịnh", "Phùng")
}


def _mended(name: str) -> str:
    """The name with the marks of its family name that a scan has lost."""
    family, _, rest = name.partition(" ")
    return f"{_FAMILIES.get(plain(family), family)} {rest}"


_BEHIND_RECIPIENTS = re.compile(rf"^\s*-.*(?:[.;]\s+|\s{{3,}})({_NAME})\s*$")  # a scan writes both columns in one line


def _capacity(paper: Paper, zones: Zones) -> str | None:
    """In whose place the paper is signed. "KT", "TM" in the receivers' lines are offices that keep a copy ("Lưu: VT, KT")."""
    tail = "\n".join(
        _RECEIVERS.sub("", paper.text[slice(*row)]) for row in lines(paper, zones.body_end, zones.tail_end)
    )
    found = _CAPACITY.findall(tail)
    return "; ".join(f"{form}. {' '.join(post.split())}" for form, post in found) or None


_RECEIVERS = re.compile(rf"^\s*(?:[-–—]|Lưu\s*:)(?:.*?\s{{3,}}|.*[,:]\s*{_FORM}\b\.?)?")


def _meeting(paper: Paper, zones: Zones) -> date | None:
    match = re.search(
        r"\bngay\s*(\d{1,2})\s*(?:/|thang)\s*(\d{1,2})\s*(?:/|nam)\s*(\d{4})\s*,",
        paper.words[zones.body_start : zones.body_start + 200],
    )
    if match is None or not re.search(
        r"\b(?:hop|hoi nghi|cuoc hop|lam viec|chu tri|kiem tra)\b",
        paper.words[zones.body_start : zones.body_start + 600],
    ):
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _recipients(paper: Paper, zones: Zones) -> tuple[str, ...]:
    found = []
    for row in lines(paper, zones.body_end, zones.tail_end):
        match = re.match(r"\s*[-–—]\s*([^;\n]{3,200}?)(?:\s{3,}.*)?[;.]?\s*$", paper.text[slice(*row)])
        if match:
            found.append(" ".join(match[1].split()))
    return tuple(found)
