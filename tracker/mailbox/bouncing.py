"""A report of failure, noted: a receipt of the letter, and an address that gets no more letters."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from tracker.errors import MailError
from tracker.mailbox.reports import Failure
from tracker.models import Bounce, Message, MessageState, Receipt
from tracker.outbox.receipts import Answer, Outcome, write_receipts

MESSAGE = SQLModel.metadata.tables["message"]


def note_failures(
    session: Session, letter_id: int | None, incoming: int, failures: Sequence[Failure], *, now: datetime
) -> bool:
    """Note what a report says of our letter in the caller's transaction; False when nobody knows whose letter it was.

    For good: the letter is REFUSED, with the report as its receipt, and its address is shut unless the report speaks of
    something else than the mailbox. For now: only noted, the reporting server tries on.
    """
    if not failures:
        return True  # a report of success
    if letter_id is None:
        return False
    letter = session.exec(select(Message).where(Message.id == letter_id)).one()
    failure = next((one for one in failures if one.is_permanent), failures[0])
    address = _address(session, letter_id) or failure.address
    session.add(
        Bounce(
            officer_id=letter.officer_id,
            letter_id=letter_id,
            incoming_id=incoming,
            address=address,
            status=failure.status,
            said=failure.said,
            is_permanent=failure.is_permanent,
            is_shut=failure.shuts,
            bounced_at=now,
        )
    )
    outcome = Outcome.BOUNCED if failure.is_permanent else Outcome.DELAYED
    said = f"{failure.status} {failure.said}".strip() or "the report does not say why"
    write_receipts(session, [Answer(letter_id, letter.attempts, outcome, None, said, address)], now=now)
    if failure.is_permanent:
        was_sent = sa.update(MESSAGE).where(MESSAGE.c.id == letter_id, MESSAGE.c.state == MessageState.SENT)
        session.connection().execute(was_sent.values(state=MessageState.REFUSED))
    return True


def _address(session: Session, letter_id: int) -> str | None:
    """Where the letter went: a report may name another address, to which a server has sent it on."""
    query = select(Receipt.address).where(Receipt.message_id == letter_id, Receipt.outcome == Outcome.ACCEPTED.value)
    return session.exec(query.order_by(col(Receipt.id).desc())).first()


def release(session: Session, bounce_id: int, *, by: int, now: datetime) -> None:
    """Use the address again, by the word of an officer (`by`); with it every earlier report about it. Raises MailError."""
    bounce = session.get(Bounce, bounce_id)
    if bounce is None or not bounce.is_shut:
        raise MailError(f"report {bounce_id}: there is none that shuts an address")
    same = sa.update(Bounce).where(
        col(Bounce.officer_id) == bounce.officer_id, col(Bounce.address) == bounce.address, col(Bounce.is_shut)
    )
    session.connection().execute(same.values(is_shut=False, released_at=now, released_by_id=by))
