"""Which run of which job was done: the unique key of a slot is the memory of the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from tracker.models import JobRun


@dataclass(frozen=True, slots=True)
class Run:
    """One run that was done."""

    job: str
    slot: str
    finished_at: datetime


def is_finished(session: Session, job: str, slot: str) -> bool:
    """Whether this slot of this job was run to its end."""
    done = select(JobRun.id).where(JobRun.job == job, JobRun.slot == slot, col(JobRun.finished_at).is_not(None))
    return session.exec(done).first() is not None


def last_runs(session: Session) -> Mapping[str, Run]:
    """The newest run of each job."""
    done = select(JobRun).where(col(JobRun.finished_at).is_not(None)).order_by(col(JobRun.finished_at))
    return {one.job: Run(one.job, one.slot, one.finished_at) for one in session.exec(done) if one.finished_at}
