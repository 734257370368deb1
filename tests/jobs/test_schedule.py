"""Which slot is due when: holidays, Tết, machines that were off, clocks that jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import Calendar, Schedule, WeeklySlot
from tracker.notify.schedule import due_slots
from tracker.rules.calendar import WorkingCalendar
from tracker.workdays import office_calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
USUAL = Schedule()  # digest Monday 07:00, sweep 07:30, briefing Friday 15:00
PLAIN = WorkingCalendar.of()
VIETNAM = office_calendar(Calendar())


def due(at: str, calendar: WorkingCalendar = PLAIN, schedule: Schedule = USUAL) -> list[str]:
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE).astimezone(UTC)
    return [f"{slot.job} {slot.name}" for slot in due_slots(schedule, calendar, ZONE, now=now)]


@pytest.mark.parametrize(
    ("at", "slots"),
    [
        ("2020-07-06T06:59:59", []),
        ("2020-07-06T07:00", ["digest 2020-W28"]),
        ("2020-07-06T07:30", ["digest 2020-W28", "sweep 2020-07-06"]),
        ("2020-07-10T14:59", ["digest 2020-W28", "sweep 2020-07-10"]),
        ("2020-07-10T15:00", ["digest 2020-W28", "sweep 2020-07-10", "briefing 2020-W28"]),
        ("2020-07-11T09:00", []),
        ("2020-07-12T09:00", []),
    ],
)
def test_an_ordinary_week(at, slots):
    assert [slot for slot in due(at) if "briefing 2020-W27" not in slot] == slots


def test_a_briefing_that_was_missed_on_friday_is_caught_up_on_monday_morning():
    assert "briefing 2020-W28" in due("2020-07-13T07:00")
    assert "briefing 2020-W28" in due("2020-07-16T16:00")
    assert not [slot for slot in due("2020-07-17T14:00") if "briefing" in slot], "this week's comes later today"
    assert "briefing 2020-W29" in due("2020-07-17T15:00")


def test_a_monday_that_is_a_holiday_moves_the_digest_to_the_next_working_day():
    holiday = WorkingCalendar.of([date(2020, 7, 6)])
    assert due("2020-07-06T12:00", holiday) == []
    assert "digest 2020-W28" not in due("2020-07-07T06:59", holiday)
    assert "digest 2020-W28" in due("2020-07-07T07:00", holiday)


def test_the_sweep_of_the_day_on_which_a_moved_digest_comes_waits_for_it():
    late = Schedule(digest=WeeklySlot(weekday=0, at=time(9, 0)))
    holiday = WorkingCalendar.of([date(2020, 7, 6)])
    assert "sweep 2020-07-07" not in due("2020-07-07T08:59", holiday, late)
    assert due("2020-07-07T09:00", holiday, late)[:2] == ["digest 2020-W28", "sweep 2020-07-07"]
    assert "sweep 2020-07-08" in due("2020-07-08T07:30", holiday, late), "on other days at its own hour"


def test_a_working_saturday_is_swept():
    assert "sweep 2020-07-11" in due("2020-07-11T07:30", WorkingCalendar.of((), [date(2020, 7, 11)]))


def test_tet_brings_one_digest_on_the_first_working_day_and_none_for_the_week_that_was_off():
    # 2021: Tết on Friday 12/02, off from Wednesday 10/02 to Tuesday 16/02.
    assert not VIETNAM.is_working(date(2021, 2, 15))
    assert VIETNAM.is_working(date(2021, 2, 17))
    for day in ("2021-02-10", "2021-02-12", "2021-02-15", "2021-02-16"):
        assert due(f"{day}T12:00", VIETNAM) == []
    assert [slot for slot in due("2021-02-17T08:00", VIETNAM) if "digest" in slot] == ["digest 2021-W07"]


def test_a_whole_week_off_sends_the_digest_of_the_new_week_and_not_the_old_one_too():
    off = WorkingCalendar.of(date(2020, 7, 6) + timedelta(days=at) for at in range(5))
    assert not [slot for slot in due("2020-07-13T06:59", off) if "digest" in slot]
    assert [slot for slot in due("2020-07-13T07:00", off) if "digest" in slot] == ["digest 2020-W29"]


@pytest.mark.parametrize("at", ["2020-07-20T07:00", "2020-07-22T13:00", "2020-07-24T23:59"])
def test_a_machine_that_was_off_for_three_mondays_sends_one_digest(at):
    assert [slot for slot in due(at) if "digest" in slot] == ["digest 2020-W30"]


def test_a_machine_switched_on_early_on_monday_does_not_send_last_weeks_digest_before_this_weeks():
    early = Schedule(sweep=time(6, 0), digest=WeeklySlot(weekday=0, at=time(8, 0)))
    assert due("2020-07-13T06:30", PLAIN, early) == ["briefing 2020-W28"]


def test_nobody_is_written_to_at_night_because_a_machine_was_switched_on():
    assert due("2020-07-07T03:00") == []
    assert due("2020-07-07T06:59") == []
    assert "digest 2020-W28" in due("2020-07-07T07:00")


def test_the_last_week_of_2020_is_week_53_also_in_january():
    assert "digest 2020-W53" in due("2020-12-28T07:00", VIETNAM)
    assert "digest 2020-W53" in due("2020-12-31T16:00", VIETNAM)
    assert due("2021-01-01T12:00", VIETNAM) == []
    assert "digest 2021-W01" in due("2021-01-04T07:00", VIETNAM)
    assert "briefing 2020-W53" in due("2021-01-04T15:00", VIETNAM), "its Friday was New Year's Day"


@given(day=st.dates(date(2019, 1, 1), date(2027, 6, 30)), hour=st.times(), minutes=st.integers(0, 6000))
def test_time_only_ever_brings_newer_slots_and_at_most_one_a_job(day, hour, minutes):
    def found(at: datetime) -> dict[str, str]:
        slots = due_slots(USUAL, VIETNAM, ZONE, now=at)
        assert len({slot.job for slot in slots}) == len(slots)
        assert all(slot.due_at <= at for slot in slots)
        return {slot.job: slot.name for slot in slots}

    now = datetime.combine(day, hour, ZONE)
    before, after = found(now), found(now + timedelta(minutes=minutes))
    assert all(after[job] >= before[job] for job in before.keys() & after.keys())


@given(first=st.dates(date(2019, 1, 1), date(2027, 6, 30)))
def test_in_any_month_every_working_day_is_swept_and_no_week_has_two_digests(first):
    days = [first + timedelta(days=at) for at in range(31)]
    names = [slot for day in days for slot in due(f"{day}T16:00", VIETNAM)]
    assert [n for n in names if "sweep" in n] == [f"sweep {day}" for day in days if VIETNAM.is_working(day)]
    digests = sorted({name for name in names if "digest" in name})
    assert len(digests) == len(set(digests)) <= 6
