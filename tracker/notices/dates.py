"""When: the deadline of a segment, told apart from cited papers, past events, conditions and periods of a plan."""

import itertools
import re
from dataclasses import dataclass
from datetime import date

from tracker.notices.text import Paper
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.deadlines import Stated, dates_in, is_period, is_vague, recurrence_in, resolve, urgency_in

Span = tuple[int, int]


@dataclass(frozen=True)
class Reference:
    """The day against which words are read. `is_known` is False when the head gives no full date; has_year tells whether
    dates without a year may be read at all."""

    day: date
    is_known: bool
    has_year: bool
    calendar: WorkingCalendar


@dataclass(frozen=True)
class Time:
    """What a segment says about time, with the span of the words (None when it says nothing)."""

    due_on: date | None = None
    target_on: date | None = None
    other_due: date | None = None
    span: Span | None = None
    recurrence: str | None = None
    recurrence_day: int | None = None
    urgency: str | None = None
    rule: str = ""
    findings: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether the segment itself settles when: a day or a recurrence."""
        return self.due_on is not None or self.recurrence is not None


def time_of(paper: Paper, span: Span, reference: Reference, *, is_cell: bool = False) -> Time:
    """The time that the words of `span` state; `is_cell` says that they fill the column "Thời gian" of a table."""
    text = paper.text[span[0] : span[1]]
    urgency = urgency_in(text)
    if repeated := _repeated(paper, span, reference, urgency, is_cell):
        return repeated
    deadlines = deadlines_in(paper, span, reference, is_cell=is_cell)
    if deadlines:
        return _dated(paper, span, deadlines, reference, urgency)
    codes = _open_codes(paper, span, reference, is_cell)
    return Time(urgency=urgency, rule=codes[0] if codes else "urgency" if urgency else "", findings=codes)


def deadlines_in(paper: Paper, span: Span, reference: Reference, *, is_cell: bool = False) -> list[Stated]:
    """The date expressions that bind the segment; offsets are those of the paper."""
    found: list[Stated] = []
    period_end = -1
    text, base = paper.text[span[0] : span[1]], span[0]
    words = paper.words[span[0] : span[1]]
    for stated in dates_in(text, reference=reference.day, calendar=reference.calendar):
        is_end = period_end >= 0 and not words[period_end : stated.start].strip(" ,-–")
        period_end = stated.end if stated.binding == "from" else -1
        if not is_cell and is_end and stated.binding in ("by", "before"):
            continue  # "từ ngày 15/8 đến ngày 05/9": how long something lasts
        if is_cell or _role(words, text, stated, reference) == "deadline":
            found.append(
                Stated(
                    stated.start + base,
                    stated.end + base,
                    stated.binding,
                    stated.form,
                    stated.day,
                    stated.note,
                    stated.findings,
                )
            )
    if is_cell and len(found) > 1 and found[0].binding == "from":
        return found[1:]
    return found


_CITED = re.compile(
    r"(?:\bso\s*:?\s*[^\s,;]*\d[^\s,;]*(?:\s*[-/]\s*[a-z][a-z0-9&-]*)*|\b(?:van ban|cong van|to trinh|bien ban|giay moi|hop dong|quyet dinh|nghi quyet|thong bao|ke hoach|cong dien|ket luan|chi thi|luat)(?:\s+[a-z0-9/&-]+){0,5})"
    r"\s*(?:\([^)]*\)\s*)?,?\s*(?:de\s+)?(?:ngay)?\s*$"
)
_CITED_AFTER = re.compile(r"\s*(?:cua|ve viec|v/v|ve)\s")
_PERIOD = re.compile(r"\b(?:giai doan|thoi ky|tam nhin|dinh huong|nhiem ky|nien do|cac nam)\b[^;.,]{0,45}$")
_PLAN_NAME = re.compile(
    r"\b(?:quy hoach|chien luoc|chuong trinh|de an|nghi quyet|ke hoach|phuong an|dinh huong)\b[^,;.]{0,140}$"
)
# "đạt 100% kế hoạch vốn đến hết năm 2024": a share of the plan is to be reached by then.
_SHARE_OF_PLAN = re.compile(
    r"\bdat\s+(?:tren |toi thieu |it nhat )?\d{1,3}(?:,\d+)?\s*%\s+(?:so voi )?ke hoach\b[^,;.]{0,20}$"
)
_CONDITION = re.compile(
    r"\b(?:da(?! (?:khoa|dang|so|dien|chuc nang|phuong tien|muc tieu)\b)|phat sinh|co hieu luc|het han|het hieu luc|ton tai)\b[^,;.]{0,25}$|\bduoc\s+(?:cap|phe duyet|giao|ban hanh|ky|thanh lap|thuc hien)\b[^,;.]{0,15}$"
)
# "hoàn thành diện tích được giao trước ngày 30/4": the date is of the completion.
_FULFILLED = re.compile(r"\b(?:hoan thanh|xong|dat|trong)\b[^,;.]{0,60}\bduoc\s+(?:giao|phan cong)\b[^,;.]{0,15}$")
_OLD_LIMIT = re.compile(r"\b(?:voi thoi han|thoi han (?:da|theo)|da (?:yeu cau|giao|de nghi))\b[^.;]{0,60}$")
_ATTRIBUTED = re.compile(
    r"\b(?:ke hoach|nhiem vu|chuong trinh|du toan|chi tieu|von|ngan sach|cong tac|tong ket|de an|so voi|muc tieu|dau tu cong|danh muc|quyet toan|bao cao|ket qua|dot|thu|tu|trong cac|vu|mua|hoa chat|bo sung|cho|phi|nguon|phuong huong|thang|quy|giai phap|so lieu)\s*$"
)
_OF_EVENT = re.compile(r"\b(?:mua|tet|dip|le|ky hop|dai hoi|hoi nghi|nam hoc|vu|khai giang|bau cu)\b[^,;.]{0,30}$")
_ACHIEVED = re.compile(
    r"\b(?:dat|dat chuan|hoan thanh|ve dich|xong|ket thuc|nang cao|kieu mau|co them|cong nhan|phan dau|dua vao)\b[^,;.]{0,90}$"
)
# A year behind a name belongs to it ("kế hoạch sử dụng đất năm 2020") unless a result stands before it.
_ACHIEVED_YEAR = re.compile(
    r"\b(?:dat chuan|ve dich|duoc cong nhan|kieu mau|nang cao|co them|(?:dat|giam|tang)\s[^,;.]{0,40}\d[^,;.]{0,40})\b[^,;.]{0,70}$|\b(?:hoan thanh|xong|ket thuc|khoi cong)\s+(?:\w+\s+){0,2}$"
)
_LASTS = re.compile(
    r"(?:tiep tuc |duy tri |tam )(?:thuc hien|ap dung|duy tri|dung|hoan|gian cach|cho)?\b[^;.]{0,160}$|\b(?:thoi gian|co hieu luc|keo dai|cong tac) [^,;.]{0,30}$"
)
_DONE_BY = re.compile(
    r"\b(?:hoan thanh|xong|bao cao|gui|trinh|nop|to chuc|vao|thoi gian|thoi han|khoi cong|khanh thanh|hoan thien|ban hanh|phe duyet)\b[^,;.]{0,40}$"
)


def _role(words: str, text: str, stated: Stated, reference: Reference) -> str:
    """Why a date stands there: "deadline", or what it is instead."""
    before, after = words[max(0, stated.start - 160) : stated.start], words[stated.end : stated.end + 20]
    is_day = stated.form in ("full_date", "day_without_year", "bare_day")
    if stated.binding == "from":
        return "start"
    is_plan = _PLAN_NAME.search(before) and not _SHARE_OF_PLAN.search(before)
    if _PERIOD.search(before) or (stated.form == "year" and stated.binding == "by" and is_plan):
        return "horizon"
    if is_day and not stated.binding and (_CITED.search(before) or _CITED_AFTER.match(after)):
        return "citation"
    if _OLD_LIMIT.search(before) or (stated.day and stated.day < reference.day and reference.is_known):
        return "past"
    if stated.binding and _CONDITION.search(before) and not _FULFILLED.search(before):
        return "condition"
    if stated.binding == "by" and words[stated.start : stated.end].startswith("den het") and _LASTS.search(before):
        return "horizon"
    if stated.binding or stated.form == "term":
        return "deadline"
    if is_day:
        return "deadline" if _DONE_BY.search(before) else "event"
    if _ATTRIBUTED.search(before) or _OF_EVENT.search(before):
        return "attribute"
    achieved = (_ACHIEVED_YEAR if stated.form in ("year", "half_year") else _ACHIEVED).search(before)
    if achieved is None:
        return "attribute"
    at = stated.start - len(before) + achieved.start()
    return "attribute" if text[at : at + 3].lower() in ("đất", "đặt") else "deadline"


def _dated(paper: Paper, span: Span, deadlines: list[Stated], reference: Reference, urgency: str | None) -> Time:
    first, last = deadlines[0], deadlines[-1]
    is_one_phrase = all(
        re.fullmatch(r"\s*(?:hoac|va|,|-|–)?\s*(?:la\s+)?", paper.words[a.end : b.start])
        for a, b in itertools.pairwise(deadlines)
    )
    if is_one_phrase or len(deadlines) == 1:
        read = resolve(paper.text[first.start : last.end], reference=reference.day, calendar=reference.calendar)
        due, target, other, rule, codes = read.due_on, read.target_on, None, read.rule, read.findings
        note = read.note
    else:
        days = sorted({stated.day for stated in deadlines if stated.day})
        due, target, other = (days[0] if days else None), None, (days[-1] if len(days) > 1 else None)
        governing = next((stated for stated in deadlines if stated.day == due), first)
        first, last, rule, note = governing, governing, governing.form, governing.note
        codes = governing.findings + (("two_dates",) if other else ())
    if due and not reference.has_year and not re.search(r"\d{4}", paper.words[first.start : last.end]):
        due, codes = None, (*codes, "no_reference_year")
    return Time(due, target, other, (first.start, last.end), urgency=urgency, rule=rule, note=note, findings=codes)


_MODIFIED = re.compile(
    r"\b(?:ngan sach|ke hoach|du toan|chi tieu|danh muc|nhiem vu|chuong trinh|von|kinh phi|dau tu cong|ke hoach von|thu|chi)\s*$"
)


def _repeated(paper: Paper, span: Span, reference: Reference, urgency: str | None, is_cell: bool) -> Time | None:
    text = paper.text[span[0] : span[1]]
    found = recurrence_in(text)
    if found is None:
        return None
    name, start, end = found
    before = paper.words[span[0] : span[0] + start]
    if not is_cell:
        if name != "other" and _MODIFIED.search(before):
            return None
        if name == "other" and not re.search(r"(?:^|[;,.])\W*$", before):
            return None
    window = (max(span[0], span[0] + start - 30), min(span[1], span[0] + end + 45))
    left = paper.words[window[0] : span[0] + start]
    if cut := re.search(r".*[;.,]", left):
        window = (window[0] + cut.end(), window[1])
    read = resolve(paper.text[window[0] : window[1]], reference=reference.day, calendar=reference.calendar)
    if (
        read.recurrence_day is None and not is_cell
    ):  # "Hằng tuần, … báo cáo vào 16 giờ thứ Năm": the day stands further on
        whole = resolve(text, reference=reference.day, calendar=reference.calendar)
        read = whole if whole.recurrence == name and whole.recurrence_day and not whole.recurrence_month else read
    due = read.due_on if reference.has_year else None
    return Time(
        due,
        span=(span[0] + start, span[0] + end),
        recurrence=name,
        recurrence_day=read.recurrence_day,
        urgency=urgency,
        rule="recurrence",
    )


_ELSEWHERE = re.compile(
    r"\b(?:dung|theo)\s+(?:dung\s+)?(?:thoi\s+(?:han|gian)|tien\s+do|lo\s+trinh)\b(?:\s*,?\s*ke\s+hoach)?(?:\s+(?:yeu cau|quy dinh|de ra|duoc phe duyet|theo quy dinh|theo yeu cau))?"
    r"|\b(?:bao cao|trinh|nop)\b[^.;]{0,160}\btheo\s+quy\s+dinh\s*$|\btien\s+do\s+de\s+ra\b"
)
_EVENT = re.compile(
    r"\btu\s+nay\s+den\s+khi\b|\b(?:truoc|den|cho den)\s+(?:ky hop|phien hop|dai hoi|tet|mua mua|mua lu|mua bao|khi|nam hoc)\b"
)


def _open_codes(paper: Paper, span: Span, reference: Reference, is_cell: bool) -> tuple[str, ...]:
    words, text = paper.words[span[0] : span[1]], paper.text[span[0] : span[1]]
    codes = []
    if _EVENT.search(words):
        codes.append("event_horizon")
    if is_vague(text):
        codes.append("vague_date")
    if is_cell and is_period(text):
        codes.append("schedule_horizon")
    if _ELSEWHERE.search(words) or (is_cell and re.search(r"\btheo\b", words)):
        codes.append("date_elsewhere")
    for stated in dates_in(text, reference=reference.day, calendar=reference.calendar):
        role = _role(words, text, stated, reference)
        is_day = stated.form in ("full_date", "day_without_year", "bare_day")
        if role == "past" and stated.binding in ("before", "by"):
            codes.append("date_before_notice")
        elif (role in ("start", "horizon") and is_day) or (
            role == "event" and stated.day and stated.day >= reference.day
        ):
            codes.append("schedule_horizon")
    if is_cell and not codes and any(char.isdigit() for char in words):
        codes.append(
            "vague_date"
        )  # the column says when, in a form that nobody has taught: it must not pass in silence
    return tuple(dict.fromkeys(codes))
