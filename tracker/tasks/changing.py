"""The gate that every change of a task passes: the right person, a state that allows it, one writer at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Extension, Role, Task
from tracker.people.officers import Chains, load_chains
from tracker.rules.lifecycle import TaskState, Verb, refusal
from tracker.tasks.history import Author, record

OWNERS = (Role.CONTACT, Role.HEAD)
RULERS = (Role.OFFICE, Role.CHAIR)
MAY: dict[Verb, tuple[Role, ...]] = {
    Verb.REPORT: OWNERS,
    Verb.DONE: OWNERS,
    Verb.EXTEND_ASK: OWNERS,
    Verb.ACKNOWLEDGE: (Role.OVERSEER,),
    Verb.VERIFY: (*RULERS, Role.OVERSEER),
    Verb.RETURN: (*RULERS, Role.OVERSEER),
    Verb.EXTEND_DECIDE: RULERS,
    Verb.HOLD: RULERS,
    Verb.RELEASE: RULERS,
    Verb.REASSIGN: RULERS,
    Verb.CANCEL: RULERS,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A task that may be changed, by whom and when; `noted` writes the history and closes the change."""

    session: Session
    task: Task
    verb: Verb
    author: Author
    today: date
    now: datetime

    @property
    def task_id(self) -> int:
        """The number of the task."""
        return known_id(self.task.id)

    def noted(self, **detail: Any) -> Task:
        """Append the history line, count the version and hand the task back."""
        self.task.version += 1
        self.session.add(self.task)
        record(self.session, self.verb, author=self.author, now=self.now, task_id=self.task.id, **detail)
        self.session.flush()
        return self.task


def begin(session: Session, task_id: int, verb: Verb, *, author: Author, today: date, now: datetime) -> Change:
    """Lock the task for this transaction and check that `author` may do `verb` to it now.

    Raises TaskError when there is no such task, the person holds no role that allows it, or the state does not.
    """
    task = session.exec(select(Task).where(Task.id == task_id).with_for_update()).one_or_none()
    if task is None:
        raise TaskError(f"there is no task {task_id}; 'tracker task list' shows the numbers")
    state = TaskState(
        due_on=task.due_on,
        done_on=task.done_on,
        verified_on=task.verified_on,
        cancelled_on=task.cancelled_on,
        is_held=task.is_held,
        has_pending_extension=pending_extension(session, task_id) is not None,
    )
    if why := refusal(verb, state):
        raise TaskError(f"task {task_id} {why}")
    _check_role(load_chains(session, on=today), task, verb, author)
    return Change(session, task, verb, author, today, now)


def pending_extension(session: Session, task_id: int) -> Extension | None:
    """The request for more time that waits for a decision, if there is one."""
    waits = select(Extension).where(Extension.task_id == task_id, col(Extension.decided_at).is_(None))
    return session.exec(waits).first()


def _check_role(chains: Chains, task: Task, verb: Verb, author: Author) -> None:
    """The office may enter anything on behalf of others; everybody else acts in a role of their own."""
    officer = author.officer_id
    if any(officer in chains.anywhere(role) for role in RULERS):
        return
    units = [unit for unit in (task.lead_unit_id, task.place_unit_id) if unit is not None]
    if any(officer in chains.of(unit, role) for role in MAY[verb] for unit in units):
        return
    roles = " or ".join(MAY[verb])
    raise TaskError(
        f"officer is not allowed to {verb} task {task.id}: it takes the role {roles} for its unit, or the office"
    )


def known_id(value: int | None) -> int:
    """The primary key of a stored row."""
    if value is None:
        raise AssertionError("the row is not stored yet")
    return value
