"""Lịch 14 ngày tới: who will hear of how many tasks, on which day, if nobody reports meanwhile."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Event, Officer, Said
from tracker.notify.facts import load_facts, policy_of, speaking
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.preview import preview


@dataclass(frozen=True, slots=True)
class Saying:
    """One person on one day: on which rung, of how many tasks."""

    post: str
    code: str
    rung: str
    tasks: int


@dataclass(frozen=True, slots=True)
class ComingDay:
    """One day to come; nothing is said on a day off."""

    on: date
    is_working: bool
    sayings: tuple[Saying, ...]


class ComingDays:
    """The days to come, kept until something has changed. Playing them forward decides about every task on every day
    and costs a hundred times the rest of the page; what they depend on changes with the history (reports, rulings, the
    register: every change is a line of it), with what is said, and with the day (docs/decisions/0055)."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], list[ComingDay]] | None = None

    def of(
        self, session: Session, *, days: int, config: Config, calendar: WorkingCalendar, today: date
    ) -> list[ComingDay]:
        """What `coming_days` says of what the session sees."""
        newest = sa.select(
            sa.select(sa.func.max(col(Event.id))).scalar_subquery(),
            sa.select(sa.func.max(col(Said.id))).scalar_subquery(),
        )
        stamp = (today, days, *session.execute(newest).one())
        kept = self._kept
        if kept is None or kept[0] != stamp:
            kept = stamp, coming_days(session, days=days, config=config, calendar=calendar, today=today)
            self._kept = kept
        return kept[1]


def coming_days(
    session: Session, *, days: int, config: Config, calendar: WorkingCalendar, today: date
) -> list[ComingDay]:
    """The daily sweep played forward `days` days from `today` on; the weekly letter comes besides."""
    policy = policy_of(session, config, calendar, today=today)
    last = today + timedelta(days=days)
    facts = load_facts(session, speaking(policy.ladder, calendar, last), chains=policy.chains)
    columns = (col(Officer.id), col(Officer.post), col(Officer.code))
    people = {id_: (post, code) for id_, post, code in session.execute(sa.select(*columns))}
    found = []
    for on, intents in preview(facts, policy.ladder, calendar, days=days, today=today):
        counted = Counter((one.officer_id, str(one.rung)) for one in intents)
        sayings = (Saying(*people[officer], rung, tasks) for (officer, rung), tasks in counted.items())
        found.append(
            ComingDay(on, calendar.is_working(on), tuple(sorted(sayings, key=lambda one: (one.rung, one.post))))
        )
    return found
