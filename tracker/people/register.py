"""The register in and out: units, officers, appointments and absences as one TOML file.

A row of the file is the whole row: a key that it leaves out becomes empty; only the aliases and attainments of a unit
add to what is known. Rows that the file does not name stay as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import tomli_w
from sqlmodel import Session

from tracker.models import Channel, Event
from tracker.people.register_checks import (
    circles,
    contradictions,
    outside_their_unit,
    unknown_names,
    unstaffed_absences,
)
from tracker.people.register_file import read_register, refuse
from tracker.people.register_rows import Key, Row, RowT
from tracker.people.register_store import load_register, write_absences, write_appointments, write_officers, write_units


@dataclass(frozen=True)
class Count:
    """How the rows of one table of the file fared."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class RegisterCounts:
    """What an import did."""

    units: Count
    officers: Count
    appointments: Count
    absences: Count = Count()

    @property
    def has_news(self) -> bool:
        """Whether anything was written."""
        return any(one.added or one.changed for one in (self.units, self.officers, self.appointments, self.absences))


def import_register(session: Session, source: bytes, *, name: str, now: datetime) -> RegisterCounts:
    """Bring the register file `source` into the database, in the caller's transaction; safe to repeat.

    Rows are found by their code (appointments by officer, unit, role and first day, absences by officer and first day) and updated, new ones are added,
    none is deleted. Everything is checked, together with what the database holds, before anything is written.
    Raises RegisterError naming the file (`name`), the row and what to do.
    """
    held = load_register(session)
    file = held.brought_by(read_register(source, name))
    whole = held.with_rows_of(file)
    for check in (unknown_names, circles, outside_their_unit, contradictions, unstaffed_absences):
        refuse(name, check(whole))
    counts = RegisterCounts(
        _count(file.units, held.units),
        _count(file.officers, held.officers),
        _count(file.appointments, held.appointments),
        _count(file.absences, held.absences),
    )
    write_units(session, _news(file.units, held.units))
    write_officers(session, _news(file.officers, held.officers))
    write_appointments(session, _news(file.appointments, held.appointments))
    write_absences(session, _news(file.absences, held.absences))
    if counts.has_news:
        _note(session, name, counts, now)
    return counts


def _count(file: Mapping[Key, RowT], held: Mapping[Key, RowT]) -> Count:
    added = sum(key not in held for key in file)
    unchanged = sum(held.get(key) == row for key, row in file.items())
    return Count(added, len(file) - added - unchanged, unchanged)


def _news(file: Mapping[Key, RowT], held: Mapping[Key, RowT]) -> list[RowT]:
    return [row for key, row in file.items() if held.get(key) != row]


def _note(session: Session, name: str, counts: RegisterCounts, now: datetime) -> None:
    """Who is responsible decides who is told, so the history says when that was changed."""
    tables = {"units": counts.units, "officers": counts.officers, "appointments": counts.appointments}
    tables["absences"] = counts.absences
    news: dict[str, Any] = {table: {"added": one.added, "changed": one.changed} for table, one in tables.items()}
    session.add(Event(kind="register_imported", happened_at=now, channel=Channel.COMMAND, detail={"file": name} | news))
    session.flush()


def export_register(session: Session) -> bytes:
    """The whole register as a file, in a fixed order: imported elsewhere and exported again, it is the same bytes."""
    held = load_register(session)
    tables: dict[str, Mapping[Key, Row]] = {
        "unit": held.units,
        "officer": held.officers,
        "appointment": held.appointments,
        "absence": held.absences,
    }
    return "\n".join(_written(table, rows[key]) for table, rows in tables.items() for key in sorted(rows)).encode()


def _written(table: str, row: Row) -> str:
    """One [[table]] after the other: left to itself tomli_w may write a short table as one list, to which nobody can
    add a row at the end of the file."""
    return f"[[{table}]]\n" + re.sub(r"^\[\[", f"[[{table}.", tomli_w.dumps(_filled(row)), flags=re.MULTILINE)


def _filled(row: Row) -> dict[str, Any]:
    """The keys of a row that hold something; TOML has no word for nothing."""
    fields = row.model_dump(exclude_none=True)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items() if value != ()}
