"""How one officer gets in: what they have set up, what was done to it and by whom, and the way back for who is locked out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Channel, Event, Officer, Password, SignInLink
from tracker.people.factors import Factor, find_factor, remove_factor
from tracker.people.signins import Browser, end_all, list_browsers
from tracker.people.steps import end_steps

KINDS = (
    "password-set", "factor-set", "factor-removed", "codes-renewed", "recovery-used", "browsers-signed-out", "signin-reset",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class By:
    """Who does something to a way in, through which door and from which network address; nobody for the machine's own
    command."""

    officer_id: int | None
    channel: Channel
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history about a way in; `detail` names the officer and the network address."""

    kind: str
    happened_at: datetime
    author_id: int | None
    channel: Channel
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """How an officer gets in, and what was done to it, the latest first."""

    officer_id: int
    code: str
    post: str
    name: str | None
    email: str | None
    password_at: datetime | None
    factor: Factor | None
    browsers: tuple[Browser, ...]
    deeds: tuple[Deed, ...]


def find_account(session: Session, officer_id: int, *, key: str, now: datetime) -> Account | None:
    """The account of this officer, or None when the register has no such officer."""
    officer = session.get(Officer, officer_id)
    if officer is None:
        return None
    password, browsers = session.get(Password, officer_id), list_browsers(session, officer_id, now=now)
    return Account(
        officer_id, officer.code, officer.post, officer.name, officer.email, password.set_at if password else None,
        find_factor(session, officer_id, key=key), tuple(browsers), tuple(list_deeds(session, officer.code)),
    )  # fmt: skip


def list_deeds(session: Session, code: str, *, limit: int = 20) -> list[Deed]:
    """What was done to the ways in of this officer, the latest first."""
    about = sa.and_(col(Event.kind).in_(KINDS), col(Event.detail)["officer"].as_string() == code)
    found = session.exec(select(Event).where(about).order_by(col(Event.id).desc()).limit(limit))
    return [Deed(one.kind, one.happened_at, one.author_id, one.channel, one.detail) for one in found]


def note(session: Session, kind: str, officer_id: int, *, by: By, now: datetime) -> None:
    """Append one line about an officer's way in to the history."""
    code = session.exec(select(Officer.code).where(Officer.id == officer_id)).one()
    detail = {"officer": code} | ({"address": by.address} if by.address else {})
    session.add(Event(kind=kind, happened_at=now, author_id=by.officer_id, channel=by.channel, detail=detail))
    session.flush()


def reset_signin(session: Session, officer_id: int, *, by: By, now: datetime) -> None:
    """Take back everything that an officer has set up: password, second factor, recovery codes, mailed links, signed-in
    browsers. A mailed link to the address of the register is then the only way in."""
    remove_factor(session, officer_id)
    for table in (Password, SignInLink):
        session.connection().execute(sa.delete(table).where(table.officer_id == officer_id))  # type: ignore[arg-type]
    end_all(session, officer_id)
    end_steps(session, officer_id)
    note(session, "signin-reset", officer_id, by=by, now=now)
