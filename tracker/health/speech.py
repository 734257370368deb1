"""What should have been said today and was not."""

from datetime import date

from sqlmodel import Session

from tracker.config import Config
from tracker.health.check import Check, named
from tracker.notify.unsaid import unsaid
from tracker.rules.calendar import WorkingCalendar


def check_rungs(session: Session, config: Config, calendar: WorkingCalendar, *, today: date) -> Check:
    """Whether today's sweep, once it is done, has left somebody without the word that was due."""
    left = unsaid(session, config=config, calendar=calendar, today=today)
    if not left:
        return Check("rungs", True, "nothing that is due is left unsaid")
    tasks = list(dict.fromkeys(f"task {one.task_id} ({one.rung})" for one in left))
    return Check(
        "rungs", False, f"{len(left)} rungs are due and unsaid although today's sweep is done: {named(tasks)}",
        "'tracker why ID' says to whom; tomorrow's sweep says them. Was the register or the ladder changed since, or a letter deleted?",
    )  # fmt: skip
