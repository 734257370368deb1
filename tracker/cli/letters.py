"""`tracker why` and `preview`: what is said, and what will be."""

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import click

from jobs.preview import preview as letters_ahead
from tracker.cli.asking import AS_JSON, FILE, show_json
from tracker.cli.office import Office, OfficeCommand, pass_office
from tracker.config import read_config
from tracker.notify.why import why as reason_of
from tracker.workdays import office_calendar


@click.command(cls=OfficeCommand)
@click.argument("task_id", metavar="ID", type=int)
@AS_JSON
@pass_office
def why(office: Office, task_id: int, as_document: bool) -> None:
    """What is said about a task today, or the reason of the silence."""
    calendar = office_calendar(office.config.calendar)
    with office.read() as session:
        found = reason_of(session, task_id, config=office.config, calendar=calendar, today=office.today)
    if as_document:
        show_json(dataclasses.asdict(found))
        return
    click.echo(f"task {task_id}: {found.reason}" + (f" (rung {found.rung})" if found.rung else ""))
    for one in found.tells:
        click.echo(f"  today {one.rung} -> {one.post} ({one.key})")
    for one in found.told:
        click.echo(f"  {one.on} {one.rung} -> {one.post} ({one.key})")
    for one in found.coming:
        click.echo(f"  next {one.on} {one.rung} -> {one.post} ({one.key})")


@click.command(cls=OfficeCommand)
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True)
@click.option("--ladder", "ladder_file", type=FILE, help="Try the [[ladder]] of another TOML file.")
@AS_JSON
@pass_office
def preview(office: Office, days: int, ladder_file: Path | None, as_document: bool) -> None:
    """Who will get what, when, if nothing changes."""
    config = office.config
    if ladder_file is not None:
        config = config.model_copy(update={"ladder": read_config(ladder_file).ladder})
    letters = letters_ahead(office.database(), config, days=days, now=office.now)
    usual = letters if config is office.config else letters_ahead(office.database(), office.config, days=days, now=office.now)  # fmt: skip
    if as_document:
        show_json(letters)
        return
    for one in letters:
        tasks = "".join(f" #{task}" for task in one["task_ids"])
        click.echo(f"{one['on']}  {one['kind']:<9} {one['post']} ({one['person']}){tasks}")
    if not letters:
        click.echo(f"no letter in the next {days} days")
    if config is not office.config:
        click.echo(f"with this ladder: {_counted(letters)}")
        click.echo(f"with the office's: {_counted(usual)}")


def _counted(letters: list[dict[str, Any]]) -> str:
    kinds = Counter(str(one["kind"]) for one in letters)
    by_kind = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    return f"{len(letters)} letters to {len({one['person'] for one in letters})} people" + (
        f" ({by_kind})" if kinds else ""
    )
