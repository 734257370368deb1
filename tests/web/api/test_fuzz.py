"""Whatever a program sends, the interface answers as it is described: never a fault of the server, never half a change."""

import json
import re
import warnings
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs.runner import post_due
from tests.web.api.program import Program, program, token_for
from tests.web.office import CONTACT, Office
from tracker.web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of libraries that it brings along
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi import checks

ENOUGH = settings(
    max_examples=20, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
    checks.response_schema_conformance,
]  # fmt: skip
OPERATIONS = [
    ("/v1/tasks", "GET"), ("/v1/tasks/{task_id}", "GET"), ("/v1/tasks/{task_id}/reports", "POST"), ("/v1/notices", "GET"),
    ("/v1/notices/{notice_id}", "GET"), ("/v1/units", "GET"), ("/v1/units/{code}", "GET"), ("/v1/letters", "GET"),
    ("/v1/letters/{letter_id}", "GET"),
]  # fmt: skip


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with letters, in which a program may ask as often as it likes."""
    office.at = "2020-07-03T09:00"
    post_due(office.database, office.config, now=office.now)
    web = office.config.web.model_copy(update={"api_per_minute": 100_000})
    office.config = office.config.model_copy(update={"web": web})
    return office


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_answers_as_it_is_described(busy: Office, path: str, method: str, mode: GenerationMode) -> None:
    app = create_app(busy.database, busy.config, clock=lambda: busy.now)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    assert {(path, method.upper()) for path in schema for method in schema[path]} == set(OPERATIONS)
    schema.config.generation.with_security_parameters = (
        False  # test_reading.py tells of tokens that are missing or wrong
    )
    headers = {"authorization": f"Bearer {token_for(busy)}"}
    wanted = [*CHECKS, checks.negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS
    statuses = set()

    @ENOUGH
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def answered(case: Any) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=wanted)
        statuses.add(response.status_code)

    answered()
    assert statuses - {401, 403}, statuses


# --- what no description says ----------------------------------------------------------------------------------------

SAID = {"kind": "progress", "officer": CONTACT, "percent": 60, "note": "Đã đạt 17/19 tiêu chí"}
DEEP = 50_000
BODIES = {
    "nothing": b"", "no JSON": b"{", "null": b"null", "a number": b"1", "a list": b"[]", "a text": b'"progress"', "half UTF-8": b'{"kind": "\xff"}',
    "UTF-16": json.dumps(SAID).encode("utf-16"), "a mark before": b"\xef\xbb\xbf" + json.dumps(SAID).encode(),
    "deep lists": b"[" * DEEP, "deep and closed": b"[" * 20_000 + b"]" * 20_000, "deep objects": b'{"note":' * 10_000,
    "deep inside": json.dumps(SAID | {"note": 0}).replace(": 0", ": " + "[" * 9_000 + "]" * 9_000).encode(),
    "half a letter": json.dumps(SAID | {"note": "\ud800"}).encode(), "half a letter as kind": json.dumps(SAID | {"kind": "\udfff"}).encode(),
    "half a letter as key": b'{"\\ud800": 1, "kind": "progress"}', "NUL": json.dumps(SAID | {"note": "a\0b"}).encode(),
    "NUL in a code": json.dumps(SAID | {"officer": "a\0b"}).encode(), "a huge number": json.dumps(SAID).replace("60", "9" * 9_000).encode(),
    "a huge exponent": json.dumps(SAID).replace("60", "1e400").encode(), "NaN": json.dumps(SAID).replace("60", "NaN").encode(),
    "minus": json.dumps(SAID | {"percent": -1}).encode(), "the wrong way round": json.dumps(SAID | {"percent": {"a": 1}}).encode(),
    "many keys": json.dumps({str(number): 1 for number in range(5_000)}).encode(), "a year without end": json.dumps(SAID | {"promised_on": "99999-01-01"}).encode(),
    "the last day": json.dumps(SAID | {"promised_on": "9999-12-31", "percent": 200}).encode(), "a long word": json.dumps(SAID | {"note": "x" * 50_000}).encode(),
    "a list of kinds": json.dumps(SAID | {"kind": ["progress"]}).encode(), "a bool": json.dumps(SAID | {"percent": True}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_of_whatever_kind_is_refused_in_words(office: Office, body: bytes) -> None:
    writer, task = program(office), office.task(unit="Hợp Thắng")
    headers = writer.headers | {"idempotency-key": "k", "content-type": "application/json"}
    answer = writer.client.post(f"/api/v1/tasks/{task.id}/reports", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert len(answer.content) < 10_000 and answer.json()["errors"]
    assert office.events(task.id) == []


def test_of_a_field_that_comes_twice_one_is_taken(office: Office) -> None:
    writer, task = program(office), office.task(unit="Hợp Thắng")
    headers = writer.headers | {"idempotency-key": "k", "content-type": "application/json"}
    body = json.dumps(SAID)[:-1] + ', "percent": 70}'
    answer = writer.client.post(f"/api/v1/tasks/{task.id}/reports", content=body.encode(), headers=headers)
    assert (answer.status_code, answer.json()["percent"]) == (201, 70)
    assert len(office.events(task.id)) == 1


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "in chunks"])
def test_a_body_of_ten_megabytes_is_refused_before_it_is_kept(office: Office, is_announced: bool) -> None:
    writer = program(office)
    headers = writer.headers | {"idempotency-key": "k", "content-type": "application/json"}
    chunks = (b" " * 100_000 for _ in range(100))
    content = b"".join(chunks) if is_announced else chunks
    answer = writer.client.post("/api/v1/tasks/7/reports", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"


WORDS = st.one_of(
    st.sampled_from(["", "0", "-1", "9" * 5_000, "1e9", "٣", "\x00", "%00", "\r\nx: y", "' OR 1=1 --", "../..", "😀", "null", "true", "[1]"]),
    st.text(max_size=30).filter(lambda text: not any(0xD800 <= ord(one) < 0xE000 for one in text)),
)  # fmt: skip
NAMES = ["unit", "standing", "kind", "notice", "text", "cursor", "limit", "state", "officer", "level", "other"]


@settings(ENOUGH, max_examples=60)
@given(
    query=st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=6),
    what=st.sampled_from(OPERATIONS),
    word=WORDS.filter(lambda word: set(word) - set("./")),  # a browser makes another address of dots
)
def test_an_address_may_ask_for_anything(
    office: Office, query: list[tuple[str, str]], what: tuple[str, str], word: str
) -> None:
    reader = reader_of(office)
    path = "/api" + re.sub(r"\{\w+\}", lambda _: quote(word, safe=""), what[0])
    answer = reader.client.request(what[1], path, params=query, headers=reader.headers)
    assert answer.status_code < 500 and answer.headers["content-type"].endswith("json"), (path, answer.url)


READERS: dict[str, Program] = {}


def reader_of(office: Office) -> Program:
    """One reader for all examples of a test."""
    return READERS.setdefault(str(office.folder), program(office))


@settings(ENOUGH, max_examples=40)
@given(name=st.sampled_from(["authorization", "idempotency-key", "if-match", "if-none-match", "content-type", "content-length"]),
       value=st.binary(max_size=40).filter(lambda value: not set(b"\r\n\0") & set(value)))  # fmt: skip
def test_a_header_may_hold_anything(office: Office, name: str, value: bytes) -> None:
    reader = reader_of(office)
    headers = {"idempotency-key": "k", "content-type": "application/json", **reader.headers, name: value}
    if name == "content-length":
        headers[name] = str(abs(hash(value)) % 1000)
    for path, method in OPERATIONS[1:3]:
        content = json.dumps({"kind": "verify"}) if method == "POST" else None
        answer = reader.client.request(method, f"/api{path.format(task_id=7)}", headers=headers, content=content)
        assert answer.status_code < 500
    assert office.events(7) == []
