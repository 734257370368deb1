"""The steps of a story about criteria: what became of those of one commune on which day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from tracker.clock import local_day
from tracker.config import Config
from tracker.criteria import attaining
from tracker.criteria.sets import get_criteria, get_set
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import Channel
from tracker.people.officers import get_officer
from tracker.people.units import get_unit
from tracker.tasks.changing import known_id
from tracker.tasks.history import Author

DOES = ("attain", "verify", "lose")
KNOWN = {"on", "at", "do", "unit", "criteria", "by", "on_behalf_of", "note", "reason"}
MORNING = time(9, 0)  # before the reports of the day, which speak of them


@dataclass(frozen=True, slots=True)
class CriteriaStep:
    """One act about the criteria of one commune at one instant of the story."""

    name: str
    on: date
    at: time
    do: str
    unit: str
    criteria: tuple[str, ...]
    by: str
    on_behalf_of: str | None
    note: str


def criteria_step(name: str, on: date, at: time, raw: Mapping[str, object]) -> CriteriaStep:
    """A [[criteria]] step of a story, checked. Raises TrackerError."""
    if unknown := sorted(raw.keys() - KNOWN):
        raise TrackerError(f"unknown field {unknown[0]!r} (it takes {', '.join(sorted(KNOWN))})")
    if raw.get("do") not in DOES:
        raise TrackerError(f"do = {raw.get('do')!r} is nothing that becomes of criteria; there is {', '.join(DOES)}")
    criteria = raw.get("criteria")
    said = [criteria] if isinstance(criteria, str) else criteria
    if not isinstance(said, list) or not said or not all(isinstance(one, str) for one in said):
        raise TrackerError(f'criteria = {criteria!r} names none; write ["2", "17"] or "all"')
    for key in ("unit", "by"):
        if not isinstance(raw.get(key), str):
            raise TrackerError(f"{key} = {raw.get(key)!r} names nobody; give a code")
    behalf = raw.get("on_behalf_of")
    return CriteriaStep(
        name, on, at, str(raw["do"]), str(raw["unit"]), tuple(said), str(raw["by"]),
        str(behalf) if behalf is not None else None, str(raw.get("reason") or raw.get("note") or ""),
    )  # fmt: skip


def take_criteria(database: Database, config: Config, step: CriteriaStep, *, now: datetime) -> None:
    """One step, in one transaction. Raises TrackerError naming the step when it is not possible."""
    today = local_day(now, config.timezone)
    try:
        with database.write() as session:
            behalf = known_id(get_officer(session, step.on_behalf_of).id) if step.on_behalf_of else None
            author = Author(known_id(get_officer(session, step.by).id), Channel.STORY, behalf)
            word, unit = attaining.Word(author, today, now), get_unit(session, step.unit)
            wanted = get_set(session, None, on=today)
            criteria = get_criteria(session, wanted, step.criteria)
            match step.do:
                case "attain":
                    attaining.attain(session, unit, wanted, criteria, on=today, note=step.note, word=word)
                case "verify":
                    attaining.verify(session, unit, wanted, criteria, word=word)
                case _:
                    attaining.lose(session, unit, wanted, criteria, on=today, reason=step.note, word=word)
    except TrackerError as error:
        raise TrackerError(f"{step.name}: {error}") from None
