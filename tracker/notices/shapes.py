"""What a reading consists of: plain values, every one with the place in the text that it came from."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class NoticeHead:
    """Head and tail of the paper. What is blank, unreadable or written by hand stays None."""

    kind: str | None = None
    number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    subject: str | None = None
    concluded_by: str | None = None
    signed_by: str | None = None
    signed_for: str | None = None
    meeting_on: date | None = None
    place: str | None = None
    recipients: tuple[str, ...] = ()
    number_as_written: str | None = None
    date_as_written: str | None = None


@dataclass(frozen=True)
class ClauseSpan:
    """One clause: `path` is "4.4.a" for numbered ones, "4.4.a-2" for the second dash below it; `heading` is its title
    when it has one; text[start:end] is the clause with everything below it."""

    path: str
    heading: str | None
    start: int
    end: int
    level: int


@dataclass(frozen=True)
class ReadParty:
    """Who is named: the words of the notice, the unit they mean, or the candidates when that is not certain."""

    written: str
    unit_code: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadPlace:
    """A territory that the words name."""

    name: str
    unit_code: str | None = None


@dataclass(frozen=True)
class ReadSource:
    """One place of the notice that states the commitment, and the date that it states there."""

    quote: str
    start: int
    end: int
    clause: str | None = None
    due_on: date | None = None
    due_phrase: str | None = None


@dataclass(frozen=True)
class ReadDraft:
    """A commitment as read: task, milestone or policy; text[start:end] == quote. `due_on` is the strictest date stated,
    `other_due` the looser one, `target_on` an earlier aim; `group` names the set it belongs to or that carries it."""

    kind: str
    title: str
    clause: str | None
    quote: str
    start: int
    end: int
    sources: tuple[ReadSource, ...]
    leads: tuple[ReadParty, ...] = ()
    supports: tuple[ReadParty, ...] = ()
    supervisors: tuple[ReadParty, ...] = ()
    places: tuple[ReadPlace, ...] = ()
    group: str | None = None
    members: tuple[ReadParty, ...] = ()
    due_on: date | None = None
    due_phrase: str | None = None
    target_on: date | None = None
    other_due: date | None = None
    recurrence: str | None = None
    recurrence_day: int | None = None
    urgency: str | None = None
    target: str | None = None
    because_owner: str = ""
    because_due: str = ""
    confidence: str = "unsure"


FindingCode = Literal[
    "owner_unknown", "owner_weak", "owner_implied", "owner_unsure", "group_unresolved", "count_mismatch",
    "two_dates", "vague_date", "year_inferred", "counted_from_notice", "date_elsewhere", "event_horizon",
    "schedule_horizon", "date_before_notice", "no_such_date", "no_reference_year",
    "sum_open", "numbering_jump", "recipient_without_task", "owner_not_recipient", "suspected_scan_error",
    "number_missing", "number_unreadable", "date_missing", "date_unreadable", "no_assignment", "encoding_converted",
]  # fmt: skip


@dataclass(frozen=True)
class ReadFinding:
    """Something that a person must rule: `message` says what, text[start:end] is where, `draft` which one (an index).
    `shown` is what it is about, in the paper's words or in figures ("9 + 5 = 14 ≠ 11"), for pages in any language."""

    code: FindingCode
    message: str
    start: int
    end: int
    draft: int | None = None
    candidates: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True)
class ReadPage:
    """Where a page begins in the text; `image` names the picture kept of a page that came through character recognition."""

    number: int
    start: int
    image: str | None = None


@dataclass(frozen=True)
class ReadNotice:
    """The whole reading. All offsets count characters of `text`, which is NFC; `sha256` is of the file's bytes; `form`
    is "text", "word", "pdf" or "scan"; `pages` is empty for forms without pages."""

    text: str
    sha256: str
    document: NoticeHead
    clauses: tuple[ClauseSpan, ...] = ()
    drafts: tuple[ReadDraft, ...] = ()
    findings: tuple[ReadFinding, ...] = field(default=())
    form: str = "text"
    pages: tuple[ReadPage, ...] = ()
