"""GET /v1/letters: letters on their way. Never what they say: a letter holds links that open its receiver's tasks."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import Response

from tracker.models import MessageState
from tracker.outbox.tracking import attempts_of, find_tracked, letters_before, said_in
from tracker.people.clients import Client
from tracker.tasks.board import find_task
from tracker.tasks.reach import within
from tracker.web.api.answers import answer
from tracker.web.api.callers import LetterReader
from tracker.web.api.paging import Cursor, Limit, Word, after, link_header, page_of
from tracker.web.api.problems import ProblemError
from tracker.web.api.schemas import Attempt, LetterBrief, LetterPage, LetterWhole, SpokenOf
from tracker.web.deps import Here, RowId
from tracker.web.site import Visit

router = APIRouter(prefix="/v1/letters", tags=["letters"])


@router.get("", response_model=LetterPage)
def list_letters(
    visit: Here,
    client: LetterReader,
    state: MessageState | None = None,
    kind: Annotated[Word | None, Query(description="digest, reminder, head, overseer, office, briefing …")] = None,
    officer: Annotated[Word | None, Query(description="Code of the receiver.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Letters with state and attempts, the newest first. A token of one unit sees those to officers who serve it and no
    other. Right: letters:read."""
    with visit.read() as session:
        found = letters_before(
            session, client.units, state=state, kind=kind, officer=officer, before=after(cursor) or None, limit=limit + 1
        )  # fmt: skip
    rows, following = page_of(found, limit)
    body = LetterPage(letters=[LetterBrief.model_validate(row) for row in rows], next=following)
    return answer(visit.request, body, headers=link_header(visit.request, following))


@router.get("/{letter_id}", response_model=LetterWhole)
def show_letter(visit: Here, client: LetterReader, letter_id: RowId) -> Response:
    """One letter with every attempt and the tasks that it speaks of; what it says is not given. Right: letters:read."""
    with visit.read() as session:
        found = find_tracked(session, client.units, letter_id)
        if found is None:
            raise ProblemError(404, "not_found", "there is no such letter")
        tries = [Attempt.model_validate(one) for one in attempts_of(session, letter_id)]
        tasks = _spoken_of(session, visit, client, letter_id)
    return answer(
        visit.request, LetterWhole(**LetterBrief.model_validate(found).model_dump(), tries=tries, tasks=tasks)
    )


def _spoken_of(session: Session, visit: Visit, client: Client, letter_id: int) -> list[SpokenOf]:
    seen = within(client.units)
    said = said_in(session, letter_id)
    reached = [
        one for one in said
        if client.units is None or find_task(session, one.task_id, seen=seen, today=visit.today) is not None
    ]  # fmt: skip
    return [SpokenOf.model_validate(one) for one in reached]
