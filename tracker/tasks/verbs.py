"""What a person can do to a task: each verb with what it asks for and the function that does it; one table for all doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import Session, select

from tracker.config import Config
from tracker.errors import InputError
from tracker.models import Notice, Task
from tracker.people.units import get_unit
from tracker.rules.forecast import Confidence
from tracker.rules.lifecycle import Verb
from tracker.storage import Storage
from tracker.tasks import decisions, evidence, extensions, objections, progress, rulings
from tracker.tasks.evidence import GivenFile
from tracker.tasks.history import Author
from tracker.workdays import office_calendar


def perform(
    session: Session,
    verb: Verb,
    task_id: int,
    given: Mapping[str, object],
    *,
    author: Author,
    config: Config,
    today: date,
    now: datetime,
) -> Task:
    """Do `verb` to a task with what the person gave for it, in the caller's transaction.

    `given` holds the fields of the verb's inputs (ACTS). Raises InputError naming a field that is missing, unknown or
    of a wrong type, and TaskError when the person or the state of the task does not allow the verb.
    """
    act = ACTS[verb]
    wanted = read_inputs(verb, given).keywords(session, config)
    return act.do(session, task_id, **wanted, author=author, today=today, now=now)


def read_inputs(verb: Verb, given: Mapping[str, object]) -> "Inputs":
    """The inputs of a verb, checked. Raises InputError with every field that is wrong."""
    try:
        return ACTS[verb].inputs.model_validate(given)
    except ValidationError as error:
        known = ", ".join(ACTS[verb].inputs.model_fields)
        raise InputError(f"{verb}: {'; '.join(_problem(one, known) for one in error.errors())}") from None


def _problem(error: Any, known: str) -> str:
    field = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown field {field!r} (it takes {known})"
    said = error["msg"].removeprefix("Value error, ")
    return f"{field}: {said}" if field else said


def _no_number(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError(f"{value!r} is no date; write 2020-07-03")
    return value


Day = Annotated[date, BeforeValidator(_no_number)]  # pydantic would take a number for seconds since 1970


class Inputs(BaseModel):
    """What a verb asks of the person; the names are those of the options and of the fields of a story."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """The same, as keyword arguments of the verb's function."""
        return self.model_dump()


class Report(Inputs):
    """Report progress."""

    percent: int = Field(description="How much is done, 0 to 100.")
    note: str = Field(description="What was done, what is in the way.")
    promise: Day | None = Field(None, description="The day by which it will be done.")
    confidence: Confidence | None = Field(None, description="What the owner thinks of the date.")
    help_wanted: str | None = Field(None, description="Who should help with what; '' takes it back.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """`promise` is the promised day."""
        return self.model_dump(exclude={"promise"}) | {"promised_on": self.promise}


class Done(Inputs):
    """Claim that it is done; it closes when somebody else has verified it."""

    note: str = Field(description="What the result is and where it can be seen.")
    on: Day | None = Field(None, description="The day on which it was done; default: today.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """`on` is the day that is claimed."""
        return {"note": self.note, "done_on": self.on}


class Noted(Inputs):
    """A word beside the act."""

    note: str = Field("", description="A word for the history.")


class Verify(Noted):
    """Accept a claim: the task closes with the day that was claimed."""


class Return(Inputs):
    """Return a claim with the reason; the task is open again."""

    note: str = Field(validation_alias=AliasChoices("note", "reason"), description="What is missing.")


class Acknowledge(Noted):
    """An overseer takes note of a slip; silent for some working days."""

    promise: Day | None = Field(None, description="The day by which the overseer will have acted.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """How long an acknowledgement holds is the office's choice, not the overseer's."""
        held = [rung.acknowledgement_working_days for rung in config.ladder if rung.acknowledgement_working_days]
        calendar = office_calendar(config.calendar)
        working_days = held[0] if held else ACKNOWLEDGED_WORKING_DAYS
        return {"note": self.note, "promised_on": self.promise, "calendar": calendar, "working_days": working_days}


class ExtendAsk(Inputs):
    """Ask for more time, with a reason."""

    until: Day = Field(description="The new last day that is asked for.")
    reason: str = Field(validation_alias=AliasChoices("reason", "note"), description="Why the date cannot be met.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """`until` is what is proposed."""
        return {"proposed_on": self.until, "reason": self.reason}


class ExtendDecide(Noted):
    """Grant a date, which may differ from the one asked for, or refuse."""

    grant: Day | None = Field(None, description="The new last day.")
    refuse: bool = Field(False, description="Grant nothing.")

    @model_validator(mode="after")
    def _either(self) -> "ExtendDecide":
        if self.refuse == (self.grant is not None):
            raise ValueError("either grant a date or refuse")
        return self

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """No date granted is a refusal."""
        return {"granted_on": self.grant, "note": self.note}


class Reasoned(Inputs):
    """A ruling gives its reason."""

    reason: str = Field(validation_alias=AliasChoices("reason", "note"), description="Which ruling, and why.")


class Hold(Reasoned):
    """Keep silent about it for a while."""

    until: Day | None = Field(None, description="The last day of the silence; default: until it is released.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """`until` is the last silent day."""
        return {"reason": self.reason, "until_on": self.until}


class Release(Noted):
    """End a hold."""


class Reassign(Reasoned):
    """Give it to another unit."""

    unit: str = Field(description="Code or name of the unit that answers from now on.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """The unit of the register."""
        return {"unit": get_unit(session, self.unit), "reason": self.reason}


class Cancel(Reasoned):
    """Close it without result."""


class Object(Reasoned):
    """Say that it is not the unit's task; it stays there until the office rules."""


class Overrule(Inputs):
    """Keep it with its unit against the unit's objection."""

    note: str = Field(validation_alias=AliasChoices("note", "reason"), description="Why it stays.")


class Rule(Inputs):
    """Record what the meeting decided; it becomes the first line of the next letter."""

    text: str = Field(validation_alias=AliasChoices("text", "note", "reason"), description="The words of the ruling.")


class Amend(Inputs):
    """A later notice changes its date or its words, or ends it; both dates are kept."""

    notice: str = Field(description="Number of the later notice, which was imported.")
    text: str = Field(validation_alias=AliasChoices("text", "note", "reason"), description="The words that change it.")
    due: Day | None = Field(None, description="The new last day.")
    cancel: bool = Field(False, description="The notice ends the task.")

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """The notice itself."""
        notice = session.exec(select(Notice).where(Notice.number == self.notice)).first()
        if notice is None:
            raise InputError(f"there is no notice {self.notice!r}; 'tracker notice list' shows the numbers")
        return {"notice": notice, "text": self.text, "due_on": self.due, "is_cancelled": self.cancel}


class Reopen(Reasoned):
    """Open a verified task again."""


class AddEvidence(Noted):
    """Add photos or PDFs to the last report, until the task is verified."""

    files: tuple[GivenFile, ...] = Field(
        validation_alias=AliasChoices("files", "file"), description="A photo (.jpg, .png) or a PDF; may be repeated."
    )

    def keywords(self, session: Session, config: Config) -> dict[str, Any]:
        """Where files are kept, and how many and how large they may be."""
        storage = Storage(config.storage.folder)
        return {"files": self.files, "note": self.note, "storage": storage, "limits": config.storage}


ACKNOWLEDGED_WORKING_DAYS = 5  # product.md, "The ladder": where no rung of the office's own ladder says it


@dataclass(frozen=True, slots=True)
class Act:
    """One verb: what it asks for and the function that does it."""

    inputs: type[Inputs]
    do: Callable[..., Task]


ACTS: Mapping[Verb, Act] = {
    Verb.REPORT: Act(Report, progress.report),
    Verb.DONE: Act(Done, progress.report_done),
    Verb.VERIFY: Act(Verify, progress.verify),
    Verb.RETURN: Act(Return, progress.return_to_owner),
    Verb.EXTEND_ASK: Act(ExtendAsk, extensions.ask_extension),
    Verb.EXTEND_DECIDE: Act(ExtendDecide, extensions.decide_extension),
    Verb.HOLD: Act(Hold, rulings.hold),
    Verb.RELEASE: Act(Release, rulings.release),
    Verb.ACKNOWLEDGE: Act(Acknowledge, progress.acknowledge),
    Verb.REASSIGN: Act(Reassign, rulings.reassign),
    Verb.CANCEL: Act(Cancel, rulings.cancel),
    Verb.OBJECT: Act(Object, objections.object_to),
    Verb.OVERRULE: Act(Overrule, objections.overrule),
    Verb.RULE: Act(Rule, decisions.rule),
    Verb.AMEND: Act(Amend, decisions.amend),
    Verb.REOPEN: Act(Reopen, decisions.reopen),
    Verb.EVIDENCE: Act(AddEvidence, evidence.add_evidence),
}
