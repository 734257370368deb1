"""What the office rules about drafts and questions before they become tasks; each ruling keeps its author."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftState, Finding, Notice, Task, Unit
from tracker.tasks.changing import known_id
from tracker.tasks.draft_choice import check_may_rule, chosen_drafts
from tracker.tasks.draft_edits import DraftChanges, edit_draft
from tracker.tasks.draft_memory import keep_ruling, remember
from tracker.tasks.history import Author, record
from tracker.tasks.questions import close, open_questions


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
    changes = DraftChanges(leads=tuple(leads) or None, due_on=due_on, is_undated=is_undated)
    return edit_draft(session, notice, position, changes, note=note, author=author, today=today, now=now)


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
        before = remember(session, [draft])
        draft.state = DraftState.REJECTED
        session.add(draft)
        close(session, asked.get(draft.id, []), f"Không lập nhiệm vụ: {reason.strip()}", author=author, now=now)
        keep_ruling(session, notice, "reject", [draft.position], before, note=reason, author=author, now=now)
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
    about = [session.get_one(Draft, finding.draft_id)] if finding.draft_id is not None else []
    before, positions = remember(session, about, [finding]), [draft.position for draft in about]
    close(session, [finding], ruling.strip(), author=author, now=now)
    keep_ruling(session, notice, "answer", positions, before, note=ruling, author=author, now=now)
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
