"""What waits for a person: mails that nobody has understood, and officers whose address takes no letters."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.errors import MailError
from tracker.models import Bounce, Incoming, IncomingKind, Officer, Task

LIMIT = 200
TASKS = 5


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail with what is left of it to be handled; `post` and `code` of the officer whose letter it answers."""

    id: int
    kind: IncomingKind
    received_at: datetime
    sender: str
    subject: str
    text: str
    left: str
    why: str
    code: str | None
    post: str | None
    task_ids: tuple[int, ...] = ()  # tasks that the officer may mean: numbers in what is left


@dataclass(frozen=True, slots=True)
class ShutAddress:
    """An officer whose present address takes no letters, with the last report about it."""

    bounce_id: int
    letter_id: int
    code: str
    post: str
    address: str
    status: str
    said: str
    bounced_at: datetime


def list_waiting(session: Session) -> list[WaitingMail]:
    """The mails that wait for a person, the oldest first."""
    query = (
        sa.select(
            col(Incoming.id), col(Incoming.kind), col(Incoming.received_at), col(Incoming.sender), col(Incoming.subject),
            col(Incoming.text), col(Incoming.left), col(Incoming.why), col(Officer.code), col(Officer.post),
        )
        .join(Officer, col(Officer.id) == col(Incoming.officer_id), isouter=True)
        .where(col(Incoming.settled_at).is_(None))
        .order_by(col(Incoming.id))
        .limit(LIMIT)
    )  # fmt: skip
    mails = [WaitingMail(*row) for row in session.execute(query)]
    numbers = {one.id: _numbers(one.left) for one in mails}
    known = set(
        session.scalars(sa.select(col(Task.id)).where(col(Task.id).in_({n for of in numbers.values() for n in of})))
    )
    return [replace(one, task_ids=tuple(n for n in numbers[one.id] if n in known)) for one in mails]


def _numbers(text: str) -> list[int]:
    """The first few numbers of a text that may be those of tasks."""
    return list(dict.fromkeys(int(one) for one in re.findall(r"(?<![\d/.,])\d{1,9}(?![\d/%]|[.,]\d)", text)))[:TASKS]


def list_shut(session: Session) -> list[ShutAddress]:
    """The addresses that are not used: only those that the register still holds."""
    last = (
        sa.select(sa.func.max(col(Bounce.id)))
        .where(col(Bounce.is_shut))
        .group_by(col(Bounce.officer_id), col(Bounce.address))
    )
    query = (
        sa.select(
            col(Bounce.id), col(Bounce.letter_id), col(Officer.code), col(Officer.post), col(Bounce.address), col(Bounce.status),
            col(Bounce.said), col(Bounce.bounced_at),
        )
        .join(Officer, col(Officer.id) == col(Bounce.officer_id))
        .where(col(Bounce.id).in_(last), col(Officer.email) == col(Bounce.address))
        .order_by(col(Officer.code))
    )  # fmt: skip
    return [ShutAddress(*row) for row in session.execute(query)]


def settle_mail(session: Session, incoming_id: int, *, by: int, now: datetime) -> None:
    """A person has dealt with it: entered what it says, or found that nothing is to be done. Raises MailError."""
    waits = sa.update(Incoming).where(col(Incoming.id) == incoming_id, col(Incoming.settled_at).is_(None))
    done = session.connection().execute(waits.values(settled_at=now, settled_by_id=by))
    if not done.rowcount:
        raise MailError(f"mail {incoming_id}: none of that number waits; 'tracker inbox list' shows those that do")
