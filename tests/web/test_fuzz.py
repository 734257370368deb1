"""Whatever is sent to a page or a form, the answer is a page: never a fault of the server, never half a change."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.office import CONTACT, COORDINATOR, Office, Visitor
from tests.web.test_roles import POSTS, enter, filled, open_addresses, who
from tracker.web.answering import ANSWERS, BY_LINK
from tracker.web.forms import FormMaker, read_day

ENOUGH = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELDS = ["note", "percent", "promise", "on", "until", "reason", "unit", "behalf", "ruling", "grant", "due", "undated", "lead",
          "only", "draft", "at", "name", "password", "again", "next", "q", "standing", "page", "kind", "notice"]  # fmt: skip
ODD = st.sampled_from(
    ["", "0", "-1", "1e9", "9" * 40, "٣", "２０２０-０１-０１", "2020-02-30", "0001-01-01", "9999-12-31", "31/12/2020", "\x00", "\r\n", "%00",
     "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "ệ", "e\u0323\u0302", "\u202e", "😀" * 50, "x" * 5000, "../../etc/passwd"]
)  # fmt: skip
VALUES = st.one_of(ODD, st.text(max_size=40).filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text)))
FORMS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8)


@ENOUGH
@given(values=FORMS, path=st.sampled_from([*POSTS, *(f"/tasks/{{task_id}}/{name}" for name in ANSWERS)]))
def test_a_form_that_we_signed_may_say_anything(office: Office, values: dict[str, str], path: str) -> None:
    visitor = enter(office, COORDINATOR)
    address = filled(path, office)
    forms = FormMaker((office.folder / "web.secret").read_text().strip())
    task = office.task(unit="Hợp Thắng")
    data = values | {"form": forms.make(who(visitor), address, task.version)}
    assert visitor.client.post(address, data=data).status_code < 500


SIGNED_BY_NOBODY = sorted(
    re.sub(r"\{officer_id\}", "1", re.sub(r"\{token\}", "x", one.removeprefix("POST ")))
    for one in open_addresses()
    if one.startswith("POST ") and "{name}" not in one
)
FILES = st.dictionaries(st.sampled_from(["paper", "evidence", "files", "note"]), st.binary(max_size=300), max_size=3)


@settings(ENOUGH, max_examples=30)
@given(
    values=FORMS, files=FILES, name=ODD, path=st.sampled_from([*SIGNED_BY_NOBODY, *(f"/l/{name}" for name in BY_LINK)])
)
def test_a_form_of_a_stranger_or_a_letter_may_say_anything(
    demo_office: Office, values: dict[str, str], files: dict[str, bytes], name: str, path: str
) -> None:
    """Also with files where none belong, under names that no disk takes. The table of roles names every address there is."""
    forms = FormMaker((demo_office.folder / "web.secret").read_text().strip())
    task, base, who = demo_office.task(unit="Hợp Thắng"), demo_office.link(CONTACT), ""
    if path not in SIGNED_BY_NOBODY:
        who, path = f"link:{base[-20:]}", f"{base}/{task.id}/{path.removeprefix('/l/')}"
    data = values | {"form": forms.make(who, path, task.version)}
    parts = {field: (name.replace("\0", "") or "x", content) for field, content in files.items()} or None
    assert demo_office.visitor().client.post(path, data=data, files=parts).status_code < 500


@ENOUGH
@given(body=st.binary(max_size=2000), kind=st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain", ""]
))  # fmt: skip
def test_a_body_may_hold_anything(office: Office, body: bytes, kind: str) -> None:
    visitor, before = office.visitor(), office.dump()
    for path in ("/signin/link", f"{office.link(CONTACT)}/7/report", "/l/x/renewal", "/signin/x", "/notices"):
        assert visitor.client.post(path, content=body, headers={"content-type": kind}).status_code < 500
    assert office.dump() == before


@ENOUGH
@given(
    values=FORMS,
    path=st.sampled_from(["/tasks", "/letters", "/entry", "/signin", "/grid", "/", "/notices/1", "/tasks/7"]),
)
def test_an_address_may_ask_for_anything(office: Office, values: dict[str, str], path: str) -> None:
    visitor, before = reader(office), office.dump()
    assert visitor.client.get(path, params=values).status_code < 500
    assert office.dump() == before


def reader(office: Office) -> Visitor:
    return enter(office, COORDINATOR)


@given(text=st.text(max_size=12))
def test_a_date_is_read_or_refused_and_nothing_else(text: str) -> None:
    found = read_day(text)
    assert found is None or 2000 <= found.year <= 2100


def test_dates_are_read_as_browsers_and_as_people_write_them() -> None:
    assert {read_day(text) for text in ("2020-07-03", "03/07/2020", "3/7/2020", "3.7.2020", "03-07-2020")} == {
        read_day("2020-07-03")
    }
    assert [read_day(text) for text in ("30/02/2020", "2020", "3/7/20", "07/2020", "ngày 3", "")] == [None] * 6
