"""Letters that could not be made: everybody else has theirs, so nobody would notice."""

from datetime import date, timedelta

from sqlmodel import Session

from tracker.health.check import Check, line
from tracker.notify.apart import list_unwritten

SHOWN_FOR = timedelta(days=14)  # two weekly letters: by then it was mended, or it is here again


def check_unwritten(session: Session, *, today: date) -> Check:
    """Whether a letter of the last two weeks could not be made, for whom, and on what it failed."""
    found = list_unwritten(session, since=today - SHOWN_FOR)
    if not found:
        return Check("unwritten", True, (line("every letter could be made"),))
    shown = tuple(f"{one['person']}/{one['kind']}/{one['period']} ({one['problem']})" for one in found)
    failed = line("%(count)s letters could not be made: %(names)s", count=len(found), names=shown)
    advice = line("look at the tasks and the register row of this person; what they missed is said by the next letter")
    return Check("unwritten", False, (failed,), advice)
