"""The sets of criteria: which one counts on a day, and which criterion a person means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from tracker.errors import CriteriaError
from tracker.models import CriteriaSet, Criterion, Unit
from tracker.tasks.changing import known_id
from tracker.words import name_key


@dataclass(frozen=True, slots=True)
class KnownCriterion:
    """One criterion as pages and commands show it; `short` stands above its column."""

    id: int
    code: str
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class KnownSet:
    """One version of a set with its criteria in their order."""

    id: int
    code: str
    name: str
    applies_to: str
    source: str
    valid_from: date
    valid_to: date | None
    criteria: tuple[KnownCriterion, ...]

    def measures(self, place: str | None) -> bool:
        """Whether the set is about this place: "xã Thọ Sơn", not "thị trấn Nưa"."""
        return (place or "").casefold().startswith(f"{self.applies_to.casefold()} ")


def list_sets(session: Session) -> list[KnownSet]:
    """Every version, the oldest first."""
    criteria = list(session.exec(select(Criterion).order_by(col(Criterion.set_id), col(Criterion.position))))
    sets = session.exec(select(CriteriaSet).order_by(col(CriteriaSet.valid_from), col(CriteriaSet.code)))
    return [_known(one, [row for row in criteria if row.set_id == one.id]) for one in sets]


def _known(row: CriteriaSet, criteria: Iterable[Criterion]) -> KnownSet:
    known = tuple(
        KnownCriterion(known_id(one.id), one.code, one.name, next(iter(one.short_names), one.name)) for one in criteria
    )
    return KnownSet(
        known_id(row.id), row.code, row.name, row.applies_to, row.source, row.valid_from, row.valid_to, known
    )


def find_set(session: Session, *, on: date) -> KnownSet | None:
    """The set of the communes that counts on `on`; between two versions the older one goes on. None before the first."""
    begun = [one for one in list_sets(session) if one.valid_from <= on]
    standing = [one for one in begun if one.valid_to is None or on <= one.valid_to]
    return (standing or begun)[-1] if begun else None


def get_set(session: Session, code: str | None, *, on: date) -> KnownSet:
    """The set with this code, or without one the set that counts on `on`. Raises CriteriaError."""
    if code is None:
        found = find_set(session, on=on)
        if found is None:
            raise CriteriaError(f"no criteria set counts on {on}; import one: tracker criteria import FILE")
        return found
    sets = {one.code: one for one in list_sets(session)}
    if code not in sets:
        raise CriteriaError(f"there is no criteria set {code!r}; known are {', '.join(sorted(sets)) or 'none'}")
    return sets[code]


def get_criteria(session: Session, wanted: KnownSet, said: Iterable[str]) -> list[KnownCriterion]:
    """The criteria that are meant by code, name or short name (marks and case do not matter), each once.

    "all" means every one. Raises CriteriaError naming what is not in the set.
    """
    words = list(said)
    if words == ["all"]:
        return list(wanted.criteria)
    rows = session.exec(select(Criterion).where(Criterion.set_id == wanted.id))
    by_name = {name_key(word): row.code for row in rows for word in (row.name, *row.short_names)}
    known = {one.code: one for one in wanted.criteria}
    found: dict[str, KnownCriterion] = {}
    for word in words:
        code = word if word in known else by_name.get(name_key(word))
        if code is None:
            names = ", ".join(f"{one.code} {one.name}" for one in wanted.criteria)
            raise CriteriaError(f"the set {wanted.code!r} has no criterion {word!r}; it has {names}")
        found[code] = known[code]
    if not found:
        raise CriteriaError("name a criterion, by its number or its name")
    return list(found.values())


def refuse_other_places(wanted: KnownSet, unit: Unit) -> None:
    """Raise CriteriaError when the set does not measure this unit."""
    if not wanted.measures(unit.place):
        raise CriteriaError(f"{unit.name} is no {wanted.applies_to}; the set {wanted.code!r} measures nothing else")
