"""Leases: a letter belongs to one worker while the network is busy with it, and comes back when the worker dies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Appointment, Message, MessageState, Officer, Receipt
from tracker.outbox.mime import is_address
from tracker.rules.backoff import next_wait


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter under lease, with the address as it is now."""

    id: int
    attempt: int
    key: str
    message_id: str
    posted_on: date
    body: bytes
    address: str
    post: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: outcome is accepted, deferred, refused, lost or no_address."""

    message_id: int
    attempt: int
    outcome: str
    code: int | None = None
    answer: str = ""
    address: str | None = None


def claim(
    session: Session, *, worker: str, limit: int, lease_minutes: int, today: date, now: datetime
) -> list[Claimed]:
    """Take up to `limit` letters that are due, or whose lease ran out, in the caller's transaction.

    Somebody without an address, or without any appointment today, gets nothing: the letter becomes UNADDRESSED with a
    receipt, so that the coordinator sees it.
    """
    due = sa.or_(
        sa.and_(col(Message.state) == MessageState.WAITING, col(Message.next_attempt_at) <= now),
        sa.and_(col(Message.state) == MessageState.LEASED, col(Message.lease_ends_at) <= now),
    )
    query = sa.select(Message, Officer).join(Officer, col(Officer.id) == col(Message.officer_id)).where(due)
    rows = session.execute(query.order_by(col(Message.id)).limit(limit).with_for_update(skip_locked=True)).all()
    serving = _serving(session, today)
    claimed: list[Claimed] = []
    for message, officer in rows:
        message.attempts += 1
        if officer.id not in serving or not officer.email or not is_address(officer.email):
            settle(
                session,
                [Answer(message.id, message.attempts, "no_address", answer="no address or no appointment")],
                now=now,
            )
            continue
        message.state = MessageState.LEASED
        message.leased_by = worker
        message.lease_ends_at = now + timedelta(minutes=lease_minutes)
        claimed.append(
            Claimed(
                message.id, message.attempts, f"{officer.code}/{message.kind}/{message.period}", message.message_id,
                message.posted_on, message.body, officer.email, officer.post,
            )
        )  # fmt: skip
    session.flush()
    return claimed


def _serving(session: Session, today: date) -> set[int]:
    ends = sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= today)
    return set(
        session.scalars(sa.select(col(Appointment.officer_id)).where(col(Appointment.valid_from) <= today, ends))
    )


def settle(session: Session, answers: Sequence[Answer], *, now: datetime) -> None:
    """Write the server's answers: a receipt each, and where the letter goes next. What is SENT stays SENT."""
    messages = {
        one.id: one
        for one in session.scalars(sa.select(Message).where(col(Message.id).in_([a.message_id for a in answers])))
    }
    for answer in answers:
        message = messages[answer.message_id]
        session.add(
            Receipt(
                message_id=answer.message_id, attempt=answer.attempt, outcome=answer.outcome, code=answer.code,
                answer=answer.answer, address=answer.address, answered_at=now,
            )
        )  # fmt: skip
        if message.state is not MessageState.SENT:
            _move_on(message, answer, now)
    session.flush()


def _move_on(message: Message, answer: Answer, now: datetime) -> None:
    message.leased_by, message.lease_ends_at = None, None
    wait = next_wait(message.attempts)
    if answer.outcome == "accepted":
        message.state = MessageState.SENT
    elif answer.outcome == "no_address":
        message.state = MessageState.UNADDRESSED
    elif answer.outcome == "refused" or wait is None:
        message.state = MessageState.REFUSED
    else:
        message.state = MessageState.WAITING
        message.next_attempt_at = now + wait


def give_back(session: Session, claimed: Sequence[Claimed]) -> None:
    """Undo a claim that never reached the network: no attempt is burned."""
    for one in session.scalars(sa.select(Message).where(col(Message.id).in_([c.id for c in claimed]))):
        one.state, one.leased_by, one.lease_ends_at = MessageState.WAITING, None, None
        one.attempts -= 1


def list_messages(session: Session) -> list[dict[str, Any]]:
    """The outbox as rows: number, state, attempts, key parts, subject, newest first."""
    columns = (
        Message.id,
        Message.state,
        Message.attempts,
        Message.posted_on,
        Message.kind,
        Message.period,
        Officer.code,
        Message.subject,
    )
    query = (
        sa.select(*map(col, columns))
        .join(Officer, col(Officer.id) == col(Message.officer_id))
        .order_by(col(Message.id).desc())
    )
    names = ("id", "state", "attempts", "posted_on", "kind", "period", "person", "subject")
    return [dict(zip(names, row, strict=True)) for row in session.execute(query)]
