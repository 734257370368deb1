"""The second half of a sign-in: the code of the telephone, or a recovery code."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.models import Channel
from tracker.people.accounts import By, note
from tracker.people.factors import find_factor, spend
from tracker.people.steps import end_step, find_step
from tracker.people.throttle import Limit, is_within, origin_of
from tracker.web.deps import FormFields, Here, checked_ticket
from tracker.web.login import STEP, TOO_OFTEN, Next, begin, enter, may_enter, own_path, signin_page
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()
WRONG = "Mã không đúng hoặc đã dùng. Đề nghị chờ mã mới trên điện thoại rồi nhập lại."
LOST = "Mã trên điện thoại không dùng được nữa vì khóa của máy chủ đã thay. Đề nghị nhập một mã dự phòng."
OVER = "Đã quá thời gian nhập mã. Đề nghị đăng nhập lại từ đầu."


@router.get("/signin/code")
def show_code(visit: Here, next_path: Next = "") -> Response:
    """The page that asks for the code; without a first half it leads back to the beginning."""
    with visit.read() as session:
        officer_id = find_step(session, _step(visit), now=visit.now)
    if officer_id is None:
        return RedirectResponse("/signin", status_code=303)
    return _page(visit, officer_id, next_path)


@router.post("/signin/code")
def enter_code(visit: Here, form: FormFields) -> Response:
    """Take the code, once; every try is counted, right or wrong."""
    checked_ticket(visit, form, who="", action="/signin/code")
    next_path, code = own_path(form.values.get("next", "")), form.text("code")[:100]
    with visit.write() as session:
        taken = _take(session, visit, code)
    if taken.token:
        response = enter(visit, taken.token, next_path)
        response.delete_cookie(STEP, path="/signin", secure=visit.site.is_https, httponly=True, samesite="lax")
        return response
    if taken.officer_id is None:
        return signin_page(visit, next_path, problem=OVER, status=403)
    return _page(visit, taken.officer_id, next_path, problem=taken.problem, status=taken.status)


@dataclass(frozen=True)
class _Taken:
    """What became of a code: the token of a new session, or what to say to whom."""

    officer_id: int | None = None
    token: str = ""
    problem: str = ""
    status: int = 422


def _take(session: Session, visit: Visit, code: str) -> _Taken:
    """Every way out is committed: a wrong code counts too."""
    officer_id = find_step(session, _step(visit), now=visit.now)
    if officer_id is None:
        return _Taken()
    if not is_within(session, *code_limits(visit, officer_id), now=visit.now):
        return _Taken(officer_id, problem=TOO_OFTEN, status=429)
    spent = spend(session, officer_id, code, key=visit.site.key, now=visit.now)
    if spent is None or not may_enter(session, visit, officer_id):
        return _Taken(officer_id, problem=WRONG)
    if not end_step(session, _step(visit)):
        return _Taken()
    if spent == "recovery":
        note(session, "recovery-used", officer_id, by=By(officer_id, Channel.WEB, visit.address), now=visit.now)
    return _Taken(officer_id, token=begin(session, visit, officer_id))


def code_limits(visit: Visit, officer_id: int) -> list[Limit]:
    """Five codes in a quarter of an hour and thirty a day for one officer: of a million codes, three are right at a time."""
    return [
        Limit(f"code/{officer_id}", 5, 15),
        Limit(f"code-day/{officer_id}", 30, 1440),
        Limit(f"code/from/{origin_of(visit.address)}", 30, 15),
    ]


def _step(visit: Visit) -> str:
    return visit.request.cookies.get(STEP, "")


def _page(visit: Visit, officer_id: int, next_path: str, *, problem: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        factor = find_factor(session, officer_id, key=visit.site.key)
    is_lost = factor is not None and not factor.is_readable
    return show(
        visit,
        "signin_code",
        status=status,
        next_path=own_path(next_path),
        problem=visit.say(problem or (LOST if is_lost else "")),
    )
