"""What every command needs: the configuration, the instant and the database; --config and --now on each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tracker import clock
from tracker.config import Config, load_config

if TYPE_CHECKING:
    from sqlmodel import Session

    from tracker.db import Database

DEFAULT_FILE = Path("config.toml")


@dataclass
class Office:
    """The office in which a command runs; everything is read when it is first asked for, and once."""

    config_file: Path = DEFAULT_FILE
    now_text: str | None = None
    _config: Config | None = None
    _now: datetime | None = None
    _database: Database | None = None

    @property
    def config(self) -> Config:
        """config.toml. Raises ConfigError."""
        if self._config is None:
            self._config = load_config(self.config_file)
        return self._config

    @property
    def config_or_defaults(self) -> Config:
        """config.toml, or the defaults where there is none: reading a paper needs no office. Raises ConfigError."""
        return self.config if self.config_file.exists() or self.config_file != DEFAULT_FILE else Config()

    @property
    def now(self) -> datetime:
        """The instant of this command: --now, else the clock."""
        if self._now is None:
            zone = self.config_or_defaults.timezone
            self._now = clock.parse_instant(self.now_text, zone) if self.now_text else clock.now()
        return self._now

    @property
    def today(self) -> date:
        """The office's day."""
        return clock.local_day(self.now, self.config_or_defaults.timezone)

    def database(self) -> Database:
        """The database of config.toml, checked. Raises DatabaseError."""
        if self._database is None:
            from tracker.db import Database  # half a second that reading a paper does without

            self._database = Database(self.config.database.url)
            self._database.check()
        return self._database

    def close(self) -> None:
        """Give the database back."""
        if self._database is not None:
            self._database.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading session."""
        with self.database().read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A writing session: all of the command or nothing of it."""
        with self.database().write() as session:
            yield session


pass_office = click.make_pass_decorator(Office, ensure=True)


class OfficeCommand(click.Command):
    """A command that takes --config and --now, like every other."""

    def __init__(
        self, name: str | None = None, *, params: Sequence[click.Parameter] | None = None, **extra: Any
    ) -> None:
        super().__init__(name, params=[*(params or ()), *_office_options()], **extra)


class OfficeGroup(click.Group):
    """A group that takes --config and --now before its commands, which take them too; the last word counts."""

    command_class = OfficeCommand
    group_class = type  # the groups inside are of this kind too

    def __init__(
        self, name: str | None = None, *, params: Sequence[click.Parameter] | None = None, **extra: Any
    ) -> None:
        super().__init__(name, params=[*(params or ()), *_office_options()], **extra)


def _office_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_keep_config,
            help="Configuration file; default: config.toml.",
        ),
        click.Option(
            ["--now"],
            metavar="ISO",
            expose_value=False,
            callback=_keep_now,
            help="Act as if it were this instant; default: the clock.",
        ),
    ]


def _keep_config(context: click.Context, _option: click.Parameter, file: Path | None) -> None:
    if file is not None:
        context.ensure_object(Office).config_file = file


def _keep_now(context: click.Context, _option: click.Parameter, text: str | None) -> None:
    if text is not None:
        clock.parse_instant(text, ZoneInfo("UTC"))  # a date that does not exist is refused also where none is needed
        context.ensure_object(Office).now_text = text
