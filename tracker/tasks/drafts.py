"""Confirming: a named officer turns drafts into tasks; a group becomes one task for each member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Draft, DraftMention, DraftState, Kind, MentionRole, Notice, Task, TaskMention, Unit
from tracker.tasks.changing import known_id
from tracker.tasks.draft_rulings import check_may_rule, chosen_drafts, close_findings, rule_draft
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
    check_may_rule(session, author, today=today)
    drafts = chosen_drafts(session, notice, positions)
    if lead or due_on:
        if len(drafts) != 1:
            raise TaskError("--lead and --due rule one draft: name it with --draft N")
        rule_draft(
            session, notice, drafts[0].position, leads=[lead] if lead else [], due_on=due_on, is_undated=False, note="",
            author=author, today=today, now=now,
        )  # fmt: skip
    made: list[int] = []
    left: list[Left] = []
    units = {known_id(unit.id): unit for unit in session.exec(select(Unit))}
    for draft in drafts:
        mentions = _mentions(session, draft)
        owners = _owners(mentions, units)
        if not owners:
            left.append(
                Left(draft.position, draft.title, "no unit of the register owns it; rule it with --draft N --lead UNIT")
            )
            continue
        made += [_make_task(session, notice, draft, owner, mentions, units, author, today, now) for owner in owners]
        draft.state = DraftState.CONFIRMED
        session.add(draft)
        close_findings(session, draft, ruling="confirmed as it stands", author=author, now=now)
    record(session, "confirm", author=author, now=now, notice_id=notice.id, tasks=len(made), left=len(left))
    session.flush()
    return Confirmed(tuple(made), tuple(left))


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
