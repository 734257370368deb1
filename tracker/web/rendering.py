"""Templates to responses: one environment, the same few names in every page."""

import re
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import Response

from tracker.config import data_folder
from tracker.notify.composing import clause_words, notice_words
from tracker.notify.views import day
from tracker.notify.wording import RUNGS
from tracker.tasks.board import TaskRow
from tracker.tasks.scope import Scope
from tracker.web import wording
from tracker.web.site import Visit

EMPTY_LINES = re.compile(r"\n\s*\n")
STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def templates() -> Jinja2Templates:
    """Made once a process; a misspelt name in a page is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader(data_folder("templates")),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(day=_day, lines=_lines)
    environment.globals.update(
        style=f"/static/site.css?v={_fingerprint('site.css')}",
        script=f"/static/site.js?v={_fingerprint('site.js')}",
        mark_of=wording.mark_of,
        marks=wording.MARKS,
        kinds=wording.KINDS,
        roles=wording.ROLES,
        channels=wording.CHANNELS,
        headings=wording.HEADINGS,
        rungs=RUNGS,
        letter_kinds=wording.LETTER_KINDS,
        role_headings=wording.ROLE_HEADINGS,
        standings=wording.STANDINGS,
        weekdays=wording.WEEKDAYS,
        state_words=wording.STATES,
        refusal_words=wording.REFUSALS,
        check_words=wording.CHECKS,
        question_words=wording.QUESTIONS,
        recurrences=wording.RECURRENCES,
        ruling_words=wording.RULINGS,
        difference_words=wording.DIFFERENCES,
        difference_value=wording.difference_value,
        file_words=wording.file_words,
        why_waiting=wording.WHY_WAITING,
        due_words=wording.due_words,
        source_words=wording.source_words,
        event_words=wording.event_words,
        clause_words=clause_words,
        notice_words=notice_words,
    )
    return Jinja2Templates(env=environment)


def show(
    visit: Visit, name: str, *, viewer: Scope | None = None, who: str = "", status: int = 200, **values: Any
) -> Response:
    """The page `name` below templates/pages. `who` is the reader for whom its forms are made; empty on open pages."""

    def form(action: str, version: int = 0) -> str:
        return visit.site.forms.make(who, action, version)

    def when(row: TaskRow) -> str:
        return wording.when_words(row, visit.site.calendar)

    def moment(instant: datetime) -> str:
        return f"{instant.astimezone(visit.site.config.timezone):%H:%M %d/%m/%Y}"

    context = {
        "moment": moment,
        "office": visit.site.config.office,
        "is_demo": visit.site.is_demo,
        "today": visit.today,
        "evidence_limits": {
            "files": visit.site.config.storage.evidence_files,
            "megabytes": visit.site.config.storage.evidence_bytes // 1_000_000,
        },
        "viewer": viewer,
        "form": form,
        "when": when,
        "flash": wording.FLASHES.get(visit.request.query_params.get("ok", ""), ""),
        "path": visit.request.url.path,
        **values,
    }
    return templates().TemplateResponse(visit.request, f"pages/{name}.html", context, status_code=status)


def _day(value: Any) -> str:
    return day(value) if value is not None else "–"


def _lines(text: str) -> str:
    """A paper's text without its empty lines: on a screen they only push the words apart."""
    return EMPTY_LINES.sub("\n", text)


@lru_cache(maxsize=8)
def _fingerprint(name: str) -> str:
    """A changed file gets a new address, so that browsers may keep it for a year."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
