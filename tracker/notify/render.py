"""Letters and the briefing as subject, text and HTML.

Fixed words stand in templates/; what joins optional facts into one phrase stands here, once for the text and the HTML.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from itertools import count
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.config import data_folder
from tracker.notify.views import BriefingView, DecisionView, GroupView, ItemView, LetterView, SectionView

SUBJECT_LENGTH = 70
TEXT_WIDTH = 74
PROGRAMME_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready for its envelope: one line of subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def render_letter(view: LetterView) -> Rendered:
    """The letter of one officer. Text and HTML say the same."""
    return _rendered(view.kind, **_of_letter(view))


def render_briefing(view: BriefingView) -> Rendered:
    """The letter that carries the weekly briefing."""
    return _rendered("briefing", **_of_briefing(view))


def briefing_page(view: BriefingView) -> str:
    """The briefing as one HTML page to be printed on A4."""
    return _environment().get_template("reports/briefing.html").render(_of_briefing(view))


def _rendered(kind: str, **values: object) -> Rendered:
    find = _environment().get_template
    subject = one_line(find(f"mail/{kind}.subject.txt").render(values))
    text = wrapped(find(f"mail/{kind}.txt").render(values))
    html = find(f"mail/{kind}.html").render(values, subject=subject)
    return Rendered(subject, text, html)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Made once a process. Views are objects, never mappings: a field is found by plain getattr, and a misspelt one is
    an error."""
    environment = Environment(
        loader=FileSystemLoader(data_folder("templates")),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.getattr = getattr  # type: ignore[assignment]
    return environment


# -- subject and text: fitted to their width ---------------------------------------------------------------------------


def one_line(text: str) -> str:
    """A subject: one line of at most 70 characters. The when after the last dash stays; what stands before is cut at a
    word."""
    line = " ".join(text.split())
    if len(line) > SUBJECT_LENGTH:
        head, dash, when = line.rpartition(" – ")
        tail = dash + when if len(when) < SUBJECT_LENGTH // 3 else ""
        line = _cut(head if tail else line, SUBJECT_LENGTH - len(tail)) + tail
    assert len(line) <= SUBJECT_LENGTH, line
    assert line.isprintable(), line
    return line


def _cut(text: str, length: int) -> str:
    """`text` in at most `length` characters, cut after a whole part where one ends, else at a word, and marked with "…"."""
    if len(text) <= length:
        return text
    kept, blank, _ = text[:length].rpartition(" ")
    kept = kept if blank else text[: length - 1]
    whole = max(kept.rfind(","), kept.rfind(";"))
    return (kept[:whole] if whole > length // 2 else kept).rstrip(" ,;:–") + "…"


_INDENT = re.compile(r" *(?:\d+\. |[-*] )?")


def wrapped(text: str) -> str:
    """Plain text with every long line folded under its own beginning; an address is never broken."""
    return "\n".join([line if len(line) <= TEXT_WIDTH else _folded(line) for line in text.split("\n")])


@lru_cache(maxsize=4096)
def _folded(line: str) -> str:
    """One long line as several. Kept for a while: letters of one notice quote the same words to many people."""
    found = _INDENT.match(line)
    indent = " " * found.end() if found else ""
    lines, start = [], len(indent)
    while len(line) > TEXT_WIDTH:
        cut = line.rfind(" ", start, TEXT_WIDTH + 1)
        if cut < 0:
            cut = line.find(" ", TEXT_WIDTH)
        if cut < 0:
            break
        lines.append(line[:cut])
        line = indent + line[cut + 1 :]
    lines.append(line)
    return "\n".join(lines)


# -- letters -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wording:
    """How letters speak of one section. `counted` follows a number; in `ask` stands {by} for the day of the answer."""

    heading: str
    counted: str
    ask: str
    button: str


_REPORT = "Báo cáo kết quả"
_ASK_LATE = "Đề nghị báo cáo kết quả, hoặc nêu vướng mắc và hẹn ngày hoàn thành, chậm nhất ngày {by}."
_ASK_SOON = "Đề nghị báo cáo kết quả hoặc tiến độ chậm nhất ngày {by}; nếu có vướng mắc, đề nghị nêu rõ."

# Worst first: the order in which a subject names them.
_WORDINGS = {
    "overdue": _Wording("Việc quá hạn", "việc quá hạn", _ASK_LATE, _REPORT),
    "head": _Wording(
        "Việc quá hạn, báo người đứng đầu đơn vị",
        "việc quá hạn",
        "Đề nghị đồng chí chỉ đạo thực hiện và báo cáo kết quả, hoặc nêu vướng mắc và hẹn ngày hoàn thành, "
        "chậm nhất ngày {by}.",
        _REPORT,
    ),
    "office": _Wording(
        "Việc đưa ra giao ban, đề nghị cho ý kiến quyết định",
        "việc cần quyết định",
        "Đề nghị đồng chí cho ý kiến (gia hạn, giao lại, điều chỉnh hoặc kết thúc) chậm nhất ngày {by}.",
        "Ghi ý kiến quyết định",
    ),
    "overseer": _Wording(
        "Việc chậm tiến độ ở đơn vị đồng chí phụ trách",
        "việc chậm tiến độ",
        "Đề nghị đồng chí cho ý kiến chỉ đạo và xác nhận đã nắm tình hình chậm nhất ngày {by}.",
        "Cho ý kiến chỉ đạo",
    ),
    "extension": _Wording(
        "Đề nghị gia hạn, chờ quyết định",
        "đề nghị gia hạn",
        "Đề nghị đồng chí quyết định chậm nhất ngày {by}.",
        "Quyết định gia hạn",
    ),
    "due": _Wording("Việc sắp đến hạn", "việc đến hạn", _ASK_SOON, _REPORT),
    "remind": _Wording("Việc sắp đến hạn", "việc đến hạn", _ASK_SOON, _REPORT),
    "stale": _Wording(
        "Việc không ghi hạn, lâu chưa có báo cáo mới",
        "việc cần cập nhật",
        "Đề nghị báo cáo tiến độ chậm nhất ngày {by}.",
        _REPORT,
    ),
    "waiting": _Wording(
        "Việc đã báo hoàn thành, đang chờ nghiệm thu",
        "việc chờ nghiệm thu",
        "Không cần trả lời thêm trong khi chờ nghiệm thu.",
        "Xem nội dung đã báo",
    ),
}
_VERIFY = _Wording(
    "Việc đã báo hoàn thành, đề nghị nghiệm thu",
    "việc chờ nghiệm thu",
    "Đề nghị nghiệm thu hoặc trả lại chậm nhất ngày {by}.",
    "Nghiệm thu hoặc trả lại",
)
_HEAD_TO_CONTACT = _Wording("Việc quá hạn, đã báo người đứng đầu đơn vị", "việc quá hạn", _ASK_LATE, _REPORT)
_TOLD_SINCE = frozenset({"overseer", "office"})
_MANDATORY = frozenset({"overdue", "head", "overseer", "office"})

_ROLES = {
    "contact": "là đầu mối thực hiện{of_unit}",
    "head": "là người đứng đầu {unit}",
    "overseer": "được phân công phụ trách các đơn vị có tên trong thư",
    "office": "thuộc cơ quan thường trực theo dõi việc thực hiện",
    "chair": "chủ trì cuộc họp giao ban",
}

_RUNGS = {
    "remind": "nhắc trước hạn",
    "head": "nhắc người đứng đầu",
    "overseer": "báo thành viên phụ trách",
    "office": "báo cơ quan thường trực",
    "chair": "đưa ra giao ban",
    "digest": "bản tin tuần",
    "briefing": "báo cáo giao ban",
}


class _Row(NamedTuple):
    """One task in words, as the templates take it; every text on one line."""

    number: int
    told: tuple[str, ...]
    title: str
    owner: str
    place: str
    due: str
    words: str
    source: str
    quote: str
    standing: str
    more: str
    finish: str
    note: str
    ask: str
    url: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A section with its words; `groups` holds a title and rows each."""

    sign: str
    name: str
    heading: str
    total: int
    hidden: int
    button: str
    groups: tuple[tuple[str, tuple[_Row, ...]], ...]


def _of_letter(view: LetterView) -> dict[str, object]:
    counts, parts = _counts(view), _parts(view)
    return {
        "view": view,
        "office": view.office,
        "programme": _programme(view.office.programme),
        "when": f"tuần {view.week}" if view.week else view.today,
        "greeting": _greeting(view.addressee),
        "counts": ("; " if ":" in "".join(counts) else ", ").join(counts),
        "counted": _listed(counts),
        "why": _why(view),
        "whose": _whose(view),
        "parts": parts,
        "escaped_parts": tuple(map(_escaped, parts)),
        "preheader": _preheader(parts),
        "is_mandatory": any(section.name in _MANDATORY for section in view.sections),
    }


def _programme(name: str) -> str:
    return _cut(name, PROGRAMME_LENGTH)


def _greeting(addressee: str) -> str:
    return addressee if addressee.lower().startswith("đồng chí") else f"Đồng chí {addressee}"


def _why(view: LetterView) -> str:
    """Why this person gets this letter."""
    of_unit = f" của {view.unit}" if view.unit else ""
    roles = [_ROLES[role].format(of_unit=of_unit, unit=view.unit or "đơn vị") for role in view.roles if role in _ROLES]
    roles += [f"được phân công thay đồng chí {post} trong thời gian vắng mặt" for post in view.stands_in_for]
    return ", đồng thời ".join(roles) or "có tên trong danh sách phân công thực hiện"


def _whose(view: LetterView) -> str:
    """In whose tasks the letter counts: those of one unit, or all that the reader answers for."""
    owners = {item.owner for section in view.sections for group in section.groups for item in group.items}
    return f"giao cho {owners.pop()}" if len(owners) == 1 else "thuộc trách nhiệm của đồng chí"


def _counts(view: LetterView) -> list[str]:
    """ "2 việc quá hạn", "3 việc đến hạn": what the letter is named after first, then worst first."""
    counted: dict[str, int] = {}
    named = sorted(view.sections, key=lambda section: (section.name != view.kind, tuple(_WORDINGS).index(section.name)))
    for section in named:
        phrase = _slipping(section) if section.name == "overseer" else _WORDINGS[section.name].counted
        counted[phrase] = counted.get(phrase, 0) + section.total
    return [phrase if phrase[0].isdigit() else f"{number} {phrase}" for phrase, number in counted.items()]


def _listed(phrases: list[str]) -> str:
    """ "a, b và c"."""
    *most, last = phrases
    return f"{', '.join(most)} và {last}" if most else last


def _preheader(parts: Iterable[_Part]) -> str:
    """What a list of letters shows behind the subject: the worst task."""
    rows = (row for part in parts for _, rows in part.groups for row in rows)
    return next((f"{row.title}: {row.standing}" for row in rows), "")


_PLACE = re.compile(r"(?:^|\s)(xã|phường|thị trấn) (\S.*)$")


def _slipping(section: SectionView) -> str:
    """ "2 xã chậm tiến độ: Thọ Sơn, Hợp Lý"; without names when not every task of the section is shown."""
    groups = [group for group in section.groups if group.title and group.items]
    what = "có nguy cơ chậm tiến độ" if groups and all(map(_is_early_warning, groups)) else "chậm tiến độ"
    if section.hidden or not groups:
        return f"{section.total} việc {what}"
    found = [_PLACE.search(group.title) for group in groups]
    kinds = {one[1] if one else "" for one in found}
    noun = kinds.pop() if len(kinds) == 1 else ""
    names = [one[2] if one and noun else group.title for one, group in zip(found, groups, strict=True)]
    return f"{len(groups)} {noun or 'đơn vị'} {what}: {', '.join(names)}"


def _is_early_warning(group: GroupView) -> bool:
    return all(item.is_forecast_late and not item.working_days_late for item in group.items)


def _parts(view: LetterView) -> tuple[_Part, ...]:
    signs, numbers = iter(_SIGNS), count(1)
    return tuple(
        _part(section, _wording(section.name, view.roles), next(signs, "–"), numbers) for section in view.sections
    )


_SIGNS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def _wording(name: str, roles: tuple[str, ...]) -> _Wording:
    if name == "waiting" and "office" in roles:
        return _VERIFY
    if name == "head" and "head" not in roles:
        return _HEAD_TO_CONTACT
    return _WORDINGS[name]


def _part(section: SectionView, words: _Wording, sign: str, numbers: Iterator[int]) -> _Part:
    is_told_since = section.name in _TOLD_SINCE
    groups = tuple(
        (_capital(_flat(group.title)), tuple(_row(item, numbers, words.ask, is_told_since) for item in group.items))
        for group in section.groups
    )
    return _Part(sign, section.name, words.heading, section.total, section.hidden, words.button, groups)


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


# -- one task in words -------------------------------------------------------------------------------------------------


def _row(item: ItemView, numbers: Iterator[int], ask: str = "", is_told_since: bool = False) -> _Row:
    more = _more(item)
    if is_told_since and item.due is not None and item.working_days_late:
        more += f"; quá hạn từ ngày {_day_after(item.due)}"
    return _Row(
        next(numbers),
        _told(item) if item.told else (),
        _flat(item.title),
        _flat(item.owner),
        _place(item),
        _due(item),
        _words(item),
        _flat(f"{item.clause} {item.notice}".lstrip()),
        _flat(item.quote),
        _standing(item),
        more,
        f"hoàn thành ngày {item.done}" if item.done else "đã hoàn thành",
        _flat(item.last_note) if item.last_note else "",
        ask.replace("{by}", item.answer_by),
        item.url,
    )


def _flat(text: str) -> str:
    """Words that were written over several lines, on one."""
    return text if text.isprintable() else " ".join(text.split())


def _place(item: ItemView) -> str:
    """Where, when neither title nor owner says so."""
    if not item.place:
        return ""
    place = item.place.lower()
    return "" if place in item.title.lower() or place in item.owner.lower() else _flat(item.place)


@lru_cache(maxsize=512)
def _day_after(day: str) -> str:
    """The first day late: 01/07/2020 after 30/06/2020."""
    return f"{date(int(day[6:]), int(day[3:5]), int(day[:2])) + timedelta(days=1):%d/%m/%Y}"


def _due(item: ItemView) -> str:
    """The date; both dates when it was extended."""
    if item.due is None:
        return "không ghi hạn trong thông báo"
    return item.due if item.first_due is None else f"hạn gốc {item.first_due}, gia hạn đến {item.due}"


def _words(item: ItemView) -> str:
    """The words that the date came from, to follow it; without a date, the words that are no date."""
    if item.due is None:
        words = "”, “".join(_flat(one) for one in (item.due_phrase, item.urgency) if one)
        return f", chỉ ghi “{words}”" if words else ""
    phrase = f" (nguyên văn: “{_flat(item.due_phrase)}”)" if item.due_phrase else ""
    return f"{phrase}; yêu cầu: “{_flat(item.urgency)}”" if item.urgency else phrase


def _standing(item: ItemView) -> str:
    """Where a task stands against its date. Without a date it is never late."""
    if item.done is not None:
        return f"đã báo hoàn thành ngày {item.done}, chờ nghiệm thu"
    if item.due is None:
        return f"lần báo cáo gần nhất ngày {item.last_report}" if item.last_report else "chưa có báo cáo"
    if item.working_days_late:
        return f"quá hạn {item.working_days_late} ngày làm việc"
    if item.working_days_left is None:
        return f"đã qua ngày {item.due}"
    return f"còn {item.working_days_left} ngày làm việc" if item.working_days_left else f"đến hạn đúng ngày {item.due}"


def _more(item: ItemView) -> str:
    """What follows the standing, with a leading comma; empty when there is nothing to add."""
    more = ""
    if item.done is None and item.due is not None:
        more = f", báo cáo gần nhất ngày {item.last_report}" if item.last_report else ", chưa có báo cáo"
    if item.percent and item.done is None:
        more += f", mức hoàn thành {item.percent}%"
    if item.promised:
        more += f", hẹn hoàn thành ngày {item.promised}"
    if item.is_forecast_late:
        more += ", dự báo hoàn thành sau hạn"
    if item.is_extension_asked:
        more += f", đã đề nghị gia hạn đến ngày {item.proposed}" if item.proposed else ", đã đề nghị gia hạn"
        more += " (chưa có quyết định)"
    return more


def _told(item: ItemView) -> tuple[str, ...]:
    """Who was told when: one line a day and rung."""
    posts: dict[tuple[str, str], list[str]] = {}
    for one in item.told:
        posts.setdefault((one.on, one.rung), []).append(one.post)
    return tuple(f"{on}: {_RUNGS.get(rung, rung)} – {', '.join(names)}" for (on, rung), names in posts.items())


def _escaped(part: _Part) -> _Part:
    """The same for HTML. Twenty tasks hold three hundred texts: escaped row by row this takes a third of the time that
    Jinja needs for one after the other, so _item.html switches its own escaping off."""
    groups = tuple((escape(title), tuple(map(_escaped_row, rows))) for title, rows in part.groups)
    return replace(part, groups=groups)


def _escaped_row(row: _Row) -> _Row:
    number, told, *texts = row
    return _Row(number, tuple(map(escape, told)), *escape("\n".join(texts)).split("\n"))


# -- briefing ----------------------------------------------------------------------------------------------------------

_CELLS = (
    ("Đã hoàn thành đúng hạn", "done_on_time"),
    ("Đã hoàn thành quá hạn", "done_late"),
    ("Chưa hoàn thành, trong hạn", "open_in_time"),
    ("Chưa hoàn thành, quá hạn", "open_overdue"),
    ("Không ghi hạn", "undated"),
)


def _of_briefing(view: BriefingView) -> dict[str, object]:
    return {
        "view": view,
        "office": view.office,
        "programme": _programme(view.office.programme),
        "cells": tuple((name, getattr(view.total, field), _changed(view, field)) for name, field in _CELLS),
        "change": _changed(view, "total"),
        "decisions": _decisions(view.decisions),
        "slipped": _numbered(view.slipped),
        "overdue": _numbered(view.overdue),
        "finished": _numbered(view.finished),
        "coming": _numbered(view.coming),
        "percent": _percent,
    }


def _decisions(decisions: Iterable[DecisionView]) -> tuple[tuple[_Row, str, tuple[str, ...]], ...]:
    numbers = count(1)
    return tuple((_row(one.item, numbers), _flat(one.question), one.options) for one in decisions)


def _numbered(items: Iterable[ItemView]) -> tuple[_Row, ...]:
    numbers = count(1)
    return tuple(_row(item, numbers) for item in items)


def _changed(view: BriefingView, field: str) -> str:
    """Against the week before: "tăng 2", "giảm 1", "không đổi"; empty in the first briefing."""
    if view.previous is None:
        return ""
    change: int = getattr(view.total, field) - getattr(view.previous, field)
    if not change:
        return "không đổi"
    return f"tăng {change}" if change > 0 else f"giảm {-change}"


def _percent(rate: str) -> str:
    """A rate with its sign: "18,3" as "18,3%", "–" as it is."""
    return f"{rate}%" if rate[-1:].isdigit() else rate
