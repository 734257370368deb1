"""What a person types: days, files, officers; and what they get back: lines, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tracker.errors import TrackerError

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.tasks.history import Author

FILE = click.Path(path_type=Path)
BY = click.option("--by", required=True, metavar="OFFICER", help="Code of the officer who acts.")
AS_JSON = click.option("--json", "as_document", is_flag=True, help="One JSON document.")


class Day(click.ParamType[date]):
    """A day written 2020-07-03; one that does not exist is refused like any other bad input."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Raises TrackerError."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            option = param.opts[0] if param is not None else "date"
            raise TrackerError(f"{option} {value!r} is not a date that exists; write 2020-07-03") from None


DAY = Day()


@contextmanager
def opened_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that a person named, opened to be read. Raises TrackerError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read: {error.strerror}") from None
    with file:
        yield file


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that a person named. Raises TrackerError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read: {error.strerror}") from None


def author_of(session: Session, by: str, on_behalf_of: str | None = None) -> Author:
    """The officer who acts from the command line. Raises TrackerError for an unknown code."""
    from tracker.models import Channel
    from tracker.people.officers import get_officer
    from tracker.tasks.changing import known_id
    from tracker.tasks.history import Author

    behalf = known_id(get_officer(session, on_behalf_of).id) if on_behalf_of else None
    return Author(known_id(get_officer(session, by).id), Channel.COMMAND, behalf)


def show_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
