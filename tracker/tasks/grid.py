"""Lưới xã: communes against milestones and group tasks, the worst standing of each cell."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Task, Unit
from tracker.people.units import stands_on
from tracker.tasks.board import TaskRow, load_tasks

PARENTHESIS = re.compile(r"\s*\([^)]*\)")
VILLAGE = re.compile(r"^thôn [^,]*,\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A milestone, or a task that many communes have; `counts` by standing over all communes."""

    number: int
    title: str
    clause: str
    is_milestone: bool
    counts: Counter[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One commune; a cell holds its tasks of that column, none when the commune is not concerned."""

    unit_id: int
    name: str
    cells: tuple[tuple[TaskRow, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole page."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def load_grid(session: Session, seen: sa.ColumnElement[bool], *, today: date) -> Grid:
    """The grid of the tasks that `seen` lets be seen; two queries."""
    query = sa.select(col(Unit.id), col(Unit.place), col(Unit.name)).where(
        col(Unit.level) == "commune", stands_on(today)
    )
    communes = {id_: place or name for id_, place, name in session.execute(query.order_by(col(Unit.name)))}
    counted = sa.and_(
        seen, col(Task.kind) != Kind.POLICY, col(Task.place_unit_id).is_not(None), col(Task.cancelled_on).is_(None)
    )
    cells: dict[tuple[bool, str, str], dict[int, list[TaskRow]]] = defaultdict(lambda: defaultdict(list))
    for task in load_tasks(session, counted, today=today):
        unit_id = task.place_unit_id
        if unit_id is not None and unit_id in communes:
            cells[_column_of(task, communes[unit_id])][unit_id].append(task)
    wide = {key: found for key, found in cells.items() if key[0] or len(found) > 1}
    ordered = sorted(wide, key=lambda key: (not key[0], key[2], -len(wide[key]), key[1]))
    columns = tuple(_column(number, key, wide[key]) for number, key in enumerate(ordered, 1))
    shown = [unit for unit in communes if any(unit in wide[key] for key in ordered)]
    lines = (Line(unit, communes[unit], tuple(tuple(wide[key][unit]) for key in ordered)) for unit in shown)
    return Grid(columns, tuple(lines))


def _column_of(task: TaskRow, place: str) -> tuple[bool, str, str]:
    """Tasks that say the same of different places stand in one column: the place is cut out of the title."""
    if task.kind is not Kind.MILESTONE:
        return False, task.title, task.clause
    is_village = VILLAGE.match(task.title) is not None
    rest = re.sub(re.escape(place), "", VILLAGE.sub("", task.title), flags=re.IGNORECASE)
    rest = PARENTHESIS.sub("", rest).strip(" ,:–-")
    return True, f"Thôn: {rest[:1].lower()}{rest[1:]}" if is_village else rest[:1].upper() + rest[1:], ""


def _column(number: int, key: tuple[bool, str, str], cells: dict[int, list[TaskRow]]) -> Column:
    is_milestone, title, clause = key
    counts = Counter(str(task.standing) for tasks in cells.values() for task in tasks)
    return Column(number, title, clause, is_milestone, counts)
