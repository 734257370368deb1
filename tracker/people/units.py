"""Units of the register: the directory of a day for the reader, and one unit by its code or name for a person."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.errors import TrackerError
from tracker.models import Attainment, Unit, UnitAlias
from tracker.people.directory import Attainment as KnownAttainment
from tracker.people.directory import Directory, KnownUnit, unit_key

NEAR_SCORE = 60.0  # below it a code is no help to somebody who mistyped another
NEAR_COUNT = 3
PLACE_WORD = re.compile(r"^(tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường)\s+", re.IGNORECASE)


def load_directory(session: Session, *, on: date) -> Directory:
    """The units that stand in the register on `on`, with their other names and standards: three queries, no rows."""
    parent = aliased(Unit)
    query = sa.select(
        col(Unit.id), col(Unit.code), col(Unit.name), col(Unit.place), col(Unit.level), col(Unit.kind),
        col(parent.code), col(Unit.valid_from), col(Unit.valid_to),
    )  # fmt: skip
    found = session.execute(
        query.outerjoin(parent, col(Unit.parent_id) == col(parent.id)).where(stands_on(on)).order_by(col(Unit.code))
    )
    aliases, attainments = _aliases(session), _attainments(session)
    return Directory.of(
        (
            KnownUnit(
                id=id_, code=code, name=name, place=place, level=level, kind=kind, parent=parent_code,
                aliases=tuple(aliases[id_]), attainments=tuple(attainments[id_]), valid_from=valid_from, valid_to=valid_to,
            )
            for id_, code, name, place, level, kind, parent_code, valid_from, valid_to in found
        ),
        on,
    )  # fmt: skip


def stands_on(day: date) -> sa.ColumnElement[bool]:
    """The condition that a unit exists on `day`, its first and last day included."""
    begun = sa.or_(col(Unit.valid_from).is_(None), col(Unit.valid_from) <= day)
    return sa.and_(begun, sa.or_(col(Unit.valid_to).is_(None), col(Unit.valid_to) >= day))


def stands(unit: Unit, day: date) -> bool:
    """Whether the unit exists on `day`, its first and last day included."""
    return (unit.valid_from is None or unit.valid_from <= day) and (unit.valid_to is None or day <= unit.valid_to)


def _aliases(session: Session) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for unit_id, alias in session.execute(
        sa.select(col(UnitAlias.unit_id), col(UnitAlias.alias)).order_by(col(UnitAlias.id))
    ):
        found[unit_id].append(alias)
    return found


def _attainments(session: Session) -> dict[int, list[KnownAttainment]]:
    found: dict[int, list[KnownAttainment]] = defaultdict(list)
    columns = (col(Attainment.unit_id), col(Attainment.label), col(Attainment.attained_on), col(Attainment.lost_on))
    for unit_id, label, attained_on, lost_on in session.execute(
        sa.select(*columns).order_by(col(Attainment.attained_on), col(Attainment.id))
    ):
        found[unit_id].append(KnownAttainment(label, attained_on, lost_on))
    return found


def get_unit(session: Session, code_or_name: str) -> Unit:
    """The unit with this code, else the only one with this name, other name or place (marks and case do not matter).

    Raises TrackerError when none fits, naming the nearest codes, or when several do, naming theirs.
    """
    codes = _codes_of(session, code_or_name)
    if len(codes) > 1:
        raise TrackerError(f"several units are called {code_or_name!r}; name one by its code: {quoted(codes)}")
    if not codes:
        raise TrackerError(f"no unit has the code or name {code_or_name!r}; {_advice(session, code_or_name)}")
    return session.exec(select(Unit).where(col(Unit.code) == codes[0])).one()


def find_unit(session: Session, code_or_name: str) -> Unit | None:
    """As get_unit, but None when none fits or several do."""
    codes = _codes_of(session, code_or_name)
    return session.exec(select(Unit).where(col(Unit.code) == codes[0])).one() if len(codes) == 1 else None


def _codes_of(session: Session, code_or_name: str) -> list[str]:
    """The codes of the units that are meant: by code, else by the words as written, else by the words without marks."""
    if session.exec(select(Unit.id).where(col(Unit.code) == code_or_name)).first() is not None:
        return [code_or_name]
    forms = _forms(session)
    written = code_or_name.casefold().split()
    exact = {code for code, form in forms if form.casefold().split() == written}
    key = unit_key(code_or_name)
    return sorted(exact or {code for code, form in forms if key and unit_key(form) == key})


def _forms(session: Session) -> list[tuple[str, str]]:
    """Every way to write every unit, with its code; a place, also by its bare name, means the body that governs it."""
    forms: list[tuple[str, str]] = []
    for code, name, place in session.execute(sa.select(col(Unit.code), col(Unit.name), col(Unit.place))):
        forms += [(code, form) for form in (name, place, PLACE_WORD.sub("", place or "")) if form]
    of_aliases: Any = sa.select(col(Unit.code), col(UnitAlias.alias)).join(Unit, col(Unit.id) == col(UnitAlias.unit_id))
    return forms + [(code, alias) for code, alias in session.execute(of_aliases)]


def _advice(session: Session, code_or_name: str) -> str:
    """The codes whose code or name looks most like what was written."""
    forms = _forms(session)
    near = nearest(code_or_name, {code for code, _ in forms})
    keys = [unit_key(form) for _, form in forms]
    named = process.extract(unit_key(code_or_name), keys, score_cutoff=NEAR_SCORE, limit=NEAR_COUNT)
    by_name = dict.fromkeys(forms[at][0] for _, _, at in named)
    return did_you_mean(list(by_name) or near)


def nearest(code: str, codes: Iterable[str]) -> list[str]:
    """The few of `codes` that look most like `code`, nearest first; none when nothing is near."""
    return [found for found, _, _ in process.extract(code, sorted(codes), score_cutoff=NEAR_SCORE, limit=NEAR_COUNT)]


def did_you_mean(codes: list[str]) -> str:
    """What a person can do next who named something that is not in the register."""
    if codes:
        return f"did you mean {quoted(codes)}?"
    return "'tracker register export' lists all that there are"


def quoted(codes: Iterable[str]) -> str:
    """'a', 'b', 'c'"""
    return ", ".join(repr(code) for code in codes)
