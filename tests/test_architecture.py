"""The house rules that a machine can check: rings, names, the clock, docstrings, no mocks."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# architecture.md, "Rings": who may import whom inside the product. `workdays`, `storage`, `backup`, `rehearsal`, `migrations` and `health` came later.
RING_1 = (
    "errors",
    "words",
    "clock",
    "config",
    "workdays",
    "storage",
    "complaints",
    "db",
    "backup",
    "keeping",
    "rehearsal",
    "models",
    "migrations",
)
RING_2 = {
    "people": (),
    "tasks": ("people",),
    "criteria": ("tasks", "people"),
    "notices": ("tasks", "people"),
    "outbox": ("people",),
    "notify": ("people", "outbox"),
    "mailbox": ("people", "tasks", "outbox"),
    "briefing": ("people", "tasks", "criteria", "outbox", "notify"),
    "health": ("people", "tasks", "criteria", "notices", "outbox", "notify", "mailbox"),
}
RING_3 = {"web": (), "jobs": (), "cli": ("web", "jobs"), "__main__": ("cli",)}
MAY_IMPORT = (
    {"tracker": frozenset(), "rules": frozenset({"rules"})}
    | {part: frozenset({"rules", *RING_1[: at + 1]}) for at, part in enumerate(RING_1)}
    | {part: frozenset({"rules", *RING_1, part, *others}) for part, others in RING_2.items()}
    | {part: frozenset({"rules", *RING_1, *RING_2, part, *others}) for part, others in RING_3.items()}
)

NAMES_THAT_NAME_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "impl", "service"}
CLOCKS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "sqlalchemy.func.now",
    "sqlmodel.func.now",
}
STAND_INS = {"unittest.mock", "mock", "pytest_mock", "freezegun", "time_machine"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: where it lies below the repository, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def steps(self) -> list[str]:
        steps = self.path.removesuffix(".py").split("/")
        return steps[:-1] if steps[-1] == "__init__" else steps

    @property
    def package(self) -> list[str]:
        return self.path.split("/")[:-1]

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Line and full dotted name of everything imported, also inside functions and relative to the file."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node.lineno, f"{self.origin(node)}.{alias.name}") for alias in node.names]
        return found

    def origin(self, node: ast.ImportFrom) -> str:
        above = self.package[: len(self.package) - node.level + 1] if node.level else []
        return ".".join([*above, *([node.module] if node.module else [])])

    @cached_property
    def meanings(self) -> dict[str, str]:
        """What the imported names of the file stand for: {"sa": "sqlalchemy", "date": "datetime.date"}."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    full = alias.name if alias.asname else alias.name.split(".")[0]
                    found[alias.asname or full] = full
            elif isinstance(node, ast.ImportFrom):
                found |= {alias.asname or alias.name: f"{self.origin(node)}.{alias.name}" for alias in node.names}
        return found

    def dotted(self, node: ast.AST) -> str | None:
        """The full name that `a.b.c` stands for; None when it does not begin with an imported name."""
        if isinstance(node, ast.Name):
            return self.meanings.get(node.id)
        if isinstance(node, ast.Attribute) and (owner := self.dotted(node.value)):
            return f"{owner}.{node.attr}"
        return None


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths)


# --- the checks: each yields sentences, none when all is well --------------------------------------------------------


def part_of(steps: list[str]) -> str | None:
    """The part of the product that a module belongs to: the package or module right below tracker, or jobs."""
    if steps[0] == "tracker":
        return steps[1] if len(steps) > 1 else "tracker"
    return "jobs" if steps[0] == "jobs" else None


def ring_breaches(source: Source) -> Iterator[str]:
    part = part_of(source.steps)
    if part not in MAY_IMPORT:
        yield f"{source.path}: {part} has no place in the rings"
        return
    for line, name in source.imports:
        steps = name.split(".")
        other = part_of(steps)
        is_outside = other is None or name.startswith("tracker.__") or name == "tracker"
        if part == "rules" and is_outside and steps[0] not in sys.stdlib_module_names:
            yield f"{source.path}:{line}: the rules import {name}, which is not in the standard library"
        if not is_outside and other not in MAY_IMPORT[part]:
            yield f"{source.path}:{line}: {part} imports {name}"


def queries_behind_the_door(source: Source) -> Iterator[str]:
    for line, name in source.imports:
        if name.split(".")[0] == "sqlalchemy" or name in ("sqlmodel.select", "sqlmodel.col"):
            yield f"{source.path}:{line}: a door imports {name}; ring 2 asks the database"


def empty_names(source: Source) -> Iterator[str]:
    for step in source.steps:
        if NAMES_THAT_NAME_NOTHING & set(step.lower().split("_")):
            yield f"{source.path}: {step} does not name the thing"


def clock_readings(source: Source) -> Iterator[str]:
    if source.path == "tracker/clock.py":
        return
    for line, name in source.imports:
        if name in CLOCKS:
            yield f"{source.path}:{line}: imports {name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and source.dotted(node) in CLOCKS:
            yield f"{source.path}:{node.lineno}: {source.dotted(node)}"


def default_times(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function | ast.Lambda):
            places = node.args.posonlyargs + node.args.args
            defaults = [None] * (len(places) - len(node.args.defaults)) + node.args.defaults
            given = [
                *zip(places, defaults, strict=True),
                *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
            ]
            for argument, default in given:
                if argument.arg in ("now", "today") and default is not None:
                    yield f"{source.path}:{node.lineno}: {argument.arg} has a default value"


def stand_ins(source: Source) -> Iterator[str]:
    for line, name in source.imports:
        if any(name == banned or name.startswith(f"{banned}.") for banned in STAND_INS):
            yield f"{source.path}:{line}: imports {name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "setattr":
            yield f"{source.path}:{node.lineno}: setattr puts one thing in the place of another"
        if isinstance(node, ast.arg) and node.arg == "mocker":
            yield f"{source.path}:{node.lineno}: mocker"


def missing_headlines(source: Source) -> Iterator[str]:
    headline, _, rest = (ast.get_docstring(source.tree) or "").partition("\n")
    if source.text.strip() and not headline.endswith("."):
        yield f"{source.path}: no sentence of one line on top"
    if rest and not rest.startswith("\n"):
        yield f"{source.path}: the sentence on top runs over its line"


def missing_docstrings(source: Source) -> Iterator[str]:
    yield from _undocumented(source.path, source.tree)


def _undocumented(path: str, owner: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node) and not _is_overload(node):
                yield f"{path}:{node.lineno}: {node.name} has no docstring"
            if isinstance(node, ast.ClassDef):
                yield from _undocumented(path, node)


def _is_overload(node: Function | ast.ClassDef) -> bool:
    return any(ast.unparse(one).split(".")[-1] in ("overload", "setter") for one in node.decorator_list)


def postponed_annotations(source: Source) -> Iterator[str]:
    if source.path == "tracker/models.py":
        for line, name in source.imports:
            if name == "__future__.annotations":
                yield f"{source.path}:{line}: breaks the relationships of SQLModel"


# --- our own code ----------------------------------------------------------------------------------------------------

PRODUCT, EVERYTHING = ("tracker", "jobs"), ("tracker", "jobs", "tests")
GENERATED = "tracker/migrations/versions/"  # Alembic writes them; a title on top and `upgrade` below are all they have


@pytest.mark.parametrize(
    ("check", "folders"),
    [
        pytest.param(ring_breaches, PRODUCT, id="imports point inwards, ring by ring"),
        pytest.param(queries_behind_the_door, ("tracker/cli",), id="commands ask ring 2, not the database"),
        pytest.param(empty_names, EVERYTHING, id="every module names the thing"),
        pytest.param(clock_readings, EVERYTHING, id="only the clock reads the clock"),
        pytest.param(default_times, PRODUCT, id="now and today have no default"),
        pytest.param(stand_ins, ("tests",), id="no test puts a stand-in in place of our code"),
        pytest.param(missing_headlines, EVERYTHING, id="every file begins with one sentence"),
        pytest.param(missing_docstrings, PRODUCT, id="everything public says what it is"),
        pytest.param(postponed_annotations, PRODUCT, id="the rows do not postpone their annotations"),
    ],
)
def test_the_house_keeps_its_rules(check, folders):
    is_prose = check in (missing_headlines, missing_docstrings)
    ours = [source for source in sources(*folders) if not (is_prose and source.path.startswith(GENERATED))]
    assert [problem for source in ours for problem in check(source)] == []


def test_the_checks_see_the_whole_house():
    parts = {part_of(source.steps) for source in sources(*PRODUCT)}
    assert parts >= {"tracker", "rules", "jobs", *RING_2, *RING_1}
    assert "tests/test_architecture.py" in {source.path for source in sources("tests")}


# --- the checks can fail ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tracker/rules/x.py", "import sqlmodel"),
        ("tracker/rules/x.py", "from holidays import Vietnam"),
        ("tracker/rules/x.py", "from tracker.words import fold"),
        ("tracker/rules/x.py", "from tracker import words"),
        ("tracker/rules/x.py", "from .. import models"),
        ("tracker/rules/x.py", "from ..models import Task"),
        ("tracker/rules/__init__.py", "from ..models import Task"),
        ("tracker/errors.py", "import tracker.config"),
        ("tracker/clock.py", "from tracker.models import Task"),
        ("tracker/config.py", "from tracker.people.units import find_unit"),
        ("tracker/people/x.py", "from tracker.tasks.history import record"),
        ("tracker/tasks/x.py", "from tracker.notices.parse import read"),
        ("tracker/notices/x.py", "from tracker.outbox import ledger"),
        ("tracker/outbox/x.py", "from tracker.notify.views import day"),
        ("tracker/notify/x.py", "from tracker.tasks.history import record"),
        ("tracker/notify/x.py", "def f():\n    from tracker.web import app"),
        ("tracker/tasks/x.py", "import jobs.runner"),
        ("tracker/web/x.py", "from jobs import escalate"),
        ("tracker/web/x.py", "from tracker.cli import main"),
        ("jobs/x.py", "from tracker.web.app import app"),
        ("jobs/x.py", "import tracker.cli"),
        ("tracker/newcomer/x.py", ""),
    ],
)
def test_an_import_against_the_rings_is_found(path, line):
    assert list(ring_breaches(Source(path, line)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tracker/rules/x.py", "from datetime import date\nfrom tracker.rules.calendar import WorkingCalendar"),
        ("tracker/rules/x.py", "from .calendar import WorkingCalendar\nfrom . import calendar"),
        (
            "tracker/models.py",
            "import sqlmodel\nfrom tracker.config import Config\nfrom tracker.rules import lifecycle",
        ),
        ("tracker/tasks/x.py", "from tracker.people.officers import load_chains\nfrom tracker import models"),
        ("tracker/notices/x.py", "from tracker.tasks.history import record\nfrom tracker.words import fold"),
        ("tracker/notify/x.py", "from tracker.outbox.ledger import post\nfrom tracker.people import officers"),
        ("tracker/web/x.py", "from tracker.notify import sweep\nfrom tracker import __version__\nimport fastapi"),
        ("tracker/cli/x.py", "from jobs.runner import tick\nfrom tracker.web.app import app"),
        (
            "jobs/x.py",
            "from jobs.schedule import is_due\nfrom tracker.notify.sweep import sweep\nimport tracker.models",
        ),
    ],
)
def test_an_import_along_the_rings_is_none_of_their_business(path, line):
    assert list(ring_breaches(Source(path, line))) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (queries_behind_the_door, "from sqlmodel import Session, select"),
        (queries_behind_the_door, "def f():\n    import sqlalchemy as sa"),
        (clock_readings, "from datetime import datetime\nx = datetime.now()"),
        (clock_readings, "from datetime import datetime as instant\nx = instant.utcnow()"),
        (clock_readings, "import datetime\nx = datetime.datetime.now(datetime.UTC)"),
        (clock_readings, "import datetime as dt\nx = dt.date.today()"),
        (clock_readings, "from datetime import date\nfield(default_factory=date.today)"),
        (clock_readings, "import time\nx = time.time()"),
        (clock_readings, "from time import time\nx = time()"),
        (clock_readings, "def f():\n    from time import time_ns as tick"),
        (clock_readings, "import sqlalchemy as sa\nx = sa.func.now()"),
        (default_times, "def sweep(session, *, now=None): ..."),
        (default_times, "def sweep(session, today=TODAY): ..."),
        (default_times, "async def sweep(now=None, /): ..."),
        (stand_ins, "from unittest import mock"),
        (stand_ins, "from unittest.mock import Mock"),
        (stand_ins, "import unittest.mock as m"),
        (stand_ins, "import freezegun"),
        (stand_ins, "def test_x(monkeypatch):\n    monkeypatch.setattr(smtp, 'send', print)"),
        (stand_ins, "def test_x(mocker): ..."),
        (missing_headlines, "import re"),
        (missing_headlines, '"""No full stop"""'),
        (missing_headlines, '"""A sentence that\nruns on."""'),
        (missing_headlines, '"""A sentence.\nAnother."""'),
        (missing_docstrings, "def decide(): ..."),
        (missing_docstrings, "async def deliver(): ..."),
        (missing_docstrings, "class Letter: ..."),
        (missing_docstrings, 'class Letter:\n    """A letter."""\n    @property\n    def kind(self): ...'),
    ],
)
def test_a_breach_is_found(check, text):
    assert list(check(Source("tracker/notify/x.py", text)))


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (queries_behind_the_door, "from sqlmodel import Session"),
        (clock_readings, "from tracker import clock\nx = clock.now()"),
        (clock_readings, "import time\nx = time.perf_counter() + time.monotonic()"),
        (clock_readings, "x = letter.time.time"),
        (default_times, "def sweep(session, *, since=None, now): ..."),
        (stand_ins, "def test_x(monkeypatch):\n    monkeypatch.setenv('A', 'b')\n    setattr(thing, 'a', 1)"),
        (missing_headlines, ""),
        (missing_headlines, '"""One sentence."""'),
        (missing_headlines, '"""One sentence.\n\nAnd more\nof it.\n"""'),
        (missing_docstrings, "def _inner(): ...\nclass _Frame:\n    def read(self): ..."),
        (missing_docstrings, 'class Letter:\n    """A letter."""\n    def __len__(self): ...'),
    ],
)
def test_what_is_allowed_is_not_called_a_breach(check, text):
    assert list(check(Source("tracker/notify/x.py", text))) == []


@pytest.mark.parametrize(
    "path",
    [
        "tracker/utils.py",
        "tracker/rules/date_helpers.py",
        "tracker/web/common/__init__.py",
        "jobs/base.py",
        "tests/mail_service.py",
    ],
)
def test_a_name_that_names_nothing_is_found(path):
    assert list(empty_names(Source(path, "")))


def test_the_clock_alone_may_read_the_clock_and_only_the_rows_must_not_postpone():
    reading = "from datetime import datetime\nx = datetime.now()"
    assert list(clock_readings(Source("tracker/clock.py", reading))) == []
    postponing = "from __future__ import annotations"
    assert list(postponed_annotations(Source("tracker/models.py", postponing)))
    assert list(postponed_annotations(Source("tracker/people/units.py", postponing))) == []
