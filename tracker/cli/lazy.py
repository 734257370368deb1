"""Groups whose commands live in modules that are loaded when a command is asked for: `tracker --help` stays quick."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from tracker.cli.office import OfficeGroup


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives ("module:name"), and the line that `--help` of its group shows for it."""

    where: str
    says: str


class LazyGroup(OfficeGroup):
    """A group with a table of commands in the order in which a person meets them."""

    def __init__(self, name: str | None = None, *, table: Mapping[str, Lazy], **extra: Any) -> None:
        super().__init__(name, **extra)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module loaded now; None when the table has no such name."""
        if cmd_name not in self.table:
            return None
        module, _, name = self.table[cmd_name].where.partition(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, click.Command):
            raise AssertionError(f"{self.table[cmd_name].where} is no command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.says) for name, lazy in self.table.items()])
