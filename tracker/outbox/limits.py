"""How much may be sent now: the limits a minute, the connections, the quiet hours; counted over all processes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from tracker.config import Config, Mail
from tracker.outbox.ledger import insert
from tracker.outbox.relay import breaker_of, find_relay, lock_relay, may_probe, relay_name

LINE = SQLModel.metadata.tables["relayline"]
PACE = SQLModel.metadata.tables["relaypace"]
ALL = ""  # the domain of the limit that counts every letter
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=1)
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a claim may take: so many letters, only these kinds (None: all), of each domain at most so many.

    `again_at`: when more is allowed, where only a limit a minute stands in the way.
    """

    letters: int
    kinds: tuple[str, ...] | None = None
    domain_limit: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    again_at: datetime | None = None

    @property
    def full(self) -> tuple[str, ...]:
        """The domains of which nothing may be taken."""
        return tuple(name for name, used in self.used.items() if name != ALL and used >= self.domain_limit > 0)

    def fitting(self, addresses: Sequence[str | None]) -> list[bool]:
        """For each letter in its order whether it fits into the limit of its domain, after those before it."""
        if not self.domain_limit:
            return [True] * len(addresses)
        taken: Counter[str] = Counter()
        fits = []
        for address in addresses:
            name = domain_of(address)
            fits.append(not name or self.used.get(name, 0) + taken[name] < self.domain_limit)
            taken[name] += fits[-1]
        return fits


def domain_of(address: str | None) -> str:
    """The part behind the "@", in small letters; empty when there is none."""
    return (address or "").rpartition("@")[2].lower()


def is_quiet(config: Config, *, now: datetime) -> bool:
    """Whether letters that nobody waits for rest now."""
    hours = config.mail.quiet_hours
    return hours is not None and hours.is_quiet(now.astimezone(config.timezone).time())


def allowance(session: Session, config: Config, *, limit: int, now: datetime) -> Allowance:
    """What may be claimed now, `limit` letters at most, in the caller's writing transaction, which other claims wait for
    where a limit a minute is set."""
    mail = config.mail
    kinds = mail.urgent_kinds if is_quiet(config, now=now) else None
    name = relay_name(mail)
    if name is None:
        return Allowance(limit, kinds)
    if mail.breaker_failures and breaker_of(find_relay(session, name)).probe_at is not None:
        return Allowance(min(limit, 1) if may_probe(session, name, now=now) else 0, kinds)
    if not (mail.per_minute or mail.per_domain_minute):
        return Allowance(limit, kinds)
    return _by_the_minute(session, lock_relay(session, name).id, mail, kinds, limit=limit, now=now)


def _by_the_minute(
    session: Session, relay: int, mail: Mail, kinds: tuple[str, ...] | None, *, limit: int, now: datetime
) -> Allowance:
    session.connection().execute(sa.delete(PACE).where(PACE.c.relay_id == relay, PACE.c.lease_ends_at < now - KEPT))
    rows = session.connection().execute(
        sa.select(PACE.c.domain, sa.func.sum(PACE.c.letters), sa.func.min(PACE.c.ended_at))
        .where(PACE.c.relay_id == relay, _counts(now))
        .group_by(PACE.c.domain)
    )
    used, ends = {}, []
    for domain, letters, ended_at in rows:
        used[domain] = int(letters)
        limit_here = mail.per_minute if domain == ALL else mail.per_domain_minute
        if limit_here and used[domain] >= limit_here:
            ends.append(ended_at + MINUTE if ended_at is not None else now + SOON)
    free = max(mail.per_minute - used.get(ALL, 0), 0) if mail.per_minute else limit
    again_at = max(min(ends), now + SOON) if ends else None
    return Allowance(min(limit, free), kinds, mail.per_domain_minute, used, again_at)


def _counts(now: datetime) -> sa.ColumnElement[bool]:
    """A batch counts until a minute after its last letter, and while it is on its way."""
    # What lies further ahead than a minute was written by a clock that was wrong: it must not stop the letters for hours.
    under_way = sa.and_(PACE.c.ended_at.is_(None), PACE.c.lease_ends_at > now)
    return sa.or_(sa.and_(PACE.c.ended_at > now - MINUTE, PACE.c.ended_at <= now + MINUTE), under_way)


def book_pace(session: Session, config: Config, addresses: Sequence[str], *, holder: str, ends_at: datetime) -> None:
    """Count the letters that were claimed, in the transaction of the claim; nothing where no limit is set."""
    mail, name = config.mail, relay_name(config.mail)
    if name is None or not addresses or not (mail.per_minute or mail.per_domain_minute):
        return
    relay = lock_relay(session, name).id
    counted = Counter(domain_of(one) for one in addresses) if mail.per_domain_minute else Counter[str]()
    counted[ALL] = len(addresses)
    rows = [_pace_row(relay, holder, domain, letters, ends_at) for domain, letters in counted.items()]
    session.connection().execute(sa.insert(PACE), rows)


def _pace_row(relay: int, holder: str, domain: str, letters: int, ends_at: datetime) -> dict[str, Any]:
    return {"relay_id": relay, "holder": holder, "domain": domain, "letters": letters, "lease_ends_at": ends_at}


def end_pace(session: Session, config: Config, tried: Sequence[str], *, holder: str, now: datetime) -> None:
    """The batch of `holder` is over: it counts for a minute more, with the letters that were `tried` (their addresses)."""
    if not (config.mail.per_minute or config.mail.per_domain_minute):
        return
    counted = Counter(domain_of(one) for one in tried)
    counted[ALL] = len(tried)
    mine = sa.and_(PACE.c.holder == holder, PACE.c.ended_at.is_(None))
    for row in session.connection().execute(sa.select(PACE.c.id, PACE.c.domain).where(mine)).all():
        change = sa.update(PACE).where(PACE.c.id == row.id)
        session.connection().execute(change.values(ended_at=now, letters=counted[row.domain]))


def open_line(session: Session, mail: Mail, *, holder: str, now: datetime) -> int:
    """How many connections this delivery may have, noted under its name; 0 when the others have them all."""
    name = relay_name(mail)
    if name is None or not mail.relay_connections:
        return mail.connections
    relay = lock_relay(session, name).id
    session.connection().execute(sa.delete(LINE).where(LINE.c.relay_id == relay, LINE.c.ends_at <= now))
    others = sa.select(sa.func.coalesce(sa.func.sum(LINE.c.connections), 0))
    others = others.where(LINE.c.relay_id == relay, LINE.c.holder != holder)
    granted = min(mail.connections, mail.relay_connections - (session.connection().scalar(others) or 0))
    if granted <= 0:
        return 0
    row = {"relay_id": relay, "holder": holder, "connections": granted, "ends_at": _line_end(mail, now)}
    session.connection().execute(insert(session, LINE).on_conflict_do_nothing(), row)
    return granted


def keep_line(session: Session, mail: Mail, *, holder: str, now: datetime) -> None:
    """The delivery still lives: its connections stay its own."""
    if mail.relay_connections:
        mine = sa.update(LINE).where(LINE.c.holder == holder)
        session.connection().execute(mine.values(ends_at=_line_end(mail, now)))


def close_line(session: Session, mail: Mail, *, holder: str) -> None:
    """Give the connections back."""
    if mail.relay_connections:
        session.connection().execute(sa.delete(LINE).where(LINE.c.holder == holder))


def _line_end(mail: Mail, now: datetime) -> datetime:
    return now + timedelta(minutes=mail.lease_minutes)
