"""Rendering: a view and its templates become subject, text and HTML."""

from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.config import data_folder
from tracker.notify.views import BriefingView, LetterView

SUBJECT_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter as words, before it becomes bytes."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment: HTML is escaped, text is not; an unknown name in a template is an error."""
    return Environment(
        loader=FileSystemLoader(data_folder("templates")),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )


def render_letter(view: LetterView) -> Rendered:
    """A letter of any kind but the briefing."""
    return _render("letter", {"letter": view})


def render_briefing(view: BriefingView) -> Rendered:
    """The letter that carries the briefing."""
    return _render("briefing", {"briefing": view})


def briefing_page(view: BriefingView) -> str:
    """The briefing as a page of its own, to be printed on A4."""
    return environment().get_template("reports/briefing.html").render(briefing=view)


def _render(name: str, values: dict[str, object]) -> Rendered:
    templates = environment()
    subject = templates.get_template(f"mail/{name}.subject.txt").render(values)
    text = templates.get_template(f"mail/{name}.txt").render(values)
    html = templates.get_template(f"mail/{name}.html").render(values)
    return Rendered(shortened(" ".join(subject.split())), text, html)


def shortened(subject: str) -> str:
    """At most 70 characters, cut at a word."""
    if len(subject) <= SUBJECT_LENGTH:
        return subject
    return subject[: SUBJECT_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:–") + "…"
