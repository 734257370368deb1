"""Tasks as pages and commands show them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import (
    Acknowledgement,
    Draft,
    DraftSource,
    Extension,
    Hold,
    Kind,
    Notice,
    Officer,
    ProgressReport,
    Task,
    TaskMention,
    Unit,
    Verification,
)
from tracker.people.among import among
from tracker.people.officers import load_chains
from tracker.rules.lifecycle import Standing, standing
from tracker.tasks.board import AT_A_TIME, standing_is
from tracker.tasks.changing import known_id
from tracker.tasks.history import history_of
from tracker.tasks.reach import within
from tracker.tasks.scanning import by_scan
from tracker.tasks.searching import is_wanted, meets


def standing_of(task: Task, *, today: date) -> str:
    """One of the six standings, or "cancelled"."""
    if task.cancelled_on is not None:
        return "cancelled"
    return standing(due_on=task.due_on, done_on=task.done_on, verified_on=task.verified_on, today=today)


def list_tasks(
    session: Session,
    *,
    unit: Unit | None = None,
    wanted: str | None = None,
    kind: str | None = None,
    words: str = "",
    after: int = 0,
    limit: int | None = None,
    today: date,
) -> list[dict[str, Any]]:
    """One plain row a task, by number; `wanted` is a standing or "cancelled", `words` are searched for without marks. A
    unit's tasks are those that it leads or that lie in it, and those of the units whose work it carries on. At most `limit`
    of them, from the one after number `after`. Raises TaskError for an unknown standing or kind."""
    _check_known("standing", wanted, [*Standing, "cancelled"])
    _check_known("kind", kind, [*Kind])
    where = [by_scan(col(Task.id)) > after, standing_is(wanted or "", today)]
    if unit is not None:
        heirs = load_chains(session, on=today).heirs
        own = [known_id(unit.id), *(ended for ended, heir in heirs.items() if heir == unit.id)]
        where.append(within(own))
    if kind is not None:
        where.append(col(Task.kind) == Kind(kind))
    if is_wanted(words):
        where.append(meets(session, words))
    numbers = session.scalars(sa.select(col(Task.id)).where(*where).order_by(col(Task.id)).limit(limit)).all()
    chunks = (numbers[first : first + AT_A_TIME] for first in range(0, len(numbers), AT_A_TIME))
    return [row for some in chunks for row in _rows_of(session, some, today)]


def _rows_of(session: Session, numbers: Sequence[int | None], today: date) -> list[dict[str, Any]]:
    query = sa.select(Task, Unit, Notice, Draft).join(Unit, col(Task.lead_unit_id) == col(Unit.id))
    query = query.join(Notice, col(Task.notice_id) == col(Notice.id)).join(Draft, col(Task.draft_id) == col(Draft.id))
    query = query.options(sa.orm.defer(Notice.text, raiseload=True))  # type: ignore[arg-type]
    query = query.where(among(session, col(Task.id), [known_id(one) for one in numbers])).order_by(col(Task.id))
    return [_row(task, lead, notice, draft, today) for task, lead, notice, draft in session.execute(query)]


def _check_known(what: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        raise TaskError(f"there is no {what} {value!r}; the {what}s are {', '.join(known)}")


def _row(task: Task, lead: Unit, notice: Notice, draft: Draft, today: date) -> dict[str, Any]:
    return {
        "id": task.id,
        "kind": task.kind.value,
        "title": task.title,
        "lead": lead.name,
        "places": [task.place] if task.place else [],
        "due_on": task.due_on and task.due_on.isoformat(),
        "first_due_on": task.first_due_on and task.first_due_on.isoformat(),
        "due_phrase": task.due_phrase,
        "target_on": draft.target_on and draft.target_on.isoformat(),
        "other_due_on": draft.other_due_on and draft.other_due_on.isoformat(),
        "done_on": task.done_on and task.done_on.isoformat(),
        "standing": str(standing_of(task, today=today)),
        "progress": task.percent,
        "notice": notice.number,
        "clause": task.clause,
        "quote": task.quote,
        "group": task.group,
    }


def show_task(session: Session, task_id: int, *, today: date) -> dict[str, Any]:
    """Everything about one task: its row, parties, reports, requests, holds and history. Raises TaskError."""
    task = session.get(Task, task_id)
    if task is None:
        raise TaskError(f"there is no task {task_id}; 'tracker task list' shows the numbers")
    people: dict[int | None, str] = dict(session.exec(select(Officer.id, Officer.post)).all())
    notice, draft = session.get_one(Notice, task.notice_id), session.get_one(Draft, task.draft_id)
    row = _row(task, session.get_one(Unit, task.lead_unit_id), notice, draft, today)
    row["version"] = task.version
    sources = session.exec(select(DraftSource).where(DraftSource.draft_id == draft.id).order_by(col(DraftSource.id)))
    row["sources"] = [one.model_dump(mode="json", exclude={"id", "draft_id"}) for one in sources]
    row["parties"] = [
        {"role": str(one.role), "name": one.written}
        for one in session.exec(select(TaskMention).where(TaskMention.task_id == task_id))
    ]
    for name, model in (
        ("reports", ProgressReport),
        ("verifications", Verification),
        ("acknowledgements", Acknowledgement),
        ("extensions", Extension),
        ("holds", Hold),
    ):
        rows = session.exec(select(model).where(col(model.task_id) == task_id).order_by(col(model.id)))
        row[name] = [one.model_dump(mode="json") for one in rows]
    row["history"] = [
        {
            "at": event.happened_at.isoformat(),
            "kind": event.kind,
            "author": people.get(event.author_id),
            "on_behalf_of": people.get(event.on_behalf_of_id),
            "channel": str(event.channel),
            **event.detail,
        }
        for event in history_of(session, task_id)
    ]
    return row


def roll_up(session: Session, notice: Notice, *, today: date) -> list[dict[str, Any]]:
    """For each draft that became several tasks: how many members stand where."""
    groups: dict[int, list[Task]] = {}
    for task in session.exec(select(Task).where(Task.notice_id == notice.id).order_by(col(Task.id))):
        groups.setdefault(task.draft_id, []).append(task)
    return [
        {
            "title": tasks[0].title,
            "clause": tasks[0].clause,
            "group": tasks[0].group,
            "members": len(tasks),
            "standings": dict(Counter(str(standing_of(task, today=today)) for task in tasks)),
        }
        for tasks in groups.values()
        if len(tasks) > 1
    ]
