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
    """The latest slot of each job that has come, in the order in which they run; nothing on a day off.

    Only the latest: a machine that was off for three Mondays sends one digest, not three.
    """
    local = now.astimezone(zone)
    if not calendar.is_working(local.date()):
        return []
    slots = [
        _weekly("digest", schedule.digest, calendar, zone, local),
        _daily("sweep", schedule.sweep, calendar, zone, local),
        _weekly("briefing", schedule.briefing, calendar, zone, local),
    ]
    return [slot for slot in slots if slot is not None]


def _weekly(job: str, at: WeeklySlot, calendar: WorkingCalendar, zone: ZoneInfo, local: datetime) -> Slot | None:
    """The weekly slot of this week when it has come, else that of the week before, if it still lies in reach."""
    for weeks_back in (0, 1):
        monday = local.date() - timedelta(days=local.weekday() + 7 * weeks_back)
        day = calendar.on_or_after(monday + timedelta(days=at.weekday))
        due_at = _at(day, at.at, zone)
        if due_at <= local:
            return Slot(job, weekly_period(monday), due_at)
    return None


def _daily(job: str, at: time, calendar: WorkingCalendar, zone: ZoneInfo, local: datetime) -> Slot | None:
    due_at = _at(local.date(), at, zone)
    return Slot(job, daily_period(local.date()), due_at) if due_at <= local else None


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)
