"""The demo's own doors: enter as anybody, and read everybody's letters. They exist only with [web] demo = true."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from tracker.briefing.dispatch import late_units
from tracker.models import Role
from tracker.outbox.reading import find_letter, list_letters
from tracker.people import signins
from tracker.people.cast import Holder, list_roles
from tracker.tasks.scope import find_scope
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, RowId, checked_ticket
from tracker.web.login import COOKIES_OFF, enter, keeps_cookies, met
from tracker.web.rendering import show

router = APIRouter(prefix="/demo")
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'self'"


@router.get("")
def show_roles(visit: Here) -> Response:
    """The first page of a newcomer: who they want to be."""
    with visit.read() as session:
        late = late_units(session, today=visit.today)
        roles = list_roles(session, today=visit.today)
    for holders in roles.values():  # whoever has something to answer for comes first
        holders.sort(key=lambda one: -late.get(one.unit_id, 0))
    return met(visit, show(visit, "demo", roles=_people_by_role(roles)))


def _people_by_role(roles: dict[Role, list[Holder]]) -> dict[Role, list[Holder]]:
    """Everybody once a role, however many communes they oversee."""
    found: dict[Role, list[Holder]] = {}
    for role, holders in roles.items():
        first = {one.officer_id: one for one in reversed(holders)}
        found[role] = [one for one in holders if first[one.officer_id] is one]
    return found


@router.post("/entry/{officer_id}")
def enter_as(visit: Here, officer_id: RowId, form: FormFields) -> Response:
    """Sign in as this officer, without a password: the letters of the demo reach nobody."""
    checked_ticket(visit, form, who="", action=f"/demo/entry/{officer_id}")
    if not keeps_cookies(visit):
        return show(visit, "refusal", status=403, title=visit.say("Chưa vào được"), message=visit.say(COOKIES_OFF))
    with visit.write() as session:
        scope = find_scope(session, officer_id, today=visit.today)
        if scope is None or scope.is_empty:
            raise UnseenError
        hours = visit.site.config.web.session_hours
        token = signins.begin(session, officer_id, address=visit.address, hours=hours, now=visit.now)
    return enter(visit, token, "/")


@router.get("/letters")
def show_letters(visit: Here, officer: str = "", kind: str = "") -> Response:
    """The demo's letters, newest first, as their receivers have them."""
    with visit.read() as session:
        letters = list_letters(session, officer=officer, kind=kind, limit=200)
        roles = _people_by_role(list_roles(session, today=visit.today))
    return show(visit, "demo_letters", letters=letters, officer=officer, kind=kind, roles=roles)


@router.get("/letters/{letter_id}")
def show_letter(visit: Here, letter_id: RowId) -> Response:
    """One letter in a frame of its own."""
    with visit.read() as session:
        letter = find_letter(session, letter_id)
    if letter is None:
        raise UnseenError
    return show(visit, "demo_letter", letter=letter)


@router.get("/letters/{letter_id}/html")
def show_html(visit: Here, letter_id: RowId) -> Response:
    """The HTML of a letter, as a mail program would show it; its links lead out of the frame."""
    with visit.read() as session:
        letter = find_letter(session, letter_id)
    if letter is None:
        raise UnseenError
    page = letter.html.replace("<head>", '<head><base target="_top">', 1)
    headers = {"content-security-policy": LETTER_POLICY, "x-frame-options": "SAMEORIGIN"}
    return HTMLResponse(page, headers=headers)
