"""The jobs: when each was done last, and which slot is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from tracker.config import Config
from tracker.health.check import Check, line
from tracker.notify.runs import is_finished, last_runs
from tracker.notify.schedule import Slot, due_slots
from tracker.rules.calendar import WorkingCalendar

LATE = timedelta(hours=1)  # a worker looks every half minute; after an hour nobody is looking


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A slot that has come: for how long it has been due without being done; nothing when it is done."""

    slot: Slot
    overdue: timedelta

    @property
    def is_late(self) -> bool:
        """Whether somebody should look."""
        return self.overdue > LATE


def due_now(session: Session, config: Config, calendar: WorkingCalendar, *, now: datetime) -> list[DueSlot]:
    """The newest slot of each job that has come by `now`."""
    slots = due_slots(config.schedule, calendar, config.timezone, now=now)
    return [
        DueSlot(one, timedelta() if is_finished(session, one.job, one.name) else now - one.due_at) for one in slots
    ]  # fmt: skip


def check_jobs(session: Session, config: Config, calendar: WorkingCalendar, *, now: datetime) -> Check:
    """When each job ran last, and which run is late."""
    due, runs = due_now(session, config, calendar, now=now), last_runs(session)
    late = [f"{one.slot.job} {one.slot.name}" for one in due if one.is_late]
    said = [f"{job} {runs[job].slot if job in runs else 'never'}" for job in (one.slot.job for one in due)] or [
        f"{run.job} {run.slot}" for run in runs.values()
    ]
    says = line("last runs: %(jobs)s" if said else "last runs: none", jobs=tuple(said))
    if not late:
        return Check("jobs", True, (says,))
    advice = line("start 'tracker worker', or 'tracker tick' from cron")
    return Check("jobs", False, (says, line("late: %(jobs)s", jobs=tuple(late))), advice)
