"""One draft of a notice: its words, what the reader made of them, and everything that the office can do to it."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import FileResponse, Response

from tracker.models import Kind, Notice, Unit
from tracker.notices.pages import page_image
from tracker.notices.triage import DraftCard, Triage, find_triage
from tracker.people.unit_list import list_units
from tracker.people.units import find_unit
from tracker.tasks.draft_cuts import merge_drafts, split_draft
from tracker.tasks.draft_edits import RECURRENCES, TITLE_LENGTH, DraftChanges, Party, edit_draft
from tracker.tasks.draft_memory import undo_ruling
from tracker.tasks.draft_rulings import reject_drafts
from tracker.web.answering import UnseenError
from tracker.web.deps import FormFields, Here, Reader, RowId, Ruler
from tracker.web.forms import Posted
from tracker.web.rendering import show
from tracker.web.site import Visit
from tracker.web.triaging import change_notice

router = APIRouter(prefix="/notices/{notice_id}")


@router.get("/drafts/{position}")
def show_draft(visit: Here, reader: Ruler, notice_id: RowId, position: RowId) -> Response:
    """Edit, split, merge, reject."""
    return _draft_page(visit, reader, notice_id, position)


@router.get("/pages/{number}")
def show_page_image(visit: Here, reader: Ruler, notice_id: RowId, number: RowId) -> Response:
    """The kept picture of a scanned page."""
    folder = visit.site.config.notices.pages_folder
    with visit.read() as session:
        file = page_image(session, notice_id, number, folder=folder)
    if file is None:
        raise UnseenError
    return FileResponse(file, media_type="image/jpeg")


@router.post("/drafts/{position}/ruling")
def edit_one(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Other words, other parties, another date."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        changes = _changes(session, _card(session, notice_id, position), form)
        if changes.is_empty:
            raise form.wrong("Chưa có gì thay đổi so với dự thảo.")
        edit_draft(session, notice, position, changes, note=form.text("note"), **when)
        return "edited"

    return _act(visit, reader, notice_id, position, form, "ruling", act)


def _changes(session: Session, card: DraftCard, form: Posted) -> DraftChanges:
    """What the form says differently from the draft; a field that is left as it was says nothing."""
    title = form.text("title")
    if len(title) > TITLE_LENGTH:
        raise form.wrong("Tên việc dài quá %(most)s ký tự; đề nghị viết gọn lại.", most=TITLE_LENGTH)
    kind, recurrence = form.values.get("kind", card.kind.value), form.values.get("recurrence", card.recurrence or "")
    if kind not in set(Kind) or recurrence not in ("", *RECURRENCES):
        raise form.wrong("Loại hoặc kỳ báo cáo không hợp lệ; đề nghị chọn trong danh sách.")
    due_on, is_undated = form.day("due"), form.values.get("undated") == "1"
    if due_on is not None and is_undated and due_on != card.due_on:
        raise form.wrong("Đã ghi hạn thì không đánh dấu “không có hạn”.")
    leads = [_unit(session, form, name) for name in form.lists.get("lead", ()) if name.strip()]
    return DraftChanges(
        title=title if title and title != card.title else None,
        kind=Kind(kind) if kind != card.kind else None,
        leads=leads or None,
        supports=_supports(session, card, form),
        due_on=due_on if due_on != card.due_on and not is_undated else None,
        is_undated=is_undated,
        recurrence=recurrence if recurrence != (card.recurrence or "") else None,
    )


def _supports(session: Session, card: DraftCard, form: Posted) -> list[Party] | None:
    """Who supports: those whose mark was left, and those added; None when that is who did before."""
    if form.values.get("supports") != "1":
        return None
    kept = [one for at, one in enumerate(card.supports) if str(at) in form.lists.get("kept", ())]
    added = [_unit(session, form, name) for name in form.lists.get("support", ()) if name.strip()]
    if not added and len(kept) == len(card.supports):
        return None
    return [*(_unit(session, form, one.unit_code) if one.unit_code else one.written for one in kept), *added]


def _unit(session: Session, form: Posted, name: str) -> Unit:
    found = find_unit(session, name.strip()[:200])
    if found is None:
        raise form.wrong(
            "Danh bạ không có đơn vị “%(name)s”, hoặc có nhiều đơn vị cùng tên; đề nghị chọn trong danh sách.",
            name=name[:60],
        )
    return found


@router.post("/drafts/{position}/division")
def split_one(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Two commitments in place of one."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        card = _card(session, notice_id, position)
        at = form.number("cut", "Đề nghị chọn chỗ tách.", least=1, most=max(len(card.quote) - 1, 1))
        title = form.text("title")
        if len(title) > TITLE_LENGTH:
            raise form.wrong("Tên việc dài quá %(most)s ký tự; đề nghị viết gọn lại.", most=TITLE_LENGTH)
        split_draft(session, notice, position, at=card.start + at, title=title, **when)
        return "split"

    return _act(visit, reader, notice_id, position, form, "division", act)


@router.post("/drafts/{position}/merger")
def merge_one(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Put other drafts into this one."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        others = [int(text) for text in form.lists.get("other", ()) if text.isdigit() and len(text) < 9]
        if not others:
            raise form.wrong("Đề nghị đánh dấu ít nhất một dự thảo để gộp vào.")
        merge_drafts(session, notice, [position, *others], **when)
        return "merged"

    return _act(visit, reader, notice_id, position, form, "merger", act)


@router.post("/drafts/{position}/rejection")
def reject_one(visit: Here, reader: Ruler, notice_id: RowId, position: RowId, form: FormFields) -> Response:
    """Say that a draft is no commitment, and why."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        reason = form.text("reason", "Đề nghị nêu vì sao đây không phải là nhiệm vụ.")
        reject_drafts(session, notice, [position], reason=reason, **when)
        return "rejected"

    return _act(visit, reader, notice_id, position, form, "rejection", act)


@router.post("/rulings/{ruling_id}/undoing")
def undo_one(visit: Here, reader: Ruler, notice_id: RowId, ruling_id: RowId, form: FormFields) -> Response:
    """Take a ruling back."""

    def act(session: Session, notice: Notice, when: dict[str, Any]) -> str:
        undo_ruling(session, notice, ruling_id, **when)
        return "undone"

    return change_notice(visit, reader, notice_id, form, f"rulings/{ruling_id}/undoing", act)


def _act(
    visit: Visit, reader: Reader, notice_id: int, position: int, form: Posted, name: str, act: Any
) -> Response:  # fmt: skip
    def again(problem: str, status: int) -> Response:
        return _draft_page(visit, reader, notice_id, position, problem=problem, tried=name, typed=form, status=status)

    return change_notice(visit, reader, notice_id, form, f"drafts/{position}/{name}", act, again)


def _card(session: Session, notice_id: int, position: int) -> DraftCard:
    return _found(find_triage(session, notice_id), position)[1]


def _found(notice: Triage | None, position: int) -> tuple[Triage, DraftCard]:
    for card in notice.drafts if notice is not None else ():
        if notice is not None and card.position == position:
            return notice, card
    raise UnseenError


def _draft_page(
    visit: Visit, reader: Reader, notice_id: int, position: int, *, problem: str = "", tried: str = "",
    typed: Posted | None = None, status: int = 200,
) -> Response:  # fmt: skip
    with visit.read() as session:
        notice, card = _found(find_triage(session, notice_id), position)
        units = list_units(session, on=visit.today)
    return show(
        visit, "draft", viewer=reader.scope, who=reader.who, status=status, notice=notice, draft=card, units=units,
        others=[one for one in notice.drafts if one.is_open and one is not card], problem=problem, tried=tried, typed=(typed.values if typed is not None else {}), title_length=TITLE_LENGTH,
    )  # fmt: skip
