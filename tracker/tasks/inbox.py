"""Việc của tôi: what waits for one officer, by what they are to it, worst first."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Extension, Kind, Objection, Task
from tracker.rules.lifecycle import Standing
from tracker.tasks.board import TaskRow, count_standings, load_tasks, standing_is
from tracker.tasks.progress import was_warned
from tracker.tasks.reach import within
from tracker.tasks.scanning import by_scan
from tracker.tasks.scope import Scope

CAP = 100  # tasks of one section; beyond it the list of tasks is the better page


@dataclass(frozen=True, slots=True)
class InboxSection:
    """Tasks that wait for the same thing; `name` is overdue, due, extension, objection, waiting, overseen, late, viewed,
    later, undated or claimed."""

    name: str
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The sections that are not empty, and the counts of everything in the officer's charge by standing."""

    sections: tuple[InboxSection, ...]
    counts: dict[str, int]


def load_inbox(session: Session, scope: Scope, *, config: Config, today: date) -> Inbox:
    """What waits for this officer on `today`: their own units' tasks, what slips in their communes, what the office must rule."""
    own, horizon = scope.own_tasks(), today + timedelta(days=config.review.digest_horizon_days)
    unclaimed = sa.and_(own, standing_is("open", today), col(Task.done_on).is_(None), col(Task.kind) != Kind.POLICY)
    due = col(Task.due_on)
    wanted: list[tuple[str, sa.ColumnElement[bool]]] = []
    if scope.is_ruler:
        wanted += [("extension", _asked()), ("objection", _objected()), ("waiting", standing_is("waiting", today))]
    if scope.owned:
        wanted += [
            ("overdue", sa.and_(unclaimed, due < today)),
            ("due", sa.and_(unclaimed, due.between(today, horizon))),
        ]
    if scope.overseen:
        wanted.append(("overseen", sa.and_(by_scan(col(Task.place_unit_id)).in_(scope.overseen), _slipping(today))))
    if scope.is_ruler:
        wanted.append(("late", standing_is(Standing.OPEN_OVERDUE, today)))
    elif scope.viewed:
        wanted.append(("viewed", sa.and_(within(scope.viewed), standing_is(Standing.OPEN_OVERDUE, today))))
    if scope.owned:
        wanted += [
            ("later", sa.and_(unclaimed, due > horizon)),
            ("undated", sa.and_(unclaimed, due.is_(None))),
            ("claimed", sa.and_(own, standing_is("waiting", today))),
        ]
    found = ((name, tuple(load_tasks(session, where, limit=CAP, today=today))) for name, where in wanted)
    sections = tuple(InboxSection(name, tasks) for name, tasks in found if tasks)
    return Inbox(sections, count_standings(session, scope.condition(), today=today))


def _slipping(today: date) -> sa.ColumnElement[bool]:
    """Late without a claim, or promised for a day after the date."""
    late = sa.and_(standing_is("open", today), col(Task.done_on).is_(None), col(Task.due_on) < today)
    forecast = sa.and_(standing_is("open", today), col(Task.promised_on) > col(Task.due_on))
    warned = sa.and_(standing_is("open", today), was_warned())
    return sa.and_(col(Task.kind) != Kind.POLICY, sa.or_(late, forecast, warned))


def _asked() -> sa.ColumnElement[bool]:
    waits = sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))
    return sa.and_(col(Task.id).in_(waits), col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None))


def _objected() -> sa.ColumnElement[bool]:
    waits = sa.select(col(Objection.task_id)).where(col(Objection.answered_at).is_(None))
    return sa.and_(col(Task.id).in_(waits), col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None))


def load_rulings(session: Session, scope: Scope, *, today: date) -> tuple[InboxSection, ...]:
    """What waits for an answer that this officer may give: for the office and the chair everything, for an overseer the
    claims of their communes."""
    waiting = standing_is("waiting", today)
    wanted: list[tuple[str, sa.ColumnElement[bool]]] = []
    if scope.is_ruler:
        wanted = [("extension", _asked()), ("objection", _objected()), ("waiting", waiting)]
    elif scope.overseen:
        wanted = [("waiting", sa.and_(by_scan(col(Task.place_unit_id)).in_(scope.overseen), waiting))]
    found = ((name, tuple(load_tasks(session, where, limit=CAP, today=today))) for name, where in wanted)
    return tuple(InboxSection(name, tasks) for name, tasks in found if tasks)


def load_deadlines(session: Session, scope: Scope, *, today: date) -> list[TaskRow]:
    """The open tasks with a date that the officer answers for: their own units', and the milestones of their communes."""
    charge = sa.and_(by_scan(col(Task.place_unit_id)).in_(scope.overseen), col(Task.kind) == Kind.MILESTONE)
    dated = sa.and_(standing_is("open", today), col(Task.due_on).is_not(None), col(Task.kind) != Kind.POLICY)
    return load_tasks(session, sa.and_(dated, sa.or_(scope.own_tasks(), charge)), limit=1_000, today=today)
