"""The doors in letters: a signed link opens one officer's tasks; GET shows, POST answers, and no cookie is needed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.models import Channel
from tracker.notify.signin import mail_tasks_link
from tracker.people.throttle import Limit, is_within
from tracker.tasks.board import TaskRow, find_task
from tracker.tasks.evidence import evidence_of
from tracker.tasks.history import history_of
from tracker.tasks.inbox import Inbox, load_inbox
from tracker.tasks.scope import Scope, find_scope
from tracker.web.answering import BY_LINK, ConflictError, UnseenError, answer, open_answers
from tracker.web.deps import FormFields, Here, RowId, TaskId, checked_ticket
from tracker.web.downloads import evidence_file
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()


@dataclass(frozen=True)
class Opened:
    """A link that opens: its token, the reader's scope, and the name under which their forms are made."""

    token: str
    scope: Scope

    @property
    def who(self) -> str:
        """Forms made for one link are good for that link only."""
        return f"link:{self.token[-20:]}"

    @property
    def base(self) -> str:
        """The address of the list; tasks lie below it."""
        return f"/l/{self.token}"


class ShutError(Exception):
    """The link does not open. `why` is forged, expired or revoked; `officer_id` whose it was, when we signed it."""

    def __init__(self, why: str, token: str, officer_id: int | None = None) -> None:
        super().__init__(why)
        self.why, self.token, self.officer_id = why, token, officer_id


def opened(visit: Here, token: str) -> Opened:
    """The dependency of every page behind a link. Raises ShutError."""
    link = visit.site.links.read(token)
    if link is None:
        raise ShutError("forged", token)
    with visit.read() as session:
        scope = find_scope(session, link.officer_id, today=visit.today)
    if scope is None or scope.is_empty:
        raise ShutError("revoked", token)
    if not link.is_good(days=visit.site.config.web.link_days, today=visit.today):
        raise ShutError("expired", token, link.officer_id)
    return Opened(token, scope)


ByLink = Annotated[Opened, Depends(opened)]


@router.get("/l/{token}")
def show_list(visit: Here, link: ByLink) -> Response:
    """Everything that is theirs, worst first."""
    with visit.read() as session:
        inbox = load_inbox(session, link.scope, config=visit.site.config, today=visit.today)
    return show(visit, "link", who=link.who, base=link.base, scope=link.scope, inbox=inbox)


@router.get("/l/{token}/{task_id}")
def show_task(visit: Here, link: ByLink, task_id: TaskId) -> Response:
    """One task, with the forms that answer it."""
    return _task_page(visit, link, task_id)


@router.get("/l/{token}/{task_id}/evidence/{evidence_id}")
def download_evidence(visit: Here, link: ByLink, task_id: TaskId, evidence_id: RowId) -> Response:
    """A file that was given as evidence."""
    return evidence_file(visit, link.scope, task_id, evidence_id)


@router.post("/l/{token}/renewal")
def renew(visit: Here, token: str, form: FormFields) -> Response:
    """Mail a fresh link to the officer whose link has expired; the page says the same whatever happened."""
    action = f"/l/{token}/renewal"
    checked_ticket(visit, form, who="", action=action)
    link = visit.site.links.read(token)
    if link is not None:
        with visit.write() as session:
            scope = find_scope(session, link.officer_id, today=visit.today)
            limits = (Limit(f"renewal/{link.officer_id}", 3, 60), Limit(f"renewal/from/{visit.address}", 20, 60))
            if scope is not None and not scope.is_empty and is_within(session, *limits, now=visit.now):
                mail_tasks_link(session, link.officer_id, config=visit.site.config, today=visit.today, now=visit.now)
    return show(visit, "mailed")


@router.post("/l/{token}/{task_id}/{name}")
def post_answer(visit: Here, link: ByLink, task_id: TaskId, name: str, form: FormFields) -> Response:
    """Record one answer, once."""
    ticket = checked_ticket(visit, form, who=link.who, action=f"{link.base}/{task_id}/{name}")
    try:
        with visit.write() as session:
            author = visit.author(link.scope.officer_id, Channel.LINK)
            said = answer(session, visit, link.scope, task_id, name, form, ticket, answers=BY_LINK, author=author)
    except FormError as error:
        return _task_page(visit, link, task_id, problem=str(error), tried=name, typed=form, status=422)
    except ConflictError:
        return _task_page(visit, link, task_id, is_conflict=True, tried=name, typed=form, status=409)
    return RedirectResponse(f"{link.base}/{task_id}?ok={said}", status_code=303)


def _task_page(
    visit: Visit,
    link: Opened,
    task_id: int,
    *,
    problem: str = "",
    is_conflict: bool = False,
    tried: str = "",
    typed: Posted | None = None,
    status: int = 200,
) -> Response:
    with visit.read() as session:
        task = find_task(session, task_id, seen=link.scope.condition(), today=visit.today)
        if task is None:
            raise UnseenError
        answers = open_answers(session, link.scope, task, BY_LINK, is_behalf=False)
        history = history_of(session, task_id)
        evidence = evidence_of(session, task_id)
        others = _others(session, visit, link.scope, task)
        return show(
            visit, "link_task", who=link.who, status=status, base=f"{link.base}/{task_id}", home=link.base, task=task,
            scope=link.scope, answers=answers, history=history, evidence=evidence, people={}, problem=problem, is_conflict=is_conflict, tried=tried,
            typed=(typed.values if typed is not None else {}), others=others,
        )  # fmt: skip


def _others(session: Session, visit: Visit, scope: Scope, task: TaskRow) -> int:
    """How many other tasks wait for this reader: the way on after an answer."""
    inbox: Inbox = load_inbox(session, scope, config=visit.site.config, today=visit.today)
    return sum(1 for section in inbox.sections for one in section.tasks if one.id != task.id)
