"""`tracker outbox`: letters, attempts, answers of the server."""

from dataclasses import asdict
from datetime import datetime

import click

from tracker.cli.asking import AS_JSON, show_json
from tracker.cli.office import Office, OfficeGroup, pass_office
from tracker.models import MessageState
from tracker.outbox.forecast import Forecast, forecast
from tracker.outbox.listing import list_messages, show_message
from tracker.outbox.relay import resume
from tracker.outbox.settling import retry

LETTER = click.argument("letter", metavar="ID", type=int)


@click.group(cls=OfficeGroup)
def outbox() -> None:
    """Letters, attempts, answers of the server."""


@outbox.command("list")
@click.option("--state", type=click.Choice([state.value for state in MessageState]))
@click.option("--limit", type=click.IntRange(1), help="Only the newest so many.")
@AS_JSON
@pass_office
def outbox_list(office: Office, state: str | None, limit: int | None, as_document: bool) -> None:
    """Letters, newest first."""
    with office.read() as session:
        rows = list_messages(session, state=MessageState(state) if state else None, limit=limit)
    if as_document:
        show_json(rows)
        return
    for row in rows:
        answer = f"  {row['answer']}" if row["answer"] and row["state"] != MessageState.SENT else ""
        head = f"{row['id']:>5} {row['state']:<11} {row['attempts']} {row['posted_on']} {row['kind']:<9}"
        click.echo(f"{head} {row['person']}: {row['subject']}{answer}")


@outbox.command("show")
@LETTER
@AS_JSON
@pass_office
def outbox_show(office: Office, letter: int, as_document: bool) -> None:
    """One letter with every attempt and what it says."""
    with office.read() as session:
        row = show_message(session, letter)
    if as_document:
        show_json(row)
        return
    for key, value in row.items():
        if key not in ("receipts", "said", "body") and value is not None:
            click.echo(f"{key:<16}{value}")
    for receipt in row["receipts"]:
        click.echo(
            f"  attempt {receipt['attempt']} {receipt['answered_at']} {receipt['outcome']} "
            f"{receipt['code'] or ''} {receipt['answer']} ({receipt['address'] or 'no address'})"
        )
    for told in row["said"]:
        click.echo(f"  task {told['task_id']}: {told['rung']} ({told['key']})")


@outbox.command("retry")
@LETTER
@pass_office
def outbox_retry(office: Office, letter: int) -> None:
    """Let a refused or unaddressed letter wait again; the next delivery tries it."""
    with office.write() as session:
        retry(session, letter, now=office.now)
    click.echo(f"letter {letter} waits again")


@outbox.command("status")
@AS_JSON
@pass_office
def outbox_status(office: Office, as_document: bool) -> None:
    """Sent, waiting, how fast, when it ends, and what keeps letters back."""
    with office.read() as session:
        found = forecast(session, office.config, now=office.now)
    if as_document:
        show_json(_plain(found))
        return
    click.echo("\n".join(_told(found, office)))


def _plain(found: Forecast) -> dict[str, object]:
    return {key: one.isoformat() if isinstance(one, datetime) else one for key, one in asdict(found).items()}


def _told(found: Forecast, office: Office) -> list[str]:
    def at(instant: datetime) -> str:
        return f"{instant.astimezone(office.config.timezone):%Y-%m-%d %H:%M}"

    speed = f"{found.a_minute:.0f} a minute" if found.a_minute else "nothing sent lately"
    ends = at(found.ends_at) if found.ends_at else "unknown" if found.waiting else "nothing waits"
    lines = [
        f"sent {found.sent}, waiting {found.waiting} ({found.resting} until the server wants them), stuck {found.stuck}; "
        f"{speed}; estimated end: {ends}"
    ]
    if found.stopped_until is not None:
        lines.append(
            f"the mail server refuses everything ({found.said}): one letter tries again at {at(found.stopped_until)}; "
            "'tracker outbox resume' when it is mended"
        )
    if found.is_quiet:
        lines.append("quiet hours: only urgent letters go out")
    return lines


@outbox.command("resume")
@pass_office
def outbox_resume(office: Office) -> None:
    """Send again to a mail server that refused everything and is mended."""
    with office.write() as session:
        name = resume(session, office.config.mail)
    click.echo(f"letters go to {name} again; the next delivery sends them")
