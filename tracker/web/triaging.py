"""Changes of a notice's drafts and questions: one transaction, once, then back to where the reader was."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.errors import NoticeError, TaskError
from tracker.models import Notice
from tracker.notices.importing import get_notice
from tracker.notices.triage import find_triage
from tracker.notices.uploads import upload_of
from tracker.people.forms import use_once
from tracker.web.answering import UnseenError
from tracker.web.deps import Reader, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

NOT_NOW = "Không ghi nhận được: dự thảo đã được xử lý, hoặc còn thiếu nội dung. Đề nghị xem lại."

Act = Callable[[Session, Notice, dict[str, Any]], str]
Again = Callable[[str, int], Response]


def change_notice(
    visit: Visit, reader: Reader, notice_id: int, form: Posted, path: str, act: Act, again: Again | None = None
) -> Response:
    """Do `act` for a form that was sent to `path` below the notice; `again` shows its page with what must be corrected
    (the triage page when None)."""
    ticket = checked_ticket(visit, form, who=reader.who, action=f"/notices/{notice_id}/{path}")
    when = {"author": reader.author(visit), "today": visit.today, "now": visit.now}
    try:
        with visit.write() as session:
            notice = stored_notice(session, notice_id)
            said = act(session, notice, when) if use_once(session, ticket.number, now=visit.now) else "again"
    except FormError as error:
        problem, status = str(error), 422
    except TaskError:
        problem, status = visit.say(NOT_NOW), 409
    else:
        where = form.values.get("at", "")
        anchor = f"#d{where}" if where.isdigit() and len(where) < 9 else ""
        return RedirectResponse(f"/notices/{notice_id}?ok={said}{anchor}", status_code=303)
    if again is not None:
        return again(problem, status)
    return triage_page(visit, reader, notice_id, problem=problem, status=status)


def stored_notice(session: Session, notice_id: int) -> Notice:
    """The notice with this row. Raises UnseenError."""
    try:
        return get_notice(session, f"#{notice_id}")
    except NoticeError:
        raise UnseenError from None


def triage_page(visit: Visit, reader: Reader, notice_id: int, *, problem: str = "", status: int = 200) -> Response:
    """The paper beside its drafts. Raises UnseenError."""
    with visit.read() as session:
        found = find_triage(session, notice_id)
        upload = upload_of(session, notice_id)
    if found is None:
        raise UnseenError
    return show(
        visit,
        "notice",
        viewer=reader.scope,
        who=reader.who,
        status=status,
        notice=found,
        upload=upload,
        problem=problem,
    )
