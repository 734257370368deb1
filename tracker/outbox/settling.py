"""Settling: where a letter goes after an attempt, by what the server answered and who may say so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.errors import MailError
from tracker.models import MessageState
from tracker.outbox.claiming import Claimed, move
from tracker.outbox.receipts import ANSWER_LENGTH, Answer, Outcome, write_receipts
from tracker.rules.backoff import next_wait, spread_wait

MESSAGE = SQLModel.metadata.tables["message"]


def settle(session: Session, answers: Sequence[Answer], *, worker: str, now: datetime) -> None:
    """Write a receipt for every answer, and where each letter goes next, in the caller's transaction.

    What the server accepted is SENT, whoever says so, and stays so. Everything else may be said only by the holder of
    the lease (`worker`, in that attempt): deferred and lost letters wait by the back-off until their tries are used up,
    then they are REFUSED, as are those that the server refused for good.
    """
    write_receipts(session, [_with_the_end(answer) for answer in answers], now=now)
    move(session, [answer.id for answer in answers if answer.outcome is Outcome.ACCEPTED], MessageState.SENT)
    failed = [answer for answer in answers if answer.outcome is not Outcome.ACCEPTED]
    keys = _keys(session, failed)
    steps = [_step(answer, keys.get(answer.id, ""), now) for answer in failed]
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


def _keys(session: Session, answers: Sequence[Answer]) -> dict[int, str]:
    """The Message-IDs, made of person, kind and period: they tell apart how long letters rest."""
    if not answers:
        return {}
    rows = sa.select(MESSAGE.c.id, MESSAGE.c.message_id).where(MESSAGE.c.id.in_([answer.id for answer in answers]))
    return {row.id: row.message_id for row in session.connection().execute(rows)}


def _step(answer: Answer, key: str, now: datetime) -> dict[str, Any]:
    wait = spread_wait(answer.attempt, key=key) if answer.outcome is not Outcome.REFUSED else None
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


def retry(session: Session, letter: int, *, now: datetime) -> None:
    """Let a refused or unaddressed letter wait again, with all its tries; its receipts stay. Raises MailError."""
    state = session.connection().scalar(sa.select(MESSAGE.c.state).where(MESSAGE.c.id == letter))
    if state is None:
        raise MailError(f"letter {letter}: there is none; 'tracker outbox list' shows the letters")
    if state not in (MessageState.REFUSED, MessageState.UNADDRESSED):
        raise MailError(f"letter {letter} is {state}; only a refused or unaddressed letter can be tried again")
    statement = sa.update(MESSAGE).where(MESSAGE.c.id == letter)
    session.connection().execute(statement.values(state=MessageState.WAITING, attempts=0, next_attempt_at=now))
