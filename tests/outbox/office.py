"""An office with officers and letters: a real database, a real configuration, a clock that the test holds."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from tests import databases
from tracker.clock import local_day
from tracker.config import Config, Mail
from tracker.config import Database as DatabaseSection
from tracker.db import Database
from tracker.models import Appointment, Message, MessageBody, MessageState, Officer, Receipt, Role, Unit
from tracker.outbox.ledger import Envelope, post
from tracker.outbox.mailer import Delivered, deliver_now

FRIDAY = datetime(2020, 7, 3, 0, 30, tzinfo=UTC)  # 07:30 in the office
MINUTE = timedelta(minutes=1)


class Watch:
    """A clock that stands until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, by: timedelta) -> None:
        self.now += by


class Office:
    """One database, its officers p001, p002 … and what the mail settings are."""

    def __init__(self, folder: Path, **mail: Any) -> None:
        self.folder = folder
        self.clock = Watch(FRIDAY)
        self.mail: dict[str, Any] = {"folder": folder / "mail", "sender": "Văn phòng <don-doc@huyen.example>"} | mail
        self.database = Database(databases.url_of(folder / "tracker.db"))

    @property
    def config(self) -> Config:
        return Config(database=DatabaseSection(url=str(self.database.url)), mail=Mail(**self.mail))

    @property
    def today(self) -> date:
        return local_day(self.clock.now, self.config.timezone)

    def hire(self, count: int) -> None:
        """Officers p001 … with an address and an appointment since 2020-01-01."""
        with self.database.write() as session:
            unit = Unit(code="xa", name="Xã Thọ Dân", level="commune", kind="government")
            session.add(unit)
            session.flush()
            for at in range(1, count + 1):
                officer = Officer(code=f"p{at:03}", post=f"Chủ tịch UBND xã số {at}", email=f"p{at:03}@xa.example")
                session.add(officer)
                session.flush()
                session.add(
                    Appointment(officer_id=officer.id, unit_id=unit.id, role=Role.CONTACT, valid_from=date(2020, 1, 1))
                )

    def post(self, count: int, *, kind: str = "digest", period: str = "2020-W27") -> int:
        """One letter each for the first `count` officers."""
        with self.database.write() as session:
            officers = session.exec(select(Officer).order_by(col(Officer.id)).limit(count)).all()
            letters = [envelope(one.id or 0, one.code, kind, period) for one in officers]
            return post(session, letters, sender=self.mail["sender"], today=self.today, now=self.clock.now)

    def deliver(self, worker: str = "test", is_stopping: Callable[[], bool] | None = None) -> Delivered:
        extra = {"is_stopping": is_stopping} if is_stopping else {}
        return deliver_now(self.database, self.config, worker=worker, clock=self.clock, **extra)

    def letter(self, code: str) -> Message:
        with self.database.read() as session:
            found = session.exec(select(Message).join(Officer).where(Officer.code == code)).one()
            session.expunge_all()
            return found

    def body(self, code: str) -> bytes:
        """The bytes of that officer's letter, as they were stored."""
        with self.database.read() as session:
            return session.exec(
                select(MessageBody.content).join(Message).join(Officer).where(Officer.code == code)
            ).one()

    def states(self) -> Counter[MessageState]:
        with self.database.read() as session:
            return Counter(session.exec(select(Message.state)).all())

    def attempts(self) -> set[int]:
        with self.database.read() as session:
            return set(session.exec(select(Message.attempts)).all())

    def receipts(self, code: str | None = None) -> list[Receipt]:
        query = select(Receipt).join(Message).join(Officer).order_by(col(Receipt.id))
        with self.database.read() as session:
            found = list(session.exec(query if code is None else query.where(Officer.code == code)).all())
            session.expunge_all()
            return found

    @contextmanager
    def officer(self, code: str) -> Iterator[Officer]:
        """The officer, to be changed inside the block."""
        with self.database.write() as session:
            officer = session.exec(select(Officer).where(Officer.code == code)).one()
            yield officer
            session.add(officer)

    def dismiss(self, code: str, last_day: date) -> None:
        with self.database.write() as session:
            one = session.exec(select(Appointment).join(Officer).where(Officer.code == code)).one()
            one.valid_to = last_day
            session.add(one)


def envelope(officer_id: int, code: str, kind: str = "digest", period: str = "2020-W27") -> Envelope:
    text = f"Kính gửi: {code}\n\nĐơn vị có 2 việc quá hạn.\n.\n..\nTrân trọng./."
    return Envelope(officer_id, code, kind, period, f"Đôn đốc {code}", text, f"<p>Kính gửi {code}</p>", ())


def empty_database(template: Path, folder: Path) -> None:
    """A copy of a migrated database; migrating anew takes most of a second."""
    databases.copy(template, folder / "tracker.db")
