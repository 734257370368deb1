"""The weekly digest as a job: its slot opened once, each batch of officers in a transaction of its own."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from jobs.batches import Batch, finish_batch, open_run
from tracker.config import Config
from tracker.notify.apart import LetterKey, post_apart
from tracker.notify.receivers import load_receivers
from tracker.notify.weekly import post_digests_to
from tracker.workdays import office_calendar

JOB = "digest"


def open_digest(session: Session, period: str, *, size: int, today: date, now: datetime) -> list[int]:
    """Divide the digest `period` into batches, unless that was done; the numbers of the new ones."""
    return open_run(session, JOB, period, load_receivers(session, on=today), size=size, now=now)


def post_batch(session: Session, batch: Batch, config: Config, *, today: date, now: datetime) -> Counter[str]:
    """The letters of one batch and the note that it is done, in the caller's transaction: what was posted.

    Done twice it posts nothing new: each letter has its key. One that cannot be made is named, the others go.
    """
    calendar = office_calendar(config.calendar)

    def post(officers: Sequence[int]) -> Counter[str]:
        return post_digests_to(
            session, officers, period=batch.slot, config=config, calendar=calendar, today=today, now=now
        )

    posted = post_apart(session, batch.officers, post, key=lambda one: LetterKey(one, JOB, batch.slot), now=now)
    finish_batch(session, batch, posted.total(), now=now)
    return posted
