"""A notice with its expected result marked in the text itself, and what of it a reading found."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tracker.notices.shapes import ReadDraft, ReadNotice
from tracker.people.directory import unit_key

MARK = re.compile(r"\[\[(.*?)\|(.*?)\]\]", re.S)
FIELD = re.compile(r"\s([@#~%!])(.*?)(?=\s[@#~%!]|$)")


@dataclass(frozen=True)
class Item:
    """One commitment of which a meeting can ask "done or not?": where it stands and what a reader should say of it."""

    kind: str
    start: int
    end: int
    leads: tuple[str, ...] = ()
    due: tuple[date | None, ...] = (None,)
    recurrence: str | None = None
    place: str | None = None
    flags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Marked:
    """A notice without its marks, with the head fields and the items that the marks name."""

    text: str
    head: dict[str, str | None]
    items: tuple[Item, ...]


def unmark(path: Path) -> Marked:
    """The file: lines `key: value`, a line `---`, then the notice, in it `[[T @lead #due ~recurrence|words]]`.

    The kind is T (task), M (milestone), P (policy, may be left out) or X (neither asked nor punished). Each @ is a lead
    or another way to write it; # is the date (`#a/b`: b too is accepted, an empty one is "no date"); % is a place, and
    each place is a milestone of its own; !p a policy is accepted too, !m one draft with the item before is accepted,
    !s more than one draft is accepted.
    """
    raw = unicodedata.normalize("NFC", path.read_text("utf-8"))
    front, _, body = raw.partition("\n---\n")
    head = dict(line.split(": ", 1) for line in front.splitlines())
    text, items, last = "", [], 0
    for mark in MARK.finditer(body):
        text += body[last : mark.start()]
        items += _items(mark[1], len(text), len(text) + len(mark[2]))
        text, last = text + mark[2], mark.end()
    return Marked(text + body[last:], {k: None if v == "null" else v for k, v in head.items()}, tuple(items))


def _items(head: str, start: int, end: int) -> list[Item]:
    parts: dict[str, list[str]] = {sign: [] for sign in "@#~%!"}
    for sign, words in FIELD.findall(head):
        parts[sign].append(words.strip())
    days = parts["#"][0].split("/") if parts["#"] else [""]
    due = tuple(date.fromisoformat(day) if day else None for day in days)
    once = Item(
        head[0], start, end, tuple(parts["@"]), due, (parts["~"] or [None])[0], None, frozenset("".join(parts["!"]))
    )
    return [
        Item(once.kind, start, end, (f"UBND xã {place}",), due, once.recurrence, place, once.flags)
        for place in parts["%"]
    ] or [once]


@dataclass(frozen=True)
class Compared:
    """A reading beside the marks: what is missed or wrong, in words, and which drafts are right."""

    problems: tuple[str, ...]
    right: frozenset[int]


def compare(marked: Marked, notice: ReadNotice) -> Compared:
    """Every asked item wants a draft over its words with its owner, date and recurrence, and every draft an item."""
    drafts = [(n, draft) for n, draft in enumerate(notice.drafts) if draft.kind != "policy"]
    problems, right, met = [], set(), set()
    for item in marked.items:
        over = [(n, draft) for n, draft in drafts if _overlap(item, draft) >= 0.5 and _fits_place(item, draft)]
        met |= {n for n, _ in over}
        if item.kind in "PX" or (not over and item.flags & {"p", "m"}):
            right |= {n for n, _ in over}
            continue
        faults = {n: _faults(item, draft) for n, draft in over}
        right |= {n for n, fault in faults.items() if not fault}
        words = " ".join(marked.text[item.start : item.end].split())[:60]
        if not over:
            problems.append(f"missed: {words}")
        elif all(faults.values()):
            problems.append(f"{words}: {min(faults.values(), key=len)}")
    problems += [f"false: {draft.title} ({draft.due_on})" for n, draft in drafts if n not in met]
    return Compared(tuple(problems), frozenset(right))


def _overlap(item: Item, draft: ReadDraft) -> float:
    """The largest shared part of the item and one source of the draft, as a share of the shorter of the two."""
    shares = (
        (min(item.end, s.end) - max(item.start, s.start)) / max(1, min(item.end - item.start, s.end - s.start))
        for s in (*draft.sources, draft)
    )
    return max(shares)


def _fits_place(item: Item, draft: ReadDraft) -> bool:
    return item.place is None or unit_key(item.place) in unit_key(draft.title)


def _faults(item: Item, draft: ReadDraft) -> str:
    faults = []
    names = [party.written for party in draft.leads]
    if item.leads and not any(_same_body(ours, theirs) for ours in item.leads for theirs in names):
        faults.append(f"owner {names} instead of {list(item.leads)}")
    if draft.due_on not in item.due and not (item.recurrence and item.due == (None,)):
        faults.append(f"date {draft.due_on} instead of {item.due[0]}")
    if draft.recurrence != item.recurrence and "s" not in item.flags:
        faults.append(f"recurrence {draft.recurrence} instead of {item.recurrence}")
    return "; ".join(faults)


def _same_body(ours: str, theirs: str) -> bool:
    """Equal, or one holds every word of the other ("Sở Y tế" and "Sở Y tế tỉnh")."""
    a, b = set(unit_key(ours).split()), set(unit_key(theirs).split())
    return a <= b or b <= a
