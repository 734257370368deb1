"""What every page carries, whatever it says."""

import re

import pytest

from tests.web.office import CONTACT, COORDINATOR, Office
from tracker.config import data_folder

PATHS = ["/signin", "/", "/tasks", "/tasks/1", "/account", "/nothing", "/l/forged", "/signin/forged"]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_private_and_runs_nothing_but_our_own_files(office: Office, path: str) -> None:
    visitor = office.visitor().enter(COORDINATOR)
    answer = visitor.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_no_template_of_a_page_holds_a_script_a_style_or_a_handler() -> None:
    pages = sorted((data_folder("templates") / "pages").glob("*.html"))
    assert len(pages) > 10
    for page in pages:
        source = page.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src)", source), page.name


def test_files_are_kept_for_a_year_and_a_page_needs_two_of_them(office: Office) -> None:
    visitor = office.visitor().enter(COORDINATOR)
    page = visitor.get("/")
    wanted = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(wanted) == 2
    for path in wanted:
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/../../config.py", "/static/nothing.css"]
)
def test_nothing_else_is_served_from_the_disk(office: Office, path: str) -> None:
    assert office.visitor().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/signin/link", "/signin/password"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(office: Office, path: str) -> None:
    body = b"x" * 1_100_000
    answer = office.visitor().client.post(path, content=body)
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_a_paper_over_the_limit_of_papers_is_refused(office: Office) -> None:
    body = b"x" * (office.config.notices.max_bytes + 1_100_000)
    assert office.visitor().client.post("/notices", content=body).status_code == 413


def test_a_body_that_hides_its_length_is_refused_too(office: Office) -> None:
    def pieces():
        for _ in range(80):
            yield b"x" * 100_000

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = office.visitor().client.post("/signin/link", content=pieces(), headers=headers)
    assert answer.status_code in (400, 413)  # whichever limit is met first


def test_what_is_not_there_says_so_in_vietnamese_with_a_way_back(office: Office) -> None:
    answer = office.visitor().enter(CONTACT).get("/nothing/at/all")
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.text
    assert 'href="/"' in answer.text
