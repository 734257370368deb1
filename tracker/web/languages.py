"""Languages of the pages: Vietnamese as it stands in the sources, every other one from its catalogue in locales/."""

import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

LOCALES = Path(__file__).parent / "locales"
SOURCE = "vi"
NAMES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "language"
PLACE = re.compile(r"%(?:%|\((\w+)\)s)")


@dataclass(frozen=True, eq=False)
class Language:
    """One language: its code (the name of its catalogue), its own name, its lines, and which form a number takes.

    A text that the catalogue does not hold is said in Vietnamese: a page must never fail for want of a translation.
    """

    code: str
    name: str
    lines: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def say(self, text: str, **values: object) -> str:
        """A Vietnamese text in this language, with its %(values)s."""
        return filled(self.lines.get(text, (text,))[0], values)

    def count(self, text: str, num: int, **values: object) -> str:
        """The same for a text with a %(num)s: "1 task", "2 tasks". Vietnamese has one form for all numbers."""
        forms = self.lines.get(text, (text,))
        return filled(forms[min(self.form_of(num), len(forms) - 1)], {"num": num, **values})


def vi(text: str) -> str:
    """Marks a Vietnamese text that is said later, when the reader's language is known; changes nothing."""
    return text


def filled(text: str, values: Mapping[str, object]) -> str:
    """`text` with its places filled."""
    return PLACE.sub(lambda place: str(values[place[1]]) if place[1] else "%", text) if "%" in text else text


VIETNAMESE = Language(SOURCE, NAMES[SOURCE], {}, lambda number: 0)


@lru_cache(maxsize=8)
def language(code: str) -> Language:
    """The language with this code; read once a process."""
    if code == SOURCE:
        return VIETNAMESE
    with (LOCALES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    lines: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        text = message.id[0] if isinstance(message.id, tuple) else message.id
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if isinstance(text, str) and text and not message.fuzzy and all(forms):
            lines[text] = tuple(str(form) for form in forms)
    return Language(code, NAMES[code], lines, gettext.c2py(catalogue.plural_expr))


def chosen_language(request: HTTPConnection, *, usual: str) -> Language:
    """The language that the reader chose with the switch; else the office's usual one, whatever the browser prefers:
    telephones are sold in English, their owners read Vietnamese."""
    wanted = request.cookies.get(COOKIE, usual)
    return language(wanted if wanted in NAMES else usual)
