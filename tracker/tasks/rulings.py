"""Rulings of the office: hold and release, reassign, cancel."""

from datetime import date, datetime

from sqlmodel import Session, col

from tracker.errors import TaskError
from tracker.models import Hold, MentionRole, Task, TaskMention, Unit
from tracker.people.search_words import index_tasks
from tracker.people.units import stands
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import begin, end_holds, known_id, settle_open_ends
from tracker.tasks.decisions import note_ruling
from tracker.tasks.history import Author
from tracker.tasks.objections import close_objections


def hold(
    session: Session, task_id: int, *, reason: str, until_on: date | None, author: Author, today: date, now: datetime
) -> Task:
    """tạm dừng: keep silent about the task up to and including `until_on`, with a reason. Raises TaskError."""
    if not reason.strip():
        raise TaskError("a hold needs a reason")
    if until_on is not None and until_on < today:
        raise TaskError(f"the hold would have ended on {until_on}; give today or a later day")
    change = begin(session, task_id, Verb.HOLD, author=author, today=today, now=now)
    session.add(
        Hold(task_id=change.task_id, reason=reason.strip(), until_on=until_on, author_id=author.word_of, held_at=now)
    )
    change.task.is_held = True
    change.task.held_until = until_on
    return change.noted(reason=reason, until_on=until_on and until_on.isoformat())


def release(session: Session, task_id: int, *, note: str, author: Author, today: date, now: datetime) -> Task:
    """End a hold before its time. Raises TaskError."""
    change = begin(session, task_id, Verb.RELEASE, author=author, today=today, now=now)
    end_holds(change)
    return change.noted(note=note or None)


def reassign(
    session: Session, task_id: int, *, unit: Unit, reason: str, author: Author, today: date, now: datetime
) -> Task:
    """Give the task to another unit; the one before stays in the history and is kept as support.

    What the unit before promised is no promise of the new one. Raises TaskError, also for a unit that does not stand
    on `today`.
    """
    if not reason.strip():
        raise TaskError("a reassignment needs a reason: which ruling moved the task")
    change = begin(session, task_id, Verb.REASSIGN, author=author, today=today, now=now)
    before = session.get_one(Unit, change.task.lead_unit_id)
    if before.id == unit.id:
        raise TaskError(f"task {task_id} already belongs to {unit.name}")
    if not stands(unit, today):
        raise TaskError(f"{unit.name} ({unit.code}) does not stand on {today}; name the unit that took over its work")
    session.add(TaskMention(task_id=change.task_id, role=MentionRole.SUPPORT, written=before.name, unit_id=before.id))
    change.task.lead_unit_id = known_id(unit.id)
    change.task.promised_on = None
    index_tasks(session, col(Task.id) == change.task_id)
    note_ruling(change, "reassign", reason, due_before=change.task.due_on)
    close_objections(session, task_id, answer=reason, author=author, now=now)
    return change.noted(unit_before=before.code, unit=unit.code, reason=reason)


def cancel(session: Session, task_id: int, *, reason: str, author: Author, today: date, now: datetime) -> Task:
    """Close a task without result, by a ruling. Raises TaskError."""
    if not reason.strip():
        raise TaskError("a cancellation needs a reason: which ruling ended the task")
    change = begin(session, task_id, Verb.CANCEL, author=author, today=today, now=now)
    change.task.cancelled_on = today
    settle_open_ends(change, "Hết hiệu lực: nhiệm vụ đã chấm dứt")
    return change.noted(reason=reason)
