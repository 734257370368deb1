"""The switch of languages: it sets a cookie in this browser and leads back. It needs no form: nothing of ours changes."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from tracker.web.answering import UnseenError
from tracker.web.deps import Here
from tracker.web.languages import COOKIE, NAMES
from tracker.web.login import own_path

router = APIRouter()
YEAR = 365 * 24 * 3600


@router.get("/language/{code}")
def choose(visit: Here, code: str, next_path: Annotated[str, Query(alias="next")] = "") -> Response:
    """Read the pages in this language from now on."""
    if code not in NAMES:
        raise UnseenError
    response = RedirectResponse(own_path(next_path), status_code=303)
    response.set_cookie(COOKIE, code, max_age=YEAR, path="/", httponly=True, samesite="lax", secure=visit.site.is_https)
    return response
