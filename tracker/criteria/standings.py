"""Communes against criteria on one day: the grid, one commune's own page, and the figures of papers beside ours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from tracker.criteria.sets import KnownCriterion, KnownSet
from tracker.models import CriterionAttainment, Notice, Officer, Unit
from tracker.people.units import stands_on
from tracker.rules.criteria import Compared, Contradiction, Tally, claims_of, compare, contradictions


class State(StrEnum):
    """How a commune stands against one criterion."""

    VERIFIED = "verified"
    ATTAINED = "attained"
    LOST = "lost"
    NOT_MET = "not_met"


MET = (State.VERIFIED, State.ATTAINED)


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """One commune: the state of every criterion of the set, in the order of the set."""

    unit_id: int
    name: str
    states: tuple[State, ...]

    @property
    def met(self) -> int:
        """How many it meets."""
        return sum(state in MET for state in self.states)


@dataclass(frozen=True, slots=True)
class CriteriaGrid:
    """Every commune that the set measures, the furthest behind first; `columns` counts who meets each criterion."""

    wanted: KnownSet
    lines: tuple[CommuneLine, ...]
    tally: Tally

    @property
    def columns(self) -> tuple[int, ...]:
        """How many communes meet each criterion."""
        return tuple(sum(line.states[at] in MET for line in self.lines) for at in range(len(self.wanted.criteria)))


def load_criteria_grid(
    session: Session, wanted: KnownSet, seen: Iterable[int] | None = None, *, on: date
) -> CriteriaGrid:
    """The grid of the communes that stand on `on`; `seen` limits it to these units (None: all). Two queries."""
    communes = measured_communes(session, wanted, on=on)
    if seen is not None:
        wanted_ids = set(seen)
        communes = {id_: name for id_, name in communes.items() if id_ in wanted_ids}
    states: dict[tuple[int, int], State] = {}
    for unit_id, criterion_id, verified_on, lost_on in _attainments(session, wanted, on):
        key = (unit_id, criterion_id)
        if lost_on is not None and lost_on <= on:
            states.setdefault(key, State.LOST)
        else:
            states[key] = State.VERIFIED if verified_on is not None and verified_on <= on else State.ATTAINED
    lines = [
        CommuneLine(id_, name, tuple(states.get((id_, one.id), State.NOT_MET) for one in wanted.criteria))
        for id_, name in communes.items()
    ]
    return CriteriaGrid(
        wanted,
        tuple(sorted(lines, key=lambda line: line.met)),
        Tally(on, sum(line.met for line in lines), len(lines)),
    )


def measured_communes(session: Session, wanted: KnownSet, *, on: date) -> dict[int, str]:
    """The place of every commune that the set measures, by unit."""
    query = sa.select(col(Unit.id), col(Unit.place)).where(
        col(Unit.level) == "commune", col(Unit.kind) == "people_committee", stands_on(on)
    )
    rows = session.execute(query.order_by(col(Unit.name))).all()
    return {id_: place for id_, place in rows if wanted.measures(place)}


def _attainments(session: Session, wanted: KnownSet, on: date) -> Iterable[Any]:
    """The newest first, so that a criterion that is met again hides the loss before it."""
    query = sa.select(
        col(CriterionAttainment.unit_id), col(CriterionAttainment.criterion_id), col(CriterionAttainment.verified_on),
        col(CriterionAttainment.lost_on),
    ).where(
        col(CriterionAttainment.criterion_id).in_([one.id for one in wanted.criteria]),
        col(CriterionAttainment.attained_on) <= on,
    )  # fmt: skip
    return session.execute(query.order_by(col(CriterionAttainment.id).desc())).all()


@dataclass(frozen=True, slots=True)
class Attained:
    """One time that a commune met a criterion, with who said so and who looked; `id` is that of its attainment."""

    id: int
    on: date
    note: str
    reported_by: str | None
    verified_by: str | None
    verified_on: date | None
    lost_on: date | None
    lost_because: str


@dataclass(frozen=True, slots=True)
class CriterionHistory:
    """One criterion of one commune: how it stands, and every time it was met, the newest first."""

    criterion: KnownCriterion
    state: State
    times: tuple[Attained, ...]


def load_histories(session: Session, wanted: KnownSet, unit_id: int, *, on: date) -> tuple[CriterionHistory, ...]:
    """Every criterion of the set for one commune, in the order of the set."""
    reporter, verifier = aliased(Officer), aliased(Officer)
    query = (
        sa.select(
            col(CriterionAttainment.criterion_id), col(CriterionAttainment.id), col(CriterionAttainment.attained_on), col(CriterionAttainment.note),
            col(reporter.post), col(verifier.post), col(CriterionAttainment.verified_on),
            col(CriterionAttainment.lost_on), col(CriterionAttainment.lost_because),
        )
        .join(reporter, col(reporter.id) == col(CriterionAttainment.reported_by_id), isouter=True)
        .join(verifier, col(verifier.id) == col(CriterionAttainment.verified_by_id), isouter=True)
        .where(col(CriterionAttainment.unit_id) == unit_id, col(CriterionAttainment.attained_on) <= on)
        .order_by(col(CriterionAttainment.id).desc())
    )  # fmt: skip
    times: dict[int, list[Attained]] = defaultdict(list)
    for criterion_id, *rest in session.execute(query):
        times[criterion_id].append(Attained(*rest))
    return tuple(CriterionHistory(one, _state(times[one.id], on), tuple(times[one.id])) for one in wanted.criteria)


def _state(times: list[Attained], on: date) -> State:
    for one in times:
        if one.lost_on is None or one.lost_on > on:
            return State.VERIFIED if one.verified_on is not None and one.verified_on <= on else State.ATTAINED
    return State.LOST if times else State.NOT_MET


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """What one notice says of the criteria of the whole district, beside what the attainments say."""

    notice: str
    compared: tuple[Compared, ...]
    contradictions: tuple[Contradiction, ...]


def load_paper_figures(session: Session, wanted: KnownSet, *, today: date) -> tuple[PaperFigures, ...]:
    """The figures of every notice that states any; a year that is not over is counted up to today."""
    found = []
    for number, text in session.execute(sa.select(col(Notice.number), col(Notice.text)).order_by(col(Notice.id))):
        claims = claims_of(text)
        if claims:
            tallies = {year: _tally(session, wanted, year, today) for year in _years(one.year for one in claims)}
            compared = tuple(compare(one, tallies[one.year - 1], tallies[one.year]) for one in claims)
            communes = tallies[max(tallies)].communes
            found.append(PaperFigures(number or "", compared, contradictions(claims, communes=communes)))
    return tuple(found)


def _years(said: Iterable[int]) -> set[int]:
    years = set(said)
    return years | {year - 1 for year in years}


def _tally(session: Session, wanted: KnownSet, year: int, today: date) -> Tally:
    return load_criteria_grid(session, wanted, on=min(date(year, 12, 31), today)).tally
