"""Secret addresses of calendars: a calendar program cannot sign in, so whoever has the address may read."""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from tracker.models import CalendarFeed
from tracker.people.signins import digest_of


def make_feed(session: Session, officer_id: int, *, now: datetime) -> str:
    """A new secret for the officer's calendar; the one before stops working."""
    token = secrets.token_urlsafe(32)
    row = session.get(CalendarFeed, officer_id) or CalendarFeed(officer_id=officer_id, digest="", made_at=now)
    row.digest, row.made_at = digest_of(token), now
    session.add(row)
    return token


def find_feed(session: Session, token: str) -> int | None:
    """Whose calendar this secret opens, or None."""
    return session.exec(select(CalendarFeed.officer_id).where(CalendarFeed.digest == digest_of(token))).one_or_none()
