"""Pages for what is not possible: saying what happened, in the reader's language, and leading back."""

import logging
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.errors import DatabaseError, TrackerError
from tracker.web.answering import UnseenError
from tracker.web.api import problems
from tracker.web.deps import NotAllowedError, NotSignedInError
from tracker.web.forms import ForgedError
from tracker.web.headers import INTERFACE
from tracker.web.links import ShutError
from tracker.web.rendering import show
from tracker.web.site import visit

log = logging.getLogger("tracker.web")

FORGED = "Biểu mẫu đã cũ hoặc không được gửi từ trang này. Nội dung chưa được ghi; đề nghị mở lại trang rồi gửi lại."
NOT_FOUND = "Không có trang này, hoặc trang không thuộc phạm vi của đồng chí."
BROKEN = "Máy chủ gặp lỗi, nội dung vừa gửi chưa được ghi. Đề nghị thử lại sau ít phút."


def install(app: FastAPI) -> None:
    """Give every refusal its page."""
    app.add_exception_handler(ShutError, _shut)
    app.add_exception_handler(NotSignedInError, _sign_in)
    app.add_exception_handler(NotAllowedError, lambda request, _: _page(request, 403, "Không có quyền xem", NOT_FOUND))
    app.add_exception_handler(ForgedError, lambda request, _: _page(request, 403, "Không ghi nhận", FORGED))
    app.add_exception_handler(UnseenError, lambda request, _: _page(request, 404, "Không tìm thấy", NOT_FOUND))
    app.add_exception_handler(
        RequestValidationError, lambda request, _: _page(request, 404, "Không tìm thấy", NOT_FOUND)
    )
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(TrackerError, _refused)
    app.add_exception_handler(Exception, lambda request, _: _page(request, 500, "Có lỗi", BROKEN))


def _page(request: Request, status: int, title: str, message: str) -> Response:
    for here in visit(request):
        return show(here, "refusal", status=status, title=here.say(title), message=here.say(message))
    raise AssertionError


def _shut(request: Request, error: Exception) -> Response:
    """A link that does not open says why; one that has only expired offers a new one."""
    assert isinstance(error, ShutError)
    status = {"forged": 404, "expired": 410, "revoked": 403}[error.why]
    for here in visit(request):
        return show(here, "shut", status=status, why=error.why, action=f"/l/{error.token}/renewal")
    raise AssertionError


def _sign_in(request: Request, error: Exception) -> Response:
    """Reading leads to the sign-in page and back; what was posted is not kept."""
    if request.method in ("GET", "HEAD"):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/signin?next={quote(path, safe='')}", status_code=303)
    return _page(
        request, 403, "Chưa đăng nhập", "Phiên đăng nhập đã hết. Nội dung chưa được ghi; đề nghị đăng nhập lại."
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(INTERFACE):  # with a line break in the address, which no mounted application matches
        return problems.http_problem(request, error)
    if error.status_code == 405:
        return _page(request, 405, "Không có thao tác này", NOT_FOUND)
    if error.status_code < 500 and error.status_code != 404:
        return _page(request, error.status_code, "Không đọc được nội dung gửi lên", FORGED)
    return _page(request, error.status_code, "Không tìm thấy", NOT_FOUND)


def _refused(request: Request, error: Exception) -> Response:
    """A refusal that no page has put into its own words; the log has the English line."""
    log.error("%s %s: %s", request.method, request.url.path.partition("/l/")[0] or "/l/…", error)
    if isinstance(error, DatabaseError):
        return _page(request, 503, "Cơ sở dữ liệu đang bận", BROKEN)
    return _page(
        request, 422, "Không ghi nhận", "Nội dung này không ghi nhận được: tình trạng hiện tại không cho phép."
    )
