"""What the interface answers, field by field; dates are days of the office (ISO 8601), instants are UTC."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tracker.models import Channel, Kind, MessageState, Role

StandingWord = Literal[
    "open_in_time", "open_overdue", "open_undated", "done_on_time", "done_late", "done_undated", "cancelled"
]


class Shape(BaseModel):
    """A document of the interface."""

    model_config = ConfigDict(from_attributes=True)


class UnitName(Shape):
    """A unit by code and name."""

    code: str = Field(examples=["ubnd-xa-hop-thang"])
    name: str = Field(examples=["UBND xã Hợp Thắng"])


class NoticeName(Shape):
    """The paper that a task comes from."""

    id: int
    kind: str | None = Field(examples=["TB"])
    number: str | None = Field(examples=["253/TB-UBND"])
    issued_on: date | None


class TaskBrief(Shape):
    """A task in a list."""

    id: int
    version: int = Field(description="Counts the changes; the part of the ETag before the dash.")
    kind: Kind
    title: str = Field(examples=["Xã Hợp Thắng đạt chuẩn NTM"])
    standing: StandingWord
    is_waiting: bool = Field(description="Claimed done, not yet verified or returned.")
    is_held: bool
    percent: int
    unit: UnitName = Field(description="Who leads it.")
    place: str | None
    due_on: date | None = Field(description="The last day that is in time.")
    first_due_on: date | None = Field(description="The first date, whatever was granted later.")
    due_phrase: str | None = Field(description="The date as the paper says it.")
    promised_on: date | None
    last_report_on: date | None
    done_on: date | None
    verified_on: date | None
    cancelled_on: date | None
    notice: NoticeName
    clause: str = Field(examples=["4.4.a"])


class HistoryLine(Shape):
    """One change: who, for whom, through which door, and what was said."""

    at: datetime
    kind: str = Field(examples=["report"])
    by: str | None = Field(description="The post of whoever acted.")
    on_behalf_of: str | None
    channel: Channel
    client: str | None = Field(description="The program, where the channel is `api`.")
    note: str | None
    percent: int | None
    days: dict[str, date] = Field(description="The days that the change names: promised_on, done_on, granted_on …")


class TaskWhole(TaskBrief):
    """A task with its words, its parties and its history."""

    quote: str = Field(description="The exact words of the paper.")
    before: str = Field(description="The words of the paper before the quote.")
    after: str
    target: str | None
    recurrence: str | None
    urgency: str | None
    group: str | None
    held_until: date | None
    supports: list[str]
    supervisors: list[str]
    extension_asked_for: date | None = Field(description="The day of a request for more time that waits for a ruling.")
    is_objected: bool = Field(description="The unit says that it is not its task, and nobody has ruled yet.")
    history: list[HistoryLine]


class TaskPage(Shape):
    """A page of tasks, by number."""

    tasks: list[TaskBrief]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class NoticeBrief(Shape):
    """A notice and how many of its tasks stand where."""

    id: int
    number: str | None
    kind: str | None
    issued_on: date | None
    meeting_on: date | None
    issuer: str | None
    subject: str | None
    imported_at: datetime
    standings: dict[str, int] = Field(description="Tasks that the token reaches, by standing.")
    waiting_drafts: int | None = Field(description="null for a token of one unit.")
    open_questions: int | None = Field(description="null for a token of one unit.")


class NoticePage(Shape):
    """A page of notices, by number."""

    notices: list[NoticeBrief]
    next: str | None


class UnitBrief(Shape):
    """A unit of the register."""

    id: int
    code: str
    name: str
    place: str | None
    level: str = Field(examples=["commune"])
    kind: str = Field(examples=["people_committee"])
    parent: str | None = Field(description="The code of the unit above.")
    valid_from: date | None
    valid_to: date | None


class Answerer(Shape):
    """Whose word counts for the tasks of the unit; no name, address or telephone."""

    code: str
    post: str
    role: Role


class UnitWhole(UnitBrief):
    """A unit with those in whose name a program may report."""

    officers: list[Answerer]


class UnitPage(Shape):
    """A page of units, by number."""

    units: list[UnitBrief]
    next: str | None


class LetterBrief(Shape):
    """A letter: whose, which, where on its way. What it says is not given: it holds its receiver's keys."""

    id: int
    kind: str = Field(examples=["digest"])
    period: str = Field(examples=["2020-W26"])
    subject: str
    state: MessageState
    attempts: int
    posted_on: date
    posted_at: datetime
    officer: str = Field(description="The code of the receiver.")
    post: str


class Attempt(Shape):
    """What the mail server answered to one attempt; addresses are hidden."""

    attempt: int
    outcome: str = Field(examples=["accepted"])
    code: int | None = Field(examples=[250])
    answer: str
    answered_at: datetime


class SpokenOf(Shape):
    """A task that a letter speaks of."""

    task_id: int
    rung: str


class LetterWhole(LetterBrief):
    """A letter with its attempts and the tasks that it speaks of."""

    tries: list[Attempt]
    tasks: list[SpokenOf]


class LetterPage(Shape):
    """A page of letters, the newest first."""

    letters: list[LetterBrief]
    next: str | None


class Recorded(Shape):
    """What was recorded; the same key again gives the same again."""

    task: int
    recorded: Literal["report", "done"]
    officer: str
    client: str
    at: datetime
    version: int = Field(description="The version of the task after the change.")
    percent: int
