"""What a commune says of its criteria, and the answer: attained, verified, lost again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.criteria.backing import backed_milestones, report_progress
from tracker.criteria.proofs import keep_proofs
from tracker.criteria.sets import KnownCriterion, KnownSet, refuse_other_places
from tracker.errors import CriteriaError
from tracker.models import CriterionAttainment, Officer, Unit
from tracker.people.officers import load_chains
from tracker.rules.lifecycle import Verb
from tracker.storage import Storage
from tracker.tasks.changing import RULERS, known_id, who_may
from tracker.tasks.evidence import GivenFile, attach_evidence
from tracker.tasks.history import Author, record


@dataclass(frozen=True, slots=True)
class Word:
    """Who says something of a unit's criteria, and when."""

    author: Author
    today: date
    now: datetime


def attain(
    session: Session,
    unit: Unit,
    wanted: KnownSet,
    criteria: Sequence[KnownCriterion],
    *,
    on: date,
    note: str = "",
    files: Sequence[GivenFile] = (),
    storage: Storage | None = None,
    word: Word,
) -> int:
    """The unit has met these criteria since `on`; how many of the set it meets now.

    The owner says so, or the office on their behalf. The milestone that the criteria stand behind gets the progress as a
    report, with the `files` that show it (`check_evidence` has taken them). Raises CriteriaError, also for a criterion that
    is held already, and StorageError.
    """  # fmt: skip
    _lock(session, unit)
    refuse_other_places(wanted, unit)
    if on > word.today:
        raise CriteriaError(f"{on} lies ahead; a criterion is attained today or on an earlier day")
    _check_role(session, unit, Verb.REPORT, word)
    held = _held(session, unit, wanted)
    if again := [one for one in criteria if one.id in held]:
        raise CriteriaError(
            f"{unit.name} meets criterion {again[0].code} ({again[0].name}) since {held[again[0].id].attained_on}"
        )
    for one in criteria:
        if (lost_on := _last_lost(session, unit, one)) is not None and on < lost_on:
            raise CriteriaError(f"criterion {one.code} was lost on {lost_on}; it is attained anew on that day or later")
        session.add(
            CriterionAttainment(
                unit_id=known_id(unit.id), criterion_id=one.id, attained_on=on, note=note.strip(),
                reported_by_id=word.author.word_of, reported_at=word.now,
            )
        )  # fmt: skip
    session.flush()
    names = [one.name for one in files] or None
    _note(session, "criteria_attained", unit, wanted, criteria, word, on=on.isoformat(), note=note or None, files=names)
    met, total = len(held) + len(criteria), len(wanted.criteria)
    named = ", ".join(one.name[:1].lower() + one.name[1:] for one in criteria)
    said = f"Đã đạt {met}/{total} tiêu chí; vừa đạt: {named}" + (f". {note.strip()}" if note.strip() else "")
    if files and storage is not None:
        keep_proofs(session, storage, known_id(unit.id), criteria, files, author=word.author, now=word.now)
    for task in backed_milestones(session, unit):
        report_progress(session, task, percent=round(100 * met / total), note=said, word_of=word.author, today=word.today, now=word.now)  # fmt: skip
        if files and storage is not None:
            attach_evidence(session, storage, known_id(task.id), files, author=word.author, now=word.now)
    return met


def verify(session: Session, unit: Unit, wanted: KnownSet, criteria: Sequence[KnownCriterion], *, word: Word) -> int:
    """The office, the chair or an overseer has seen that these criteria are met; how many are verified now.

    Nobody verifies the word of their own unit, nor on behalf of another. Raises CriteriaError.
    """
    _lock(session, unit)
    _check_role(session, unit, Verb.VERIFY, word)
    chains = load_chains(session, on=word.today)
    owners = who_may(chains, Verb.REPORT, lead_unit_id=known_id(unit.id), place_unit_id=unit.id)
    if word.author.on_behalf_of_id is not None or word.author.officer_id in owners:
        raise CriteriaError(
            "a criterion is verified by whoever saw the result, from outside the unit, in their own name"
        )
    held = _held(session, unit, wanted)
    for one in _all_held(criteria, held, unit):
        if one.verified_on is None:
            one.verified_by_id, one.verified_on = word.author.officer_id, word.today
            session.add(one)
    session.flush()
    _note(session, "criteria_verified", unit, wanted, criteria, word)
    return sum(one.verified_on is not None for one in held.values())


def lose(
    session: Session,
    unit: Unit,
    wanted: KnownSet,
    criteria: Sequence[KnownCriterion],
    *,
    on: date,
    reason: str,
    word: Word,
) -> int:
    """The unit does not meet these criteria any more since `on`, and why; how many of the set it meets now.

    Whoever may verify may say so, and the unit itself. Raises CriteriaError.
    """  # fmt: skip
    if not reason.strip():
        raise CriteriaError("a lost criterion needs a reason: what has worn down, and who found it")
    if on > word.today:
        raise CriteriaError(f"{on} lies ahead; a criterion is lost today or on an earlier day")
    _lock(session, unit)
    _check_role(session, unit, Verb.VERIFY, word, Verb.REPORT)
    held = _held(session, unit, wanted)
    for one in _all_held(criteria, held, unit):
        if on < one.attained_on:
            raise CriteriaError(f"it was attained on {one.attained_on}; it cannot be lost on {on}, before that day")
        one.lost_on, one.lost_because, one.lost_by_id = on, reason.strip(), word.author.word_of
        session.add(one)
    session.flush()
    _note(session, "criteria_lost", unit, wanted, criteria, word, on=on.isoformat(), reason=reason.strip())
    return len(held) - len(criteria)


def _lock(session: Session, unit: Unit) -> None:
    """One word about a unit at a time: on PostgreSQL two reports of one criterion would both find it not met."""
    session.exec(select(Unit.id).where(Unit.id == unit.id).with_for_update()).first()


def _held(session: Session, unit: Unit, wanted: KnownSet) -> dict[int, CriterionAttainment]:
    """What the unit meets now, by criterion."""
    rows = select(CriterionAttainment).where(
        CriterionAttainment.unit_id == unit.id,
        col(CriterionAttainment.lost_on).is_(None),
        col(CriterionAttainment.criterion_id).in_([one.id for one in wanted.criteria]),
    )
    return {one.criterion_id: one for one in session.exec(rows)}


def _all_held(
    criteria: Sequence[KnownCriterion], held: dict[int, CriterionAttainment], unit: Unit
) -> list[CriterionAttainment]:
    if missing := [one for one in criteria if one.id not in held]:
        raise CriteriaError(f"{unit.name} does not meet criterion {missing[0].code} ({missing[0].name})")
    return [held[one.id] for one in criteria]


def _last_lost(session: Session, unit: Unit, criterion: KnownCriterion) -> date | None:
    rows = select(CriterionAttainment).where(
        CriterionAttainment.unit_id == unit.id, CriterionAttainment.criterion_id == criterion.id
    )
    return max((one.lost_on for one in session.exec(rows) if one.lost_on is not None), default=None)


def _check_role(session: Session, unit: Unit, verb: Verb, word: Word, *also: Verb) -> None:
    """The same people as for a task of the unit; the office may enter the word of others, nobody else."""
    chains = load_chains(session, on=word.today)
    author, unit_id = word.author, known_id(unit.id)
    allowed = frozenset[int]().union(
        *(who_may(chains, one, lead_unit_id=unit_id, place_unit_id=unit_id) for one in (verb, *also))
    )
    is_of_office = any(author.officer_id in chains.acting_anywhere(role) for role in RULERS)
    if author.word_of != author.officer_id and not is_of_office:
        raise CriteriaError("only the office enters the word of others; leave out --on-behalf-of")
    if author.word_of in allowed or (not allowed and is_of_office):
        return
    codes = dict(session.exec(select(Officer.id, Officer.code)).all())
    able = ", ".join(sorted(codes[one] for one in allowed)) or "nobody, so first appoint one in the register"
    hint = "; enter the word of one of them with --on-behalf-of" if is_of_office else ""
    raise CriteriaError(f"{codes[author.word_of]} may not speak for the criteria of {unit.name} ({able}){hint}")


def _note(
    session: Session, kind: str, unit: Unit, wanted: KnownSet, criteria: Sequence[KnownCriterion], word: Word, **detail: Any
) -> None:  # fmt: skip
    record(
        session, kind, author=word.author, now=word.now, unit=unit.code, set=wanted.code,
        criteria=[one.code for one in criteria], **detail,
    )  # fmt: skip
