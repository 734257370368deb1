"""Thư: the outbox with attempts and answers. Letters are shown without their links: those are their receivers' keys."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from tracker.outbox.listing import show_message
from tracker.outbox.reading import count_letters, find_letter, list_letters
from tracker.web.answering import UnseenError
from tracker.web.deps import Here, RowId, Ruler
from tracker.web.rendering import show

router = APIRouter(prefix="/letters")
PAGE = 50
LINK = re.compile(r"https?://\S+")
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("")
def show_letters(
    visit: Here, reader: Ruler, state: str = "", kind: str = "", officer: str = "", page: PageNumber = 1
) -> Response:
    """Letters, the newest first, a page at a time."""
    chosen = {"state": state, "kind": kind, "officer": officer}
    with visit.read() as session:
        rows = list_letters(session, **chosen, limit=PAGE, offset=PAGE * (page - 1))
        total = count_letters(session, **chosen)
    return show(
        visit, "letters", viewer=reader.scope, who=reader.who, rows=rows, total=total, page=page,
        pages=max(-(-total // PAGE), 1), chosen=chosen,
    )  # fmt: skip


@router.get("/{letter_id}")
def show_letter(visit: Here, reader: Ruler, letter_id: RowId) -> Response:
    """One letter: its text with the links masked, every attempt and the server's answer."""
    with visit.read() as session:
        letter = find_letter(session, letter_id)
        if letter is None:
            raise UnseenError
        receipts = show_message(session, letter_id)["receipts"]
    receipts = [one | {"answered_at": datetime.fromisoformat(one["answered_at"])} for one in receipts]
    text = LINK.sub(visit.say("[liên kết của người nhận]"), letter.text)
    return show(visit, "letter", viewer=reader.scope, who=reader.who, letter=letter, text=text, receipts=receipts)
