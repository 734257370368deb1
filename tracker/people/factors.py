"""The second factor: one-time codes of a telephone (TOTP, RFC 6238), and recovery codes for the day it is lost."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyotp
import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import RecoveryCode, SecondFactor
from tracker.people.signins import digest_of

STEP_SECONDS = 30
CLOCK_STEPS = (0, -1, 1)  # a telephone's clock may be half a minute off, either way
CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper
SECRET_BYTES = 20  # what RFC 4226 asks for


@dataclass(frozen=True, slots=True)
class Factor:
    """An officer's second factor in use: since when, how many recovery codes are left, and whether the server's secret is
    still the one that it was made with."""

    confirmed_at: datetime
    codes_left: int
    is_readable: bool


def begin_factor(session: Session, officer_id: int, *, key: str, now: datetime) -> str | None:
    """A new secret for the officer's telephone, in base32, that counts once a code of it has been seen; None when a factor
    is in use already: it has to be removed first. The database keeps no secret, only what it is derived from."""
    row = session.get(SecondFactor, officer_id) or SecondFactor(officer_id=officer_id, nonce="", mark="", begun_at=now)
    if row.confirmed_at is not None:
        return None
    row.nonce, row.mark, row.begun_at, row.last_step = secrets.token_urlsafe(16), _mark(key), now, 0
    session.add(row)
    session.flush()
    return _secret(key, row)


def confirm_factor(session: Session, officer_id: int, code: str, *, key: str, now: datetime) -> list[str] | None:
    """Put the factor into use with a first code of the telephone; the recovery codes, to be shown once. None for a wrong
    code, or when nothing waits to be confirmed."""
    row = session.get(SecondFactor, officer_id)
    if row is None or row.confirmed_at is not None or not _takes(session, row, code, key=key, now=now):
        return None
    row.confirmed_at = now
    session.add(row)
    return renew_codes(session, officer_id, now=now)


def find_factor(session: Session, officer_id: int, *, key: str) -> Factor | None:
    """The factor in use, or None."""
    row = session.get(SecondFactor, officer_id)
    if row is None or row.confirmed_at is None:
        return None
    unused = sa.select(sa.func.count()).where(
        col(RecoveryCode.officer_id) == officer_id, col(RecoveryCode.used_at).is_(None)
    )
    return Factor(row.confirmed_at, session.scalar(unused) or 0, row.mark == _mark(key))


def spend(session: Session, officer_id: int, code: str, *, key: str, now: datetime) -> str | None:
    """Use a code up: "code" for one of the telephone, "recovery" for one from the paper, None for neither. A code counts
    once, also when two requests bring it at the same moment."""
    row = session.get(SecondFactor, officer_id)
    if row is None or row.confirmed_at is None:
        return None
    if _takes(session, row, code, key=key, now=now):
        return "code"
    mine = sa.update(RecoveryCode).where(
        col(RecoveryCode.officer_id) == officer_id,
        col(RecoveryCode.digest) == digest_of(_plain(code)),
        col(RecoveryCode.used_at).is_(None),
    )
    return "recovery" if session.connection().execute(mine.values(used_at=now)).rowcount == 1 else None


def renew_codes(session: Session, officer_id: int, *, now: datetime) -> list[str]:
    """Ten new recovery codes of 79 bits each; the ones before stop working."""
    session.connection().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.officer_id) == officer_id))
    codes = ["-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(CODES)]
    session.add_all(RecoveryCode(officer_id=officer_id, digest=digest_of(_plain(one)), made_at=now) for one in codes)
    return codes


def remove_factor(session: Session, officer_id: int) -> None:
    """Ask this officer for no code any more."""
    for table in (RecoveryCode, SecondFactor):
        session.connection().execute(sa.delete(table).where(table.officer_id == officer_id))  # type: ignore[arg-type]
    session.expire_all()


def _takes(session: Session, row: SecondFactor, code: str, *, key: str, now: datetime) -> bool:
    """Whether this is a code of now that has not been used; the step is marked as used in one statement, so that of two
    requests with one code the second finds it gone."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()) or row.mark != _mark(key):
        return False
    clock, here = pyotp.TOTP(_secret(key, row), interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    for step in (here + off for off in CLOCK_STEPS):
        if hmac.compare_digest(clock.generate_otp(step), digits):
            later = sa.update(SecondFactor).where(
                col(SecondFactor.officer_id) == row.officer_id, col(SecondFactor.last_step) < step
            )
            return session.connection().execute(later.values(last_step=step)).rowcount == 1
    return False


def _secret(key: str, row: SecondFactor) -> str:
    """What the telephone knows, made from the server's secret and the row: neither says anything without the other."""
    derived = hmac.new(key.encode(), f"second factor/{row.officer_id}/{row.nonce}".encode(), sha256).digest()
    return base64.b32encode(derived[:SECRET_BYTES]).decode("ascii")


def _mark(key: str) -> str:
    """Tells one secret of the server from another without telling it."""
    return hmac.new(key.encode(), b"second factor/mark", sha256).hexdigest()[:16]


def _plain(code: str) -> str:
    """A recovery code as it was made, whatever lies between its letters."""
    return "".join(letter for letter in code.lower() if letter.isalnum())
