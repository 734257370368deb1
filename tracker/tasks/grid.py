"""Lưới xã: communes against milestones and group tasks, the worst standing of each cell."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Task, Unit
from tracker.people.units import stands_on
from tracker.rules.lifecycle import standing
from tracker.tasks.board import worst_first

PARENTHESIS = re.compile(r"\s*\([^)]*\)")
Key = tuple[bool, str, str]  # is it a milestone, its words without the place, its clause
Standing = tuple[int, str]  # a task and how it stands
VILLAGE = re.compile(r"^thôn [^,]*,\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A commune in a column: its worst task, how that stands ("waiting" and "held" too), and how many tasks there are."""

    task_id: int
    stands: str
    tasks: int


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
    """One commune; a cell is None where the column does not concern it."""

    unit_id: int
    name: str
    cells: tuple[Cell | None, ...]


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
    cells: dict[Key, dict[int, list[Standing]]] = defaultdict(lambda: defaultdict(list))
    for id_, kind, title, clause, unit_id, stands in _tasks(session, seen, today):
        if unit_id in communes:
            cells[_column_of(kind, title, clause, communes[unit_id])][unit_id].append((id_, stands))
    wide = {key: found for key, found in cells.items() if key[0] or len(found) > 1}
    ordered = sorted(wide, key=lambda key: (not key[0], key[2], -len(wide[key]), key[1]))
    columns = tuple(_column(number, key, wide[key]) for number, key in enumerate(ordered, 1))
    shown = [unit for unit in communes if any(unit in wide[key] for key in ordered)]
    lines = (Line(unit, communes[unit], tuple(_cell(wide[key].get(unit)) for key in ordered)) for unit in shown)
    return Grid(columns, tuple(lines))


def _tasks(session: Session, seen: sa.ColumnElement[bool], today: date) -> Iterator[tuple[Any, ...]]:
    """The tasks of places, worst first, with how each stands; few columns, for there may be thousands."""
    names = ("id", "kind", "title", "clause", "place_unit_id", "due_on", "done_on", "verified_on", "is_held")
    columns = [getattr(Task, name) for name in names]
    counted = (col(Task.kind) != Kind.POLICY, col(Task.place_unit_id).is_not(None), col(Task.cancelled_on).is_(None))
    chosen = sa.select(*columns).where(seen, *counted).order_by(*worst_first())
    for *what, due, done, verified, held in session.execute(chosen):
        if verified is None and (done is not None or held):
            yield *what, "waiting" if done is not None else "held"
        else:
            yield *what, str(standing(due_on=due, done_on=done, verified_on=verified, today=today))


def _cell(tasks: list[Standing] | None) -> Cell | None:
    return Cell(*tasks[0], len(tasks)) if tasks else None


def _column_of(kind: Kind, title: str, clause: str, place: str) -> Key:
    """Tasks that say the same of different places stand in one column: the place is cut out of the title."""
    if kind is not Kind.MILESTONE:
        return False, title, clause
    is_village = VILLAGE.match(title) is not None
    rest = re.sub(re.escape(place), "", VILLAGE.sub("", title), flags=re.IGNORECASE)
    rest = PARENTHESIS.sub("", rest).strip(" ,:–-")
    return True, f"Thôn: {rest[:1].lower()}{rest[1:]}" if is_village else rest[:1].upper() + rest[1:], ""


def _column(number: int, key: Key, cells: dict[int, list[Standing]]) -> Column:
    is_milestone, title, clause = key
    counts = Counter(stands for tasks in cells.values() for _, stands in tasks)
    return Column(number, title, clause, is_milestone, counts)
