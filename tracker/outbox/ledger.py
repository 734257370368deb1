"""The ledger: what goes into an envelope is stored, with what it says, before a byte of it leaves the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from tracker.models import MessageState
from tracker.outbox.mime import Picture, compose, message_id
from tracker.outbox.tokens import ReplyAddresses

MESSAGE = SQLModel.metadata.tables["message"]
BODY = SQLModel.metadata.tables["messagebody"]
CHUNK = 200  # letters in memory at a time

Slot = tuple[int, str, str]  # officer, kind, period
SaidRow = tuple[int, int, str, str, str | None, str, int]


class Told(NamedTuple):
    """One thing that a letter says: a rung about a task, under the key that keeps it from being said twice."""

    task_id: int
    rung: str
    key: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to be posted; person (`officer_code`), kind and period make its key."""

    officer_id: int
    officer_code: str
    kind: str
    period: str
    subject: str
    text: str
    html: str
    said: tuple[Told, ...]
    headers: bytes = b""  # whole lines with their CRLF, beside those that every letter has
    not_before: datetime | None = None  # aware; the hour that its reader has chosen
    pictures: tuple[Picture, ...] = ()

    @property
    def key(self) -> str:
        """person/kind/period: what makes two letters the same."""
        return f"{self.officer_code}/{self.kind}/{self.period}"


def post(
    session: Session, envelopes: Iterable[Envelope], *, sender: str, today: date, now: datetime,
    replies: ReplyAddresses | None = None,
) -> int:  # fmt: skip
    """Store the letters as ready bytes, and what they say, in the caller's transaction; the number newly posted.

    A letter whose key (person/kind/period) exists is left alone, and so is what it would have said. `envelopes` may be
    a generator: memory stays that of a few hundred letters. `sender` is the mailbox of config.toml, `today` the
    office's day, `now` aware UTC; `replies` gives each letter the address that answers go to. Raises ValueError for a subject that no header may hold, ConfigError for the sender.
    """
    posted = 0
    remaining = iter(envelopes)
    while chunk := list(islice(remaining, CHUNK)):
        letters = _insert_messages(session, chunk, sender=sender, today=today, now=now)
        posted += len(letters)
        stored = _stored(chunk, letters)
        _insert_bodies(session, stored, replies, sender=sender, now=now)
        _insert_said(session, stored, today=today)
    return posted


def _insert_messages(
    session: Session, envelopes: Sequence[Envelope], *, sender: str, today: date, now: datetime
) -> dict[Slot, int]:
    # No conflict target: a Message-ID that exists is the same letter too (its officer has got another row).
    statement = (
        insert(session, MESSAGE)
        .on_conflict_do_nothing()
        .returning(MESSAGE.c.officer_id, MESSAGE.c.kind, MESSAGE.c.period, MESSAGE.c.id)
    )
    rows = [_message_row(envelope, sender=sender, today=today, now=now) for envelope in envelopes]
    return {(officer, kind, period): id for officer, kind, period, id in session.connection().execute(statement, rows)}


def _message_row(envelope: Envelope, *, sender: str, today: date, now: datetime) -> dict[str, Any]:
    return {
        "officer_id": envelope.officer_id,
        "kind": envelope.kind,
        "period": envelope.period,
        "subject": envelope.subject,
        "message_id": message_id(envelope.key, sender=sender),
        "posted_on": today,
        "posted_at": now,
        "state": MessageState.WAITING,
        "attempts": 0,
        "next_attempt_at": max(now, envelope.not_before) if envelope.not_before is not None else now,
    }


def _stored(envelopes: Sequence[Envelope], letters: dict[Slot, int]) -> list[tuple[int, Envelope]]:
    """The envelopes that became letters, with the number of the letter."""
    # Taken out: of two envelopes with one key only the first was stored, so the second has said nothing.
    found = ((letters.pop((one.officer_id, one.kind, one.period), None), one) for one in envelopes)
    return [(letter, envelope) for letter, envelope in found if letter is not None]


def _insert_bodies(
    session: Session,
    stored: Sequence[tuple[int, Envelope]],
    replies: ReplyAddresses | None,
    *,
    sender: str,
    now: datetime,
) -> None:
    rows = [{"message_id": letter, "content": _content(letter, one, replies, sender, now)} for letter, one in stored]
    if rows:
        session.connection().execute(sa.insert(BODY), rows)


def _content(letter: int, one: Envelope, replies: ReplyAddresses | None, sender: str, now: datetime) -> bytes:
    reply_to = replies.address(letter, message_id(one.key, sender=sender)) if replies is not None else ""
    return compose(
        sender=sender, key=one.key, subject=one.subject, text=one.text, html=one.html, now=now, reply_to=reply_to,
        more=one.headers, pictures=one.pictures,
    )  # fmt: skip


def _insert_said(session: Session, stored: Sequence[tuple[int, Envelope]], *, today: date) -> None:
    said_on = today.isoformat()
    rows = [row for letter, envelope in stored for row in _said_rows(envelope, letter, said_on=said_on)]
    if rows:
        # Past SQLAlchemy's binding, which would cost more than the database: 20 rows a letter.
        mark = "?" if session.get_bind().dialect.paramstyle == "qmark" else "%s"
        session.connection().exec_driver_sql(INSERT_SAID.format(", ".join([mark] * 7)), rows)


def _said_rows(envelope: Envelope, letter: int, *, said_on: str) -> list[SaidRow]:
    officer_id = envelope.officer_id
    return [
        (told.task_id, officer_id, told.rung, told.key, _iso(told.due_on), said_on, letter) for told in envelope.said
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


INSERT_SAID = (
    "INSERT INTO said (task_id, officer_id, rung, key, due_on, said_on, message_id) VALUES ({}) ON CONFLICT DO NOTHING"
)


def insert(session: Session, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """The dialect's own INSERT, which alone knows ON CONFLICT."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)
