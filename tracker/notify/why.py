"""Why somebody is told of a task today, or why nobody is: the decision of the sweep, with what was said before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.errors import TaskError
from tracker.models import Officer, Said, Task
from tracker.notify.facts import load_facts, policy_of
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, decide
from tracker.rules.preview import preview

AHEAD_DAYS = 60  # beyond it a ladder has said what it has to say


@dataclass(frozen=True, slots=True)
class Telling:
    """One rung to one person on one day."""

    on: date
    rung: str
    person: str
    post: str
    key: str


@dataclass(frozen=True, slots=True)
class Why:
    """The reason, the rung that was reached, who hears today, who has heard, and who is next if nothing changes."""

    task_id: int
    reason: str
    rung: str | None
    tells: tuple[Telling, ...]
    told: tuple[Telling, ...]
    coming: tuple[Telling, ...]


def why(session: Session, task_id: int, *, config: Config, calendar: WorkingCalendar, today: date) -> Why:
    """What the sweep would say about a task `today`, and the reason. Raises TaskError when there is no such task."""
    if session.get(Task, task_id) is None:
        raise TaskError(f"there is no task {task_id}; 'tracker task list' shows the numbers")
    told = _told(session, task_id)
    policy = policy_of(session, config, calendar, today=today)
    facts = next(load_facts(session, col(Task.id) == task_id, chains=policy.chains))
    verdict = decide(facts, policy.ladder, policy.calendar, today)
    ahead = list(preview([facts], policy.ladder, policy.calendar, days=AHEAD_DAYS, today=today))
    coming = next(((day, intents) for day, intents in ahead[1:] if intents), (today, []))
    return Why(
        task_id,
        verdict.reason,
        verdict.rung,
        tells=_tellings(session, today, verdict.intents),
        told=told,
        coming=_tellings(session, *coming),
    )


def _tellings(session: Session, on: date, intents: Iterable[Intent]) -> tuple[Telling, ...]:
    officers = {intent: session.get_one(Officer, intent.officer_id) for intent in intents}
    return tuple(Telling(on, intent.rung, one.code, one.post, intent.key) for intent, one in officers.items())


def _told(session: Session, task_id: int) -> tuple[Telling, ...]:
    query = select(Said, Officer).join(Officer, col(Officer.id) == col(Said.officer_id))
    said = session.exec(query.where(Said.task_id == task_id).order_by(sa.asc(col(Said.id))))
    return tuple(Telling(one.said_on, one.rung, officer.code, officer.post, one.key) for one, officer in said)
