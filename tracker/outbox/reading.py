"""Letters read back from the bytes that went out: what their receiver sees."""

import email
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Message, MessageBody, MessageState, Officer


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list."""

    id: int
    kind: str
    period: str
    subject: str
    state: MessageState
    attempts: int
    posted_on: date
    posted_at: datetime
    officer_code: str
    post: str


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as its receiver reads it."""

    line: LetterLine
    text: str
    html: str


def list_letters(
    session: Session, *, officer: str = "", kind: str = "", state: str = "", limit: int, offset: int = 0
) -> list[LetterLine]:
    """Letters, newest first; of one officer (code), kind and state where these are given."""
    query = _lines().order_by(col(Message.id).desc()).limit(limit).offset(offset)
    return [LetterLine(*row) for row in session.execute(query.where(*_chosen(officer, kind, state)))]


def count_letters(session: Session, *, officer: str = "", kind: str = "", state: str = "") -> int:
    """How many letters list_letters would show without a limit."""
    query = sa.select(sa.func.count()).select_from(Message).join(Officer, col(Officer.id) == col(Message.officer_id))
    return session.scalar(query.where(*_chosen(officer, kind, state))) or 0


def find_letter(session: Session, letter_id: int) -> ReadLetter | None:
    """One letter with its texts, or None."""
    query = _lines().add_columns(col(MessageBody.content)).join(MessageBody).where(col(Message.id) == letter_id)
    row = session.execute(query).first()
    if row is None:
        return None
    *line, body = row
    message = email.message_from_bytes(body, policy=policy.default)
    return ReadLetter(LetterLine(*line), _part(message, "plain"), _with_pictures(message, _part(message, "html")))


def _with_pictures(message: EmailMessage, html: str) -> str:
    """The pictures of a letter inside its HTML, as a mail program shows them."""
    for part in message.walk():
        if part.get_content_type() == "image/png" and (name := part.get("Content-ID")):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                html = html.replace(f"cid:{name[1:-1]}", f"data:image/png;base64,{b64encode(content).decode()}")
    return html


def _lines() -> Any:
    return sa.select(
        col(Message.id), col(Message.kind), col(Message.period), col(Message.subject), col(Message.state), col(Message.attempts),
        col(Message.posted_on), col(Message.posted_at), col(Officer.code), col(Officer.post),
    ).join(Officer, col(Officer.id) == col(Message.officer_id))  # fmt: skip


def _chosen(officer: str, kind: str, state: str) -> list[sa.ColumnElement[bool]]:
    found = []
    if officer:
        found.append(col(Officer.code) == officer)
    if kind:
        found.append(col(Message.kind) == kind)
    if state in list(MessageState):
        found.append(col(Message.state) == MessageState(state))
    return found


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
