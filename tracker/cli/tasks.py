"""`tracker task`: list, show, and one command for every verb of the table in tracker/tasks/verbs.py."""

from enum import StrEnum
from types import NoneType
from typing import Any, get_args

import click
from pydantic import AliasChoices

from tracker.cli.asking import AS_JSON, BY, DAY, FILE, author_of, file_bytes, show_json
from tracker.cli.office import Office, OfficeCommand, OfficeGroup, pass_office
from tracker.errors import InputError
from tracker.people.units import get_unit
from tracker.rules.lifecycle import Verb
from tracker.tasks.evidence import GivenFile
from tracker.tasks.listing import list_tasks, show_task, standing_of
from tracker.tasks.verbs import ACTS, Inputs, perform

TASK_ID = click.argument("task_id", metavar="ID", type=int)
HIGHEST = 2_147_483_647
SHOWN = (
    "id", "title", "lead", "due_on", "first_due_on", "due_phrase", "standing", "progress", "notice", "clause", "quote",
)  # fmt: skip


@click.group(cls=OfficeGroup)
def task() -> None:
    """Tasks: list, show, and every change."""


@task.command("list")
@click.option("--unit", help="Code or name: what it leads, or what lies in it.")
@click.option("--standing", help="One of the six standings, or cancelled.")
@click.option("--kind", help="task, milestone or policy.")
@click.option("--words", default="", help="Words of title, quote, place or owner, with or without marks.")
@click.option("--after", type=click.IntRange(0, HIGHEST), default=0, help="Only those after this number.")
@click.option("--limit", type=click.IntRange(1, HIGHEST), help="At most so many.")
@AS_JSON
@pass_office
def task_list(
    office: Office, unit: str | None, standing: str | None, kind: str | None, words: str, after: int, limit: int | None,
    as_document: bool,
) -> None:  # fmt: skip
    """Tasks by number."""
    with office.read() as session:
        rows = list_tasks(
            session, unit=get_unit(session, unit) if unit is not None else None, wanted=standing, kind=kind,
            words=words, after=after, limit=limit, today=office.today,
        )  # fmt: skip
    if as_document:
        show_json(rows)
        return
    for row in rows:
        head = f"{row['id']:>4} {row['standing']:<13} {row['due_on'] or '-':<10} {row['progress']:>3}%"
        click.echo(f"{head} {row['lead']}: {row['title']}")


@task.command("show")
@TASK_ID
@AS_JSON
@pass_office
def task_show(office: Office, task_id: int, as_document: bool) -> None:
    """One task with its history."""
    with office.read() as session:
        row = show_task(session, task_id, today=office.today)
    if as_document:
        show_json(row)
        return
    for key in SHOWN:
        click.echo(f"{key:<14}{row[key] if row[key] is not None else '-'}")
    for event in row["history"]:
        click.echo("  " + "  ".join(str(value) for value in event.values() if value))


@task.group("extend")
def task_extend() -> None:
    """More time: asked by one, decided by another."""


def _add_verbs() -> None:
    """One command a verb: `task report`, and in a group of its own `task extend ask`."""
    for verb in ACTS:
        group, _, name = verb.rpartition("-")
        (task_extend if group else task).add_command(_command(verb, name))


def _command(verb: Verb, name: str) -> click.Command:
    inputs = ACTS[verb].inputs

    @click.pass_context
    def change(context: click.Context, /, task_id: int, by: str, on_behalf_of: str | None, **given: Any) -> None:
        office = context.ensure_object(Office)
        try:
            _change(office, verb, task_id, by, on_behalf_of, given)
        except InputError as wrong:
            raise click.UsageError(str(wrong)) from None

    command = OfficeCommand(name, callback=change, params=_options(inputs), help=inputs.__doc__)
    return TASK_ID(BY(BEHALF(command)))


def _change(office: Office, verb: Verb, task_id: int, by: str, on_behalf_of: str | None, given: dict[str, Any]) -> None:
    if "files" in given:
        given = given | {"files": tuple(GivenFile(one.name, file_bytes(one)) for one in given["files"])}
    with office.write() as session:
        author = author_of(session, by, on_behalf_of)
        named = {field: value for field, value in given.items() if value is not None}
        changed = perform(
            session, verb, task_id, named, author=author, config=office.config, today=office.today, now=office.now
        )
        standing = standing_of(changed, today=office.today)
    click.echo(f"task {task_id}: {standing}, {changed.percent}%, due {changed.due_on or '-'}")


BEHALF = click.option("--on-behalf-of", metavar="OFFICER", help="The officer whose word this is.")


def _options(inputs: type[Inputs]) -> list[click.Parameter]:
    """An option for every field of the verb, with its other names."""
    options: list[click.Parameter] = []
    for name, field in inputs.model_fields.items():
        alias = field.validation_alias
        names = [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [name]
        options.append(
            click.Option(
                [*(f"--{one.replace('_', '-')}" for one in names), name],
                type=_type_of(field.annotation),
                is_flag=field.annotation is bool,
                multiple=name == "files",
                required=field.is_required(),
                help=field.description,
            )
        )
    return options


def _type_of(annotation: Any) -> Any:
    """int, str and bool as they are, one of a few words as a choice, files by their paths; what else a verb asks for is a day."""
    if annotation == tuple[GivenFile, ...]:
        return FILE
    inner = next((one for one in get_args(annotation) if one is not NoneType), annotation)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return click.Choice([str(one) for one in inner])
    return inner if inner in (int, str, bool) else DAY


_add_verbs()
