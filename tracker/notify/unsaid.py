"""Rungs that are due and unsaid although the sweep of the day is done: what no letter may ever do to anybody."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.models import Event, JobRun, Message, Task
from tracker.notify.facts import load_facts, policy_of, speaking
from tracker.notify.sweep import DAILY
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, decide
from tracker.rules.letters import LetterKind, daily_period


def unsaid(session: Session, *, config: Config, calendar: WorkingCalendar, today: date) -> list[Intent]:
    """What today's sweep should have said and did not; nothing before it is done.

    The same facts are decided once more, so whatever is still to be said to somebody who got no letter before it was
    left out. Not counted: people whose weekly letter of today keeps the sweep from writing to them, who hear tomorrow;
    and tasks that were changed since, with those at the same places, for which one of them may have spoken.
    """
    run = session.exec(select(JobRun).where(JobRun.job == "sweep", JobRun.slot == daily_period(today))).first()
    if run is None or run.finished_at is None:
        return []
    before = sa.or_(col(Message.kind) == LetterKind.DIGEST, col(Message.posted_at) < run.started_at)
    letters = select(Message.officer_id).where(Message.posted_on == today, col(Message.kind).in_(DAILY), before)
    busy = set(session.exec(letters))
    policy = policy_of(session, config, calendar, today=today)
    where = sa.and_(speaking(policy.ladder, calendar, today), _untouched_since(run))
    found: list[Intent] = []
    for facts in load_facts(session, where, chains=policy.chains):
        found += [one for one in decide(facts, policy.ladder, calendar, today).intents if one.officer_id not in busy]
    return found


def _untouched_since(run: JobRun) -> sa.ColumnElement[bool]:
    changed = sa.select(col(Event.task_id)).where(
        col(Event.happened_at) >= run.started_at, col(Event.task_id).is_not(None)
    )
    places = sa.select(col(Task.place_unit_id)).where(col(Task.id).in_(changed), col(Task.place_unit_id).is_not(None))
    there = sa.or_(col(Task.place_unit_id).is_(None), col(Task.place_unit_id).not_in(places))
    return sa.and_(col(Task.id).not_in(changed), there)
