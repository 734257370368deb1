"""Nhập nhanh: what many owners said in a telephone round, entered on one page on their behalf."""

from datetime import date

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from tracker.errors import TaskError
from tracker.people.cast import Holder, list_holders
from tracker.people.forms import use_once
from tracker.rules.lifecycle import Verb, refusal
from tracker.tasks.board import TaskRow, Wanted, find_task, page_of_tasks
from tracker.tasks.changing import OWNERS, lock
from tracker.tasks.progress import TOLD_BY
from tracker.tasks.verbs import perform
from tracker.web.deps import HIGHEST, FormFields, Here, Office, Reader, checked_ticket
from tracker.web.forms import FormError, Posted
from tracker.web.rendering import show
from tracker.web.site import Visit
from tracker.web.wording import why_not

router = APIRouter(prefix="/entry")
VIA = {"phone": "điện thoại", "meeting": "cuộc họp", "message": "tin nhắn", "paper": "văn bản"}
OPEN = ("open", "open_overdue", "open_in_time", "open_undated")


@router.get("")
def show_entry(visit: Here, reader: Office, q: str = "", standing: str = "open") -> Response:
    """The tasks that are open, worst first, each with a line to fill."""
    return _page(visit, reader, q=q, standing=standing if standing in OPEN else "open")


@router.post("")
def enter_all(visit: Here, reader: Office, form: FormFields) -> Response:
    """Record every line that has a text: all of them or, when one cannot be recorded, none."""
    ticket = checked_ticket(visit, form, who=reader.who, action="/entry")
    problems: dict[int, str] = {}
    chosen = [
        int(name[1:]) for name in form.values if name[:1] == "n" and form.values[name].strip() and _is_id(name[1:])
    ]
    try:
        with visit.write() as session:
            if not use_once(session, ticket.number, now=visit.now):
                return RedirectResponse("/entry?ok=again", status_code=303)
            holders = holders_by_unit(session, visit.today)
            for task_id in sorted(
                chosen
            ):  # one order for all, so that two who enter at once do not wait for each other
                try:
                    _enter(session, visit, reader, form, task_id, holders)
                except FormError as error:
                    problems[task_id] = str(error)
            if problems or not chosen:
                raise form.wrong("Đề nghị ghi nội dung cho ít nhất một dòng.")
    except FormError as error:
        return _page(visit, reader, problems=problems or {0: str(error)}, typed=form, status=422)
    return RedirectResponse("/entry?ok=entered", status_code=303)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11 and 0 < int(text) <= HIGHEST


def _enter(
    session: Session, visit: Visit, reader: Reader, form: Posted, task_id: int, holders: dict[int, list[Holder]]
) -> None:
    """One line, as the word of one of the unit's own officers. Raises FormError."""
    lock(session, task_id)
    task = find_task(session, task_id, seen=reader.scope.condition(), today=visit.today)
    if task is None:
        raise form.wrong("không có việc này.")
    if form.values.get(f"v{task_id}") != str(task.version):
        raise form.wrong("vừa có thay đổi từ nơi khác; đề nghị mở việc này để xem.")
    behalf = next(
        (one for one in holders.get(task.lead_unit_id, []) if str(one.officer_id) == form.values.get(f"b{task_id}")),
        None,
    )
    if behalf is None:
        raise form.wrong("đề nghị chọn người của đơn vị đã báo.")
    verb, given = _said(form, task)
    state = task.state(has_pending_extension=False)
    if refusal(verb, state):
        raise FormError(why_not(verb, state, visit.language))
    author = reader.author(visit, on_behalf_of_id=behalf.officer_id)
    try:
        perform(
            session, verb, task_id, given, author=author, config=visit.site.config, today=visit.today, now=visit.now
        )
    except TaskError as error:
        raise FormError(why_not(verb, state, visit.language)) from error


def _said(form: Posted, task: TaskRow) -> tuple[Verb, dict[str, object]]:
    via = VIA.get(form.values.get("via", ""), VIA["phone"])
    note = TOLD_BY.format(form.text(f"n{task.id}"), via)
    if form.values.get(f"d{task.id}") == "1":
        return Verb.DONE, {"note": note}
    return Verb.REPORT, {
        "note": note,
        "percent": form.number(f"p{task.id}", "đề nghị ghi mức hoàn thành.", least=0, most=100),
    }


def holders_by_unit(session: Session, today: date) -> dict[int, list[Holder]]:
    """The contacts and heads of every unit."""
    found: dict[int, list[Holder]] = {}
    for one in list_holders(session, today=today):
        if one.role in OWNERS:
            found.setdefault(one.unit_id, []).append(one)
    return found


def _page(
    visit: Visit, reader: Reader, *, q: str = "", standing: str = "open", problems: dict[int, str] | None = None,
    typed: Posted | None = None, status: int = 200,
) -> Response:  # fmt: skip
    with visit.read() as session:
        wanted = Wanted(standing=standing, words=q)
        rows, _ = page_of_tasks(session, reader.scope.condition(), wanted, page=1, today=visit.today)
        owners = holders_by_unit(session, visit.today)
    return show(
        visit, "entry", viewer=reader.scope, who=reader.who, status=status, rows=[row for row in rows if row.done_on is None],
        owners=owners, chosen={"q": q, "standing": standing}, problems=problems or {}, via={name: visit.say(words) for name, words in VIA.items()}, typed=typed.values if typed else {},
    )  # fmt: skip
