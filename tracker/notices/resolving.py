"""Reading against the register: names are resolved as of the day of the paper, never as of today."""

from datetime import date

from sqlmodel import Session

from tracker.notices.files.shapes import Opened
from tracker.notices.reading import ReadNotice, day_of, read_opened
from tracker.people.units import load_directory
from tracker.rules.calendar import WorkingCalendar


def read_against_register(
    session: Session, opened: Opened, *, name: str, calendar: WorkingCalendar, today: date
) -> ReadNotice:
    """Read a paper with the units that stood in the register on its day (`today` for a paper that names none).

    Its head is read first to learn that day: units merge and are renamed. Raises NoticeError.
    """
    directory = load_directory(session, on=day_of(opened, name=name) or today)
    return read_opened(opened, name=name, directory=directory, calendar=calendar)
