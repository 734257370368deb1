"""Leases: a letter belongs to one worker while the network is busy with it, and comes back when that worker dies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.models import MessageState
from tracker.outbox.limits import Allowance
from tracker.outbox.mime import is_address
from tracker.outbox.receipts import Answer, Outcome, write_receipts
from tracker.rules.backoff import next_wait

MESSAGE = SQLModel.metadata.tables["message"]
BODY = SQLModel.metadata.tables["messagebody"]
BOUNCE = SQLModel.metadata.tables["bounce"]
OFFICER = SQLModel.metadata.tables["officer"]
APPOINTMENT = SQLModel.metadata.tables["appointment"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter under lease, with the address and post as they are now."""

    id: int
    attempt: int
    person: str
    kind: str
    period: str
    message_id: str
    posted_on: date
    body: bytes
    address: str
    post: str
    sender: str = ""  # the envelope sender, when it is one of the letter's own (VERP)


class Batch(NamedTuple):
    """What a claim brought: letters to send, how many have no address, how many have used up their tries."""

    letters: list[Claimed]
    unaddressed: int
    given_up: int


def anything_due(session: Session, *, now: datetime, kinds: Sequence[str] | None = None) -> bool:
    """Whether a claim would find something (of these kinds); needs no lock."""
    of_kind = [] if kinds is None else [MESSAGE.c.kind.in_(kinds)]
    statement = sa.select(sa.or_(*(sa.exists().where(due, *of_kind) for due in (_waits(now), _lease_ended(now)))))
    return bool(session.scalar(statement))


def claim(
    session: Session, *, worker: str, limit: int, lease_minutes: int, today: date, now: datetime,
    allowed: Allowance | None = None,
) -> Batch:  # fmt: skip
    """Lease up to `limit` letters that are due to `worker`, once what dead workers held waits again.

    The caller's transaction must be a writing one: on SQLite its lock, on PostgreSQL SKIP LOCKED keeps two workers apart.
    An officer without an address that relays take, or without an appointment on `today` (the office's day), gets
    nothing: the letter becomes UNADDRESSED with a receipt. `allowed` narrows it further (limits.py).
    """
    given_up = _end_leases(session, now=now)
    rows = _due_rows(session, allowed or Allowance(limit), today=today, now=now)
    nowhere = [answer for row in rows if (answer := _nowhere(row, today))]
    write_receipts(session, nowhere, now=now)
    unaddressed = {answer.id for answer in nowhere}
    move(session, unaddressed, MessageState.UNADDRESSED)
    letters = [_claimed(row) for row in rows if row.id not in unaddressed]
    _lease(session, letters, worker=worker, ends_at=now + timedelta(minutes=lease_minutes))
    return Batch(letters, len(unaddressed), given_up)


def _end_leases(session: Session, *, now: datetime) -> int:
    """Take letters from workers that died: each gets a receipt "lost" and waits again; the number given up.

    The first time it goes out at once, then by the back-off: where workers die again and again, a letter that the
    server has taken each time must neither come every ten minutes nor be given up within two hours.
    """
    statement = sa.select(MESSAGE.c.id, MESSAGE.c.attempts, MESSAGE.c.leased_by).where(_lease_ended(now))
    rows = session.connection().execute(statement.with_for_update(skip_locked=True)).all()
    write_receipts(session, [_lost_with_its_worker(row) for row in rows], now=now)
    given_up = {row.id for row in rows if next_wait(row.attempts) is None}
    move(session, given_up, MessageState.REFUSED)
    if waits := [
        {"letter": row.id, "next_attempt_at": now + _rest(row.attempts)} for row in rows if row.id not in given_up
    ]:
        back = sa.update(MESSAGE).where(MESSAGE.c.id == sa.bindparam("letter"))
        session.connection().execute(back.values(state=MessageState.WAITING, leased_by=None, lease_ends_at=None), waits)
    return len(given_up)


def _rest(attempts: int) -> timedelta:
    return (next_wait(attempts - 1) if attempts > 1 else None) or timedelta()


def _waits(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(MESSAGE.c.state == MessageState.WAITING, MESSAGE.c.next_attempt_at <= now)


def _lease_ended(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(MESSAGE.c.state == MessageState.LEASED, MESSAGE.c.lease_ends_at <= now)


def _due_rows(session: Session, allowed: Allowance, *, today: date, now: datetime) -> list[Any]:
    if not allowed.letters:
        return []
    statement = (
        sa.select(
            MESSAGE,
            BODY.c.content,
            OFFICER.c.code,
            OFFICER.c.post,
            OFFICER.c.email,
            _serves(today).label("serves"),
            _is_shut().label("is_shut"),
        )
        .join(OFFICER, OFFICER.c.id == MESSAGE.c.officer_id)
        .join(BODY, BODY.c.message_id == MESSAGE.c.id)
        .where(_waits(now), *_allowed(allowed))
        .order_by(MESSAGE.c.next_attempt_at)
        .limit(allowed.letters)
        .with_for_update(of=MESSAGE, skip_locked=True)
    )
    rows = list(session.connection().execute(statement))
    return [row for row, fits in zip(rows, allowed.fitting([row.email for row in rows]), strict=True) if fits]


def _allowed(allowed: Allowance) -> list[sa.ColumnElement[bool]]:
    kinds = [] if allowed.kinds is None else [MESSAGE.c.kind.in_(allowed.kinds)]
    address = sa.func.lower(sa.func.coalesce(OFFICER.c.email, ""))
    return [*kinds, *(sa.not_(address.endswith(f"@{domain}", autoescape=True)) for domain in allowed.full)]


def _serves(today: date) -> sa.Exists:
    return sa.exists().where(
        APPOINTMENT.c.officer_id == MESSAGE.c.officer_id,
        APPOINTMENT.c.valid_from <= today,
        sa.or_(APPOINTMENT.c.valid_to.is_(None), APPOINTMENT.c.valid_to >= today),
    )


def _is_shut() -> sa.Exists:
    """A server has said for good that this address takes no letters, and nobody has released it since."""
    return sa.exists().where(
        BOUNCE.c.officer_id == MESSAGE.c.officer_id, BOUNCE.c.is_shut, BOUNCE.c.address == OFFICER.c.email
    )


def _lost_with_its_worker(row: Any) -> Answer:
    said = (
        f"the sending stopped before an answer was written down (it was with {row.leased_by}); the server may have the "
        f"letter, so {_next_try(row.attempts)}"
    )
    return Answer(row.id, row.attempts, Outcome.LOST, text=said)


def _next_try(attempt: int) -> str:
    return f"given up after {attempt} tries" if next_wait(attempt) is None else "the same letter goes out once more"


def _nowhere(row: Any, today: date) -> Answer | None:
    if not row.serves:
        said = f"not sent: {row.code} ({row.post}) holds no appointment on {today}; correct the register, then retry"
    elif not row.email:
        said = f"not sent: {row.code} ({row.post}) has no mail address; add one to the register, then retry"
    elif not is_address(row.email):
        said = f"not sent: {row.email!r} is no mail address that every server takes; correct the register, then retry"
    elif row.is_shut:
        said = f"not sent: letters to {row.email} came back; correct the register or release the address, then retry"
    else:
        return None
    return Answer(row.id, row.attempts + 1, Outcome.NO_ADDRESS, text=said, address=row.email)


def _claimed(row: Any) -> Claimed:
    return Claimed(
        id=row.id,
        attempt=row.attempts + 1,
        person=row.code,
        kind=row.kind,
        period=row.period,
        message_id=row.message_id,
        posted_on=row.posted_on,
        body=row.content,
        address=row.email,
        post=row.post,
    )


def _lease(session: Session, letters: Sequence[Claimed], *, worker: str, ends_at: datetime) -> None:
    if not letters:
        return
    statement = sa.update(MESSAGE).where(MESSAGE.c.id.in_([letter.id for letter in letters]))
    session.connection().execute(
        statement.values(
            state=MessageState.LEASED, leased_by=worker, lease_ends_at=ends_at, attempts=MESSAGE.c.attempts + 1
        )
    )


def move(session: Session, letters: Collection[int], state: MessageState) -> None:
    """Bring letters into a state in which nobody holds them, in the caller's transaction."""
    if letters:
        statement = sa.update(MESSAGE).where(MESSAGE.c.id.in_(letters))
        session.connection().execute(statement.values(state=state, leased_by=None, lease_ends_at=None))
