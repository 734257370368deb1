"""Answers with a tag: a reader that has the same already gets 304 and no body."""

from collections.abc import Mapping
from hashlib import sha256

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response


def answer(
    request: Request, body: BaseModel, *, version: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The body as JSON with its ETag, or 304 when If-None-Match names it.

    The tag is made of the bytes themselves, so it is right whatever they come from: the standing of a task changes over
    night, the name of its unit with the register. `version`, of a single task, stands before it for If-Match.
    """
    content = body.model_dump_json().encode()
    digest = sha256(content).hexdigest()[:20]
    tag = f'"{version}-{digest}"' if version is not None else f'W/"{digest}"'
    more = {"etag": tag, "cache-control": "private, no-cache", "vary": "Authorization", **(headers or {})}
    if is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=more)
    return Response(content, media_type="application/json", headers=more)


def is_known(given: str, tag: str) -> bool:
    """Whether If-None-Match names the tag; by the weak comparison (RFC 9110, 13.1.2)."""
    names = {one.strip().removeprefix("W/") for one in given.split(",")}
    return "*" in names or tag.removeprefix("W/") in names


def seen_version(given: str | None) -> int | None:
    """The version that If-Match names; None for no condition and for "*", and -1, which no task has, for any other tag."""
    if given is None or given.strip() == "*":
        return None
    head = given.strip().strip('"').partition("-")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else -1
