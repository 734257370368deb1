"""The rows of a register file, each checked in itself, and the register as a value."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from tracker.models import Role

CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")  # stands in the names of files, so nothing but this
ADDRESS = re.compile(r"[^\s@(),:;<>\[\]\"\\]+@[^\s@(),:;<>\[\]\"\\]+", re.ASCII)
Key = tuple[str, ...]


def _line(text: str) -> str:
    """NFC, so that a name typed on another machine is the same name; one line, so that it may stand in a mail header."""
    text = unicodedata.normalize("NFC", text).strip(" ")
    if not text:
        raise ValueError("is empty; leave the key out instead")
    if not text.isprintable():
        raise ValueError(f"{text!r} holds a line break or a sign that cannot be printed; write it on one line")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(
            f"{text!r} is no code; use small letters without marks, digits and hyphens, as in 'ubnd-xa-tho-dan'"
        )
    return text


def _address(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no mail address; write one as in 'can-bo@xa.example', without marks or blanks")
    return text


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{str(value)!r} is no day; write it as in 2020-06-30, without quotes and without a time")


Line = Annotated[str, AfterValidator(_line)]
Code = Annotated[str, AfterValidator(_code)]
Address = Annotated[str, AfterValidator(_address)]
Day = Annotated[date, BeforeValidator(_day)]
UnitKind = Literal[
    "people_committee", "party", "council", "office", "committee", "front", "union", "enterprise", "school", "village", "other",
]  # fmt: skip


class Row(BaseModel):
    """A table of the file; without room for keys that mean nothing, and it does not end before it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: ClassVar[str]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Row":
        for begins, ends in (("valid_from", "valid_to"), ("attained_on", "lost_on")):
            first, last = getattr(self, begins, None), getattr(self, ends, None)
            if first is not None and last is not None and last < first:
                raise ValueError(f"{ends} {last} is before {begins} {first}; correct one of the two")
        return self

    @property
    def key(self) -> Key:
        """What makes this row this row and no other."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """What a person recognises the row by."""
        return repr(self.key[0])


class AttainmentRow(Row):
    """A standard that a unit has reached, inside its [[unit]] row."""

    table = "attainment"
    label: Line
    attained_on: Day
    lost_on: Day | None = None


class UnitRow(Row):
    """[[unit]]: a body that can own work."""

    table = "unit"
    code: Code
    name: Line
    place: Line | None = None
    level: Literal["province", "district", "commune"]
    kind: UnitKind
    parent: str | None = None
    successor: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    aliases: tuple[Line, ...] = ()
    attainments: tuple[AttainmentRow, ...] = ()

    @property
    def key(self) -> Key:
        """Its code."""
        return (self.code,)

    def keeping_lists_of(self, held: "UnitRow") -> "UnitRow":
        """This row with the names and standards that the unit has had: a name learned from a paper is not unlearned.

        An attainment is the same when label and first day are; to take one back, let it be lost on its first day.
        """
        aliases = dict.fromkeys(held.aliases + self.aliases)
        attainments = {(one.label, one.attained_on): one for one in held.attainments + self.attainments}
        return self.model_copy(update={"aliases": tuple(aliases), "attainments": tuple(attainments.values())})


class OfficerRow(Row):
    """[[officer]]: a person, or a post where no person is known."""

    table = "officer"
    code: Code
    post: Line
    name: Line | None = None
    email: Address | None = None
    telephone: Line | None = None

    @property
    def key(self) -> Key:
        """Its code."""
        return (self.code,)


class AppointmentRow(Row):
    """[[appointment]]: who holds which role where, both days included."""

    table = "appointment"
    officer: str
    unit: str
    role: Role
    valid_from: Day
    valid_to: Day | None = None

    @property
    def key(self) -> Key:
        """All but the last day, which alone may change."""
        return (self.officer, self.unit, self.role.value, self.valid_from.isoformat())

    @property
    def title(self) -> str:
        """The officer and the unit."""
        return f"officer {self.officer!r}, unit {self.unit!r}"

    @property
    def last_day(self) -> date:
        """The last day, or the end of days."""
        return self.valid_to or date.max

    @property
    def words(self) -> str:
        """For example: head from 2020-01-01 to 2020-06-30."""
        return f"{self.role} from {self.valid_from} {f'to {self.valid_to}' if self.valid_to else 'on'}"


class AbsenceRow(Row):
    """[[absence]]: who stands in for whom, both days included; without valid_to until further notice."""

    table = "absence"
    officer: str
    substitute: str
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _is_of_two(self) -> "AbsenceRow":
        if self.officer == self.substitute:
            raise ValueError(f"officer and substitute are both {self.officer!r}; name another officer as substitute")
        return self

    @property
    def key(self) -> Key:
        """Officer and first day; the substitute and the last day may change."""
        return (self.officer, self.valid_from.isoformat())

    @property
    def title(self) -> str:
        """The officer and the first day."""
        return f"officer {self.officer!r} from {self.valid_from}"

    @property
    def last_day(self) -> date:
        """The last day, or the end of days."""
        return self.valid_to or date.max


RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True)
class Register:
    """Rows by their keys; `numbers` says at which place of its table in the file a row stands, from 1."""

    units: Mapping[Key, UnitRow] = field(default_factory=dict)
    officers: Mapping[Key, OfficerRow] = field(default_factory=dict)
    appointments: Mapping[Key, AppointmentRow] = field(default_factory=dict)
    absences: Mapping[Key, AbsenceRow] = field(default_factory=dict)
    numbers: Mapping[tuple[str, Key], int] = field(default_factory=dict)

    def brought_by(self, file: "Register") -> "Register":
        """The rows of the file as they will stand when this register is what the database holds."""
        units = {key: row.keeping_lists_of(self.units.get(key, row)) for key, row in file.units.items()}
        return replace(file, units=units)

    def with_rows_of(self, file: "Register") -> "Register":
        """Both together; where both have a row, the file's counts."""
        return Register(
            {**self.units, **file.units},
            {**self.officers, **file.officers},
            {**self.appointments, **file.appointments},
            {**self.absences, **file.absences},
            file.numbers,
        )

    def label(self, row: Row) -> str:
        """Where to look for a row: appointment 17 (officer 'x', unit 'y')."""
        number = self.number(row)
        return f"{row.table} {number} ({row.title})" if number else f"the stored {row.table} ({row.title})"

    def number(self, row: Row) -> int:
        """The place of the row in the file; 0 when only the database holds it."""
        return self.numbers.get((row.table, row.key), 0)


def by_key(rows: Iterable[RowT]) -> dict[Key, RowT]:
    """The rows under their keys, in the order given."""
    return {row.key: row for row in rows}
