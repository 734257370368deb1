"""The register as one TOML file: units, officers, appointments; checked whole before anything is written.

A row of the file is the whole row: what it leaves out is empty. Rows that the file does not name stay as they are.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from typing import Annotated, Any, Literal, TypeAlias

import sqlalchemy as sa
import tomli_w
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from sqlmodel import Session, col, select

from tracker.errors import RegisterError
from tracker.models import Appointment, Attainment, Channel, Event, Officer, Role, Unit, UnitAlias
from tracker.people.units import did_you_mean, nearest, quoted

# --- the rows of the file -------------------------------------------------------------------------------------

CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")  # also the name of a person's letters on the disk
ADDRESS = re.compile(r"[!-~]+@[!-~]+")
NOT_IN_ADDRESS = re.compile(r"[\"(),:;<>@\[\\\]]")


def _line(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    if not text:
        raise ValueError("is empty")
    if not text.isprintable():
        raise ValueError(f"{text!r} holds a line break or another sign that cannot be printed")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(f"{text!r} is no code; use small letters without marks, digits and hyphens, for example 'ubnd-xa-tho-dan'")
    return text


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text) or NOT_IN_ADDRESS.search(text.replace("@", "", 1)):
        raise ValueError(f"{text!r} is no address; write one like 'can-bo@xa.example', without marks or blanks")
    return text


def _day(value: object) -> object:
    if isinstance(value, str | int | float | datetime):
        raise ValueError(f"{value!r} is no day; write it as 2020-06-30, without quotes and without a time")
    return value


Line = Annotated[str, AfterValidator(_line)]
Code = Annotated[str, AfterValidator(_code)]
Address = Annotated[str, AfterValidator(_address)]
Day = Annotated[date, BeforeValidator(_day)]
Kind = Literal[
    "people_committee", "party", "council", "office", "committee", "front", "union", "enterprise", "school", "village", "other"
]  # fmt: skip


class Row(BaseModel):
    """A table of the register file; without room for keys that mean nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Row":
        for begins, ends in (("valid_from", "valid_to"), ("attained_on", "lost_on")):
            first, last = getattr(self, begins, None), getattr(self, ends, None)
            if first is not None and last is not None and last < first:
                raise ValueError(f"{ends} {last} is before {begins} {first}; correct one of the two days")
        return self


class AttainmentRow(Row):
    """A standard that a unit has reached."""

    label: Line
    attained_on: Day
    lost_on: Day | None = None


class UnitRow(Row):
    """[[unit]]"""

    code: Code
    name: Line
    place: Line | None = None
    level: Literal["province", "district", "commune"]
    kind: Kind
    parent: str | None = None
    successor: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    aliases: tuple[Line, ...] = ()
    attainments: tuple[AttainmentRow, ...] = ()

    @property
    def key(self) -> "Key":
        """What makes this row this row."""
        return (self.code,)


class OfficerRow(Row):
    """[[officer]]"""

    code: Code
    post: Line
    name: Line | None = None
    email: Address | None = None
    telephone: Line | None = None

    @property
    def key(self) -> "Key":
        """What makes this row this row."""
        return (self.code,)


class AppointmentRow(Row):
    """[[appointment]]"""

    officer: str
    unit: str
    role: Role
    valid_from: Day
    valid_to: Day | None = None

    @property
    def key(self) -> "Key":
        """What makes this row this row: the end may change, the rest may not."""
        return (self.officer, self.unit, self.role.value, self.valid_from.isoformat())

    @property
    def span(self) -> str:
        """Its days, for a message."""
        return f"from {self.valid_from} {f'to {self.valid_to}' if self.valid_to else 'on'}"
