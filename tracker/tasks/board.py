"""Tasks as pages list them: columns only, worst first, a page at a time.

Which tasks a page shows is asked of the index `ix_task_worst` alone, which stands in the order of the list and holds every
column that a filter names; only these few are fetched (docs/decisions/0073).
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Notice, Task, Unit
from tracker.people.among import among
from tracker.rules.lifecycle import Standing, TaskState, standing
from tracker.tasks.scanning import by_scan
from tracker.tasks.searching import is_wanted, meets

PAGE = 50
AT_A_TIME = 5_000  # numbers in one condition


@dataclass(frozen=True)
class TaskRow:
    """One task with the names that a page shows beside it."""

    id: int
    kind: Kind
    title: str
    clause: str
    quote: str
    group: str | None
    target: str | None
    recurrence: str | None
    urgency: str | None
    lead_unit_id: int
    owner: str
    place: str | None
    place_unit_id: int | None
    first_due_on: date | None
    due_on: date | None
    due_phrase: str | None
    version: int
    percent: int
    last_report_on: date | None
    promised_on: date | None
    done_on: date | None
    verified_on: date | None
    cancelled_on: date | None
    is_held: bool
    held_until: date | None
    confirmed_on: date
    draft_id: int
    notice_id: int
    notice_kind: str | None
    notice_number: str | None
    notice_issued_on: date | None
    today: date

    @cached_property
    def standing(self) -> str:
        """One of the six standings, or "cancelled"."""
        if self.cancelled_on is not None:
            return "cancelled"
        return standing(due_on=self.due_on, done_on=self.done_on, verified_on=self.verified_on, today=self.today)

    @property
    def is_open(self) -> bool:
        """Neither verified nor cancelled."""
        return self.verified_on is None and self.cancelled_on is None

    @property
    def is_waiting(self) -> bool:
        """Claimed done, not yet verified or returned."""
        return self.is_open and self.done_on is not None

    @property
    def is_overdue(self) -> bool:
        """Open, not even claimed done, and past its day: the owner must act."""
        return self.done_on is None and self.standing == Standing.OPEN_OVERDUE

    def state(self, *, has_pending_extension: bool) -> TaskState:
        """What decides which change comes next."""
        return TaskState(
            due_on=self.due_on,
            done_on=self.done_on,
            verified_on=self.verified_on,
            cancelled_on=self.cancelled_on,
            is_held=self.is_held,
            has_pending_extension=has_pending_extension,
        )


_TASK = (
    "id", "kind", "title", "clause", "quote", "group", "target", "recurrence", "urgency", "lead_unit_id", "place",
    "place_unit_id", "first_due_on", "due_on", "due_phrase", "version", "percent", "last_report_on", "promised_on", "done_on",
    "verified_on", "cancelled_on", "is_held", "held_until", "confirmed_on", "draft_id", "notice_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the list, as the page's form gives it; every part may be left out."""

    standing: str = ""
    unit_id: int | None = None
    notice_id: int | None = None
    kind: str = ""
    words: str = ""


def find_task(session: Session, task_id: int, *, seen: sa.ColumnElement[bool], today: date) -> TaskRow | None:
    """The task, if `seen` (Scope.condition) lets it be seen; None otherwise, as if it did not exist."""
    row = session.execute(_rows().where(col(Task.id) == task_id, seen)).first()
    return TaskRow(**row._mapping, today=today) if row is not None else None


def load_tasks(
    session: Session, where: sa.ColumnElement[bool], *, limit: int | None = None, offset: int = 0, today: date
) -> list[TaskRow]:
    """The tasks that meet `where`, worst first: overdue, then by date, then the undated of which was heard the longest ago."""
    chosen = sa.select(col(Task.id)).where(where).order_by(*worst_first()).limit(limit).offset(offset)
    return _in_this_order(session, chosen, today)


def page_of_tasks(
    session: Session, seen: sa.ColumnElement[bool], wanted: Wanted, *, page: int, today: date, size: int = PAGE
) -> tuple[list[TaskRow], int]:
    """One page of the list and how many tasks there are in all."""
    where = sa.and_(seen, *_conditions(session, wanted, today))
    total = session.scalar(sa.select(sa.func.count()).select_from(Task).where(where)) or 0
    if total <= size * (page - 1):
        return [], total
    return load_tasks(session, where, limit=size, offset=size * (page - 1), today=today), total


def tasks_after(
    session: Session, seen: sa.ColumnElement[bool], wanted: Wanted, *, after: int, limit: int, today: date
) -> list[TaskRow]:
    """At most `limit` tasks by number, from the one after `after`: a program walks them all, whatever changes meanwhile."""
    where = (seen, by_scan(col(Task.id)) > after, *_conditions(session, wanted, today))
    return _in_this_order(session, sa.select(col(Task.id)).where(*where).order_by(col(Task.id)).limit(limit), today)


def _in_this_order(session: Session, chosen: sa.Select[Any], today: date) -> list[TaskRow]:
    """The rows of the tasks whose numbers `chosen` gives."""
    numbers = session.scalars(chosen).all()
    rows: dict[int, TaskRow] = {}
    for first in range(0, len(numbers), AT_A_TIME):
        some = among(session, col(Task.id), numbers[first : first + AT_A_TIME])
        rows |= {row.id: TaskRow(**row._mapping, today=today) for row in session.execute(_rows().where(some))}
    return [rows[number] for number in numbers]


def standing_is(name: str, today: date) -> sa.ColumnElement[bool]:
    """The same standings as a condition for a query; "closed" and "open" too. The rules module says what they mean."""
    due, done = col(Task.due_on), col(Task.done_on)
    verified, cancelled = by_scan(col(Task.verified_on)).is_not(None), by_scan(col(Task.cancelled_on)).is_not(None)
    closed = sa.and_(verified, sa.not_(cancelled))
    is_open = sa.and_(sa.not_(verified), sa.not_(cancelled))
    counted_on = sa.func.coalesce(done, today)
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "open": is_open,
        "closed": closed,
        "cancelled": cancelled,
        "waiting": sa.and_(is_open, done.is_not(None)),
        Standing.OPEN_OVERDUE: sa.and_(is_open, due < counted_on),
        Standing.OPEN_IN_TIME: sa.and_(is_open, due >= counted_on),
        Standing.OPEN_UNDATED: sa.and_(is_open, due.is_(None)),
        Standing.DONE_ON_TIME: sa.and_(closed, done <= due),
        Standing.DONE_LATE: sa.and_(closed, done > due),
        Standing.DONE_UNDATED: sa.and_(closed, due.is_(None)),
    }
    return conditions.get(name, sa.true())


def count_standings(session: Session, where: sa.ColumnElement[bool], *, today: date) -> dict[str, int]:
    """How many of the tasks that meet `where` stand where; policies are not counted, as in the briefing."""
    names = [*Standing, "waiting", "cancelled"]
    sums = [sa.func.count().filter(standing_is(name, today)).label(name) for name in names]
    row = session.execute(sa.select(*sums).select_from(Task).where(where, col(Task.kind) != Kind.POLICY)).one()
    return dict(row._mapping)


def _rows() -> sa.Select[Any]:
    columns = [getattr(Task, name).label(name) for name in _TASK]
    notice: tuple[Any, ...] = (col(Notice.kind).label("notice_kind"), col(Notice.number).label("notice_number"))
    query = sa.select(*columns, col(Unit.name).label("owner"), *notice, col(Notice.issued_on).label("notice_issued_on"))
    query = query.join(Unit, col(Task.lead_unit_id) == col(Unit.id))
    return query.join(Notice, col(Task.notice_id) == col(Notice.id))


def worst_first() -> tuple[Any, ...]:
    """The order of every list: open before closed, dated before undated, the earliest date, the longest silence."""
    undated, report = col(Task.due_on).is_(None), col(Task.last_report_on)
    closed = sa.or_(col(Task.verified_on).is_not(None), col(Task.cancelled_on).is_not(None))
    return closed, undated, col(Task.due_on), report.is_not(None), report, col(Task.id)


def _conditions(session: Session, wanted: Wanted, today: date) -> list[sa.ColumnElement[bool]]:
    found = [standing_is(wanted.standing, today)]
    if wanted.unit_id is not None:
        lead, place = by_scan(col(Task.lead_unit_id)), by_scan(col(Task.place_unit_id))
        found.append(sa.or_(lead == wanted.unit_id, place == wanted.unit_id))
    if wanted.notice_id is not None:
        found.append(by_scan(col(Task.notice_id)) == wanted.notice_id)
    if wanted.kind in list(Kind):
        found.append(col(Task.kind) == Kind(wanted.kind))
    if is_wanted(wanted.words):
        found.append(meets(session, wanted.words))
    return found
