"""What a stranger, a proxy and a thief get at the doors: nothing, told apart by nothing."""

import re
from datetime import date
from ipaddress import ip_network

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.web.office import CONTACT, COORDINATOR, HEAD, OTHER, Office, opened
from tests.web.test_roles import enter
from tests.web.test_signin import PASSWORD, with_password
from tracker.models import Appointment, Attempt
from tracker.people import signins
from tracker.people.accounts import list_deeds
from tracker.people.factors import begin_factor
from tracker.people.throttle import origin_of
from tracker.web.browsers import browser_words
from tracker.web.site import client_address

PROXIES = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)


# --- where a request came from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="a stranger who claims another address"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="our proxy that says nothing"),
        pytest.param("127.0.0.1", "198.51.100.1", "198.51.100.1", id="our proxy"),
        pytest.param("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1", id="what the visitor wrote stands before"),
        pytest.param("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1", id="two proxies of ours"),
        pytest.param("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9", id="nobody but ours"),
        pytest.param("127.0.0.1", "198.51.100.1, <script>", "127.0.0.1", id="no address"),
        pytest.param("fd00::1", "2001:db8::7", "2001:db8::7", id="IPv6"),
        pytest.param("testclient", "198.51.100.1", "testclient", id="a peer without an address"),
    ],
)
def test_only_our_proxies_say_where_a_visitor_comes_from(peer: str, forwarded: str, found: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == found


def test_without_proxies_the_header_is_ignored_and_with_one_it_stands_in_the_history(office: Office) -> None:
    for networks, expected in (((), "10.0.0.1"), ((ip_network("10.0.0.0/8"),), "198.51.100.7")):
        web = office.config.web.model_copy(update={"trusted_proxies": networks})
        office.config = office.config.model_copy(update={"web": web})
        task = office.task(unit="Hợp Thắng")
        visitor, link = office.visitor("10.0.0.1"), office.link(CONTACT)
        visitor.client.headers["x-forwarded-for"] = "1.1.1.1, 198.51.100.7"
        visitor.send(visitor.get(f"{link}/{task.id}"), f"{link}/{task.id}/report", percent="10", note="Đang làm")
        assert office.events(task.id or 0)[-1].detail["address"] == expected


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("::ffff:203.0.113.9", "203.0.113.9"),
        ("testclient", "testclient"), ("", ""),
    ],
)  # fmt: skip
def test_who_has_half_of_an_ipv6_address_to_spend_counts_as_one(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_twenty_requests_from_one_address_are_enough_whomever_they_name(office: Office) -> None:
    visitor = office.visitor("2001:db8::1")
    page = visitor.get("/signin")
    answers = [visitor.send(page, "/signin/link", name=f"nobody-{number}").status_code for number in range(20)]
    assert answers == [200] * 20
    neighbour = office.visitor("2001:db8::2")
    assert neighbour.send(neighbour.get("/signin"), "/signin/link", name=CONTACT).status_code == 429
    other = office.visitor("2001:db8:0:1::2")
    assert other.send(other.get("/signin"), "/signin/link", name=CONTACT).status_code == 200


# --- who is in the register ------------------------------------------------------------------------------------------


SAVEPOINT_ENDS = re.compile(r"(RELEASE|ROLLBACK TO) SAVEPOINT \w+")  # kept or taken back: the one difference


def statements(office: Office, name: str) -> list[str]:
    """What the database is asked when somebody of this name wants a link, up to the end of the letter's savepoint."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(SAVEPOINT_ENDS.sub("SAVEPOINT ends", " ".join(statement.split())))

    visitor = office.visitor()
    page = visitor.get("/signin")
    sa.event.listen(office.database.engine, "before_cursor_execute", hear)
    try:
        assert visitor.send(page, "/signin/link", name=name).status_code == 200
    finally:
        sa.event.remove(office.database.engine, "before_cursor_execute", hear)
    return said


def test_a_name_that_nobody_has_costs_the_same_work_as_one_that_somebody_has(office: Office) -> None:
    known = statements(office, CONTACT)
    assert any(statement.startswith("INSERT INTO message") for statement in known)
    assert len(office.letters("signin")) == 1
    assert statements(office, "nobody@nowhere.invalid") == known
    assert len(office.letters("signin")) == 1


def test_nor_does_an_officer_who_has_left_or_who_has_asked_too_often(office: Office) -> None:
    known = statements(office, OTHER)
    with office.database.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == office.officer_id(HEAD))):
            one.valid_to = date(2020, 6, 23)
            session.add(one)
    assert statements(office, HEAD) == known


def test_the_sixth_request_of_an_hour_gets_no_letter_and_costs_the_same_for_everybody(office: Office) -> None:
    sixth = []
    for name in (OTHER, "nobody@nowhere.invalid"):
        for minute in range(6):
            office.at = f"2020-06-24T09:0{minute}"
            said = statements(office, name)
        sixth.append(said)
    assert sixth[0] == sixth[1]
    assert any(statement.startswith("INSERT INTO message") for statement in sixth[0]), "written, and taken back"
    assert len(office.letters("signin")) == 5


def test_a_wrong_password_is_counted_for_names_that_nobody_has_too(office: Office) -> None:
    visitor = office.visitor()
    page = visitor.get("/signin")
    tries = [visitor.send(page, "/signin/password", name="nobody", password="sai").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


# --- sessions --------------------------------------------------------------------------------------------------------


def test_the_account_page_lists_the_browsers_and_signs_one_or_all_others_out(office: Office) -> None:
    mine = with_password(office, COORDINATOR)
    others = []
    for agent in (PHONE, "curl/8.0"):
        browser = office.visitor("198.51.100.8")
        browser.client.headers["user-agent"] = agent
        browser.send(browser.get("/signin"), "/signin/password", name=COORDINATOR, password=PASSWORD)
        others.append(browser)
    page = mine.get("/account")
    assert "Chrome, Android" in page.text
    assert "198.51.100.8" in page.text
    assert page.text.count("(máy này)") == 1
    (first, _) = re.findall(r'action="(/account/browsers/\d+/signout)"', page.text)[::-1]
    page = mine.send(page, first)
    assert [browser.get("/").url.path for browser in others] == ["/signin", "/"]
    mine.send(page, "/account/browsers/signout")
    assert [browser.get("/").url.path for browser in others] == ["/signin", "/signin"]
    assert mine.get("/").url.path == "/"
    with office.database.read() as session:
        kinds = [deed.kind for deed in list_deeds(session, COORDINATOR)]
    assert kinds == ["browsers-signed-out", "browsers-signed-out", "password-set"]


def test_nobody_signs_out_the_browser_of_another(office: Office) -> None:
    victim = enter(office, HEAD)
    with office.database.read() as session:
        (row,) = signins.list_browsers(session, office.officer_id(HEAD), now=office.now)
    thief = enter(office, CONTACT)
    with office.database.write() as session:
        assert not signins.end_one(session, office.officer_id(CONTACT), row.row_id)
    assert f"/account/browsers/{row.row_id}/" not in thief.get("/account").text
    assert victim.get("/").url.path == "/"


def test_signing_in_ends_the_session_that_the_browser_had(office: Office) -> None:
    visitor = with_password(office, COORDINATOR)
    before = visitor.client.cookies["tracker"]
    visitor.send(visitor.get("/signin"), "/signin/password", name=COORDINATOR, password=PASSWORD)
    assert visitor.client.cookies["tracker"] != before
    thief = office.visitor()
    thief.client.cookies.set("tracker", before)
    assert thief.get("/").url.path == "/signin"


def test_what_is_done_to_a_way_in_stands_in_the_history_with_its_address(office: Office) -> None:
    with_password(office, COORDINATOR)
    with office.database.read() as session:
        (deed,) = list_deeds(session, COORDINATOR)
    assert (deed.kind, deed.channel, deed.detail["address"]) == ("password-set", "web", "203.0.113.9")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_its_owner_would(agent: str, words: str) -> None:
    assert browser_words(agent) == words


# --- requests that others make ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/signin/link", "/signin/password", "/account/password", "/account/factor", "/signout"]
)
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_that_another_site_sends_is_refused_whatever_it_holds(
    office: Office, path: str, headers: dict[str, str]
) -> None:
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/signin" if path.startswith("/signin") else "/account")
    hidden = dict(re.findall(r'name="(form)" value="([^"]*)"', page.text.partition(f'action="{path}"')[2])[:1])
    assert hidden, "a good form, from our own page"
    before = office.dump()
    assert visitor.client.post(path, data=hidden | {"name": CONTACT}, headers=headers).status_code == 403
    assert office.dump() == before


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "https://don-doc.example"])
def test_the_cookie_of_a_half_sign_in_is_as_safe_as_that_of_a_session(original, tmp_path, base_url: str) -> None:
    for office in opened(original, tmp_path, base_url=base_url):
        with office.database.write() as session:
            officer = office.officer_id(COORDINATOR)
            signins.set_password(session, officer, PASSWORD, now=office.now)
            begin_factor(session, officer, key="x", now=office.now)
            session.execute(sa.text("UPDATE secondfactor SET confirmed_at = begun_at"))
        visitor = office.visitor()
        page = visitor.get("/signin")
        visitor.client.follow_redirects = False
        answer = visitor.send(page, "/signin/password", name=COORDINATOR, password=PASSWORD)
        cookie = answer.headers["set-cookie"].lower()
        assert "tracker-step=" in cookie
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/signin" in cookie
        assert ("secure" in cookie) == base_url.startswith("https")


def test_limits_are_kept_in_the_database_by_their_bucket(office: Office) -> None:
    statements(office, CONTACT)
    with office.database.read() as session:
        buckets = set(session.exec(select(Attempt.bucket)))
    assert buckets == {"signin/from/203.0.113.9", f"signin/{office.officer_id(CONTACT)}"}
