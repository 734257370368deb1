"""What the tests of the jobs share: a configuration for the office of the cast, hours of a day, what was posted."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from sqlmodel import select

from jobs.runner import tick
from tests.cast import Office
from tracker.config import Config, Mail
from tracker.config import Database as DatabaseSection
from tracker.models import Message, Officer, Said

MONDAY, TUESDAY, WEDNESDAY = date(2020, 6, 29), date(2020, 6, 30), date(2020, 7, 1)
THURSDAY, FRIDAY, NEXT_MONDAY = date(2020, 7, 2), date(2020, 7, 3), date(2020, 7, 6)


def config_of(office: Office, **mail: Any) -> Config:
    settings = {"folder": office.file.parent / "mail", "sender": "Văn phòng <don-doc@huyen.example>"} | mail
    return Config(database=DatabaseSection(url=str(office.database.url)), mail=Mail(**settings))


def at(config: Config, day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), config.timezone)


def tick_at(office: Office, day: date, hour: str) -> Counter[str]:
    config = config_of(office)
    return tick(office.database, config, worker="test", now=at(config, day, hour))[0]


def letters(office: Office) -> set[str]:
    """The keys person/kind/period of all letters."""
    with office.read() as session:
        rows = session.exec(select(Officer.code, Message.kind, Message.period).join(Message)).all()
    return {"/".join(row) for row in rows}


def letters_of(office: Office, code: str) -> list[str]:
    with office.read() as session:
        query = select(Message.kind, Message.period).join(Officer).where(Officer.code == code).order_by(Message.id)
        return [f"{kind} {period}" for kind, period in session.exec(query).all()]


def said(office: Office) -> set[tuple[int, int, str]]:
    with office.read() as session:
        return set(session.exec(select(Said.task_id, Said.officer_id, Said.key)).all())
