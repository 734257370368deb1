"""Triage: a notice with its drafts and questions as one page shows them, and its text cut where a draft begins or ends."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Draft, DraftMention, DraftState, Finding, Kind, MentionRole, Notice, Task, Unit
from tracker.tasks.files import find_file


@dataclass(frozen=True, slots=True)
class Party:
    """A unit as the paper writes it, and its name in the register when it was resolved."""

    written: str
    unit_code: str | None
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A finding; `number` counts within the notice, as rulings name it."""

    number: int
    code: str
    message: str
    candidates: tuple[str, ...]
    ruling: str | None

    @property
    def is_open(self) -> bool:
        """Nobody has ruled it."""
        return self.ruling is None


@dataclass(frozen=True, slots=True)
class DraftCard:
    """One draft with everything that a person needs to accept or to correct it."""

    position: int
    state: DraftState
    kind: Kind
    title: str
    clause: str
    due_on: date | None
    due_phrase: str | None
    other_due_on: date | None
    urgency: str | None
    recurrence: str | None
    target: str | None
    group: str | None
    confidence: str
    owners: tuple[Party, ...]
    supports: tuple[Party, ...]
    places: tuple[Party, ...]
    questions: tuple[Question, ...]

    @property
    def is_open(self) -> bool:
        """Neither confirmed nor rejected."""
        return self.state is DraftState.PROPOSED

    @property
    def has_owner(self) -> bool:
        """Whether every owner is settled: only then it can become a task."""
        return bool(self.owners) and all(one.unit_code is not None for one in self.owners)

    @property
    def is_sure(self) -> bool:
        """Nothing is asked about it and the register knows its owner: it may be accepted with others in one go."""
        return self.is_open and self.has_owner and not any(one.is_open for one in self.questions)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the paper's text, with the drafts that were read from it."""

    text: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """A notice on its page."""

    id: int
    number: str | None
    kind: str | None
    issued_on: date | None
    issuer: str | None
    subject: str | None
    concluded_by: str | None
    signed_by: str | None
    file_name: str
    has_original: bool
    pieces: tuple[Piece, ...]
    drafts: tuple[DraftCard, ...]
    questions: tuple[Question, ...]  # about the whole paper
    tasks: int

    @property
    def waiting(self) -> int:
        """How many drafts are neither confirmed nor rejected."""
        return sum(one.is_open for one in self.drafts)


def find_triage(session: Session, notice_id: int) -> Triage | None:
    """The notice for its page, or None."""
    notice = session.exec(select(Notice).where(Notice.id == notice_id)).one_or_none()
    if notice is None:
        return None
    drafts = session.exec(select(Draft).where(Draft.notice_id == notice_id).order_by(col(Draft.position))).all()
    parties, questions = _parties(session, notice_id), _questions(session, notice_id)
    tasks = session.scalar(sa.select(sa.func.count()).select_from(Task).where(col(Task.notice_id) == notice_id)) or 0
    return Triage(
        id=notice_id,
        number=notice.number,
        kind=notice.kind,
        issued_on=notice.issued_on,
        issuer=notice.issuer,
        subject=notice.subject,
        concluded_by=notice.concluded_by,
        signed_by=notice.signed_by,
        file_name=notice.file_name,
        has_original=find_file(session, notice.sha256, name=notice.file_name) is not None,
        pieces=pieces_of(notice.text, [(one.start, one.end, one.position) for one in drafts]),
        drafts=tuple(_card(one, parties[one.id], tuple(questions[one.id])) for one in drafts),
        questions=tuple(questions[None]),
        tasks=tasks,
    )


def pieces_of(text: str, spans: list[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """The text cut at every start and end of a span (start, end, position); the pieces put together are the text."""
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end) if 0 <= cut <= len(text))})
    return tuple(
        Piece(text[start:end], tuple(at for first, last, at in spans if first <= start and end <= last))
        for start, end in itertools.pairwise(cuts)
    )


def _card(draft: Draft, parties: dict[MentionRole, list[Party]], questions: tuple[Question, ...]) -> DraftCard:
    return DraftCard(
        position=draft.position,
        state=draft.state,
        kind=draft.kind,
        title=draft.title,
        clause=draft.clause,
        due_on=draft.due_on,
        due_phrase=draft.due_phrase,
        other_due_on=draft.other_due_on,
        urgency=draft.urgency,
        recurrence=draft.recurrence,
        target=draft.target,
        group=draft.group,
        confidence=draft.confidence,
        owners=tuple(parties[MentionRole.MEMBER] or parties[MentionRole.LEAD]),
        supports=tuple(parties[MentionRole.SUPPORT]),
        places=tuple(parties[MentionRole.PLACE]),
        questions=questions,
    )


def _parties(session: Session, notice_id: int) -> dict[int | None, dict[MentionRole, list[Party]]]:
    query = sa.select(
        col(DraftMention.draft_id), col(DraftMention.role), col(DraftMention.written), col(Unit.code), col(Unit.name)
    )
    query = query.join(Draft, col(Draft.id) == col(DraftMention.draft_id))
    query = query.outerjoin(Unit, col(Unit.id) == col(DraftMention.unit_id)).where(col(Draft.notice_id) == notice_id)
    found: dict[int | None, dict[MentionRole, list[Party]]] = defaultdict(lambda: defaultdict(list))
    for draft_id, role, *party in session.execute(query.order_by(col(DraftMention.position), col(DraftMention.id))):
        found[draft_id][role].append(Party(*party))
    return found


def _questions(session: Session, notice_id: int) -> dict[int | None, list[Question]]:
    found: dict[int | None, list[Question]] = defaultdict(list)
    asked = session.exec(select(Finding).where(Finding.notice_id == notice_id).order_by(col(Finding.id)))
    for number, one in enumerate(asked, 1):
        candidates = tuple(part for part in one.candidates.split(", ") if part)
        found[one.draft_id].append(Question(number, one.code, one.message, candidates, one.ruling))
    return found
