"""Pages that only show: the grid, what waits for a ruling, the directory, the days to come."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from tracker.health.examination import examine
from tracker.outbox.forecast import forecast
from tracker.outbox.listing import progress
from tracker.people.cast import list_holders
from tracker.people.refused import list_refusals
from tracker.people.unit_list import list_units
from tracker.tasks.evidence import count_evidence
from tracker.tasks.grid import load_grid
from tracker.tasks.inbox import load_rulings
from tracker.web.deps import Answerer, Here, Keeper, Ruler, TaskReader
from tracker.web.health_words import health_words
from tracker.web.rendering import show

router = APIRouter()
DAYS = 14


@router.get("/grid")
def show_grid(visit: Here, reader: TaskReader) -> Response:
    """Communes against milestones and group tasks."""
    with visit.read() as session:
        grid = load_grid(session, reader.scope.condition(), today=visit.today)
    return show(visit, "grid", viewer=reader.scope, who=reader.who, grid=grid)


@router.get("/rulings")
def show_rulings(visit: Here, reader: Answerer) -> Response:
    """Requests for time, objections and claims that wait for an answer which this reader may give."""
    with visit.read() as session:
        sections = load_rulings(session, reader.scope, today=visit.today)
        files = count_evidence(session, [one.id for section in sections for one in section.tasks])
    return show(visit, "rulings", viewer=reader.scope, who=reader.who, sections=sections, files=files)


@router.get("/directory")
def show_directory(visit: Here, reader: Keeper) -> Response:
    """Units with their officers, and since when."""
    with visit.read() as session:
        units, holders = list_units(session, on=visit.today), list_holders(session, today=visit.today)
        refusals = list_refusals(session, now=visit.now) if reader.scope.may_reset else []
    by_unit = {unit.id: [one for one in holders if one.unit_id == unit.id] for unit in units}
    return show(
        visit, "directory", viewer=reader.scope, who=reader.who, units=units, by_unit=by_unit, refusals=refusals
    )


@router.get("/calendar")
def show_calendar(visit: Here, reader: Ruler) -> Response:
    """Who will hear of what in the next fourteen days, if nothing changes."""
    with visit.read() as session:
        days = visit.site.coming.of(
            session, days=DAYS, config=visit.site.config, calendar=visit.site.calendar, today=visit.today
        )
    return show(visit, "calendar", viewer=reader.scope, who=reader.who, days=days)


@router.get("/health")
def show_health(visit: Here, reader: Keeper) -> Response:
    """Whether everything is in order."""
    site = visit.site
    checks = examine(site.database, site.config, calendar=site.calendar, uptime=site.uptime(), now=visit.now)
    with visit.read() as session:
        letters, sending = progress(session), forecast(session, visit.site.config, now=visit.now)
    says = partial(health_words, language=visit.language, timezone=site.config.timezone)
    return show(
        visit, "health", viewer=reader.scope, who=reader.who, checks=checks, says=says, letters=letters, sending=sending
    )
