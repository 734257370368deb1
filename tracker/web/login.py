"""Signing in and out: a mailed one-time link, or a password."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.notify.signin import mail_signin_link
from tracker.people import signins
from tracker.people.throttle import Limit, is_within
from tracker.tasks.scope import find_scope
from tracker.web.deps import COOKIE, FormFields, Here, SignedIn, checked_ticket
from tracker.web.forms import FormError
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()
Next = Annotated[str, Query(alias="next")]
OWN_PATH = re.compile(r"/(?![/\\%])[\w\-./?=&%+,]{0,300}", re.ASCII)
TOO_OFTEN = "Đã thử quá nhiều lần. Đề nghị chờ 15 phút rồi thử lại."
WRONG = "Thông tin đăng nhập không đúng."


def own_path(given: str) -> str:
    """Where to go after signing in: a path of this site, else the first page. Never another site's."""
    return given if OWN_PATH.fullmatch(given) and not given.startswith(("/signin", "/signout")) else "/"


@router.get("/signin")
def show_signin(visit: Here, next_path: Next = "") -> Response:
    """The page that asks who comes."""
    return _signin_page(visit, next_path)


@router.post("/signin/link")
def ask_link(visit: Here, form: FormFields) -> Response:
    """Mail a one-time link. The answer is the same for everybody: it tells nobody who is in the register."""
    checked_ticket(visit, form, who="", action="/signin/link")
    next_path = own_path(form.values.get("next", ""))
    with visit.write() as session:
        officer = signins.find_by_name(session, form.text("name")[:200])
        if not is_within(session, Limit(f"signin/from/{visit.address}", 20, 60), now=visit.now):
            return _signin_page(visit, next_path, problem=TOO_OFTEN, status=429)
        if officer is not None and officer.id is not None and _may_have_link(session, visit, officer.id):
            path, config = quote(next_path, safe="/"), visit.site.config
            mail_signin_link(session, officer.id, next_path=path, config=config, today=visit.today, now=visit.now)
    return show(visit, "mailed")


@router.get("/signin/{token}")
def show_link(visit: Here, token: str, next_path: Next = "") -> Response:
    """What the mailed link opens: a page with one button. Mail scanners open links, so looking uses nothing up."""
    with visit.read() as session:
        is_good = signins.find_link(session, token, now=visit.now) is not None
    path = own_path(next_path)
    return show(visit, "signin_link", status=200 if is_good else 410, is_good=is_good, token=token, next_path=path)


@router.post("/signin/password")
def enter_by_password(visit: Here, form: FormFields) -> Response:
    """Sign in with mail address or code, and password."""
    checked_ticket(visit, form, who="", action="/signin/password")
    next_path = own_path(form.values.get("next", ""))
    name, given = form.text("name")[:200], form.values.get("password", "")
    with visit.write() as session:
        officer = signins.find_by_name(session, name)
        officer_id = officer.id if officer is not None else None
        limits = [Limit(f"password/from/{visit.address}", 30, 15), Limit(f"password/{name.lower()}", 10, 15)]
        if not is_within(session, *limits, now=visit.now):
            return _signin_page(visit, next_path, problem=TOO_OFTEN, status=429)
        fits = signins.is_password(session, officer_id, given)
        if not fits or officer_id is None or not _may_enter(session, visit, officer_id):
            return _signin_page(visit, next_path, problem=WRONG, name=name, status=422)
        token = _begin(session, visit, officer_id)
    return enter(visit, token, next_path)


@router.post("/signin/{token}")
def use_link(visit: Here, token: str, form: FormFields) -> Response:
    """Use the one-time link up and sign in."""
    checked_ticket(visit, form, who="", action=f"/signin/{token}")
    next_path = own_path(form.values.get("next", ""))
    with visit.write() as session:
        officer_id = signins.use_link(session, token, now=visit.now)
        is_good = officer_id is not None and _may_enter(session, visit, officer_id)
        cookie = _begin(session, visit, officer_id) if is_good and officer_id is not None else ""
    if not cookie:
        return show(visit, "signin_link", status=410, is_good=False, token=token, next_path=next_path)
    return enter(visit, cookie, next_path)


@router.post("/signout")
def sign_out(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """End this browser's session."""
    checked_ticket(visit, form, who=reader.who, action="/signout")
    with visit.write() as session:
        signins.end(session, visit.request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/signin?ok=signed-out", status_code=303)
    response.delete_cookie(COOKIE, path="/", secure=visit.site.is_https, httponly=True, samesite="lax")
    return response


@router.get("/account")
def show_account(visit: Here, reader: SignedIn) -> Response:
    """Who the reader is here, and a password for those who want one."""
    return show(visit, "account", viewer=reader.scope, who=reader.who, problem="", address="")


@router.post("/account/password")
def change_password(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Set a password; every other browser is signed out."""
    checked_ticket(visit, form, who=reader.who, action="/account/password")
    given, again = form.values.get("password", ""), form.values.get("again", "")
    least, most = signins.PASSWORD_LENGTH
    try:
        if given != again:
            raise FormError("Hai lần nhập mật khẩu không giống nhau.")
        if not least <= len(given) <= most:
            raise FormError(f"Mật khẩu có từ {least} đến {most} ký tự.")
    except FormError as error:
        return show(visit, "account", viewer=reader.scope, who=reader.who, status=422, problem=str(error), address="")
    with visit.write() as session:
        signins.set_password(session, reader.scope.officer_id, given, now=visit.now)
        signins.end_all(session, reader.scope.officer_id)
        token = _begin(session, visit, reader.scope.officer_id)
    return enter(visit, token, "/account?ok=password")


def enter(visit: Visit, token: str, path: str) -> Response:
    """Go on to `path` with the cookie of a new session."""
    response = RedirectResponse(path, status_code=303)
    seconds = visit.site.config.web.session_hours * 3600
    response.set_cookie(
        COOKIE, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=visit.site.is_https
    )
    return response


def _begin(session: Session, visit: Visit, officer_id: int) -> str:
    hours = visit.site.config.web.session_hours
    return signins.begin(session, officer_id, address=visit.address, hours=hours, now=visit.now)


def _may_have_link(session: Session, visit: Visit, officer_id: int) -> bool:
    limit = Limit(f"signin/{officer_id}", 5, 60)
    return _may_enter(session, visit, officer_id) and is_within(session, limit, now=visit.now)


def _may_enter(session: Session, visit: Visit, officer_id: int) -> bool:
    scope = find_scope(session, officer_id, today=visit.today)
    return scope is not None and not scope.is_empty


def _signin_page(visit: Visit, next_path: str, *, problem: str = "", name: str = "", status: int = 200) -> Response:
    return show(visit, "signin", status=status, next_path=own_path(next_path), problem=problem, typed=name)
