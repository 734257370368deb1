"""Rulings that are kept with their lineage: words of a meeting, amendments by a later notice, reopening."""

from datetime import date, datetime

from sqlmodel import Session

from tracker.errors import TaskError
from tracker.models import Notice, Ruling, Task
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import Change, begin, settle_open_ends
from tracker.tasks.history import Author


def note_ruling(
    change: Change, kind: str, text: str, *, due_before: date | None = None, notice_id: int | None = None
) -> None:
    """Keep a ruling: it becomes the first line of what is said about the task until its owner reports again."""
    change.session.add(
        Ruling(
            task_id=change.task_id, kind=kind, text=text.strip(), notice_id=notice_id, due_before=due_before,
            due_on=change.task.due_on, author_id=change.author.word_of, decided_on=change.today, decided_at=change.now,
        )
    )  # fmt: skip


def rule(session: Session, task_id: int, *, text: str, author: Author, today: date, now: datetime) -> Task:
    """kết luận: the words of the meeting about a task; its date and owner stay as they are. Raises TaskError."""
    if not text.strip():
        raise TaskError("a ruling needs its words: what was decided")
    change = begin(session, task_id, Verb.RULE, author=author, today=today, now=now)
    note_ruling(change, "rule", text, due_before=change.task.due_on)
    return change.noted(text=text)


def amend(
    session: Session,
    task_id: int,
    *,
    notice: Notice,
    text: str,
    due_on: date | None,
    is_cancelled: bool,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """A later notice changes the task: a new date (later: it extends, earlier: it amends), other words, or its end.

    The first date and the words of the first notice stay; the ruling names the notice that changed them. Raises TaskError,
    also for a notice that was issued before the one that gave the task.
    """
    if not text.strip():
        raise TaskError("an amendment needs the words of the notice that changes the task")
    if is_cancelled and due_on is not None:
        raise TaskError("a notice either ends a task or gives it a date")
    change = begin(session, task_id, Verb.AMEND, author=author, today=today, now=now)
    _check_lineage(session, change.task, notice)
    before = change.task.due_on
    if due_on is not None and due_on == before:
        raise TaskError(f"task {task_id} is due {before} already; leave out --due when the date stays")
    if is_cancelled:
        change.task.cancelled_on = today
        settle_open_ends(change, f"Hết hiệu lực: nhiệm vụ đã chấm dứt theo {notice.number}")
        kind = "cancel"
    else:
        change.task.due_on = due_on or before
        kind = "extend" if due_on is not None and before is not None and due_on > before else "amend"
    note_ruling(change, kind, text, due_before=before, notice_id=notice.id)
    return change.noted(
        relation={"cancel": "cancels", "extend": "extends", "amend": "amends"}[kind], notice=notice.number, text=text,
        due_before=before and before.isoformat(), due_on=due_on and due_on.isoformat(),
    )  # fmt: skip


def _check_lineage(session: Session, task: Task, notice: Notice) -> None:
    given = session.get_one(Notice, task.notice_id)
    if notice.id == given.id:
        raise TaskError(f"{notice.number} is the notice that gave the task; name the later one that changes it")
    if notice.issued_on is not None and given.issued_on is not None and notice.issued_on < given.issued_on:
        raise TaskError(
            f"{notice.number} was issued on {notice.issued_on}, before {given.number} ({given.issued_on}); "
            "an earlier notice changes nothing"
        )


def reopen(session: Session, task_id: int, *, reason: str, author: Author, today: date, now: datetime) -> Task:
    """Open a verified task again, because a later look found that it is not done. Raises TaskError."""
    if not reason.strip():
        raise TaskError("to open a task again takes a reason: what was found, and when")
    change = begin(session, task_id, Verb.REOPEN, author=author, today=today, now=now)
    done_on, verified_on = change.task.done_on, change.task.verified_on
    change.task.done_on = change.task.verified_on = None
    change.task.percent = min(change.task.percent, 99)
    note_ruling(change, "reopen", reason, due_before=change.task.due_on)
    return change.noted(
        reason=reason, done_on=done_on and done_on.isoformat(), verified_on=verified_on and verified_on.isoformat()
    )
