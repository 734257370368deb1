"""Rate limits, kept in the database so that a restart or a second process forgets nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` within `minutes`, for one bucket ("link/officer/12")."""

    bucket: str
    times: int
    minutes: int


def origin_of(address: str) -> str:
    """Who counts as one: an IPv4 address, but the first half of an IPv6 address, of which everybody has the second half to
    spend."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def is_within(session: Session, *limits: Limit, now: datetime) -> bool:
    """Whether one more attempt is allowed by every limit; it is counted only when it is. Old rows are removed."""
    for limit in limits:
        since = now - timedelta(minutes=limit.minutes)
        mine = sa.and_(col(Attempt.bucket) == limit.bucket, col(Attempt.made_at) > since)
        if (session.scalar(sa.select(sa.func.count()).select_from(Attempt).where(mine)) or 0) >= limit.times:
            return False
    session.add_all(Attempt(bucket=limit.bucket, made_at=now) for limit in limits)
    session.connection().execute(sa.delete(Attempt).where(col(Attempt.made_at) < now - timedelta(days=2)))
    return True
