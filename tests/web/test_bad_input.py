"""What goes wrong in offices: double clicks, the back button, a closed tab, huge and false files, no cookies, a wrong clock."""

import re
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.web.office import BASE, CHAIR, CONTACT, COORDINATOR, HEAD, OVERSEER, Office, Visitor, forms_of, opened
from tests.web.test_browser import serving
from tests.web.test_notices import PAPER, upload
from tests.web.test_roles import enter
from tests.web.test_serving import free_port

LATE = "2020-07-03T09:00"
DAY = {"on": "2020-07-01", "until": "2020-09-30", "grant": "2020-09-30", "promise": "2020-07-20", "undated": ""}
SAID = {
    "note": "Đã làm việc với xã", "reason": "Chờ thẩm định", "percent": "60", "unit": "ubnd-xa-tho-dan", "ruling": "grant",
    "behalf": CONTACT, "name": "Cổng tỉnh", "right": "tasks:read", "password": "mat-khau-that-dai", "again": "mat-khau-that-dai",
} | DAY  # fmt: skip
LAST = ("/completion", "/cancellation", "/rejection", "/confirmation")  # after them nothing else can be said
LEFT_OUT = {
    "/signout",
    "/notices",
}  # a second click finds nobody signed in; a paper is known by its bytes (test_notices.py)


def pages_of(office: Office, visitor: Visitor) -> list[str]:
    """Where this reader finds forms: their task, a claim, what they administer."""
    task = office.task(unit="Hợp Thắng")
    paths = [f"/tasks/{task.id}", "/account", "/programs", "/notices/2/drafts/1", "/notices/2", "/notices/1", "/entry"]
    return [path for path in paths if visitor.get(path).status_code == 200]


def filled_in(form: str) -> dict[str, object]:
    """A form as a person fills it: hidden fields as they are, the others with something that makes sense."""
    fields: dict[str, object] = {}
    for tag in re.findall(r"<(?:input|textarea|select|button)[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name is None or 'type="file"' in tag:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        if 'type="hidden"' in tag or (value is not None and value[1] and 'type="checkbox"' not in tag):
            fields.setdefault(name[1], unescape(value[1]) if value is not None else "")
        if name[1] in SAID and 'type="hidden"' not in tag:
            fields[name[1]] = SAID[name[1]]
    return fields


@pytest.mark.parametrize("code", [CONTACT, HEAD, OVERSEER, COORDINATOR, CHAIR])
def test_a_second_click_on_any_button_changes_nothing(office: Office, code: str) -> None:
    """Every form that a role finds on its pages, sent twice: as by a double click, a slow line, or the back button."""
    office.at = LATE
    if code == COORDINATOR:
        upload(enter(office, COORDINATOR), PAPER.encode())
    changed = set()
    visitor = enter(office, code)
    for path in pages_of(office, visitor):
        actions = {
            re.sub(r"\d+", "N", one): one for one in reversed(forms_of(visitor.get(path).text))
        }  # one of each kind
        for action in sorted(actions.values(), key=lambda one: one.endswith(LAST)):
            page = visitor.get(path).text
            found = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>.*?</form>', page, re.DOTALL)
            if found is None or action in LEFT_OUT:
                continue
            fields = filled_in(found[0])
            before = office.dump()
            first = visitor.client.post(action, data=fields)
            once = office.dump()
            second = visitor.client.post(action, data=fields)
            assert first.status_code < 500 and second.status_code < 500, action
            if action == "/account/password":  # the first has signed everybody out, the second included
                visitor = enter(office, code)
                continue
            assert without_traces(office.dump()) == without_traces(once), (action, second.status_code)
            if without_traces(once) != without_traces(before):
                changed.add(action.rpartition("/")[2])
    assert len(changed) >= {CONTACT: 3, HEAD: 3, OVERSEER: 1, COORDINATOR: 5, CHAIR: 3}[code], changed


def without_traces(rows: list[str]) -> list[str]:
    """What counts: not the secrets of a calendar or of a second factor, of which each click makes new ones and shows them."""
    shown_anew = ("calendarfeed:", "secondfactor:", "recoverycode:")
    return [row for row in rows if not row.startswith((*shown_anew, "attempt:", "signin:"))]


def test_going_back_and_sending_once_more_says_that_it_was_recorded(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor = enter(office, CONTACT)
    page = visitor.get(f"/tasks/{task.id}")
    action = f"/tasks/{task.id}/report"
    assert visitor.send(page, action, percent="60", note="Đã họp dân").status_code == 200
    again = visitor.send(page, action, percent="60", note="Đã họp dân")
    assert "đã được ghi nhận trước đó" in again.text
    other = visitor.send(page, action, percent="70", note="Sửa lại sau khi quay lại trang trước")
    assert "đã được ghi nhận trước đó" in other.text
    assert [event.detail["percent"] for event in office.events(task.id)] == [60]


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["thong-bao.pdf", "thong-bao.docx", "thong-bao.txt", "anh.png", "thong-bao"])
def test_a_program_under_another_name_is_no_paper(office: Office, name: str) -> None:
    program = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 40
    visitor, before = enter(office, COORDINATOR), office.dump()
    answer = upload(visitor, program, name)
    if answer.url.path.startswith("/uploads/"):
        visitor.client.app.state.site.reader.read()
        answer = visitor.get(answer.url.path)
    assert answer.status_code in (200, 422)
    assert "không đọc được" in answer.text.lower() or "chưa đọc được" in answer.text.lower() or "problem" in answer.text
    assert [row for row in office.dump() if row.startswith("notice:")] == [
        row for row in before if row.startswith("notice:")
    ]


@pytest.fixture
def served(original: Path, tmp_path: Path) -> Iterator[tuple[Office, int]]:
    port = free_port()
    for office in opened(original, tmp_path, base_url=f"http://127.0.0.1:{port}"):
        with serving(office, port):
            yield office, port


def connected(port: int) -> socket.socket:
    """A connection to a server that may be still on its way up."""
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except ConnectionRefusedError:
            continue


def begun(office: Office, port: int, size: int) -> socket.socket:
    """A connection that has announced an upload of so many bytes."""
    cookie = enter(office, COORDINATOR).client.cookies["tracker"]
    line = connected(port)
    line.sendall(
        f"POST /notices HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: tracker={cookie}\r\nContent-Length: {size}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
    )
    return line


def test_an_upload_of_200_megabytes_is_refused_before_it_has_come(served: tuple[Office, int]) -> None:
    office, port = served
    with begun(office, port, 200_000_000) as line:
        assert line.recv(200).startswith(b"HTTP/1.1 413 ")


def test_a_tab_that_is_closed_in_the_middle_of_an_upload_leaves_nothing(served: tuple[Office, int]) -> None:
    office, port = served
    with begun(office, port, 5_000_000) as line:
        before = office.dump()
        head = b'--x\r\nContent-Disposition: form-data; name="paper"; filename="a.pdf"\r\n\r\n%PDF-1.7\r\n'
        line.sendall(head + b"0" * 2_000_000)
    page = enter(office, COORDINATOR).client.get(f"{BASE}/notices")
    assert page.status_code == 200
    assert without_traces(office.dump()) == without_traces(before)


# --- the browser -----------------------------------------------------------------------------------------------------


def test_without_cookies_the_letter_still_opens_and_answers(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    page = office.visitor().get(path)
    assert "set-cookie" not in page.headers
    stranger = office.visitor()
    stranger.client.cookies.clear()
    assert stranger.send(page, f"{path}/no-change").status_code == 200
    assert [event.kind for event in office.events(task.id)] == ["report"]


def test_a_sign_in_does_not_ask_the_clock_of_the_telephone(office: Office) -> None:
    """The cookie counts seconds from when it came; a date in it would be judged by a clock that may be years off."""
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    url = re.findall(r"https?://\S+/signin/\S+", office.letters("signin")[-1])[-1].removeprefix(office.base_url)
    page = visitor.get(url)
    fields = filled_in(page.text)
    answer = visitor.client.post(
        url.partition("?")[0], data=fields, headers={"date": "Thu, 01 Jan 1970 00:00:00 GMT"}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "max-age=" in cookie and "expires=" not in cookie
