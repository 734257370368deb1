"""A criteria file into the database: sets by their code, attainments that are not known yet; safe to repeat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.criteria.sets_file import AttainedRow, CriteriaFile, SetRow, read_criteria
from tracker.errors import CriteriaError
from tracker.models import Channel, CriteriaSet, Criterion, CriterionAttainment, Event
from tracker.people.units import get_unit
from tracker.tasks.changing import known_id


@dataclass(frozen=True, slots=True)
class CriteriaCounts:
    """What an import did."""

    sets_added: int
    sets_changed: int
    sets_unchanged: int
    attained: int


def import_criteria(session: Session, source: bytes, *, name: str, today: date, now: datetime) -> CriteriaCounts:
    """Bring the criteria file `source` into the database, in the caller's transaction.

    A set is found by its code and brought up to date; a criterion that the file no longer names is refused, because what
    units have attained hangs on it: a new version of a set gets a code of its own. An attainment that was ever recorded is
    left as it is. Raises CriteriaError naming the file (`name`) and the row, TrackerError for an unknown unit.
    """
    file = read_criteria(source, name)
    fared = [_write_set(session, row, name) for row in file.criteria_set]
    attained = _write_attained(session, file, name, today=today, now=now)
    counts = CriteriaCounts(fared.count("added"), fared.count("changed"), fared.count("unchanged"), attained)
    if counts.sets_added or counts.sets_changed or attained:
        detail = {"file": name, "sets": counts.sets_added + counts.sets_changed, "attained": attained}
        session.add(Event(kind="criteria_imported", happened_at=now, channel=Channel.COMMAND, detail=detail))
    session.flush()
    return counts


def _write_set(session: Session, row: SetRow, name: str) -> str:
    held = session.exec(select(CriteriaSet).where(CriteriaSet.code == row.code)).one_or_none()
    fields = row.model_dump(exclude={"criteria"})
    if held is None:
        held = CriteriaSet(**fields)
        session.add(held)
        session.flush()
        _write_criteria(session, held, row, {})
        return "added"
    known = {one.code: one for one in session.exec(select(Criterion).where(Criterion.set_id == held.id))}
    if gone := sorted(known.keys() - {one.code for one in row.criteria}):
        raise CriteriaError(
            f"{name}: set {row.code!r} no longer names criterion {gone[0]!r}; give the new version a code of its own"
        )
    before = (held.model_dump(), {code: one.model_dump() for code, one in known.items()})
    held.sqlmodel_update(fields)
    session.add(held)
    _write_criteria(session, held, row, known)
    after = (held.model_dump(), {code: one.model_dump() for code, one in known.items()})
    return "unchanged" if before == after and len(known) == len(row.criteria) else "changed"


def _write_criteria(session: Session, held: CriteriaSet, row: SetRow, known: Mapping[str, Criterion]) -> None:
    for position, one in enumerate(row.criteria, 1):
        criterion = known.get(one.code) or Criterion(
            set_id=known_id(held.id), position=position, code=one.code, name=""
        )
        criterion.position, criterion.name = position, one.name
        criterion.short_names = list(one.short_names)
        session.add(criterion)
    session.flush()


def _write_attained(session: Session, file: CriteriaFile, name: str, *, today: date, now: datetime) -> int:
    sets = {one.code: known_id(one.id) for one in session.exec(select(CriteriaSet))}
    recorded = set(session.exec(select(CriterionAttainment.unit_id, CriterionAttainment.criterion_id)))
    number = 0
    for at, row in enumerate(file.attained, 1):
        where = f"{name}: attained {at} ({row.unit!r})"
        if row.set not in sets:
            raise CriteriaError(
                f"{where}: there is no criteria set {row.set!r}; known are {', '.join(sorted(sets)) or 'none'}"
            )
        if row.on > today:
            raise CriteriaError(f"{where}: {row.on} lies ahead; only what has been attained is recorded")
        unit_id = known_id(get_unit(session, row.unit).id)
        for criterion_id in _meant(session, row, sets[row.set], where):
            if (unit_id, criterion_id) not in recorded:
                recorded.add((unit_id, criterion_id))
                number += 1
                session.add(
                    CriterionAttainment(
                        unit_id=unit_id, criterion_id=criterion_id, attained_on=row.on, verified_on=row.verified_on,
                        reported_at=now,
                    )
                )  # fmt: skip
    return number


def _meant(session: Session, row: AttainedRow, set_id: int, where: str) -> list[int]:
    criteria = session.exec(select(Criterion).where(Criterion.set_id == set_id).order_by(col(Criterion.position)))
    ids = {one.code: known_id(one.id) for one in criteria}
    named = set(row.but) if row.criteria == "all" else {*row.criteria, *row.but}
    if unknown := sorted(named - ids.keys()):
        raise CriteriaError(f"{where}: the set {row.set!r} has no criterion {unknown[0]!r}")
    wanted = list(ids) if row.criteria == "all" else list(dict.fromkeys(row.criteria))
    return [ids[code] for code in wanted if code not in row.but]
