"""What a program writes: once for a key, in the name of an owner, and never over a change that it has not seen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.web.api.program import HOP_THANG, Program, program
from tests.web.office import ADDRESS, CONTACT, COORDINATOR, HEAD, OTHER, OVERSEER, Office
from tests.web.test_roles import enter
from tracker.models import Task

NOTE = "Đã đạt 17/19 tiêu chí"


@pytest.mark.parametrize(
    ("said", "verb", "percent", "detail"),
    [
        ({"kind": "progress", "percent": 60, "note": NOTE, "promised_on": "2020-06-29"}, "report", 60,
         {"note": NOTE, "promised_on": "2020-06-29"}),
        ({"kind": "done", "note": NOTE, "done_on": "2020-06-20"}, "done", 100, {"note": NOTE, "done_on": "2020-06-20"}),
        ({"kind": "done", "note": NOTE}, "done", 100, {"done_on": "2020-06-24"}),
        ({"kind": "difficulty", "note": "Chưa có mặt bằng"}, "report", 0, {"note": "Vướng mắc: Chưa có mặt bằng"}),
        ({"kind": "no_change"}, "report", 0, {"note": "Không phát sinh so với lần báo cáo trước."}),
    ],
    ids=["progress", "done", "done today", "difficulty", "no change"],
)  # fmt: skip
def test_a_report_is_recorded_in_the_name_of_the_owner_with_program_and_address(
    office: Office, said: dict[str, object], verb: str, percent: int, detail: dict[str, object]
) -> None:
    task = office.task(unit="Hợp Thắng")
    answer = program(office, unit=HOP_THANG).report(task.id, officer=CONTACT, **said)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/tasks/{task.id}"
    assert answer.json() == {
        "task": task.id, "recorded": verb, "officer": CONTACT, "client": "Phần mềm tỉnh", "at": "2020-06-24T02:00:00Z",
        "version": 2, "percent": percent,
    }  # fmt: skip
    (event,) = office.events(task.id)
    assert (event.kind, event.channel, office.code_of(event.author_id)) == (verb, "api", CONTACT)
    assert event.detail | detail == event.detail
    assert (event.detail["client"], event.detail["address"]) == ("Phần mềm tỉnh", ADDRESS)
    page = enter(office, COORDINATOR).get(f"/tasks/{task.id}").text
    assert "qua phần mềm Phần mềm tỉnh" in page


def test_the_same_key_twice_changes_once_and_answers_the_same(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = program(office)
    said = {"kind": "difficulty", "officer": CONTACT, "note": NOTE}
    first = writer.report(task.id, **said)
    assert writer.report(task.id, key="k2", kind="progress", officer=CONTACT, percent=70, note=NOTE).status_code == 201
    again = writer.report(task.id, **said)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert [event.kind for event in office.events(task.id)] == ["report", "report"]


def test_the_same_key_for_something_else_is_refused(office: Office) -> None:
    task, other = office.task(unit="Hợp Thắng"), office.task(unit="Thọ Dân")
    writer = program(office)
    assert writer.report(task.id, kind="no_change", officer=CONTACT).status_code == 201
    for number, said in (
        (task.id, {"kind": "no_change", "officer": HEAD}),
        (other.id, {"kind": "no_change", "officer": OTHER}),
    ):
        refused = writer.report(number, **said)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "idempotency-key"
    assert office.events(other.id) == []


def test_keys_of_two_programs_do_not_meet_and_a_refused_change_uses_none_up(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    one, two = program(office), program(office)
    assert (
        one.report(
            task.id, kind="progress", officer=CONTACT, percent=60, note=NOTE, promised_on="2020-01-01"
        ).status_code
        == 422
    )
    assert one.report(task.id, kind="progress", officer=CONTACT, percent=60, note=NOTE).status_code == 201
    assert two.report(task.id, kind="progress", officer=CONTACT, percent=80, note=NOTE).status_code == 201
    assert len(office.events(task.id)) == 2


def asked_before(office: Office) -> Program:
    """A program whose first question is over: the framework makes its operations then, and warns from many threads."""
    writer = program(office)
    assert (
        writer.report(office.task(unit="Thọ Dân").id, key="first", kind="no_change", officer=OTHER).status_code == 201
    )
    return writer


def test_of_many_with_one_key_at_once_one_changes_the_task_and_all_hear_the_same(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = asked_before(office)

    def send(_: int):
        return writer.report(task.id, kind="no_change", officer=CONTACT)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(office.events(task.id)) == 1


def test_who_has_not_seen_the_last_change_is_told_what_happened(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = program(office)
    tag = writer.get(f"/tasks/{task.id}").headers["etag"]
    visitor = enter(office, HEAD)
    visitor.send(visitor.get(f"/tasks/{task.id}"), f"/tasks/{task.id}/report", percent="40", note="Đã họp")
    refused = writer.report(task.id, kind="progress", officer=CONTACT, percent=60, note=NOTE, match=tag)
    assert refused.status_code == 412
    happened = refused.json()["happened"]
    assert (happened["kind"], happened["by"], happened["channel"]) == ("report", "Chủ tịch UBND xã Hợp Thắng", "web")
    assert refused.json()["version"] == 2 and len(office.events(task.id)) == 1
    tag = writer.get(f"/tasks/{task.id}").headers["etag"]
    assert writer.report(task.id, kind="progress", officer=CONTACT, percent=60, note=NOTE, match=tag).status_code == 201


@pytest.mark.parametrize("match", ['"1"', '"1-anything"', "*"])
def test_the_version_is_what_counts(office: Office, match: str) -> None:
    """The rest of the tag changes over night with the standing, and nobody has touched the task."""
    task = office.task(unit="Hợp Thắng")
    assert program(office).report(task.id, kind="no_change", officer=CONTACT, match=match).status_code == 201


@pytest.mark.parametrize("match", ['"2-x"', "x", 'W/"1-x"', '""', '"٣"', '"99999999999999999999"'])
def test_a_tag_that_is_not_the_tasks_is_refused(office: Office, match: str) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = program(office)
    headers = writer.headers | {"idempotency-key": "k", "if-match": match.encode()}
    said = {"kind": "no_change", "officer": CONTACT}
    answer = writer.client.post(f"/api/v1/tasks/{task.id}/reports", json=said, headers=headers)
    assert answer.status_code == 412
    assert office.events(task.id) == []


def test_of_many_that_saw_the_same_one_changes_it(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = asked_before(office)
    tag = writer.get(f"/tasks/{task.id}").headers["etag"]

    def send(number: int):
        return writer.report(task.id, key=f"k{number}", match=tag, kind="no_change", officer=CONTACT)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 412: 5}
    assert len(office.events(task.id)) == 1


@pytest.mark.parametrize("officer", [OTHER, OVERSEER, COORDINATOR, "nobody"])
def test_only_a_contact_or_head_of_the_unit_lends_a_program_their_name(office: Office, officer: str) -> None:
    task = office.task(unit="Hợp Thắng")
    refused = program(office).report(task.id, kind="done", officer=officer, note=NOTE)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "officer"
    assert office.events(task.id) == []


def test_a_task_outside_the_units_of_the_token_is_not_there(office: Office) -> None:
    foreign = office.task(unit="Thọ Dân")
    writer = program(office, unit=HOP_THANG)
    refused = writer.report(foreign.id, kind="no_change", officer=OTHER)
    assert (refused.status_code, refused.json()) == (404, writer.report(999999, kind="no_change", officer=OTHER).json())
    assert office.events(foreign.id) == []


def test_what_the_state_of_the_task_does_not_allow_says_why(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    writer = program(office)
    assert writer.report(task.id, kind="done", officer=CONTACT, note=NOTE).status_code == 201
    refused = writer.report(task.id, key="k2", kind="progress", officer=CONTACT, percent=60, note=NOTE)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")
    assert "waits for verification" in refused.json()["detail"]
    with office.database.read() as session:
        assert session.get_one(Task, task.id).percent == 100


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "progress", "percent": 60, "note": NOTE, "promised_on": "2020-06-23"},
        {"kind": "done", "note": NOTE, "done_on": "2020-06-25"},
        {"kind": "done", "note": NOTE, "done_on": "2020-01-31"},
        {"kind": "progress", "percent": 101, "note": NOTE},
        {"kind": "progress", "percent": "60", "note": NOTE},
        {"kind": "progress", "percent": 60.0, "note": NOTE},
        {"kind": "progress", "percent": True, "note": NOTE},
        {"kind": "progress", "percent": 60, "note": "  \n "},
        {"kind": "progress", "percent": 60, "note": "a\x00b"},
        {"kind": "progress", "percent": 60, "note": "x" * 4001},
        {"kind": "progress", "percent": 60, "note": NOTE, "promised_on": 1593475200},
        {"kind": "progress", "percent": 60, "note": NOTE, "promised_on": "2020-02-30"},
        {"kind": "progress", "percent": 60, "note": NOTE, "promised_on": "2020-06-29T00:00"},
        {"kind": "no_change", "percent": 60},
        {"kind": "verify"},
        {"percent": 60, "note": NOTE},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_recorded(office: Office, said: dict[str, object]) -> None:
    task = office.task(unit="Hợp Thắng")
    refused = program(office).report(task.id, officer=CONTACT, **said)
    assert refused.status_code == 422, refused.text
    assert refused.json()["detail"]
    assert office.events(task.id) == []


def test_the_key_is_asked_for(office: Office) -> None:
    writer = program(office)
    for key in (None, "", "x" * 129, "a b", "khóa".encode()):
        headers = writer.headers | ({"idempotency-key": key} if key is not None else {})
        answer = writer.client.post(
            "/api/v1/tasks/7/reports", json={"kind": "no_change", "officer": CONTACT}, headers=headers
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "idempotency-key"


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_anything_but_json_is_refused(office: Office, kind: str | None) -> None:
    writer = program(office)
    headers = writer.headers | {"idempotency-key": "k"} | ({"content-type": kind} if kind else {})
    answer = writer.client.post("/api/v1/tasks/7/reports", content=b"{}", headers=headers)
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "application/json")
