"""The demo: enter as anybody, read everybody's letters; and it goes with no real mail."""

import re

import pytest

from jobs.runner import tick
from tests.web.office import CHAIR, CONTACT, COORDINATOR, OVERSEER, Office, forms_of, links_of, opened
from tracker.errors import ConfigError
from tracker.models import Role
from tracker.web.app import create_app


def test_a_newcomer_is_asked_who_they_want_to_be_and_enters_with_one_click(demo_office: Office) -> None:
    visitor = demo_office.visitor()
    page = visitor.get("/")
    assert page.url.path == "/demo"
    assert "24/06/2020" in page.text
    for code in (CONTACT, COORDINATOR, OVERSEER, CHAIR):
        action = f"/demo/entry/{demo_office.officer_id(code)}"
        assert action in forms_of(page.text)
        assert "Việc của tôi" in visitor.send(page, action).text


@pytest.mark.parametrize("role", Role)
def test_each_role_is_one_click_away_and_opens_a_page_of_its_own(demo_office: Office, role: Role) -> None:
    visitor = demo_office.visitor()
    page = visitor.get("/demo").text
    section = page.partition(f'<h2 id="{role.value}">')[2].partition("<h2")[0].partition("<details")[0]
    first = forms_of(section)[0]
    answer = visitor.send(page, first)
    assert answer.status_code == 200
    assert answer.url.path == ("/health" if role is Role.ADMINISTRATOR else "/")
    assert "Đăng xuất" in answer.text


def test_whoever_has_something_late_stands_first(demo_office: Office) -> None:
    demo_office.at = "2020-07-06T09:00"
    page = demo_office.visitor().get("/demo").text
    contacts = page.partition('<h2 id="contact">')[2].partition("<details")[0]
    assert "Cán bộ theo dõi NTM xã Hợp Thắng" in contacts and "thị trấn Nưa" not in contacts


def test_the_links_in_the_letters_of_the_demo_work(demo_office: Office) -> None:
    demo_office.at = "2020-06-22T07:05"
    tick(demo_office.database, demo_office.config, worker="test", now=demo_office.now)
    visitor = demo_office.visitor()
    page = visitor.get("/demo/letters?officer=" + CONTACT)
    (path,) = [path for path in links_of(page.text) if re.fullmatch(r"/demo/letters/\d+", path)]
    assert "Xã Hợp Thắng" in visitor.get(path).text
    letter = visitor.get(f"{path}/html")
    assert "script-src" not in letter.headers["content-security-policy"]
    inside = [url for url in links_of(letter.text) if "/l/" in url]
    assert len(inside) > 2
    assert all(visitor.get(url.removeprefix(demo_office.base_url)).status_code == 200 for url in inside)


@pytest.mark.parametrize("path", ["/demo", "/demo/letters", "/demo/letters/1", "/demo/letters/1/html"])
def test_a_real_office_has_no_such_doors(office: Office, path: str) -> None:
    visitor = office.visitor()
    assert visitor.get(path).status_code == 404
    assert visitor.client.post("/demo/entry/1").status_code == 404


def test_the_demo_is_refused_where_mail_really_leaves_the_house(original, tmp_path) -> None:
    (office,) = opened(original, tmp_path, is_demo=True, transport="smtp")
    with pytest.raises(ConfigError, match="demo = true"):
        create_app(office.database, office.config, clock=lambda: office.now)


def test_without_a_secret_nothing_is_served(office: Office) -> None:
    (office.folder / "web.secret").unlink()
    config = office.config.model_copy(
        update={"web": office.config.web.model_copy(update={"secret_file": office.folder / "x"})}
    )
    with pytest.raises(ConfigError, match="tracker init"):
        create_app(office.database, config, clock=lambda: office.now)
