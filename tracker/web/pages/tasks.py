"""Nhiệm vụ: the list with its filters, one task with everything about it, and the answers of whoever is signed in."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.models import Role
from tracker.notify.why import why
from tracker.people.cast import list_holders
from tracker.people.unit_list import list_units
from tracker.rules.escalation import Reason
from tracker.tasks.board import PAGE, TaskRow, Wanted, find_task, page_of_tasks
from tracker.tasks.details import later_notices, load_details, names_of
from tracker.tasks.evidence import evidence_of
from tracker.tasks.history import history_of
from tracker.tasks.scope import Scope
from tracker.web.answering import ANSWERS, ConflictError, UnseenError, answer, open_answers
from tracker.web.deps import HIGHEST, FormFields, Here, Reader, RowId, SignedIn, TaskId, TaskReader, checked_ticket
from tracker.web.downloads import evidence_file
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit
from tracker.web.wording import REASONS

router = APIRouter()
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
OWNERS = (Role.CONTACT, Role.HEAD)
OWNER_ANSWERS = ("completion", "report", "difficulty", "no-change", "extension", "objection", "evidence")


@router.get("/tasks")
def show_tasks(
    visit: Here, reader: TaskReader, standing: str = "", unit: str = "", notice: str = "", kind: str = "", q: str = "",
    page: PageNumber = 1,
) -> Response:  # fmt: skip
    """The tasks that the reader may see, worst first, a page at a time."""
    wanted = Wanted(standing, _number(unit), _number(notice), kind, q)
    with visit.read() as session:
        rows, total = page_of_tasks(session, reader.scope.condition(), wanted, page=page, today=visit.today)
        units = list_units(session, on=visit.today)
    chosen = {"standing": standing, "unit": unit, "notice": notice, "kind": kind, "q": q}
    query = urlencode({key: value for key, value in chosen.items() if value})
    return show(
        visit, "tasks", viewer=reader.scope, who=reader.who, rows=rows, total=total, page=page, pages=max(-(-total // PAGE), 1),
        units=units, chosen=chosen, query=query,
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= HIGHEST else None


@router.get("/tasks/{task_id}")
def show_task(visit: Here, reader: SignedIn, task_id: TaskId) -> Response:
    """Everything about one task."""
    return _task_page(visit, reader, task_id)


@router.get("/tasks/{task_id}/evidence/{evidence_id}")
def download_evidence(visit: Here, reader: SignedIn, task_id: TaskId, evidence_id: RowId) -> Response:
    """A file that was given as evidence."""
    return evidence_file(visit, reader.scope, task_id, evidence_id)


@router.post("/tasks/{task_id}/{name}")
def post_answer(visit: Here, reader: SignedIn, task_id: TaskId, name: str, form: FormFields) -> Response:
    """Record one answer, once."""
    ticket = checked_ticket(visit, form, who=reader.who, action=f"/tasks/{task_id}/{name}")
    try:
        with visit.write() as session:
            task = find_task(session, task_id, seen=reader.scope.condition(), today=visit.today)
            behalf = _behalf(session, reader.scope, name, task, form, visit) if task is not None else None
            author = reader.author(visit, on_behalf_of_id=behalf)
            said = answer(session, visit, reader.scope, task_id, name, form, ticket, answers=ANSWERS, author=author)
    except FormError as error:
        return _task_page(visit, reader, task_id, problem=str(error), tried=name, typed=form, status=422)
    except ConflictError:
        return _task_page(visit, reader, task_id, is_conflict=True, tried=name, typed=form, status=409)
    return RedirectResponse(f"/tasks/{task_id}?ok={said}", status_code=303)


def _behalf(session: Session, scope: Scope, name: str, task: TaskRow, form: Posted, visit: Visit) -> int | None:
    """Whose word it is, when the office enters what an owner said: one of the unit's own officers. Raises FormError."""
    if not scope.is_ruler or name not in OWNER_ANSWERS or task.lead_unit_id in scope.owned:
        return None
    code = form.text("behalf", "Đề nghị chọn người của đơn vị đã báo nội dung này.")
    for one in list_holders(session, unit_id=task.lead_unit_id, today=visit.today):
        if one.code == code and one.role in OWNERS:
            return one.officer_id
    raise form.wrong("Người được chọn không thuộc đơn vị chủ trì.")


def _task_page(
    visit: Visit, reader: Reader, task_id: int, *, problem: str = "", is_conflict: bool = False, tried: str = "",
    typed: Posted | None = None, status: int = 200,
) -> Response:  # fmt: skip
    with visit.read() as session:
        task = find_task(session, task_id, seen=reader.scope.condition(), today=visit.today)
        if task is None:
            raise UnseenError
        is_behalf = reader.scope.is_ruler and task.lead_unit_id not in reader.scope.owned
        answers = open_answers(session, reader.scope, task, ANSWERS, is_behalf=is_behalf)
        history = history_of(session, task_id)
        people = names_of(
            session, {officer for event in history for officer in (event.author_id, event.on_behalf_of_id)}
        )
        details = load_details(session, task)
        evidence = evidence_of(session, task_id)
        reason = why(session, task_id, config=visit.site.config, calendar=visit.site.calendar, today=visit.today)
        owners = [
            one for one in list_holders(session, unit_id=task.lead_unit_id, today=visit.today) if one.role in OWNERS
        ]
        units = list_units(session, on=visit.today) if "reassignment" in answers else []
        notices = later_notices(session, task) if "amendment" in answers else []
        return show(
            visit, "task", viewer=reader.scope, who=reader.who, status=status, base=f"/tasks/{task_id}", task=task,
            scope=reader.scope, answers=answers, history=history, people=people, details=details, evidence=evidence, why=reason,
            why_words=visit.say(REASONS[Reason(reason.reason)]), owners=owners, units=units, notices=notices, problem=problem,
            is_conflict=is_conflict, tried=tried, typed=(typed.values if typed is not None else {}),
            is_behalf=is_behalf,
        )  # fmt: skip
