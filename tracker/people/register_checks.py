"""What only the whole register can tell: unknown names, circles, appointments that contradict."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from tracker.models import Role
from tracker.people.register_rows import AbsenceRow, AppointmentRow, Key, Register, UnitRow
from tracker.people.units import did_you_mean, nearest


def unknown_names(whole: Register) -> Iterator[str]:
    """Rows that name a unit or an officer that is neither in the file nor in the database."""
    units, officers = {code for (code,) in whole.units}, {code for (code,) in whole.officers}
    for unit in whole.units.values():
        for word, code in (("parent", unit.parent), ("successor", unit.successor)):
            if code is not None and code not in units:
                yield f"{whole.label(unit)}: unknown {word} {code!r}; {_what_to_do('unit', code, units)}"
    for row in whole.appointments.values():
        if row.officer not in officers:
            yield f"{whole.label(row)}: unknown officer {row.officer!r}; {_what_to_do('officer', row.officer, officers)}"
        if row.unit not in units:
            yield f"{whole.label(row)}: unknown unit {row.unit!r}; {_what_to_do('unit', row.unit, units)}"
    for absence in whole.absences.values():
        for word, code in (("officer", absence.officer), ("substitute", absence.substitute)):
            if code not in officers:
                yield f"{whole.label(absence)}: unknown {word} {code!r}; {_what_to_do('officer', code, officers)}"


def _what_to_do(table: str, code: str, codes: set[str]) -> str:
    near = nearest(code, codes)
    return f"add a [[{table}]] row with this code" + (f", or {did_you_mean(near)}" if near else "")


def circles(whole: Register) -> Iterator[str]:
    """Units that are, over some steps, their own parent or successor."""
    yield from _circles(whole, "parent", lambda unit: unit.parent)
    yield from _circles(whole, "successor", lambda unit: unit.successor)


def _circles(whole: Register, word: str, next_of: Callable[[UnitRow], str | None]) -> Iterator[str]:
    settled: set[str] = set()
    for unit in whole.units.values():
        path: list[str] = []
        code: str | None = unit.code
        while code is not None and code not in settled:
            settled.add(code)
            path.append(code)
            code = next_of(whole.units[(code,)])
        if code is not None and code in path:
            circle = path[path.index(code) :]
            named = max((whole.units[(one,)] for one in circle), key=whole.number)
            yield f"{whole.label(named)}: its {word} leads back to itself ({' > '.join([*circle, code])}); correct a {word} here"


def outside_their_unit(whole: Register) -> Iterator[str]:
    """Appointments with a day on which their unit does not stand. An open end is none: it ends with the unit."""
    for row in whole.appointments.values():
        unit = whole.units[(row.unit,)]
        begins, ends = unit.valid_from or date.min, unit.valid_to or date.max
        if row.valid_from < begins or row.valid_from > ends or (row.valid_to or ends) > ends:
            stands = " ".join(
                f"{word} {day}" for word, day in (("from", unit.valid_from), ("to", unit.valid_to)) if day
            )
            yield f"{whole.label(row)}: is {row.words}, but the unit stands only {stands}; correct the days of one of the two"


def contradictions(whole: Register) -> Iterator[str]:
    """One appointment said twice for the same days, or two heads of one unit at once."""
    alike: dict[Key, list[AppointmentRow]] = defaultdict(list)
    heads: dict[str, list[AppointmentRow]] = defaultdict(list)
    for row in whole.appointments.values():
        alike[row.officer, row.unit, row.role].append(row)
        if row.role is Role.HEAD:
            heads[row.unit].append(row)
    for rows in alike.values():
        for one, other in _overlapping(whole, rows):
            advice = "end one before the other begins, or keep one"
            yield f"{whole.label(one)}: is {one.words}, and {whole.label(other)} is {other.words}; {advice}"
    for rows in heads.values():
        for one, other in _overlapping(whole, rows):
            if one.officer != other.officer:
                advice = "a unit has one head at a time: end the earlier with valid_to"
                yield f"{whole.label(one)}: is {one.words}, and {whole.label(other)} is {other.words}; {advice}"


def unstaffed_absences(whole: Register) -> Iterator[str]:
    """One officer absent twice on a day, or officers who stand in for each other while all of them are absent."""
    by_officer: dict[str, list[AbsenceRow]] = defaultdict(list)
    for row in whole.absences.values():
        by_officer[row.officer].append(row)
    for rows in by_officer.values():
        for one, other in _overlapping(whole, rows):
            yield f"{whole.label(one)}: begins before {whole.label(other)} has ended; end one before the other begins"
    for row in sorted(whole.absences.values(), key=whole.number):
        if names := _circle_on(whole, row):
            yield f"{whole.label(row)}: {' > '.join(names)} stand in for each other on {row.valid_from}; name one who is there"


def _circle_on(whole: Register, start: AbsenceRow) -> list[str]:
    """The officers of the circle that `start` closes on its first day; none when somebody at the end is there."""
    day = start.valid_from
    away = {row.officer: row.substitute for row in whole.absences.values() if row.valid_from <= day <= row.last_day}
    names = [start.officer]
    while (following := away.get(names[-1])) is not None and following not in names:
        names.append(following)
    return [*names, start.officer] if following == start.officer else []


SpanT = TypeVar("SpanT", AppointmentRow, AbsenceRow)


def _overlapping(whole: Register, rows: Iterable[SpanT]) -> Iterator[tuple[SpanT, SpanT]]:
    """Pairs that share a day, each row beside the longest lasting before it; the later in the file stands first."""
    lasting: SpanT | None = None
    for row in sorted(rows, key=lambda each: each.valid_from):
        if lasting is not None and row.valid_from <= lasting.last_day:
            one, other = sorted((lasting, row), key=whole.number, reverse=True)
            yield one, other
        if lasting is None or row.last_day >= lasting.last_day:
            lasting = row
