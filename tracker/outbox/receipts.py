"""Receipts: how each attempt at a letter ended, in words that a coordinator can read."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

RECEIPT = SQLModel.metadata.tables["receipt"]
ANSWER_LENGTH = 500


class Outcome(enum.StrEnum):
    """How one attempt ended; what a receipt holds."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"
    NO_ADDRESS = "no_address"
    BOUNCED = "bounced"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt at the letter `id`."""

    id: int
    attempt: int
    outcome: Outcome
    code: int | None = None
    text: str = ""
    address: str | None = None


def write_receipts(session: Session, answers: Sequence[Answer], *, now: datetime) -> None:
    """One row for each answer, in the caller's transaction."""
    if answers:
        session.connection().execute(sa.insert(RECEIPT), [_receipt_row(answer, now) for answer in answers])


def _receipt_row(answer: Answer, now: datetime) -> dict[str, Any]:
    return {
        "message_id": answer.id,
        "attempt": answer.attempt,
        "outcome": answer.outcome.value,
        "code": answer.code,
        "answer": _storable(answer.text),
        "address": answer.address,
        "answered_at": now,
    }


def _storable(said: str) -> str:
    """A server may answer in any bytes; the database takes characters only, and PostgreSQL no NUL."""
    return said.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")[:ANSWER_LENGTH]
