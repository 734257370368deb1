"""không phải việc của đơn vị: the owner objects, the office answers; nothing moves by itself."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Objection, Task
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import begin
from tracker.tasks.history import Author


def object_to(session: Session, task_id: int, *, reason: str, author: Author, today: date, now: datetime) -> Task:
    """Say that the task is not the unit's, with a reason; it stays with the unit until the office rules. TaskError."""
    if not reason.strip():
        raise TaskError("an objection needs a reason: whose task it is, or why it is not yours")
    change = begin(session, task_id, Verb.OBJECT, author=author, today=today, now=now)
    if find_objection(session, task_id) is not None:
        raise TaskError(f"task {task_id} already has an objection that waits for an answer")
    session.add(
        Objection(
            task_id=task_id, reason=reason.strip(), author_id=author.officer_id, raised_on=today, raised_at=now
        )
    )  # fmt: skip
    return change.noted(reason=reason)


def overrule(session: Session, task_id: int, *, note: str, author: Author, today: date, now: datetime) -> Task:
    """Keep the task with its unit, with a reason. (To give it away, reassign it: that answers the objection too.) TaskError."""
    if not note.strip():
        raise TaskError("keeping a task against an objection needs a reason")
    change = begin(session, task_id, Verb.OVERRULE, author=author, today=today, now=now)
    if not close_objections(session, task_id, answer=note, author=author, now=now):
        raise TaskError(f"task {task_id} has no objection that waits for an answer")
    return change.noted(note=note)


def close_objections(session: Session, task_id: int, *, answer: str, author: Author, now: datetime) -> int:
    """Answer what waits; how many that were."""
    waiting = select(Objection).where(Objection.task_id == task_id, col(Objection.answered_at).is_(None))
    found = session.exec(waiting).all()
    for one in found:
        one.answer, one.answered_by_id, one.answered_at = answer.strip(), author.officer_id, now
        session.add(one)
    return len(found)


def find_objection(session: Session, task_id: int) -> Objection | None:
    """The objection that waits for an answer, if there is one."""
    waiting = select(Objection).where(Objection.task_id == task_id, col(Objection.answered_at).is_(None))
    return session.exec(waiting).first()
