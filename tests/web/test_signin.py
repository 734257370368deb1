"""Signing in and out: one-time links by mail, passwords, limits, and nothing that tells who is in the register."""

import re
import unicodedata
from datetime import date

import pytest
from sqlmodel import select

from tests.web.office import CONTACT, COORDINATOR, HEAD, OTHER, Office, Visitor, opened
from tracker.models import Appointment, SignIn, SignInLink

PASSWORD = "Mật khẩu dài của văn phòng"


def signin_path(office: Office) -> str:
    """Where the last mailed link leads."""
    url = re.findall(r"http://\S+/signin/\S+", office.letters("signin")[-1])[-1]
    return url.removeprefix(office.base_url)


def with_password(office: Office, code: str) -> Visitor:
    visitor = office.visitor().enter(code)
    page = visitor.get("/account")
    assert visitor.send(page, "/account/password", password=PASSWORD, again=PASSWORD).status_code == 200
    return visitor


@pytest.mark.parametrize("name", [COORDINATOR, COORDINATOR.upper(), "chuyen-vien@vpdp.trieuson.invalid"])
def test_a_mailed_link_signs_in_by_code_or_address(office: Office, name: str) -> None:
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=name)
    path = signin_path(office)
    answer = visitor.send(visitor.get(path), path.partition("?")[0])
    assert answer.status_code == 200
    assert "Việc của tôi" in answer.text


def test_opening_the_mailed_link_uses_nothing_up_and_using_it_does(office: Office) -> None:
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    path = signin_path(office).partition("?")[0]
    before = office.dump()
    pages = [visitor.get(path) for _ in range(3)]
    assert office.dump() == before
    assert visitor.send(pages[0], path).status_code == 200
    assert office.visitor().send(pages[1], path).status_code == 410
    assert visitor.get(path).status_code == 410


def test_a_mailed_link_lasts_half_an_hour_and_a_newer_one_ends_it(office: Office) -> None:
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    first = signin_path(office)
    office.at = "2020-06-24T09:10"
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    second = signin_path(office)
    assert visitor.get(first).status_code == 410
    office.at = "2020-06-24T09:39"
    assert visitor.get(second).status_code == 200
    office.at = "2020-06-24T09:40"
    assert visitor.get(second).status_code == 410


def test_the_page_that_was_wanted_opens_after_signing_in(office: Office) -> None:
    visitor = office.visitor()
    page = visitor.get("/tasks?standing=open_overdue")
    assert "Đăng nhập" in page.text
    visitor.send(page, "/signin/link", name=COORDINATOR)
    path = signin_path(office)
    answer = visitor.send(visitor.get(path), path.partition("?")[0])
    assert answer.url.path == "/tasks"


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil", "javascript:alert(1)", "/signout", ""],
)
def test_signing_in_never_leads_to_another_site(office: Office, path: str) -> None:
    visitor = with_password(office, COORDINATOR)
    stranger = office.visitor()
    page = stranger.client.get("/signin", params={"next": path})
    answer = stranger.send(page, "/signin/password", name=COORDINATOR, password=PASSWORD)
    assert answer.url.host == "127.0.0.1"
    assert answer.url.path == "/"
    assert visitor.get("/").status_code == 200


def test_nobody_learns_who_is_in_the_register(office: Office) -> None:
    visitor = office.visitor()
    page = visitor.get("/signin")
    known = visitor.send(page, "/signin/link", name=CONTACT)
    unknown = visitor.send(page, "/signin/link", name="nobody@nowhere.invalid")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert len(office.letters("signin")) == 1
    wrong = visitor.send(page, "/signin/password", name=CONTACT, password="sai mật khẩu")
    nobody = visitor.send(page, "/signin/password", name="nobody", password="sai mật khẩu")
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong.text) == strip.sub("", nobody.text)


def test_a_password_signs_in_however_the_keyboard_writes_its_marks(office: Office) -> None:
    with_password(office, COORDINATOR)
    visitor = office.visitor()
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    answer = visitor.send(visitor.get("/signin"), "/signin/password", name=COORDINATOR, password=decomposed)
    assert "Việc của tôi" in answer.text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("ngắn", "ngắn", "từ 10"), (PASSWORD, PASSWORD + "!", "không giống nhau"), ("x" * 201, "x" * 201, "từ 10")],
)
def test_a_bad_new_password_is_refused(office: Office, password: str, again: str, said: str) -> None:
    visitor = office.visitor().enter(COORDINATOR)
    answer = visitor.send(visitor.get("/account"), "/account/password", password=password, again=again)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_new_password_signs_other_browsers_out(office: Office) -> None:
    other = office.visitor().enter(COORDINATOR)
    office.at = "2020-06-24T09:01"
    with_password(office, COORDINATOR)
    assert other.get("/").url.path == "/signin"


def test_ten_wrong_passwords_lock_the_name_for_a_quarter_of_an_hour(office: Office) -> None:
    with_password(office, COORDINATOR)
    visitor = office.visitor()
    page = visitor.get("/signin")
    tries = [visitor.send(page, "/signin/password", name=COORDINATOR, password="sai").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert visitor.send(page, "/signin/password", name=COORDINATOR, password=PASSWORD).status_code == 429
    office.at = "2020-06-24T09:16"
    assert visitor.send(page, "/signin/password", name=COORDINATOR, password=PASSWORD).status_code == 200


def test_the_limits_outlive_a_restart(office: Office) -> None:
    for _ in range(7):
        visitor = office.visitor()  # a new process each time
        visitor.send(visitor.get("/signin"), "/signin/link", name=OTHER)
        office.at = f"2020-06-24T09:0{int(office.at[-1]) + 1}"
    assert len(office.letters("signin")) == 5


def test_signing_out_ends_the_session_also_for_a_stolen_cookie(office: Office) -> None:
    visitor = office.visitor().enter(COORDINATOR)
    cookie = visitor.client.cookies["tracker"]
    visitor.send(visitor.get("/"), "/signout")
    thief = office.visitor()
    thief.client.cookies.set("tracker", cookie)
    assert thief.get("/").url.path == "/signin"


def test_a_session_ends_after_its_hours_and_with_the_appointment(office: Office) -> None:
    visitor = office.visitor().enter(HEAD)
    office.at = "2020-06-24T20:59"
    assert visitor.get("/").url.path == "/"
    office.at = "2020-06-24T21:00"
    assert visitor.get("/").url.path == "/signin"
    office.at = "2020-06-24T09:01"
    with office.database.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == office.officer_id(HEAD))):
            one.valid_to = date(2020, 6, 23)
            session.add(one)
    assert visitor.get("/").url.path == "/signin"


def test_the_database_keeps_no_cookie_no_link_and_no_password(office: Office) -> None:
    visitor = with_password(office, COORDINATOR)
    with office.database.read() as session:
        kept = [*session.exec(select(SignIn.digest)), *session.exec(select(SignInLink.digest))]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in kept)
    rows = "\n".join(line for line in office.dump() if not line.startswith("message:"))
    assert PASSWORD not in rows
    assert visitor.client.cookies["tracker"] not in rows


def test_the_cookie_is_out_of_reach_of_scripts_and_of_plain_http(original, tmp_path) -> None:
    (office,) = opened(original, tmp_path, base_url="https://don-doc.example")
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    url = re.findall(r"https://\S+/signin/\S+", office.letters("signin")[-1])[-1]
    path = url.removeprefix(office.base_url)
    page = visitor.get(path)
    visitor.client.follow_redirects = False
    answer = visitor.send(page, path.partition("?")[0])
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "secure" in cookie
    assert "samesite=lax" in cookie
    assert answer.headers["strict-transport-security"]
    office.database.close()


# --- cookies off -----------------------------------------------------------------------------------------------------


def test_a_browser_without_cookies_is_told_why_it_cannot_go_on_and_nothing_is_used_up(office: Office) -> None:
    with_password(office, COORDINATOR)
    letters, forgetful = office.letters("signin"), office.visitor()
    for address, fields in (
        ("/signin/password", {"name": COORDINATOR, "password": PASSWORD}),
        ("/signin/link", {"name": COORDINATOR}),
    ):
        page = forgetful.get("/signin")
        forgetful.client.cookies.clear()
        answer = forgetful.send(page, address, **fields)
        assert answer.status_code == 403 and "không giữ cookie" in answer.text
        assert "mở liên kết trong thư" in answer.text, "what goes without signing in"
    assert office.letters("signin") == letters, "no letter whose link could not be used either"


def test_a_mailed_link_waits_for_a_browser_that_keeps_cookies(office: Office) -> None:
    visitor = office.visitor()
    visitor.send(visitor.get("/signin"), "/signin/link", name=COORDINATOR)
    path = signin_path(office).partition("?")[0]
    page = visitor.get(path)
    visitor.client.cookies.clear()
    answer = visitor.send(page, path)
    assert answer.status_code == 403 and "không giữ cookie" in answer.text
    assert visitor.send(answer, path).status_code == 200, "the second try has the cookie of the first"


def test_the_cookie_of_the_sign_in_page_says_nothing(office: Office) -> None:
    cookie = office.visitor().get("/signin").headers["set-cookie"]
    assert cookie.lower().startswith("tracker-met=1; httponly; path=/; samesite=lax")
