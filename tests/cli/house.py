"""An office in a folder, worked only by commands, as a coordinator does."""

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import databases
from tracker.cli import main
from tracker.db import Database

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"
PAPER = SAMPLES / "253-tb-ubnd.txt"
NUMBER, COORDINATOR = "253/TB-UBND", "dieu-phoi-vien"
FIRST_DAY = "2020-02-14T09:00"


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def tracker(*args: object) -> Outcome:
    """Run a command through the entry point of the program."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(one) for one in args])
        except SystemExit as ended:
            return Outcome(int(ended.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("the entry point always exits")


def process(*args: object, cwd: Path = ROOT, env: dict[str, str] | None = None, text: str | None = None) -> Outcome:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "tracker", *(str(one) for one in args)]
    surrounding = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=surrounding, input=text, timeout=120)
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class House:
    """A folder with config.toml and a database."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        return self.folder / "tracker.db"

    def run(self, *args: object, now: str = "2020-03-02T09:00") -> Outcome:
        return tracker(*args, "--config", self.config, "--now", now)

    def done(self, *args: object, now: str = "2020-03-02T09:00") -> Outcome:
        """Run a command that must succeed."""
        outcome = self.run(*args, now=now)
        assert (outcome.code, outcome.err) == (0, ""), outcome
        return outcome

    def dump(self) -> list[str]:
        """Everything that the database holds."""
        return databases.dump(databases.url_of(self.database))

    def settle(self) -> None:
        """An empty database and a configuration that names it."""
        databases.create(self.database)
        self.configure()

    def copied_to(self, folder: Path) -> "House":
        """The same office elsewhere."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("tracker.db*"))
        house = House(folder)
        databases.copy(self.database, house.database)
        house.configure()
        return house

    def configure(self, more: str = '[mail]\nfolder = "mail"\n') -> None:
        """Write config.toml: this database and what `more` says."""
        schedule = "" if "[schedule]" in more else "[schedule]\nbriefing_auto = true\n"
        self.write("config.toml", f'[database]\nurl = "{databases.url_of(self.database)}"\n{schedule}{more}')

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def change(self, sql: str) -> None:
        """Change the database behind the program's back."""
        database = Database(databases.url_of(self.database))
        with database.write() as session:
            session.connection().execute(sa.text(sql))
        database.close()


def build(folder: Path) -> House:
    """An office with the sample register and the sample notice, confirmed on the day after the notice."""
    folder.mkdir(parents=True)
    house = House(folder)
    house.settle()
    house.done("init", "--register", SAMPLES / "register.toml", now=FIRST_DAY)
    house.done("notice", "import", PAPER, now=FIRST_DAY)
    house.done("notice", "confirm", NUMBER, "--all", "--by", COORDINATOR, now=FIRST_DAY)
    return house
