"""Forms that may be sent once: the second click finds the number used and changes nothing."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

FORM = SQLModel.metadata.tables["formuse"]
KEEP_DAYS = 30


def use_once(session: Session, number: str, *, now: datetime) -> bool:
    """Mark the form as sent, in the caller's transaction; False when it was sent before. Old numbers are removed."""
    connection = session.connection()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(FORM).values(number=number, used_at=now).on_conflict_do_nothing().returning(FORM.c.id)
    if connection.execute(row).first() is None:
        return False
    connection.execute(sa.delete(FORM).where(FORM.c.used_at < now - timedelta(days=KEEP_DAYS)))
    return True
