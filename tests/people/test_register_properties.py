"""Contradictions of a register, found for all spans: exactly when some day has two heads, or nobody stands in."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules import drawn
from tracker.models import Role
from tracker.people.officers import _end_of_line
from tracker.people.register_checks import contradictions, unstaffed_absences
from tracker.people.register_rows import AbsenceRow, AppointmentRow, Register, by_key

FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(12)]
OFFICERS = ("a", "b", "c")
spans = st.tuples(st.integers(0, 8), st.none() | st.integers(0, 3)).map(
    lambda pair: (DAYS[pair[0]], None if pair[1] is None else DAYS[pair[0] + pair[1]])
)


def head(officer: str, span: tuple[date, date | None]) -> AppointmentRow:
    return AppointmentRow(officer=officer, unit="u", role=Role.HEAD, valid_from=span[0], valid_to=span[1])


def absence(pair: tuple[str, str], span: tuple[date, date | None]) -> AbsenceRow:
    return AbsenceRow(officer=pair[0], substitute=pair[1], valid_from=span[0], valid_to=span[1])


def holds_on(row: AppointmentRow | AbsenceRow, day: date) -> bool:
    return row.valid_from <= day <= row.last_day


heads = st.lists(st.builds(head, st.sampled_from(OFFICERS), spans), max_size=5, unique_by=lambda row: row.key)
pairs = st.sampled_from([(one, other) for one in OFFICERS for other in (*OFFICERS, "d") if one != other])
absences = st.lists(st.builds(absence, pairs, spans), max_size=5, unique_by=lambda row: row.key)


@drawn
@given(heads)
def test_heads_contradict_exactly_when_two_rows_share_a_day(rows):
    shared = any(sum(holds_on(row, day) for row in rows) > 1 for day in [*DAYS, date.max])
    assert bool(list(contradictions(Register(appointments=by_key(rows))))) is shared


@drawn
@given(absences)
def test_absences_contradict_exactly_when_one_is_away_twice_or_they_stand_in_for_each_other(rows):
    problems = list(unstaffed_absences(Register(absences=by_key(rows))))
    assert bool(problems) is any(_is_twice(rows, day) or _is_circle(rows, day) for day in [*DAYS, date.max])


def _is_twice(rows: list[AbsenceRow], day: date) -> bool:
    away = [row.officer for row in rows if holds_on(row, day)]
    return len(set(away)) < len(away)


def _is_circle(rows: list[AbsenceRow], day: date) -> bool:
    away = {row.officer: row.substitute for row in rows if holds_on(row, day)}
    return any(_end_of_line(officer, away) == officer for officer in away)


@drawn
@given(st.dictionaries(st.integers(1, 6), st.integers(1, 6), max_size=6), st.integers(1, 6))
def test_the_end_of_a_line_is_there_or_the_line_is_a_circle(steps, start):
    end = _end_of_line(start, steps)
    assert end == start or end not in steps
