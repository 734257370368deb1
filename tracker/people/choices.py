"""When an officer wants the weekly letter, and whether they want the one that may be left out."""

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import InputError
from tracker.models import DigestChoice

WEEKDAYS = range(5)  # Monday to Friday
HOURS = tuple(f"{hour:02}:{minute:02}" for hour in range(7, 18) for minute in (0, 30))  # working hours; never at night


@dataclass(frozen=True, slots=True)
class Choice:
    """What an officer has chosen; None: as the office has it."""

    weekday: int | None = None
    at: time | None = None
    wants_optional: bool = True


def load_choices(session: Session) -> dict[int, Choice]:
    """The choices of all who have made one, by officer."""
    columns = (
        col(DigestChoice.officer_id),
        col(DigestChoice.weekday),
        col(DigestChoice.hour),
        col(DigestChoice.wants_optional),
    )
    return {
        officer: _choice(weekday, hour, wants) for officer, weekday, hour, wants in session.execute(sa.select(*columns))
    }


def find_choice(session: Session, officer_id: int) -> Choice:
    """The choice of one officer; that of the office when they have made none."""
    row = session.exec(select(DigestChoice).where(DigestChoice.officer_id == officer_id)).first()
    return _choice(row.weekday, row.hour, row.wants_optional) if row is not None else Choice()


def choose(
    session: Session, officer_id: int, *, weekday: int | None, hour: str | None, wants_optional: bool, now: datetime
) -> None:
    """Keep the choice of an officer; letters about what is late come whatever is chosen. Raises InputError."""
    if weekday is not None and weekday not in WEEKDAYS:
        raise InputError(f"{weekday} is no working day; choose 0 (Monday) to 4 (Friday)")
    if hour is not None and hour not in HOURS:
        raise InputError(f"{hour!r} is no hour to choose; choose a half hour from {HOURS[0]} to {HOURS[-1]}")
    row = session.get(DigestChoice, officer_id) or DigestChoice(officer_id=officer_id, chosen_at=now)
    row.weekday, row.hour, row.wants_optional, row.chosen_at = weekday, hour, wants_optional, now
    session.add(row)
    session.flush()


def leave_optional_out(session: Session, officer_id: int, *, now: datetime) -> None:
    """What one click on "unsubscribe" does: the weekly letter comes only when something in it is late."""
    chosen = find_choice(session, officer_id)
    hour = f"{chosen.at:%H:%M}" if chosen.at is not None else None
    choose(session, officer_id, weekday=chosen.weekday, hour=hour, wants_optional=False, now=now)


def _choice(weekday: int | None, hour: str | None, wants_optional: bool) -> Choice:
    return Choice(weekday, time.fromisoformat(hour) if hour else None, wants_optional)
