"""The rows of the register in the database: read as the file would write them, and written."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Absence, Appointment, Attainment, Officer, Task, Unit, UnitAlias
from tracker.people.register_rows import (
    AbsenceRow,
    AppointmentRow,
    AttainmentRow,
    OfficerRow,
    Register,
    UnitRow,
    by_key,
)
from tracker.people.search_words import index_tasks


def load_register(session: Session) -> Register:
    """What the database holds, as the rows that would have brought it there."""
    officers = (OfficerRow.model_construct(**one.model_dump(exclude={"id"})) for one in session.exec(select(Officer)))
    appointments, absences = by_key(_load_appointments(session)), by_key(_load_absences(session))
    return Register(by_key(_load_units(session)), by_key(officers), appointments, absences)


def _load_units(session: Session) -> Iterator[UnitRow]:
    units = session.exec(select(Unit)).all()
    codes = {unit.id: unit.code for unit in units}
    aliases: dict[int, list[str]] = defaultdict(list)
    for alias in session.exec(select(UnitAlias).order_by(col(UnitAlias.id))):
        aliases[alias.unit_id].append(alias.alias)
    attainments: dict[int, list[AttainmentRow]] = defaultdict(list)
    for one in session.exec(select(Attainment).order_by(col(Attainment.id))):
        attainments[one.unit_id].append(AttainmentRow.model_construct(**one.model_dump(exclude={"id", "unit_id"})))
    for unit in units:
        assert unit.id is not None
        yield UnitRow.model_construct(
            **unit.model_dump(exclude={"id", "parent_id", "successor_id"}),
            parent=codes.get(unit.parent_id),
            successor=codes.get(unit.successor_id),
            aliases=tuple(aliases[unit.id]),
            attainments=tuple(attainments[unit.id]),
        )


def _load_appointments(session: Session) -> Iterator[AppointmentRow]:
    query = (
        sa.select(Appointment, col(Officer.code), col(Unit.code))
        .join(Officer, col(Appointment.officer_id) == col(Officer.id))
        .join(Unit, col(Appointment.unit_id) == col(Unit.id))
    )
    for one, officer, unit in session.execute(query):
        fields = one.model_dump(exclude={"id", "officer_id", "unit_id"})
        yield AppointmentRow.model_construct(**fields, officer=officer, unit=unit)


def _load_absences(session: Session) -> Iterator[AbsenceRow]:
    codes = dict(session.exec(select(Officer.id, Officer.code)).all())
    for one in session.exec(select(Absence)):
        fields = one.model_dump(include={"valid_from", "valid_to"})
        yield AbsenceRow.model_construct(**fields, officer=codes[one.officer_id], substitute=codes[one.substitute_id])


def write_units(session: Session, rows: Sequence[UnitRow]) -> None:
    """Add or update these units: the rows first, then what refers to them: a parent may stand further down in the file."""
    if not rows:
        return
    units = {unit.code: unit for unit in session.exec(select(Unit))}
    renamed = [units[row.code].id for row in rows if row.code in units and units[row.code].name != row.name]
    _forget_lists(session, [units[row.code].id for row in rows if row.code in units])
    for row in rows:
        fields = row.model_dump(exclude={"parent", "successor", "aliases", "attainments"})
        session.add(units.setdefault(row.code, Unit(**fields)).sqlmodel_update(fields))
    session.flush()
    for row in rows:
        unit = units[row.code]
        unit.parent_id = units[row.parent].id if row.parent else None
        unit.successor_id = units[row.successor].id if row.successor else None
        session.add_all(UnitAlias.model_validate({"unit_id": unit.id, "alias": alias}) for alias in row.aliases)
        session.add_all(Attainment.model_validate({"unit_id": unit.id} | one.model_dump()) for one in row.attainments)
    session.flush()
    if renamed:
        index_tasks(session, col(Task.lead_unit_id).in_(renamed))


def _forget_lists(session: Session, unit_ids: Sequence[int | None]) -> None:
    """Aliases and attainments are written anew with their unit: the row holds the old ones too, nothing refers to them."""
    for unit_id in unit_ids:
        session.execute(sa.delete(UnitAlias).where(col(UnitAlias.unit_id) == unit_id))
        session.execute(sa.delete(Attainment).where(col(Attainment.unit_id) == unit_id))


def write_officers(session: Session, rows: Sequence[OfficerRow]) -> None:
    """Add or update these officers."""
    if not rows:
        return
    officers = {officer.code: officer for officer in session.exec(select(Officer))}
    for row in rows:
        session.add(officers.setdefault(row.code, Officer(**row.model_dump())).sqlmodel_update(row.model_dump()))
    session.flush()


def write_appointments(session: Session, rows: Sequence[AppointmentRow]) -> None:
    """Add these appointments, or update their last days; their units and officers are there by now."""
    if not rows:
        return
    units = dict(session.exec(select(Unit.code, Unit.id)).all())
    officers = dict(session.exec(select(Officer.code, Officer.id)).all())
    held = {(one.officer_id, one.unit_id, one.role, one.valid_from): one for one in session.exec(select(Appointment))}
    for row in rows:
        fields = row.model_dump(exclude={"officer", "unit"}) | {
            "officer_id": officers[row.officer],
            "unit_id": units[row.unit],
        }
        found = held.get((fields["officer_id"], fields["unit_id"], row.role, row.valid_from), Appointment(**fields))
        session.add(found.sqlmodel_update(fields))
    session.flush()


def write_absences(session: Session, rows: Sequence[AbsenceRow]) -> None:
    """Add these absences, or update their substitutes and last days; the officers are there by now."""
    if not rows:
        return
    officers = dict(session.exec(select(Officer.code, Officer.id)).all())
    held = {(one.officer_id, one.valid_from): one for one in session.exec(select(Absence))}
    for row in rows:
        days = row.model_dump(include={"valid_from", "valid_to"})
        fields = days | {"officer_id": officers[row.officer], "substitute_id": officers[row.substitute]}
        session.add(held.get((fields["officer_id"], row.valid_from), Absence(**fields)).sqlmodel_update(fields))
    session.flush()
