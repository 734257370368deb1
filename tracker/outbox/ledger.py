"""The ledger: what goes into an envelope is stored, with what it says, before a byte of it leaves the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from tracker.models import MessageState
from tracker.outbox.mime import compose, message_id

MESSAGE = SQLModel.metadata.tables["message"]
CHUNK = 200  # letters in memory at a time

Slot = tuple[int, str, str]  # officer, kind, period
SaidRow = tuple[int, int, str, str, str | None, str, int]


@dataclass(frozen=True, slots=True)
class Told:
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


def post(session: Session, envelopes: Iterable[Envelope], *, sender: str, today: date, now: datetime) -> int:
    """Store the letters as ready bytes, and what they say, in the caller's transaction; the number newly posted.

    A letter whose key (person/kind/period) exists is left alone, and so is what it would have said. `envelopes` may be
    a generator: memory stays that of a few hundred letters. `sender` is the mailbox of config.toml, `today` the
    office's day, `now` aware UTC. Raises ValueError for a subject that no header may hold, ConfigError for the sender.
    """
    posted = 0
    remaining = iter(envelopes)
    while chunk := list(islice(remaining, CHUNK)):
        letters = _insert_messages(session, chunk, sender=sender, today=today, now=now)
        posted += len(letters)
        _insert_said(session, chunk, letters, today=today)
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
    key = f"{envelope.officer_code}/{envelope.kind}/{envelope.period}"
    body = compose(sender=sender, key=key, subject=envelope.subject, text=envelope.text, html=envelope.html, now=now)
    return {
        "officer_id": envelope.officer_id,
        "kind": envelope.kind,
        "period": envelope.period,
        "subject": envelope.subject,
        "message_id": message_id(key, sender=sender),
        "body": body,
        "posted_on": today,
        "posted_at": now,
        "state": MessageState.WAITING,
        "attempts": 0,
        "next_attempt_at": now,
    }


def _insert_said(session: Session, envelopes: Sequence[Envelope], letters: dict[Slot, int], *, today: date) -> None:
    rows: list[SaidRow] = []
    for envelope in envelopes:
        # Taken out: of two envelopes with one key only the first was stored, so the second has said nothing.
        letter = letters.pop((envelope.officer_id, envelope.kind, envelope.period), None)
        if letter is not None:
            rows += _said_rows(envelope, letter, said_on=today.isoformat())
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
