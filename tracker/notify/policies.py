"""What a ladder has done to people over some days: how many letters, how soon the overseers heard, who was never told."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Kind, Message, Said, Task
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.letters import weekly_period

LETTERS = ("digest", "reminder", "head", "overseer", "office")


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    """One policy over one span of days.

    letters: daily and weekly letters, by kind. people: who got any. per_week: letters a person and week in which they got
    any; most: the most of one person in one week. late: dated tasks whose date passed before they were done. heard: for
    those whose overseers were told, the median of working days from the date, negative before it; None without any.
    never: late tasks of which neither an overseer nor the standing office was ever told.
    """

    letters: Counter[str]
    people: int
    per_week: float
    most: int
    late: int
    heard: float | None
    never: tuple[int, ...]


def measure(session: Session, *, calendar: WorkingCalendar, first: date, last: date) -> PolicyFigures:
    """The figures of what was posted from `first` to `last`."""
    posted = session.execute(
        sa.select(col(Message.officer_id), col(Message.kind), col(Message.posted_on)).where(
            col(Message.posted_on).between(first, last), col(Message.kind).in_(LETTERS)
        )
    ).all()
    weeks = Counter((officer, weekly_period(on)) for officer, _, on in posted)
    late = _late(session, first, last)
    told = _told(session, last)
    heard = [calendar.between(due_on, told[task]) for task, due_on in late.items() if task in told]
    escalated = set(session.scalars(sa.select(col(Said.task_id)).where(col(Said.rung).in_(("overseer", "office")))))
    return PolicyFigures(
        letters=Counter(kind for _, kind, _ in posted),
        people=len({officer for officer, _, _ in posted}),
        per_week=len(posted) / len(weeks) if weeks else 0.0,
        most=max(weeks.values(), default=0),
        late=len(late),
        heard=float(median(heard)) if heard else None,
        never=tuple(sorted(late.keys() - escalated)),
    )


def _late(session: Session, first: date, last: date) -> dict[int, date]:
    """The tasks whose date fell within the days and passed before they were done, with that date."""
    query = sa.select(col(Task.id), col(Task.due_on)).where(
        col(Task.due_on).between(first, last), col(Task.due_on) < last, col(Task.cancelled_on).is_(None),
        col(Task.kind) != Kind.POLICY, sa.or_(col(Task.done_on).is_(None), col(Task.done_on) > col(Task.due_on)),
    )  # fmt: skip
    return dict(session.execute(query).all())


def _told(session: Session, last: date) -> dict[int, date]:
    """The first day on which an overseer was told of each task."""
    query = sa.select(col(Said.task_id), sa.func.min(col(Said.said_on))).where(
        col(Said.rung) == "overseer", col(Said.said_on) <= last
    )
    return dict(session.execute(query.group_by(col(Said.task_id))).all())
