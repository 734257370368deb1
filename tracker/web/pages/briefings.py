"""Báo cáo giao ban: read, taken away as files, completed with remarks, approved; overseers read their own."""

import re
from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.briefing.formats import BINARY, MEDIA, file_name, written
from tracker.briefing.freezing import (
    WHOLE,
    approve_briefing,
    find_briefing,
    list_editions,
    shown_view,
    write_remarks,
)
from tracker.errors import TrackerError
from tracker.models import Briefing
from tracker.people.forms import use_once
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, NotAllowedError, Office, Reader, Ruler, SignedIn, checked_ticket
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter(prefix="/briefings")
PRINTED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
Form = Literal["pdf", "docx", "xlsx", "text", "json"]


@router.get("")
def show_briefings(visit: Here, reader: SignedIn) -> Response:
    """The frozen briefings, the newest first; an overseer sees those about their own communes."""
    scope = _scope_of(reader)
    with visit.read() as session:
        rows = list_editions(session, scope)
    return show(visit, "briefings", viewer=reader.scope, who=reader.who, rows=rows, forms=("pdf", "docx", "xlsx"))


def _scope_of(reader: Reader) -> str:
    """What part of the briefings is theirs: the whole, or their own. Raises NotAllowedError."""
    if reader.scope.is_ruler:
        return WHOLE
    if not reader.scope.overseen:
        raise NotAllowedError
    return reader.scope.code


@router.get("/{period}")
def show_briefing(visit: Here, reader: Ruler, period: str) -> Response:
    """One briefing as it was frozen, to be read and printed."""
    return _page(find_shown(visit, period))


@router.get("/{period}/of/{code}")
def show_own_briefing(visit: Here, reader: SignedIn, period: str, code: str) -> Response:
    """What one overseer answers for, as it was frozen."""
    return _page(find_shown(visit, period, _checked_scope(reader, code)))


def _checked_scope(reader: Reader, code: str) -> str:
    if not reader.scope.is_ruler and (reader.scope.code != code or not reader.scope.overseen):
        raise NotAllowedError
    return code


@router.get("/{period}/files/{form}")
def download_briefing(visit: Here, reader: Ruler, period: str, form: Form) -> Response:
    """The same figures as PDF, Word, Excel, plain words or data."""
    return _file(find_shown(visit, period), form)


@router.get("/{period}/of/{code}/files/{form}")
def download_own_briefing(visit: Here, reader: SignedIn, period: str, code: str, form: Form) -> Response:
    """The files of what one overseer answers for."""
    return _file(find_shown(visit, period, _checked_scope(reader, code)), form)


@router.get("/{period}/approval")
def show_approval(visit: Here, reader: Office, period: str) -> Response:
    """Remarks beside the units, and the button that sends the briefing."""
    return _approval(visit, reader, find_shown(visit, period))


@router.post("/{period}/approval")
def approve(visit: Here, reader: Office, period: str, form: FormFields) -> Response:
    """Keep the remarks; with the button "approve" the letters are posted too."""
    address = f"/briefings/{period}/approval"
    ticket = checked_ticket(visit, form, who=reader.who, action=address)
    found = find_shown(visit, period)
    remarks = _remarks(found, form.values)
    does_approve = form.values.get("act") == "approve"
    try:
        with visit.write() as session:
            if not use_once(session, ticket.number, now=visit.now):
                return RedirectResponse("/briefings?ok=again", status_code=303)
            if does_approve:
                approve_briefing(
                    session, period, remarks=remarks, by=reader.scope.officer_id, config=visit.site.config,
                    calendar=visit.site.calendar, today=visit.today, now=visit.now,
                )  # fmt: skip
            else:
                write_remarks(session, period, remarks=remarks)
    except TrackerError:
        return _approval(visit, reader, find_shown(visit, period), typed=remarks, status=422)
    return RedirectResponse(f"/briefings?ok={'approved' if does_approve else 'remarked'}", status_code=303)


def _remarks(found: Briefing, typed: Mapping[str, str]) -> dict[str, str]:
    """The words of the form by unit: a field is named after the place of the unit in the table, which never changes."""
    view = shown_view(found)
    names = ["", *(row.name for row in view.units)]
    return {name: typed.get(f"r{at}", "") for at, name in enumerate(names)}


def _approval(
    visit: Visit, reader: Reader, found: Briefing, *, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    view = shown_view(found)
    return show(
        visit, "briefing", viewer=reader.scope, who=reader.who, status=status, found=found, view=view,
        typed=typed if typed is not None else found.remarks, has_problem=status != 200,
    )  # fmt: skip


def find_shown(visit: Visit, period: str, scope: str = WHOLE) -> Briefing:
    """The briefing of a week. Raises UnseenError for a week without one, and for what is no week."""
    if not re.fullmatch(r"\d{4}-W\d{2}", period, re.ASCII):
        raise UnseenError
    with visit.read() as session:
        found = find_briefing(session, period, scope)
        if found is None:
            raise UnseenError
        session.expunge(found)
        return found


def _page(found: Briefing) -> Response:
    return HTMLResponse(written(found, "html"), headers={"content-security-policy": PRINTED_POLICY})


def _file(found: Briefing, form: str) -> Response:
    kind = "attachment" if form in BINARY else "inline"
    headers = {"content-disposition": f'{kind}; filename="{file_name(found, form)}"'}
    return Response(written(found, form), media_type=MEDIA[form], headers=headers)
