"""Letters of which one cannot be made: the bad one is found and named, the others go without it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from tracker.errors import TrackerError
from tracker.outbox.ledger import insert

UNWRITTEN = SQLModel.metadata.tables["unwritten"]
OFFICER = SQLModel.metadata.tables["officer"]
T = TypeVar("T")
LONGEST = 300  # characters of a problem


class LetterKey(NamedTuple):
    """Whose letter, of which kind, for which period."""

    officer_id: int
    kind: str
    period: str


def post_apart(
    session: Session, letters: Sequence[T], post: Callable[[Sequence[T]], Counter[str]], *, key: Callable[[T], LetterKey],
    now: datetime,
) -> Counter[str]:  # fmt: skip
    """`post` the letters, in halves and halves of halves where that fails, until the bad one stands alone; it is named in
    Unwritten and left out. Raises what a database says and what a person can mend: that is no single letter's fault."""
    try:
        with session.begin_nested():
            return post(letters)
    except (DBAPIError, TrackerError):
        raise
    except Exception as error:
        if len(letters) == 1:
            _name(session, key(letters[0]), error, now=now)
            return Counter()
        middle = len(letters) // 2
        halves = (letters[:middle], letters[middle:])
        return sum((post_apart(session, half, post, key=key, now=now) for half in halves), Counter[str]())


def _name(session: Session, key: LetterKey, error: Exception, *, now: datetime) -> None:
    problem = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
    row = {**key._asdict(), "problem": problem, "failed_at": now}
    session.connection().execute(insert(session, UNWRITTEN).on_conflict_do_nothing(), row)


def list_unwritten(session: Session, *, since: date) -> list[dict[str, Any]]:
    """The letters that could not be made since the day `since`, the newest first: person, kind, period, problem."""
    query = (
        sa.select(OFFICER.c.code, UNWRITTEN.c.kind, UNWRITTEN.c.period, UNWRITTEN.c.problem, UNWRITTEN.c.failed_at)
        .join(OFFICER, OFFICER.c.id == UNWRITTEN.c.officer_id)
        .order_by(UNWRITTEN.c.id.desc())
    )
    rows = session.connection().execute(query).all()
    return [
        {"person": code, "kind": kind, "period": period, "problem": problem}
        for code, kind, period, problem, failed_at in rows
        if failed_at.date() >= since
    ]
