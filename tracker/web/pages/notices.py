"""Thông báo: the list, the upload, and triage: what the paper says beside what became of it."""

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from tracker.errors import NoticeError, SecretPaperError, TaskError
from tracker.models import Notice, Unit
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import Limits
from tracker.notices.importing import get_notice, import_notice
from tracker.notices.listing import list_notices
from tracker.notices.resolving import read_against_register
from tracker.notices.triage import find_by_hash, find_triage
from tracker.people.forms import use_once
from tracker.people.unit_list import list_units
from tracker.people.units import find_unit
from tracker.tasks.draft_rulings import reject_drafts, rule_draft, rule_finding
from tracker.tasks.drafts import confirm
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, Reader, RowId, Ruler, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit

router = APIRouter(prefix="/notices")
SECRET = "Văn bản có dấu chỉ độ mật nên không được đưa vào hệ thống (Luật Bảo vệ bí mật nhà nước 2018). Tệp không được lưu lại."
UNREADABLE = "Không đọc được tệp này. Hệ thống đọc tệp chữ (.txt), Word (.docx), PDF và bản quét; đề nghị chọn đúng tệp thông báo."
NOT_NOW = "Không ghi nhận được: dự thảo đã được xử lý, hoặc còn thiếu nội dung. Đề nghị xem lại."


@router.get("")
def show_notices(visit: Here, reader: Ruler) -> Response:
    """All notices, the newest first, and the form to add one."""
    return _list_page(visit, reader)


@router.post("")
def add_notice(visit: Here, reader: Ruler, form: FormFields) -> Response:
    """Read an uploaded paper and store it with its drafts; nothing is ever sent from here."""
    ticket = checked_ticket(visit, form, who=reader.who, action="/notices")
    paper = form.files.get("paper")
    data = paper.file.read() if paper is not None else b""
    if paper is None or not data:
        return _list_page(visit, reader, problem="Đề nghị chọn một tệp thông báo.", status=422)
    try:
        notice_id = _import(visit, paper, data, number=ticket.number)
    except SecretPaperError:
        return _list_page(visit, reader, problem=SECRET, status=422)
    except NoticeError as error:
        return _list_page(visit, reader, problem=UNREADABLE, detail=str(error), status=422)
    return RedirectResponse(f"/notices/{notice_id}?ok=imported", status_code=303)


def _import(visit: Visit, paper: UploadFile, data: bytes, *, number: str) -> int:
    """The row of the notice, new or known: the same file twice leads to the first. Raises NoticeError."""
    name, config = safe_name(paper.filename or ""), visit.site.config.notices
    sha256 = hashlib.sha256(data).hexdigest()
    with visit.read() as session:
        if (known := find_by_hash(session, sha256)) is not None:
            return known
    opened = open_paper(data, name=name, limits=Limits.of(config), pages_folder=config.pages_folder)
    with visit.read() as session:
        read = read_against_register(session, opened, name=name, calendar=visit.site.calendar, today=visit.today)
    with visit.write() as session:
        use_once(session, number, now=visit.now)
        if (known := find_by_hash(session, sha256)) is not None:
            return known
        stored = import_notice(session, read, file_name=name, today=visit.today, now=visit.now)
        return stored.id or 0


def safe_name(name: str) -> str:
    """The last part of a file's name without anything that a header, a folder or a message could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    return kept.strip(" .")[-120:] or "thong-bao"


@router.get("/{notice_id}")
def show_notice(visit: Here, reader: Ruler, notice_id: RowId) -> Response:
    """Triage."""
    return _triage_page(visit, reader, notice_id)


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
    return show(
        visit, "notices", viewer=reader.scope, who=reader.who, status=status, rows=rows, problem=problem, detail=detail
    )


def _triage_page(visit: Visit, reader: Reader, notice_id: int, *, problem: str = "", status: int = 200) -> Response:
    with visit.read() as session:
        found = find_triage(session, notice_id)
        units = list_units(session, on=visit.today)
    if found is None:
        raise UnseenError
    return show(
        visit, "notice", viewer=reader.scope, who=reader.who, status=status, notice=found, units=units, problem=problem
    )
