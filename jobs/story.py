"""A story: what people did on which day, as a TOML file; each step is one verb through the same table as a command."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from jobs.criteria_steps import MORNING, CriteriaStep, criteria_step, take_criteria
from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import Channel
from tracker.people.officers import get_officer
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import known_id
from tracker.tasks.history import Author
from tracker.tasks.meant import FIELDS, get_meant
from tracker.tasks.verbs import perform, read_inputs

ABOUT = ("on", "at", "do", "task", "by", "on_behalf_of")  # every step has these; the rest belongs to its verb
MIDMORNING = time(10, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One act of one person at one instant of the story."""

    name: str
    on: date
    at: time
    verb: Verb
    task: Mapping[str, str]
    by: str
    on_behalf_of: str | None
    given: Mapping[str, object]


def load_story(path: Path) -> list[Step | CriteriaStep]:
    """The steps in the order of time, all checked before the first is taken. Raises TrackerError naming the step."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TrackerError(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrackerError(f"{path}: no story can be read: {error}") from None
    unknown = sorted(raw.keys() - {"step", "criteria"})
    if unknown or not all(isinstance(rows, list) for rows in raw.values()):
        told = f", not {unknown[0]!r}" if unknown else ""
        raise TrackerError(f"{path}: a story is a list of [[step]] and [[criteria]]{told}")
    steps: list[Step | CriteriaStep] = [_step(path, at, step) for at, step in enumerate(raw.get("step", []), 1)]
    steps += [_criteria(path, at, step) for at, step in enumerate(raw.get("criteria", []), 1)]
    return sorted(steps, key=lambda step: (step.on, step.at))


def _criteria(path: Path, number: int, raw: dict[str, Any]) -> CriteriaStep:
    name = f"{path.name}: criteria {number}"
    try:
        on, at = _day(raw), _time(raw, MORNING)
        name = f"{name} on {on}"
        return criteria_step(name, on, at, raw)
    except TrackerError as error:
        raise TrackerError(f"{name}: {error}") from None


def _step(path: Path, number: int, raw: dict[str, Any]) -> Step:
    name = f"{path.name}: step {number}"
    try:
        on, at = _day(raw), _time(raw)
        name = f"{name} on {on}"
        verb, task = _verb(raw), _task(raw)
        given = {key: value for key, value in raw.items() if key not in ABOUT}
        read_inputs(verb, given)
        return Step(name, on, at, verb, task, _word(raw, "by"), raw.get("on_behalf_of"), given)
    except TrackerError as error:
        raise TrackerError(f"{name}: {error}") from None


def _day(raw: dict[str, Any]) -> date:
    on = raw.get("on")
    if not isinstance(on, date) or isinstance(on, datetime):
        raise TrackerError(f"on = {on!r} is no date; write on = 2020-07-03")
    return on


def _time(raw: dict[str, Any], usual: time = MIDMORNING) -> time:
    at = raw.get("at", usual)
    try:
        return at if isinstance(at, time) else time.fromisoformat(at)
    except (TypeError, ValueError):
        raise TrackerError(f'at = {at!r} is no time of day; write at = "10:00"') from None


def _verb(raw: dict[str, Any]) -> Verb:
    try:
        return Verb(raw.get("do", ""))
    except ValueError:
        raise TrackerError(f"do = {raw.get('do')!r} is nothing that can be done; there is {', '.join(Verb)}") from None


def _task(raw: dict[str, Any]) -> dict[str, str]:
    task = raw.get("task")
    if not isinstance(task, dict) or not task or not all(isinstance(value, str) for value in task.values()):
        raise TrackerError(f"task = {task!r} names no task; give some of {', '.join(FIELDS)}")
    return task


def _word(raw: dict[str, Any], key: str) -> str:
    if not isinstance(raw.get(key), str):
        raise TrackerError(f"{key} = {raw.get(key)!r} names nobody; give the code of an officer")
    return str(raw[key])


def take(database: Database, config: Config, step: Step | CriteriaStep, *, now: datetime) -> None:
    """One step, in one transaction. Raises TrackerError naming the step when it is not possible."""
    if isinstance(step, CriteriaStep):
        take_criteria(database, config, step, now=now)
        return
    try:
        with database.write() as session:
            behalf = known_id(get_officer(session, step.on_behalf_of).id) if step.on_behalf_of else None
            author = Author(known_id(get_officer(session, step.by).id), Channel.STORY, behalf)
            perform(
                session, step.verb, get_meant(session, step.task), step.given, author=author, config=config,
                today=local_day(now, config.timezone), now=now,
            )  # fmt: skip
    except TrackerError as error:
        raise TrackerError(f"{step.name}: {error}") from None
