"""Sign-ins that were refused because the register does not know the person: for the office to see, for thirty days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import RefusedSignIn

KEEP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody who could not come in. `reason` is unknown, unverified (the service does not vouch for the address) or
    unappointed."""

    identity: str
    reason: str
    address: str
    refused_at: datetime


def note_refusal(session: Session, identity: str, *, reason: str, address: str, now: datetime) -> None:
    """Keep one refusal; old ones go."""
    session.connection().execute(
        sa.delete(RefusedSignIn).where(col(RefusedSignIn.refused_at) < now - timedelta(days=KEEP_DAYS))
    )
    session.add(RefusedSignIn(identity=identity, reason=reason, address=address, refused_at=now))


def list_refusals(session: Session, *, now: datetime, limit: int = 50) -> list[Refusal]:
    """The refusals of the last thirty days, the latest first."""
    columns = (RefusedSignIn.identity, RefusedSignIn.reason, RefusedSignIn.address, RefusedSignIn.refused_at)
    fresh = col(RefusedSignIn.refused_at) >= now - timedelta(days=KEEP_DAYS)
    rows = session.execute(sa.select(*columns).where(fresh).order_by(col(RefusedSignIn.id).desc()).limit(limit))  # type: ignore[call-overload]
    return [Refusal(*row) for row in rows]
