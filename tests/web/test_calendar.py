"""The days to come are played forward once, and again as soon as anything has changed that they depend on."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from jobs.runner import tick
from tests.web.office import CONTACT, COORDINATOR, Office
from tests.web.test_roles import enter
from tracker.config import data_folder
from tracker.notify.coming import ComingDays, coming_days
from tracker.people.register import import_register
from tracker.workdays import office_calendar

EARLY = "2020-06-15T09:00"


@pytest.fixture
def statements(office: Office) -> Iterator[list[str]]:
    """What the database is asked, in order."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(office.database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(office.database.engine, "before_cursor_execute", note)


def both(office: Office, kept: ComingDays) -> tuple[object, object]:
    """What is kept, and what is true."""
    how = {
        "days": 14,
        "config": office.config,
        "calendar": office_calendar(office.config.calendar),
        "today": office.today,
    }
    with office.database.read() as session:
        return kept.of(session, **how), coming_days(session, **how)


def test_a_second_look_asks_only_whether_something_has_changed(office: Office, statements: list[str]) -> None:
    office.at = EARLY
    visitor = enter(office, COORDINATOR)
    first = visitor.get("/calendar").text
    of_first = len(statements)
    statements.clear()
    assert visitor.get("/calendar").text.partition("<h1>")[2].partition("Đăng xuất")[0] != ""
    assert len(statements) < of_first
    assert not any("promised_on" in statement for statement in statements)
    assert "việc)" in first


def test_what_is_kept_is_what_is_true_after_every_kind_of_change(office: Office) -> None:
    office.at, kept = EARLY, ComingDays()
    shown, true = both(office, kept)
    assert shown == true and any(day.sayings for day in shown)

    visitor, path = office.visitor(), f"{office.link(CONTACT)}/{office.task(unit='Hợp Thắng').id}"
    visitor.send(visitor.get(path), f"{path}/completion", note="Đạt 19/19 tiêu chí")
    after_claim, true = both(office, kept)
    assert after_claim == true != shown

    office.at = "2020-06-24T09:00"
    after_days, true = both(office, kept)
    assert after_days == true != after_claim

    tick(office.database, office.config, now=office.now, worker="test")
    after_letters, true = both(office, kept)
    assert after_letters == true != after_days

    register = (
        (data_folder("samples") / "register.toml").read_bytes().replace(b"cb-ntm-xa-tho-dan", b"nguoi-moi-xa-tho-dan")
    )
    with office.database.write() as session:
        import_register(session, register, name="register.toml", now=office.now)
    after_register, true = both(office, kept)
    assert after_register == true != after_letters
