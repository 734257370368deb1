"""From the bytes of a register file to rows that are valid in themselves, or one clear line about the first that is not."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tracker.errors import RegisterError
from tracker.people.register_rows import (
    AbsenceRow,
    AppointmentRow,
    AttainmentRow,
    Key,
    OfficerRow,
    Register,
    Row,
    UnitRow,
    by_key,
)

TABLES: dict[str, type[Row]] = {one.table: one for one in (UnitRow, OfficerRow, AppointmentRow, AbsenceRow)}
SAME = {"appointment": "the same officer, unit, role and first day", "absence": "the same officer and first day"}
EXPECTED = "[[unit]], [[officer]], [[appointment]] and [[absence]]"


def read_register(source: bytes, name: str) -> Register:
    """The rows of the file called `name`. Raises RegisterError naming the file and the line or row."""
    tables = _tables(source, name)
    refuse(name, _bad_rows(tables))
    units = [UnitRow.model_validate(raw) for raw in tables.get("unit", [])]
    officers = [OfficerRow.model_validate(raw) for raw in tables.get("officer", [])]
    appointments = [AppointmentRow.model_validate(raw) for raw in tables.get("appointment", [])]
    absences = [AbsenceRow.model_validate(raw) for raw in tables.get("absence", [])]
    numbers: dict[tuple[str, Key], int] = {}
    tables_of_rows: tuple[Sequence[Row], ...] = (units, officers, appointments, absences)
    refuse(name, [problem for rows in tables_of_rows for problem in _doubled(rows, numbers)])
    return Register(by_key(units), by_key(officers), by_key(appointments), by_key(absences), numbers)


def refuse(name: str, problems: Iterable[str]) -> None:
    """Raise RegisterError with the first problem and the number of the others; do nothing when there is none."""
    found = list(problems)
    if found:
        more = f" (and {len(found) - 1} more like this)" if len(found) > 1 else ""
        raise RegisterError(f"{name}: {found[0]}{more}")


def _tables(source: bytes, name: str) -> dict[str, list[dict[str, Any]]]:
    try:
        raw = tomllib.loads(source.decode("utf-8-sig"))  # editors on Windows put a mark before the text
    except UnicodeDecodeError:
        raise RegisterError(f"{name}: is no text in UTF-8; save it as UTF-8 and try again") from None
    except tomllib.TOMLDecodeError as error:
        raise RegisterError(
            f"{name}: is no valid TOML: {error}; a register is a TOML file as samples/register.toml, no CSV or Excel table"
        ) from None
    if not any(raw.values()):
        raise RegisterError(f"{name}: is empty; it needs rows {EXPECTED}, as in samples/register.toml")
    for table, rows in raw.items():
        if table not in TABLES:
            raise RegisterError(f"{name}: unknown key {table!r}; a register has rows {EXPECTED}")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise RegisterError(f"{name}: {table!r} is no list of rows; begin each row with [[{table}]]")
    return raw


def _bad_rows(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for table, raws in tables.items():
        for number, raw in enumerate(raws, start=1):
            try:
                TABLES[table].model_validate(raw)
            except ValidationError as error:
                problems = dict.fromkeys(_problem(one, TABLES[table]) for one in error.errors())
                yield f"{table} {number}{_title(raw)}: {'; '.join(problems)}"


def _title(raw: Mapping[str, Any]) -> str:
    """Enough of a row that is not valid to recognise it."""
    if "code" in raw:
        return f" ({raw['code']!r})"
    known = [f"{key} {raw[key]!r}" for key in ("officer", "unit") if key in raw]
    return f" ({', '.join(known)})" if known else ""


def _problem(error: ErrorDetails, row: type[Row]) -> str:
    """One mistake, in words that say what to do."""
    where = error["loc"]
    key = " ".join(str(part + 1) if isinstance(part, int) else part for part in where)
    match error["type"]:
        case "extra_forbidden":
            known = AttainmentRow if len(where) > 1 else row
            return f"unknown key {key!r}; known are {', '.join(known.model_fields)}"
        case "missing":
            return f"{key!r} is missing; add it"
        case "literal_error" | "enum":
            return f"{key} {error['input']!r} is not known; write {error['ctx']['expected']}"
        case "string_type":
            return f"{key}: {error['input']!r} is no text; write it in quotes"
    said = error["msg"].removeprefix("Value error, ")
    return f"{key}: {said}" if key else said


def _doubled(rows: Iterable[Row], numbers: dict[tuple[str, Key], int]) -> Iterator[str]:
    """Note in `numbers` where each row stands; a second row with the same key is a problem."""
    for number, row in enumerate(rows, start=1):
        first = numbers.setdefault((row.table, row.key), number)
        if first != number:
            what = SAME.get(row.table, "the same code")
            yield f"{row.table} {number} ({row.title}): has {what} as {row.table} {first}; keep one of the two"
