"""Lines of the form "Đơn vị chủ trì: …", "Thời gian hoàn thành: …" below an item: columns of a table written as a list."""

import re
from dataclasses import replace

from tracker.notices import vocabulary as v
from tracker.notices.assignees import split_names
from tracker.notices.dates import Reference, Time, time_of
from tracker.notices.grammar import begins_with_verb, skip_marks, unit_at
from tracker.notices.rough import Rough
from tracker.notices.segments import sentences, trimmed
from tracker.notices.text import Paper

Span = tuple[int, int]

_FIELD = re.compile(
    r"(?:(?P<support>(?:(?:don vi|co quan|bo phan|to chuc)\s+)?(?:cung\s+)?phoi hop(?:\s+thuc hien)?)"
    r"|(?P<lead>(?:(?:cac\s+)?(?:don vi|co quan|bo phan|phan cong|nguoi|can bo)\s+)?(?:chu tri|thuc hien|dau moi|phu trach|chiu trach nhiem|chu tri thuc hien|chu tri, tham muu|chu tri tham muu))"
    r"|(?P<time>thoi gian|thoi han|thoi diem|tien do|han hoan thanh|hoan thanh|thoi gian,? tien do)(?:\s+(?:thuc hien|hoan thanh|bao cao|trien khai))*"
    r"|(?P<content>noi dung(?:\s+(?:thuc hien|cong viec|nhiem vu))?)"
    r"|(?P<other>san pham|ket qua|kinh phi|nguon luc|nguon kinh phi|dia diem|thanh phan|ghi chu|hinh thuc|phuong phap|yeu cau|don vi tinh)(?:\s+(?:dau ra|thuc hien|dat duoc))*)"
    r"\s*:\s*"
)


_HOW_OFTEN = re.compile(r"(?:thuong xuyen|hang (?:tuan|thang|quy|nam)|dinh ky|xong|hoan thanh)\b")


def is_field(paper: Paper, span: Span) -> bool:
    """Whether a line only fills in owner, helpers, time, product or the very words of the item above it."""
    match = _FIELD.match(paper.words, skip_marks(paper, *span), span[1])
    if match is None:
        return False
    value = skip_marks(paper, match.end(), span[1])
    if match["content"]:
        is_one = len(sentences(paper, _pieces(paper, span)[0])) == 1
        return is_one and not v.PERFORMATIVE.match(paper.words, value, span[1])
    if match["lead"] or match["support"]:
        return unit_at(paper, value, span[1]) is not None
    return not begins_with_verb(paper, value, span[1]) or (
        match["time"] is not None and _HOW_OFTEN.match(paper.words, value) is not None
    )


def is_content(paper: Paper, span: Span) -> bool:
    """Whether a line says what the item above it is about ("Nội dung: …") and nothing else of it."""
    match = _FIELD.match(paper.words, skip_marks(paper, *span), span[1])
    return match is not None and match["content"] is not None and len(_pieces(paper, span)) == 1


def fill(paper: Paper, span: Span, drafts: list[Rough], reference: Reference) -> None:
    """Gives owner, helpers and time of a field line to the drafts above it that have none of their own."""
    for start, end in _pieces(paper, span):
        match = _FIELD.match(paper.words, skip_marks(paper, start, end), end)
        if match is None or match["other"]:
            continue
        value = trimmed(paper, (match.end(), end))
        if match["content"]:
            _give_words(value, drafts, time_of(paper, value, reference))
            continue
        if match["time"]:
            _give_time(paper, value, drafts, reference)
        elif unit_at(paper, *value) is not None:
            _give_bodies(paper, value, drafts, is_lead=match["lead"] is not None)


def inner_fields(paper: Paper, span: Span) -> Span | None:
    """The parenthesis of an item that holds such fields ("(Chủ trì: Sở Y tế; thời gian: quý II)")."""
    for match in re.finditer(r"\(([^()]{8,400})\)", paper.text[slice(*span)]):
        inside = (span[0] + match.start(1), span[0] + match.end(1))
        if is_field(paper, inside):
            return inside
    return None


def _pieces(paper: Paper, span: Span) -> list[Span]:
    """A line may hold several fields ("Chủ trì: A; phối hợp: B. Thời gian: C")."""
    cuts = [span[0]]
    for match in re.finditer(r"[;.,]\s*", paper.words[slice(*span)]):
        at = span[0] + match.end()
        if _FIELD.match(paper.words, at, span[1]):
            cuts.append(at)
    return list(zip(cuts, [*cuts[1:], span[1]], strict=True))


def _give_words(value: Span, drafts: list[Rough], time: Time) -> None:
    """What an item is about in other words is a second place that states it, when it is one item."""
    if len(drafts) == 1:
        drafts[0].restate(value, drafts[0].clause, time)


def _give_time(paper: Paper, value: Span, drafts: list[Rough], reference: Reference) -> None:
    time = replace(time_of(paper, value, reference, is_cell=True), urgency=None)
    for rough in drafts:
        if time.is_dated or time.findings:
            own = rough.time
            if not own.is_dated:
                rough.time = replace(time, urgency=own.urgency)
                rough.due_rule = f"field: {time.rule}"


def _give_bodies(paper: Paper, value: Span, drafts: list[Rough], *, is_lead: bool) -> None:
    bodies = split_names(paper, value)
    for rough in drafts:
        if is_lead and rough.owner_rule in ("none", "lead-in", "addressee"):
            rough.leads, rough.owner_rule = bodies, "field"
            rough.kind = "task" if rough.kind == "policy" else rough.kind
        elif not is_lead:
            rough.supports = rough.supports or bodies
