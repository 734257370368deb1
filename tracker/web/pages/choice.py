"""When the weekly letter comes, and how to be rid of the one that may be left out; also by one click without a cookie."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.people.choices import HOURS, WEEKDAYS, choose, find_choice, leave_optional_out
from tracker.people.forms import use_once
from tracker.people.links import UNSUBSCRIBE
from tracker.tasks.scope import find_scope
from tracker.web.deps import FormFields, Here, SignedIn, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.links import ByLink, ShutError
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()
WRONG = "Đề nghị chọn ngày và giờ trong danh sách."


@router.get("/account/digest")
def show_own(visit: Here, reader: SignedIn) -> Response:
    """For who is signed in."""
    return _page(visit, reader.scope.officer_id, "/account/digest", who=reader.who, viewer=reader.scope)


@router.post("/account/digest")
def choose_own(visit: Here, reader: SignedIn, form: FormFields) -> Response:
    """Keep what who is signed in has chosen."""
    values: dict[str, Any] = {"who": reader.who, "viewer": reader.scope}
    return _choose(visit, reader.scope.officer_id, "/account/digest", form, **values)


@router.get("/l/{token}/choice")
def show_by_link(visit: Here, link: ByLink) -> Response:
    """For who comes from a letter."""
    return _page(visit, link.scope.officer_id, f"{link.base}/choice", who=link.who, home=link.base)


@router.post("/l/{token}/choice")
def choose_by_link(visit: Here, link: ByLink, form: FormFields) -> Response:
    """Keep what who comes from a letter has chosen."""
    return _choose(visit, link.scope.officer_id, f"{link.base}/choice", form, who=link.who, home=link.base)


@router.get("/u/{token}")
def show_unsubscribe(visit: Here, token: str) -> Response:
    """What the link in an optional letter opens; programs open links, so looking changes nothing."""
    _officer(visit, token)
    return show(visit, "unsubscribe", token=token, is_done=False)


@router.post("/u/{token}")
def unsubscribe(visit: Here, token: str) -> Response:
    """RFC 8058: one POST without cookie or form; the signed address alone says whose it is and what it may do."""
    officer_id = _officer(visit, token)
    with visit.write() as session:
        leave_optional_out(session, officer_id, now=visit.now)
    return show(visit, "unsubscribe", token=token, is_done=True)


def _officer(visit: Visit, token: str) -> int:
    """Whose letters they are; the address does not expire. Raises ShutError."""
    link = visit.site.links.read(token, purpose=UNSUBSCRIBE)
    if link is None:
        raise ShutError("forged", token)
    with visit.read() as session:
        if find_scope(session, link.officer_id, today=visit.today) is None:
            raise ShutError("revoked", token)
    return link.officer_id


def _choose(visit: Visit, officer_id: int, action: str, form: Posted, *, who: str, **values: Any) -> Response:
    ticket = checked_ticket(visit, form, who=who, action=action)
    try:
        weekday, hour = _chosen(form)
    except FormError as error:
        return _page(visit, officer_id, action, who=who, problem=str(error), status=422, **values)
    with visit.write() as session:
        if use_once(session, ticket.number, now=visit.now):
            wants = form.values.get("optional") == "1"
            choose(session, officer_id, weekday=weekday, hour=hour, wants_optional=wants, now=visit.now)
    return RedirectResponse(f"{action}?ok=chosen", status_code=303)


def _chosen(form: Posted) -> tuple[int | None, str | None]:
    weekday, hour = form.text("weekday", WRONG), form.text("hour", WRONG)
    if weekday not in ("office", *map(str, WEEKDAYS)) or hour not in ("office", *HOURS):
        raise form.wrong(WRONG)
    return (int(weekday) if weekday != "office" else None), (hour if hour != "office" else None)


def _page(
    visit: Visit, officer_id: int, action: str, *, who: str, problem: str = "", status: int = 200, **values: Any
) -> Response:
    with visit.read() as session:
        choice = find_choice(session, officer_id)
    return show(
        visit, "choice", who=who, status=status, action=action, choice=choice, hours=HOURS, days=list(WEEKDAYS), problem=problem,
        schedule=visit.site.config.schedule.digest, **values,
    )  # fmt: skip
