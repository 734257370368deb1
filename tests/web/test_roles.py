"""The table of docs/roles.md, walked: every route with every role."""

import re
from datetime import date

import pytest
from fastapi.routing import APIRoute

from tests.web.office import CHAIR, CONTACT, COORDINATOR, HEAD, OTHER, OVERSEER, Office, Visitor
from tracker.config import data_folder
from tracker.people import signins
from tracker.people.links import LinkMaker
from tracker.web.answering import ANSWERS
from tracker.web.app import create_app
from tracker.web.deps import COOKIE
from tracker.web.forms import FormMaker

PEOPLE = {"contact": CONTACT, "head": HEAD, "overseer": OVERSEER, "office": COORDINATOR, "chair": CHAIR}
EVERYBODY, RULERS = set(PEOPLE), {"office", "chair"}
OWNERS = {"contact", "head"}
PAGES = {
    "/": EVERYBODY, "/me": EVERYBODY, "/me/{task_id}": EVERYBODY, "/tasks": EVERYBODY, "/tasks/{task_id}": EVERYBODY,
    "/grid": EVERYBODY, "/criteria": EVERYBODY, "/criteria/{unit_id}": EVERYBODY, "/rulings": EVERYBODY, "/account": EVERYBODY, "/notices": RULERS, "/notices/{notice_id}": RULERS,
    "/letters": RULERS, "/letters/{letter_id}": RULERS, "/directory": RULERS, "/calendar": RULERS, "/health": RULERS,
    "/briefings": RULERS, "/briefings/{period}": RULERS, "/entry": {"office"},
}  # fmt: skip
POSTS = {
    "/signout": EVERYBODY, "/account/password": EVERYBODY, "/account/calendar": EVERYBODY, "/entry": {"office"}, "/notices": RULERS,
    "/notices/{notice_id}/confirmation": RULERS, "/notices/{notice_id}/drafts/{position}/rejection": RULERS,
    "/notices/{notice_id}/drafts/{position}/ruling": RULERS, "/notices/{notice_id}/questions/{number}/ruling": RULERS,
}  # fmt: skip
OPEN = {
    "/signin", "/signin/link", "/signin/password", "/signin/{token}", "/l/{token}", "/l/{token}/{task_id}",
    "/l/{token}/renewal", "/ical/{token}.ics", "/l/{token}/{task_id}/{name}",
}  # fmt: skip
ACTS = {
    "completion": OWNERS, "report": OWNERS, "difficulty": OWNERS, "no-change": OWNERS, "extension": OWNERS, "objection": OWNERS,
    "acknowledgement": {"overseer"}, "verification": {"overseer", *RULERS}, "return": {"overseer", *RULERS},
    "extension-ruling": RULERS, "objection-ruling": RULERS, "reassignment": RULERS, "hold": RULERS, "release": RULERS,
    "cancellation": RULERS,
}  # fmt: skip


def routes(office: Office) -> set[tuple[str, str]]:
    app = create_app(office.database, office.config, clock=lambda: office.now)
    found = [route for included in app.routes for route in _below(included)]
    return {(method, route.path) for route in found for method in route.methods}


def _below(route: object) -> list[APIRoute]:
    router = getattr(route, "original_router", None)
    return [one for one in (router.routes if router is not None else [route]) if isinstance(one, APIRoute)]


def enter(office: Office, code: str) -> Visitor:
    """Signed in without the mail, which test_signin.py tells."""
    visitor = office.visitor()
    with office.database.write() as session:
        token = signins.begin(session, office.officer_id(code), address="", hours=12, now=office.now)
    visitor.client.cookies.set(COOKIE, token)
    return visitor


def who(visitor: Visitor) -> str:
    return f"session:{signins.digest_of(visitor.client.cookies[COOKIE])[:16]}"


def filled(path: str, office: Office) -> str:
    numbers = {"task_id": office.task(unit="Hợp Thắng").id, "notice_id": 1, "letter_id": 1, "position": 1, "number": 1}
    numbers["unit_id"] = office.task(unit="Hợp Thắng").place_unit_id
    values = {**{name: str(number) for name, number in numbers.items()}, "period": "2020-W26"}
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)


def test_the_table_knows_every_route(office: Office) -> None:
    found = routes(office)
    assert {path for method, path in found if method == "GET"} - OPEN == set(PAGES)
    assert {path for method, path in found if method == "POST"} - OPEN - {"/tasks/{task_id}/{name}"} == set(POSTS)
    assert {method for method, _ in found} == {"GET", "POST"}
    assert set(ACTS) == set(ANSWERS)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_opens_for_its_roles_and_for_no_other(office: Office, role: str) -> None:
    office.at = "2020-07-03T09:00"
    visitor = enter(office, PEOPLE[role])
    for path, roles in PAGES.items():
        answer = visitor.get(filled(path, office))
        if role in roles:
            exists = "{letter_id}" not in path and "{period}" not in path  # this office has written no letter yet
            assert answer.status_code == (200 if exists else 404), path
        else:
            assert answer.status_code == 403, path


@pytest.mark.parametrize("path", [*PAGES, *POSTS])
def test_a_stranger_is_asked_to_sign_in_and_sees_nothing(office: Office, path: str) -> None:
    visitor = office.visitor()
    address = filled(path, office)
    if path in PAGES:
        assert visitor.get(address).url.path == "/signin", path
    if path in POSTS:
        assert visitor.client.post(address, data={}).status_code == 403, path


@pytest.mark.parametrize("role", PEOPLE)
def test_every_form_is_taken_from_its_roles_and_from_no_other(office: Office, role: str) -> None:
    """Even with a form that we signed: the role decides."""
    visitor = enter(office, PEOPLE[role])
    forms = FormMaker((office.folder / "web.secret").read_text().strip())
    before = office.dump()
    for path, roles in POSTS.items():
        if path in ("/signout", "/account/calendar"):  # these need nothing but their button
            continue
        address = filled(path, office)
        answer = visitor.client.post(address, data={"form": forms.make(who(visitor), address)})
        expected = {403} if role not in roles else {200, 409, 422}
        assert answer.status_code in expected, (path, answer.status_code)
    assert office.dump() == before, "empty forms change nothing"


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", ACTS)
def test_every_answer_is_taken_from_its_roles_and_from_no_other(office: Office, role: str, name: str) -> None:
    office.at = "2020-07-03T09:00"
    task = office.task(unit="Hợp Thắng")
    visitor = enter(office, PEOPLE[role])
    forms = FormMaker((office.folder / "web.secret").read_text().strip())
    address = f"/tasks/{task.id}/{name}"
    answer = visitor.client.post(address, data={"form": forms.make(who(visitor), address, task.version)})
    if role in ACTS[name]:
        assert answer.status_code in (200, 422), answer.status_code
    elif role in RULERS and ACTS[name] == OWNERS:
        assert answer.status_code == 422
        assert "Đề nghị chọn người của đơn vị" in answer.text, "the office says whose word it is"
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("role", ["contact", "head"])
def test_a_unit_sees_its_own_tasks_only(office: Office, role: str) -> None:
    foreign = office.task(unit="Thọ Dân")
    visitor = enter(office, PEOPLE[role])
    assert visitor.get(f"/tasks/{foreign.id}").status_code == 404
    assert foreign.title not in visitor.get("/tasks").text
    assert foreign.title not in visitor.get("/").text
    assert "Thọ Dân" not in visitor.get("/grid").text
    assert office.task(unit="Hợp Thắng").title in visitor.get("/tasks").text


def test_an_overseer_sees_the_communes_in_charge_and_no_other(office: Office) -> None:
    visitor = enter(office, OVERSEER)
    assert visitor.get(f"/tasks/{office.task(unit='Hợp Thắng').id}").status_code == 200
    assert visitor.get(f"/tasks/{office.task(unit='Thọ Dân').id}").status_code == 404


def test_the_office_enters_the_word_of_a_unit_and_the_history_says_whose(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor = enter(office, COORDINATOR)
    page = visitor.get(f"/tasks/{task.id}")
    fields = {"percent": "60", "note": "Báo qua điện thoại"}
    refused = visitor.send(page, f"/tasks/{task.id}/report", behalf=OTHER, **fields)
    assert refused.status_code == 422
    assert visitor.send(page, f"/tasks/{task.id}/report", behalf=CONTACT, **fields).status_code == 200
    (event,) = office.events(task.id)
    assert office.code_of(event.author_id) == COORDINATOR
    assert event.on_behalf_of_id == office.officer_id(CONTACT)


def test_the_table_in_the_docs_names_every_page_and_every_answer() -> None:
    text = (data_folder("docs") / "roles.md").read_text("utf-8")
    missing = [
        path
        for path in PAGES
        if path not in ("/me", "/me/{task_id}") and f"`{path}`" not in text and f"{path}`" not in text
    ]
    assert missing in ([], ["/"])
    assert [name for name in ACTS if name not in text] == []


def test_a_link_of_yesterdays_secret_and_a_session_of_nobody_open_nothing(office: Office) -> None:
    visitor = office.visitor()
    visitor.client.cookies.set(COOKIE, "x" * 43)
    assert visitor.get("/").url.path == "/signin"
    stale = LinkMaker("x" * 43, office.base_url).token(1, today=date(2020, 6, 24))
    assert visitor.get(f"/l/{stale}").status_code == 404
