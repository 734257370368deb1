"""Phần mềm kết nối: tokens of programs, made and ended by those who may; a new one is shown once."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.errors import TrackerError
from tracker.people.clients import MOST_DAYS, USUAL_DAYS, Right, list_tokens, make_token, may_manage, revoke_token
from tracker.people.forms import use_once
from tracker.people.unit_list import list_units
from tracker.people.units import get_unit
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, NotAllowedError, Reader, RowId, SignedIn, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter(prefix="/programs")
RIGHTS = {
    Right.TASKS_READ: "xem nhiệm vụ", Right.NOTICES_READ: "xem thông báo", Right.UNITS_READ: "xem danh bạ đơn vị",
    Right.LETTERS_READ: "xem tình trạng thư", Right.REPORTS_WRITE: "gửi báo cáo thay đơn vị", Right.METRICS_READ: "xem số liệu giám sát",
}  # fmt: skip


@router.get("")
def show_programs(visit: Here, reader: SignedIn) -> Response:
    """Every token: for what, until when, when it was used."""
    return _page(visit, _allowed(reader))


@router.post("")
def add_program(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Make a token and show it, this once."""
    ticket = checked_ticket(visit, form, who=_allowed(reader).who, action="/programs")
    try:
        wanted = _wanted(visit, form)
        with visit.write() as session:
            if not use_once(session, ticket.number, now=visit.now):
                return RedirectResponse("/programs?ok=again", status_code=303)
            unit = get_unit(session, form.text("unit")) if form.text("unit") else None
            token = make_token(
                session, **wanted, unit=unit, officer_id=reader.scope.officer_id, today=visit.today, now=visit.now
            )
    except FormError as error:
        return _page(visit, reader, problem=str(error), typed=form, status=422)
    except TrackerError:
        return _page(
            visit, reader, problem=visit.say("Không tạo được mã; đề nghị kiểm tra các mục."), typed=form, status=422
        )
    return _page(visit, reader, token=token)


@router.post("/{token_id}/revocation")
def end_program(visit: Here, reader: SignedIn, token_id: RowId, form: FormFields) -> Response:
    """End a token at once, for good; the second click changes nothing."""
    checked_ticket(visit, form, who=_allowed(reader).who, action=f"/programs/{token_id}/revocation")
    try:
        with visit.write() as session:
            revoke_token(session, token_id, officer_id=reader.scope.officer_id, today=visit.today, now=visit.now)
    except TrackerError:
        raise UnseenError from None
    return RedirectResponse("/programs?ok=revoked", status_code=303)


def _allowed(reader: Reader) -> Reader:
    if not may_manage(reader.scope.chains, reader.scope.officer_id):
        raise NotAllowedError
    return reader


def _wanted(visit: Visit, form: Posted) -> dict[str, Any]:
    name = form.text("name", "Đề nghị ghi tên phần mềm.")
    rights = [right for right in Right if right in form.lists.get("right", ())]
    if not rights:
        raise form.wrong("Đề nghị chọn ít nhất một quyền.")
    last = form.day("until", "Đề nghị ghi ngày hết hạn.")
    if last is None or not visit.today <= last <= visit.today + timedelta(days=MOST_DAYS):
        raise form.wrong("Ngày hết hạn từ hôm nay đến tối đa ba năm.")
    return {"name": name, "rights": rights, "good_until": last}


def _page(
    visit: Visit, reader: Reader, *, token: str = "", problem: str = "", typed: Posted | None = None, status: int = 200
) -> Response:
    with visit.read() as session:
        tokens, units = list_tokens(session), list_units(session, on=visit.today)
    return show(
        visit, "programs", viewer=reader.scope, who=reader.who, status=status, tokens=tokens, units=units, rights={right: visit.say(words) for right, words in RIGHTS.items()}, token=token,
        problem=problem, typed=typed.values if typed else {}, ticked=typed.lists.get("right", ()) if typed else (),
        usual=visit.today + timedelta(days=USUAL_DAYS),
    )  # fmt: skip
