"""More time: asked by one, decided by another; the first date is never lost."""

from datetime import date, datetime

from sqlmodel import Session

from tracker.errors import TaskError
from tracker.models import Extension, Task
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import begin, pending_extension
from tracker.tasks.decisions import note_ruling
from tracker.tasks.history import Author


def ask_extension(
    session: Session, task_id: int, *, proposed_on: date, reason: str, author: Author, today: date, now: datetime
) -> Task:
    """Ask for more time up to `proposed_on`, with a reason; the date does not move yet. Raises TaskError."""
    if not reason.strip():
        raise TaskError("a request for more time needs a reason")
    change = begin(session, task_id, Verb.EXTEND_ASK, author=author, today=today, now=now)
    due_on = change.task.due_on
    if proposed_on < today or (due_on is not None and proposed_on <= due_on):
        raise TaskError(f"{proposed_on} is no extension: the task is due {due_on} and today is {today}")
    session.add(
        Extension(
            task_id=change.task_id,
            reason=reason.strip(),
            due_before=due_on,
            proposed_on=proposed_on,
            asked_by_id=author.word_of,
            asked_on=today,
            asked_at=now,
        )
    )
    return change.noted(proposed_on=proposed_on.isoformat(), reason=reason, due_on=due_on and due_on.isoformat())


def decide_extension(
    session: Session, task_id: int, *, granted_on: date | None, note: str, author: Author, today: date, now: datetime
) -> Task:
    """Grant a date, which may differ from the one asked for, or refuse (`granted_on` None).

    A claim of done made meanwhile does not answer the request: the decision says whether the claim was in time.
    Raises TaskError.
    """
    change = begin(session, task_id, Verb.EXTEND_DECIDE, author=author, today=today, now=now)
    request = pending_extension(session, task_id)
    if request is None:
        raise AssertionError("refusal() lets no decision through without a request")
    change.refuse_own_word(request.asked_by_id, "the request is the word")
    if granted_on is not None and change.task.due_on is not None and granted_on <= change.task.due_on:
        raise TaskError(f"{granted_on} grants no time: the task is due {change.task.due_on}")
    if granted_on is not None and granted_on < (change.task.done_on or today):
        raise TaskError(f"{granted_on} has passed; grant {change.task.done_on or today} or a later day, or refuse")
    request.granted_on = granted_on
    request.decided_by_id = author.officer_id
    request.decided_at = now
    request.note = note.strip()
    session.add(request)
    before = change.task.due_on
    if granted_on is not None:
        change.task.due_on = granted_on
    note_ruling(change, "extend" if granted_on is not None else "refuse", note, due_before=before)
    return change.noted(
        granted_on=granted_on and granted_on.isoformat(), due_before=before and before.isoformat(), note=note or None
    )
