"""What all processes together know of the mail server: whether it takes letters, and how they settle that it does not."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.config import Mail
from tracker.errors import MailError
from tracker.models import MessageState
from tracker.outbox.ledger import insert
from tracker.outbox.receipts import Answer, Outcome
from tracker.rules.backoff import spread_wait
from tracker.rules.breaker import WAITS, Breaker, speaks_of_the_receiver

RELAY = SQLModel.metadata.tables["relay"]
MESSAGE = SQLModel.metadata.tables["message"]
RECEIPT = SQLModel.metadata.tables["receipt"]
PROBE = timedelta(minutes=2)  # so long the others wait for the answer to the one letter that tries the relay
SAID_LENGTH = 300


def relay_name(mail: Mail) -> str | None:
    """Under which name the server of config.toml is remembered; None for a folder, which refuses nobody."""
    return f"{mail.host}:{mail.port}" if mail.transport == "smtp" else None


def find_relay(session: Session, name: str) -> Any | None:
    """The row of a relay, or None when nothing was ever noted about it."""
    return session.connection().execute(sa.select(RELAY).where(RELAY.c.name == name)).first()


def lock_relay(session: Session, name: str) -> Any:
    """The row of a relay, made when it is missing, held against other processes until this transaction ends."""
    row = {"name": name, "failures": 0, "openings": 0, "said": ""}
    session.connection().execute(insert(session, RELAY).on_conflict_do_nothing(), row)
    return session.connection().execute(sa.select(RELAY).where(RELAY.c.name == name).with_for_update()).one()


def breaker_of(row: Any | None) -> Breaker:
    """The breaker as it was noted; closed when nothing was."""
    return Breaker(row.failures, row.openings, row.probe_at) if row is not None else Breaker()


def may_probe(session: Session, name: str, *, now: datetime) -> bool:
    """Take the one probe of an open breaker whose rest is over, for PROBE; the others then wait for its answer."""
    row = lock_relay(session, name)
    if row.probe_at is None:
        return True
    if now < row.probe_at <= now + WAITS[-1]:  # what lies further ahead was written by a clock that was wrong
        return False
    session.connection().execute(sa.update(RELAY).where(RELAY.c.id == row.id).values(probe_at=now + PROBE))
    return True


def works(answer: Answer) -> bool:
    """Whether the answer shows a relay that does its work: it took the letter, or it knows that there is no such mailbox."""
    return answer.outcome is Outcome.ACCEPTED or (
        answer.outcome in (Outcome.REFUSED, Outcome.DEFERRED) and speaks_of_the_receiver(answer.text)
    )


def failures_at_end(answers: Sequence[Answer], *, before: int) -> int:
    """How many failures in a row stand at the end of the answers, after `before` of them."""
    count = 0
    for answer in reversed(answers):
        if works(answer):
            return count
        count += 1
    return before + count


def hear(session: Session, mail: Mail, answers: Sequence[Answer], *, now: datetime) -> None:
    """Note in the caller's transaction how the relay has answered, after the answers were settled.

    When that opens the breaker, the letters that it refused in this row of failures wait again by the back-off: it has
    refused us, not them.
    """
    name = relay_name(mail)
    if name is None or not answers:
        return
    known = breaker_of(find_relay(session, name))
    if known == Breaker() and works(answers[-1]):
        return  # all is well and was: nothing to write, nothing to lock
    last = next((one.text for one in reversed(answers) if not works(one)), "")
    _note(session, mail, name, [works(one) for one in answers], last, now=now)


def hear_nothing(session: Session, mail: Mail, problem: str, *, now: datetime) -> None:
    """Note that no connection could be had, or that the relay does not take our sender: one failure."""
    if (name := relay_name(mail)) is not None:
        _note(session, mail, name, [False], problem, now=now)


def _note(session: Session, mail: Mail, name: str, worked: list[bool], said: str, *, now: datetime) -> None:
    row = lock_relay(session, name)
    before = breaker_of(row)
    after = before.after(worked, limit=mail.breaker_failures, now=now)
    is_new_row = before.failures == 0 or any(worked)
    since = None if after.failures == 0 else now if is_new_row else row.failing_since
    values = {**asdict(after), "failing_since": since, "said": said[:SAID_LENGTH] if after.failures else ""}
    session.connection().execute(sa.update(RELAY).where(RELAY.c.id == row.id).values(values))
    if after.probe_at is not None:
        _take_back(session, after, now=now)


def _take_back(session: Session, breaker: Breaker, *, now: datetime) -> None:
    """Let the letters wait that were refused for good among the last failures in a row."""
    last = sa.select(RECEIPT.c.message_id, RECEIPT.c.outcome, RECEIPT.c.answer).order_by(RECEIPT.c.id.desc())
    rows = session.connection().execute(last.limit(breaker.failures)).all()
    refused = {
        row.message_id
        for row in rows
        if row.outcome == Outcome.REFUSED.value and not speaks_of_the_receiver(row.answer)
    }
    stuck = sa.select(MESSAGE.c.id, MESSAGE.c.message_id, MESSAGE.c.attempts).where(
        MESSAGE.c.id.in_(refused), MESSAGE.c.state == MessageState.REFUSED
    )
    for letter, key, attempts in session.connection().execute(stuck).all():
        if (wait := spread_wait(max(attempts, 1), key=key)) is not None:
            again = sa.update(MESSAGE).where(MESSAGE.c.id == letter)
            session.connection().execute(again.values(state=MessageState.WAITING, next_attempt_at=now + wait))


def resume(session: Session, mail: Mail) -> str:
    """Close the breaker by hand: the next delivery sends as usual; the relay's name. Raises MailError for a folder."""
    name = relay_name(mail)
    if name is None:
        raise MailError('[mail] transport is "folder": there is no mail server that letters could wait for')
    row = lock_relay(session, name)
    closed = {**asdict(Breaker()), "failing_since": None, "said": ""}
    session.connection().execute(sa.update(RELAY).where(RELAY.c.id == row.id).values(closed))
    return name
