"""Thông báo: the list, the upload, and triage: what the paper says beside what became of it."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.errors import NoticeError, SecretPaperError
from tracker.models import Notice
from tracker.notices.background import read_at_once
from tracker.notices.files.opening import hash_of
from tracker.notices.listing import list_notices
from tracker.notices.uploads import media_type_of, notice_of_file, take_upload, unfinished_uploads
from tracker.people.forms import use_once
from tracker.tasks.draft_rulings import rule_finding
from tracker.tasks.drafts import confirm
from tracker.tasks.files import find_file, keep_file, safe_name
from tracker.web.advice import SECRET, UNREADABLE, advice_words
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, Reader, RowId, Ruler, checked_ticket
from tracker.web.downloads import attachment
from tracker.web.rendering import show
from tracker.web.site import Visit
from tracker.web.triaging import change_notice, stored_notice, triage_page

router = APIRouter(prefix="/notices")
AT_ONCE = 500_000  # bytes of text that are read while the visitor waits: ten times the longest notice that we know


@router.get("")
def show_notices(visit: Here, reader: Ruler) -> Response:
    """All notices, the newest first, and the form to add one."""
    return _list_page(visit, reader)


@router.post("")
def add_notice(visit: Here, reader: Ruler, form: FormFields) -> Response:
    """Keep an uploaded paper and have it read; nothing is ever sent from here."""
    ticket = checked_ticket(visit, form, who=reader.who, action="/notices")
    paper = form.files.get("paper")
    data = paper.file.read() if paper is not None else b""
    if paper is None or not data:
        return _list_page(visit, reader, problem=visit.say("Đề nghị chọn một tệp thông báo."), status=422)
    try:
        where = _take(visit, reader, data, safe_name(paper.filename or ""), number=ticket.number)
    except SecretPaperError:
        return _list_page(visit, reader, problem=visit.say(SECRET), status=422)
    except NoticeError as error:
        return _list_page(
            visit, reader, problem=visit.say(UNREADABLE), detail=advice_words(str(error), visit.language), status=422
        )
    return RedirectResponse(where, status_code=303)


def _take(visit: Visit, reader: Reader, data: bytes, name: str, *, number: str) -> str:
    """Where to look now: a text is read at once, everything else in the background. Raises NoticeError."""
    site, author = visit.site, reader.author(visit)
    with visit.read() as session:
        known = notice_of_file(session, hash_of(data))
    if known is not None:
        with visit.write() as session:  # one that was registered before files were kept has its original from now on
            keep_file(session, site.storage, data, media_type=media_type_of(data, name=name), now=visit.now)
        return f"/notices/{known}?ok=known"
    if len(data) > site.config.notices.max_bytes:
        raise NoticeError(f"{name}: larger than the limit")
    if media_type_of(data, name=name) == "text/plain" and len(data) <= AT_ONCE:
        notice_id = read_at_once(
            site.database, site.config, data, file_name=name, author=author, calendar=site.calendar,
            today=visit.today, now=visit.now,
        )  # fmt: skip
        return f"/notices/{notice_id}?ok=imported"
    with visit.write() as session:
        use_once(session, number, now=visit.now)
        upload_id = take_upload(session, site.storage, data, file_name=name, author=author, now=visit.now)
    site.reader.wake()
    return f"/uploads/{upload_id}"


@router.get("/{notice_id}")
def show_notice(visit: Here, reader: Ruler, notice_id: RowId) -> Response:
    """Triage."""
    return triage_page(visit, reader, notice_id)


@router.get("/{notice_id}/original")
def download_original(visit: Here, reader: Ruler, notice_id: RowId) -> Response:
    """The paper as it came in."""
    with visit.read() as session:
        notice = stored_notice(session, notice_id)
        kept = find_file(session, notice.sha256, name=notice.file_name)
    if kept is None:
        raise UnseenError
    return attachment(visit, kept)


@router.post("/{notice_id}/confirmation")
def confirm_drafts(visit: Here, reader: Ruler, notice_id: RowId, form: FormFields) -> Response:
    """Make tasks of the drafts that were ticked, or of the one whose button was pressed."""
    one = form.values.get("only", "")
    positions = [
        int(text) for text in ([one] if one else form.lists.get("draft", ())) if text.isdigit() and len(text) < 9
    ]

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        if not positions:
            raise form.wrong("Đề nghị đánh dấu ít nhất một dự thảo.")
        confirm(session, notice, positions=positions, **when)
        return "confirmed"

    return change_notice(visit, reader, notice_id, form, "confirmation", act)


@router.post("/{notice_id}/questions/{number}/ruling")
def rule_question(visit: Here, reader: Ruler, notice_id: RowId, number: RowId, form: FormFields) -> Response:
    """Answer a question in words; one about a date also with the day that governs."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        ruling = form.text("ruling", "Đề nghị ghi ý kiến.")
        rule_finding(session, notice, number, ruling=ruling, due_on=form.day("due"), **when)
        return "ruled"

    return change_notice(visit, reader, notice_id, form, f"questions/{number}/ruling", act)


def _list_page(visit: Visit, reader: Reader, *, problem: str = "", detail: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        rows = list_notices(session)[::-1]
        uploads = unfinished_uploads(session)
    return show(
        visit, "notices", viewer=reader.scope, who=reader.who, status=status, rows=rows, uploads=uploads,
        problem=problem, detail=detail,
    )  # fmt: skip
