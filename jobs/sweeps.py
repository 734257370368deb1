"""The daily sweep as a job: before it the weekly letters of those who have chosen this day, each in batches."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from jobs.batches import Batch, finish_batch, give_up, is_opened, open_parts, open_run
from tracker.config import Config
from tracker.notify.apart import LetterKey, post_apart
from tracker.notify.sweep import Part, plan_sweep, post_part
from tracker.notify.weekly import due_by_choice, post_chosen_to
from tracker.rules.letters import weekly_period
from tracker.workdays import office_calendar

SWEEP, CHOICE = "sweep", "choice"


def open_choice(session: Session, slot: str, config: Config, *, today: date, now: datetime) -> None:
    """Batches of those who get their weekly letter on this day because they want it so; nothing where nobody does."""
    officers = due_by_choice(session, calendar=office_calendar(config.calendar), today=today)
    if officers and not is_opened(session, CHOICE, slot):
        open_run(session, CHOICE, slot, officers, size=config.cluster.batch, now=now)


def post_chosen_batch(session: Session, batch: Batch, config: Config, *, today: date, now: datetime) -> Counter[str]:
    """The weekly letters of one batch and the note that it is done."""
    calendar, period = office_calendar(config.calendar), weekly_period(today)

    def post(officers: Sequence[int]) -> Counter[str]:
        return post_chosen_to(session, officers, config=config, calendar=calendar, today=today, now=now)

    posted = post_apart(session, batch.officers, post, key=lambda one: LetterKey(one, "digest", period), now=now)
    finish_batch(session, batch, posted.total(), now=now)
    return posted


def open_sweep(session: Session, slot: str, config: Config, *, today: date, now: datetime) -> None:
    """Batches of those who are to hear something today, each with the tasks that it is about; a sweep that stopped half-way
    on an earlier day is given up, because this one says what it has left."""
    calendar = office_calendar(config.calendar)
    for job in (SWEEP, CHOICE):
        give_up(session, job, before=slot, now=now)
    open_parts(
        session, SWEEP, slot,
        lambda: plan_sweep(session, config=config, calendar=calendar, size=config.cluster.batch, today=today), now=now,
    )  # fmt: skip


def post_sweep_batch(session: Session, batch: Batch, config: Config, *, today: date, now: datetime) -> Counter[str]:
    """The daily letters of one batch and the note that it is done. Done twice it posts nothing new: nobody gets two."""
    calendar, part = office_calendar(config.calendar), Part(batch.officers, batch.tasks or ())
    posted = post_part(session, part, config=config, calendar=calendar, today=today, now=now)
    finish_batch(session, batch, posted.total(), now=now)
    return posted
