"""Slots: which run of which job is due, from the clock and the calendar alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.config import Schedule, WeeklySlot
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.letters import daily_period, weekly_period


@dataclass(frozen=True, slots=True)
class Slot:
    """One run of a job: its name (2020-W28 or 2020-07-03) and the instant from which it is due."""

    job: str
    name: str
    due_at: datetime


def due_slots(schedule: Schedule, calendar: WorkingCalendar, zone: ZoneInfo, *, now: datetime) -> list[Slot]:
    """The latest slot of each job that has come, in the order in which they run; nothing on a day off or before hours.

    Only the latest: a machine that was off for three Mondays sends one digest, not three. What is late waits for the
    first hour of the schedule, so that nobody hears at night. The order is a rule: on a day with a digest, the digest
    is the person's letter and the sweep comes after it (docs/decisions/0010).
    """
    local = now.astimezone(zone)
    opens_at = min(schedule.digest.at, schedule.sweep, schedule.briefing.at)
    if not calendar.is_working(local.date()) or local.time() < opens_at:
        return []
    slots = [
        _weekly("digest", schedule.digest, calendar, zone, local),
        _daily("sweep", _after_digest(schedule, calendar, local.date()), zone, local),
        _weekly("briefing", schedule.briefing, calendar, zone, local),
    ]
    return [slot for slot in slots if slot is not None]


def _weekly(job: str, at: WeeklySlot, calendar: WorkingCalendar, zone: ZoneInfo, local: datetime) -> Slot | None:
    """This week's slot when it has come, else the one of the week before, unless this week's comes later today."""
    for monday in _mondays(local.date()):
        due_at = datetime.combine(_day(at, calendar, monday), at.at, zone)
        if due_at <= local:
            return Slot(job, weekly_period(monday), due_at)
        if due_at.date() == local.date():  # with the late one, a person would get two of them on one day
            return None
    return None


def _mondays(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday, monday - timedelta(days=7)


def _day(at: WeeklySlot, calendar: WorkingCalendar, monday: date) -> date:
    """The day of the slot in the week of `monday`; on a holiday, the next working day, be it in the week after."""
    return calendar.on_or_after(monday + timedelta(days=at.weekday))


def _daily(job: str, at: time, zone: ZoneInfo, local: datetime) -> Slot | None:
    due_at = datetime.combine(local.date(), at, zone)
    return Slot(job, daily_period(local.date()), due_at) if due_at <= local else None


def _after_digest(schedule: Schedule, calendar: WorkingCalendar, today: date) -> time:
    """The hour of the sweep: not before the digest on the digest's own day, whatever the office has configured."""
    is_digest_day = any(_day(schedule.digest, calendar, monday) == today for monday in _mondays(today))
    return max(schedule.sweep, schedule.digest.at) if is_digest_day else schedule.sweep
