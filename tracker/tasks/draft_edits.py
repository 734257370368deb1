"""Editing a draft: its words, its parties, its date, before it becomes a task; the quote stays what the paper says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftMention, Kind, MentionRole, Notice, Unit
from tracker.people.units import stands
from tracker.tasks.changing import known_id
from tracker.tasks.draft_choice import check_may_rule, chosen_drafts
from tracker.tasks.draft_memory import keep_ruling, remember
from tracker.tasks.history import Author, record
from tracker.tasks.questions import ABOUT_DATES, ABOUT_OWNERS, close, open_questions

TITLE_LENGTH = 120
RECURRENCES = ("weekly", "monthly", "quarterly", "half-yearly", "yearly", "other")
Party = Unit | str  # a unit of the register, or a name as the paper writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanges:
    """What is to be different; None keeps what stands. `leads` take the place of everybody whom the paper names as owner;
    `is_undated` takes the date away; `recurrence` "" ends it."""

    title: str | None = None
    kind: Kind | None = None
    leads: Sequence[Unit] | None = None
    supports: Sequence[Party] | None = None
    due_on: date | None = None
    is_undated: bool = False
    recurrence: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == DraftChanges()

    @property
    def is_about_the_date(self) -> bool:
        """Whether the day is ruled, if only by saying that there is none."""
        return self.due_on is not None or self.is_undated


def edit_draft(
    session: Session,
    notice: Notice,
    position: int,
    changes: DraftChanges,
    *,
    note: str,
    author: Author,
    today: date,
    now: datetime,
) -> Draft:
    """Change a draft in the caller's transaction; what the reader proposed is kept beside it.

    The quote and the words of the date stay as they are. The questions about what is ruled are answered by it. Raises
    TaskError for a draft that is no longer proposed, a title that is empty or longer than TITLE_LENGTH, a unit that does
    not stand today, a change that says nothing, and for an officer who is neither of the office nor the chair.
    """
    check_may_rule(session, author, today=today)
    (draft,) = chosen_drafts(session, notice, [position])
    _check(changes, today=today)
    before = remember(session, [draft])
    detail: dict[str, Any] = {"draft": position, "note": note.strip() or None}
    detail |= _say_words(draft, changes)
    detail |= _say_parties(session, draft, changes)
    detail |= _say_date(draft, changes)
    session.add(draft)
    _answer(session, draft, changes, author, now)
    keep_ruling(session, notice, "edit", [position], before, note=note, author=author, now=now)
    record(session, "draft-ruled", author=author, now=now, notice_id=notice.id, **detail)
    session.flush()
    return draft


def _check(changes: DraftChanges, *, today: date) -> None:
    if changes.due_on is not None and changes.is_undated:
        raise TaskError("a draft has a date or it has none: give one of --due and --undated")
    if changes.is_empty:
        raise TaskError(
            "a ruling says who (--lead UNIT), when (--due DATE) or that there is no date (--undated), or other words"
        )
    if changes.title is not None and not 0 < len(changes.title.strip()) <= TITLE_LENGTH:
        raise TaskError(f"a title has 1 to {TITLE_LENGTH} characters, not {len(changes.title.strip())}")
    if changes.recurrence and changes.recurrence not in RECURRENCES:
        raise TaskError(f"{changes.recurrence!r} is no recurrence; there are {', '.join(RECURRENCES)}")
    if changes.leads is not None and not changes.leads:
        raise TaskError("a draft needs at least one owner")
    for unit in (*(changes.leads or ()), *(changes.supports or ())):
        if isinstance(unit, Unit) and not stands(unit, today):
            raise TaskError(
                f"{unit.name} ({unit.code}) does not stand on {today}; name the unit that took over its work"
            )


def _say_words(draft: Draft, changes: DraftChanges) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if changes.title is not None:
        detail |= {"title_before": draft.title, "title": " ".join(changes.title.split())}
        draft.title = detail["title"]
    if changes.kind is not None:
        detail |= {"draft_kind_before": draft.kind, "draft_kind": changes.kind}
        draft.kind = changes.kind
    if changes.recurrence is not None:
        detail |= {"recurrence_before": draft.recurrence, "recurrence": changes.recurrence}
        draft.recurrence = changes.recurrence or None
    return detail


def _say_parties(session: Session, draft: Draft, changes: DraftChanges) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if changes.leads is not None:
        owning = (MentionRole.LEAD, MentionRole.MEMBER)
        detail |= {"leads_before": _replace(session, draft, owning, MentionRole.LEAD, changes.leads)}
        detail |= {"leads": [unit.code for unit in changes.leads]}
        draft.because_owner = "ruled"
    if changes.supports is not None:
        role = MentionRole.SUPPORT
        detail |= {"supports_before": _replace(session, draft, (role,), role, changes.supports)}
        detail |= {"supports": [one.code if isinstance(one, Unit) else one for one in changes.supports]}
    return detail


def _say_date(draft: Draft, changes: DraftChanges) -> dict[str, Any]:
    if not changes.is_about_the_date:
        return {}
    due_before, draft.due_on, draft.because_due = draft.due_on, changes.due_on, "ruled"
    return {
        "due_before": due_before and due_before.isoformat(),
        "due_on": changes.due_on and changes.due_on.isoformat(),
    }


def _replace(
    session: Session, draft: Draft, gone: tuple[MentionRole, ...], role: MentionRole, parties: Sequence[Party]
) -> list[str]:
    """Put the ruled parties in the place of those that the paper names; hand back what it names."""
    named = select(DraftMention).where(DraftMention.draft_id == draft.id, col(DraftMention.role).in_(gone))
    before = list(session.exec(named.order_by(col(DraftMention.id))))
    for one in before:
        session.delete(one)
    draft_id = known_id(draft.id)
    for at, party in enumerate(parties):
        written, unit_id = (party.name, party.id) if isinstance(party, Unit) else (party, None)
        session.add(DraftMention(draft_id=draft_id, role=role, position=at, written=written, unit_id=unit_id))
    return [one.written for one in before]


def _answer(session: Session, draft: Draft, changes: DraftChanges, author: Author, now: datetime) -> None:
    """Close the questions that the ruling answers, in the words of the ruling."""
    asked = open_questions(session, draft.notice_id).get(draft.id, [])
    if changes.leads:
        owners = [one for one in asked if one.code in ABOUT_OWNERS]
        close(session, owners, "Giao " + ", ".join(unit.name for unit in changes.leads), author=author, now=now)
    if changes.is_about_the_date:
        dates = [one for one in asked if one.code in ABOUT_DATES]
        said = f"Thời hạn {changes.due_on:%d/%m/%Y}" if changes.due_on else "Không đặt thời hạn"
        close(session, dates, said, author=author, now=now)
