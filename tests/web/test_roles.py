"""The tables of docs/roles.md, walked: every address of the application, every role, own and foreign unit."""

import re
from datetime import date
from functools import cache

import pytest
from fastapi.routing import APIRoute
from sqlmodel import select
from starlette.routing import Mount

from tests.web.office import CHAIR, CONTACT, COORDINATOR, HEAD, OTHER, OVERSEER, Office, Visitor
from tracker.config import data_folder
from tracker.models import Appointment, Role, Unit
from tracker.people import signins
from tracker.people.links import LinkMaker
from tracker.tasks.changing import known_id
from tracker.web.answering import ANSWERS, BY_LINK
from tracker.web.app import create_app
from tracker.web.deps import COOKIE
from tracker.web.forms import FormMaker

ADMINISTRATOR, VIEWER = "quan-tri-he-thong", "pct-hdnd-xa-hop-thang"
PEOPLE = {
    "contact": CONTACT, "head": HEAD, "overseer": OVERSEER, "office": COORDINATOR, "chair": CHAIR, "viewer": VIEWER,
    "administrator": ADMINISTRATOR,
}  # fmt: skip
OWN, FOREIGN = "Hợp Thắng", "Thọ Dân"  # every role that is bound to units holds the first, and nobody the second
LATE = "2020-07-03T09:00"


# --- the tables of the docs ------------------------------------------------------------------------------------------


@cache
def table(heading: str) -> dict[str, dict[str, str]]:
    """The rows below this heading: what stands in backquotes, and a cell for every role."""
    text = (data_folder("docs") / "roles.md").read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    head, _, *body = rows
    return {row[0].strip("`"): dict(zip(head[1:], row[1:], strict=True)) for row in body}


POSTS = [address.removeprefix("POST ") for address in table("Forms")]


def rows_of_routes() -> dict[str, dict[str, str]]:
    return table("Pages") | table("Forms")


def open_addresses() -> set[str]:
    return {one for cell in table("Without signing in") for one in re.findall(r"(?:GET|POST) [^`, ]+", cell)}


def routes(office: Office) -> set[str]:
    app = create_app(office.database, office.config, clock=lambda: office.now)
    found = [route for one in app.routes for route in _below(one)]
    return {f"{method} {route.path}" for route in found for method in route.methods}


def _below(route: object) -> list[APIRoute]:
    router = getattr(route, "original_router", None)
    found = list(router.routes) if router is not None else [route]
    assert all(
        isinstance(one, APIRoute) or (isinstance(one, Mount) and one.path in ("/static", "/api")) for one in found
    ), found
    return [one for one in found if isinstance(one, APIRoute)]


def test_the_tables_know_every_address_and_no_other(demo_office: Office) -> None:
    named = set(rows_of_routes()) | open_addresses() | {"POST /tasks/{task_id}/{name}"}
    assert routes(demo_office) == named


def test_the_tables_know_every_role_and_every_answer() -> None:
    assert set(PEOPLE) == set(Role)
    for name in ("Pages", "Forms", "Answers about a task"):
        assert all(list(cells) == list(PEOPLE) for cells in table(name).values()), name
    assert set(table("Answers about a task")) == set(ANSWERS)
    cells = {cell for row in rows_of_routes().values() for cell in row.values()}
    assert cells == {"yes", "own", "all", "unit", "–"}


# --- the walk --------------------------------------------------------------------------------------------------------


def enter(office: Office, code: str) -> Visitor:
    """Signed in without the mail, which test_signin.py tells."""
    visitor = office.visitor()
    with office.database.write() as session:
        token = signins.begin(session, office.officer_id(code), address="", hours=12, now=office.now)
    visitor.client.cookies.set(COOKIE, token)
    return visitor


def who(visitor: Visitor) -> str:
    return f"session:{signins.digest_of(visitor.client.cookies[COOKIE])[:16]}"


def forms(office: Office) -> FormMaker:
    return FormMaker((office.folder / "web.secret").read_text().strip())


def filled(path: str, office: Office, unit: str = OWN) -> str:
    task = office.task(unit=unit)
    numbers = {
        "task_id": task.id,
        "unit_id": task.place_unit_id,
        "notice_id": 1,
        "letter_id": 1,
        "position": 1,
        "number": 1,
        "upload_id": 1,
        "evidence_id": 1,
        "ruling_id": 1,
        "token_id": 1,
    }
    numbers["row_id"] = 999
    numbers["officer_id"] = office.officer_id(OTHER)
    values = {
        **{name: str(number) for name, number in numbers.items()},
        "period": "2020-W26",
        "code": OVERSEER,
        "form": "pdf",
    }
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_opens_for_its_roles_and_for_no_other(office: Office, role: str) -> None:
    office.at = LATE
    visitor = enter(office, PEOPLE[role])
    for address, cells in table("Pages").items():
        path = address.removeprefix("GET ")
        is_there = not any(part in path for part in NOT_YET)
        refused = 404 if "{task_id}" in path else 403
        for unit in (OWN, FOREIGN):
            may = cells[role] in ("yes", "all") or (cells[role] == "own" and unit == OWN)
            expected = (200 if is_there else 404) if may else (404 if cells[role] == "own" else refused)
            assert visitor.get(filled(path, office, unit)).status_code == expected, (address, unit)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_form_is_taken_from_its_roles_and_from_no_other(office: Office, role: str) -> None:
    """Even with a form that we signed: the role decides."""
    visitor = enter(office, PEOPLE[role])
    before = uncounted(office)
    for address, cells in table("Forms").items():
        path = address.removeprefix("POST ")
        if cells[role] == "yes" and path in NEED_NOTHING:
            continue
        for unit in (OWN, FOREIGN) if "{unit_id}" in path else (OWN,):
            filled_in = filled(path, office, unit)
            answer = visitor.client.post(filled_in, data={"form": forms(office).make(who(visitor), filled_in)})
            taken = {404} if any(part in path for part in NOT_YET) else {200, 409, 422}
            is_hidden = unit == FOREIGN and role in ("contact", "head", "overseer", "viewer")
            expected = ({404} if is_hidden else {403}) if cells[role] == "–" else {404} if is_hidden else taken
            assert answer.status_code in expected, (filled_in, answer.status_code)
            if cells[role] == "unit":
                assert answer.status_code == 422, "the office says whose word it is"
    assert uncounted(office) == before, "empty forms change nothing"


def uncounted(office: Office) -> list[str]:
    return [line for line in office.dump() if not line.startswith(COUNTED)]


NEED_NOTHING = {  # these need no more than their button
    "/signout", "/account/calendar", "/account/factor", "/account/browsers/signout", "/directory/{officer_id}/signin-reset",
}  # fmt: skip
COUNTED = ("attempt: ",)  # tries of a code are counted, right or wrong
# This office has written no letter, nobody has uploaded a paper, and its notice was read without its file.
NOT_YET = ("{letter_id}", "{period}", "{upload_id}", "/original", "/pages/", "{evidence_id}", "{token_id}", "{row_id}")


@pytest.mark.parametrize("role", PEOPLE)
def test_every_answer_is_taken_from_its_roles_about_their_units_and_from_no_other(office: Office, role: str) -> None:
    office.at = LATE
    visitor = enter(office, PEOPLE[role])
    foreign, own = office.task(unit=FOREIGN), office.task(unit=OWN)
    for task in (foreign, own):
        for name, cells in table("Answers about a task").items():
            address = f"/tasks/{task.id}/{name}"
            answer = visitor.client.post(
                address, data={"form": forms(office).make(who(visitor), address, task.version)}
            )
            if cells[role] == "unit":
                assert answer.status_code == 422, (name, answer.status_code)
                assert "Đề nghị chọn người của đơn vị" in answer.text, "the office says whose word it is"
            elif cells[role] == "all" or (cells[role] == "own" and task is own):
                assert answer.status_code in (200, 409, 422), (name, answer.status_code)
            else:
                assert answer.status_code == 404, (name, answer.status_code)
    if role not in ("office", "chair"):
        assert office.events(known_id(foreign.id)) == []


@pytest.mark.parametrize("role", PEOPLE)
def test_a_link_takes_the_answers_of_owners_and_overseers_only(office: Office, role: str) -> None:
    office.at = LATE
    visitor, base = office.visitor(), office.link(PEOPLE[role])
    assert visitor.get(base).status_code == 200
    for unit in (FOREIGN, OWN):
        task = office.task(unit=unit)
        for name, cells in table("Answers about a task").items():
            address = f"{base}/{task.id}/{name}"
            field = forms(office).make(f"link:{base[-20:]}", address, task.version)
            answer = visitor.client.post(address, data={"form": field})
            may = name in BY_LINK and cells[role] == "own" and unit == OWN
            assert (answer.status_code != 404) == may, (name, unit, answer.status_code)


def test_a_stranger_is_asked_to_sign_in_and_sees_nothing(office: Office) -> None:
    visitor = office.visitor()
    for address in rows_of_routes():
        method, _, path = address.partition(" ")
        path = filled(path, office, OWN)
        if method == "GET":
            assert visitor.get(path).url.path == "/signin", path
        else:
            assert visitor.client.post(path, data={}).status_code == 403, path


# --- what the lists hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["contact", "head", "viewer"])
def test_a_unit_sees_its_own_tasks_only(office: Office, role: str) -> None:
    foreign = office.task(unit=FOREIGN)
    visitor = enter(office, PEOPLE[role])
    assert visitor.get(f"/tasks/{foreign.id}").status_code == 404
    assert foreign.title not in visitor.get("/tasks").text
    assert foreign.title not in visitor.get("/").text
    assert FOREIGN not in visitor.get("/grid").text
    assert office.task(unit=OWN).title in visitor.get("/tasks").text


def test_a_viewer_finds_what_is_late_on_the_first_page_and_no_form_on_any(office: Office) -> None:
    office.at = LATE
    visitor = enter(office, VIEWER)
    page = visitor.get("/")
    assert "Quá hạn trong phạm vi theo dõi" in page.text
    for path in ("/", "/tasks", f"/tasks/{office.task(unit=OWN).id}", "/grid", "/criteria"):
        assert re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', visitor.get(path).text) == ["/signout"], path


def test_a_viewer_of_the_district_sees_every_commune_below_it_and_still_changes_nothing(office: Office) -> None:
    with office.database.write() as session:
        district, begins = (
            known_id(session.exec(select(Unit.id).where(Unit.code == "ubnd-huyen")).one()),
            date(2019, 1, 1),
        )
        session.add(
            Appointment(officer_id=office.officer_id(VIEWER), unit_id=district, role=Role.VIEWER, valid_from=begins)
        )
    visitor = enter(office, VIEWER)
    task = office.task(unit=FOREIGN)
    assert visitor.get(f"/tasks/{task.id}").status_code == 200
    address = f"/tasks/{task.id}/report"
    field = forms(office).make(who(visitor), address, task.version)
    assert visitor.client.post(address, data={"form": field, "percent": "50", "note": "x"}).status_code == 404
    assert office.events(known_id(task.id)) == []


def test_an_administrator_comes_to_the_health_of_the_system_and_to_no_task(office: Office) -> None:
    visitor = enter(office, ADMINISTRATOR)
    page = visitor.get("/")
    assert page.url.path == "/health"
    menu = page.text.partition('id="menu"')[2]
    assert re.findall(r'href="(/[a-z]*)"', menu) == ["/directory", "/health", "/programs", "/account"]


def test_an_administrator_who_is_also_of_the_office_rules_as_the_office(office: Office) -> None:
    with office.database.write() as session:
        unit = known_id(session.exec(select(Unit.id).where(Unit.code == "vpdp-ntm-huyen")).one())
        officer = office.officer_id(ADMINISTRATOR)
        session.add(Appointment(officer_id=officer, unit_id=unit, role=Role.OFFICE, valid_from=date(2020, 1, 1)))
    visitor = enter(office, ADMINISTRATOR)
    page = visitor.get(f"/tasks/{office.task(unit=OWN).id}")
    assert "cancellation" in page.text


def test_the_office_enters_the_word_of_a_unit_and_the_history_says_whose(office: Office) -> None:
    task = office.task(unit=OWN)
    visitor = enter(office, COORDINATOR)
    page = visitor.get(f"/tasks/{task.id}")
    fields = {"percent": "60", "note": "Báo qua điện thoại"}
    refused = visitor.send(page, f"/tasks/{task.id}/report", behalf=OTHER, **fields)
    assert refused.status_code == 422
    assert visitor.send(page, f"/tasks/{task.id}/report", behalf=CONTACT, **fields).status_code == 200
    (event,) = office.events(known_id(task.id))
    assert office.code_of(event.author_id) == COORDINATOR
    assert event.on_behalf_of_id == office.officer_id(CONTACT)


def test_a_link_of_yesterdays_secret_and_a_session_of_nobody_open_nothing(office: Office) -> None:
    visitor = office.visitor()
    visitor.client.cookies.set(COOKIE, "x" * 43)
    assert visitor.get("/").url.path == "/signin"
    stale = LinkMaker("x" * 43, office.base_url).token(1, today=date(2020, 6, 24))
    assert visitor.get(f"/l/{stale}").status_code == 404
