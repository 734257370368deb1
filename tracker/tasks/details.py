"""What a task's own page shows beside its row: parties, requests, the words around the quote."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Extension, MentionRole, Notice, Objection, Officer, Task, TaskMention
from tracker.tasks.board import TaskRow
from tracker.tasks.changing import pending_extension
from tracker.tasks.objections import find_objection

AROUND = 300  # characters of the paper before and after the quote


@dataclass(frozen=True, slots=True)
class LaterNotice:
    """A notice that was issued after the one that gave the task, or on the same day: it may change the task."""

    number: str
    issued_on: date | None
    subject: str


@dataclass(frozen=True, slots=True)
class Details:
    """Beside the row: who supports and supervises, what is asked, and where in the paper it stands."""

    supports: tuple[str, ...]
    supervisors: tuple[str, ...]
    extension: Extension | None
    objection: Objection | None
    before: str
    quote: str
    after: str


def load_details(session: Session, task: TaskRow) -> Details:
    """The details of a task that the reader may see."""
    named = session.exec(select(TaskMention).where(TaskMention.task_id == task.id).order_by(col(TaskMention.id))).all()
    text = session.exec(select(Notice.text).where(Notice.id == task.notice_id)).one()
    row = session.execute(select(Task.start, Task.end).where(Task.id == task.id)).one()
    before, quote, after = in_context(text, *row)
    return Details(
        supports=tuple(one.written for one in named if one.role is MentionRole.SUPPORT),
        supervisors=tuple(one.written for one in named if one.role is MentionRole.SUPERVISE),
        extension=pending_extension(session, task.id),
        objection=find_objection(session, task.id),
        before=before,
        quote=quote,
        after=after,
    )


def later_notices(session: Session, task: TaskRow) -> list[LaterNotice]:
    """The notices that may change the task, the newest first."""
    columns = (col(Notice.number), col(Notice.issued_on), col(Notice.subject))
    query = sa.select(*columns).where(col(Notice.id) != task.notice_id, col(Notice.number).is_not(None))
    if task.notice_issued_on is not None:
        query = query.where(col(Notice.issued_on) >= task.notice_issued_on)
    rows = session.execute(query.order_by(col(Notice.issued_on).desc(), col(Notice.id).desc()))
    return [LaterNotice(number or "", issued_on, subject or "") for number, issued_on, subject in rows]


def in_context(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The words before, the words themselves, the words after; cut at words, with "…" where something is left out."""
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    if start > AROUND:
        before = "… " + before.partition(" ")[2]
    if end + AROUND < len(text):
        after = after.rpartition(" ")[0] + " …"
    return before, text[start:end], after


def names_of(session: Session, officer_ids: set[int | None]) -> dict[int | None, str]:
    """The posts of these officers, for the lines of a history."""
    wanted = [one for one in officer_ids if one is not None]
    return dict(session.exec(select(Officer.id, Officer.post).where(col(Officer.id).in_(wanted))).all())
