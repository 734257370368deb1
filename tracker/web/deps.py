"""Dependencies of the pages: the visit, the reader who is signed in, the form that was sent."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from tracker.models import Channel
from tracker.people.signins import digest_of, find_signed_in
from tracker.tasks.history import Author
from tracker.tasks.scope import Scope, find_scope
from tracker.web.forms import FIELD, ForgedError, Posted, Ticket, is_from_here, posted
from tracker.web.site import Visit, visit

COOKIE = "tracker"
HIGHEST = 2_147_483_647

Here = Annotated[Visit, Depends(visit)]
FormFields = Annotated[Posted, Depends(posted)]
TaskId = Annotated[int, Path(ge=1, le=HIGHEST)]
RowId = Annotated[int, Path(ge=1, le=HIGHEST)]


class NotSignedInError(Exception):
    """The page is for people who are signed in."""


class NotAllowedError(Exception):
    """The reader's role has no such page."""


@dataclass(frozen=True)
class Reader:
    """Somebody who is signed in."""

    scope: Scope
    who: str

    def author(self, visit: Visit, *, on_behalf_of_id: int | None = None) -> Author:
        """The reader as the author of a change."""
        return visit.author(self.scope.officer_id, Channel.WEB, on_behalf_of_id=on_behalf_of_id)


def reader(visit: Here) -> Reader:
    """Who is signed in. Raises NotSignedInError, also when the officer holds no appointment any more."""
    token = visit.request.cookies.get(COOKIE, "")
    if token:
        with visit.read() as session:
            signed_in = find_signed_in(session, token, now=visit.now)
            scope = find_scope(session, signed_in.officer_id, today=visit.today) if signed_in is not None else None
        if scope is not None and not scope.is_empty:
            return Reader(scope, f"session:{digest_of(token)[:16]}")
    raise NotSignedInError


SignedIn = Annotated[Reader, Depends(reader)]


def ruler(reader: SignedIn) -> Reader:
    """The office or the chair. Raises NotAllowedError."""
    if not reader.scope.is_ruler:
        raise NotAllowedError
    return reader


Ruler = Annotated[Reader, Depends(ruler)]


def office(reader: SignedIn) -> Reader:
    """The standing office, which enters what others said. Raises NotAllowedError."""
    if not reader.scope.is_office:
        raise NotAllowedError
    return reader


Office = Annotated[Reader, Depends(office)]


def keeper(reader: SignedIn) -> Reader:
    """Whoever may see the directory and the health of the system. Raises NotAllowedError."""
    if not reader.scope.may_keep:
        raise NotAllowedError
    return reader


Keeper = Annotated[Reader, Depends(keeper)]


def resetter(reader: SignedIn) -> Reader:
    """The office or the administrator, who help others back in and hold the keys of programs. Raises NotAllowedError."""
    if not reader.scope.may_reset:
        raise NotAllowedError
    return reader


Resetter = Annotated[Reader, Depends(resetter)]


def answerer(reader: SignedIn) -> Reader:
    """Whoever rules what others have claimed or asked for. Raises NotAllowedError."""
    if not reader.scope.may_answer:
        raise NotAllowedError
    return reader


Answerer = Annotated[Reader, Depends(answerer)]


def task_reader(reader: SignedIn) -> Reader:
    """Whoever has tasks to see. Raises NotAllowedError."""
    if not reader.scope.sees_tasks:
        raise NotAllowedError
    return reader


TaskReader = Annotated[Reader, Depends(task_reader)]


def checked_ticket(visit: Visit, form: Posted, *, who: str, action: str) -> Ticket:
    """The form's ticket. Raises ForgedError when it did not come from a page of ours, made for this reader and this address."""
    if not is_from_here(visit.request, visit.site.config.web.base_url):
        raise ForgedError
    return visit.site.forms.check(form.values.get(FIELD, ""), who, action)
