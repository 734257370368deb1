"""What a program reads: pages with cursors, tags that save a second answer, and nothing beyond its units."""

import re

import pytest

from jobs.runner import post_due
from tests.web.api.program import HOP_THANG, THO_DAN, Program, program, token_for
from tests.web.office import COORDINATOR, HEAD, Office
from tests.web.test_roles import enter, who
from tracker.models import Task
from tracker.people.clients import Right
from tracker.web.forms import FormMaker

LISTS = {"/tasks": "tasks", "/units": "units", "/notices": "notices", "/letters": "letters"}


def walked(reader: Program, path: str, name: str, limit: int, **query: str) -> list[int]:
    """The numbers of every row, page after page."""
    found, cursor = [], None
    while True:
        page = reader.get(path, limit=limit, **query, **({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        rows = page.json()[name]
        assert len(rows) <= limit
        found += [row["id"] for row in rows]
        cursor = page.json()["next"]
        link = page.headers.get("link")
        if cursor is None:
            assert link is None
            return found
        assert len(rows) == limit and cursor in link and link.endswith('; rel="next"')


def test_every_row_comes_once_whatever_the_size_of_the_pages(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    reader = program(office)
    for path, name in LISTS.items():
        whole = walked(reader, path, name, 200)
        assert whole and len(set(whole)) == len(whole), path
        assert whole == sorted(whole, reverse=path == "/letters"), path
        if path != "/tasks":
            assert walked(reader, path, name, 7) == whole, path


def test_a_row_that_is_added_meanwhile_moves_no_page(office: Office) -> None:
    reader = program(office)
    first = reader.get("/tasks", limit=3).json()
    with office.database.write() as session:
        task = session.get_one(Task, 1)
        session.add(Task(**task.model_dump(exclude={"id", "title"}), title="Việc mới"))
    second = reader.get("/tasks", limit=3, cursor=first["next"]).json()
    assert [row["id"] for row in first["tasks"] + second["tasks"]] == [1, 2, 3, 4, 5, 6]


def test_the_link_of_a_page_keeps_its_filters(office: Office) -> None:
    reader = program(office)
    page = reader.get("/tasks", limit=1, kind="milestone", text="dat chuan")
    link = re.fullmatch(r'<(/api/v1/tasks\?[^>]+)>; rel="next"', page.headers["link"])
    assert link is not None
    following = reader.client.get(link[1], headers=reader.headers).json()["tasks"]
    assert following[0]["id"] > page.json()["tasks"][0]["id"] and following[0]["kind"] == "milestone"


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"unit": HOP_THANG}, lambda row: row["unit"]["code"] == HOP_THANG or row["place"] == "xã Hợp Thắng"),
        ({"standing": "open_overdue"}, lambda row: row["due_on"] < "2020-07-03"),
        ({"kind": "policy"}, lambda row: row["kind"] == "policy"),
        ({"notice": 1}, lambda row: row["notice"]["number"] == "253/TB-UBND"),
        ({"text": "hop thang"}, lambda row: "Hợp Thắng" in row["title"] + str(row["place"]) + row["unit"]["name"] or True),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_filters_leave_what_fits(office: Office, query: dict[str, str], fits) -> None:
    office.at = "2020-07-03T09:00"
    reader = program(office)
    found = reader.get("/tasks", limit=200, **query).json()["tasks"]
    everything = reader.get("/tasks", limit=200).json()["tasks"]
    assert found and all(fits(row) for row in found)
    assert query == {"notice": 1} or len(found) < len(everything)
    assert reader.get("/tasks", unit="unit-that-is-not").json()["tasks"] == []


def test_one_task_has_its_words_both_its_dates_and_its_history_without_addresses(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor = enter(office, HEAD)
    page = visitor.get(f"/tasks/{task.id}")
    visitor.send(page, f"/tasks/{task.id}/report", percent="40", note="Đã đạt 15/19 tiêu chí", promise="2020-06-29")
    answer = program(office).get(f"/tasks/{task.id}")
    found = answer.json()
    assert found["quote"] in office_text(office) and found["clause"] == "4.1"
    assert (found["due_on"], found["first_due_on"]) == ("2020-06-30", "2020-06-30")
    assert found["unit"] == {"code": HOP_THANG, "name": "UBND xã Hợp Thắng"}
    line = found["history"][-1]
    assert (line["kind"], line["channel"], line["note"], line["percent"]) == (
        "report",
        "web",
        "Đã đạt 15/19 tiêu chí",
        40,
    )
    assert line["days"] == {"promised_on": "2020-06-29"}
    assert visitor.client._transport.client[0] not in answer.text, (
        "the network address of an officer is nobody's business"
    )


def office_text(office: Office) -> str:
    from tracker.models import Notice

    with office.database.read() as session:
        return session.get_one(Notice, 1).text


@pytest.mark.parametrize("path", ["/tasks", "/tasks/7", "/units", f"/units/{HOP_THANG}", "/notices", "/notices/1"])
def test_who_has_the_same_already_gets_304_and_no_body(office: Office, path: str) -> None:
    reader = program(office)
    first = reader.get(path)
    tag = first.headers["etag"]
    for given in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = reader.get(path, headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert reader.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_the_tag_of_a_task_changes_with_the_task_and_with_the_day(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    reader = program(office)
    before = reader.get(f"/tasks/{task.id}").headers["etag"]
    assert reader.report(task.id, kind="no_change", officer=HEAD).status_code == 201
    after = reader.get(f"/tasks/{task.id}").headers["etag"]
    office.at = "2020-07-01T09:00"
    late = reader.get(f"/tasks/{task.id}")
    assert late.json()["standing"] == "open_overdue"
    assert len({before, after, late.headers["etag"]}) == 3
    assert [tag.split("-")[0] for tag in (before, after, late.headers["etag"])] == ['"1', '"2', '"2']


# --- units of a token ------------------------------------------------------------------------------------------------


def test_a_token_of_one_unit_reaches_nothing_else(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    own, foreign = office.task(unit="Hợp Thắng"), office.task(unit="Thọ Dân")
    reader, whole = program(office, unit=HOP_THANG), program(office)
    assert reader.get(f"/tasks/{own.id}").status_code == 200
    unseen, unknown = reader.get(f"/tasks/{foreign.id}"), reader.get("/tasks/999999")
    assert (unseen.status_code, unseen.json()) == (404, unknown.json()), "both look the same"
    assert reader.get(f"/units/{THO_DAN}").status_code == 404
    assert [row["code"] for row in reader.get("/units").json()["units"]] == [HOP_THANG]
    rows = reader.get("/tasks", limit=200).json()["tasks"]
    assert {row["unit"]["code"] for row in rows} == {HOP_THANG}
    assert reader.get("/tasks", unit=THO_DAN).json()["tasks"] == []
    notice, all_of_it = reader.get("/notices/1").json(), whole.get("/notices/1").json()
    assert sum(notice["standings"].values()) == len(rows) < sum(all_of_it["standings"].values())
    assert (notice["waiting_drafts"], notice["open_questions"]) == (None, None)
    assert all_of_it["waiting_drafts"] == 4


def test_letters_of_a_unit_are_those_to_its_own_officers_alone(office: Office) -> None:
    """The overseer of the commune sits in a district office: what is written there tells of other communes too."""
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    reader, whole = program(office, unit=HOP_THANG), program(office)
    letters = reader.get("/letters", limit=200).json()["letters"]
    assert letters and {row["officer"] for row in letters} <= {"cb-ntm-xa-hop-thang", "ct-xa-hop-thang"}
    others = {row["id"] for row in whole.get("/letters", limit=200).json()["letters"]} - {row["id"] for row in letters}
    assert len(others) > 20
    assert {reader.get(f"/letters/{one}").status_code for one in sorted(others)[:5]} == {404}
    assert reader.get("/letters", officer="cb-ntm-xa-tho-dan").json()["letters"] == []


def test_a_letter_shows_its_way_and_never_a_link_a_word_or_an_address(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    reader = program(office)
    letter = reader.get("/letters", kind="overseer").json()["letters"][0]
    found = reader.get(f"/letters/{letter['id']}").json()
    assert found["state"] == "waiting" and found["tasks"] and found["tries"] == []
    everything = "".join(reader.get(f"/letters/{one}").text for one in range(1, letter["id"] + 1))
    assert "http" not in everything and "/l/" not in everything and "@" not in everything
    assert "/l/" in office.letters("overseer")[0], "the letter itself has one"


def test_an_answer_of_the_mail_server_is_shown_without_the_address_in_it(office: Office) -> None:
    from tracker.outbox.receipts import Answer, Outcome, write_receipts

    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    said = "550 5.1.1 <can-bo@xa.invalid>: Recipient address rejected"
    with office.database.write() as session:
        write_receipts(session, [Answer(1, 1, Outcome.REFUSED, 550, said, "can-bo@xa.invalid")], now=office.now)
    (attempt,) = program(office).get("/letters/1").json()["tries"]
    assert (attempt["code"], attempt["answer"]) == (550, "550 5.1.1 […] Recipient address rejected")


# --- tokens ----------------------------------------------------------------------------------------------------------

READS = {"/tasks": Right.TASKS_READ, "/tasks/7": Right.TASKS_READ, "/notices": Right.NOTICES_READ, "/notices/1": Right.NOTICES_READ,
         "/units": Right.UNITS_READ, f"/units/{HOP_THANG}": Right.UNITS_READ, "/letters": Right.LETTERS_READ,
         "/letters/1": Right.LETTERS_READ}  # fmt: skip


@pytest.mark.parametrize("right", list(Right))
def test_a_token_opens_what_its_right_says_and_nothing_more(office: Office, right: Right) -> None:
    reader = program(office, right)
    for path, needed in READS.items():
        answer = reader.get(path)
        if right == needed:
            assert answer.status_code == (404 if path == "/letters/1" else 200), path
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope"), path
            assert f'error="insufficient_scope", scope="{needed}"' in answer.headers["www-authenticate"]
    written = reader.report(7, kind="no_change", officer=HEAD)
    assert written.status_code == (201 if right == Right.REPORTS_WRITE else 403)


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", "Basic eDp4", "Bearer dd_" + "x" * 43, "Bearer dd_ệ", "Bearer " + "d" * 9000]
)
def test_without_a_good_token_every_address_asks_for_one(office: Office, given: str) -> None:
    reader = Program(office, None)
    for path in READS:
        answer = reader.get(path, headers={"authorization": given.encode()} if given else {})
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
        assert answer.headers["www-authenticate"].startswith('Bearer realm="don-doc"')
        assert answer.headers["content-type"] == "application/problem+json"
    assert reader.report(7, kind="no_change", officer=HEAD).status_code == 401


def test_a_cookie_of_a_signed_in_person_is_no_token(office: Office) -> None:
    assert enter(office, COORDINATOR).get("/api/v1/tasks").status_code == 401


def test_a_token_ends_with_its_last_day_and_when_it_is_revoked(office: Office) -> None:
    token = token_for(office, days=7)
    reader = Program(office, token)
    office.at = "2020-07-01T23:59"
    assert reader.get("/tasks").status_code == 200
    office.at = "2020-07-02T00:00"
    assert reader.get("/tasks").status_code == 401
    office.at = "2020-06-25T09:00"
    visitor = enter(office, COORDINATOR)
    page = visitor.send(visitor.get("/programs"), "/programs/1/revocation")
    assert "đã thu hồi" in page.text
    assert reader.get("/tasks").status_code == 401


def test_the_page_shows_a_new_token_once_and_the_database_holds_its_digest_only(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    shown = visitor.client.post(
        "/programs",
        data={
            "form": FormMaker((office.folder / "web.secret").read_text().strip()).make(who(visitor), "/programs"),
            "name": "Cổng tỉnh", "until": "2020-12-31", "unit": HOP_THANG, "right": ["tasks:read", "reports:write"],
        },
    )  # fmt: skip
    (token,) = re.findall(r"dd_[\w-]{43}", shown.text)
    assert token not in visitor.get("/programs").text
    assert token not in "".join(office.dump())
    reader = Program(office, token)
    assert {row["unit"]["code"] for row in reader.get("/tasks").json()["tasks"]} == {HOP_THANG}
    assert "24/06/2020" in visitor.get("/programs").text, "and it says when it was used last"


def test_a_program_that_asks_too_often_waits(office: Office) -> None:
    office.config = office.config.model_copy(
        update={"web": office.config.web.model_copy(update={"api_per_minute": 5})}
    )  # fmt: skip
    reader = program(office)
    answers = [reader.get("/notices/1") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["code"] == "too_often" and 0 < int(answers[-1].headers["retry-after"]) <= 60
    office.at = "2020-06-24T09:01"
    assert reader.get("/notices/1").status_code == 200


# --- refusals --------------------------------------------------------------------------------------------------------


def test_refusals_have_one_shape(office: Office) -> None:
    reader = program(office)
    answers = {
        404: reader.get("/nothing"), 405: reader.client.delete("/api/v1/tasks", headers=reader.headers),
        422: reader.get("/tasks", limit="1000", standing="late"),
    }  # fmt: skip
    for status, answer in answers.items():
        problem = answer.json()
        assert answer.status_code == status == problem["status"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(problem) >= {"type", "title", "status", "code", "detail"}
    assert answers[405].headers["allow"] == "GET"
    assert {(one["where"], one["field"]) for one in answers[422].json()["errors"]} == {
        ("query", "limit"), ("query", "standing"),
    }  # fmt: skip
    slip = reader.get("/tasks", standin="open_overdue")
    assert (slip.status_code, slip.json()["errors"][0]["field"]) == (422, "standin"), "or it would give everything"
    assert reader.get("/tasks", cursor="YTox!").status_code == reader.get("/tasks", cursor="AAAA").status_code == 422
