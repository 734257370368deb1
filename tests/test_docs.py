"""The docs keep their word: every command, key, name and link in them exists, and every one that exists is in them."""

import ast
import re
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.cli.test_commands import commands
from tracker.cli.app import cli
from tracker.config import Config, LadderRung, read_config

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "STYLE.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGE_IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
TOP = ("tracker", "jobs", "templates", "tests", "samples", "docs", "bench")


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# --- commands --------------------------------------------------------------------------------------------------------


def named_commands(page: str) -> set[str]:
    """The commands that a page names as `tracker …`: the words before the first argument or option."""
    found = re.findall(r"(?:^ {4}|`|/)tracker ((?:[a-z]+ ?)+)", page, re.MULTILINE)
    return {words.strip() for words in found}


def test_every_command_is_in_the_docs():
    there = {" ".join(path) for path in commands(cli)}
    told = named_commands(text("docs/commands.md")) | named_commands(text("README.md"))
    assert there - told == set()


def test_every_command_in_the_docs_exists():
    there = {" ".join(path) for path in commands(cli)}
    for page in PAGES:
        wrong = {words for words in named_commands(page.read_text("utf-8")) if not _begins_a_command(words, there)}
        assert wrong == set(), page


def _begins_a_command(words: str, there: set[str]) -> bool:
    """`tracker tick from cron` begins with a command; `tracker tock` does not."""
    return any(words == path or words.startswith(f"{path} ") for path in there)


def test_every_option_of_every_command_says_what_it_is():
    for path, command in commands(cli).items():
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name not in ("days", "state"):
                assert getattr(parameter, "help", None), (path, parameter.name)


def test_the_make_targets_of_the_readme_exist():
    targets = set(re.findall(r"\bmake ([a-z]+)\b", text("README.md")))
    assert targets >= {"run", "test", "check", "bench", "clean", "demo"}
    assert targets <= set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


# --- configuration ---------------------------------------------------------------------------------------------------


def sections() -> dict[str, list[str]]:
    """The keys of every table of config.toml, from the models that check it."""
    found = {}
    for name, field in Config.model_fields.items():
        table = LadderRung if name == "ladder" else field.annotation
        assert isinstance(table, type) and issubclass(table, BaseModel)
        inner = {key: one.annotation for key, one in table.model_fields.items() if _is_section(one.annotation)}
        found[name] = [key for key in table.model_fields if key not in inner]
        found |= {f"{name}.{key}": list(one.model_fields) for key, one in inner.items()}
    return found


def _is_section(annotation: object) -> bool:
    """A table of its own: its docstring begins with its name, [web.oidc]."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel) and (annotation.__doc__ or "")[:1] == "["


@pytest.mark.parametrize(("section", "keys"), sections().items(), ids=sections())
def test_every_key_is_explained_in_the_file_and_in_the_docs(section: str, keys: list[str]):
    header = f"[[{section}]]" if section == "ladder" else f"[{section}]"
    assert header in text("config.toml")
    in_file = text("config.toml").partition(header)[2].partition("\n[calendar]" if section == "ladder" else "\n[")[0]
    in_docs = text("docs/config.md").partition(f"## {header}")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^(?:# )?([a-z_]+) = [^\n]*# ", in_file, re.MULTILINE))
    assert set(keys) - explained == set()
    assert set(re.findall(r"^\| `([a-z_]+)` \|", in_docs, re.MULTILINE)) == set(keys)


def test_the_file_on_top_holds_the_defaults():
    assert read_config(ROOT / "config.toml") == Config()


def test_the_defaults_in_the_docs_are_the_defaults():
    for section, keys in sections().items():
        told = dict(re.findall(r"^\| `([a-z_]+)` \| `([^`]*)` \|", _table(section), re.MULTILINE))
        for key in keys:
            if key in told and section not in ("ladder", "schedule"):
                value = attrgetter(f"{section}.{key}")(Config())
                assert told[key] == (
                    str(list(value)) if isinstance(value, tuple) else str(value).replace("False", "false")
                )


def _table(section: str) -> str:
    return text("docs/config.md").partition(f"## [{section}]")[2].partition("\n## ")[0]


def test_the_sample_office_says_only_what_differs():
    sample, usual = read_config(ROOT / "samples" / "config.toml"), Config()
    written = re.findall(r"^([a-z_]+) = ", text("samples/config.toml"), re.MULTILINE)
    differs = [
        key
        for section in Config.model_fields
        if section != "ladder"
        for key in type(getattr(usual, section)).model_fields
        if getattr(getattr(sample, section), key) != getattr(getattr(usual, section), key)
    ]
    assert sorted(written) == sorted(differs)


# --- the glossary ----------------------------------------------------------------------------------------------------


@cache
def identifiers() -> frozenset[str]:
    """Every name of the product's code, and every word that it compares or stores."""
    found: set[str] = set()
    for path in [*(ROOT / "tracker").rglob("*.py"), *(ROOT / "jobs").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.Attribute(attr=name):
                    found.add(name)
                case ast.Name(id=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Constant(value=str(word)):
                    found.add(word)
    return frozenset(found)


def test_every_word_of_the_glossary_is_in_the_code():
    words = {
        word
        for line in text("docs/glossary.md").splitlines()
        if line.startswith("| ")
        for word in re.findall(r"`([A-Za-z_]+)`", line.split("|")[2])
    }
    assert len(words) > 40
    assert words - identifiers() == set()


def test_every_kind_of_row_has_its_word_in_the_glossary():
    tree = ast.parse(text("tracker/models.py"))
    rows = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and "table" in {one.arg for one in node.keywords}
    }
    parts = {"DraftMention", "TaskMention"}  # the parties of a draft and of a task: lead, support, supervise
    assert "Task" in rows
    assert {row for row in rows - parts if f"`{row}`" not in text("docs/glossary.md")} == set()


# --- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_link_and_path_leads_somewhere(page: Path):
    said = page.read_text("utf-8")
    links = {link for link in re.findall(r"\]\(([^)#]+)", said) if "://" not in link}
    assert {link for link in links if not (page.parent / link).exists()} == set()
    paths = set(re.findall(rf"`((?:{'|'.join(TOP)})/[\w./-]*)`", said))
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name.partition("-")[0] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def test_every_folder_on_top_is_on_the_map():
    for name in TOP:
        assert f"`{name}/" in text("README.md"), name
