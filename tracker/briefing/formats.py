"""Every format of a frozen briefing, by the name that a command or an address gives it."""

from collections.abc import Callable

from tracker.briefing.excel import excel_of
from tracker.briefing.freezing import shown_view
from tracker.briefing.letter import briefing_page, render_briefing
from tracker.briefing.pdf import pdf_of
from tracker.briefing.printing import briefing_paper
from tracker.briefing.word import word_of
from tracker.models import Briefing

MEDIA = {
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BINARY = frozenset({"pdf", "docx", "xlsx"})
_WRITERS: dict[str, Callable[[Briefing], bytes]] = {
    "html": lambda found: (found.html or briefing_page(shown_view(found))).encode(),
    "text": lambda found: (found.text or render_briefing(shown_view(found)).text).encode(),
    "json": lambda found: found.content.encode(),
    "pdf": lambda found: pdf_of(briefing_paper(shown_view(found))),
    "docx": lambda found: word_of(briefing_paper(shown_view(found))),
    "xlsx": lambda found: excel_of(shown_view(found)),
}


def written(found: Briefing, form: str) -> bytes:
    """A frozen briefing as html, text, json, pdf, docx or xlsx; whenever it is asked for, the figures are those frozen."""
    return _WRITERS[form](found)


def file_name(found: Briefing, form: str) -> str:
    """A name that every file system takes: bao-cao-giao-ban-2020-W28.pdf, with the overseer's code where it has one."""
    scope = f"-{found.scope}" if found.scope else ""
    return f"bao-cao-giao-ban-{found.period}{scope}.{'txt' if form == 'text' else form}"
