"""Leases: a letter belongs to one worker while the network is busy with it, and comes back when that worker dies."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.errors import MailError
from tracker.models import MessageState
from tracker.outbox.mime import is_address
from tracker.rules.backoff import next_wait

MESSAGE = SQLModel.metadata.tables["message"]
RECEIPT = SQLModel.metadata.tables["receipt"]
OFFICER = SQLModel.metadata.tables["officer"]
APPOINTMENT = SQLModel.metadata.tables["appointment"]
ANSWER_LENGTH = 500


class Outcome(enum.StrEnum):
    """How one attempt ended; what a receipt holds."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"
    NO_ADDRESS = "no_address"


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


class Batch(NamedTuple):
    """What a claim brought: letters to send, how many have no address, how many have used up their tries."""

    letters: list[Claimed]
    unaddressed: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt at the letter `id`."""

    id: int
    attempt: int
    outcome: Outcome
    code: int | None = None
    text: str = ""
    address: str | None = None


def anything_due(session: Session, *, now: datetime) -> bool:
    """Whether a claim would find something; needs no lock."""
    statement = sa.select(sa.or_(*(sa.exists().where(due) for due in (_waits(now), _lease_ended(now)))))
    return bool(session.scalar(statement))


def claim(session: Session, *, worker: str, limit: int, lease_minutes: int, today: date, now: datetime) -> Batch:
    """Lease up to `limit` letters that are due to `worker`, once what dead workers held waits again.

    The caller's transaction must be a writing one: on SQLite its lock, on PostgreSQL SKIP LOCKED keeps two workers apart.
    An officer without an address that relays take, or without an appointment on `today` (the office's day), gets
    nothing: the letter becomes UNADDRESSED with a receipt.
    """
    given_up = _end_leases(session, now=now)
    rows = _due_rows(session, limit, today=today, now=now)
    nowhere = [answer for row in rows if (answer := _nowhere(row, today))]
    _write_receipts(session, nowhere, now=now)
    unaddressed = {answer.id for answer in nowhere}
    _move(session, unaddressed, MessageState.UNADDRESSED)
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
    _write_receipts(session, [_lost_with_its_worker(row) for row in rows], now=now)
    given_up = {row.id for row in rows if next_wait(row.attempts) is None}
    _move(session, given_up, MessageState.REFUSED)
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


def _due_rows(session: Session, limit: int, *, today: date, now: datetime) -> list[Any]:
    statement = (
        sa.select(MESSAGE, OFFICER.c.code, OFFICER.c.post, OFFICER.c.email, _serves(today).label("serves"))
        .join(OFFICER, OFFICER.c.id == MESSAGE.c.officer_id)
        .where(_waits(now))
        .order_by(MESSAGE.c.next_attempt_at)
        .limit(limit)
        .with_for_update(of=MESSAGE, skip_locked=True)
    )
    return list(session.connection().execute(statement))


def _serves(today: date) -> sa.Exists:
    return sa.exists().where(
        APPOINTMENT.c.officer_id == MESSAGE.c.officer_id,
        APPOINTMENT.c.valid_from <= today,
        sa.or_(APPOINTMENT.c.valid_to.is_(None), APPOINTMENT.c.valid_to >= today),
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
        body=row.body,
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


def settle(session: Session, answers: Sequence[Answer], *, worker: str, now: datetime) -> None:
    """Write a receipt for every answer, and where each letter goes next, in the caller's transaction.

    What the server accepted is SENT, whoever says so, and stays so. Everything else may be said only by the holder of
    the lease (`worker`, in that attempt): deferred and lost letters wait by the back-off until their tries are used up,
    then they are REFUSED, as are those that the server refused for good.
    """
    _write_receipts(session, [_with_the_end(answer) for answer in answers], now=now)
    _move(session, [answer.id for answer in answers if answer.outcome is Outcome.ACCEPTED], MessageState.SENT)
    steps = [_step(answer, now) for answer in answers if answer.outcome is not Outcome.ACCEPTED]
    _move_leased(session, steps, worker=worker)


def give_back(session: Session, letters: Sequence[Claimed], *, worker: str) -> None:
    """Undo the claim of letters that never reached the network: no attempt is burned, no time lost."""
    attempts = {"attempts": MESSAGE.c.attempts - 1}
    steps = [{"letter": one.id, "attempt": one.attempt, "state": MessageState.WAITING} for one in letters]
    _move_leased(session, steps, worker=worker, **attempts)


def _with_the_end(answer: Answer) -> Answer:
    """The last try says so, because nobody asks a receipt how many tries there are."""
    if answer.outcome not in (Outcome.DEFERRED, Outcome.LOST) or next_wait(answer.attempt) is not None:
        return answer
    return replace(answer, text=f"{answer.text[: ANSWER_LENGTH - 40]}; given up after {answer.attempt} tries")


def _step(answer: Answer, now: datetime) -> dict[str, Any]:
    wait = next_wait(answer.attempt) if answer.outcome is not Outcome.REFUSED else None
    state = MessageState.REFUSED if wait is None else MessageState.WAITING
    return {
        "letter": answer.id,
        "attempt": answer.attempt,
        "state": state,
        "next_attempt_at": now + (wait or timedelta()),
    }


def _move_leased(session: Session, steps: list[dict[str, Any]], *, worker: str, **changes: Any) -> None:
    if not steps:
        return
    statement = sa.update(MESSAGE).where(
        MESSAGE.c.id == sa.bindparam("letter"),
        MESSAGE.c.state == MessageState.LEASED,
        MESSAGE.c.leased_by == worker,
        MESSAGE.c.attempts == sa.bindparam("attempt"),
    )
    session.connection().execute(statement.values(leased_by=None, lease_ends_at=None, **changes), steps)


def _move(session: Session, letters: Collection[int], state: MessageState) -> None:
    if letters:
        statement = sa.update(MESSAGE).where(MESSAGE.c.id.in_(letters))
        session.connection().execute(statement.values(state=state, leased_by=None, lease_ends_at=None))


def _write_receipts(session: Session, answers: Sequence[Answer], *, now: datetime) -> None:
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


def retry(session: Session, letter: int, *, now: datetime) -> None:
    """Let a refused or unaddressed letter wait again, with all its tries; its receipts stay. Raises MailError."""
    state = session.connection().scalar(sa.select(MESSAGE.c.state).where(MESSAGE.c.id == letter))
    if state is None:
        raise MailError(f"letter {letter}: there is none; 'tracker outbox list' shows the letters")
    if state not in (MessageState.REFUSED, MessageState.UNADDRESSED):
        raise MailError(f"letter {letter} is {state}; only a refused or unaddressed letter can be tried again")
    statement = sa.update(MESSAGE).where(MESSAGE.c.id == letter)
    session.connection().execute(statement.values(state=MessageState.WAITING, attempts=0, next_attempt_at=now))
