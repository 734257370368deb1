"""The memory of what was done to drafts: what stood before each ruling, so that it can be taken back until it is a task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from tracker.errors import TaskError
from tracker.models import (
    Channel,
    Draft,
    DraftMention,
    DraftRuling,
    DraftSource,
    DraftState,
    Finding,
    Notice,
    Officer,
)
from tracker.tasks.changing import known_id
from tracker.tasks.draft_choice import check_may_rule
from tracker.tasks.history import Author, record

Memory = dict[str, Any]
Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class PastRuling:
    """One ruling as pages and commands show it: `before` is what the drafts were, `may_undo` whether it is the last
    word about them and none of them is a task yet."""

    id: int
    verb: str
    positions: tuple[int, ...]
    note: str
    by: str
    channel: Channel
    ruled_at: datetime
    is_undone: bool
    may_undo: bool
    before: Memory

    def as_read(self, position: int) -> Memory | None:
        """The columns of the draft at `position` before this ruling."""
        return next((one["row"] for one in self.before["drafts"] if one["row"]["position"] == position), None)


def remember(session: Session, drafts: Iterable[Draft], findings: Iterable[Finding] = ()) -> Memory:
    """All that is known of these drafts with their parties, sources and questions, and of `findings` beside, as JSON."""
    kept = list(drafts)
    asked = {known_id(one.id): one for one in findings}
    for draft in kept:
        asked |= {known_id(one.id): one for one in _of(session, Finding, draft)}
    return {
        "drafts": [
            {
                "row": draft.model_dump(mode="json"),
                "mentions": [one.model_dump(mode="json") for one in _of(session, DraftMention, draft)],
                "sources": [one.model_dump(mode="json") for one in _of(session, DraftSource, draft)],
            }
            for draft in kept
        ],
        "findings": [one.model_dump(mode="json") for one in asked.values()],
    }


def keep_ruling(
    session: Session,
    notice: Notice,
    verb: str,
    positions: Sequence[int],
    before: Memory,
    *,
    note: str,
    author: Author,
    now: datetime,
) -> None:
    """Keep what stood `before` a ruling with its author, channel and time, in the caller's transaction."""
    session.add(
        DraftRuling(
            notice_id=known_id(notice.id), verb=verb, positions=list(positions), before=before, note=note.strip(),
            author_id=author.officer_id, channel=author.channel, ruled_at=now,
        )
    )  # fmt: skip
    session.flush()


def undo_ruling(
    session: Session, notice: Notice, ruling_id: int, *, author: Author, today: date, now: datetime
) -> tuple[int, ...]:
    """Take a ruling back: its drafts are again what they were before it; their positions.

    Raises TaskError for a ruling that the notice does not have, one that was taken back already, one that is not the
    last about its drafts, for a draft that is a task by now, and for an officer who is neither of the office nor the
    chair.
    """
    check_may_rule(session, author, today=today)
    drafts = _locked(session, notice)  # also keeps two who take the same ruling back from doing it at once
    ruling = session.exec(
        select(DraftRuling).where(DraftRuling.id == ruling_id, DraftRuling.notice_id == notice.id)
    ).one_or_none()
    if ruling is None:
        raise TaskError(f"the notice has no ruling {ruling_id}; 'tracker notice show' lists them")
    if ruling.undone_at is not None:
        raise TaskError(f"ruling {ruling_id} was taken back already")
    concerned = [draft for draft in drafts if draft.position in ruling.positions]
    if tasks := [draft.position for draft in concerned if draft.state is DraftState.CONFIRMED]:
        raise TaskError(f"draft {tasks[0]} is a task by now; change the task instead")
    if later := _later(session, ruling):
        raise TaskError(f"ruling {later} came after it; take that back first")
    _restore(session, concerned, ruling.before)
    ruling.undone_by_id, ruling.undone_at = author.officer_id, now
    session.add(ruling)
    record(
        session, "ruling-undone", author=author, now=now, notice_id=notice.id, ruling=ruling_id, verb=ruling.verb,
        drafts=list(ruling.positions),
    )  # fmt: skip
    session.flush()
    return tuple(ruling.positions)


def _locked(session: Session, notice: Notice) -> list[Draft]:
    of_notice = select(Draft).where(Draft.notice_id == notice.id).order_by(col(Draft.position))
    return list(session.exec(of_notice.with_for_update().execution_options(populate_existing=True)))


def _later(session: Session, ruling: DraftRuling) -> int | None:
    """A ruling about one of the same drafts that came after and still stands."""
    after = select(DraftRuling).where(
        DraftRuling.notice_id == ruling.notice_id, col(DraftRuling.id) > ruling.id, col(DraftRuling.undone_at).is_(None)
    )
    same = (one.id for one in session.exec(after) if set(one.positions) & set(ruling.positions))
    return next(same, None)


def _restore(session: Session, concerned: list[Draft], before: Memory) -> None:
    """Put every draft back to what is remembered; what came into being with the ruling goes."""
    remembered = {one["row"]["id"]: one for one in before["drafts"]}
    known = {one["id"] for one in before["findings"]}
    for draft in concerned:
        for finding in _of(session, Finding, draft):
            if finding.id not in known:
                session.delete(finding)
    session.flush()
    for row in before["findings"]:
        _put_back(session, Finding, row)
    session.flush()  # questions have left the drafts that go
    for draft in concerned:
        for party in _of(session, DraftMention, draft):
            session.delete(party)
        for source in _of(session, DraftSource, draft):
            session.delete(source)
        if draft.id not in remembered:
            session.flush()
            session.delete(draft)
    session.flush()
    for one in remembered.values():
        _put_back(session, Draft, one["row"])
        session.add_all(_made(DraftMention, row) for row in one["mentions"])
        session.add_all(_made(DraftSource, row) for row in one["sources"])


def _put_back(session: Session, model: type[Row], row: Memory) -> None:
    stored = session.get_one(model, row["id"])
    was = model.model_validate(row)
    for name in model.model_fields:
        setattr(stored, name, getattr(was, name))
    session.add(stored)


def _made(model: type[Row], row: Memory) -> Row:
    """The row as a new one: its old number may be somebody else's by now."""
    return model.model_validate({key: value for key, value in row.items() if key != "id"})


def _of(session: Session, model: type[Any], draft: Draft) -> list[Any]:
    return list(session.exec(select(model).where(model.draft_id == draft.id).order_by(col(model.id))))


def rulings_of(session: Session, notice_id: int) -> list[PastRuling]:
    """What was done to the drafts of a notice, oldest first."""
    query = sa.select(DraftRuling, col(Officer.post)).join(Officer, col(Officer.id) == col(DraftRuling.author_id))
    rows = session.execute(query.where(col(DraftRuling.notice_id) == notice_id).order_by(col(DraftRuling.id))).all()
    confirmed = select(Draft.position).where(Draft.notice_id == notice_id, Draft.state == DraftState.CONFIRMED)
    closed = set(session.exec(confirmed))
    found: list[PastRuling] = []
    for one, post in reversed(rows):
        may_undo = one.undone_at is None and not closed & set(one.positions)
        found.append(
            PastRuling(
                known_id(one.id), one.verb, tuple(one.positions), one.note, post, one.channel, one.ruled_at,
                one.undone_at is not None, may_undo, one.before,
            )
        )  # fmt: skip
        if one.undone_at is None:
            closed |= set(one.positions)  # only the last word about a draft can be taken back
    return found[::-1]
