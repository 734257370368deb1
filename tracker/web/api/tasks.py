"""GET /v1/tasks: the tasks that a token reaches, and one of them with everything about it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from tracker.models import Event, Kind
from tracker.people.unit_cards import codes_of, find_card
from tracker.tasks.board import TaskRow, Wanted, find_task, tasks_after
from tracker.tasks.details import load_details, names_of
from tracker.tasks.history import history_of
from tracker.tasks.reach import within
from tracker.web.api.answers import answer
from tracker.web.api.callers import TaskReader
from tracker.web.api.paging import Cursor, Limit, Word, after, link_header, page_of
from tracker.web.api.problems import ProblemError
from tracker.web.api.schemas import (
    HistoryLine,
    NoticeName,
    StandingWord,
    TaskBrief,
    TaskPage,
    TaskWhole,
    UnitName,
)
from tracker.web.deps import HIGHEST, Here, TaskId
from tracker.web.site import Visit

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])
DAYS = ("promised_on", "done_on", "proposed_on", "granted_on", "until_on", "expires_on", "claimed_on")
NUMBER = Annotated[int | None, Query(ge=1, le=HIGHEST)]


@router.get("", response_model=TaskPage)
def list_tasks(
    visit: Here,
    client: TaskReader,
    unit: Annotated[Word | None, Query(description="Code of a unit that leads the task or is its place.")] = None,
    standing: StandingWord | None = None,
    kind: Kind | None = None,
    notice: Annotated[NUMBER, Query(description="Number of a notice.")] = None,
    text: Annotated[str, Query(max_length=200, description="Words of title, quote, place or unit, with or without marks.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:  # fmt: skip
    """Tasks by number, a page at a time. Right: tasks:read."""
    with visit.read() as session:
        wanted = Wanted(standing or "", _unit_id(session, visit, unit), notice, kind or "", text)
        found = tasks_after(
            session, within(client.units), wanted, after=after(cursor), limit=limit + 1, today=visit.today
        )
        rows, following = page_of(found, limit)
        codes = codes_of(session, [row.lead_unit_id for row in rows])
    body = TaskPage(tasks=[TaskBrief(**_brief(row, codes)) for row in rows], next=following)
    return answer(visit.request, body, headers=link_header(visit.request, following))


def _unit_id(session: Session, visit: Visit, code: str | None) -> int | None:
    if code is None:
        return None
    unit = find_card(session, None, code, on=visit.today)
    return unit.id if unit is not None else 0  # no task is of unit 0


@router.get("/{task_id}", response_model=TaskWhole)
def show_task(visit: Here, client: TaskReader, task_id: TaskId) -> Response:
    """One task with its history, its words in the paper, its parties and both its dates. Right: tasks:read."""
    with visit.read() as session:
        task = find_task(session, task_id, seen=within(client.units), today=visit.today)
        if task is None:
            raise ProblemError(404, "not_found", "there is no such task")
        body = _whole(session, task)
    return answer(visit.request, body, version=task.version)


def _brief(row: TaskRow, codes: Mapping[int, str]) -> dict[str, Any]:
    names = (
        "id", "version", "kind", "title", "standing", "is_waiting", "is_held", "percent", "place", "due_on", "first_due_on",
        "due_phrase", "promised_on", "last_report_on", "done_on", "verified_on", "cancelled_on", "clause",
    )  # fmt: skip
    notice = NoticeName(
        id=row.notice_id, kind=row.notice_kind, number=row.notice_number, issued_on=row.notice_issued_on
    )
    unit = UnitName(code=codes[row.lead_unit_id], name=row.owner)
    return {name: getattr(row, name) for name in names} | {"unit": unit, "notice": notice}


def _whole(session: Session, task: TaskRow) -> TaskWhole:
    details, events = load_details(session, task), history_of(session, task.id)
    posts = names_of(session, {one for event in events for one in (event.author_id, event.on_behalf_of_id)})
    return TaskWhole(
        **_brief(task, codes_of(session, [task.lead_unit_id])),
        quote=details.quote,
        before=details.before,
        after=details.after,
        target=task.target,
        recurrence=task.recurrence,
        urgency=task.urgency,
        group=task.group,
        held_until=task.held_until,
        supports=list(details.supports),
        supervisors=list(details.supervisors),
        extension_asked_for=details.extension.proposed_on if details.extension is not None else None,
        is_objected=details.objection is not None,
        history=[_line(event, posts) for event in events],
    )


def _line(event: Event, posts: Mapping[int | None, str]) -> HistoryLine:
    """One change without the network address of whoever made it."""
    detail = event.detail
    return HistoryLine(
        at=event.happened_at,
        kind=event.kind,
        by=posts.get(event.author_id),
        on_behalf_of=posts.get(event.on_behalf_of_id),
        channel=event.channel,
        client=detail.get("client"),
        note=detail.get("note") or detail.get("reason"),
        percent=detail.get("percent"),
        days={name: date.fromisoformat(detail[name]) for name in DAYS if detail.get(name)},
    )
