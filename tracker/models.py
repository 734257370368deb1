"""The rows, in the order of the journey: people, paper, commitments, what was said, letters.

Validate input before it gets here: SQLModel does not validate `table=True` models. No `from __future__ import
annotations` in this file (it breaks the relationships of SQLModel).
"""

import enum
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept as UTC, which SQLite would otherwise forget."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """UTC on the way in; a naive instant is a programming error."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}: instants are aware UTC")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Aware UTC on the way out, also where the database dropped the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _choice(kind: type[enum.StrEnum]) -> Any:
    values = [member.value for member in kind]
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda _: values,
        length=32,
        name=kind.__name__.lower(),
    )


def _instant(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=sa.Column(Instant, nullable=nullable, index=index))


class Role(enum.StrEnum):
    """What an officer is in a unit."""

    CONTACT = "contact"
    HEAD = "head"
    OVERSEER = "overseer"
    OFFICE = "office"
    CHAIR = "chair"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


class Kind(enum.StrEnum):
    """nhiệm vụ, mốc, chủ trương."""

    TASK = "task"
    MILESTONE = "milestone"
    POLICY = "policy"


class Channel(enum.StrEnum):
    """The door through which a change came."""

    COMMAND = "command"
    WEB = "web"
    LINK = "link"
    API = "api"
    MAIL = "mail"
    STORY = "story"


class MentionRole(enum.StrEnum):
    """In which part a unit or place is named by a draft or task."""

    LEAD = "lead"
    SUPPORT = "support"
    SUPERVISE = "supervise"
    MEMBER = "member"
    PLACE = "place"


class DraftState(enum.StrEnum):
    """What a person has made of a draft."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class UploadState(enum.StrEnum):
    """How far the reading of an uploaded paper has come."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    REFUSED = "refused"


class MessageState(enum.StrEnum):
    """Where a letter is on its way."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    REFUSED = "refused"
    UNADDRESSED = "unaddressed"


class IncomingKind(enum.StrEnum):
    """What a mail to the office is."""

    ANSWER = "answer"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    FOREIGN = "foreign"


# --- people ---------------------------------------------------------------------------------------------------


class Unit(SQLModel, table=True):
    """đơn vị: a body that can own work, from one day to another; units merge and are renamed."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str = Field(index=True)
    place: str | None = Field(default=None, index=True)
    level: str
    kind: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    successor_id: int | None = Field(default=None, foreign_key="unit.id")
    valid_from: date | None = None
    valid_to: date | None = None


class UnitAlias(SQLModel, table=True):
    """Another name under which papers know the unit."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    alias: str


class Attainment(SQLModel, table=True):
    """What a unit has reached, and since when: the data behind "18 xã đã đạt chuẩn"."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    label: str
    attained_on: date
    lost_on: date | None = None


class CriteriaSet(SQLModel, table=True):
    """bộ tiêu chí: one version of a set of criteria, from one day to another; `applies_to` is the word that the places
    begin with which it measures ("xã")."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    level: str
    applies_to: str
    source: str
    valid_from: date
    valid_to: date | None = None


class Criterion(SQLModel, table=True):
    """tiêu chí: one criterion of one version of a set, with the short names by which officials call it."""

    __table_args__ = (sa.UniqueConstraint("set_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    set_id: int = Field(foreign_key="criteriaset.id")
    position: int
    code: str
    name: str
    short_names: list[str] = Field(default_factory=list, sa_column=sa.Column(sa.JSON, nullable=False))


class CriterionAttainment(SQLModel, table=True):
    """A unit has met a criterion from a day on, who said so, who verified it, and since when it is lost again.

    A criterion that was lost is met again by a new row; only one row of a unit and a criterion has no `lost_on`.
    """

    __table_args__ = (
        sa.Index(
            "ix_criterionattainment_held", "unit_id", "criterion_id", unique=True,
            sqlite_where=sa.text("lost_on IS NULL"), postgresql_where=sa.text("lost_on IS NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    criterion_id: int = Field(foreign_key="criterion.id", index=True)
    attained_on: date
    note: str = ""
    reported_by_id: int | None = Field(default=None, foreign_key="officer.id")
    reported_at: datetime = _instant()
    verified_by_id: int | None = Field(default=None, foreign_key="officer.id")
    verified_on: date | None = None
    lost_on: date | None = None
    lost_because: str = ""
    lost_by_id: int | None = Field(default=None, foreign_key="officer.id")


class CriterionEvidence(SQLModel, table=True):
    """minh chứng tiêu chí: a file that shows that a unit has met a criterion."""

    id: int | None = Field(default=None, primary_key=True)
    attainment_id: int = Field(foreign_key="criterionattainment.id", index=True)
    sha256: str = Field(foreign_key="storedfile.sha256", index=True)
    file_name: str
    author_id: int = Field(foreign_key="officer.id")
    given_at: datetime = _instant()


class Officer(SQLModel, table=True):
    """cán bộ: a person, or in samples a post."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    post: str
    name: str | None = None
    email: str | None = None
    telephone: str | None = None


class Appointment(SQLModel, table=True):
    """Who holds which role where, from when to when (both days included; to = None is open)."""

    __table_args__ = (
        sa.Index("ix_appointment_unit_role", "unit_id", "role"),
        sa.Index("ix_appointment_role", "role"),
    )
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    unit_id: int = Field(foreign_key="unit.id")
    role: Role = Field(sa_column=sa.Column(_choice(Role), nullable=False))
    valid_from: date
    valid_to: date | None = None


class Absence(SQLModel, table=True):
    """vắng mặt, thay thế: whoever stands in for an officer, both days included (to = None: until further notice)."""

    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    substitute_id: int = Field(foreign_key="officer.id")
    valid_from: date
    valid_to: date | None = None


# --- paper ----------------------------------------------------------------------------------------------------


class Notice(SQLModel, table=True):
    """thông báo: one paper, as it was read."""

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    file_name: str
    number: str | None = Field(default=None, index=True)
    kind: str | None = None
    issued_on: date | None = None
    meeting_on: date | None = None
    issuer: str | None = None
    subject: str | None = None
    concluded_by: str | None = None
    signed_by: str | None = None
    text: str
    form: str = "text"
    imported_at: datetime = _instant()


class StoredFile(SQLModel, table=True):
    """tệp gốc: the bytes of a paper or of evidence, kept as they came in [storage] folder under their hash."""

    sha256: str = Field(primary_key=True)
    size: int
    media_type: str
    stored_at: datetime = _instant()


class Upload(SQLModel, table=True):
    """tệp tải lên: a paper on its way to being a notice, and how far its reading has come."""

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(index=True)
    file_name: str
    officer_id: int = Field(foreign_key="officer.id")
    channel: Channel = Field(sa_column=sa.Column(_choice(Channel), nullable=False))
    uploaded_at: datetime = _instant()
    state: UploadState = Field(default=UploadState.WAITING, sa_column=sa.Column(_choice(UploadState), nullable=False))
    page: int = 0
    pages: int = 0
    attempts: int = 0
    lease_ends_at: datetime | None = _instant(nullable=True)
    problem: str = ""
    is_secret: bool = False
    notice_id: int | None = Field(default=None, foreign_key="notice.id")


class NoticePage(SQLModel, table=True):
    """trang: where a page of the paper begins in Notice.text; `image` names the kept picture of a recognised one."""

    __table_args__ = (sa.UniqueConstraint("notice_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    number: int
    start: int
    image: str | None = None


class Clause(SQLModel, table=True):
    """mục, điểm, khoản: a node of the paper's tree; offsets count code points of Notice.text."""

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    path: str
    heading: str
    start: int
    end: int


class Draft(SQLModel, table=True):
    """dự thảo: what the reader proposes; nothing is ever sent from it."""

    __table_args__ = (sa.UniqueConstraint("notice_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    position: int
    state: DraftState = Field(default=DraftState.PROPOSED, sa_column=sa.Column(_choice(DraftState), nullable=False))
    kind: Kind = Field(sa_column=sa.Column(_choice(Kind), nullable=False))
    title: str
    clause: str
    quote: str
    start: int
    end: int
    due_on: date | None = None
    due_phrase: str | None = None
    target_on: date | None = None
    other_due_on: date | None = None
    recurrence: str | None = None
    recurrence_day: int | None = None
    urgency: str | None = None
    target: str | None = None
    group: str | None = Field(default=None, sa_column=sa.Column("group_label", sa.String, nullable=True))
    because_owner: str | None = None
    because_due: str | None = None
    confidence: str = "unsure"
    split_from: int | None = None  # the position of the draft that it was cut from
    merged_into: int | None = None  # the position of the draft that it went into; its state is then "rejected"


class DraftRuling(SQLModel, table=True):
    """điều đã sửa ở dự thảo: what an officer did to drafts, and what stood before, so that it can be taken back."""

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    verb: str
    positions: list[int] = Field(default_factory=list, sa_column=sa.Column(sa.JSON, nullable=False))
    before: dict[str, Any] = Field(default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False))
    note: str = ""
    author_id: int = Field(foreign_key="officer.id")
    channel: Channel = Field(sa_column=sa.Column(_choice(Channel), nullable=False))
    ruled_at: datetime = _instant()
    undone_by_id: int | None = Field(default=None, foreign_key="officer.id")
    undone_at: datetime | None = _instant(nullable=True)


class DraftSource(SQLModel, table=True):
    """Every place of the notice that states the commitment."""

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    clause: str
    quote: str
    start: int
    end: int
    due_on: date | None = None
    due_phrase: str | None = None


class DraftMention(SQLModel, table=True):
    """A unit or place that the draft names, as written, and the unit it was resolved to."""

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    role: MentionRole = Field(sa_column=sa.Column(_choice(MentionRole), nullable=False))
    position: int
    written: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id")


class Finding(SQLModel, table=True):
    """điểm cần hỏi: a question that a person must rule; the ruling keeps its author."""

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    draft_id: int | None = Field(default=None, foreign_key="draft.id", index=True)
    code: str
    message: str
    start: int | None = None
    end: int | None = None
    candidates: str = ""
    shown: str = ""
    ruling: str | None = None
    ruled_by_id: int | None = Field(default=None, foreign_key="officer.id")
    ruled_at: datetime | None = _instant(nullable=True)


# --- commitments ----------------------------------------------------------------------------------------------


class Task(SQLModel, table=True):
    """nhiệm vụ, mốc, chủ trương: one commitment of one unit.

    The columns from `percent` on repeat what the rows below say, so that a sweep reads one table; they are written
    in the same transaction as those rows and never alone.
    """

    __table_args__ = (
        sa.Index("ix_task_open", "due_on", sqlite_where=sa.text("verified_on IS NULL AND cancelled_on IS NULL")),
        sa.Index("ix_task_lead", "lead_unit_id"),
        sa.Index(
            "ix_task_promised",
            "promised_on",
            sqlite_where=sa.text("promised_on IS NOT NULL"),
            postgresql_where=sa.text("promised_on IS NOT NULL"),
        ),
        *(
            sa.Index(
                f"ix_task_{name}",
                column,
                sqlite_where=sa.text(f"{column} IS NOT NULL"),
                postgresql_where=sa.text(f"{column} IS NOT NULL"),
            )
            for name, column in (("help", "help_wanted_on"), ("confidence", "confidence"))
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    kind: Kind = Field(sa_column=sa.Column(_choice(Kind), nullable=False))
    title: str
    clause: str
    quote: str
    start: int
    end: int
    target: str | None = None
    recurrence: str | None = None
    recurrence_day: int | None = None
    urgency: str | None = None
    group: str | None = Field(default=None, sa_column=sa.Column("group_label", sa.String, nullable=True))
    lead_unit_id: int = Field(foreign_key="unit.id")
    place: str | None = None
    place_unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    first_due_on: date | None = None
    due_on: date | None = None
    due_phrase: str | None = None
    confirmed_by_id: int = Field(foreign_key="officer.id")
    confirmed_on: date
    version: int = 1
    percent: int = 0
    last_report_on: date | None = None
    promised_on: date | None = None
    done_on: date | None = None
    verified_on: date | None = None
    cancelled_on: date | None = None
    is_held: bool = False
    held_until: date | None = None
    confidence: str | None = None
    help_wanted: str = ""
    help_wanted_on: date | None = None


class TaskMention(SQLModel, table=True):
    """Who supports or supervises a task."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    role: MentionRole = Field(sa_column=sa.Column(_choice(MentionRole), nullable=False))
    written: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id")


class ProgressReport(SQLModel, table=True):
    """báo cáo tiến độ: a word of the owner; `done_on` set means "done" is claimed for that day."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    percent: int
    note: str
    promised_on: date | None = None
    done_on: date | None = None
    confidence: str | None = None
    help_wanted: str = ""
    reported_on: date
    author_id: int = Field(foreign_key="officer.id")
    reported_at: datetime = _instant()


class Evidence(SQLModel, table=True):
    """minh chứng: a file that the owner gave with a report, or added to it later."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    report_id: int = Field(foreign_key="progressreport.id")
    sha256: str = Field(foreign_key="storedfile.sha256", index=True)
    file_name: str
    author_id: int = Field(foreign_key="officer.id")
    given_at: datetime = _instant()


class Verification(SQLModel, table=True):
    """nghiệm thu, trả lại: the answer to a claim of "done"."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    report_id: int = Field(foreign_key="progressreport.id")
    is_verified: bool
    note: str
    author_id: int = Field(foreign_key="officer.id")
    decided_on: date
    decided_at: datetime = _instant()


class Extension(SQLModel, table=True):
    """gia hạn: asked by one, decided by another; `granted_on` None with `decided_at` set is a refusal."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    reason: str
    due_before: date | None
    proposed_on: date
    asked_by_id: int = Field(foreign_key="officer.id")
    asked_on: date
    asked_at: datetime = _instant()
    granted_on: date | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="officer.id")
    decided_at: datetime | None = _instant(nullable=True)
    note: str = ""


class Objection(SQLModel, table=True):
    """không phải việc của đơn vị: the owner says so, the office answers: reassign, or keep with a reason."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    reason: str
    author_id: int = Field(foreign_key="officer.id")
    raised_on: date
    raised_at: datetime = _instant()
    answer: str = ""
    answered_by_id: int | None = Field(default=None, foreign_key="officer.id")
    answered_at: datetime | None = _instant(nullable=True)


class Hold(SQLModel, table=True):
    """tạm dừng: with a reason and an end."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    reason: str
    until_on: date | None = None
    author_id: int = Field(foreign_key="officer.id")
    held_at: datetime = _instant()
    released_by_id: int | None = Field(default=None, foreign_key="officer.id")
    released_at: datetime | None = _instant(nullable=True)


class Acknowledgement(SQLModel, table=True):
    """tiếp nhận: an overseer has taken note; good until `expires_on`, included."""

    __table_args__ = (sa.Index("ix_acknowledgement_task_officer", "task_id", "officer_id"),)
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    officer_id: int = Field(foreign_key="officer.id")
    note: str
    due_on: date | None = None
    acknowledged_on: date
    promised_on: date | None = None
    expires_on: date
    acknowledged_at: datetime = _instant()


class Ruling(SQLModel, table=True):
    """kết luận về một nhiệm vụ: what was decided about it, by whom, and by which later notice; both dates are kept.

    kind: rule (the words of a meeting), extend, refuse, amend, cancel, reassign, reopen.
    """

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    kind: str
    text: str
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    due_before: date | None = None
    due_on: date | None = None
    author_id: int = Field(foreign_key="officer.id")
    decided_on: date = Field(index=True)
    decided_at: datetime = _instant()


class Event(SQLModel, table=True):
    """nhật ký: the history, append-only (a trigger refuses change), one row in the transaction of every change."""

    id: int | None = Field(default=None, primary_key=True)
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    kind: str
    happened_at: datetime = _instant()
    author_id: int | None = Field(default=None, foreign_key="officer.id")
    on_behalf_of_id: int | None = Field(default=None, foreign_key="officer.id")
    channel: Channel = Field(sa_column=sa.Column(_choice(Channel), nullable=False))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False))


# --- letters --------------------------------------------------------------------------------------------------


class Message(SQLModel, table=True):
    """A letter in the outbox: whose, which, and where on its way; its bytes lie beside it in MessageBody."""

    __table_args__ = (
        sa.UniqueConstraint("officer_id", "kind", "period"),
        sa.Index("ix_message_due", "state", "next_attempt_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    kind: str
    period: str
    subject: str
    message_id: str = Field(unique=True)
    posted_on: date = Field(index=True)
    posted_at: datetime = _instant()
    state: MessageState = Field(
        default=MessageState.WAITING, sa_column=sa.Column(_choice(MessageState), nullable=False)
    )
    attempts: int = 0
    next_attempt_at: datetime = _instant()
    leased_by: str | None = None
    lease_ends_at: datetime | None = _instant(nullable=True)


class MessageBody(SQLModel, table=True):
    """The bytes of a letter, built once: they are what goes out, however often it is tried.

    Apart from Message, whose row is written anew at every step of the way (docs/decisions/0014).
    """

    message_id: int = Field(primary_key=True, foreign_key="message.id")
    content: bytes


class Receipt(SQLModel, table=True):
    """biên nhận: what the server answered to one attempt."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    attempt: int
    outcome: str
    code: int | None = None
    answer: str = ""
    address: str | None = None
    answered_at: datetime = _instant()


class Relay(SQLModel, table=True):
    """A mail server that our letters go to, and how it has behaved: `failures` in a row over all processes.

    `probe_at` set means that it has refused everything: until then it gets nothing, then one letter.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    failures: int = 0
    openings: int = 0
    failing_since: datetime | None = _instant(nullable=True)
    probe_at: datetime | None = _instant(nullable=True)
    said: str = ""


class RelayLine(SQLModel, table=True):
    """The connections that one delivery has to a relay, so that several processes together keep its limit."""

    id: int | None = Field(default=None, primary_key=True)
    relay_id: int = Field(foreign_key="relay.id", index=True)
    holder: str = Field(unique=True)
    connections: int
    ends_at: datetime = _instant()


class RelayPace(SQLModel, table=True):
    """So many letters of one batch to one domain ("": to all): what the limits a minute are counted from."""

    __table_args__ = (sa.Index("ix_relaypace_relay_ended", "relay_id", "ended_at"),)
    id: int | None = Field(default=None, primary_key=True)
    relay_id: int = Field(foreign_key="relay.id")
    holder: str = Field(index=True)
    domain: str
    letters: int
    lease_ends_at: datetime = _instant()
    ended_at: datetime | None = _instant(nullable=True)


class Said(SQLModel, table=True):
    """điều đã nói: one rung about one task to one officer; the key holds the date it was said for."""

    __table_args__ = (sa.UniqueConstraint("task_id", "officer_id", "key"), sa.Index("ix_said_message", "message_id"))
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    officer_id: int = Field(foreign_key="officer.id")
    rung: str
    key: str
    due_on: date | None = None
    said_on: date
    message_id: int = Field(foreign_key="message.id")


class Incoming(SQLModel, table=True):
    """thư đến: a mail that came into the office's mailbox, taken once (`fingerprint`).

    `officer_id` and `letter_id` are those of the token that it carries. `text` is what its writer wrote, without what
    they quote; `left` the part of it that nobody has understood, and `why` in a word. What waits for a person has no
    `settled_at`.
    """

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(unique=True)
    kind: IncomingKind = Field(sa_column=sa.Column(_choice(IncomingKind), nullable=False))
    sender: str
    subject: str
    officer_id: int | None = Field(default=None, foreign_key="officer.id")
    letter_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    received_at: datetime = _instant()
    text: str
    left: str = Field(sa_column=sa.Column("left_over", sa.String, nullable=False))
    why: str
    settled_at: datetime | None = _instant(nullable=True, index=True)
    settled_by_id: int | None = Field(default=None, foreign_key="officer.id")


class IncomingBody(SQLModel, table=True):
    """The bytes of a mail as it came, with what is attached; kept apart because few people ask for it."""

    incoming_id: int = Field(primary_key=True, foreign_key="incoming.id")
    content: bytes


class MailAnswer(SQLModel, table=True):
    """lời trong thư: one line of an answer by mail, what was done with it, and the digest that has confirmed it."""

    __table_args__ = (sa.Index("ix_mailanswer_officer_told", "officer_id", "told_period"),)
    id: int | None = Field(default=None, primary_key=True)
    incoming_id: int = Field(foreign_key="incoming.id", index=True)
    officer_id: int = Field(foreign_key="officer.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    line: str
    words: str
    is_understood: bool
    answered_on: date
    told_period: str | None = None


class Bounce(SQLModel, table=True):
    """thư không đến được: a server's report that a letter of ours did not reach an address.

    `is_shut`: nothing goes to this address of the officer until the register has another one or somebody releases it.
    """

    __table_args__ = (sa.Index("ix_bounce_officer_shut", "officer_id", "is_shut"),)
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    letter_id: int = Field(foreign_key="message.id", index=True)
    incoming_id: int = Field(foreign_key="incoming.id")
    address: str
    status: str
    said: str
    is_permanent: bool
    is_shut: bool
    bounced_at: datetime = _instant()
    released_at: datetime | None = _instant(nullable=True)
    released_by_id: int | None = Field(default=None, foreign_key="officer.id")


class DigestChoice(SQLModel, table=True):
    """On which day and at which hour an officer wants the weekly letter, and whether they want what may be left out."""

    officer_id: int = Field(primary_key=True, foreign_key="officer.id")
    weekday: int | None = None
    hour: str | None = None
    wants_optional: bool = True
    chosen_at: datetime = _instant()


class Briefing(SQLModel, table=True):
    """báo cáo giao ban: frozen at its cut-off. `scope`: empty for the whole, else the code of the overseer whose tasks it
    counts; `number`: in its year; `remarks`: the coordinator's words, by unit, "" on top; `approved_at`: when its letters
    were posted, by nobody where [schedule] briefing_auto says so."""

    __table_args__ = (sa.UniqueConstraint("period", "scope"),)
    id: int | None = Field(default=None, primary_key=True)
    period: str
    scope: str = ""
    number: int = 1
    frozen_at: datetime = _instant()
    content: str
    html: str
    text: str
    remarks: dict[str, str] = Field(default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False))
    approved_at: datetime | None = _instant(nullable=True)
    approved_by_id: int | None = Field(default=None, foreign_key="officer.id")


class JobRun(SQLModel, table=True):
    """One slot of one job: the unique key decides who runs it, `finished_at` that it need not run again."""

    __table_args__ = (sa.UniqueConstraint("job", "slot"),)
    id: int | None = Field(default=None, primary_key=True)
    job: str
    slot: str
    started_at: datetime = _instant()
    lease_ends_at: datetime = _instant()
    finished_at: datetime | None = _instant(nullable=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False))


class RunBatch(SQLModel, table=True):
    """A part of a slot: so many officers, worked off in one transaction, by whichever worker takes it. `tasks`: of which
    tasks a sweep told them when it was opened; a digest looks for its own."""

    __table_args__ = (sa.UniqueConstraint("run_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="jobrun.id")
    number: int
    officers: list[int] = Field(default_factory=list, sa_column=sa.Column(sa.JSON, nullable=False))
    tasks: list[int] | None = Field(default=None, sa_column=sa.Column(sa.JSON, nullable=True))
    posted: int = 0
    finished_at: datetime | None = _instant(nullable=True)


class Unwritten(SQLModel, table=True):
    """A letter that could not be made, and why: the others of its batch went without it."""

    __table_args__ = (sa.UniqueConstraint("officer_id", "kind", "period"),)
    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id")
    kind: str
    period: str
    problem: str
    failed_at: datetime = _instant()


# --- doors ----------------------------------------------------------------------------------------------------


class FormUse(SQLModel, table=True):
    """A form that was sent: its number is used once, in the transaction of the change that it made."""

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    used_at: datetime = _instant(index=True)


class SignIn(SQLModel, table=True):
    """A signed-in browser; `digest` is the SHA-256 of what its cookie holds."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    address: str
    browser: str = ""
    begun_at: datetime = _instant()
    ends_at: datetime = _instant(index=True)


class SignInLink(SQLModel, table=True):
    """A mailed one-time link; `digest` is the SHA-256 of what the address holds."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    made_at: datetime = _instant()
    ends_at: datetime = _instant()
    used_at: datetime | None = _instant(nullable=True)


class Password(SQLModel, table=True):
    """The argon2 hash of an officer who wants a password beside the mailed link."""

    officer_id: int = Field(primary_key=True, foreign_key="officer.id")
    digest: str
    set_at: datetime = _instant()


class SecondFactor(SQLModel, table=True):
    """mã xác thực: an officer's telephone. The secret is derived from `nonce` and the server's secret, of which `mark` is
    the sign; `last_step` is the last half minute whose code was used."""

    officer_id: int = Field(primary_key=True, foreign_key="officer.id")
    nonce: str
    mark: str
    begun_at: datetime = _instant()
    confirmed_at: datetime | None = _instant(nullable=True)
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """mã dự phòng: the SHA-256 of a code that stands in for the telephone once."""

    id: int | None = Field(default=None, primary_key=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    digest: str = Field(unique=True)
    made_at: datetime = _instant()
    used_at: datetime | None = _instant(nullable=True)


class SignInStep(SQLModel, table=True):
    """A sign-in whose first half was right and whose code is still to come; it opens nothing."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    officer_id: int = Field(foreign_key="officer.id", index=True)
    ends_at: datetime = _instant(index=True)


class RefusedSignIn(SQLModel, table=True):
    """Somebody whom the office's sign-in service knows and the register does not; kept for thirty days."""

    id: int | None = Field(default=None, primary_key=True)
    identity: str
    reason: str
    address: str
    refused_at: datetime = _instant(index=True)


class Attempt(SQLModel, table=True):
    """Something that is allowed only so often: one row a time, counted over a window."""

    __table_args__ = (sa.Index("ix_attempt_bucket", "bucket", "made_at"),)
    id: int | None = Field(default=None, primary_key=True)
    bucket: str
    made_at: datetime = _instant()


class CalendarFeed(SQLModel, table=True):
    """The secret address of an officer's calendar; a new one ends the one before."""

    officer_id: int = Field(primary_key=True, foreign_key="officer.id")
    digest: str = Field(unique=True)
    made_at: datetime = _instant()


class ApiToken(SQLModel, table=True):
    """mã truy cập: what a program shows to use the interface; `digest` is the SHA-256 of what its owner keeps.

    `rights` are words with a blank between; with `unit_id` it reaches that unit and what lies below it, nothing else.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str
    digest: str = Field(unique=True)
    rights: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    made_by_id: int = Field(foreign_key="officer.id")
    made_at: datetime = _instant()
    good_until: date
    revoked_by_id: int | None = Field(default=None, foreign_key="officer.id")
    revoked_at: datetime | None = _instant(nullable=True)
    used_at: datetime | None = _instant(nullable=True)


class ApiChange(SQLModel, table=True):
    """A change that a program made under a key of its own: the same key again gets `answer` again and changes nothing."""

    __table_args__ = (sa.UniqueConstraint("token_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    token_id: int = Field(foreign_key="apitoken.id")
    key: str
    digest: str
    made_at: datetime = _instant(index=True)
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False))


class ClockReading(SQLModel, table=True):
    """What the wall clock showed at one moment since a machine started (`boot`), and its last jump in seconds."""

    boot: str = Field(primary_key=True)
    read_at: datetime = _instant()
    uptime_seconds: float
    jumped_at: datetime | None = _instant(nullable=True)
    jumped_seconds: int | None = None
