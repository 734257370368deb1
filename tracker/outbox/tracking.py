"""Letters on their way, as programs may follow them: never what a letter says, never an address."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Message, MessageState, Officer, Receipt, Said
from tracker.people.within import serving_only

NAMED_ADDRESS = re.compile(r"\S+@\S+")
HIDDEN = "[…]"


@dataclass(frozen=True, slots=True)
class TrackedLetter:
    """Whose, which, and where on its way."""

    id: int
    kind: str
    period: str
    subject: str
    state: MessageState
    attempts: int
    posted_on: date
    posted_at: datetime
    officer: str
    post: str


@dataclass(frozen=True, slots=True)
class TrackedAttempt:
    """What the server answered to one attempt; addresses in it are hidden."""

    attempt: int
    outcome: str
    code: int | None
    answer: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class TrackedSaid:
    """A task that the letter speaks of, and on which rung."""

    task_id: int
    rung: str


def letters_before(
    session: Session,
    units: Collection[int] | None,
    *,
    state: MessageState | None,
    kind: str | None,
    officer: str | None,
    before: int | None,
    limit: int,
) -> list[TrackedLetter]:
    """At most `limit` letters, newest first, from the one before `before`; to officers of `units` alone unless None."""
    query = _letters(units).order_by(col(Message.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(Message.id) < before)
    if state is not None:
        query = query.where(col(Message.state) == state)
    if kind is not None:
        query = query.where(col(Message.kind) == kind)
    if officer is not None:
        query = query.where(col(Officer.code) == officer)
    return [TrackedLetter(*row) for row in session.execute(query)]


def find_tracked(session: Session, units: Collection[int] | None, letter_id: int) -> TrackedLetter | None:
    """One letter, or None, also when its receiver is not of `units` alone."""
    row = session.execute(_letters(units).where(col(Message.id) == letter_id)).first()
    return TrackedLetter(*row) if row is not None else None


def attempts_of(session: Session, letter_id: int) -> list[TrackedAttempt]:
    """Every attempt at a letter, oldest first."""
    query = sa.select(
        col(Receipt.attempt), col(Receipt.outcome), col(Receipt.code), col(Receipt.answer), col(Receipt.answered_at)
    ).where(col(Receipt.message_id) == letter_id)
    rows = session.execute(query.order_by(col(Receipt.id)))
    return [TrackedAttempt(a, outcome, code, _hidden(answer), at) for a, outcome, code, answer, at in rows]


def said_in(session: Session, letter_id: int) -> list[TrackedSaid]:
    """The tasks that a letter speaks of."""
    query = sa.select(col(Said.task_id), col(Said.rung)).where(col(Said.message_id) == letter_id)
    return [TrackedSaid(*row) for row in session.execute(query.order_by(col(Said.id)))]


def _hidden(answer: str) -> str:
    return NAMED_ADDRESS.sub(HIDDEN, answer)


def _letters(units: Collection[int] | None) -> Any:
    query: Any = sa.select(
        col(Message.id), col(Message.kind), col(Message.period), col(Message.subject), col(Message.state), col(Message.attempts),
        col(Message.posted_on), col(Message.posted_at), col(Officer.code), col(Officer.post),
    ).join(Officer, col(Officer.id) == col(Message.officer_id))  # fmt: skip
    return query if units is None else query.where(serving_only(units))
