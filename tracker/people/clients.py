"""Programs and their tokens: what each may read or write, for which units, until when, and who gave it to them."""

import enum
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TrackerError
from tracker.models import ApiToken, Officer, Role, Unit
from tracker.people.officers import Chains, load_chains
from tracker.people.signins import digest_of

PREFIX = "dd_"  # by which a scanner for leaked secrets recognises one
NAME_LENGTH = 80
USUAL_DAYS, MOST_DAYS = 365, 1100
NOTED_EVERY = timedelta(
    minutes=10
)  # how exactly `used_at` is kept: a write for every read would cost more than the read


class Right(enum.StrEnum):
    """What a token may be good for; the words are the scopes of OAuth (RFC 6750)."""

    TASKS_READ = "tasks:read"
    NOTICES_READ = "notices:read"
    UNITS_READ = "units:read"
    LETTERS_READ = "letters:read"
    REPORTS_WRITE = "reports:write"
    METRICS_READ = "metrics:read"


@dataclass(frozen=True, slots=True)
class Client:
    """A program whose token is good: its name, its rights and the units it reaches; `units` None reaches all."""

    token_id: int
    name: str
    rights: frozenset[str]
    units: frozenset[int] | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list; the token itself is nowhere."""

    id: int
    name: str
    rights: tuple[str, ...]
    unit: str | None
    made_by: str
    made_at: datetime
    good_until: date
    revoked_at: datetime | None
    used_at: datetime | None

    def is_good(self, *, today: date) -> bool:
        """Whether it opens anything on `today`."""
        return self.revoked_at is None and today <= self.good_until


def may_manage(chains: Chains, officer_id: int) -> bool:
    """Whether this officer may give and take tokens: the one place that says so."""
    return any(officer_id in chains.acting_anywhere(role) for role in (Role.OFFICE, Role.ADMINISTRATOR))


def make_token(
    session: Session,
    *,
    name: str,
    rights: Collection[str],
    unit: Unit | None,
    good_until: date,
    officer_id: int,
    today: date,
    now: datetime,
) -> str:
    """A new token for the program `name`, shown this once; `good_until` is its last day, `officer_id` who gives it.

    Raises TrackerError for a name that is empty or of several lines, an unknown right or none, a day that has passed or
    lies more than three years ahead, and an officer who may not.
    """
    _check(load_chains(session, on=today), officer_id)
    name = " ".join(name.split())
    if not name or not name.isprintable() or len(name) > NAME_LENGTH:
        raise TrackerError(f"name the program in one line of at most {NAME_LENGTH} letters")
    if unknown := sorted(set(rights) - set(Right)):
        raise TrackerError(f"there is no right {unknown[0]!r}; the rights are {', '.join(Right)}")
    if not rights:
        raise TrackerError(f"a token needs at least one right: {', '.join(Right)}")
    if not today <= good_until <= today + timedelta(days=MOST_DAYS):
        raise TrackerError(f"{good_until} cannot be its last day; name one from {today} to three years ahead")
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            name=name,
            digest=digest_of(token),
            rights=" ".join(one for one in Right if one in rights),
            unit_id=unit.id if unit is not None else None,
            made_by_id=officer_id,
            made_at=now,
            good_until=good_until,
        )
    )
    session.flush()
    return token


def revoke_token(session: Session, token_id: int, *, officer_id: int, today: date, now: datetime) -> TokenLine:
    """End a token at once, for good; one that was revoked before stays as it was.

    Raises TrackerError when there is none of this number, and for an officer who may not.
    """
    _check(load_chains(session, on=today), officer_id)
    row = session.get(ApiToken, token_id)
    if row is None:
        raise TrackerError(f"there is no token {token_id}; 'tracker token list' shows the numbers")
    if row.revoked_at is None:
        row.revoked_by_id, row.revoked_at = officer_id, now
        session.add(row)
        session.flush()
    return next(one for one in list_tokens(session) if one.id == token_id)


def _check(chains: Chains, officer_id: int) -> None:
    if not may_manage(chains, officer_id):
        raise TrackerError("only the standing office and the administrator give tokens to programs and take them back")


def list_tokens(session: Session) -> list[TokenLine]:
    """Every token that was ever given, the newest first."""
    query = (
        sa.select(
            col(ApiToken.id), col(ApiToken.name), col(ApiToken.rights), col(Unit.code), col(Officer.code),
            col(ApiToken.made_at), col(ApiToken.good_until), col(ApiToken.revoked_at), col(ApiToken.used_at),
        )
        .join(Officer, col(Officer.id) == col(ApiToken.made_by_id))
        .outerjoin(Unit, col(Unit.id) == col(ApiToken.unit_id))
        .order_by(col(ApiToken.id).desc())
    )  # fmt: skip
    return [TokenLine(id_, name, tuple(rights.split()), *more) for id_, name, rights, *more in session.execute(query)]


def find_client(session: Session, token: str, *, today: date) -> Client | None:
    """Whose token this is; None for one that we did not give, that has run out or was revoked."""
    row = session.exec(select(ApiToken).where(ApiToken.digest == digest_of(token))).one_or_none()
    if row is None or row.id is None or row.revoked_at is not None or today > row.good_until:
        return None
    units = units_below(load_chains(session, on=today), row.unit_id) if row.unit_id is not None else None
    return Client(row.id, row.name, frozenset(row.rights.split()), units, row.used_at)


def units_below(chains: Chains, top: int) -> frozenset[int]:
    """A unit with everything below it, and the units that have ended and whose work one of these carries on."""
    found, waiting = set[int](), [top]
    while waiting:
        unit = waiting.pop()
        if unit not in found:
            found.add(unit)
            waiting += [child for child, parent in chains.parents.items() if parent == unit]
            waiting += [ended for ended, heir in chains.heirs.items() if heir == unit]
    return frozenset(found)


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Write down that a token was used."""
    session.connection().execute(sa.update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=now))
