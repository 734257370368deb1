"""Triage: a notice with its drafts and questions as one page shows them, and its text cut where a draft begins or ends."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.models import Draft, DraftMention, DraftSource, DraftState, Finding, Kind, MentionRole, Notice, Task, Unit
from tracker.notices.pages import PaperPage, page_at, pages_of
from tracker.notices.readings import Difference, differences
from tracker.tasks.draft_cuts import cuts_of
from tracker.tasks.draft_memory import PastRuling, rulings_of
from tracker.tasks.files import find_file
from tracker.tasks.questions import ABOUT_DATES


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
    shown: str  # what it is about, in the paper's words or in figures
    candidates: tuple[str, ...]
    ruling: str | None

    @property
    def is_open(self) -> bool:
        """Nobody has ruled it."""
        return self.ruling is None

    @property
    def is_about_a_date(self) -> bool:
        """Whether a day may be the answer."""
        return self.code in ABOUT_DATES


@dataclass(frozen=True, slots=True)
class Place:
    """Words of the paper that state the commitment; text[start:end] == quote."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a quote can be split: `at` counts characters from its beginning; the words before and after."""

    at: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DraftCard:
    """One draft with everything that a person needs to accept or to correct it."""

    position: int
    state: DraftState
    kind: Kind
    title: str
    clause: str
    quote: str
    start: int
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
    sources: tuple[Place, ...]
    page: PaperPage | None
    split_from: int | None
    merged_into: int | None
    rulings: tuple[PastRuling, ...]
    differences: tuple[Difference, ...]

    @property
    def cuts(self) -> list[Cut]:
        """Where it can be split in two."""
        return [
            Cut(at, " ".join(self.quote[:at].split())[-60:], " ".join(self.quote[at:].split())[:90])
            for at in cuts_of(self.quote)
        ]

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
    """A stretch of the paper's text, with the drafts that were read from it; `page` where a page begins with it."""

    text: str
    positions: tuple[int, ...]
    page: PaperPage | None = None


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
    rulings: tuple[PastRuling, ...]  # the answers to them
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
    drafts = session.exec(select(Draft).where(Draft.notice_id == notice_id)).all()
    drafts = sorted(drafts, key=lambda one: (one.split_from or one.position, one.start, one.position))
    parties, questions = _parties(session, notice_id), _questions(session, notice_id)
    places, pages, rulings = _places(session, notice_id), pages_of(session, notice_id), rulings_of(session, notice_id)
    spans = [
        (one.start, one.end, draft.position) for draft in drafts for one in places[draft.id] if not draft.merged_into
    ]
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
        pieces=pieces_of(notice.text, spans, pages),
        drafts=tuple(
            _card(one, parties[one.id], tuple(questions[one.id]), places[one.id], page_at(pages, one.start), rulings)
            for one in drafts
        ),
        questions=tuple(questions[None]),
        rulings=tuple(one for one in rulings if not one.positions and one.may_undo),
        tasks=tasks,
    )


def pieces_of(text: str, spans: list[tuple[int, int, int]], pages: tuple[PaperPage, ...] = ()) -> tuple[Piece, ...]:
    """The text cut at every start and end of a span (start, end, position) and where a page begins; the pieces put
    together are the text."""
    leaves = {page.start: page for page in pages}
    edges = (cut for start, end, _ in spans for cut in (start, end))
    cuts = sorted({0, len(text), *(cut for cut in (*edges, *leaves) if 0 <= cut <= len(text))})
    return tuple(
        Piece(
            text[start:end],
            tuple(dict.fromkeys(at for first, last, at in spans if first <= start and end <= last)),
            leaves.get(start),
        )
        for start, end in itertools.pairwise(cuts)
    )


def _card(
    draft: Draft,
    parties: dict[MentionRole, list[Party]],
    questions: tuple[Question, ...],
    places: list[Place],
    page: PaperPage | None,
    rulings: list[PastRuling],
) -> DraftCard:
    owners = tuple(parties[MentionRole.MEMBER] or parties[MentionRole.LEAD])
    supports = tuple(parties[MentionRole.SUPPORT])
    now: dict[str, Any] = {
        "title": draft.title,
        "kind": draft.kind.value,
        "due_on": draft.due_on,
        "recurrence": draft.recurrence,
    }
    now |= {"leads": tuple(one.written for one in owners), "supports": tuple(one.written for one in supports)}
    return DraftCard(
        position=draft.position,
        state=draft.state,
        kind=draft.kind,
        title=draft.title,
        clause=draft.clause,
        quote=draft.quote,
        start=draft.start,
        due_on=draft.due_on,
        due_phrase=draft.due_phrase,
        other_due_on=draft.other_due_on,
        urgency=draft.urgency,
        recurrence=draft.recurrence,
        target=draft.target,
        group=draft.group,
        confidence=draft.confidence,
        owners=owners,
        supports=supports,
        places=tuple(parties[MentionRole.PLACE]),
        questions=questions,
        sources=tuple(places),
        page=page,
        split_from=draft.split_from,
        merged_into=draft.merged_into,
        rulings=tuple(one for one in rulings if draft.position in one.positions and not one.is_undone),
        differences=differences(draft.position, rulings, now),
    )


def _places(session: Session, notice_id: int) -> dict[int | None, list[Place]]:
    query = sa.select(col(DraftSource.draft_id), col(DraftSource.quote), col(DraftSource.start), col(DraftSource.end))
    query = query.join(Draft, col(Draft.id) == col(DraftSource.draft_id)).where(col(Draft.notice_id) == notice_id)
    found: dict[int | None, list[Place]] = defaultdict(list)
    for draft_id, *place in session.execute(query.order_by(col(DraftSource.start), col(DraftSource.id))):
        found[draft_id].append(Place(*place))
    return found


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
    asked = session.exec(select(Finding).where(Finding.notice_id == notice_id).order_by(col(Finding.id))).all()
    codes = {part for one in asked for part in one.candidates.split(", ") if part}
    names: dict[str, str] = dict(session.exec(select(Unit.code, Unit.name).where(col(Unit.code).in_(codes))).all())
    for number, one in enumerate(asked, 1):
        candidates = tuple(names.get(part, part) for part in one.candidates.split(", ") if part)
        found[one.draft_id].append(Question(number, one.code, one.message, one.shown, candidates, one.ruling))
    return found
