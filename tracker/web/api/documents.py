"""The description of the interface: /api/openapi.json, and /api/docs, which shows it without asking any other host."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from tracker.web.api.problems import MEDIA_TYPE, Problem, ProblemError, problem_response
from tracker.web.api.said import Said

TITLE = "Đôn Đốc"
VERSION = "1"
ABOUT = """Tasks, notices, units and letters to read, and reports to write, for programs of the offices that work with this one.

Send `Authorization: Bearer TOKEN`. Lists come in pages: follow `next` (or the Link header) until it is null. Keep the `ETag`
of what you read and send it as `If-None-Match`: 304 says that nothing has changed. Refusals are `application/problem+json`;
depend on `status` and `code`, show `detail` to a person. What lies outside the units of a token answers 404."""
TAGS = [
    {"name": "tasks", "description": "Commitments, with their words in the paper and their history."},
    {"name": "reports", "description": "What an owner says: progress, done, a difficulty, no change."},
    {"name": "notices", "description": "The papers, with counts."},
    {"name": "units", "description": "The register: units, and in whose name a program may report."},
    {"name": "letters", "description": "Where a letter is on its way, and what the mail server answered."},
]
LIBRARY = Path(fastapi_offline.__file__).parent / "static"
FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# The library writes style attributes and pictures of its own; scripts come from here alone, and no other host is asked.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Đôn Đốc – API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/static/api.js"></script></body></html>
"""
REFUSALS = {
    "400": "The request cannot be read", "401": "No token, or one that is not good (any more)", "403": "The token has not this right",
    "404": "There is no such thing, or it lies outside the units of the token", "422": "Something must be corrected; `errors` names it",
    "429": "Too many questions in one minute", "503": "The database is busy; nothing was changed",
}  # fmt: skip
OF_REPORTS = {
    "409": "The state of the task does not allow it", "412": "The task was changed since it was read; `happened` is the last change",
    "413": "The body is too large", "415": "The body is not application/json",
}  # fmt: skip


def install(api: FastAPI) -> None:
    """Serve the description and its page."""
    api.add_api_route("/openapi.json", _description, include_in_schema=False)
    api.add_api_route("/docs", _page, include_in_schema=False)
    api.add_api_route("/docs/{name}", _file, include_in_schema=False)


def _description(request: Request) -> Response:
    return JSONResponse(describe(request.app), headers={"cache-control": "no-cache"})


def _page() -> Response:
    return HTMLResponse(PAGE, headers={"content-security-policy": POLICY})


def _file(name: str) -> Response:
    if name not in FILES:
        return problem_response(ProblemError(404, "not_found", "there is no such file"))
    return FileResponse(LIBRARY / name, media_type=FILES[name], headers={"cache-control": "public, max-age=86400"})


@lru_cache(maxsize=4)
def describe(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document: what the framework finds, and what it cannot: bodies, refusals, headers."""
    found = get_openapi(
        title=TITLE, version=VERSION, description=ABOUT, routes=api.routes, tags=TAGS, servers=[{"url": "/api"}]
    )
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= _schemas(Problem)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _complete(operation, path, method)
    schemas |= _schemas(Said)
    return found


def _schemas(kind: Any) -> dict[str, Any]:
    """The schemas of a model that no operation names, with those that it names itself."""
    schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    inner: dict[str, Any] = schema.pop("$defs", {})
    return inner | {"Report" if kind is Said else kind.__name__: schema}


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    refusals = REFUSALS | (OF_REPORTS if method == "post" else {})
    if "{" not in path:
        refusals.pop("404")
    refusals.pop("400")
    for status, words in refusals.items():
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status] = {"description": words, "content": content}
    operation["responses"]["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
    operation["responses"]["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    if method == "post":
        schema = {"$ref": "#/components/schemas/Report"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        return
    operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
    operation["responses"]["304"] = {"description": "If-None-Match names what you would get"}
    known = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}
    operation.setdefault("parameters", []).append(known)
