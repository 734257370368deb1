"""GET /v1/units: the units of the register, and in whose name a program may report."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from tracker.people.unit_cards import answerers_of, find_card, units_after
from tracker.web.api.answers import answer
from tracker.web.api.callers import UnitReader
from tracker.web.api.paging import Cursor, Limit, Word, after, link_header, page_of
from tracker.web.api.problems import ProblemError
from tracker.web.api.schemas import Answerer, UnitBrief, UnitPage, UnitWhole
from tracker.web.deps import Here

router = APIRouter(prefix="/v1/units", tags=["units"])
Code = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[a-z0-9._-]+$")]


@router.get("", response_model=UnitPage)
def list_units(
    visit: Here,
    client: UnitReader,
    level: Annotated[Word | None, Query(description="commune, district …")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The units that stand today and that the token reaches, by number, a page at a time. Right: units:read."""
    with visit.read() as session:
        found = units_after(
            session, client.units, level=level, after=after(cursor), limit=limit + 1, on=visit.today
        )  # fmt: skip
    rows, following = page_of(found, limit)
    body = UnitPage(units=[UnitBrief.model_validate(row) for row in rows], next=following)
    return answer(visit.request, body, headers=link_header(visit.request, following))


@router.get("/{code}", response_model=UnitWhole)
def show_unit(visit: Here, client: UnitReader, code: Code) -> Response:
    """One unit, with the officers in whose name a program may report. Right: units:read."""
    with visit.read() as session:
        found = find_card(session, client.units, code, on=visit.today)
        if found is None:
            raise ProblemError(404, "not_found", "there is no such unit")
        officers = [Answerer.model_validate(one) for one in answerers_of(session, found.id, on=visit.today)]
    return answer(visit.request, UnitWhole(**UnitBrief.model_validate(found).model_dump(), officers=officers))
