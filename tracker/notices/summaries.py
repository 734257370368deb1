"""Notices as programs see them: the head of the paper, and how many of its tasks stand where."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Draft, DraftState, Finding, Notice, Task
from tracker.rules.lifecycle import Standing
from tracker.tasks.board import standing_is

COLUMNS: tuple[Any, ...] = (
    col(Notice.id), col(Notice.number), col(Notice.kind), col(Notice.issued_on), col(Notice.meeting_on), col(Notice.issuer),
    col(Notice.subject), col(Notice.imported_at),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeSummary:
    """One notice; `waiting_drafts` and `open_questions` are None for a reader who sees a part of its tasks only."""

    id: int
    number: str | None
    kind: str | None
    issued_on: date | None
    meeting_on: date | None
    issuer: str | None
    subject: str | None
    imported_at: datetime
    standings: dict[str, int]
    waiting_drafts: int | None
    open_questions: int | None


def notices_after(
    session: Session, seen: sa.ColumnElement[bool] | None, *, after: int, limit: int, today: date
) -> list[NoticeSummary]:
    """At most `limit` notices by number, from the one after `after`. With `seen`, the condition of the tasks that a reader
    may see, only those that hold such a task, and only these tasks are counted."""
    query = sa.select(*COLUMNS).where(col(Notice.id) > after).order_by(col(Notice.id)).limit(limit)
    return _summaries(session, query, seen, today)


def find_summary(
    session: Session, seen: sa.ColumnElement[bool] | None, notice_id: int, *, today: date
) -> NoticeSummary | None:
    """One notice, or None, also when the reader sees none of its tasks."""
    found = _summaries(session, sa.select(*COLUMNS).where(col(Notice.id) == notice_id), seen, today)
    return found[0] if found else None


def _summaries(
    session: Session, query: sa.Select[Any], seen: sa.ColumnElement[bool] | None, today: date
) -> list[NoticeSummary]:
    if seen is not None:
        query = query.where(sa.exists().where(col(Task.notice_id) == col(Notice.id), seen))
    rows: Sequence[Any] = session.execute(query).all()
    ids = [row.id for row in rows]
    standings = _standings(session, ids, seen, today)
    drafts, questions = (None, None) if seen is not None else (_drafts(session, ids), _questions(session, ids))

    def more(notice_id: int) -> dict[str, Any]:
        return {
            "standings": standings[notice_id],
            "waiting_drafts": drafts[notice_id] if drafts is not None else None,
            "open_questions": questions[notice_id] if questions is not None else None,
        }

    return [NoticeSummary(**row._mapping, **more(row.id)) for row in rows]


def _standings(
    session: Session, ids: Sequence[int], seen: sa.ColumnElement[bool] | None, today: date
) -> dict[int, dict[str, int]]:
    names = [*Standing, "cancelled"]
    sums = [sa.func.count().filter(standing_is(name, today)).label(name) for name in names]
    query = sa.select(col(Task.notice_id), *sums).where(col(Task.notice_id).in_(ids)).group_by(col(Task.notice_id))
    if seen is not None:
        query = query.where(seen)
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, names), 0))
    for notice_id, *counts in session.execute(query):
        found[notice_id] = dict(zip(map(str, names), counts, strict=True))
    return found


def _drafts(session: Session, ids: Sequence[int]) -> Counter[int]:
    waiting = sa.select(col(Draft.notice_id), sa.func.count()).where(
        col(Draft.notice_id).in_(ids), col(Draft.state) == DraftState.PROPOSED
    )
    return Counter(dict(session.execute(waiting.group_by(col(Draft.notice_id))).all()))


def _questions(session: Session, ids: Sequence[int]) -> Counter[int]:
    asked = sa.select(col(Finding.notice_id), sa.func.count()).where(
        col(Finding.notice_id).in_(ids), col(Finding.ruled_at).is_(None)
    )
    return Counter(dict(session.execute(asked.group_by(col(Finding.notice_id))).all()))
