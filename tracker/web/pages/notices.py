"""Thông báo: the list, the upload, and triage: what the paper says beside what became of it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.errors import NoticeError, SecretPaperError, TaskError
from tracker.models import Notice, Unit
from tracker.notices.background import read_at_once
from tracker.notices.files.opening import hash_of
from tracker.notices.importing import get_notice
from tracker.notices.listing import list_notices
from tracker.notices.triage import find_triage
from tracker.notices.uploads import media_type_of, notice_of_file, take_upload, unfinished_uploads, upload_of
from tracker.people.forms import use_once
from tracker.people.unit_list import list_units
from tracker.people.units import find_unit
from tracker.tasks.draft_rulings import reject_drafts, rule_draft, rule_finding
from tracker.tasks.drafts import confirm
from tracker.tasks.files import find_file, safe_name
from tracker.web.advice import SECRET, UNREADABLE, advice_words
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, Reader, RowId, Ruler, checked_ticket
from tracker.web.downloads import attachment
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter(prefix="/notices")
NOT_NOW = "Không ghi nhận được: dự thảo đã được xử lý, hoặc còn thiếu nội dung. Đề nghị xem lại."


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
        return _list_page(visit, reader, problem="Đề nghị chọn một tệp thông báo.", status=422)
    try:
        where = _take(visit, reader, data, safe_name(paper.filename or ""), number=ticket.number)
    except SecretPaperError:
        return _list_page(visit, reader, problem=SECRET, status=422)
    except NoticeError as error:
        return _list_page(visit, reader, problem=UNREADABLE, detail=advice_words(str(error)), status=422)
    return RedirectResponse(where, status_code=303)


def _take(visit: Visit, reader: Reader, data: bytes, name: str, *, number: str) -> str:
    """Where to look now: a text is read at once, everything else in the background. Raises NoticeError."""
    site, author = visit.site, reader.author(visit)
    with visit.read() as session:
        known = notice_of_file(session, hash_of(data))
    if known is not None:
        return f"/notices/{known}?ok=known"
    if len(data) > site.config.notices.max_bytes:
        raise NoticeError(f"{name}: larger than the limit")
    if media_type_of(data, name=name) == "text/plain":
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
    return _triage_page(visit, reader, notice_id)


@router.get("/{notice_id}/original")
def download_original(visit: Here, reader: Ruler, notice_id: RowId) -> Response:
    """The paper as it came in."""
    with visit.read() as session:
        notice = _notice(session, notice_id)
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
            raise FormError("Đề nghị đánh dấu ít nhất một dự thảo.")
        confirm(session, notice, positions=positions, **when)
        return "confirmed"

    return _change(visit, reader, notice_id, form, "confirmation", act)


@router.post("/{notice_id}/drafts/{position}/rejection")
def reject_draft(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Say that a draft is no commitment, and why."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        reason = form.text("reason", "Đề nghị nêu vì sao đây không phải là nhiệm vụ.")
        reject_drafts(session, notice, [position], reason=reason, **when)
        return "rejected"

    return _change(visit, reader, notice_id, form, f"drafts/{position}/rejection", act)


@router.post("/{notice_id}/drafts/{position}/ruling")
def rule_one_draft(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Settle who owns a draft or its date."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        leads = [_unit(session, name) for name in form.lists.get("lead", ()) if name.strip()]
        due_on, is_undated = form.day("due"), form.values.get("undated") == "1"
        if not leads and due_on is None and not is_undated:
            raise FormError("Đề nghị chọn đơn vị chủ trì, ghi hạn, hoặc đánh dấu “không có hạn”.")
        if due_on is not None and is_undated:
            raise FormError("Đã ghi hạn thì không đánh dấu “không có hạn”.")
        rule_draft(
            session, notice, position, leads=leads, due_on=due_on, is_undated=is_undated, note=form.text("note"), **when
        )
        return "edited"

    return _change(visit, reader, notice_id, form, f"drafts/{position}/ruling", act)


@router.post("/{notice_id}/questions/{number}/ruling")
def rule_question(visit: Here, reader: Ruler, notice_id: RowId, number: RowId, form: FormFields) -> Response:
    """Answer a question in words."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        ruling = form.text("ruling", "Đề nghị ghi ý kiến.")
        rule_finding(session, notice, number, ruling=ruling, **when)
        return "ruled"

    return _change(visit, reader, notice_id, form, f"questions/{number}/ruling", act)


Act = Callable[[Session, Notice, dict[str, Any]], str]


def _change(visit: Visit, reader: Reader, notice_id: int, form: Posted, path: str, act: Act) -> Response:
    """One change of a notice's drafts in one transaction, once; then back to where the reader was."""
    ticket = checked_ticket(visit, form, who=reader.who, action=f"/notices/{notice_id}/{path}")
    when = {"author": reader.author(visit), "today": visit.today, "now": visit.now}
    try:
        with visit.write() as session:
            notice = _notice(session, notice_id)
            said = act(session, notice, when) if use_once(session, ticket.number, now=visit.now) else "again"
    except FormError as error:
        return _triage_page(visit, reader, notice_id, problem=str(error), status=422)
    except TaskError:
        return _triage_page(visit, reader, notice_id, problem=NOT_NOW, status=409)
    where = form.values.get("at", "")
    anchor = f"#d{where}" if where.isdigit() and len(where) < 9 else ""
    return RedirectResponse(f"/notices/{notice_id}?ok={said}{anchor}", status_code=303)


def _unit(session: Session, name: str) -> Unit:
    found = find_unit(session, name.strip()[:200])
    if found is None:
        raise FormError(
            f"Danh bạ không có đơn vị “{name[:60]}”, hoặc có nhiều đơn vị cùng tên; đề nghị chọn trong danh sách."
        )
    return found


def _notice(session: Session, notice_id: int) -> Notice:
    try:
        return get_notice(session, f"#{notice_id}")
    except NoticeError:
        raise UnseenError from None


def _list_page(visit: Visit, reader: Reader, *, problem: str = "", detail: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        rows = list_notices(session)[::-1]
        uploads = unfinished_uploads(session)
    return show(
        visit, "notices", viewer=reader.scope, who=reader.who, status=status, rows=rows, uploads=uploads,
        problem=problem, detail=detail,
    )  # fmt: skip


def _triage_page(visit: Visit, reader: Reader, notice_id: int, *, problem: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        found = find_triage(session, notice_id)
        units = list_units(session, on=visit.today)
        upload = upload_of(session, notice_id)
    if found is None:
        raise UnseenError
    return show(
        visit, "notice", viewer=reader.scope, who=reader.who, status=status, notice=found, units=units, upload=upload,
        problem=problem,
    )  # fmt: skip
