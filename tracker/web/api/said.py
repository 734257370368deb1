"""What a program may bring: four kinds of report, each with the fields that it needs and no other."""

import unicodedata
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tracker.rules.lifecycle import Verb
from tracker.tasks.progress import DIFFICULTY, NO_CHANGE

TEXT_LENGTH = 4000


def _text(text: str) -> str:
    """NFC, and no control characters, which no database and no letter takes."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise ValueError("is empty; say what was done or what is in the way")
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        raise ValueError("holds control characters")
    return text


def _day(value: object) -> object:
    """As pydantic reads days, only stricter: it would take seconds since 1970, and a time of day that is midnight."""
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) != 10:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no day; write 2020-07-03") from None


Note = Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH), AfterValidator(_text)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Officer = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=r"^[a-z0-9._-]+$",
        description="Code of a contact or head of the unit that leads the task: whose word it is.",
        examples=["cb-ntm-xa-hop-thang"],
    ),
]


class Brought(BaseModel):
    """A report, in the name of an officer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    officer: Officer

    @property
    def verb(self) -> Verb:
        """What it is for the task."""
        return Verb.REPORT

    def given(self) -> dict[str, Any]:
        """The inputs of the verb; without "percent" the task keeps its own."""
        raise NotImplementedError


class Progress(Brought):
    """How far it is."""

    kind: Literal["progress"]
    percent: int = Field(ge=0, le=100, examples=[60])
    note: Note = Field(description="What was done, what is in the way.", examples=["Đã đạt 17/19 tiêu chí"])
    promised_on: Day | None = Field(None, description="The day by which it will be done.")

    def given(self) -> dict[str, Any]:
        """Percent, note and the promised day."""
        return {"percent": self.percent, "note": self.note, "promise": self.promised_on}


class Done(Brought):
    """It is done: closed when somebody outside the unit has verified it."""

    kind: Literal["done"]
    note: Note = Field(description="What the result is and where it can be seen.")
    done_on: Day | None = Field(None, description="The day on which it was done; today when left out.")

    @property
    def verb(self) -> Verb:
        """A claim."""
        return Verb.DONE

    def given(self) -> dict[str, Any]:
        """Note and the day that is claimed."""
        return {"note": self.note, "on": self.done_on}


class Difficulty(Brought):
    """Something is in the way."""

    kind: Literal["difficulty"]
    note: Note = Field(description="What is in the way, and who can help.")
    promised_on: Day | None = Field(None, description="The day by which it will be done all the same.")

    def given(self) -> dict[str, Any]:
        """The note says what it is, as from the page."""
        return {"note": DIFFICULTY.format(self.note), "promise": self.promised_on}


class NoChange(Brought):
    """Nothing new since the last report."""

    kind: Literal["no_change"]

    def given(self) -> dict[str, Any]:
        """The sentence of the page."""
        return {"note": NO_CHANGE}


Said = Annotated[Progress | Done | Difficulty | NoChange, Field(discriminator="kind")]
