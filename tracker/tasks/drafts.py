"""Confirming: a named officer turns drafts into tasks; a group becomes one task for each member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import (
    Draft,
    DraftMention,
    DraftState,
    Finding,
    Kind,
    MentionRole,
    Notice,
    Officer,
    Role,
    Task,
    TaskMention,
    Unit,
)
from tracker.people.officers import load_chains
from tracker.tasks.changing import RULERS, known_id
from tracker.tasks.history import Author, record


@dataclass(frozen=True, slots=True)
class Left:
    """A draft that could not become a task, and what must be ruled first."""

    position: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation made: the new task numbers, and the drafts that stay open."""

    task_ids: tuple[int, ...]
    left: tuple[Left, ...]


def confirm(
    session: Session,
    notice: Notice,
    *,
    positions: Sequence[int] | None = None,
    lead: Unit | None = None,
    due_on: date | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Confirmed:
    """Make tasks of the drafts at `positions` (all that are proposed, when None), in the caller's transaction.

    `lead` and `due_on` rule an open owner or date and need exactly one draft. A draft whose owner the register does
    not settle stays a draft: nothing is guessed. Raises TaskError for an unknown draft, one already confirmed, or an
    officer who is neither of the office nor the chair.
    """
    _check_may_confirm(session, author, today)
    drafts = _chosen(session, notice, positions)
    if (lead or due_on) and len(drafts) != 1:
        raise TaskError("--lead and --due rule one draft: name it with --draft N")
    made: list[int] = []
    left: list[Left] = []
    units = {known_id(unit.id): unit for unit in session.exec(select(Unit))}
    for draft in drafts:
        mentions = _mentions(session, draft)
        owners = [lead] if lead is not None else _owners(mentions, units)
        if not owners:
            left.append(
                Left(draft.position, draft.title, "no unit of the register owns it; rule it with --draft N --lead UNIT")
            )
            continue
        if due_on is not None:
            draft.due_on = due_on
        made += [_make_task(session, notice, draft, owner, mentions, units, author, today, now) for owner in owners]
        draft.state = DraftState.CONFIRMED
        session.add(draft)
        _rule_findings(session, draft, author, now)
    record(session, "confirm", author=author, now=now, notice_id=notice.id, tasks=len(made), left=len(left))
    session.flush()
    return Confirmed(tuple(made), tuple(left))


def _check_may_confirm(session: Session, author: Author, today: date) -> None:
    chains = load_chains(session, on=today)
    if any(author.officer_id in chains.anywhere(role) for role in RULERS):
        return
    able = [officer for role in (Role.OFFICE, Role.CHAIR) for officer in chains.anywhere(role)]
    codes = session.exec(select(Officer.code).where(col(Officer.id).in_(able))).all()
    raise TaskError(
        f"only the office or the chair confirms drafts; on {today} these are: {', '.join(sorted(codes)) or 'nobody'}"
    )


def _chosen(session: Session, notice: Notice, positions: Sequence[int] | None) -> list[Draft]:
    of_notice = select(Draft).where(Draft.notice_id == notice.id).order_by(col(Draft.position))
    drafts = session.exec(of_notice.with_for_update()).all()
    if positions is None:
        return [draft for draft in drafts if draft.state is DraftState.PROPOSED]
    by_position = {draft.position: draft for draft in drafts}
    for position in positions:
        if position not in by_position:
            raise TaskError(f"the notice has no draft {position}; it has {len(drafts)}")
        if by_position[position].state is not DraftState.PROPOSED:
            raise TaskError(f"draft {position} is already {by_position[position].state}")
    return [by_position[position] for position in dict.fromkeys(positions)]


def _mentions(session: Session, draft: Draft) -> list[DraftMention]:
    named = select(DraftMention).where(DraftMention.draft_id == draft.id)
    return list(session.exec(named.order_by(col(DraftMention.role), col(DraftMention.position))))


def _owners(mentions: list[DraftMention], units: dict[int, Unit]) -> list[Unit]:
    """Every unit that must answer: the members of a group, else the leads; none when one of them is not settled."""
    members = [one for one in mentions if one.role is MentionRole.MEMBER]
    leads = members or [one for one in mentions if one.role is MentionRole.LEAD]
    if any(one.unit_id is None for one in leads):
        return []
    return [units[unit_id] for unit_id in dict.fromkeys(one.unit_id for one in leads) if unit_id is not None]


def _make_task(
    session: Session,
    notice: Notice,
    draft: Draft,
    owner: Unit,
    mentions: list[DraftMention],
    units: dict[int, Unit],
    author: Author,
    today: date,
    now: datetime,
) -> int:
    place = next((one for one in mentions if one.role is MentionRole.PLACE), None)
    is_commune = owner.level == "commune"
    task = Task(
        notice_id=known_id(notice.id),
        draft_id=known_id(draft.id),
        kind=draft.kind,
        title=draft.title,
        clause=draft.clause,
        quote=draft.quote,
        start=draft.start,
        end=draft.end,
        target=draft.target,
        recurrence=draft.recurrence,
        urgency=draft.urgency,
        group=draft.group,
        lead_unit_id=known_id(owner.id),
        place=_place_of(draft, owner, place),
        place_unit_id=owner.id if is_commune else _commune(place, units),
        first_due_on=draft.due_on,
        due_on=draft.due_on,
        due_phrase=draft.due_phrase,
        confirmed_by_id=author.officer_id,
        confirmed_on=today,
    )
    session.add(task)
    session.flush()
    task_id = known_id(task.id)
    session.add_all(
        TaskMention(task_id=task_id, role=one.role, written=one.written, unit_id=one.unit_id)
        for one in mentions
        if one.role in (MentionRole.SUPPORT, MentionRole.SUPERVISE)
    )
    record(session, "confirmed", author=author, now=now, task_id=task_id, notice_id=notice.id, draft=draft.position)
    return task_id


def _place_of(draft: Draft, owner: Unit, place: DraftMention | None) -> str | None:
    """A group's task lies where its member does; everything else where the paper says."""
    if owner.level == "commune" and (place is None or (draft.group and draft.kind != Kind.MILESTONE)):
        return owner.place
    return place.written if place is not None else None


def _commune(place: DraftMention | None, units: dict[int, Unit]) -> int | None:
    unit = units.get(place.unit_id) if place is not None and place.unit_id is not None else None
    return unit.id if unit is not None and unit.level == "commune" else None


def _rule_findings(session: Session, draft: Draft, author: Author, now: datetime) -> None:
    """Confirming a draft rules what was asked about it: the draft as it stands."""
    for finding in session.exec(select(Finding).where(Finding.draft_id == draft.id, col(Finding.ruled_at).is_(None))):
        finding.ruling = "confirmed as it stands"
        finding.ruled_by_id = author.officer_id
        finding.ruled_at = now
        session.add(finding)
