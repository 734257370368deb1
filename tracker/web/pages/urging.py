"""Lời nhắc theo đơn vị: the lines for a unit's chat group and the draft of an official letter, taken from the briefing."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from tracker.briefing.chat import chat_text
from tracker.briefing.dispatch import dispatch_paper, late_units
from tracker.briefing.formats import MEDIA
from tracker.briefing.freezing import shown_view
from tracker.briefing.view import BriefingView
from tracker.briefing.word import word_of
from tracker.models import Unit
from tracker.notify.fitting import flat
from tracker.people.unit_list import list_units
from tracker.web.answering import UnseenError
from tracker.web.deps import Here, RowId, Ruler
from tracker.web.pages.briefings import find_shown
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter()


@dataclass(frozen=True, slots=True)
class UrgedUnit:
    """A unit with something late or coming: its lines, and how many tasks are late today (the letter is about those)."""

    id: int
    name: str
    lines: str
    late: int


@router.get("/briefings/{period}/units")
def show_units(visit: Here, reader: Ruler, period: str) -> Response:
    """The units that something is to be said to, those with late tasks first."""
    view = shown_view(find_shown(visit, period))
    with visit.read() as session:
        urged = _urged(session, view, visit)
    return show(visit, "briefing_units", viewer=reader.scope, who=reader.who, period=period, view=view, urged=urged)


def _urged(session: Session, view: BriefingView, visit: Visit) -> list[UrgedUnit]:
    late = late_units(session, today=visit.today)
    named = {flat(item.owner) for item in (*view.overdue, *view.coming)}
    known = {row.name for row in view.units}
    units = [one for one in list_units(session, on=visit.today) if flat(one.name) in known]
    urged = [
        UrgedUnit(one.id, one.name, chat_text(view, flat(one.name)), late.get(one.id, 0))
        for one in units
        if flat(one.name) in named or one.id in late
    ]
    return sorted(urged, key=lambda one: (-one.late, one.name))


@router.get("/dispatches/{unit_id}")
def download_dispatch(visit: Here, reader: Ruler, unit_id: RowId) -> Response:
    """The draft of the official letter to a unit about what is late today, as Word. 404 when nothing is."""
    with visit.read() as session:
        unit = session.get(Unit, unit_id)
        if unit is None or unit_id not in late_units(session, today=visit.today):
            raise UnseenError
        config, calendar = visit.site.config, visit.site.calendar
        content = word_of(dispatch_paper(session, unit, config=config, calendar=calendar, today=visit.today))
        name = f"cong-van-don-doc-{unit.code}-{visit.today}.docx"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA["docx"], headers=headers)
