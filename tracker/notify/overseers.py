"""What an overseer's letter says beside its tasks: the notice's own words on joint liability, and who has finished."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Clause, Kind, Notice, Said, Task, Unit
from tracker.notify.composing import clause_words, notice_words
from tracker.words import fold

_JOINTLY = re.compile(r"liên\s+đới\s+chịu\s+trách\s+nhiệm|chịu\s+trách\s+nhiệm\s+liên\s+đới", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?<=[.;!?])\s+|\n\s*\n")
_LABEL = re.compile(r"\s*(?:[a-zđ]\)|\d+(?:\.\d+)*[.)]|[-+])\s+")


@dataclass(frozen=True, slots=True)
class OverseerNote:
    """`liability`: the quotes with their sources; `finished`: the units that are done."""

    liability: tuple[tuple[str, str], ...] = ()
    finished: tuple[str, ...] = ()


def load_overseer_notes(
    session: Session, tasks_of: Mapping[int, Iterable[int]], *, today: date
) -> dict[int, OverseerNote]:
    """The notes of several overseers at once. tasks_of: officer id -> the tasks that the letter escalates."""
    wanted = sorted({task for tasks in tasks_of.values() for task in tasks})
    if not wanted:
        return {}
    found = session.execute(sa.select(col(Task.id), col(Task.notice_id)).where(col(Task.id).in_(wanted)))
    notice_of: dict[int, int] = dict(found.all())
    notices = sorted(set(notice_of.values()))
    reminded = _reminded(session, tasks_of)
    liable = {notice: find_liability(session, notice) for notice in notices}
    finished = {notice: finished_units(session, notice, today=today) for notice in notices}
    notes = {}
    for officer, tasks in tasks_of.items():
        own = dict.fromkeys(notice_of[task] for task in tasks)
        quotes = (liable[notice] for notice in own if (officer, notice) not in reminded)
        done = dict.fromkeys(unit for notice in own for unit in finished[notice])
        notes[officer] = OverseerNote(tuple(quote for quote in quotes if quote is not None), tuple(done))
    return notes


def _reminded(session: Session, officers: Iterable[int]) -> set[tuple[int, int]]:
    """Which overseer has had an escalation letter about which notice: the words on liability are quoted once."""
    query = sa.select(col(Said.officer_id), col(Task.notice_id)).join(Task, col(Said.task_id) == col(Task.id))
    query = query.where(col(Said.rung) == "overseer", col(Said.officer_id).in_(sorted(officers)))
    return {(officer, notice) for officer, notice in session.execute(query.distinct())}


def find_liability(session: Session, notice_id: int) -> tuple[str, str] | None:
    """The sentence of this notice that makes overseers jointly liable ("liên đới chịu trách nhiệm") and its source,
    "điểm c mục 4.4 Thông báo số 253/TB-UBND ngày 13/02/2020"; None when the notice says nothing of the kind."""
    kind, number, issued_on, text = session.execute(
        sa.select(col(Notice.kind), col(Notice.number), col(Notice.issued_on), col(Notice.text)).where(
            col(Notice.id) == notice_id
        )
    ).one()
    said = _JOINTLY.search(text)
    if said is None:
        return None
    covering = sa.select(col(Clause.path), col(Clause.start), col(Clause.end)).where(
        col(Clause.notice_id) == notice_id, col(Clause.start) <= said.start(), col(Clause.end) >= said.end()
    )
    innermost = session.execute(covering.order_by(col(Clause.start).desc()).limit(1)).first()
    path, first, last = innermost or ("", 0, len(text))
    return _sentence(text, said.start(), first, last), f"{clause_words(path)} {notice_words(kind, number, issued_on)}"


def _sentence(text: str, at: int, first: int, last: int) -> str:
    """The sentence around `at` inside a clause, on one line, without the clause's label."""
    ends = [match.span() for match in _SENTENCE_ENDS.finditer(text, first, last)]
    begin = max((end for _, end in ends if end <= at), default=first)
    stop = min((start for start, _ in ends if start > at), default=last)
    sentence = text[begin:stop]
    label = _LABEL.match(sentence)
    return " ".join(sentence[label.end() if label else 0 :].split())


def finished_units(session: Session, notice_id: int, *, today: date) -> tuple[str, ...]:
    """The units with a verified milestone of this notice and none that is late: named before those who are late."""
    milestones = sa.select(col(Unit.name)).join(Task, col(Task.lead_unit_id) == col(Unit.id))
    milestones = milestones.where(
        col(Task.notice_id) == notice_id, col(Task.kind) == Kind.MILESTONE, col(Task.cancelled_on).is_(None)
    )
    late = milestones.where(col(Task.verified_on).is_(None), col(Task.due_on) < today)
    done = milestones.where(col(Task.verified_on) <= today, col(Unit.name).not_in(late))
    return tuple(sorted(session.scalars(done.distinct()), key=fold))
