"""Confirming: a named officer turns drafts into tasks; a group becomes one task for each member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftMention, DraftState, Finding, MentionRole, Notice, Task, Unit
from tracker.people.search_words import index_tasks
from tracker.tasks.changing import known_id
from tracker.tasks.draft_choice import check_may_rule, chosen_drafts
from tracker.tasks.draft_rulings import rule_draft
from tracker.tasks.history import Author, record
from tracker.tasks.making import make_task
from tracker.tasks.questions import ANSWERED_BY_CONFIRMING, AS_IT_STANDS, BLOCKING, DOUBLED, close, open_questions


@dataclass(frozen=True, slots=True)
class Left:
    """A draft that could not become a task, and what must be ruled first."""

    position: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation made: the new task numbers, and the drafts that stay open."""

    task_ids: tuple[int, ...]
    left: tuple[Left, ...]


def confirm(
    session: Session,
    notice: Notice,
    *,
    positions: Sequence[int] | None = None,
    lead: Unit | None = None,
    due_on: date | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Confirmed:
    """Make tasks of the drafts at `positions` (all that are proposed, when None), in the caller's transaction.

    `lead` and `due_on` rule an open owner or date and need exactly one draft. Nothing is guessed: a draft whose owner
    the register does not settle stays a draft, and among all of them also one with a question that must be answered
    first (tasks/questions.py); naming a draft answers its questions as it stands. Raises TaskError for an unknown draft,
    one already confirmed, a paper that may be here twice, or an officer who is neither of the office nor the chair.
    """
    check_may_rule(session, author, today=today)
    drafts = chosen_drafts(session, notice, positions)
    if lead or due_on:
        if len(drafts) != 1:
            raise TaskError("--lead and --due rule one draft: name it with --draft N")
        rule_draft(
            session, notice, drafts[0].position, leads=[lead] if lead else [], due_on=due_on, is_undated=False, note="",
            author=author, today=today, now=now,
        )  # fmt: skip
    asked = open_questions(session, known_id(notice.id))
    if positions is None and (doubled := [one for one in asked.get(None, ()) if one.code == DOUBLED]):
        raise TaskError(f"{doubled[0].message} Confirm drafts one by one with --draft N, or reject them")
    made: list[int] = []
    left: list[Left] = []
    units = {known_id(unit.id): unit for unit in session.exec(select(Unit))}
    for draft in drafts:
        mentions = _mentions(session, draft)
        owners = _owners(mentions, units)
        questions = asked.get(draft.id, [])
        if why := _stays(owners, questions, is_named=positions is not None):
            left.append(Left(draft.position, draft.title, why))
            continue
        made += [
            make_task(session, notice, draft, owner, mentions, units, author=author, today=today, now=now)
            for owner in owners
        ]
        draft.state = DraftState.CONFIRMED
        session.add(draft)
        answered = [one for one in questions if positions is not None or one.code in ANSWERED_BY_CONFIRMING]
        close(session, answered, AS_IT_STANDS, author=author, now=now)
    if made or left:
        record(session, "confirm", author=author, now=now, notice_id=notice.id, tasks=len(made), left=len(left))
    if made:
        index_tasks(session, sa.and_(col(Task.notice_id) == notice.id, col(Task.id).between(made[0], made[-1])))
    session.flush()
    return Confirmed(tuple(made), tuple(left))


def _stays(owners: Sequence[Unit], questions: Sequence[Finding], *, is_named: bool) -> str | None:
    """Why a draft stays a draft, and what to do about it."""
    if not owners:
        return "no unit of the register owns it; rule it with --draft N --lead UNIT"
    blocking = [one for one in questions if one.code in BLOCKING]
    if blocking and not is_named:
        return f"{blocking[0].message} When that is settled, confirm it with --draft N (and --due DATE or --lead UNIT)"
    return None


def _mentions(session: Session, draft: Draft) -> list[DraftMention]:
    named = select(DraftMention).where(DraftMention.draft_id == draft.id)
    return list(session.exec(named.order_by(col(DraftMention.role), col(DraftMention.position))))


def _owners(mentions: list[DraftMention], units: dict[int, Unit]) -> list[Unit]:
    """Every unit that must answer: the members of a group, else the leads; none when one of them is not settled."""
    members = [one for one in mentions if one.role is MentionRole.MEMBER]
    leads = members or [one for one in mentions if one.role is MentionRole.LEAD]
    if any(one.unit_id is None for one in leads):
        return []
    return [units[unit_id] for unit_id in dict.fromkeys(one.unit_id for one in leads) if unit_id is not None]
