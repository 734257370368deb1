"""Who calls: the bearer token, its rights, and how often it may ask."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from tracker.errors import DatabaseError
from tracker.people.clients import NOTED_EVERY, PREFIX, Client, Right, find_client, note_use
from tracker.web.api.problems import ProblemError, wrong_fields
from tracker.web.deps import Here
from tracker.web.site import Site, Visit

log = logging.getLogger("tracker.web.api")
REALM = 'Bearer realm="don-doc"'
BEARER = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of `tracker token add`, or of the page /programs."
)


def caller(right: Right) -> Callable[..., Client]:
    """The dependency of an operation that needs `right`. Raises ProblemError 401, 403, 422 and 429."""

    def check(
        visit: Here,
        later: BackgroundTasks,
        given: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    ) -> Client:
        client = _known(visit, given)
        if right not in client.rights:
            challenge = {"www-authenticate": f'{REALM}, error="insufficient_scope", scope="{right}"'}
            raise ProblemError(403, "insufficient_scope", f"the token has no right {right}", headers=challenge)
        refuse_unknown_words(visit.request)
        if wait := visit.site.meter.wait(client.token_id, now=visit.now):
            said = f"more than {visit.site.meter.per_minute} questions in one minute"
            raise ProblemError(429, "too_often", said, headers={"retry-after": str(wait)})
        if client.used_at is None or not -NOTED_EVERY < visit.now - client.used_at < NOTED_EVERY:
            later.add_task(_note, visit.site, client.token_id, visit.now)
        return client

    return check


def _known(visit: Visit, given: HTTPAuthorizationCredentials | None) -> Client:
    if given is None:
        raise ProblemError(
            401, "no_token", "send the header Authorization: Bearer TOKEN", headers={"www-authenticate": REALM}
        )
    if given.credentials.startswith(PREFIX) and given.credentials.isascii():
        with visit.read() as session:
            client = find_client(session, given.credentials, today=visit.today)
        if client is not None:
            return client
    challenge = {"www-authenticate": f'{REALM}, error="invalid_token"'}
    raise ProblemError(401, "invalid_token", "the token is unknown, has run out or was revoked", headers=challenge)


def refuse_unknown_words(request: Request) -> None:
    """Raise ProblemError 422 for a word of the query that the operation does not know: a filter with a slip of the pen
    would give everything, and a program would not notice."""
    known = {one.alias for one in request.scope["route"].dependant.query_params}
    if unknown := sorted(set(request.query_params) - known):
        said = f"is not known here; the words are {', '.join(sorted(known)) or 'none'}"
        raise wrong_fields([{"loc": ("query", word), "msg": said} for word in unknown])


def _note(site: Site, token_id: int, now: datetime) -> None:
    """After the answer, and not at any price: a sweep may hold the database for a while."""
    try:
        with site.database.write() as session:
            note_use(session, token_id, now=now)
    except DatabaseError as error:
        log.warning("the use of token %d is not noted: %s", token_id, error)


TaskReader = Annotated[Client, Depends(caller(Right.TASKS_READ))]
NoticeReader = Annotated[Client, Depends(caller(Right.NOTICES_READ))]
UnitReader = Annotated[Client, Depends(caller(Right.UNITS_READ))]
LetterReader = Annotated[Client, Depends(caller(Right.LETTERS_READ))]
Reporter = Annotated[Client, Depends(caller(Right.REPORTS_WRITE))]
