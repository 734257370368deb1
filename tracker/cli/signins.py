"""`tracker signin`: the way back in when nobody is left who could reset it on a page."""

import click

from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.models import Channel
from tracker.people.accounts import By, reset_signin
from tracker.people.officers import get_officer


@click.group(cls=OfficeGroup)
def signin() -> None:
    """How officers get in: the way back for who is locked out."""


@signin.command("reset")
@click.argument("officer")
@pass_office
def signin_reset(office: Office, officer: str) -> None:
    """Take back password, second factor and sessions of OFFICER (a code of the register).

    For the day on which the coordinator and the administrator are locked out themselves. A mailed link is then the only
    way in; the history says that it was done here.
    """
    with office.write() as session:
        found = get_officer(session, officer)
        reset_signin(session, found.id or 0, by=By(None, Channel.COMMAND), now=office.now)
        address = found.email
    click.echo(
        f"{officer}: password, second factor and sessions are gone; a mailed link to {address or 'nobody (no address)'} opens the way"
    )
