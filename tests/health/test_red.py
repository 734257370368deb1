"""Each alarm is really produced, is the only one, and goes out when what is wrong has been put right."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from jobs.runner import post_due, tick
from jobs.worker import Ticker
from tests.web.office import Office, opened
from tests.web.test_serving import free_port
from tracker import clock
from tracker.clock import Uptime, running_from
from tracker.config import Health, Mail
from tracker.errors import MailError
from tracker.health.examination import check_flow, examine
from tracker.models import Channel, ClockReading, JobRun, Message, MessageState, Said, Task, Unit
from tracker.notify.unsaid import unsaid
from tracker.outbox.claiming import claim
from tracker.outbox.mailer import deliver_now
from tracker.people.cast import list_holders
from tracker.rules.lifecycle import Verb
from tracker.tasks.history import Author
from tracker.tasks.verbs import perform
from tracker.workdays import office_calendar

QUIET = Mail.model_validate({"quiet_hours": "20:00-07:00"}).quiet_hours
FLOW = {"clock", "jobs", "leases", "outbox", "rungs"}


def red(office: Office, uptime: Uptime | None = None) -> dict[str, str]:
    """The checks of the flow that are not well, and what they say; the short examination agrees with the long one."""
    calendar = office_calendar(office.config.calendar)
    checks = examine(office.database, office.config, calendar=calendar, uptime=uptime, now=office.now)
    found = {one.name: one.says for one in checks if one.name in FLOW and not one.is_well}
    with office.database.read() as session:
        short = check_flow(session, office.config, calendar=calendar, uptime=uptime, now=office.now)
    assert {one.name for one in short if not one.is_well} == set(found) - {"rungs"}
    return found


def delivered(office: Office) -> None:
    deliver_now(office.database, office.config, worker="test", clock=running_from(office.now))


def test_a_morning_with_everything_delivered_is_green(morning: Office) -> None:
    delivered(morning)
    assert red(morning) == {}


# --- slots -----------------------------------------------------------------------------------------------------------


def test_a_slot_that_nobody_runs_is_late_after_an_hour(morning: Office) -> None:
    morning.at = "2020-07-03T15:05"
    post_due(morning.database, morning.config, now=morning.now)
    delivered(morning)
    morning.at = "2020-07-06T07:59"
    assert red(morning) == {}
    morning.at = "2020-07-06T08:31"
    assert list(red(morning)) == ["jobs"]
    assert "digest 2020-W28" in red(morning)["jobs"] and "sweep 2020-07-06" in red(morning)["jobs"]
    post_due(morning.database, morning.config, now=morning.now)
    delivered(morning)
    assert red(morning) == {}


def test_a_run_that_was_begun_and_never_ended_is_late_too(morning: Office) -> None:
    delivered(morning)
    with morning.database.write() as session:
        run = session.exec(select(JobRun).where(JobRun.job == "sweep")).one()
        run.finished_at = None
        session.add(run)
    morning.at = "2020-07-03T09:30"
    assert set(red(morning)) == {"jobs", "leases"}


# --- leases ----------------------------------------------------------------------------------------------------------


def leased(office: Office) -> None:
    """A worker takes three letters and dies."""
    with office.database.write() as session:
        claim(session, worker="dead", limit=3, lease_minutes=10, today=office.today, now=office.now)


def test_letters_in_the_hands_of_a_dead_worker_are_seen_when_nobody_takes_them_back(morning: Office) -> None:
    leased(morning)
    morning.at = "2020-07-03T09:11"
    assert red(morning) == {}, "the next tick may still come"
    morning.at = "2020-07-03T09:13"
    assert list(red(morning)) == ["leases"] and red(morning)["leases"].startswith("3 leases")
    delivered(morning)
    assert red(morning) == {}


def test_a_lease_that_ends_in_a_far_future_was_given_by_a_wrong_clock(morning: Office) -> None:
    right, morning.at = morning.at, "2020-07-03T11:00"
    leased(morning)
    morning.at = right
    assert list(red(morning)) == ["leases"]


# --- outbox ----------------------------------------------------------------------------------------------------------


def test_letters_that_a_dead_server_does_not_take_are_an_alarm_after_some_hours(morning: Office) -> None:
    mail = Mail(
        transport="smtp", host="127.0.0.1", port=free_port(), security="none", sender="Văn phòng <vp@huyen.example>"
    )
    config, morning.config = morning.config, morning.config.model_copy(update={"mail": mail})
    with pytest.raises(MailError):
        delivered(morning)
    morning.at = "2020-07-03T12:59"
    assert red(morning) == {}
    morning.at = "2020-07-03T13:01"
    assert list(red(morning)) == ["outbox"] and "longer than 240 minutes" in red(morning)["outbox"]
    morning.config = config
    delivered(morning)
    assert red(morning) == {}


def test_letters_that_wait_over_quiet_hours_are_none(morning: Office) -> None:
    mail = morning.config.mail.model_copy(update={"quiet_hours": QUIET})
    morning.config = morning.config.model_copy(update={"mail": mail})
    with morning.database.write() as session:
        session.connection().execute(sa.update(Message).values(posted_at=morning.now + timedelta(hours=10)))
    morning.at = "2020-07-04T07:30"
    assert "outbox" not in red(morning)
    morning.at = "2020-07-04T11:30"
    assert "outbox" in red(morning)


def test_more_letters_than_the_office_expects_are_an_alarm_at_once(morning: Office) -> None:
    morning.config = morning.config.model_copy(update={"health": Health(waiting_letters=40)})
    assert list(red(morning)) == ["outbox"] and "more than 40" in red(morning)["outbox"]
    delivered(morning)
    assert red(morning) == {}


# --- the clock -------------------------------------------------------------------------------------------------------


def ticked(office: Office, uptime: Uptime) -> None:
    """One tick of a worker whose clock shows the office's hour, so long after the start of its machine."""
    Ticker(
        office.database, office.config, worker="w", clock=lambda: office.now, is_stopping=lambda: False, uptime=lambda: uptime
    ).tick()  # fmt: skip


@pytest.mark.parametrize(
    ("to", "words"), [("2020-07-03T11:00:30", "120 minutes forward"), ("2020-07-03T08:00:30", "60 minutes back")]
)
def test_a_clock_that_jumps_is_seen_until_a_day_later_and_once_it_is_noted(
    morning: Office, to: str, words: str
) -> None:
    with morning.database.write() as session:  # nothing but the clock itself gives it away
        for column in ("posted_at", "next_attempt_at"):
            session.connection().execute(sa.update(Message).values({column: morning.now - timedelta(hours=3)}))
        session.connection().execute(sa.update(JobRun).values(started_at=morning.now - timedelta(hours=3)))
        session.connection().execute(sa.update(Message).values(state=MessageState.SENT))
    ticked(morning, Uptime("this start", 1000.0))
    assert red(morning, Uptime("this start", 1000.0)) == {}
    morning.at = to
    assert words in red(morning, Uptime("this start", 1030.0))["clock"], "before anybody has noted it"
    ticked(morning, Uptime("this start", 1030.0))
    assert words in red(morning, Uptime("this start", 1090.0))["clock"]
    morning.at = "2020-07-04T12:00:30"
    later = 1030.0 + (morning.now - datetime.fromisoformat(f"{to}+07:00")).total_seconds()
    assert red(morning, Uptime("this start", later)) == {}


def test_slow_drift_adds_up_and_a_new_start_of_the_machine_begins_anew(morning: Office) -> None:
    delivered(morning)
    ticked(morning, Uptime("one", 0.0))
    morning.at = "2020-07-03T10:04"
    ticked(morning, Uptime("one", 3600.0))
    assert red(morning, Uptime("one", 3600.0)) == {}
    morning.at = "2020-07-03T11:08"
    assert "8 minutes forward" in red(morning, Uptime("one", 7200.0))["clock"]
    assert red(morning, Uptime("two", 20.0)) == {}
    with morning.database.read() as session:
        assert len(session.exec(select(ClockReading)).all()) == 1


def test_rows_of_a_clock_that_was_ahead_give_it_away_when_it_is_back(morning: Office) -> None:
    delivered(morning)
    morning.at = "2020-07-03T08:00"
    assert "lies before the newest row" in red(morning)["clock"]


def test_this_machine_tells_its_uptime(morning: Office) -> None:
    first, second = clock.uptime(), clock.uptime()
    assert first is not None and second is not None, "on Linux"
    assert first.boot == second.boot and 0 < first.seconds <= second.seconds


# --- rungs -----------------------------------------------------------------------------------------------------------


def left(office: Office) -> list[tuple[int, str]]:
    with office.database.read() as session:
        calendar = office_calendar(office.config.calendar)
        found = unsaid(session, config=office.config, calendar=calendar, today=office.today)
    return [(one.task_id, str(one.rung)) for one in found]


def forget(office: Office, kind: str) -> set[tuple[int, str]]:
    """One letter of today's sweep never was: neither its row nor what it said. What it would have said."""
    with office.database.write() as session:
        letter = session.exec(
            select(Message).where(Message.kind == kind, Message.posted_on == office.today).order_by(Message.id)
        ).first()
        assert letter is not None
        said = {(row.task_id, row.rung) for row in session.exec(select(Said).where(Said.message_id == letter.id))}
        for table, column in (
            ("said", "message_id"),
            ("receipt", "message_id"),
            ("messagebody", "message_id"),
            ("message", "id"),
        ):
            session.connection().execute(sa.text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": letter.id})
    return said


@pytest.fixture
def swept(original: Path, tmp_path: Path) -> Iterator[Office]:
    """Friday 3 July after its sweep, which wrote to the overseers; the weekly letter was of Wednesday."""
    for office in opened(original, tmp_path):
        for day in ("2020-07-01", "2020-07-02", "2020-07-03"):
            office.at = f"{day}T09:00"
            tick(office.database, office.config, worker="w", now=office.now)
        yield office


def test_a_letter_of_the_sweep_that_never_was_is_an_alarm_until_its_rungs_are_said(swept: Office) -> None:
    assert red(swept) == {}
    said = forget(swept, "overseer")
    assert set(left(swept)) == said and said
    assert list(red(swept)) == ["rungs"]
    assert f"{len(said)} rungs are due and unsaid" in red(swept)["rungs"]
    for day in ("2020-07-06", "2020-07-07"):  # Monday has the weekly letter first, the sweep of Tuesday says them
        swept.at = f"{day}T09:00"
        tick(swept.database, swept.config, worker="w", now=swept.now)
    assert red(swept) == {}
    with swept.database.read() as session:
        assert said <= {(row.task_id, row.rung) for row in session.exec(select(Said))}


def test_what_a_letter_did_not_put_on_record_is_an_alarm_though_the_letter_is_there(swept: Office) -> None:
    with swept.database.write() as session:
        row = session.exec(
            select(Said).where(Said.rung == "overseer", Said.said_on == swept.today).order_by(Said.id)
        ).first()
        assert row is not None
        lost = (row.task_id, row.rung)
        session.delete(row)
    assert left(swept) == [lost]


def test_before_the_sweep_of_the_day_nothing_is_missing(swept: Office) -> None:
    forget(swept, "overseer")
    swept.at = "2020-07-06T07:00"
    assert left(swept) == []


def test_a_task_that_was_changed_after_the_sweep_is_said_tomorrow_and_is_no_alarm(swept: Office) -> None:
    (task_id, _), *_ = forget(swept, "overseer")
    assert left(swept)
    swept.at = "2020-07-03T10:00"
    with swept.database.write() as session:
        unit = session.get_one(Unit, session.get_one(Task, task_id).lead_unit_id)
        contact = next(
            one for one in list_holders(session, unit_id=unit.id, today=swept.today) if one.role == "contact"
        )
        author = Author(contact.officer_id, Channel.WEB)
        given = {"percent": 50, "note": "Đang làm"}
        perform(
            session, Verb.REPORT, task_id, given, author=author, config=swept.config, today=swept.today, now=swept.now
        )
    assert task_id not in {one for one, _ in left(swept)}


def test_on_the_day_of_the_weekly_letter_its_readers_hear_the_rest_tomorrow(morning: Office) -> None:
    assert left(morning) == []
