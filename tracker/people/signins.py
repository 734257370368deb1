"""Signing in: mailed one-time links, passwords, and the browsers that hold a session."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from threading import BoundedSemaphore

import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlmodel import Session, col, select

from tracker.errors import TrackerError
from tracker.models import Officer, Password, SignIn, SignInLink

LINK_MINUTES = 30
PASSWORD_LENGTH = (10, 200)
HASHER = PasswordHash.recommended()
HASHING = BoundedSemaphore(2)  # argon2 takes 64 MB each time: a crowd of guesses must not take the machine


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that is signed in: its row and whose it is."""

    row_id: int
    officer_id: int


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is signed in, as its owner recognises it."""

    row_id: int
    browser: str
    address: str
    begun_at: datetime
    ends_at: datetime
    digest: str


def find_by_name(session: Session, name: str) -> Officer | None:
    """The officer who calls themselves by mail address or code, in whatever case; None when none or several do."""
    wanted = unicodedata.normalize("NFC", name).strip().lower()
    if not wanted:
        return None
    fits = sa.or_(sa.func.lower(col(Officer.email)) == wanted, sa.func.lower(col(Officer.code)) == wanted)
    found = session.exec(select(Officer).where(fits).limit(2)).all()
    return found[0] if len(found) == 1 else None


def find_by_claim(session: Session, identity: str, *, is_code: bool) -> int | None:
    """The officer with this mail address, or with exactly this code; None when none or several have it."""
    fits = col(Officer.code) == identity if is_code else sa.func.lower(col(Officer.email)) == identity.lower()
    found = session.exec(select(Officer.id).where(fits).limit(2)).all() if identity else []
    return found[0] if len(found) == 1 else None


def make_link(session: Session, officer_id: int, *, now: datetime) -> str:
    """A new one-time token, good for half an hour; earlier ones that were not used stop working."""
    token = secrets.token_urlsafe(32)
    unused = sa.update(SignInLink).where(col(SignInLink.officer_id) == officer_id, col(SignInLink.used_at).is_(None))
    session.connection().execute(unused.values(ends_at=now))
    ends_at = now + timedelta(minutes=LINK_MINUTES)
    session.add(SignInLink(digest=digest_of(token), officer_id=officer_id, made_at=now, ends_at=ends_at))
    return token


def find_link(session: Session, token: str, *, now: datetime) -> SignInLink | None:
    """The link, if it may still be used; looking does not use it up."""
    found = session.exec(
        select(SignInLink).where(SignInLink.digest == digest_of(token)).with_for_update()
    ).one_or_none()
    return found if found is not None and found.used_at is None and now < found.ends_at else None


def use_link(session: Session, token: str, *, now: datetime) -> int | None:
    """Use the link up; whose it is, or None when it cannot be used (any more)."""
    found = find_link(session, token, now=now)
    if found is None:
        return None
    found.used_at = now
    session.add(found)
    return found.officer_id


def set_password(session: Session, officer_id: int, password: str, *, now: datetime) -> None:
    """Store a password as argon2 hash. Raises TrackerError when it is too short or too long."""
    least, most = PASSWORD_LENGTH
    if not least <= len(_normal(password)) <= most:
        raise TrackerError(f"a password has {least} to {most} characters")
    row = session.get(Password, officer_id) or Password(officer_id=officer_id, digest="", set_at=now)
    with HASHING:
        row.digest, row.set_at = HASHER.hash(_normal(password)), now
    session.add(row)


def find_password(session: Session, name: str) -> tuple[int, str] | None:
    """Whose name this is and the hash of their password; None for a name that nobody has, or nobody with a password."""
    officer = find_by_name(session, name)
    row = session.get(Password, officer.id if officer is not None else 0)
    return (row.officer_id, row.digest) if row is not None else None


def is_password(found: tuple[int, str] | None, password: str) -> bool:
    """Whether this is the password; as slow for somebody who does not exist or has none. Takes a tenth of a second, so it
    is asked outside of any transaction."""
    with HASHING:
        fits = HASHER.verify(_normal(password)[: PASSWORD_LENGTH[1]], found[1] if found is not None else _nobody())
    return fits and found is not None


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Checked for officers who have no password, so that the answer takes as long for everybody."""
    return HASHER.hash("nobody has this password")


def begin(session: Session, officer_id: int, *, address: str, hours: int, now: datetime, browser: str = "") -> str:
    """Sign a browser in; what its cookie shall hold. Sessions that have ended are removed."""
    token = secrets.token_urlsafe(32)
    session.connection().execute(sa.delete(SignIn).where(col(SignIn.ends_at) < now))
    ends_at = now + timedelta(hours=hours)
    row = SignIn(
        officer_id=officer_id, digest=digest_of(token), address=address, browser=browser, begun_at=now, ends_at=ends_at
    )
    session.add(row)
    return token


def find_signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Who holds this cookie, while the session lasts."""
    alive = sa.select(col(SignIn.id), col(SignIn.officer_id)).where(
        col(SignIn.digest) == digest_of(token), col(SignIn.ends_at) > now
    )
    row = session.execute(alive).first()
    return SignedIn(*row) if row is not None else None


def end(session: Session, token: str) -> None:
    """Sign this browser out."""
    session.connection().execute(sa.delete(SignIn).where(col(SignIn.digest) == digest_of(token)))


def end_all(session: Session, officer_id: int, *, but: str = "") -> int:
    """Sign every browser of the officer out, except the one whose cookie is `but`; how many there were."""
    others = sa.and_(col(SignIn.officer_id) == officer_id, col(SignIn.digest) != digest_of(but))
    return session.connection().execute(sa.delete(SignIn).where(others)).rowcount


def end_one(session: Session, officer_id: int, row_id: int) -> bool:
    """Sign one browser of this officer out; False when there is no such browser."""
    mine = sa.and_(col(SignIn.id) == row_id, col(SignIn.officer_id) == officer_id)
    return session.connection().execute(sa.delete(SignIn).where(mine)).rowcount == 1


def list_browsers(session: Session, officer_id: int, *, now: datetime) -> list[Browser]:
    """Where the officer is signed in, the latest first."""
    columns = (SignIn.id, SignIn.browser, SignIn.address, SignIn.begun_at, SignIn.ends_at, SignIn.digest)
    alive = sa.and_(col(SignIn.officer_id) == officer_id, col(SignIn.ends_at) > now)
    rows = session.execute(sa.select(*columns).where(alive).order_by(col(SignIn.id).desc()))  # type: ignore[call-overload]
    return [Browser(*row) for row in rows]


def digest_of(token: str) -> str:
    """What the database keeps of a token: it can be compared, and cannot be used by whoever reads the file."""
    return sha256(token.encode()).hexdigest()


def _normal(password: str) -> str:
    """Telephones and computers type "ệ" as one or three characters: the same password either way."""
    return unicodedata.normalize("NFC", password)
