"""`tracker inbox`: mail that comes: read it now, see what waits for a person, settle it."""

from pathlib import Path

import click

from tracker.cli.asking import AS_JSON, show_json
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.mailbox.bouncing import release
from tracker.mailbox.collecting import collect
from tracker.mailbox.waiting import list_shut, list_waiting, settle_mail
from tracker.people.officers import get_officer
from tracker.tasks.changing import known_id

NUMBER = click.argument("number", metavar="ID", type=int)
BY = click.option("--by", required=True, metavar="OFFICER", help="Code of the officer who says so.")


@click.group(cls=OfficeGroup)
def inbox() -> None:
    """Mail that comes: answers, reports of failure, and what waits for a person."""


@inbox.command("read")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@pass_office
def inbox_read(office: Office, folder: Path | None) -> None:
    """Take what is in the mailbox of config.toml, or in a folder of .eml files."""
    found = collect(office.database(), office.config, folder=folder, now=office.now)
    said = ", ".join(f"{kind} {count}" for kind, count in sorted(found.items()))
    click.echo(f"read: {said or 'nothing new'}")


@inbox.command("list")
@AS_JSON
@pass_office
def inbox_list(office: Office, as_document: bool) -> None:
    """Mails that nobody has understood, and addresses that take no letters."""
    with office.read() as session:
        mails, addresses = list_waiting(session), list_shut(session)
    if as_document:
        show_json(
            {
                "mails": [
                    {"id": one.id, "sender": one.sender, "officer": one.code, "why": one.why, "left": one.left}
                    for one in mails
                ],
                "addresses": [
                    {"id": one.bounce_id, "officer": one.code, "address": one.address, "said": one.said}
                    for one in addresses
                ],
            }
        )
        return
    for mail in mails:
        click.echo(
            f"mail {mail.id}: {mail.sender} ({mail.code or 'unknown'}), {mail.why}: {' '.join(mail.left.split())[:200]}"
        )
    for shut in addresses:
        click.echo(f"address {shut.bounce_id}: {shut.code} {shut.address}: {shut.status} {shut.said}")


@inbox.command("settle")
@NUMBER
@BY
@pass_office
def inbox_settle(office: Office, number: int, by: str) -> None:
    """Say that a mail was dealt with."""
    with office.write() as session:
        settle_mail(session, number, by=known_id(get_officer(session, by).id), now=office.now)
    click.echo(f"mail {number} is settled")


@inbox.command("release")
@NUMBER
@BY
@pass_office
def inbox_release(office: Office, number: int, by: str) -> None:
    """Use an address again that letters came back from."""
    with office.write() as session:
        release(session, number, by=known_id(get_officer(session, by).id), now=office.now)
    click.echo("the address is used again; 'tracker outbox retry ID' sends a letter that came back")
