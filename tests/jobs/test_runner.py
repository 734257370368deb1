"""Ticks: each slot once, whole or not at all, whoever asks and however often; one that fails holds up no other."""

from datetime import date, timedelta

import pytest
from sqlmodel import select, text

from tests import databases
from tests.cast import Office
from tests.days import DUE
from tests.jobs.scene import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    config_of,
    letters,
    letters_of,
    said,
    tick_at,
)
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import JobRun, Message
from tracker.notify.sweep import sweep
from tracker.outbox.ledger import Envelope, post
from tracker.workdays import office_calendar


def break_inserts(office: Office, table: str, when: str = "1 = 1") -> None:
    with office.write() as session:
        trigger = f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when})"
        if office.database.is_sqlite:
            session.connection().execute(text(f"{trigger} BEGIN SELECT RAISE(ABORT, 'broken'); END"))
            return
        session.connection().execute(
            text(
                "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$"
            )
        )
        session.connection().execute(text(f"{trigger} EXECUTE FUNCTION break()"))


def mend(office: Office) -> None:
    with office.write() as session:
        if office.database.is_sqlite:
            session.connection().execute(text("DROP TRIGGER broken"))
        else:
            session.connection().execute(text("DROP FUNCTION break CASCADE"))


def runs(office: Office) -> list[str]:
    return [f"{run.job} {run.slot}" for run in office.rows(JobRun)]


@pytest.fixture
def settled(office: Office) -> Office:
    """The office on Tuesday: this week's digest has come, and it had nothing to say."""
    tick_at(office, MONDAY, "07:30")
    assert letters(office) == set()
    return office


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_tick_posts_delivers_and_remembers_its_slots(settled):
    settled.task()
    assert tick_at(settled, WEDNESDAY, "07:30")["head"] == 2
    assert letters(settled) >= {"an-contact/head/2020-07-01", "an-head/head/2020-07-01"}
    assert "sweep 2020-07-01" in runs(settled)
    assert len(list((settled.file.parent / "mail").glob("2020-07-01-head-*.eml"))) == 2


def test_any_number_of_ticks_gives_the_same_letters(office):
    office.task()
    tick_at(office, MONDAY, "07:30")
    before = letters(office)
    assert before
    for hour in ("07:30", "07:31", "12:00", "23:59"):
        assert not tick_at(office, MONDAY, hour)
    assert letters(office) == before


def test_every_run_says_what_it_posted_and_when_it_ended(settled):
    settled.task()
    tick_at(settled, WEDNESDAY, "07:30")
    run = settled.rows(JobRun)[-1]
    assert run.detail == {"head": 2}
    assert run.started_at == at(config_of(settled), WEDNESDAY, "07:30")
    assert run.finished_at > run.started_at, "how long it took is told to monitoring"


# --- one letter a person a day ---------------------------------------------------------------------------------------


def test_on_the_day_of_the_digest_the_reminder_is_part_of_it(office):
    office.task()
    assert tick_at(office, MONDAY, "07:00")["digest"] > 0
    tick_at(office, MONDAY, "07:30")
    assert letters_of(office, "an-contact") == ["digest 2020-W27"]


def test_digest_and_sweep_on_one_late_tick_give_the_letters_of_two_ticks_in_time(office, tmp_path_factory):
    office.task()
    office.task("binh-minh", due_on=MONDAY + timedelta(days=3))
    office.task("tai-chinh", place=None, due_on=date(2020, 6, 22))
    file = tmp_path_factory.mktemp("other") / "tracker.db"
    other = Office(file, Database(databases.copy(office.file, file)))
    tick_at(office, MONDAY, "07:00")
    tick_at(office, MONDAY, "07:30")
    tick_at(other, MONDAY, "10:00")
    assert letters(other) == letters(office)
    assert said(other) == said(office)
    assert len(letters(office)) > 3
    other.database.close()


def test_what_came_up_after_the_days_letter_is_heard_on_the_next_working_day(office):
    office.task()
    tick_at(office, MONDAY, "07:00")
    new = office.task(due_on=MONDAY + timedelta(days=3))
    tick_at(office, MONDAY, "07:30")
    assert letters_of(office, "an-contact") == ["digest 2020-W27"], "one letter a person a day"
    assert new not in {task for task, _, _ in said(office)}
    tick_at(office, TUESDAY, "07:30")
    assert letters_of(office, "an-contact") == ["digest 2020-W27", "reminder 2020-06-30"]
    assert new in {task for task, _, _ in said(office)}


def test_a_second_sweep_of_the_day_leaves_those_who_were_written_to_and_counts_what_it_posted(office):
    config = config_of(office)
    now = at(config, WEDNESDAY, "07:30")

    def sweep_now() -> dict[str, int]:
        with office.write() as session:
            return dict(
                sweep(session, config=config, calendar=office_calendar(config.calendar), today=WEDNESDAY, now=now)
            )

    office.task()
    assert sweep_now() == {"head": 2}
    office.task()
    office.task("binh-minh")
    assert sweep_now() == {"head": 2}, "the two of the other commune"
    assert letters_of(office, "an-contact") == ["head 2020-07-01"]


@pytest.mark.parametrize("kind", ["signin", "notice", "briefing"])
def test_a_letter_that_a_person_asked_for_does_not_silence_the_reminder(settled, kind):
    settled.task()
    config = config_of(settled)
    letter = Envelope(settled.officer("an-contact"), "an-contact", kind, "x", "Đăng nhập", "x", "x", ())
    now = at(config, WEDNESDAY, "07:10")
    with settled.write() as session:
        post(session, [letter], sender=config.mail.sender, today=WEDNESDAY, now=now)
    tick_at(settled, WEDNESDAY, "07:30")
    assert letters_of(settled, "an-contact") == [f"{kind} x", "head 2020-07-01"]


# --- when something fails --------------------------------------------------------------------------------------------


def test_a_briefing_that_fails_stops_neither_the_letters_nor_the_other_slots(office):
    office.task()
    break_inserts(office, "briefing")
    with pytest.raises(TrackerError) as problem:
        tick_at(office, FRIDAY, "15:00")
    assert str(problem.value).startswith(
        "briefing 2020-W27 failed and left nothing behind, the next tick tries it again:"
    )
    assert "\n" not in str(problem.value)
    assert {"overseer/overseer/2020-07-03", "second-overseer/overseer/2020-07-03"} <= letters(office)
    assert list((office.file.parent / "mail").glob("2020-07-03-overseer-*.eml")), "and they were delivered"
    assert "briefing 2020-W27" not in runs(office)
    mend(office)
    tick_at(office, FRIDAY, "15:05")
    assert "briefing 2020-W27" in runs(office)


def test_a_batch_that_fails_half_way_leaves_nothing_and_runs_whole_at_the_next_tick(settled):
    settled.task()
    break_inserts(settled, "said", f"NEW.officer_id = {settled.officer('an-head')}")
    with pytest.raises(TrackerError, match="sweep 2020-07-01 failed"):
        tick_at(settled, WEDNESDAY, "07:30")
    assert not [key for key in letters(settled) if "/head/" in key]
    assert said(settled) == set() or not [one for one in said(settled) if one[2].startswith("head")]
    assert [run.finished_at for run in settled.rows(JobRun) if run.slot == "2020-07-01"] == [None], "it is not done"
    mend(settled)
    assert tick_at(settled, WEDNESDAY, "07:40")["head"] == 2
    assert settled.rows(JobRun)[-1].finished_at is not None


def test_a_digest_that_came_too_late_waits_for_the_next_day_so_that_nobody_gets_two_letters(office):
    office.task()
    break_inserts(office, "message", "NEW.kind = 'digest'")
    with pytest.raises(TrackerError, match="digest 2020-W27 failed"):
        tick_at(office, MONDAY, "07:30")
    assert letters_of(office, "an-contact") == ["reminder 2020-06-29"], "the sweep goes without it"
    mend(office)
    tick_at(office, MONDAY, "08:00")
    assert letters_of(office, "an-contact") == ["reminder 2020-06-29"]
    tick_at(office, TUESDAY, "07:30")
    assert letters_of(office, "an-contact") == ["reminder 2020-06-29", "digest 2020-W27"]


def test_a_transport_that_fails_is_said_and_what_was_posted_waits(settled):
    settled.task()
    (settled.file.parent / "mail").write_text("not a folder", "utf-8")
    with pytest.raises(TrackerError, match="letters cannot be written there"):
        tick_at(settled, WEDNESDAY, "07:30")
    assert "sweep 2020-07-01" in runs(settled)
    (settled.file.parent / "mail").unlink()
    tick_at(settled, WEDNESDAY, "07:40")
    assert len(list((settled.file.parent / "mail").glob("*-head-*.eml"))) == 2


# --- clocks ----------------------------------------------------------------------------------------------------------


def test_a_clock_that_went_back_a_day_or_more_posts_nothing_and_says_so(office):
    office.task()
    tick_at(office, WEDNESDAY, "07:30")
    before = letters(office)
    with pytest.raises(
        TrackerError, match=r"the clock says 2020-06-15, but .* was run on 2020-07-01; correct the clock"
    ):
        tick_at(office, date(2020, 6, 15), "12:00")
    assert letters(office) == before
    assert not [run for run in runs(office) if "2020-06-15" in run or "W25" in run]
    tick_at(office, THURSDAY, "07:30")
    assert "sweep 2020-07-02" in runs(office), "and nothing was lost by it"


def test_two_hours_back_do_no_harm(office):
    office.task()
    tick_at(office, WEDNESDAY, "09:00")
    before = letters(office)
    assert not tick_at(office, WEDNESDAY, "07:00")
    assert not tick_at(office, WEDNESDAY, "09:30")
    assert letters(office) == before


def test_a_day_before_the_first_notice_has_nothing_to_say(office):
    office.task()
    with pytest.raises(TrackerError, match="the clock says 2019-07-01, but the first notice is of 2020-02-13"):
        tick_at(office, date(2019, 7, 1), "12:00")
    assert letters(office) == set()
    assert runs(office) == []


def test_a_machine_off_for_three_weeks_says_the_highest_rung_once(office):
    office.task()
    tick_at(office, MONDAY, "07:30")
    tick_at(office, date(2020, 7, 22), "09:00")
    assert letters_of(office, "an-contact")[1:] == ["digest 2020-W30"]
    with office.read() as session:
        posted = session.exec(select(Message.posted_on).distinct()).all()
    assert set(posted) == {MONDAY, date(2020, 7, 22)}


def test_a_new_due_date_is_heard_of_again(office):
    task = office.task()
    tick_at(office, WEDNESDAY, "07:30")
    first = {key for one, _, key in said(office) if one == task}
    with office.write() as session:
        session.connection().execute(text(f"UPDATE task SET due_on = '2020-07-03' WHERE id = {task}"))
    tick_at(office, NEXT_MONDAY, "07:30")
    assert {key for one, _, key in said(office) if one == task} > first
    assert DUE < FRIDAY
