"""Long lists in pages: an opaque cursor that stays right whatever is added or removed meanwhile."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Query
from starlette.requests import Request

from tracker.web.api.problems import wrong_fields
from tracker.web.deps import HIGHEST

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many rows at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=32,
        pattern="^[A-Za-z0-9_-]+$",
        description="`next` of the page before, as it was given; leave it out for the first page.",
    ),
]
Word = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[a-z0-9._-]+$")]


class Numbered(Protocol):
    """A row with a number."""

    @property
    def id(self) -> int:
        """The number."""


Row = TypeVar("Row", bound=Numbered)


def after(cursor: str | None) -> int:
    """The number that the page begins after; 0 for the first page. Raises ProblemError 422 for a cursor that is not ours."""
    if cursor is None:
        return 0
    try:
        kind, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split(":")
        found = int(number) if kind == "a" and number.isdigit() else -1
    except ValueError:
        found = -1
    if not 0 < found <= HIGHEST:
        raise wrong_fields([{"loc": ("query", "cursor"), "msg": "this is no cursor of ours; begin without one"}])
    return found


def page_of(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], str | None]:
    """The rows of one page, of `limit` + 1 that were asked for, and the cursor of the next page if there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], urlsafe_b64encode(f"a:{rows[limit - 1].id}".encode()).decode().rstrip("=")


def link_header(request: Request, cursor: str | None) -> dict[str, str]:
    """Link: <…>; rel="next" (RFC 8288), relative to this address, with the same filters."""
    if cursor is None:
        return {}
    return {"link": f'<{request.url.path}?{request.url.include_query_params(cursor=cursor).query}>; rel="next"'}
