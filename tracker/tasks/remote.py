"""Reports of programs: the word of an officer of the unit, brought by a machine that may send it twice."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from tracker.config import Config
from tracker.errors import TaskError
from tracker.models import Channel, Event, Officer
from tracker.people.clients import Client
from tracker.people.officers import find_officer, load_chains
from tracker.rules.lifecycle import Verb, refusal
from tracker.tasks.board import find_task
from tracker.tasks.changing import known_id, lock, pending_extension, who_may
from tracker.tasks.history import Author
from tracker.tasks.reach import within
from tracker.tasks.verbs import perform

CHANGE = SQLModel.metadata.tables["apichange"]
KEEP = timedelta(days=30)  # how long a key is known; a program that tries again does so within minutes


class UnknownTaskError(TaskError):
    """There is no such task, or it lies outside the units of the token: both look the same."""


class KeyUsedError(TaskError):
    """The key was used before, for something else."""


class NotTheirsError(TaskError):
    """The officer who is named does not answer for the task."""


class NotNowError(TaskError):
    """The state of the task does not allow it: it is closed, or waits for its verification."""


class ChangedError(TaskError):
    """The task was changed since the program read it; `last` is what happened, `version` where it stands now."""

    def __init__(self, version: int, last: Mapping[str, Any]) -> None:
        super().__init__("the task was changed since it was read; read it again and decide")
        self.version, self.last = version, last


@dataclass(frozen=True, slots=True)
class Word:
    """What a program brings: whose word it is (`officer`, a code), the verb and its inputs (tracker/tasks/verbs.py), and
    the version of the task that the program had read, if it says. A report without "percent" leaves it as it is."""

    officer: str
    verb: Verb
    given: Mapping[str, Any]
    seen_version: int | None = None

    def digest(self, task_id: int) -> str:
        """What makes two of them the same."""
        said = [task_id, self.officer, self.verb, self.given]
        return sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def report_by_client(
    session: Session, task_id: int, word: Word, *, client: Client, key: str, address: str, config: Config, today: date,
    now: datetime,
) -> tuple[dict[str, Any], bool]:  # fmt: skip
    """Record the word once, in the caller's transaction; what was recorded, and whether that was done before under the
    same `key`. `client` is the program, `address` the network address that it came from.

    Raises UnknownTaskError, KeyUsedError, ChangedError, NotTheirsError, NotNowError, and TaskError for the rest.
    """
    seen = within(client.units)
    if find_task(session, task_id, seen=seen, today=today) is None:
        raise UnknownTaskError(f"there is no task {task_id}")
    if (before := _take(session, client, key, word.digest(task_id), now=now)) is not None:
        return before, True
    lock(session, task_id)
    session.expire_all()
    task = find_task(session, task_id, seen=seen, today=today)
    if task is None:
        raise UnknownTaskError(f"there is no task {task_id}")
    if word.seen_version is not None and word.seen_version != task.version:
        raise ChangedError(task.version, _last_change(session, task_id))
    if why := refusal(word.verb, task.state(has_pending_extension=pending_extension(session, task_id) is not None)):
        raise NotNowError(f"task {task_id} {why}")
    officer_id = _owner(session, word, task.lead_unit_id, task.place_unit_id, today)
    author = Author(officer_id, Channel.API, address=address, client=client.name)
    given = {"percent": task.percent, **word.given} if word.verb is Verb.REPORT else word.given
    done = perform(session, word.verb, task_id, given, author=author, config=config, today=today, now=now)
    recorded = {
        "task": task_id, "recorded": str(word.verb), "officer": word.officer, "client": client.name,
        "at": now.isoformat(), "version": done.version, "percent": done.percent,
    }  # fmt: skip
    _keep(session, client, key, recorded)
    return recorded, False


def _owner(session: Session, word: Word, lead: int, place: int | None, today: date) -> int:
    officer = find_officer(session, word.officer)
    chains = load_chains(session, on=today)
    if officer is None or officer.id not in who_may(chains, word.verb, lead_unit_id=lead, place_unit_id=place):
        raise NotTheirsError(f"the officer {word.officer!r} is no contact or head of the unit that leads the task")
    return known_id(officer.id)


def _take(session: Session, client: Client, key: str, digest: str, *, now: datetime) -> dict[str, Any] | None:
    """Take the key; what was recorded under it before, or None when it is new. Of two at once the second waits here for
    the first: SQLite lets one writer in, on PostgreSQL the unique key holds the second INSERT. Old keys are removed."""
    connection = session.connection()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(sa.delete(CHANGE).where(CHANGE.c.made_at < now - KEEP))
    row = {"token_id": client.token_id, "key": key, "digest": digest, "made_at": now, "answer": {}}
    if connection.execute(dialect.insert(CHANGE).values(row).on_conflict_do_nothing().returning(CHANGE.c.id)).first():
        return None
    used = connection.execute(sa.select(CHANGE.c.digest, CHANGE.c.answer).where(_is(client, key))).one()
    if used.digest != digest:
        raise KeyUsedError("this key was used before, for something else; make a new key for every change")
    return dict(used.answer)


def _keep(session: Session, client: Client, key: str, recorded: dict[str, Any]) -> None:
    session.connection().execute(sa.update(CHANGE).where(_is(client, key)).values(answer=recorded))


def _is(client: Client, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(CHANGE.c.token_id == client.token_id, CHANGE.c.key == key)


def _last_change(session: Session, task_id: int) -> dict[str, Any]:
    query = select(Event, Officer.post).join(Officer, col(Officer.id) == col(Event.author_id), isouter=True)
    last = session.exec(query.where(Event.task_id == task_id).order_by(col(Event.id).desc()).limit(1)).first()
    if last is None:
        return {}
    event, post = last
    return {"kind": event.kind, "by": post, "at": event.happened_at.isoformat(), "channel": str(event.channel)}
