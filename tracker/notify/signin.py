"""Letters that somebody asked for: a one-time link to sign in, or a fresh link to their tasks."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Officer
from tracker.notify.composing import load_people, office_view
from tracker.notify.render import render_signin
from tracker.notify.sweep import envelope
from tracker.outbox.ledger import post
from tracker.people.links import link_maker
from tracker.people.officers import roles_of
from tracker.people.signins import LINK_MINUTES, digest_of, find_by_name, make_link
from tracker.people.throttle import Limit, is_within


def answer_link_request(
    session: Session, name: str, *, origin: str, next_path: str, config: Config, today: date, now: datetime
) -> bool:
    """Mail a one-time link to whoever calls themselves `name`, if they hold an appointment and have not asked five times
    this hour; False when too many requests came from `origin`.

    For a name that gets nothing the same letter is made and taken back: neither the answer nor the time that it takes
    tells who is in the register.
    """
    if not is_within(session, Limit(f"signin/from/{origin}", 20, 60), now=now):
        return False
    officer, anybody = find_by_name(session, name), session.scalar(sa.select(sa.func.min(col(Officer.id))))
    officer_id = officer.id if officer is not None else None
    whom = officer_id or anybody
    if whom is None:
        return True  # a register without officers has nothing to tell
    limit = Limit(f"signin/{officer_id or digest_of(name)}", 5, 60)
    is_allowed = is_within(session, limit, now=now)
    is_held = bool(roles_of(session, whom, on=today))
    attempt = session.begin_nested()
    mail_signin_link(session, whom, next_path=next_path, config=config, today=today, now=now)
    if officer_id is not None and is_allowed and is_held:
        attempt.commit()
    else:
        attempt.rollback()
    return True


def mail_signin_link(
    session: Session, officer_id: int, *, next_path: str = "", config: Config, today: date, now: datetime
) -> None:
    """Put a one-time link into the outbox; `next_path` is where it leads after signing in."""
    token = make_link(session, officer_id, now=now)
    url = f"{config.web.base_url.rstrip('/')}/signin/{token}" + (f"?next={next_path}" if next_path else "")
    _mail(session, officer_id, url=url, minutes=LINK_MINUTES, days=0, config=config, today=today, now=now)


def mail_tasks_link(session: Session, officer_id: int, *, config: Config, today: date, now: datetime) -> None:
    """Put a fresh link to the officer's tasks into the outbox."""
    links = link_maker(config.web)
    if links is not None:
        url, days = links.address(officer_id, today=today), config.web.link_days
        _mail(session, officer_id, url=url, minutes=0, days=days, config=config, today=today, now=now)


def _mail(
    session: Session, officer_id: int, *, url: str, minutes: int, days: int, config: Config, today: date, now: datetime
) -> None:
    """One letter for every request: its period is the instant, so each has a key of its own."""
    person = load_people(session, [officer_id], on=today)[officer_id]
    rendered = render_signin(
        office=office_view(config), addressee=person.addressee, url=url, minutes=minutes, days=days
    )
    period = f"{now:%Y-%m-%dT%H%M%S.%f}"
    post(session, [envelope(person, "signin", period, rendered, ())], sender=config.mail.sender, today=today, now=now)
