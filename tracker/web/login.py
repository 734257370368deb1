"""Signing in and out: a mailed one-time link, or a password."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.notify.signin import answer_link_request
from tracker.people import signins
from tracker.people.factors import find_factor
from tracker.people.steps import STEP_MINUTES, begin_step
from tracker.people.throttle import Limit, is_within, origin_of
from tracker.tasks.scope import find_scope
from tracker.web.browsers import browser_words
from tracker.web.deps import COOKIE, FormFields, Here, SignedIn, checked_ticket
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()
Next = Annotated[str, Query(alias="next")]
STEP = "tracker-step"  # the cookie of a sign-in that waits for its code
OWN_PATH = re.compile(r"/(?![/\\%])[\w\-./?=&%+,]{0,300}", re.ASCII)
MET = "tracker-met"  # says nothing: whether it comes back tells whether the browser keeps cookies
COOKIES_OFF = (
    "Trình duyệt không giữ cookie của trang này nên không thể đăng nhập; chưa có gì được ghi hay gửi đi. Đề nghị thử lại một lần; "
    "nếu vẫn không được, cho phép cookie trong phần cài đặt của trình duyệt. Để trả lời một việc, không cần đăng nhập: mở liên kết trong thư."
)
TOO_OFTEN = "Đã thử quá nhiều lần. Đề nghị chờ 15 phút rồi thử lại."
WRONG = "Thông tin đăng nhập không đúng."


def own_path(given: str) -> str:
    """Where to go after signing in: a path of this site, else the first page. Never another site's."""
    return given if OWN_PATH.fullmatch(given) and not given.startswith(("/signin", "/signout")) else "/"


@router.get("/signin")
def show_signin(visit: Here, next_path: Next = "") -> Response:
    """The page that asks who comes."""
    return signin_page(visit, next_path)


@router.post("/signin/link")
def ask_link(visit: Here, form: FormFields) -> Response:
    """Mail a one-time link. The answer is the same for everybody: it tells nobody who is in the register."""
    checked_ticket(visit, form, who="", action="/signin/link")
    if not keeps_cookies(visit):
        return signin_page(visit, form.values.get("next", ""), problem=COOKIES_OFF, status=403)
    next_path, name = own_path(form.values.get("next", "")), form.text("name")[:200]
    with visit.write() as session:
        is_taken = answer_link_request(
            session, name, origin=origin_of(visit.address), next_path=quote(next_path, safe="/"), config=visit.site.config,
            today=visit.today, now=visit.now,
        )  # fmt: skip
    if not is_taken:
        return signin_page(visit, next_path, problem=visit.say(TOO_OFTEN), status=429)
    return show(visit, "mailed")


@router.get("/signin/{token}")
def show_link(visit: Here, token: str, next_path: Next = "") -> Response:
    """What the mailed link opens: a page with one button. Mail scanners open links, so looking uses nothing up."""
    with visit.read() as session:
        is_good = signins.find_link(session, token, now=visit.now) is not None
    return _link_page(visit, token, own_path(next_path), is_good=is_good)


def _link_page(
    visit: Visit, token: str, next_path: str, *, is_good: bool, problem: str = "", status: int = 200
) -> Response:
    page = show(
        visit, "signin_link", status=status if is_good else 410, is_good=is_good, token=token, next_path=next_path,
        problem=visit.say(problem),
    )  # fmt: skip
    return met(visit, page)


@router.post("/signin/password")
def enter_by_password(visit: Here, form: FormFields) -> Response:
    """Sign in with mail address or code, and password. Every try is counted before it is looked at."""
    checked_ticket(visit, form, who="", action="/signin/password")
    next_path = own_path(form.values.get("next", ""))
    if not keeps_cookies(visit):
        return signin_page(visit, next_path, problem=COOKIES_OFF, name=form.text("name")[:200], status=403)
    name, given = form.text("name")[:200], form.values.get("password", "")
    limits = [Limit(f"password/from/{origin_of(visit.address)}", 30, 15), Limit(f"password/{name.lower()}", 10, 15)]
    with visit.write() as session:
        if not is_within(session, *limits, now=visit.now):
            return signin_page(visit, next_path, problem=visit.say(TOO_OFTEN), status=429)
    with visit.read() as session:
        found = signins.find_password(session, name)
    if not signins.is_password(found, given) or found is None:
        return signin_page(visit, next_path, problem=visit.say(WRONG), name=name, status=422)
    with visit.write() as session:
        answer = go_on(session, visit, found[0], next_path)
    return answer or signin_page(visit, next_path, problem=visit.say(WRONG), name=name, status=422)


@router.post("/signin/{token}")
def use_link(visit: Here, token: str, form: FormFields) -> Response:
    """Use the one-time link up and sign in."""
    checked_ticket(visit, form, who="", action=f"/signin/{token}")
    next_path = own_path(form.values.get("next", ""))
    if not keeps_cookies(visit):
        with visit.read() as session:
            is_good = signins.find_link(session, token, now=visit.now) is not None
        return _link_page(visit, token, next_path, is_good=is_good, problem=COOKIES_OFF, status=403)
    with visit.write() as session:
        officer_id = signins.use_link(session, token, now=visit.now)
        answer = go_on(session, visit, officer_id, next_path) if officer_id is not None else None
    return answer or _link_page(visit, token, next_path, is_good=False)


@router.post("/signout")
def sign_out(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """End this browser's session."""
    checked_ticket(visit, form, who=reader.who, action="/signout")
    with visit.write() as session:
        signins.end(session, visit.request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/signin?ok=signed-out", status_code=303)
    response.delete_cookie(COOKIE, path="/", secure=visit.site.is_https, httponly=True, samesite="lax")
    return response


def go_on(session: Session, visit: Visit, officer_id: int, path: str) -> Response | None:
    """The first half was right: sign in, or ask for the code of who has a second factor. None for an officer without an
    appointment."""
    if not may_enter(session, visit, officer_id):
        return None
    if find_factor(session, officer_id, key=visit.site.key) is None:
        return enter(visit, begin(session, visit, officer_id), path)
    response = RedirectResponse(f"/signin/code?next={quote(path, safe='')}", status_code=303)
    response.set_cookie(
        STEP, begin_step(session, officer_id, now=visit.now), max_age=STEP_MINUTES * 60, path="/signin", httponly=True,
        samesite="lax", secure=visit.site.is_https,
    )  # fmt: skip
    return response


def enter(visit: Visit, token: str, path: str) -> Response:
    """Go on to `path` with the cookie of a new session."""
    response = RedirectResponse(path, status_code=303)
    seconds = visit.site.config.web.session_hours * 3600
    response.set_cookie(
        COOKIE, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=visit.site.is_https
    )
    return response


def begin(session: Session, visit: Visit, officer_id: int) -> str:
    """A new session for this browser; the one that it had before ends. What its cookie shall hold."""
    signins.end(session, visit.request.cookies.get(COOKIE, ""))
    hours, agent = visit.site.config.web.session_hours, browser_words(visit.request.headers.get("user-agent", ""))
    return signins.begin(session, officer_id, address=visit.address, browser=agent, hours=hours, now=visit.now)


def may_enter(session: Session, visit: Visit, officer_id: int) -> bool:
    """Whether the officer holds an appointment today."""
    scope = find_scope(session, officer_id, today=visit.today)
    return scope is not None and not scope.is_empty


def signin_page(visit: Visit, next_path: str, *, problem: str = "", name: str = "", status: int = 200) -> Response:
    """The page that asks who comes, with what went wrong."""
    page = show(
        visit, "signin", status=status, next_path=own_path(next_path), problem=visit.say(problem), typed=name,
        has_issuer=visit.site.issuer is not None,
    )  # fmt: skip
    return met(visit, page)


def met(visit: Visit, page: Response) -> Response:
    """The page that begins a sign-in, with a cookie whose coming back shows that this browser keeps cookies."""
    if not keeps_cookies(visit):
        page.set_cookie(MET, "1", path="/", httponly=True, samesite="lax", secure=visit.site.is_https)
    return page


def keeps_cookies(visit: Visit) -> bool:
    """Whether the browser has sent back the cookie of the page that it comes from."""
    return MET in visit.request.cookies
