"""One officer of the directory: how they get in, and the way back for who is locked out."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.models import Channel
from tracker.people.accounts import By, find_account, reset_signin
from tracker.people.forms import use_once
from tracker.tasks.details import names_of
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, Resetter, RowId, checked_ticket
from tracker.web.rendering import show

router = APIRouter(prefix="/directory")


@router.get("/{officer_id}")
def show_officer(visit: Here, reader: Resetter, officer_id: RowId) -> Response:
    """What the officer has set up to get in, and what was done to it."""
    with visit.read() as session:
        account = find_account(session, officer_id, key=visit.site.key, now=visit.now)
        people = names_of(session, {deed.author_id for deed in account.deeds}) if account is not None else {}
    if account is None:
        raise UnseenError
    return show(visit, "officer", viewer=reader.scope, who=reader.who, account=account, people=people)


@router.post("/{officer_id}/signin-reset")
def reset(visit: Here, reader: Resetter, officer_id: RowId, form: FormFields) -> Response:
    """Take back password, second factor and sessions of somebody else. One's own go by the account page, with a code."""
    ticket = checked_ticket(visit, form, who=reader.who, action=f"/directory/{officer_id}/signin-reset")
    by = By(reader.scope.officer_id, Channel.WEB, visit.address)
    with visit.write() as session:
        account = find_account(session, officer_id, key=visit.site.key, now=visit.now)
        if account is None or officer_id == reader.scope.officer_id:
            raise UnseenError
        if use_once(session, ticket.number, now=visit.now):
            reset_signin(session, officer_id, by=by, now=visit.now)
    return RedirectResponse(f"/directory/{officer_id}?ok=signin-reset", status_code=303)
