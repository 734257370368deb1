"""The description of the interface is complete, shows itself without another host, and its examples run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.api.program import program, token_for
from tests.web.office import Office, opened
from tests.web.test_browser import CHROMIUM, DESK, browser, serving, visiting
from tests.web.test_serving import free_port

__all__ = ["browser"]
GUIDE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
READS = {"/v1/tasks", "/v1/tasks/{task_id}", "/v1/notices", "/v1/notices/{notice_id}", "/v1/units", "/v1/units/{code}",
         "/v1/letters", "/v1/letters/{letter_id}"}  # fmt: skip


def described(office: Office) -> dict:
    return program(office).client.get("/api/openapi.json").json()


def test_every_operation_is_described_with_its_token_its_refusals_and_its_answer(office: Office) -> None:
    document = described(office)
    assert document["openapi"].startswith("3.1")
    operations = {(path, method): one for path, methods in document["paths"].items() for method, one in methods.items()}
    assert set(operations) == {(path, "get") for path in READS} | {("/v1/tasks/{task_id}/reports", "post")}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for (path, method), operation in operations.items():
        assert operation["security"] == [{"token": []}], path
        assert "Right: " in operation["description"], path
        assert {"401", "403", "422", "429"} <= set(operation["responses"]), path
        assert ("404" in operation["responses"]) == ("{" in path)
        for status, response in operation["responses"].items():
            if status >= "400":
                assert response["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
        assert ("409" in operation["responses"]) == (method == "post")


def test_every_name_in_the_description_leads_to_a_schema(office: Office) -> None:
    document = described(office)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert len(named) > 15
    assert named - set(document["components"]["schemas"]) == set()
    assert set(document["components"]["schemas"]) - named == set(), "and none is there for nothing"


@pytest.fixture
def served(original, tmp_path):
    port = free_port()
    for office in opened(original, tmp_path, at="2020-07-03T09:00", base_url=f"http://127.0.0.1:{port}"):
        with serving(office, port):
            yield office


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; apt-get install chromium runs this")
def test_the_page_shows_every_operation_and_asks_no_other_host(browser, served: Office) -> None:
    asked: list[str] = []
    with visiting(browser, served, DESK) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/api/docs")
        expect(page.locator(".opblock")).to_have_count(len(READS) + 1)
        page.locator(".opblock-summary").first.click()
        expect(page.locator(".opblock-body").first).to_be_visible()
    assert len(asked) >= 4
    assert [url for url in asked if not url.startswith((served.base_url, "data:"))] == []


def test_the_page_alone_has_a_policy_of_its_own_and_no_script_in_it(office: Office) -> None:
    client = program(office).client
    page = client.get("/api/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "default-src 'none'" in policy and "http" not in policy
    assert not re.search(r"<script(?! src=)|<style|\son\w+=", page.text)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert client.get(path).status_code == 200, path
    for path in ("/api/docs/../app.py", "/api/docs/redoc.standalone.js", "/api/docs/%2e%2e%2fcore.py", "/api/docs/x"):
        assert client.get(path).status_code == 404, path


# --- the guide -------------------------------------------------------------------------------------------------------


def examples() -> list[tuple[str, str]]:
    """Every command of the guide with the status that it promises."""
    return re.findall(r"^    # (\d{3})\n    (curl .*)$", GUIDE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here; apt-get install curl runs this")
def test_the_examples_of_the_guide_run_as_they_stand(served: Office) -> None:
    found = examples()
    assert len(found) >= 12 == sum(line.startswith("    curl") for line in GUIDE.read_text("utf-8").splitlines())
    environment = os.environ | {"OFFICE": served.base_url, "TOKEN": token_for(served)}
    for status, command in found:
        done = subprocess.run(
            ["bash", "-c", f"{command} --silent --show-error --write-out '\\n%{{http_code}}'"],
            env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1:] == [status], (command, done.stdout, done.stderr)
    assert [event.kind for event in served.events(7)] == ["report"]


def test_the_guide_names_every_right_and_every_code(office: Office) -> None:
    from tracker.people.clients import Right

    text = GUIDE.read_text("utf-8")
    assert [right for right in Right if f"| `{right}` |" not in text] == []
    sources = (Path(__file__).resolve().parents[3] / "tracker" / "web" / "api").glob("*.py")
    codes = {
        code
        for source in sources
        for code in re.findall(r'(?:ProblemError\(\s*\d+, |\d{3}: )"(\w+)"', source.read_text("utf-8"))
    }
    assert len(codes) >= 10
    assert {code for code in codes if f"`{code}`" not in text} == set()
