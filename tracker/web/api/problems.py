"""Refusals as programs read them: application/problem+json (RFC 9457), in English, one shape for all."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tracker.errors import DatabaseError
from tracker.web.headers import TooLargeError

log = logging.getLogger("tracker.web.api")
MEDIA_TYPE = "application/problem+json"
SHOWN = 20  # wrong fields that one answer names


class ProblemError(Exception):
    """The request is refused: the status, a code for programs, a line for people, and what goes with it."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, dict(headers or {}), more


class WrongField(BaseModel):
    """One field that must be corrected."""

    where: str = Field(description="body, query, path or header", examples=["body"])
    field: str = Field(examples=["percent"])
    problem: str = Field(examples=["Input should be less than or equal to 100"])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field("about:blank", description="Always about:blank; `code` tells the kind.")
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    code: str = Field(description="What a program may depend on.", examples=["not_found"])
    detail: str = Field(description="What a person may read.", examples=["there is no such task"])
    errors: list[WrongField] | None = Field(None, description="With 422: every field that is wrong.")


def problem_response(error: ProblemError) -> Response:
    """The answer; letters beyond ASCII are escaped, because a wrong field may hold half a letter."""
    body = {
        "type": "about:blank", "title": HTTPStatus(error.status).phrase, "status": error.status, "code": error.code,
        "detail": error.detail, **error.more,
    }  # fmt: skip
    headers = {"cache-control": "no-store", **error.headers}
    return Response(json.dumps(body), status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def too_large() -> ProblemError:
    """The body is larger than any report."""
    return ProblemError(413, "too_large", "the body is too large; a report is a few kilobytes")


def wrong_fields(errors: list[Any]) -> ProblemError:
    """422 with every field that is wrong; `errors` as pydantic lists them, the first of `loc` being where."""
    found = [_wrong(one) for one in errors[:SHOWN]]
    said = "; ".join(f"{one['field'] or one['where']}: {one['problem']}" for one in found[:3])
    return ProblemError(422, "invalid", said, errors=found)


def _wrong(error: Any) -> dict[str, str]:
    where, *steps = error["loc"] or ("body",)
    field, said = ".".join(str(step) for step in steps), str(error["msg"]).removeprefix("Value error, ")
    return {"where": str(where), "field": field[:100], "problem": said[:300]}


def install(app: FastAPI) -> None:
    """Give every refusal of the interface its answer."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(TooLargeError, lambda _request, _error: problem_response(too_large()))
    app.add_exception_handler(DatabaseError, _busy)
    app.add_exception_handler(Exception, _broken)


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(error)


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(wrong_fields(list(error.errors())))


def http_problem(_request: Request, error: Exception) -> Response:
    """What the framework refuses: an unknown address, a method that an address does not have."""
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed"}
    details = {404: "there is no such address; /api/openapi.json lists them", 405: "this address has no such method"}
    code, detail = codes.get(error.status_code, "refused"), details.get(error.status_code, str(error.detail))
    return problem_response(ProblemError(error.status_code, code, detail, headers=error.headers))


def _busy(request: Request, error: Exception) -> Response:
    log.error("%s %s: %s", request.method, request.url.path, error)
    said = "the database is busy; nothing was changed, try again"
    return problem_response(ProblemError(503, "busy", said, headers={"retry-after": "30"}))


def _broken(request: Request, _error: Exception) -> Response:
    return problem_response(ProblemError(500, "fault", "a fault of the program; nothing was changed"))
