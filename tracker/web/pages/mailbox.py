"""Thư đến: mails that nobody has understood, and addresses that take no letters; both wait for a person here."""

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.errors import MailError
from tracker.mailbox.bouncing import release
from tracker.mailbox.waiting import list_shut, list_waiting, settle_mail
from tracker.people.forms import use_once
from tracker.web.deps import HIGHEST, FormFields, Here, Reader, Ruler, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter(prefix="/mailbox")
CHOOSE = "Đề nghị chọn một thư hoặc một địa chỉ còn đang chờ."


@router.get("")
def show_mailbox(visit: Here, reader: Ruler) -> Response:
    """What waits, the oldest first, as it was written."""
    return _page(visit, reader)


@router.post("")
def settle(visit: Here, reader: Ruler, form: FormFields) -> Response:
    """A mail was dealt with, or an address is to be used again."""
    ticket = checked_ticket(visit, form, who=reader.who, action="/mailbox")
    try:
        with visit.write() as session:
            if not use_once(session, ticket.number, now=visit.now):
                return RedirectResponse("/mailbox?ok=again", status_code=303)
            said = _settle(session, visit, reader, form)
    except (FormError, MailError):
        return _page(visit, reader, problem=visit.say(CHOOSE), status=422)
    return RedirectResponse(f"/mailbox?ok={said}", status_code=303)


def _settle(session: Session, visit: Visit, reader: Reader, form: Posted) -> str:
    by = reader.scope.officer_id
    if form.text("address"):
        release(session, form.number("address", CHOOSE, least=1, most=HIGHEST), by=by, now=visit.now)
        return "released"
    settle_mail(session, form.number("mail", CHOOSE, least=1, most=HIGHEST), by=by, now=visit.now)
    return "settled"


def _page(visit: Visit, reader: Reader, *, problem: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        mails, addresses = list_waiting(session), list_shut(session)
    return show(
        visit,
        "mailbox",
        viewer=reader.scope,
        who=reader.who,
        status=status,
        mails=mails,
        addresses=addresses,
        problem=problem,
    )
