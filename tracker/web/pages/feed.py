"""The calendar feed: its secret address is made on the account page and shown once."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.people.feeds import find_feed, make_feed
from tracker.tasks.inbox import load_deadlines
from tracker.tasks.scope import find_scope
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, SignedIn, checked_ticket
from tracker.web.ical import calendar_of
from tracker.web.pages.account import account_page

router = APIRouter()


@router.post("/account/calendar")
def make_address(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Make a new secret address; calendars that use the one before fall silent."""
    checked_ticket(visit, form, who=reader.who, action="/account/calendar")
    with visit.write() as session:
        token = make_feed(session, reader.scope.officer_id, now=visit.now)
    address = f"{visit.site.config.web.base_url.rstrip('/')}/ical/{token}.ics"
    return account_page(visit, reader, address=address)


@router.get("/ical/{token}.ics")
def show_feed(visit: Here, token: str) -> Response:
    """The open deadlines of the officer whose address it is; nothing for an officer without an appointment."""
    with visit.read() as session:
        officer_id = find_feed(session, token)
        scope = find_scope(session, officer_id, today=visit.today) if officer_id is not None else None
        if scope is None or scope.is_empty:
            raise UnseenError
        tasks = load_deadlines(session, scope, today=visit.today)
    body = calendar_of(tasks, owner=scope.post, base_url=visit.site.config.web.base_url, now=visit.now)
    return Response(body, media_type="text/calendar; charset=utf-8")
