"""The outbox as people see it: letters, attempts, answers of the server."""

from collections import Counter
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.errors import MailError
from tracker.models import MessageState

MESSAGE = SQLModel.metadata.tables["message"]
BODY = SQLModel.metadata.tables["messagebody"]
RECEIPT = SQLModel.metadata.tables["receipt"]
OFFICER = SQLModel.metadata.tables["officer"]
SAID = SQLModel.metadata.tables["said"]


def list_messages(
    session: Session, *, state: MessageState | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Letters, newest first: id, state, attempts, posted_on, person, kind, period, subject, answer (the last one)."""
    statement = _letters().order_by(MESSAGE.c.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(MESSAGE.c.state == state)
    return [_plain(row) for row in session.connection().execute(statement)]


def show_message(session: Session, letter: int) -> dict[str, Any]:
    """One letter with its receipts in order, and what it says. Raises MailError when there is none."""
    more = (
        MESSAGE.c.message_id,
        MESSAGE.c.posted_at,
        MESSAGE.c.next_attempt_at,
        MESSAGE.c.leased_by,
        MESSAGE.c.lease_ends_at,
    )
    row = (
        session.connection()
        .execute(_letters().add_columns(*more, BODY.c.content.label("body")).join(BODY).where(MESSAGE.c.id == letter))
        .first()
    )
    if row is None:
        raise MailError(f"letter {letter}: there is none; 'tracker outbox list' shows the letters")
    receipts = (
        RECEIPT.c.attempt,
        RECEIPT.c.outcome,
        RECEIPT.c.code,
        RECEIPT.c.answer,
        RECEIPT.c.address,
        RECEIPT.c.answered_at,
    )
    said = (SAID.c.task_id, SAID.c.rung, SAID.c.key, SAID.c.due_on)
    return _plain(row) | {
        "receipts": _rows(session, sa.select(*receipts).where(RECEIPT.c.message_id == letter).order_by(RECEIPT.c.id)),
        "said": _rows(session, sa.select(*said).where(SAID.c.message_id == letter).order_by(SAID.c.id)),
    }


def progress(session: Session) -> dict[MessageState, int]:
    """How many letters are in each state; every state is there."""
    statement = sa.select(MESSAGE.c.state, sa.func.count().label("number")).group_by(MESSAGE.c.state)
    counted = session.connection().execute(statement)
    return dict.fromkeys(MessageState, 0) | {row.state: row.number for row in counted}


def months(session: Session) -> dict[str, Counter[str]]:
    """How many letters of which kind were posted in each month (2020-07), oldest first."""
    statement = sa.select(MESSAGE.c.posted_on, MESSAGE.c.kind, sa.func.count()).group_by(
        MESSAGE.c.posted_on, MESSAGE.c.kind
    )
    found: dict[str, Counter[str]] = {}
    for posted_on, kind, count in session.connection().execute(statement.order_by(MESSAGE.c.posted_on)):
        found.setdefault(f"{posted_on:%Y-%m}", Counter())[kind] += count
    return found


def newest(session: Session) -> int:
    """The number of the newest letter; 0 when there is none."""
    return session.connection().scalar(sa.select(sa.func.max(MESSAGE.c.id))) or 0


def posted_after(session: Session, letter: int) -> list[dict[str, Any]]:
    """The letters after the one of that number, in the order of posting: on, person, post, kind, period, subject and the
    tasks they speak about."""
    said: dict[int, set[int]] = {}
    for message, task in session.connection().execute(
        sa.select(SAID.c.message_id, SAID.c.task_id).where(SAID.c.message_id > letter)
    ):
        said.setdefault(message, set()).add(task)
    columns: tuple[Any, ...] = (
        MESSAGE.c.id,
        MESSAGE.c.posted_on.label("on"),
        OFFICER.c.code.label("person"),
        OFFICER.c.post,
        MESSAGE.c.kind,
        MESSAGE.c.period,
        MESSAGE.c.subject,
    )
    letters = sa.select(*columns).join(OFFICER, OFFICER.c.id == MESSAGE.c.officer_id).where(MESSAGE.c.id > letter)
    found = [(row.id, _plain(row)) for row in session.connection().execute(letters.order_by(MESSAGE.c.id))]
    return [
        {key: value for key, value in row.items() if key != "id"} | {"task_ids": sorted(said.get(id_, ()))}
        for id_, row in found
    ]


def _letters() -> sa.Select[Any]:
    answer = (
        sa.select(RECEIPT.c.answer).where(RECEIPT.c.message_id == MESSAGE.c.id).order_by(RECEIPT.c.id.desc()).limit(1)
    )
    return sa.select(
        MESSAGE.c.id,
        MESSAGE.c.state,
        MESSAGE.c.attempts,
        MESSAGE.c.posted_on,
        OFFICER.c.code.label("person"),
        MESSAGE.c.kind,
        MESSAGE.c.period,
        MESSAGE.c.subject,
        answer.scalar_subquery().label("answer"),
    ).join(OFFICER, OFFICER.c.id == MESSAGE.c.officer_id)


def _rows(session: Session, statement: sa.Select[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in session.connection().execute(statement)]


def _plain(row: sa.Row[Any]) -> dict[str, Any]:
    """Values that JSON knows: days and instants in ISO 8601, the message as the ASCII that it is."""
    return {name: _plain_value(value) for name, value in row._mapping.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("ascii", "replace")
    return value.value if isinstance(value, MessageState) else value
