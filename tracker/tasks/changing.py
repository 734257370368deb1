"""The gate that every change of a task passes: the right person, a state that allows it, one writer at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Event, Extension, Hold, Officer, Role, Task
from tracker.people.officers import Chains, load_chains
from tracker.rules.escalation import is_on_hold
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
    Verb.OBJECT: OWNERS,
    Verb.OVERRULE: RULERS,
    Verb.RULE: RULERS,
    Verb.AMEND: RULERS,
    Verb.REOPEN: RULERS,
    Verb.EVIDENCE: OWNERS,
}
ANSWERS = (Verb.VERIFY, Verb.RETURN)  # given by whoever saw the result, never on behalf of another


@dataclass(frozen=True, slots=True)
class Change:
    """A task that may be changed, by whom and when; `noted` writes the history and closes the change."""

    session: Session
    task: Task
    verb: Verb
    author: Author
    chains: Chains
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

    def refuse_own_word(self, word_of: int, what: str) -> None:
        """Raise TaskError when the author would answer `what` was said by themselves or by their own unit: the doer's
        word alone closes nothing (product.md rule 6). Who only typed in the word of another may answer it."""
        unit = self.task.lead_unit_id
        owners = self.chains.acting(unit, Role.CONTACT) | self.chains.acting(unit, Role.HEAD)
        if self.author.officer_id == word_of or self.author.officer_id in owners:
            raise TaskError(
                f"{what} of the unit itself; somebody outside it decides: another officer of the office, or the chair"
            )


def begin(session: Session, task_id: int, verb: Verb, *, author: Author, today: date, now: datetime) -> Change:
    """Lock the task for this transaction and check that `author` may do `verb` to it now.

    Raises TaskError when there is no such task, the person holds no role that allows it, the state does not, or the
    task was changed since the author looked at it.
    """
    # A page has read the task before; what another wrote while this transaction waited for the lock must be seen now.
    locked = select(Task).where(Task.id == task_id).with_for_update().execution_options(populate_existing=True)
    task = session.exec(locked).one_or_none()
    if task is None:
        raise TaskError(f"there is no task {task_id}; 'tracker task list' shows the numbers")
    state = TaskState(
        due_on=task.due_on,
        done_on=task.done_on,
        verified_on=task.verified_on,
        cancelled_on=task.cancelled_on,
        is_held=is_on_hold(task.is_held, task.held_until, today),
        has_pending_extension=pending_extension(session, task_id) is not None,
    )
    if why := refusal(verb, state):
        raise TaskError(f"task {task_id} {why}")
    if author.seen_version is not None and author.seen_version != task.version:
        raise TaskError(
            f"task {task_id} was changed since you looked at it ({_last_change(session, task_id)}); look again"
        )
    chains = load_chains(session, on=today)
    _check_role(session, chains, task, verb, author)
    return Change(session, task, verb, author, chains, today, now)


def lock(session: Session, task_id: int) -> None:
    """Let nobody else change the task until this transaction ends: what is read of it from now on stays true.

    On SQLite the transaction of a writer has seen to that; on PostgreSQL eight answers to one form would all find the
    version that they were written for.
    """
    session.exec(select(Task.id).where(Task.id == task_id).with_for_update()).first()


def pending_extension(session: Session, task_id: int) -> Extension | None:
    """The request for more time that waits for a decision, if there is one."""
    waits = select(Extension).where(Extension.task_id == task_id, col(Extension.decided_at).is_(None))
    return session.exec(waits).first()


def settle_open_ends(change: Change, why: str) -> None:
    """A task that closes leaves nothing waiting: the request for more time lapses (`why`, as officials read it), a hold
    ends."""
    if request := pending_extension(change.session, change.task_id):
        request.decided_by_id = change.author.officer_id
        request.decided_at = change.now
        request.note = why
        change.session.add(request)
    end_holds(change)


def end_holds(change: Change) -> None:
    """End the hold that runs; one whose last day has passed ended by itself."""
    runs = sa.or_(col(Hold.until_on).is_(None), col(Hold.until_on) >= change.today)
    for one in change.session.exec(
        select(Hold).where(Hold.task_id == change.task_id, col(Hold.released_at).is_(None), runs)
    ):
        one.released_by_id = change.author.officer_id
        one.released_at = change.now
        change.session.add(one)
    change.task.is_held = False
    change.task.held_until = None


def _last_change(session: Session, task_id: int) -> str:
    said = sa.select(col(Event.kind), col(Officer.code)).join(
        Officer, col(Officer.id) == col(Event.author_id), isouter=True
    )
    kind, code = session.execute(said.where(col(Event.task_id) == task_id).order_by(col(Event.id).desc())).first() or (
        "",
        "",
    )
    return f"{kind} by {code}"


def _check_role(session: Session, chains: Chains, task: Task, verb: Verb, author: Author) -> None:
    """Whoever's word it is must hold a role that allows the verb; the office may enter the word of others, nobody else.

    Where no one holds an owner's role there is no one to ask, and the office speaks for itself.
    """
    is_of_office = any(author.officer_id in chains.acting_anywhere(role) for role in RULERS)
    if author.word_of != author.officer_id and not is_of_office:
        raise TaskError(
            "only the office enters the word of others; leave out --on-behalf-of, or let the office enter it"
        )
    allowed = who_may(chains, verb, lead_unit_id=task.lead_unit_id, place_unit_id=task.place_unit_id)
    if author.word_of in allowed or (is_of_office and not allowed and MAY[verb] == OWNERS):
        return
    codes = dict(session.exec(select(Officer.id, Officer.code)).all())
    able = ", ".join(sorted(codes[officer] for officer in allowed)) or "nobody, so first appoint one in the register"
    hint = "; enter the word of one of them with --on-behalf-of" if is_of_office and verb not in ANSWERS else ""
    raise TaskError(
        f"{codes[author.word_of]} may not {verb} task {task.id}: it takes the role {' or '.join(MAY[verb])} for it ({able}){hint}"
    )


def who_may(chains: Chains, verb: Verb, *, lead_unit_id: int, place_unit_id: int | None) -> frozenset[int]:
    """The officers whose word counts for `verb` on a task of `lead_unit_id` at `place_unit_id`."""
    holders = (_acting(chains, role, lead_unit_id, place_unit_id) for role in MAY[verb])
    return frozenset[int]().union(*holders)


def _acting(chains: Chains, role: Role, lead_unit_id: int, place_unit_id: int | None) -> frozenset[int]:
    if role in RULERS:
        return chains.acting_anywhere(role)
    if role is Role.OVERSEER:
        return chains.acting(chains.overseen(place_unit_id, lead_unit_id), role)
    return chains.acting(lead_unit_id, role)


def known_id(value: int | None) -> int:
    """The primary key of a stored row."""
    if value is None:
        raise AssertionError("the row is not stored yet")
    return value
