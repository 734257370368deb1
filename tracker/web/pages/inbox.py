"""Việc của tôi: the first page of whoever is signed in."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.tasks.inbox import load_inbox
from tracker.web.deps import Here, NotSignedInError, TaskId, reader
from tracker.web.rendering import show
from tracker.web.wording import cells_of

router = APIRouter()


@router.get("/")
def show_inbox(visit: Here) -> Response:
    """What waits for the reader, worst first; an administrator has the health of the system instead. In the
    demo, a stranger is asked first who they want to be."""
    try:
        me = reader(visit)
    except NotSignedInError:
        if visit.site.is_demo:
            return RedirectResponse("/demo", status_code=303)
        raise
    if not me.scope.sees_tasks and me.scope.may_keep:
        return RedirectResponse("/health", status_code=303)
    with visit.read() as session:
        inbox = load_inbox(session, me.scope, config=visit.site.config, today=visit.today)
    return show(visit, "inbox", viewer=me.scope, who=me.who, inbox=inbox, cells=cells_of(inbox.counts, visit.language))


@router.get("/me")
def show_me() -> Response:
    """The address in letters of an office without a secret."""
    return RedirectResponse("/", status_code=303)


@router.get("/me/{task_id}")
def show_mine(task_id: TaskId) -> Response:
    """One task of such a letter."""
    return RedirectResponse(f"/tasks/{task_id}", status_code=303)
