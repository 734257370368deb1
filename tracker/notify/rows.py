"""One task in words, as the templates of letters and of the briefing take it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from tracker.notify.fitting import flat
from tracker.notify.links import task_link
from tracker.notify.views import GroupView, ItemView, SectionView, ToldView, day_of
from tracker.notify.wording import RUNGS, SUPERIOR_RUNGS, Wording


class Row(NamedTuple):
    """One task; every text on one line. Without `quote`, `seen` says where the words already stand."""

    number: int
    told: tuple[str, ...]
    title: str
    owner: str
    place: str
    due: str
    words: str
    source: str
    quote: str
    seen: str
    standing: str
    more: str
    early: str
    ruling: str
    duty: str
    finish: str
    note: str
    returned: str
    ask: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its words; `groups` holds a title and rows each. A short part says its `ask` once, at the end."""

    sign: str
    name: str
    heading: str
    total: int
    hidden: int
    button: str
    ask: str
    owners: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...]


Seen = dict[tuple[str, str], int]  # (source, quote) -> the number under which the letter shows it


def part(section: SectionView, words: Wording, sign: str, seen: Seen, door: str) -> Part:
    """A section in words. A quote that an earlier task of the letter shows is not repeated.

    Tasks stand under their own numbers and no other: who answers "xong 12" by mail can mean but one.
    """
    is_short = section.name == "silent"
    ask = "" if is_short else words.ask
    told = None if words.is_report else frozenset[str]() if is_short else SUPERIOR_RUNGS
    groups = tuple(
        (
            _title(group),
            tuple(row(item, item.task_id, seen, door, ask, told, is_since=words.is_report) for item in group.items),
        )
        for group in section.groups
    )
    first = next((item for group in section.groups for item in group.items), None)
    return Part(
        sign,
        section.name,
        words.heading,
        section.total,
        section.hidden,
        words.button,
        words.ask.replace("{by}", first.answer_by) if is_short and first else "",
        by_unit(section.owners) if is_short else "",
        groups,
    )


def by_unit(owners: Iterable[tuple[str, int]]) -> str:
    """How many of each unit: "xã Bình Sơn (8), Ban Tổ chức Huyện ủy (1)"."""
    return ", ".join(f"{flat(name).removeprefix('UBND ')} ({number})" for name, number in owners)


def _title(group: GroupView) -> str:
    title = flat(group.title)
    return title[:1].upper() + title[1:]


def row(
    item: ItemView, number: int, seen: Seen, door: str, ask: str = "", told: frozenset[str] | None = None,
    *, is_since: bool = False,
) -> Row:  # fmt: skip
    """One task in words, under `number`. told: which rungs the list of letters before names, None for all; is_since: whether to say on
    which day a task became late."""
    source, quote = flat(f"{item.clause} {item.notice}".lstrip()), flat(item.quote)
    shown, where = _quoted(source, quote, flat(item.title), number, seen)
    return Row(
        number,
        _told([one for one in item.told if told is None or one.rung in told]) if item.told else (),
        flat(item.title),
        flat(item.owner),
        _place(item),
        _due(item),
        _words(item),
        source,
        shown,
        where,
        _standing(item, is_since=is_since),
        _more(item),
        "; ".join(flat(one) for one in item.early),
        flat(item.ruling),
        item.duty,
        _finish(item),
        flat(item.last_note) if item.last_note else "",
        f"ngày {item.returned[0]}: “{flat(item.returned[1])}”" if item.returned else "",
        ask.replace("{by}", item.answer_by),
        task_link(door, item.task_id),
    )


def _quoted(source: str, quote: str, title: str, number: int, seen: Seen) -> tuple[str, str]:
    """The quote, or where its words already stand: in the title, or at an earlier task."""
    if _says_the_same(quote, title):
        return "", " (nguyên văn như trên)"
    first = seen.setdefault((source, quote), number)
    return (quote, "") if first == number else ("", f" (nguyên văn như việc {first})")


@lru_cache(maxsize=4096)
def _says_the_same(quote: str, title: str) -> bool:
    return quote.rstrip(" .;").casefold() == title.rstrip(" .;").casefold()


def _place(item: ItemView) -> str:
    """Where, when neither title nor owner says so."""
    if not item.place:
        return ""
    place = item.place.lower()
    return "" if place in item.title.lower() or place in item.owner.lower() else flat(item.place)


def _due(item: ItemView) -> str:
    """The date that governs."""
    return item.due or "không ghi hạn trong thông báo"


def _words(item: ItemView) -> str:
    """What follows the date: the first date when it was extended, and the words that it came from. Without a date, the
    words that are no date. Urgency beside a date is left to the quote: it would read as a second, stricter date."""
    if item.due is None:
        words = "”, “".join(flat(one) for one in (item.due_phrase, item.urgency) if one)
        return f", chỉ ghi “{words}”" if words else ""
    phrase = f"nguyên văn: “{flat(item.due_phrase)}”" if item.due_phrase else ""
    phrase += f", {item.due_clause}" if phrase and item.due_clause else ""
    first = f"đã gia hạn; hạn gốc {item.first_due}" if item.first_due else ""
    both = "; ".join(one for one in (first, phrase) if one)
    return f" ({both})" if both else ""


def _standing(item: ItemView, *, is_since: bool) -> str:
    """Where a task stands against its date. Without a date it is never late."""
    if item.done is not None:
        return f"đã báo hoàn thành ngày {item.done}, chờ nghiệm thu"
    if item.due is None:
        return f"báo cáo gần nhất ngày {item.last_report}" if item.last_report else "chưa có báo cáo"
    if item.working_days_late:
        since = f" (từ ngày {_day_after(item.due)})" if is_since else ""
        return f"quá hạn {item.working_days_late} ngày làm việc{since}"
    if item.working_days_left is None:
        return f"đã qua ngày {item.due}"
    return f"còn {item.working_days_left} ngày làm việc" if item.working_days_left else f"đến hạn đúng ngày {item.due}"


@lru_cache(maxsize=512)
def _day_after(day: str) -> str:
    """The first day late: 01/07/2020 after 30/06/2020."""
    return f"{day_of(day) + timedelta(days=1):%d/%m/%Y}"


def _more(item: ItemView) -> str:
    """What follows the standing, with a leading comma; empty when there is nothing to add."""
    more = ""
    if item.returned:
        more = f", đã báo hoàn thành ngày {item.last_report}, chưa được nghiệm thu"
    elif item.done is None and item.due is not None:
        more = f", báo cáo gần nhất ngày {item.last_report}" if item.last_report else ", chưa có báo cáo"
    if item.percent and item.done is None and not item.returned:
        more += f", mức hoàn thành {item.percent}%"
    if item.promised:
        more += f", hẹn hoàn thành ngày {item.promised}"
    if item.is_forecast_late and not item.working_days_late:
        more += ", dự báo hoàn thành sau hạn"
    if item.is_extension_asked:
        more += f", đã đề nghị gia hạn đến ngày {item.proposed}" if item.proposed else ", đã đề nghị gia hạn"
        more += " (chưa có quyết định)"
    return more


def _finish(item: ItemView) -> str:
    """When it was finished, and whether that was in time."""
    if item.done is None:
        return "đã hoàn thành"
    judged = "" if item.due is None else ", đúng hạn" if day_of(item.done) <= day_of(item.due) else ", quá hạn"
    return f"hoàn thành ngày {item.done}{judged}"


def _told(told: list[ToldView]) -> tuple[str, ...]:
    """Who was told when: one line for a rung and its receivers, with all the days."""
    posts: dict[tuple[str, str], list[str]] = {}
    for one in told:
        posts.setdefault((one.on, one.rung), []).append(flat(one.post))
    days: dict[tuple[str, str], list[str]] = {}
    for (on, rung), names in posts.items():
        days.setdefault((rung, ", ".join(dict.fromkeys(names))), []).append(on)
    return tuple(f"{', '.join(on)}: {RUNGS.get(rung, rung)} – {names}" for (rung, names), on in days.items())


def escaped(one: Part) -> Part:
    """The same for HTML. Twenty tasks hold three hundred texts: escaped row by row this takes a third of the time that
    Jinja needs for one after the other, so _item.html switches its own escaping off."""
    groups = tuple((escape(title), tuple(map(_escaped_row, rows))) for title, rows in one.groups)
    return replace(one, owners=escape(one.owners), groups=groups)


def safe(one: Row) -> Row:
    """An escaped row that a template may print anywhere: it is not escaped once more."""
    number, told, *texts = _escaped_row(one)
    return Row(number, tuple(map(Markup, told)), *map(Markup, texts))


def _escaped_row(one: Row) -> Row:
    number, told, *texts = one
    return Row(number, tuple(map(escape, told)), *escape("\n".join(texts)).split("\n"))
