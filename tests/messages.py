"""The texts of the pages and their catalogues: `python -m tests.messages` adds what is new, drops what is gone."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tracker.config import data_folder
from tracker.notify.composing import PAPERS
from tracker.notify.wording import RUNGS
from tracker.web.languages import LOCALES, NAMES, SOURCE, VIETNAMESE
from tracker.web.rendering import templates

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tracker" / "web"
MARKED = re.compile(r"[À-ÃÈ-ÊÌ-ÍÒ-ÕÙ-ÚÝà-ãè-êì-íò-õù-úýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")  # a Vietnamese letter
ALWAYS_VIETNAMESE = {"ical.py", "api"}  # programs have no switch of languages
COUNTED = {"_n", "count"}
Found = tuple[str, bool, str]  # the text, whether a number decides its form, where it stands


def page_files() -> list[Path]:
    return sorted((data_folder("templates") / "pages").glob("*.html"))


def texts_of_pages() -> Iterator[Found]:
    environment = templates(VIETNAMESE).env
    for path in page_files():
        names = ("_", "_n", "gettext")
        for _, function, message in environment.extract_translations(path.read_text("utf-8"), names):
            text = message if isinstance(message, str) else next(part for part in message if part)
            yield text, function in COUNTED, f"templates/pages/{path.name}"


def texts_of_code() -> Iterator[Found]:
    """Every text with a Vietnamese letter in it, and what vi() marks; what documents the code is none."""
    for path in sorted(WEB.rglob("*.py")):
        if ALWAYS_VIETNAMESE & {path.name, path.parent.name}:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        documents = {id(node.body[0].value) for node in ast.walk(tree) if _is_documented(node)}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
        counted = {id(call.args[0]) for call in calls if _name(call) in COUNTED}
        marked = {id(call.args[0]) for call in calls if _name(call) == "vi"}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in documents:
                continue
            if MARKED.search(node.value) or id(node) in marked:
                yield node.value, id(node) in counted, path.relative_to(ROOT).as_posix()


def _is_documented(node: ast.AST) -> bool:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, owners) and ast.get_docstring(node, clean=False) is not None


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts_of_letters() -> Iterator[Found]:
    """Words that the letters have too: they stand in ring 2, pages say them in the reader's language."""
    for text in (*RUNGS.values(), *PAPERS.values()):
        yield text, False, "tracker/notify"


def all_texts() -> dict[str, tuple[bool, set[str]]]:
    """Each text once: whether it is counted, and where it stands. ("Đôn Đốc" and "Cốc Cốc" are names.)"""
    found: dict[str, tuple[bool, set[str]]] = {}
    for text, is_counted, place in (*texts_of_pages(), *texts_of_code(), *texts_of_letters()):
        before, places = found.get(text, (False, set()))
        found[text] = (before or is_counted, places | {place})
    return {text: one for text, one in found.items() if text not in {*NAMES.values(), "Đôn Đốc", "Cốc Cốc"}}


def catalogue_of(code: str) -> Catalog:
    with (LOCALES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def renewed(code: str, old: Catalog) -> Catalog:
    """The catalogue of today's texts with the translations that are known."""
    new = Catalog(locale=code, fuzzy=False)
    for text, (is_counted, places) in all_texts().items():
        known = old.get(text)
        string = known.string if known is not None else ""
        if is_counted and not isinstance(string, tuple):
            string = (string,) * new.num_plurals
        if not is_counted and isinstance(string, tuple):
            string = string[0]
        new.add((text, text) if is_counted else text, string, locations=[(place, None) for place in sorted(places)])
    return new


HEADER = """\
# Texts of the pages; docs/translation.md tells how to add one.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def written(catalogue: Catalog) -> bytes:
    """The file; nothing in it depends on the day or the order in which people add texts, so that branches merge."""
    into = BytesIO()
    write_po(into, catalogue, width=0, sort_output=True, no_location=True, omit_header=True)
    return HEADER.format(code=catalogue.locale, plurals=catalogue.plural_forms).encode() + into.getvalue()


if __name__ == "__main__":
    for language in NAMES:
        if language != SOURCE:
            (LOCALES / f"{language}.po").write_bytes(written(renewed(language, catalogue_of(language))))
