"""Letters that somebody asked for: a one-time link to sign in, or a fresh link to their tasks."""

from datetime import date, datetime

from sqlmodel import Session

from tracker.config import Config
from tracker.notify.composing import load_people, office_view
from tracker.notify.render import render_signin
from tracker.notify.sweep import envelope
from tracker.outbox.ledger import post
from tracker.people.links import link_maker
from tracker.people.signins import LINK_MINUTES, make_link


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
