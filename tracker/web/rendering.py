"""Templates to responses: one environment a language, the same few names in every page."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi.templating import Jinja2Templates
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from tracker.config import data_folder
from tracker.notify.views import day
from tracker.notify.wording import RUNGS
from tracker.tasks.board import TaskRow
from tracker.tasks.scope import Scope
from tracker.web import languages, wording
from tracker.web.compiling import PageEnvironment
from tracker.web.languages import NAMES, Language
from tracker.web.site import Visit

EMPTY_LINES = re.compile(r"\n\s*\n")
STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=8)
def templates(language: Language) -> Jinja2Templates:
    """Made once a process and language; a misspelt name in a page is an error, not an empty place."""
    environment = PageEnvironment(
        loader=FileSystemLoader(data_folder("templates")),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        extensions=("jinja2.ext.i18n",),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.language = language
    environment.filters.update(day=_day, lines=_lines)
    environment.globals.update(_words(language))
    environment.globals.update(
        style=f"/static/site.css?v={_fingerprint('site.css')}",
        script=f"/static/site.js?v={_fingerprint('site.js')}",
        language=language,
        languages=[languages.language(code) for code in NAMES if code != language.code],
        _n=language.count,
    )
    return Jinja2Templates(env=environment)


def compile_pages(language: Language) -> None:
    """Compile every page now, so that no visitor waits for it."""
    environment = templates(language).env
    for name in environment.list_templates(filter_func=lambda one: one.startswith("pages/")):
        environment.get_template(name)


def _words(language: Language) -> dict[str, Any]:
    """The tables and sentences of wording.py in one language, under the names that pages call them by."""
    marks = {name: mark.said(language) for name, mark in wording.MARKS.items()}
    tables = {
        "kinds": wording.KINDS,
        "roles": wording.ROLES,
        "channels": wording.CHANNELS,
        "headings": wording.HEADINGS,
        "rungs": RUNGS,
        "letter_kinds": wording.LETTER_KINDS,
        "role_headings": wording.ROLE_HEADINGS,
        "state_words": wording.STATES,
        "refusal_words": wording.REFUSALS,
        "check_words": wording.CHECKS,
        "question_words": wording.QUESTIONS,
        "recurrences": wording.RECURRENCES,
        "ruling_words": wording.RULINGS,
        "difference_words": wording.DIFFERENCES,
        "why_waiting": wording.WHY_WAITING,
    }
    sentences: dict[str, Callable[..., Any]] = {
        "difference_value": wording.difference_value,
        "file_words": wording.file_words,
        "due_words": wording.due_words,
        "source_words": wording.source_words,
        "event_words": wording.event_words,
        "clause_words": wording.clause_words,
        "notice_words": wording.notice_words,
    }
    return {
        "marks": marks,
        "mark_of": partial(wording.mark_of, marks=marks),
        "standings": [(name, mark.words) for name, mark in marks.items() if name != "held"],
        "weekdays": [language.say(one) for one in wording.WEEKDAYS],
        **{name: {key: language.say(text) for key, text in table.items()} for name, table in tables.items()},
        **{name: partial(sentence, language=language) for name, sentence in sentences.items()},
    }


def show(
    visit: Visit, name: str, *, viewer: Scope | None = None, who: str = "", status: int = 200, **values: Any
) -> Response:
    """The page `name` below templates/pages. `who` is the reader for whom its forms are made; empty on open pages."""

    def form(action: str, version: int = 0) -> str:
        return visit.site.forms.make(who, action, version)

    def when(row: TaskRow) -> str:
        return wording.when_words(row, visit.site.calendar, visit.language)

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
        "flash": visit.say(wording.FLASHES.get(visit.request.query_params.get("ok", ""), "")),
        "path": visit.request.url.path,
        "here": _here(visit.request),
        **values,
    }
    return templates(visit.language).TemplateResponse(visit.request, f"pages/{name}.html", context, status_code=status)


def _here(request: Request) -> str:
    """Where the switch of languages leads back to, quoted: this page; for what a form has posted, the page before it."""
    if request.method not in ("GET", "HEAD"):
        return quote(urlsplit(request.headers.get("referer", "/")).path, safe="")
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "ok"])
    return quote(request.url.path + (f"?{query}" if query else ""), safe="")


def _day(value: Any) -> str:
    return day(value) if value is not None else "–"


def _lines(text: str) -> str:
    """A paper's text without its empty lines: on a screen they only push the words apart."""
    return EMPTY_LINES.sub("\n", text)


@lru_cache(maxsize=8)
def _fingerprint(name: str) -> str:
    """A changed file gets a new address, so that browsers may keep it for a year."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]
