"""Which jobs are worked off in batches, and how: opened once, posted batch by batch, closed with the last."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol

from sqlmodel import Session

from jobs import batches, digests, sweeps
from jobs.batches import Batch
from tracker.config import Config
from tracker.notify.sweep import posted_by_kind
from tracker.rules.letters import daily_period


class Open(Protocol):
    """Divide the slot into batches, unless that was done, in the caller's transaction."""

    def __call__(self, session: Session, slot: str, config: Config, *, today: date, now: datetime) -> object:
        """Nothing that anybody needs."""
        ...


class Post(Protocol):
    """The letters of one batch and the note that it is done, in the caller's transaction."""

    def __call__(self, session: Session, batch: Batch, config: Config, *, today: date, now: datetime) -> Counter[str]:
        """What was posted, by kind."""
        ...


class Steps(NamedTuple):
    """How a job is opened and how a batch of it is posted."""

    open: Open
    post: Post


def _open_digest(session: Session, slot: str, config: Config, *, today: date, now: datetime) -> None:
    digests.open_digest(session, slot, size=config.cluster.batch, today=today, now=now)


STEPS: Mapping[str, Steps] = {
    digests.JOB: Steps(_open_digest, digests.post_batch),
    sweeps.CHOICE: Steps(sweeps.open_choice, sweeps.post_chosen_batch),
    sweeps.SWEEP: Steps(sweeps.open_sweep, sweeps.post_sweep_batch),
}


def close(session: Session, job: str, slot: str, *, today: date, now: datetime) -> None:
    """Finish the run of this slot when it was opened and none of its batches is left."""
    detail = (lambda: posted_by_kind(session, today=today)) if job == sweeps.SWEEP else None
    if batches.is_opened(session, job, slot):
        batches.close_run(session, job, slot, now=now, detail=detail)


def is_past(session: Session, job: str, slot: str, *, today: date) -> bool:
    """Whether no letter of this slot may be made any more today: nobody gets two on one day, and a sweep is of its day."""
    if job == digests.JOB:
        return batches.is_opened(session, sweeps.SWEEP, daily_period(today))
    return slot != daily_period(today)
