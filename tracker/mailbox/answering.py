"""The lines of an answer, done one by one: what the task or the writer's role does not allow waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.errors import InputError, TaskError
from tracker.mailbox.grammar import Said, Unclear
from tracker.models import Channel, MailAnswer, Task
from tracker.rules.lifecycle import Verb
from tracker.tasks.history import Author
from tracker.tasks.scope import Scope, find_scope
from tracker.tasks.verbs import perform


@dataclass(frozen=True, slots=True)
class Answered:
    """How many lines became reports, the lines that wait for a person, and why the first of them does."""

    done: int
    left: list[str]
    why: str


def answer(
    session: Session, lines: Sequence[Said | Unclear], incoming: int, officer_id: int, *, sender: str, config: Config,
    today: date, now: datetime,
) -> Answered:  # fmt: skip
    """Do what the lines say in the name of the officer of the token, in the caller's transaction.

    Only what a signed link may do too: report, claim, ask for time, object. The gate of every change decides whether the
    officer's word counts for the task today; a line that it refuses changes nothing and waits, as one that nobody
    understands. Every line is kept, and the next digest says what became of it.
    """
    scope = find_scope(session, officer_id, today=today)
    author = Author(officer_id, Channel.MAIL, address=sender)
    done, left, whys = 0, list[str](), list[str]()
    for one in lines:
        why = one.why if isinstance(one, Unclear) else _do(session, one, scope, author, config, today=today, now=now)
        if not why:
            done += 1
        else:
            left += [one.line] if one.line not in left else []
            whys.append(why)
        session.add(_kept(one, incoming, officer_id, is_done=not why, today=today))
    return Answered(done, left, whys[0] if whys else "")


def _do(
    session: Session, said: Said, scope: Scope | None, author: Author, config: Config, *, today: date, now: datetime
) -> str:
    """Empty when it is done, else why it is not."""
    task = _task(session, said, scope)
    if scope is None or task is None:
        return "not_theirs"
    lead, place, percent = task
    if not scope.may(said.verb, lead_unit_id=lead, place_unit_id=place):
        return "not_theirs"
    given: dict[str, Any] = said.given | ({"percent": percent} if said.keeps_percent else {})
    try:
        with session.begin_nested():
            perform(session, said.verb, said.task_id, given, author=author, config=config, today=today, now=now)
    except (TaskError, InputError):
        return "not_now"
    return ""


def _task(session: Session, said: Said, scope: Scope | None) -> tuple[int, int | None, int] | None:
    """Who leads the task, where it is, and how far; None when the officer has no such task."""
    if scope is None or scope.is_empty:
        return None
    columns = sa.select(col(Task.lead_unit_id), col(Task.place_unit_id), col(Task.percent))
    row = session.execute(columns.where(col(Task.id) == said.task_id, scope.condition())).first()
    return (row[0], row[1], row[2]) if row is not None else None


def _kept(one: Said | Unclear, incoming: int, officer_id: int, *, is_done: bool, today: date) -> MailAnswer:
    words = _words(one) if is_done and isinstance(one, Said) else f"“{one.line}”"
    task_id = one.task_id if is_done and isinstance(one, Said) else None
    return MailAnswer(
        incoming_id=incoming, officer_id=officer_id, task_id=task_id, line=one.line, words=words, is_understood=is_done,
        answered_on=today,
    )  # fmt: skip


def _words(said: Said) -> str:
    """What was recorded, as the digest confirms it."""
    match said.verb:
        case Verb.DONE:
            return f"việc {said.task_id}: đã báo hoàn thành, chờ nghiệm thu"
        case Verb.EXTEND_ASK:
            return f"việc {said.task_id}: đề nghị gia hạn đến ngày {said.given['until']:%d/%m/%Y}"
        case Verb.OBJECT:
            return f"việc {said.task_id}: ý kiến không thuộc trách nhiệm của đơn vị, chờ văn phòng xem xét"
        case _ if said.keeps_percent:
            return f"việc {said.task_id}: {said.given['note']}"
        case _:
            return f"việc {said.task_id}: {said.given['percent']}%, {said.given['note']}"
