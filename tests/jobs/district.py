"""A district of clerks for the worst days: each with a task, a digest in small batches, and what became of it."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from tests.cast import Office, holds, unit
from tests.days import DUE
from tests.jobs.scene import config_of
from tracker.config import Cluster, Config, Schedule
from tracker.models import JobRun, Message, MessageState, Officer, RunBatch


def hire_clerks(office: Office, count: int) -> None:
    """So many contacts, each of a commune of their own, with one task each."""
    rows = []
    for number in range(count):
        code = f"clerk-{number}"
        rows.append(unit(f"xa-{number}", place=f'"xã {number}"'))
        rows.append(f'[[officer]]\ncode = "{code}"\npost = "Công chức {number}"\nemail = "{code}@huyen.example"\n')
        rows.append(holds(code, f"xa-{number}", "contact", "2019-01-01"))
    office.register("\n".join(rows))
    for number in range(count):
        office.task(f"xa-{number}", due_on=DUE + timedelta(days=number % 5))


def in_small_batches(office: Office, engine: str, *, batch: int = 5, **mail: Any) -> Config:
    """A configuration that ticks every second; the sweep of the day comes late at night, out of the digest's way."""
    settings: dict[str, Any] = {"transport": "smtp", "security": "none", "lease_minutes": 1, "batch": 10}
    return config_of(office, **settings | mail).model_copy(
        update={
            "cluster": Cluster.model_validate({"engine": engine, "batch": batch, "rescue_seconds": 4}),
            "schedule": Schedule.model_validate({"deliver_seconds": 1, "sweep": "23:00"}),
        }
    )


def period_of(day: date) -> str:
    """The name of the digest of a day's week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def states(office: Office) -> Counter[MessageState]:
    """How many letters are in each state."""
    with office.read() as session:
        return Counter(session.exec(select(Message.state)).all())


def is_begun(office: Office, period: str) -> bool:
    """Whether somebody has opened the digest."""
    return any((run.job, run.slot) == ("digest", period) for run in office.rows(JobRun))


def is_done(office: Office, period: str) -> bool:
    """Whether the digest is made, and everything is sent."""
    made = any((run.job, run.slot) == ("digest", period) and run.finished_at for run in office.rows(JobRun))
    return made and set(states(office)) == {MessageState.SENT}


def batches_done(office: Office) -> int:
    """How many batches are worked off."""
    return sum(batch.finished_at is not None for batch in office.rows(RunBatch))


def digests(office: Office) -> Counter[tuple[str, str]]:
    """How many digests each clerk has got of each week."""
    with office.read() as session:
        query = select(Officer.code, Message.period).join(Message).where(Message.kind == "digest")
        return Counter(session.exec(query.where(Officer.code.startswith("clerk-"))).all())


def one_each(count: int, *periods: str) -> Counter[tuple[str, str]]:
    """One digest of each of these weeks for each of so many clerks."""
    return Counter({(f"clerk-{number}", period): 1 for number in range(count) for period in periods})
