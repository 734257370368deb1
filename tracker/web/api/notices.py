"""GET /v1/notices: papers with how many of their tasks stand where."""

from fastapi import APIRouter
from starlette.responses import Response

from tracker.notices.summaries import find_summary, notices_after
from tracker.people.clients import Client
from tracker.tasks.reach import within
from tracker.web.api.answers import answer
from tracker.web.api.callers import NoticeReader
from tracker.web.api.paging import Cursor, Limit, after, link_header, page_of
from tracker.web.api.problems import ProblemError
from tracker.web.api.schemas import NoticeBrief, NoticePage
from tracker.web.deps import Here, RowId

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("", response_model=NoticePage)
def list_notices(visit: Here, client: NoticeReader, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """Notices by number, a page at a time. A token of one unit sees those that give it a task. Right: notices:read."""
    with visit.read() as session:
        found = notices_after(session, _seen(client), after=after(cursor), limit=limit + 1, today=visit.today)
    rows, following = page_of(found, limit)
    body = NoticePage(notices=[NoticeBrief.model_validate(row) for row in rows], next=following)
    return answer(visit.request, body, headers=link_header(visit.request, following))


@router.get("/{notice_id}", response_model=NoticeBrief)
def show_notice(visit: Here, client: NoticeReader, notice_id: RowId) -> Response:
    """One notice with its counts. Right: notices:read."""
    with visit.read() as session:
        found = find_summary(session, _seen(client), notice_id, today=visit.today)
    if found is None:
        raise ProblemError(404, "not_found", "there is no such notice")
    return answer(visit.request, NoticeBrief.model_validate(found))


def _seen(client: Client):  # type: ignore[no-untyped-def]
    return within(client.units) if client.units is not None else None
