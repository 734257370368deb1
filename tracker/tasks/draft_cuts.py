"""Splitting and merging drafts: what the reader took for one commitment may be two, and the other way round."""

import re
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftMention, DraftSource, DraftState, Finding, MentionRole, Notice
from tracker.tasks.changing import known_id
from tracker.tasks.draft_choice import check_may_rule, chosen_drafts
from tracker.tasks.draft_edits import TITLE_LENGTH
from tracker.tasks.draft_memory import keep_ruling, remember
from tracker.tasks.history import Author, record
from tracker.tasks.questions import open_questions

# A second commitment begins behind a stop, a new line, or one of the words with which papers join two.
_CUT = re.compile(
    r"[;.:!?]\s+(?=\S)|,\s+(?=\S)|\n\s*(?=\S)|\s+(?=(?:và|đồng thời|ngoài ra|bên cạnh đó)\s)", re.IGNORECASE
)
CUTS = 24  # more than so many places nobody looks through


def cuts_of(draft_quote: str) -> list[int]:
    """Where a quote may be cut, as characters from its beginning, first to last."""
    found = sorted({match.end() for match in _CUT.finditer(draft_quote)})
    return [at for at in found if draft_quote[:at].strip() and draft_quote[at:].strip()][:CUTS]


def cut_before(draft: Draft, words: str) -> int:
    """Where in the paper the second part begins, by its first words. Raises TaskError unless the quote holds them once."""
    wanted, quote = words.strip(), draft.quote
    if not wanted or quote.count(wanted) != 1:
        raise TaskError(
            f"the quote of draft {draft.position} holds {wanted[:60]!r} {quote.count(wanted) if wanted else 0} times; "
            "give more of the words with which the second part begins, as the paper writes them"
        )
    return draft.start + quote.index(wanted)


def split_draft(
    session: Session,
    notice: Notice,
    position: int,
    *,
    at: int,
    title: str = "",
    author: Author,
    today: date,
    now: datetime,
) -> Draft:
    """Cut a draft in two at character `at` of the paper's text; the new one, with `title` or its own first words.

    Each part keeps its own words of the paper with their place; both keep the parties, the date, the other places that
    state it, and the open questions. Raises TaskError for a place outside the quote, a title that is too long, a draft
    that is no longer proposed, and for an officer who may not rule.
    """
    check_may_rule(session, author, today=today)
    (draft,) = chosen_drafts(session, notice, [position])
    if not draft.start < at < draft.end or not (
        notice.text[draft.start : at].strip() and notice.text[at : draft.end].strip()
    ):
        raise TaskError(f"draft {position} is cut inside its quote: between characters {draft.start} and {draft.end}")
    if len(title.strip()) > TITLE_LENGTH:
        raise TaskError(f"a title has 1 to {TITLE_LENGTH} characters, not {len(title.strip())}")
    before = remember(session, [draft])
    second = _second(session, notice, draft, at, title)
    _divide_sources(session, notice, draft, second, at)
    _divide_questions(session, draft, second, at)
    draft.start, draft.end = _trimmed(notice.text, draft.start, at)
    draft.quote = notice.text[draft.start : draft.end]
    session.add(draft)
    positions = [position, second.position]
    keep_ruling(session, notice, "split", positions, before, note="", author=author, now=now)
    record(
        session, "draft-split", author=author, now=now, notice_id=notice.id, draft=position, made=second.position, at=at
    )
    session.flush()
    return second


def _second(session: Session, notice: Notice, draft: Draft, at: int, title: str) -> Draft:
    """The second part as a draft of its own, behind all others, with the parties of the first."""
    start, end = _trimmed(notice.text, at, draft.end)
    last = session.scalar(sa.select(sa.func.max(col(Draft.position))).where(col(Draft.notice_id) == notice.id)) or 0
    kept = draft.model_dump(exclude={"id", "position", "title", "quote", "start", "end", "split_from"})
    quote = notice.text[start:end]
    second = Draft(
        **kept, position=last + 1, title=" ".join(title.split()) or title_of(quote), quote=quote, start=start, end=end,
        split_from=draft.split_from or draft.position,
    )  # fmt: skip
    session.add(second)
    session.flush()
    named = select(DraftMention).where(DraftMention.draft_id == draft.id).order_by(col(DraftMention.id))
    for one in session.exec(named).all():
        session.add(DraftMention(**one.model_dump(exclude={"id", "draft_id"}), draft_id=known_id(second.id)))
    return second


def title_of(quote: str) -> str:
    """A title from the words of a quote: on one line, with a capital, cut at a word."""
    words = re.sub(r"^(?:và|đồng thời|ngoài ra|bên cạnh đó)\W+", "", " ".join(quote.split()), flags=re.IGNORECASE)
    words = words.strip(" ;,.:-–+") or quote.strip()
    if len(words) > TITLE_LENGTH:
        words = words[: TITLE_LENGTH - 1].rpartition(" ")[0] + "…"
    return words[:1].upper() + words[1:]


def _divide_sources(session: Session, notice: Notice, draft: Draft, second: Draft, at: int) -> None:
    """The place that is cut goes to both in part; every other place of the paper states both."""
    places = session.exec(
        select(DraftSource).where(DraftSource.draft_id == draft.id).order_by(col(DraftSource.id))
    ).all()
    for one in places:
        copied = DraftSource(**one.model_dump(exclude={"id", "draft_id"}), draft_id=known_id(second.id))
        if one.start < at < one.end:
            copied.start, copied.end = _trimmed(notice.text, at, one.end)
            copied.quote = notice.text[copied.start : copied.end]
            one.start, one.end = _trimmed(notice.text, one.start, at)
            one.quote = notice.text[one.start : one.end]
            session.add(one)
        session.add(copied)


def _divide_questions(session: Session, draft: Draft, second: Draft, at: int) -> None:
    """A question about words of the second part goes with them; every other open one is asked about both."""
    for one in open_questions(session, draft.notice_id).get(draft.id, []):
        if one.start is not None and at <= one.start < second.end:
            one.draft_id = known_id(second.id)
            session.add(one)
        else:
            session.add(Finding(**one.model_dump(exclude={"id", "draft_id"}), draft_id=known_id(second.id)))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the blanks at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def merge_drafts(
    session: Session, notice: Notice, positions: Sequence[int], *, author: Author, today: date, now: datetime
) -> Draft:
    """Put drafts together into the first of `positions`, which keeps its title and its words; the draft that is left.

    It gets every place of the paper, every party and every open question of the others. Of two dates the stricter
    governs and a question is asked, as the reader does. The others stay readable as "merged into". Raises TaskError for
    fewer than two drafts, one that is no longer proposed, and for an officer who may not rule.
    """
    check_may_rule(session, author, today=today)
    drafts = chosen_drafts(session, notice, positions)
    if len(drafts) < 2:
        raise TaskError("merging takes two drafts or more: --draft N --draft N")
    target, *others = drafts
    before = remember(session, drafts)
    for other in others:
        _take_over(session, target, other)
        _take_date(session, target, other)
        other.state, other.merged_into = DraftState.REJECTED, target.position
        session.add_all([target, other])
        session.flush()
    named = [draft.position for draft in drafts]
    keep_ruling(session, notice, "merge", named, before, note="", author=author, now=now)
    record(
        session, "drafts-merged", author=author, now=now, notice_id=notice.id, draft=target.position, merged=named[1:]
    )
    session.flush()
    return target


def _take_over(session: Session, target: Draft, other: Draft) -> None:
    """Places, parties and open questions of `other`, none of them twice."""
    target_id = known_id(target.id)
    own, others = _places(session, target), _places(session, other)
    known = {(one.start, one.end) for one in own}
    for one in others:
        if (one.start, one.end) not in known:
            session.add(DraftSource(**one.model_dump(exclude={"id", "draft_id"}), draft_id=target_id))
    _take_parties(session, target, other)
    for asked in open_questions(session, target.notice_id).get(other.id, []):
        asked.draft_id = target_id
        session.add(asked)


def _places(session: Session, draft: Draft) -> list[DraftSource]:
    return list(session.exec(select(DraftSource).where(DraftSource.draft_id == draft.id).order_by(col(DraftSource.id))))


def _take_parties(session: Session, target: Draft, other: Draft) -> None:
    """Every party of `other`. Members of a group answer in the place of leads, so beside a group every owner is one."""
    own, others = _parties(session, target), _parties(session, other)
    if any(one.role is MentionRole.MEMBER for one in (*own, *others)):
        for one in own:
            one.role = MentionRole.MEMBER if one.role is MentionRole.LEAD else one.role
            session.add(one)
        owner = MentionRole.MEMBER
    else:
        owner = MentionRole.LEAD
    known = {(one.role, one.unit_id or one.written) for one in own}
    for at, one in enumerate(others, len(own)):
        role = owner if one.role is MentionRole.LEAD else one.role
        if (role, one.unit_id or one.written) not in known:
            copied = one.model_dump(exclude={"id", "draft_id", "position", "role"})
            session.add(DraftMention(**copied, draft_id=known_id(target.id), position=at, role=role))


def _parties(session: Session, draft: Draft) -> list[DraftMention]:
    return list(
        session.exec(select(DraftMention).where(DraftMention.draft_id == draft.id).order_by(col(DraftMention.id)))
    )


def _take_date(session: Session, target: Draft, other: Draft) -> None:
    """The stricter date governs, the looser one is kept beside it and asked about."""
    days = sorted(
        {day for day in (target.due_on, target.other_due_on, other.due_on, other.other_due_on) if day is not None}
    )
    if not days:
        return
    if other.due_on == days[0] != target.due_on:
        target.due_on, target.due_phrase, target.because_due = other.due_on, other.due_phrase, other.because_due
    if len(days) > 1 and target.other_due_on != days[-1]:
        target.other_due_on = days[-1]
        shown = "; ".join(f"{day:%d/%m/%Y}" for day in days)
        message = f"The merged drafts state {shown}; the stricter date governs."
        session.add(
            Finding(
                notice_id=target.notice_id, draft_id=target.id, code="two_dates", message=message, start=target.start,
                end=target.end, shown=shown,
            )
        )  # fmt: skip
