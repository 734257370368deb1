"""POST /v1/tasks/{task_id}/reports: what an owner says of a task, brought by a program."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from tracker.errors import DatabaseError, TaskError
from tracker.people.clients import Client
from tracker.tasks.remote import (
    ChangedError,
    KeyUsedError,
    NotNowError,
    NotTheirsError,
    UnknownTaskError,
    Word,
    report_by_client,
)
from tracker.web.api.answers import seen_version
from tracker.web.api.callers import Reporter
from tracker.web.api.problems import ProblemError, wrong_fields
from tracker.web.api.said import Said
from tracker.web.api.schemas import Recorded
from tracker.web.deps import Here, TaskId
from tracker.web.site import Visit

router = APIRouter(prefix="/v1/tasks", tags=["reports"])
SAID: TypeAdapter[Said] = TypeAdapter(Said)
Key = Annotated[
    str,
    Header(
        min_length=1,
        max_length=128,
        pattern="^[A-Za-z0-9._:-]+$",
        description="A name of your own for this change, for example a UUID: sent twice, it changes once.",
        examples=["7f3c2a90-1d7e-4c38-9f0b-2d2f0f4f7a11"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(max_length=200, description="The ETag of the task as you read it: 412 when somebody has changed it since."),
]


async def body_of(request: Request, client: Reporter) -> Said:
    """The body, read once the caller is known. Raises ProblemError 415 and 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        said = "send the report as application/json"
        raise ProblemError(415, "unsupported_media_type", said, headers={"accept-post": "application/json"})
    try:
        return SAID.validate_json(await request.body())
    except ValidationError as error:
        wrong: list[Any] = error.errors(include_url=False, include_context=False, include_input=False)
        raise wrong_fields([one | {"loc": ("body", *one["loc"][1:])} for one in wrong]) from None


@router.post("/{task_id}/reports", response_model=Recorded, status_code=201)
def report(
    visit: Here,
    client: Reporter,
    task_id: TaskId,
    idempotency_key: Key,
    said: Annotated[Said, Depends(body_of)],
    if_match: IfMatch = None,
) -> Response:
    """Report progress, "done", a difficulty or "no change" in the name of a contact or head of the unit.

    Right: reports:write.
    """
    try:
        recorded, is_again = _record(visit, client, task_id, idempotency_key, said, if_match)
    except DatabaseError:
        raise
    except TaskError as error:
        raise _refused(error) from error
    headers = {"location": f"/api/v1/tasks/{task_id}", "cache-control": "no-store"}
    if is_again:
        headers["idempotency-replayed"] = "true"
    content = Recorded.model_validate(recorded).model_dump_json()
    return Response(content, status_code=201, media_type="application/json", headers=headers)


def _record(
    visit: Visit, client: Client, task_id: int, key: str, said: Said, if_match: str | None
) -> tuple[dict[str, Any], bool]:
    with visit.write() as session:
        word = Word(said.officer, said.verb, said.given(), seen_version(if_match))
        return report_by_client(
            session, task_id, word, client=client, key=key, address=visit.address, config=visit.site.config, today=visit.today,
            now=visit.now,
        )  # fmt: skip


def _refused(error: TaskError) -> ProblemError:
    match error:
        case UnknownTaskError():
            return ProblemError(404, "not_found", "there is no such task")
        case ChangedError():
            return ProblemError(412, "changed", str(error), version=error.version, happened=error.last)
        case NotNowError():
            return ProblemError(409, "not_now", str(error))
        case KeyUsedError():
            return wrong_fields([{"loc": ("header", "idempotency-key"), "msg": str(error)}])
        case NotTheirsError():
            return wrong_fields([{"loc": ("body", "officer"), "msg": str(error)}])
    return ProblemError(422, "invalid", str(error))
