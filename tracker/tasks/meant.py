"""The one task that somebody means who does not know its number: by clause, place, owner, kind and words."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Task
from tracker.people.units import get_unit
from tracker.tasks.changing import known_id
from tracker.words import fold

FIELDS = ("clause", "place", "lead", "kind", "contains")


def get_meant(session: Session, wanted: Mapping[str, str]) -> int:
    """The number of the only task that fits: `clause` begins its path, `lead` is its unit, `contains` are words of its
    title or quote without regard to marks. Raises TaskError for an unknown field and when none or several fit."""
    if unknown := sorted(wanted.keys() - set(FIELDS)):
        raise TaskError(f"a task is not found by {unknown[0]!r}; there is {', '.join(FIELDS)}")
    query = select(Task)
    if "lead" in wanted:
        query = query.where(Task.lead_unit_id == get_unit(session, wanted["lead"]).id)
    found = [task for task in session.exec(query.order_by(col(Task.id))) if _fits(task, wanted)]
    if len(found) != 1:
        said = ", ".join(f"{key} {value!r}" for key, value in wanted.items())
        raise TaskError(f"{said} means {len(found)} tasks, not one")
    return known_id(found[0].id)


def _fits(task: Task, wanted: Mapping[str, str]) -> bool:
    return (
        task.clause.startswith(wanted.get("clause", ""))
        and wanted.get("place", task.place) == task.place
        and wanted.get("kind", task.kind) == task.kind
        and fold(wanted.get("contains", "")) in fold(f"{task.title} {task.quote}")
    )
