"""An upload that is being read: how far it has come, why it could not be read, and what can be done then."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from tracker.notices.uploads import drop_upload, find_upload, retry_upload
from tracker.people.forms import use_once
from tracker.web.advice import SECRET, UNREADABLE, advice_words
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, RowId, Ruler, checked_ticket
from tracker.web.rendering import show

router = APIRouter(prefix="/uploads")


@router.get("/{upload_id}")
def show_upload(visit: Here, reader: Ruler, upload_id: RowId) -> Response:
    """The progress of the reading; it leads on to the notice when that is there."""
    with visit.read() as session:
        upload = find_upload(session, upload_id)
    if upload is None:
        raise UnseenError
    if upload.notice_id is not None:
        return RedirectResponse(f"/notices/{upload.notice_id}?ok=imported", status_code=303)
    why = visit.say(SECRET if upload.is_secret else UNREADABLE)
    advice = advice_words(upload.problem, visit.language) if upload.problem else ""
    return show(visit, "upload", viewer=reader.scope, who=reader.who, upload=upload, why=why, advice=advice)


@router.post("/{upload_id}/reading")
def read_again(visit: Here, reader: Ruler, upload_id: RowId, form: FormFields) -> Response:
    """Read a refused upload once more: the machine may have been busy."""
    ticket = checked_ticket(visit, form, who=reader.who, action=f"/uploads/{upload_id}/reading")
    with visit.write() as session:
        if find_upload(session, upload_id) is None:
            raise UnseenError
        if use_once(session, ticket.number, now=visit.now):
            retry_upload(session, upload_id)
    visit.site.reader.wake()
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)


@router.post("/{upload_id}/dismissal")
def drop(visit: Here, reader: Ruler, upload_id: RowId, form: FormFields) -> Response:
    """Forget a refused upload with its bytes."""
    checked_ticket(visit, form, who=reader.who, action=f"/uploads/{upload_id}/dismissal")
    with visit.write() as session:
        is_dropped = drop_upload(session, visit.site.storage, upload_id)
    if not is_dropped:
        raise UnseenError
    return RedirectResponse("/notices?ok=dropped", status_code=303)
