"""A set of three criteria, and what a test does with it."""

from datetime import date
from typing import Any

from tests.cast import Office
from tests.days import noon
from tracker.criteria import attaining
from tracker.criteria.importing import CriteriaCounts, import_criteria
from tracker.criteria.sets import get_criteria, get_set
from tracker.criteria.standings import CriteriaGrid, load_criteria_grid
from tracker.people.units import get_unit


def small_set(
    code: str = "xa-2016", names: tuple[str, ...] = ("Quy hoạch", "Giao thông", "Môi trường"), **more: str
) -> str:
    """A [[criteria_set]] with these criteria; values as TOML writes them."""
    fields = {
        "code": f'"{code}"', "name": '"Bộ tiêu chí"', "level": '"commune"', "applies_to": '"xã"',
        "source": '"Quyết định 1980/QĐ-TTg"', "valid_from": "2016-10-17",
    } | more  # fmt: skip
    criteria = ", ".join(
        f'{{ code = "{at}", name = "{name}", short_names = ["{"".join(word[0] for word in name.split()).upper()}"] }}'
        for at, name in enumerate(names, 1)
    )
    return "[[criteria_set]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items()) + f"criteria = [{criteria}]\n"  # fmt: skip


def import_text(office: Office, text: str, *, on: date) -> CriteriaCounts:
    """Import a criteria file."""
    with office.write() as session:
        return import_criteria(session, text.encode(), name="criteria.toml", today=on, now=noon(on))


def says(
    office: Office,
    act: Any,
    unit: str,
    *criteria: str,
    by: str,
    today: date,
    on_behalf_of: str | None = None,
    **what: Any,
) -> int:
    """One act of `attaining` about a unit in a transaction of its own."""
    author = office.by(by, on_behalf_of)
    with office.write() as session:
        wanted = get_set(session, None, on=today)
        chosen = get_criteria(session, wanted, criteria)
        word = attaining.Word(author, today, noon(today))
        return int(act(session, get_unit(session, unit), wanted, chosen, word=word, **what))


def grid_of(office: Office, *, on: date) -> CriteriaGrid:
    """The grid as it stood on a day."""
    with office.read() as session:
        return load_criteria_grid(session, get_set(session, None, on=on), on=on)
