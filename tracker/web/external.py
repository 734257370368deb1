"""Signing in by the office's own service: there and back; nobody gets an account by it who is not in the register."""

import logging

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.people.refused import note_refusal
from tracker.people.signins import find_by_claim
from tracker.people.throttle import Limit, is_within, origin_of
from tracker.web.answering import UnseenError
from tracker.web.deps import Here
from tracker.web.issuer import PENDING_SECONDS, Issuer, IssuerDownError, UnprovenError
from tracker.web.login import TOO_OFTEN, Next, begin, enter, may_enter, own_path, signin_page
from tracker.web.rendering import show
from tracker.web.site import Visit

log = logging.getLogger("tracker.web")
router = APIRouter(prefix="/signin/oidc")
COOKIE = "tracker-oidc"
DOWN = "Dịch vụ đăng nhập của cơ quan đang không trả lời. Đề nghị thử lại sau, hoặc đăng nhập bằng thư."
UNPROVEN = "Lần đăng nhập này không hoàn tất. Đề nghị bấm đăng nhập lại từ đầu."
TURNED_BACK = "Dịch vụ đăng nhập của cơ quan không cho phép, hoặc đồng chí đã dừng đăng nhập."
UNKNOWN = (
    "Tài khoản này chưa có trong danh bạ của hệ thống nên chưa vào được. Văn phòng điều phối thấy yêu cầu này và sẽ liên hệ; "
    "nếu cần gấp, đề nghị gọi số điện thoại cuối trang."
)


@router.get("")
def begin_there(visit: Here, next_path: Next = "") -> Response:
    """Send the visitor to the service."""
    issuer, path = _issuer(visit), own_path(next_path)
    try:
        address, kept = issuer.begin(path, now=visit.now)
    except IssuerDownError as error:
        log.error("sign-in service: %s", error)
        return signin_page(visit, path, problem=DOWN, status=503)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        COOKIE,
        kept,
        max_age=PENDING_SECONDS,
        path="/signin/oidc",
        httponly=True,
        samesite="lax",
        secure=visit.site.is_https,
    )
    return response


@router.get("/answer")
def come_back(visit: Here, code: str = "", state: str = "", error: str = "") -> Response:
    """The way back: a GET that signs in, because the service sends the browser here; it needs the cookie of the way there."""
    response = _answered(visit, _issuer(visit), code[:2000], state[:200], error)
    response.delete_cookie(COOKIE, path="/signin/oidc", secure=visit.site.is_https, httponly=True, samesite="lax")
    return response


def _answered(visit: Visit, issuer: Issuer, code: str, state: str, error: str) -> Response:
    with visit.write() as session:
        if not is_within(session, Limit(f"oidc/from/{origin_of(visit.address)}", 30, 15), now=visit.now):
            return signin_page(visit, "", problem=TOO_OFTEN, status=429)
    try:
        pending = issuer.pending(visit.request.cookies.get(COOKIE, ""), state, now=visit.now)
        if error or not code:
            return signin_page(visit, pending.next_path, problem=TURNED_BACK, status=403)
        claims = issuer.claims(code, pending, now=visit.now)
    except UnprovenError as why:
        log.warning("sign-in service: %s", why)
        return signin_page(visit, "", problem=UNPROVEN, status=403)
    except IssuerDownError as why:
        log.error("sign-in service: %s", why)
        return signin_page(visit, "", problem=DOWN, status=503)
    return _entered(visit, issuer, claims, pending.next_path)


def _entered(visit: Visit, issuer: Issuer, claims: dict[str, object], next_path: str) -> Response:
    """Sign in whom the register knows; anybody else is refused, and the office sees who it was."""
    oidc = issuer.oidc
    value = claims.get(oidc.claim)
    identity = value.strip()[:200] if isinstance(value, str) else ""
    with visit.write() as session:
        officer_id = find_by_claim(session, identity, is_code=oidc.matches == "code")
        reason = ""
        if oidc.matches == "email" and claims.get("email_verified") is not True:
            reason = "unverified"
        elif officer_id is None:
            reason = "unknown"
        elif not may_enter(session, visit, officer_id):
            reason = "unappointed"
        if not reason and officer_id is not None:
            return enter(visit, begin(session, visit, officer_id), next_path)
        who = identity or str(claims.get("sub", ""))[:200]
        note_refusal(session, who, reason=reason, address=visit.address, now=visit.now)
    return show(visit, "refusal", status=403, title=visit.say("Chưa vào được"), message=visit.say(UNKNOWN))


def _issuer(visit: Visit) -> Issuer:
    if visit.site.issuer is None:
        raise UnseenError
    return visit.site.issuer
