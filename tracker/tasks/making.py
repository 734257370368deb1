"""One task of one draft for one unit: what is copied from the draft, and where the task lies."""

from datetime import date, datetime

from sqlmodel import Session

from tracker.models import Draft, DraftMention, Kind, MentionRole, Notice, Task, TaskMention, Unit
from tracker.tasks.changing import known_id
from tracker.tasks.history import Author, record


def make_task(
    session: Session,
    notice: Notice,
    draft: Draft,
    owner: Unit,
    mentions: list[DraftMention],
    units: dict[int, Unit],
    *,
    author: Author,
    today: date,
    now: datetime,
) -> int:
    """Store the task that `owner` has from the draft, with who supports it; its number."""
    places = [one for one in mentions if one.role is MentionRole.PLACE]
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
        recurrence_day=draft.recurrence_day,
        urgency=draft.urgency,
        group=draft.group,
        lead_unit_id=known_id(owner.id),
        place=_place_of(draft, owner, places),
        place_unit_id=owner.id if is_commune else _commune(places, units),
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


def _place_of(draft: Draft, owner: Unit, places: list[DraftMention]) -> str | None:
    """A group's task lies where its member does; everything else where the paper says."""
    if owner.level == "commune" and (not places or (draft.group and draft.kind != Kind.MILESTONE)):
        return owner.place
    return ", ".join(dict.fromkeys(one.written for one in places)) or None


def _commune(places: list[DraftMention], units: dict[int, Unit]) -> int | None:
    """The one commune where the task lies; of several none is picked, because its overseers alone would hear."""
    found = {unit.id for one in places if (unit := units.get(one.unit_id or 0)) and unit.level == "commune"}
    return found.pop() if len(found) == 1 else None
