"""From the bytes of a criteria file to rows that are valid in themselves, or one clear line about the first that is not."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from tracker.errors import CriteriaError

EXPECTED = "[[criteria_set]] and [[attained]], as in samples/criteria.toml"


def _line(text: str) -> str:
    text = text.strip()
    if not text or not text.isprintable():
        raise ValueError(f"{text!r} must be words on one line")
    return text


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{str(value)!r} is no day; write it as in 2020-06-30, without quotes")


Line = Annotated[str, AfterValidator(_line)]
Day = Annotated[date, BeforeValidator(_day)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CriterionRow(_Row):
    """One criterion; the first short name stands above its column."""

    code: Line
    name: Line
    short_names: tuple[Line, ...] = ()


class SetRow(_Row):
    """One version of a set of criteria."""

    code: Line
    name: Line
    level: Literal["commune", "district", "province"]
    applies_to: Line
    source: Line
    valid_from: Day
    valid_to: Day | None = None
    criteria: tuple[CriterionRow, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> "SetRow":
        if not self.criteria:
            raise ValueError("a set without criteria measures nothing")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"ends on {self.valid_to}, before it begins")
        if double := _double(one.code for one in self.criteria):
            raise ValueError(f"has two criteria with the code {double!r}")
        return self


class AttainedRow(_Row):
    """What one unit met on a day: `criteria` by code, or "all" but those in `but`; `verified_on` when somebody has looked."""

    set: Line
    unit: Line
    on: Day
    verified_on: Day | None = None
    criteria: tuple[Line, ...] | Literal["all"] = "all"
    but: tuple[Line, ...] = ()


class CriteriaFile(_Row):
    """The whole file."""

    criteria_set: tuple[SetRow, ...] = ()
    attained: tuple[AttainedRow, ...] = ()


def read_criteria(source: bytes, name: str) -> CriteriaFile:
    """The rows of the file called `name`. Raises CriteriaError naming the file and the row."""
    try:
        file = CriteriaFile.model_validate(tomllib.loads(source.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise CriteriaError(f"{name}: is no text in UTF-8; save it as UTF-8 and try again") from None
    except tomllib.TOMLDecodeError as error:
        raise CriteriaError(f"{name}: is no valid TOML: {error}; it holds {EXPECTED}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(step + 1) if isinstance(step, int) else step for step in first["loc"])
        raise CriteriaError(f"{name}: {where}: {first['msg'].removeprefix('Value error, ')}") from None
    if not file.criteria_set and not file.attained:
        raise CriteriaError(f"{name}: is empty; it holds {EXPECTED}")
    if double := _double(one.code for one in file.criteria_set):
        raise CriteriaError(f"{name}: two sets have the code {double!r}; a new version needs a code of its own")
    return file


def _double(values: Iterable[str]) -> str | None:
    return next((value for value, number in Counter(values).items() if number > 1), None)
