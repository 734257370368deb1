"""A sign-in that waits for its second half: the first was right, the code is still to come."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import SignInStep
from tracker.people.signins import digest_of

STEP_MINUTES = 10


def begin_step(session: Session, officer_id: int, *, now: datetime) -> str:
    """What the browser shall keep until the code is typed; it opens nothing. Steps that have ended are removed."""
    token = secrets.token_urlsafe(32)
    session.connection().execute(sa.delete(SignInStep).where(col(SignInStep.ends_at) < now))
    ends_at = now + timedelta(minutes=STEP_MINUTES)
    session.add(SignInStep(digest=digest_of(token), officer_id=officer_id, ends_at=ends_at))
    return token


def find_step(session: Session, token: str, *, now: datetime) -> int | None:
    """Whose sign-in waits, or None."""
    alive = select(SignInStep.officer_id).where(SignInStep.digest == digest_of(token), col(SignInStep.ends_at) > now)
    return session.exec(alive).one_or_none()


def end_step(session: Session, token: str) -> bool:
    """Use the step up; False when another request has."""
    gone = sa.delete(SignInStep).where(col(SignInStep.digest) == digest_of(token))
    return session.connection().execute(gone).rowcount == 1


def end_steps(session: Session, officer_id: int) -> None:
    """End every half sign-in of the officer."""
    session.connection().execute(sa.delete(SignInStep).where(col(SignInStep.officer_id) == officer_id))
