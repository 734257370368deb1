"""`tracker token`: what programs show to use the interface."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click

from tracker.cli.asking import AS_JSON, BY, DAY, show_json
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.people.clients import USUAL_DAYS, Right, list_tokens, make_token, revoke_token
from tracker.people.officers import get_officer
from tracker.people.units import get_unit
from tracker.tasks.changing import known_id


@click.group(cls=OfficeGroup)
def token() -> None:
    """Tokens of programs: add, list, revoke."""


@token.command("add")
@click.argument("name")
@click.option(
    "--right",
    "rights",
    multiple=True,
    required=True,
    type=click.Choice([right.value for right in Right]),
    help="What it may do; repeatable.",
)
@click.option("--unit", metavar="UNIT", help="Only this unit and what lies below it.")
@click.option("--until", type=DAY, help="Its last day; default: in a year.")
@BY
@pass_office
def token_add(
    office: Office, name: str, rights: tuple[str, ...], unit: str | None, until: date | None, by: str
) -> None:
    """Make a token for a program; it is shown this once."""
    good_until = until or office.today + timedelta(days=USUAL_DAYS)
    with office.write() as session:
        made = make_token(
            session, name=name, rights=rights, unit=get_unit(session, unit) if unit else None, good_until=good_until,
            officer_id=known_id(get_officer(session, by).id), today=office.today, now=office.now,
        )  # fmt: skip
    click.echo(made)
    click.echo(f"good until {good_until}; it is kept nowhere, so give it to the program now", err=True)


@token.command("list")
@AS_JSON
@pass_office
def token_list(office: Office, as_document: bool) -> None:
    """Every token that was given, the newest first; not the tokens themselves."""
    with office.read() as session:
        lines = list_tokens(session)
    rows: list[dict[str, Any]] = [
        {
            "id": one.id, "name": one.name, "rights": list(one.rights), "unit": one.unit, "made_by": one.made_by,
            "good_until": one.good_until, "is_good": one.is_good(today=office.today), "used_at": one.used_at,
        }
        for one in lines
    ]  # fmt: skip
    if as_document:
        show_json(rows)
        return
    for row in rows:
        state = "good" if row["is_good"] else "ended"
        used = f"used {row['used_at']:%Y-%m-%d %H:%M} UTC" if row["used_at"] else "never used"
        where = f" in {row['unit']}" if row["unit"] else ""
        click.echo(
            f"{row['id']:>4} {state:<5} until {row['good_until']} {row['name']}: {', '.join(row['rights'])}{where}; {used}"
        )


@token.command("revoke")
@click.argument("token_id", metavar="ID", type=int)
@BY
@pass_office
def token_revoke(office: Office, token_id: int, by: str) -> None:
    """End a token at once, for good."""
    with office.write() as session:
        officer_id = known_id(get_officer(session, by).id)
        line = revoke_token(session, token_id, officer_id=officer_id, today=office.today, now=office.now)
    click.echo(f"token {line.id} ({line.name}) opens nothing any more")
