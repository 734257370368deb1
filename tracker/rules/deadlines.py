"""What a deadline in Vietnamese words means: the last day that is still in time, by the table of the product.

Words are matched without marks, because scans lose them; digits are never matched loosely. A date that the words do not
settle stays open and carries a finding: a wrong date is worse than none.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.rules.calendar import WorkingCalendar

RECURRENCES = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "other")


@dataclass(frozen=True)
class Deadline:
    """What a phrase says about time.

    due_on: last day still in time; target_on: an earlier aim stated beside it. recurrence: one of RECURRENCES, with
    recurrence_day (1-7 from Monday for weekly, else day of the month), recurrence_month (1-12, yearly only) and
    hour ("16:00") where stated. rule names the row of the table that decided, note the legal ground of it.
    findings are codes for what a person must rule: vague_date, no_such_date, year_inferred, two_dates, date_elsewhere,
    event_horizon, schedule_horizon, counted_from_notice, date_before_notice."""

    phrase: str | None
    due_on: date | None = None
    target_on: date | None = None
    recurrence: str | None = None
    recurrence_day: int | None = None
    recurrence_month: int | None = None
    hour: str | None = None
    urgency: str | None = None
    is_standing: bool = False
    rule: str = "none"
    note: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stated:
    """One date expression in a text: its place, the words before it that bind it, and what it means.

    binding is "before" (trước), "by" (chậm nhất, đến, hết, xong), "within" (trong), "from" (từ, kể từ) or ""."""

    start: int
    end: int
    binding: str
    form: str
    day: date | None
    note: str = ""
    findings: tuple[str, ...] = ()


def resolve(phrase: str, *, reference: date, calendar: WorkingCalendar) -> Deadline:
    """The deadline that `phrase` states in a notice of the day `reference`. Never raises: what the phrase does not
    settle is left open, with finding codes. `calendar` counts working days (Civil Code 2015 art. 147-148)."""
    words = bare(phrase)
    found = Deadline(
        phrase=phrase, urgency=urgency_in(phrase), is_standing=bool(_STANDING.search(words)), hour=_hour(words)
    )
    dates = dates_in(phrase, reference=reference, calendar=calendar)
    if repetition := _recurrence(words):
        return _repeated(found, words, repetition, dates, reference)
    if dates:
        return _from_dates(found, words, dates)
    return _without_date(found, words)


def dates_in(text: str, *, reference: date, calendar: WorkingCalendar) -> tuple[Stated, ...]:
    """Every date expression of `text` from left to right, none inside another; offsets count characters of `text`."""
    words = bare(text)
    frame = _Frame(reference, calendar, words)
    stated: list[Stated] = []
    behind = 0
    for form, match in _forms_in(words):
        begin, binding = _binding_before(words, match.start())
        if binding == "from" and re.search(r"\btư\W*$", text[begin : match.start()].lower()):
            begin, binding = match.start(), ""  # "đầu tư", "vật tư": no "từ"
        if form.name == "bare_day" and not binding:  # "13/60" is a ratio until a word says that it is a day
            behind = match.end()
            continue
        read = form.read(match, frame)
        if binding == "before":
            read = _day_before(read, form.name)
        stated.append(Stated(max(begin, behind), match.end(), binding, form.name, read.day, read.note, read.findings))
        behind = match.end()
    return tuple(stated)


def recurrence_in(text: str) -> tuple[str, int, int] | None:
    """The first recurrence that `text` states: its name and where it stands; None when it states none."""
    match = _recurrence(bare(text))
    return (_recurrence_name(match), match.start(), match.end()) if match else None


def is_vague(text: str) -> bool:
    """Whether `text` names a time of which no rule knows the last day ("trong tuần này", "cuối tháng tới")."""
    return bool(_VAGUE.search(bare(text)))


def is_period(text: str) -> bool:
    """Whether `text` is a span of years and nothing else ("2022 - 2025", "giai đoạn 2026-2030")."""
    return bool(_PERIOD.fullmatch(bare(text)))


def urgency_in(text: str) -> str | None:
    """The urgent words of `text` as written, in their order, joined by commas: never a date."""
    words = bare(text)
    found = [text[m.start() : m.end()] for m in _URGENCY.finditer(words) if _is_urgent(text, m)]
    return ", ".join(dict.fromkeys(" ".join(word.split()) for word in found)) or None


def bare(text: str) -> str:
    """Lower case without marks, one character for each character of `text` (the core may not import the word tables)."""
    return text.translate(_BARE)


# --- deciding ---------------------------------------------------------------------------------------------------------


def _from_dates(found: Deadline, words: str, dates: tuple[Stated, ...]) -> Deadline:
    if not any(stated.day for stated in dates):
        first = dates[0]
        return replace(found, rule=first.form, note=first.note, findings=_all_findings(dates))
    if (
        len(dates) > 1
        and re.fullmatch(r"\s*hoac\s+(la\s+)?", words[dates[0].end : dates[1].start])
        and dates[0].day
        and dates[1].day
    ):
        early, late = sorted((dates[0].day, dates[1].day))
        return replace(
            found, due_on=late, target_on=early, rule="either", note=dates[1].note,
            findings=_merge(("two_dates",), _all_findings(dates[:2])),
        )  # fmt: skip
    if dates[0].binding == "from" and len(dates) > 1:
        last = dates[1]
        return replace(
            found,
            due_on=last.day,
            rule="period_end",
            note=last.note,
            findings=_merge(("schedule_horizon",), last.findings),
        )
    dated = [stated for stated in dates if stated.day and stated.binding != "from"]
    if not dated:
        return replace(found, rule="start_only", findings=("schedule_horizon",))
    governing = min(dated, key=lambda stated: stated.day or date.max)
    differing = {stated.day for stated in dated}
    findings = governing.findings if len(differing) == 1 else _merge(("two_dates",), _all_findings(dates))
    if re.search(r"\btu\s+nay\s+$", words[: governing.start]) or words[governing.start :].startswith("tu nay"):
        findings = _merge(findings, ("schedule_horizon",))
    return replace(found, due_on=governing.day, rule=governing.form, note=governing.note, findings=findings)


def _without_date(found: Deadline, words: str) -> Deadline:
    if _EVENT.search(words):
        return replace(found, rule="event", findings=("event_horizon",))
    if _ELSEWHERE.search(words):
        return replace(found, rule="elsewhere", findings=("date_elsewhere",))
    if _PERIOD.fullmatch(words):
        return replace(found, rule="period", findings=("schedule_horizon",))
    if _VAGUE.search(words):
        return replace(found, rule="vague", findings=("vague_date",))
    if found.is_standing:
        return replace(found, rule="standing")
    return replace(found, rule="urgency") if found.urgency else found


def _repeated(
    found: Deadline, words: str, repetition: re.Match[str], dates: tuple[Stated, ...], reference: date
) -> Deadline:
    """A recurrence, with its first day after the notice when a day is stated."""
    name = _recurrence_name(repetition)
    found = replace(found, recurrence=name, rule="recurrence")
    if name == "weekly" and (weekday := _weekday(words)):
        first = reference + timedelta(days=(weekday - 2 - reference.weekday()) % 7 + 1)
        return replace(found, recurrence_day=weekday, due_on=first)
    if name in ("monthly", "quarterly") and (stated := _MONTHLY_DAY.search(words)):
        number = int(stated[1] or stated[2] or stated[3])
        if 1 <= number <= 31:
            quarterly = (1, 4, 7, 10) if re.search(r"\bthang\s+dau\b", words) else (3, 6, 9, 12)
            months = tuple(range(1, 13)) if name == "monthly" else quarterly
            return replace(found, recurrence_day=number, due_on=_first_monthly(number, months, reference))
    if name in ("half-yearly", "yearly"):
        days = sorted(s.day for s in dates if s.day and s.form in ("day_without_year", "bare_day", "full_date"))
        if days:
            return replace(found, recurrence_day=days[0].day, recurrence_month=days[0].month, due_on=days[0])
    return found


def _first_monthly(number: int, months: tuple[int, ...], reference: date) -> date:
    """The first such day after the notice; the 31st of a shorter month is its last day."""
    year, month = reference.year, reference.month
    while True:
        day = date(year, month, min(number, monthrange(year, month)[1]))
        if month in months and day > reference:
            return day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


# --- the forms of a date, in the order in which they are tried at one place ------------------------------------------


@dataclass(frozen=True)
class _Frame:
    reference: date
    calendar: WorkingCalendar
    words: str


@dataclass(frozen=True)
class _Read:
    day: date | None
    note: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Form:
    name: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], _Frame], _Read]


def _full_date(match: re.Match[str], frame: _Frame) -> _Read:
    return _day(int(match[3]), int(match[2]), int(match[1]))


def _day_without_year(match: re.Match[str], frame: _Frame) -> _Read:
    """The next such day on or after the notice's date."""
    number, month = int(match[1]), int(match[2])
    year = frame.reference.year
    read = _day(year, month, number)
    if read.day is None and (month, number) == (2, 29):
        read = _day(next(y for y in range(year, year + 9) if monthrange(y, 2)[1] == 29), 2, 29)
    if read.day and read.day < frame.reference:
        read = _day(year + 1, month, number)
        return replace(read, findings=_merge(read.findings, ("year_inferred",)))
    return read


def _part_of_month(match: re.Match[str], frame: _Frame) -> _Read:
    """Usage: the 10th, the 15th, the last day; Civil Code 2015 art. 146(2) says the 1st for "đầu tháng"."""
    month = int(match[2])
    if not 1 <= month <= 12:
        return _Read(None, findings=("no_such_date",))
    read = _end_of_month(month, match[3], frame)
    if read.day is None or match[1] == "cuoi":
        return replace(read, note="Civil Code 2015 art. 146(2)(c)")
    if match[1] == "giua":
        return replace(read, day=read.day.replace(day=15), note="Civil Code 2015 art. 146(2)(b)")
    return _Read(
        read.day.replace(day=10),
        "usage; Civil Code 2015 art. 146(2)(a) says the 1st",
        _merge(read.findings, ("vague_date",)),
    )


def _month(match: re.Match[str], frame: _Frame) -> _Read:
    month = int(match[1])
    if not 1 <= month <= 12:
        return _Read(None, findings=("no_such_date",))
    return _end_of_month(month, match[2], frame)


def _half_year(match: re.Match[str], frame: _Frame) -> _Read:
    """ "6 tháng đầu năm", "9 tháng đầu năm", "4 tháng cuối năm": the last day of the months counted."""
    months = 6 if match[1] == "sau" else int(match[1])
    if not 1 <= months <= 12:
        return _Read(None, findings=("no_such_date",))
    month = months if match[2] == "dau" else 12
    return _end_of_month(month, match[3] or str(frame.reference.year), frame)


def _quarter(match: re.Match[str], frame: _Frame) -> _Read:
    number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(match[2]) or int(match[2])
    year, findings = _year(match[3], frame, month=number * 3)
    if match[1] in ("dau", "giua"):  # neither the table nor the Civil Code knows the beginning or middle of a quarter
        return _Read(None, findings=_merge(findings, ("vague_date",)))
    return _Read(date(year, number * 3, monthrange(year, number * 3)[1]), findings=findings)


def _part_of_year(match: re.Match[str], frame: _Frame) -> _Read:
    """Usage reads "đầu năm" as the first quarter; Civil Code 2015 art. 146(3)(a) says 01/01."""
    month = {"dau": 3, "giua": 6, "cuoi": 12}[match[1]]
    year, findings = _year(match[2], frame, month=month)
    if match[1] == "dau":
        return _Read(
            date(year, 3, 31), "usage; Civil Code 2015 art. 146(3)(a) says 01/01", _merge(findings, ("vague_date",))
        )
    letter = "b" if match[1] == "giua" else "c"
    return _Read(date(year, month, monthrange(year, month)[1]), f"Civil Code 2015 art. 146(3)({letter})", findings)


def _whole_year(match: re.Match[str], frame: _Frame) -> _Read:
    return _day(int(match[1]), 12, 31)


def _this_year(match: re.Match[str], frame: _Frame) -> _Read:
    return _Read(date(frame.reference.year, 12, 31))


def _this_month(match: re.Match[str], frame: _Frame) -> _Read:
    return _end_of_month(frame.reference.month, str(frame.reference.year), frame)


def _some_week(match: re.Match[str], frame: _Frame) -> _Read:
    """ "tuần đầu tháng 5": neither the table nor the Civil Code knows weeks of a month."""
    return _Read(None, findings=("vague_date",))


def _duration(match: re.Match[str], frame: _Frame) -> _Read:
    """N days, weeks or months: the first day is not counted (Civil Code 2015 art. 147); a term that ends on a day off
    ends on the next working day (art. 148)."""
    number, unit = int(match["number"]), match["unit"]
    start, findings = _origin(match, frame)
    if start is None:
        return _Read(None, "Civil Code 2015 art. 147", findings)
    if "lam" in unit:
        return _Read(frame.calendar.add(start, number), "Civil Code 2015 art. 147", findings)
    if unit.startswith("thang"):
        end = _months_later(start, number)
    else:
        end = start + timedelta(days=number * (7 if unit.startswith("tuan") else 1))
    return _Read(frame.calendar.on_or_after(end), "Civil Code 2015 art. 147, 148", findings)


def _origin(match: re.Match[str], frame: _Frame) -> tuple[date | None, tuple[str, ...]]:
    """The day from which a term runs: a stated one, that of the notice, or that of an event which nobody knows yet."""
    origin = match["origin"] or ""
    if full := _FULL_DATE.search(origin):
        read = _full_date(full, frame)
        return read.day, read.findings
    if not origin.strip():
        return frame.reference, ("counted_from_notice",)
    if re.search(
        r"\b(ban hanh|ky|ra|phat hanh)\s+((thong bao|van ban|ket luan|ke hoach|cong van|quyet dinh|chi thi)\s+)?(nay|$)|^\s*(hom\s+)?nay\b",
        origin + " ",
    ):
        return frame.reference, ()
    return None, ("event_horizon",)


def _day(year: int, month: int, number: int) -> _Read:
    if not 1990 <= year <= 2100:
        return _Read(None, findings=("no_such_date",))
    try:
        return _Read(date(year, month, number))
    except ValueError:
        return _Read(None, findings=("no_such_date",))


def _end_of_month(month: int, year_stated: str | None, frame: _Frame) -> _Read:
    year, findings = _year(year_stated, frame, month=month)
    return _Read(date(year, month, monthrange(year, month)[1]), findings=findings)


def _year(stated: str | None, frame: _Frame, *, month: int) -> tuple[int, tuple[str, ...]]:
    """The year stated, else the one in which the end of `month` comes next."""
    if stated:
        return int(stated), ()
    if month < frame.reference.month:
        return frame.reference.year + 1, ("year_inferred",)
    return frame.reference.year, ()


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _day_before(read: _Read, form: str) -> _Read:
    """ "trước ngày D" is stored as D; "trước tháng 9" can only mean 31/08, and a person is asked."""
    lengths = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
    if read.day is None or form not in lengths:
        return read
    back = read.day.year * 12 + read.day.month - 1 - lengths[form]
    year, month = divmod(back, 12)
    return _Read(
        date(year, month + 1, monthrange(year, month + 1)[1]), read.note, _merge(read.findings, ("vague_date",))
    )


_YEAR_AFTER = r"(?:\s*(?:/|-|,?\s*nam)\s*(\d{4}))?(?!\d)"
_FULL_DATE = re.compile(
    r"(?<![\d/.])(?:ngay\s*)?(\d{1,2})(?:\s*/\s*|\s*-\s*|\.|\s*thang\s*)(\d{1,2})(?:\s*/\s*|\s*-\s*|\.|\s*,?\s*nam\s*)(\d{4})(?![\d/])"
)
_FORMS = (
    _Form(
        "term",
        re.compile(
            r"(?:(?:trong|sau)\s+(?:thoi\s+(?:han|gian)|vong)?\s*)?(?:khong\s+qua\s+|toi\s+da\s+)?(?<![\d/.,])(?P<number>\d{1,3})\s*(?:\([a-z ]+\)\s*)?"
            r"(?P<unit>ngay\s+lam\s+viec|ngay|tuan|thang)\s*(?:,\s*)?(?:ke\s+)?(?:tu|sau)\s+(?:khi|ngay|thoi\s+diem)\s*"
            r"(?P<origin>(?:ngay\s*)?\d{1,2}\s*(?:/|thang)\s*\d{1,2}\s*(?:/|nam)\s*\d{4}|[^.;,)]{0,60})"
        ),
        _duration,
    ),
    _Form(
        "term",
        re.compile(
            r"trong\s+(?:thoi\s+(?:han|gian)|vong)\s+(?:khong\s+qua\s+)?(?P<number>\d{1,3})\s*(?:\([a-z ]+\)\s*)?(?P<unit>ngay\s+lam\s+viec|ngay|tuan|thang)(?P<origin>)\b"
        ),
        _duration,
    ),
    _Form("full_date", _FULL_DATE, _full_date),
    _Form(
        "day_without_year",
        re.compile(r"(?<![\d/])ngay\s*(\d{1,2})(?:\s*/\s*|\s*thang\s*)(\d{1,2})(?![\d/.]*\d|\s*/)"),
        _day_without_year,
    ),
    _Form(
        "bare_day",
        re.compile(
            r"(?<![\d/.,])(\d{1,2})(?:\s?/\s?|\s+thang\s+)(\d{1,2})(?![\d/.,]*\d|\s*/|\s*[a-z]*\s*tieu\s+chi|\s*%)"
        ),
        _day_without_year,
    ),
    _Form("half_year", re.compile(r"\b(\d{1,2}|sau)\s+thang\s+(dau|cuoi)\s+nam(?:\s+(\d{4}))?(?!\d)"), _half_year),
    _Form("part_of_month", re.compile(r"\b(dau|giua|cuoi)\s+thang\s+(\d{1,2})" + _YEAR_AFTER), _part_of_month),
    _Form(
        "part_of_month",
        re.compile(r"\btuan\s+(?:dau|cuoi|thu\s+\w+)\s+(?:cua\s+)?thang\s+\d{1,2}" + _YEAR_AFTER),
        _some_week,
    ),
    _Form(
        "month",  # "tháng 11, 12/2020": a list ends with its year
        re.compile(r"\bthang\s+(?:\d{1,2}\s*(?:,|va|-)\s*(?:thang\s+)?)+(\d{1,2})\s*(?:/|-|,?\s*nam)\s*(\d{4})(?!\d)"),
        _month,
    ),
    _Form("month", re.compile(r"\bthang\s+(\d{1,2})" + _YEAR_AFTER), _month),
    _Form("month", re.compile(r"\b(?:trong|het|cuoi)\s+thang\s+nay\b"), _this_month),
    _Form(
        "quarter",
        re.compile(
            r"\b(?:(dau|giua|cuoi)\s+)?quy\s+(?:(?:iv|iii|ii|i|[1-4])\s*(?:,|va|-)\s*(?:quy\s+)?)*(iv|iii|ii|i|[1-4])\b"
            + _YEAR_AFTER
        ),
        _quarter,
    ),
    _Form("part_of_year", re.compile(r"\b(dau|giua|cuoi)\s+nam(?:\s+(\d{4}))?(?!\d|\s+hoc|\s+\d)"), _part_of_year),
    _Form("year", re.compile(r"(?<!viet )(?<!cac )\bnam\s+(\d{4})(?!\d|\s*[-–—]\s*(?:nam\s*)?\d{4}|/)"), _whole_year),
    _Form("year", re.compile(r"\b(?:trong|het|cuoi)\s+nam(?:\s+nay)?(?=\s*(?:[.,;:)]|$))"), _this_year),
)


def _forms_in(words: str) -> Iterator[tuple[_Form, re.Match[str]]]:
    """The forms from left to right, none inside another; of several at one place the longest, then the first of the
    table. Each form looks ahead once for each of its matches, so that a long text costs no more than its length."""
    ahead = [(form, form.pattern.search(words)) for form in _FORMS]
    at = 0
    while True:
        ahead = [
            (form, match if match is None or match.start() >= at else form.pattern.search(words, at))
            for form, match in ahead
        ]
        found: tuple[_Form, re.Match[str]] | None = None
        for form, match in ahead:
            if match and (found is None or match.start() < found[1].start() or _covers(match, found[1])):
                found = (form, match)
        if found is None:
            return
        yield found
        at = found[1].end()


def _covers(match: re.Match[str], other: re.Match[str]) -> bool:
    return match.start() <= other.start() and match.end() > other.end() and match.start() < other.end()


_CLOCK = r"(?:\d{1,2}\s*(?:gio|g|h|:)\s*(?:\d{1,2})?\s*(?:phut|p|'|’)?\s*,?\s*)?(?:cua\s+)?(?:thu\s+(?:hai|ba|tu|nam|sau|bay|[2-7])\s*,?\s*)?"
_TAIL = r"\s*(?:la\s+|vao\s+|cung\s+|nhat\s+)*" + _CLOCK + r"$"
_BINDINGS = (
    ("before", re.compile(r"\btruoc" + _TAIL)),
    (
        "by",
        re.compile(
            r"\b(?:(?:cham|muon|tre)\s+nhat|(?:thoi\s+)?han(?:\s+(?:cuoi(?:\s+cung)?|chot|hoan\s+thanh|nop|bao\s+cao))?\s*:?|khong\s+(?:qua|muon\s+hon|cham\s+hon)|xong|(?:tu\s+nay\s+)?(?:cho\s+)?den(?:\s+het|\s+truoc)?|het|toi)"
            + _TAIL
        ),
    ),
    ("within", re.compile(r"\b(?:ngay\s+)?(?:trong)" + _TAIL)),
    ("from", re.compile(r"\b(?:ke\s+tu|bat\s+dau\s+tu|tu|sau)" + _TAIL)),
)


def _binding_before(words: str, start: int) -> tuple[int, str]:
    """Where the binding words before `start` begin and which binding they make; `start` and "" without any.
    Stacked words ("xong trước", "hoàn thành chậm nhất trong") belong to one phrase, the last one binds."""
    window = words[max(0, start - 50) : start]
    first, binding = len(window), ""
    for _ in range(3):
        for name, pattern in _BINDINGS:
            if match := pattern.search(window[:first]):
                first, binding = match.start(), binding or name
                break
        else:
            break
        if binding in ("before", "from"):
            continue
    return start - (len(window) - first), binding


# --- recurrences, urgency, events, other papers -----------------------------------------------------------------------

_PERIODS = {"tuan": "weekly", "thang": "monthly", "quy": "quarterly", "nam": "yearly", "ngay": "daily"}
_RECURRENCE = re.compile(
    r"\b(?:(?P<half>(?:hang|moi|dinh\s+ky|bao\s+cao)\s+(?:0?6|sau)\s+thang|(?:0?6|sau)\s+thang\s*(?:/|mot|01|1)\s*lan)"
    r"|(?:hang|moi)\s+(?P<period>tuan|thang|quy|nam|ngay)\b(?!\s+(?:hoc|muoi))"
    r"|(?:dinh\s+ky\s+)(?:theo\s+)?(?P<plain>tuan|thang|quy|nam)\b"
    r"|\b(?:bao\s+cao|giao\s+ban)\s+(?P<named>tuan)\b(?!\s+(?:\d|nay|truoc|toi))|(?:0?1|mot)\s+(?:lan|ngay)\s+trong\s+(?P<within>tuan|thang|quy|nam)\b(?!\s+\d)"
    r"|(?:0?1|mot)?\s*(?P<per>tuan|thang|quy|nam)\s*/\s*(?:0?1\s+)?lan|(?:0?1|mot)\s+lan\s*/\s*(?P<once>tuan|thang|quy|nam)"
    r"|\b(?P<several>\d{1,2}|hai|ba)\s+(?:tuan|thang|ngay)(?:\s*/\s*(?:0?1\s+)?|\s+(?:mot|0?1)\s+)lan"
    r"|ngay\s+\d{1,2}\s+(?:cua\s+)?thang\s+(?:cuoi|dau)\s+(?:cua\s+)?(?P<end>quy)\b|(?P<any>dinh\s+ky))"
)
_MONTHLY_DAY = re.compile(
    r"\bngay\s+(\d{1,2})\s+(?:cua\s+|vao\s+)?(?:(?:hang|moi)\s+thang|(?:cua\s+)?thang\s+(?:cuoi|dau)|thang\b)"
    r"|(?:hang|moi)\s+(?:thang|quy)\b[^.;]{0,120}?\b(?:truoc|vao|cham\s+nhat|den)\s+(?:la\s+)?ngay\s+(\d{1,2})(?!\s*(?:[\d/]|thang\s+\d))|\bngay\s+(\d{1,2})\s*,?\s+dinh\s+ky"
)
_WEEKDAY = re.compile(r"\bthu\s+(hai|ba|tu|nam|sau|bay|[2-7])\b|\b(chu\s+nhat)\b")
_WEEKDAYS = {"hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6}
_HOUR = re.compile(r"\b(\d{1,2})\s*(?:gio|h|g|:)(?![a-z])\s*(\d{2})?(?:\s*(?:phut|p|'|’))?(?!\d)")
_URGENCY = re.compile(
    r"\b(khan\s+truong|khan\s+cap|kip\s+thoi|som(?!\s+muon)|nhanh\s+chong|gap\s+rut|hoa\s+toc|ngay)\b"
)
_VAGUE = re.compile(
    r"(?<!ngay )\b(?:trong|cuoi|dau|giua|het|den|truoc)\s+(?:tuan|thang)(?=\s*(?:[.,;:)]|$))"
    r"|\b(?:trong|cuoi|dau|giua|het|den|truoc|vao|xong|hoan\s+thanh|(?:cham|muon)\s+nhat)\s+(?:la\s+)?(?:tuan|thang|quy)\s+(?:nay|toi|sau)\b"
    r"|^\W*(?:tuan|thang|quy)\s+(?:nay|toi|sau)\b"
)
_PERIOD = re.compile(
    r"\W*(?:(?:trong\s+)?giai\s+doan\s+|(?:cac\s+)?nam\s+)?\d{4}\s*(?:[-–—]|den)\s*(?:nam\s+)?\d{4}\W*"
)
_STANDING = re.compile(r"\bthuong\s+xuyen\b")
_ELSEWHERE = re.compile(
    r"\b(?:theo|dung|dam\s+bao|bao\s+dam)\s+(?:(?:dung|cac|noi\s+dung)\s+)*"
    r"(?:quy\s+dinh|ke\s+hoach|thoi\s+(?:han|gian)|tien\s+do|lo\s+trinh|yeu\s+cau|han)\b"
)
_EVENT = re.compile(
    r"\b(?:tu\s+nay\s+den|den|cho\s+den|truoc|sau|ngay\s+sau|den\s+truoc)\s+(?:khi\b|ky\s+hop|phien\s+hop|hoi\s+nghi|dai\s+hoi|tet\b|mua\b|le\b|cuoc\s+hop|ngay\s+(?:hop|bau\s+cu|le|tet)|nam\s+hoc|khai\s+giang)"
    r"|\b(?:dau|giua|cuoi)\s+nam\s+hoc\b|\btu\s+nay\s+den\b"
)


def _recurrence(words: str) -> re.Match[str] | None:
    """The first recurrence that names its period ("định kỳ hằng quý" is quarterly), else the first without one."""
    found = list(_RECURRENCE.finditer(words))
    return next((match for match in found if not match["any"]), found[0] if found else None)


def _recurrence_name(match: re.Match[str]) -> str:
    if match["half"] or (match["several"] in ("6", "06") and "thang" in match[0]):
        return "half-yearly"
    if match["several"]:
        return "quarterly" if match["several"] in ("3", "03", "ba") and "thang" in match[0] else "other"
    period = (
        match["period"]
        or match["plain"]
        or match["named"]
        or match["within"]
        or match["per"]
        or match["once"]
        or match["end"]
    )
    return _PERIODS[period] if period else "other"


def _weekday(words: str) -> int | None:
    match = _WEEKDAY.search(words)
    if match is None:
        return None
    if match[2]:
        return 7
    return _WEEKDAYS.get(match[1]) or int(match[1]) - 1


def _hour(words: str) -> str | None:
    match = _HOUR.search(words)
    if match is None or int(match[1]) > 24:
        return None
    return f"{int(match[1]):02d}:{int(match[2] or 0):02d}"


def _is_urgent(text: str, match: re.Match[str]) -> bool:
    """ "ngay" (at once) and "ngày" (day) are the same letters without marks: only the unmarked word is urgent."""
    if match[1] != "ngay":
        return True
    return text[match.start() : match.end()].lower() == "ngay" and not re.match(
        r"\s+(?:tu|ca|tai|o)\b|\s*\d", bare(text[match.end() : match.end() + 8])
    )


def _all_findings(dates: tuple[Stated, ...]) -> tuple[str, ...]:
    return _merge(*(stated.findings for stated in dates))


def _merge(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in groups for code in group))


class _Letters(dict[int, str]):
    """The bare letter of each letter met so far: a text is translated at the speed of the interpreter, not of a loop."""

    def __missing__(self, code: int) -> str:
        """The bare letter of a letter that is met for the first time."""
        self[code] = _letter(chr(code))
        return self[code]


_BARE = _Letters()


def _letter(char: str) -> str:
    if char < "\x80":
        return " " if char.isspace() else char.lower()
    return _marked_letter(char)


def _marked_letter(char: str) -> str:
    if char in "đĐ":
        return "d"
    if char.isspace() or unicodedata.combining(char):
        return " "
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char
