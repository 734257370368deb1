"""What the office rules about drafts and questions before they become tasks; each ruling keeps its author."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftMention, DraftState, Finding, MentionRole, Notice, Officer, Task, Unit
from tracker.people.officers import load_chains
from tracker.people.units import stands
from tracker.tasks.changing import RULERS, known_id
from tracker.tasks.history import Author, record
from tracker.tasks.questions import ABOUT_DATES, ABOUT_OWNERS, close, open_questions


def rule_draft(
    session: Session,
    notice: Notice,
    position: int,
    *,
    leads: Sequence[Unit],
    due_on: date | None,
    is_undated: bool,
    note: str,
    author: Author,
    today: date,
    now: datetime,
) -> Draft:
    """Settle who owns a draft (`leads`, instead of everybody the paper names) or its date, in the caller's transaction.

    The quote stays as it is; what stood before is in the history. The questions about what is ruled are answered by
    it. Raises TaskError for a draft that is no longer proposed, for a unit that does not stand today, for a ruling that
    says nothing, and for an officer who is neither of the office nor the chair.
    """
    check_may_rule(session, author, today=today)
    (draft,) = chosen_drafts(session, notice, [position])
    if due_on is not None and is_undated:
        raise TaskError("a draft has a date or it has none: give one of --due and --undated")
    if not leads and due_on is None and not is_undated:
        raise TaskError("a ruling says who (--lead UNIT), when (--due DATE) or that there is no date (--undated)")
    for unit in leads:
        if not stands(unit, today):
            raise TaskError(
                f"{unit.name} ({unit.code}) does not stand on {today}; name the unit that took over its work"
            )
    detail: dict[str, Any] = {"draft": position, "note": note.strip() or None}
    if leads:
        detail |= {"leads_before": _give_to(session, draft, leads), "leads": [unit.code for unit in leads]}
        draft.because_owner = "ruled"
    if due_on is not None or is_undated:
        detail |= {"due_before": draft.due_on and draft.due_on.isoformat(), "due_on": due_on and due_on.isoformat()}
        draft.due_on = due_on
        draft.because_due = "ruled"
    session.add(draft)
    _answer(session, draft, leads, due_on, is_undated, author, now)
    record(session, "draft-ruled", author=author, now=now, notice_id=notice.id, **detail)
    session.flush()
    return draft


def _answer(
    session: Session,
    draft: Draft,
    leads: Sequence[Unit],
    due_on: date | None,
    is_undated: bool,
    author: Author,
    now: datetime,
) -> None:
    """Close the questions that the ruling answers, in the words of the ruling."""
    asked = open_questions(session, draft.notice_id).get(draft.id, [])
    if leads:
        owners = [one for one in asked if one.code in ABOUT_OWNERS]
        close(session, owners, "Giao " + ", ".join(unit.name for unit in leads), author=author, now=now)
    if due_on is not None or is_undated:
        dates = [one for one in asked if one.code in ABOUT_DATES]
        close(session, dates, f"Thời hạn {due_on:%d/%m/%Y}" if due_on else "Không đặt thời hạn", author=author, now=now)


def _give_to(session: Session, draft: Draft, leads: Sequence[Unit]) -> list[str]:
    """Put the ruled owners in the place of those that the paper names; hand back what it names."""
    owning = (MentionRole.LEAD, MentionRole.MEMBER)
    named = select(DraftMention).where(DraftMention.draft_id == draft.id, col(DraftMention.role).in_(owning))
    before = list(session.exec(named.order_by(col(DraftMention.id))))
    for one in before:
        session.delete(one)
    draft_id = known_id(draft.id)
    session.add_all(
        DraftMention(draft_id=draft_id, role=MentionRole.LEAD, position=at, written=unit.name, unit_id=unit.id)
        for at, unit in enumerate(leads)
    )
    return [one.written for one in before]


def reject_drafts(
    session: Session,
    notice: Notice,
    positions: Sequence[int],
    *,
    reason: str,
    author: Author,
    today: date,
    now: datetime,
) -> list[Draft]:
    """Say that drafts are no commitments; they stay readable, and their questions are closed. Raises TaskError."""
    check_may_rule(session, author, today=today)
    if not reason.strip():
        raise TaskError("a rejection needs a reason: why is it no commitment?")
    drafts = chosen_drafts(session, notice, positions)
    asked = open_questions(session, known_id(notice.id))
    for draft in drafts:
        draft.state = DraftState.REJECTED
        session.add(draft)
        close(session, asked.get(draft.id, []), f"Không lập nhiệm vụ: {reason.strip()}", author=author, now=now)
        record(
            session, "draft-rejected", author=author, now=now, notice_id=notice.id, draft=draft.position, reason=reason
        )
    session.flush()
    return drafts


def rule_finding(
    session: Session,
    notice: Notice,
    number: int,
    *,
    ruling: str,
    due_on: date | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Finding:
    """Answer question `number` of a notice (as `tracker notice show` counts them) in words.

    `due_on` says which date governs: it moves the draft and the open tasks made of it, whose first date is kept. Raises
    TaskError.
    """
    check_may_rule(session, author, today=today)
    if not ruling.strip():
        raise TaskError("a ruling on a question needs --note: the answer")
    asked = session.exec(select(Finding).where(Finding.notice_id == notice.id).order_by(col(Finding.id))).all()
    if not 1 <= number <= len(asked):
        raise TaskError(f"the notice has no question {number}; it has {len(asked)}")
    finding = asked[number - 1]
    if finding.ruled_at is not None:
        raise TaskError(f"question {number} was ruled already: {finding.ruling}")
    if due_on is not None and finding.draft_id is None:
        raise TaskError(f"question {number} is about the whole paper; a date is ruled for one draft")
    close(session, [finding], ruling.strip(), author=author, now=now)
    if due_on is not None:
        _move(session, finding, due_on, author=author, now=now)
    record(
        session, "finding-ruled", author=author, now=now, notice_id=notice.id, finding=number, code=finding.code,
        ruling=ruling.strip(),
    )  # fmt: skip
    session.flush()
    return finding


def _move(session: Session, finding: Finding, due_on: date, *, author: Author, now: datetime) -> None:
    draft = session.get_one(Draft, finding.draft_id)
    draft.due_on = due_on
    session.add(draft)
    still_open = (col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None))
    tasks = select(Task).where(Task.draft_id == draft.id, *still_open)
    for task in session.exec(tasks.with_for_update().execution_options(populate_existing=True)):
        before, task.due_on = task.due_on, due_on
        task.first_due_on = task.first_due_on or due_on
        task.version += 1
        session.add(task)
        record(
            session, "date-ruled", author=author, now=now, task_id=task.id, ruling=finding.ruling,
            due_before=before and before.isoformat(), due_on=due_on.isoformat(),
        )  # fmt: skip


def check_may_rule(session: Session, author: Author, *, today: date) -> None:
    """Let the office and the chair through. Raises TaskError naming who they are."""
    chains = load_chains(session, on=today)
    able = {officer for role in RULERS for officer in chains.acting_anywhere(role)}
    if {author.officer_id, author.word_of} <= able:
        return
    codes = session.exec(select(Officer.code).where(col(Officer.id).in_(able))).all()
    raise TaskError(
        f"only the office or the chair rules and confirms drafts; on {today} these are: {', '.join(sorted(codes)) or 'nobody'}"
    )


def chosen_drafts(session: Session, notice: Notice, positions: Sequence[int] | None) -> list[Draft]:
    """The drafts at `positions`, locked; all that are still proposed, when None.

    Raises TaskError for a position that the notice does not have or whose draft is no longer proposed.
    """
    of_notice = select(Draft).where(Draft.notice_id == notice.id).order_by(col(Draft.position))
    drafts = session.exec(of_notice.with_for_update().execution_options(populate_existing=True)).all()
    if positions is None:
        return [draft for draft in drafts if draft.state is DraftState.PROPOSED]
    by_position = {draft.position: draft for draft in drafts}
    for position in positions:
        if position not in by_position:
            raise TaskError(f"the notice has no draft {position}; it has {len(drafts)}")
        if by_position[position].state is not DraftState.PROPOSED:
            raise TaskError(f"draft {position} is already {by_position[position].state}")
    return [by_position[position] for position in dict.fromkeys(positions)]
