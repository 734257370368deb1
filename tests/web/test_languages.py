"""Every text of the pages has an English line, a page keeps to one language, and the switch leads back."""

import ast
import re
from html import unescape
from urllib.parse import quote

import pytest
from jinja2 import TemplateAssertionError, nodes

from tests.messages import (
    ALWAYS_VIETNAMESE,
    COUNTED,
    LOCALES,
    MARKED,
    WEB,
    all_texts,
    catalogue_of,
    page_files,
    renewed,
    written,
)  # fmt: skip
from tests.web.office import CONTACT, COORDINATOR, Office
from tests.web.test_roles import enter, filled, table
from tracker.notify import composing
from tracker.tasks.progress import NO_CHANGE
from tracker.web import wording
from tracker.web.compiling import translated
from tracker.web.headers import TOO_LARGE
from tracker.web.languages import COOKIE, NAMES, PLACE, SOURCE, VIETNAMESE, language
from tracker.web.rendering import templates

OTHERS = [code for code in NAMES if code != SOURCE]
TAG = re.compile(r"<[^>]*>")


# --- the catalogue ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_pages_has_a_line_in_every_language(code: str) -> None:
    catalogue = catalogue_of(code)
    missing = []
    for text in all_texts():
        message = catalogue.get(text)
        forms = message.string if message and isinstance(message.string, tuple) else (message and message.string,)
        if message is None or message.fuzzy or not all(forms):
            missing.append(text)
    assert missing == [], f"run `python -m tests.messages`, then fill {code}.po"
    assert len(all_texts()) > 400


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_is_as_the_tool_writes_it(code: str) -> None:
    """No line that nothing uses, one order: branches that add texts merge."""
    assert (LOCALES / f"{code}.po").read_bytes() == written(renewed(code, catalogue_of(code)))


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_places_and_the_tags_of_its_text(code: str) -> None:
    for text, forms in language(code).lines.items():
        for form in forms:
            assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(text)), text
            assert TAG.findall(form) == TAG.findall(text), text
            assert form.count('"') == text.count('"') and form.count("<") == text.count("<"), "it stands in attributes"
            assert form == form.strip(), text


def test_a_number_decides_the_form_in_english_only() -> None:
    english = language("en")
    assert [english.count("%(num)s việc", number) for number in (0, 1, 2)] == ["0 tasks", "1 task", "2 tasks"]
    assert VIETNAMESE.count("%(num)s việc", 1) == "1 việc"


def test_a_text_that_the_catalogue_does_not_hold_is_said_in_vietnamese() -> None:
    assert language("en").say("Chưa ai dịch %(what)s, 100%%", what="câu này") == "Chưa ai dịch câu này, 100%"


# --- nothing is forgotten --------------------------------------------------------------------------------------------


def test_no_page_holds_vietnamese_outside_a_text() -> None:
    environment = templates(language("en")).env
    for path in page_files():
        tree = translated(environment.parse(path.read_text("utf-8")), language("en"), path.name)
        counted = {id(call.args[0]) for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") in COUNTED}
        left = [one.data for one in tree.find_all(nodes.TemplateData)]
        left += [
            one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and id(one) not in counted
        ]
        assert [text for text in left if MARKED.search(text.replace("Đôn Đốc", ""))] == [], path.name


def test_no_text_of_the_code_is_put_together_from_pieces() -> None:
    """An f-string cannot be translated: values go in as say("… %(day)s", day=…)."""
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and not ALWAYS_VIETNAMESE & {path.name, path.parent.name}:
                pieces = [one.value for one in node.values if isinstance(one, ast.Constant)]
                assert not any(MARKED.search(piece) for piece in pieces), (path.name, node.lineno)


def test_a_text_that_is_no_constant_is_refused_when_the_page_is_compiled() -> None:
    with pytest.raises(TemplateAssertionError, match="must be a constant"):
        templates(VIETNAMESE).env.compile("{{ _(words) }}")


def test_translation_is_done_when_a_page_is_compiled() -> None:
    environment = templates(language("en")).env
    source = '<p title="{{ _("Hạn") }}">{{ _("hạn %(due)s", due=due) }}, {{ words or _("Thư") }}</p>'
    assert "gettext" not in environment.compile(source, raw=True)
    assert "due " in environment.compile(source, raw=True)
    said = environment.from_string(source).render(due="<b>", words="")
    assert said == '<p title="Due">due &lt;b&gt;, Letters</p>'


# --- pages -----------------------------------------------------------------------------------------------------------


def sayings(page: str) -> list[str]:
    """What a page says: its texts and the names of its parts."""
    body = page.partition("<body>")[2]
    names = re.findall(r'(?:aria-label|title|placeholder)="([^"]+)"', body)
    texts = [piece for node in TAG.split(body) for piece in node.split(" · ")]
    return [unescape(one).strip() for one in [*names, *texts] if one.strip()]


def vietnamese_texts() -> list[re.Pattern[str]]:
    """The texts that would betray a page of another language; one that begins with a name could be anything."""
    return [
        re.compile(
            ".+".join(map(re.escape, PLACE.sub("\0", text).split("\0"))).replace(".+", r"\d+", text.startswith("%"))
        )
        for text in all_texts()
        if MARKED.search(text) and (text.startswith("%(num)s") or not text.startswith("%"))
    ]


def test_an_english_page_says_nothing_in_vietnamese_but_what_it_quotes(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    visitor = enter(office, COORDINATOR)
    visitor.client.cookies.set(COOKIE, "en")
    forbidden, data = vietnamese_texts(), "\n".join(office.dump())
    link = office.link(CONTACT)
    behind = [link, f"{link}/{office.task(unit='Hợp Thắng').id}", "/l/forged"]
    for path in [
        *(row.removeprefix("GET ") for row in table("Pages")),
        "/signin",
        "/nowhere",
        "/entry?standing=open_undated",
        *behind,
    ]:
        answer = visitor.get(filled(path, office))
        if answer.headers["content-type"].startswith("application/vnd"):
            continue  # an official letter is Vietnamese
        page = answer.text
        assert '<html lang="en">' in page, path
        said = [
            one
            for one in sayings(page)
            if one.split(". ", 1)[-1] not in data and any(text.fullmatch(one) for text in forbidden)
        ]
        assert said == [], path


def test_a_vietnamese_page_says_the_same_as_before_the_switch_was_there(office: Office) -> None:
    page = enter(office, COORDINATOR).get("/").text
    assert '<html lang="vi">' in page
    assert "Việc của tôi" in page and "Đến nội dung" in page and ">English<" in page


def test_the_switch_sets_a_cookie_and_leads_back(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/tasks?standing=open_overdue&ok=report").text
    back = quote("/tasks?standing=open_overdue", safe="")
    assert f'href="/language/en?next={back}"' in page
    changed = visitor.get(f"/language/en?next={back}")
    assert str(changed.url).endswith("/tasks?standing=open_overdue")
    assert "My tasks" in changed.text and 'href="/language/vi?' in changed.text
    assert "Việc của tôi" in visitor.get(f"/language/vi?next={back}").text


@pytest.mark.parametrize("path", ["/language/xx", "/language/..%2Fen", "/language/EN"])
def test_a_language_that_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.visitor().get(path).status_code == 404


def test_the_switch_leads_to_no_other_site(office: Office) -> None:
    answer = office.visitor().client.get("/language/en?next=//evil.example/", follow_redirects=False)
    assert answer.headers["location"] == "/"
    assert "httponly" in answer.headers["set-cookie"].lower()


def test_a_cookie_that_names_no_language_is_ignored(office: Office) -> None:
    visitor = office.visitor()
    visitor.client.cookies.set(COOKIE, "../../etc/passwd")
    assert '<html lang="vi">' in visitor.get("/signin").text


def test_the_browser_does_not_choose_the_language(office: Office) -> None:
    assert '<html lang="vi">' in office.visitor().client.get("/signin", headers={"accept-language": "en"}).text


def test_the_office_chooses_the_language_of_who_has_chosen_none(office: Office) -> None:
    office.config = office.config.model_copy(update={"web": office.config.web.model_copy(update={"language": "en"})})
    assert "Sign in" in office.visitor().get("/signin").text


def test_a_refusal_is_said_in_the_language_of_who_sent_the_form(office: Office) -> None:
    visitor, path = office.visitor(), f"{office.link(CONTACT)}/{office.task(unit='Hợp Thắng').id}"
    visitor.client.cookies.set(COOKIE, "en")
    answer = visitor.send(
        visitor.get(path), f"{path}/report", {"referer": f"http://127.0.0.1:8000{path}"}, percent="101", note="x"
    )
    assert answer.status_code == 422
    assert "“101” is not right; please give a whole number from 0 to 100." in answer.text
    assert f'href="/language/vi?next={quote(path, safe="")}"' in answer.text
    too_much = visitor.client.post(path, content=b"x" * 1_100_000)
    assert too_much.text == language("en").say(TOO_LARGE) != TOO_LARGE


def test_what_an_answer_stores_is_vietnamese_in_every_language(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor, path = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    visitor.client.cookies.set(COOKIE, "en")
    assert "Recorded: nothing new." in visitor.send(visitor.get(path), f"{path}/no-change").text
    assert office.events(task.id)[-1].detail["note"] == NO_CHANGE


@pytest.mark.parametrize("path", ["4.4.a", "4.1", "4.1-2", "4.4.a-2", "", "1+2", "II.3.b+1"])
def test_a_clause_is_cited_on_pages_as_in_letters(path: str) -> None:
    assert wording.clause_words(path, VIETNAMESE) == composing.clause_words(path)
    assert MARKED.search(wording.clause_words(path, language("en"))) is None


@pytest.mark.parametrize(("kind", "number"), [("TB", "253/TB-UBND"), ("XX", None), (None, "1")])
def test_a_paper_is_cited_on_pages_as_in_letters(kind: str | None, number: str | None) -> None:
    assert wording.notice_words(kind, number, None, VIETNAMESE) == composing.notice_words(kind, number, None)
