"""What should have been said today and was not."""

from datetime import date

from sqlmodel import Session

from tracker.config import Config
from tracker.health.check import Check, line
from tracker.notify.unsaid import unsaid
from tracker.rules.calendar import WorkingCalendar


def check_rungs(session: Session, config: Config, calendar: WorkingCalendar, *, today: date) -> Check:
    """Whether today's sweep, once it is done, has left somebody without the word that was due."""
    left = unsaid(session, config=config, calendar=calendar, today=today)
    if not left:
        return Check("rungs", True, (line("nothing that is due is left unsaid"),))
    tasks = tuple(dict.fromkeys(f"#{one.task_id}" for one in left))
    found = line(
        "%(count)s rungs are due and unsaid although today's sweep is done: tasks %(names)s",
        count=len(left),
        names=tasks,
    )
    return Check(
        "rungs", False, (found,),
        line(
            "'tracker why ID' says to whom; tomorrow's sweep says them. Was the register or the ladder changed since, or a letter deleted?"
        ),
    )  # fmt: skip
