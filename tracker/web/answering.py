"""Answers: what a person can say about a task on a page, and how the form becomes one verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from tracker.config import Config
from tracker.errors import EvidenceError, TaskError
from tracker.models import Task
from tracker.people.forms import use_once
from tracker.rules.lifecycle import Verb, refusal
from tracker.tasks.board import TaskRow, find_task
from tracker.tasks.changing import MAY, OWNERS, lock, pending_extension
from tracker.tasks.evidence import GivenFile, attach_evidence, check_evidence
from tracker.tasks.history import Author
from tracker.tasks.objections import find_objection
from tracker.tasks.progress import DIFFICULTY, NO_CHANGE, has_slipped
from tracker.tasks.scope import Scope
from tracker.tasks.verbs import perform
from tracker.web.advice import evidence_problem
from tracker.web.forms import FormError, Posted, Ticket
from tracker.web.site import Visit
from tracker.web.wording import why_not

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the last part of its address, its verb, and how its fields are read. Owners find `by_link` ones in
    letters; the others take a sign-in, because a letter can be forwarded."""

    verb: Verb
    read: Callable[[Posted, TaskRow], Given]
    by_link: bool = False
    takes_files: bool = False


class ConflictError(Exception):
    """The task has changed since the page was opened: show what happened, keep what was typed."""


class UnseenError(Exception):
    """There is no such task, or it is none of the reader's: both look the same."""


def answer(
    session: Session,
    visit: Visit,
    scope: Scope,
    task_id: int,
    name: str,
    form: Posted,
    ticket: Ticket,
    *,
    answers: Mapping[str, Answer],
    author: Author,
) -> str:
    """Do what the form says, in the caller's transaction; the name of the flash to show.

    Raises UnseenError for a task or an answer that is not there for this reader, FormError for a field to correct or a state
    that does not allow it, ConflictError when somebody else was faster.
    """
    lock(session, task_id)
    task = find_task(session, task_id, seen=scope.condition(), today=visit.today)
    chosen = answers.get(name)
    if task is None or chosen is None:
        raise UnseenError
    if not _may(scope, chosen, task, is_behalf=author.on_behalf_of_id is not None):
        raise UnseenError
    if not use_once(session, ticket.number, now=visit.now):
        return "again"
    if ticket.version != task.version:
        raise ConflictError
    given = chosen.read(form, task)
    files = given_files(form, visit.site.config) if chosen.takes_files else []
    state = task.state(has_pending_extension=pending_extension(session, task_id) is not None)
    if refusal(chosen.verb, state):
        raise FormError(why_not(chosen.verb, state, visit.language))
    if chosen.verb is Verb.EVIDENCE:
        given, files = given | {"files": files}, []
    _do(session, chosen.verb, task_id, given, author=author, config=visit.site.config, visit=visit, state=state)
    if files:
        attach_evidence(session, visit.site.storage, task_id, files, author=author, now=visit.now)
    return name


def given_files(form: Posted, config: Config) -> list[GivenFile]:
    """The files that were chosen, if any. Raises FormError for what is no evidence."""
    limits = config.storage
    chosen = [one for one in form.file_lists.get("evidence", ()) if one.filename]
    files = [
        GivenFile(one.filename or "", one.file.read(limits.evidence_bytes + 1))
        for one in chosen[: limits.evidence_files + 1]
    ]
    files = [one for one in files if one.data]
    try:
        check_evidence(files, limits)
    except EvidenceError as error:
        raise FormError(evidence_problem(error.why, limits, form.language)) from error
    return files


def _do(
    session: Session,
    verb: Verb,
    task_id: int,
    given: Given,
    *,
    author: Author,
    config: Config,
    visit: Visit,
    state: Any,
) -> None:
    try:
        perform(session, verb, task_id, given, author=author, config=config, today=visit.today, now=visit.now)
    except EvidenceError as error:
        raise FormError(evidence_problem(error.why, config.storage, visit.language)) from error
    except TaskError as error:
        raise FormError(why_not(verb, state, visit.language)) from error


def _may(scope: Scope, answer: Answer, task: TaskRow, *, is_behalf: bool) -> bool:
    """Whether the reader's own word counts here, or (for the office) the word of an owner that they enter."""
    if scope.may(answer.verb, lead_unit_id=task.lead_unit_id, place_unit_id=task.place_unit_id):
        return True
    return is_behalf and scope.is_ruler and MAY[answer.verb] == OWNERS


def open_answers(
    session: Session, scope: Scope, task: TaskRow, answers: Mapping[str, Answer], *, is_behalf: bool
) -> list[str]:
    """Which answers this reader can give to the task now; with `is_behalf` also those that the office enters for owners."""
    state = task.state(has_pending_extension=pending_extension(session, task.id) is not None)
    objection = find_objection(session, task.id)
    return [
        name
        for name, one in answers.items()
        if _may(scope, one, task, is_behalf=is_behalf)
        and refusal(one.verb, state) is None
        and (one.verb is not Verb.EVIDENCE or task.last_report_on is not None)
        and (one.verb is not Verb.OBJECT or objection is None)
        and (one.verb is not Verb.OVERRULE or objection is not None)
        and (one.verb is not Verb.ACKNOWLEDGE or has_slipped(session, session.get_one(Task, task.id), today=task.today))
    ]


# --- how each form is read ---------------------------------------------------------------------------------------


def _completion(form: Posted, task: TaskRow) -> Given:
    on = form.day("on")
    if on is not None and on > task.today:
        raise form.wrong("Ngày hoàn thành không thể sau hôm nay.")
    return {
        "note": form.text("note", "Đề nghị ghi kết quả: đã làm được gì, văn bản hay sản phẩm nào, xem ở đâu."),
        "on": on,
    }


def _report(form: Posted, task: TaskRow) -> Given:
    percent = form.number("percent", "Đề nghị ghi mức hoàn thành.", least=0, most=100)
    return {
        "percent": percent,
        "note": form.text("note", "Đề nghị ghi nội dung đã làm."),
        "promise": _promise(form, task),
        "confidence": form.text("confidence") or None,
    }


def _difficulty(form: Posted, task: TaskRow) -> Given:
    note = form.text("note", "Đề nghị nêu rõ vướng mắc và cần ai giải quyết.")
    given = {"percent": task.percent, "note": DIFFICULTY.format(note), "promise": _promise(form, task)}
    return given | {"confidence": form.text("confidence") or "hard", "help_wanted": note}


def _no_change(form: Posted, task: TaskRow) -> Given:
    return {"percent": task.percent, "note": NO_CHANGE}


def _promise(form: Posted, task: TaskRow) -> Any:
    promise = form.day("promise")
    if promise is not None and promise < task.today:
        raise form.wrong("Ngày hẹn hoàn thành không thể trước hôm nay.")
    return promise


def _extension(form: Posted, task: TaskRow) -> Given:
    until = form.day("until", "Đề nghị ghi ngày xin gia hạn đến.")
    if until is None or until <= task.today or (task.due_on is not None and until <= task.due_on):
        raise form.wrong("Ngày xin gia hạn phải sau hôm nay và sau hạn hiện tại.")
    return {"until": until, "reason": form.text("reason", "Đề nghị nêu lý do xin gia hạn.")}


def _reason(form: Posted, task: TaskRow) -> Given:
    return {"reason": form.text("reason", "Đề nghị nêu lý do.")}


def _note(form: Posted, task: TaskRow) -> Given:
    return {"note": form.text("note")}


def _needed_note(form: Posted, task: TaskRow) -> Given:
    return {"note": form.text("note", "Đề nghị ghi rõ nội dung.")}


def _extension_ruling(form: Posted, task: TaskRow) -> Given:
    if form.text("ruling") == "refuse":
        return {"refuse": True, "note": form.text("note", "Đề nghị nêu lý do không đồng ý.")}
    granted = form.day("grant", "Đề nghị ghi ngày được gia hạn đến.")
    if granted is None or (task.due_on is not None and granted <= task.due_on):
        raise form.wrong("Ngày gia hạn phải sau hạn hiện tại.")
    return {"grant": granted, "note": form.text("note")}


def _hold(form: Posted, task: TaskRow) -> Given:
    until = form.day("until")
    if until is not None and until < task.today:
        raise form.wrong("Ngày kết thúc tạm dừng không thể trước hôm nay.")
    return {"reason": form.text("reason", "Đề nghị nêu lý do tạm dừng."), "until": until}


def _evidence_added(form: Posted, task: TaskRow) -> Given:
    if not any(one.filename for one in form.file_lists.get("evidence", ())):
        raise form.wrong("Đề nghị chọn ít nhất một tệp: ảnh chụp hoặc PDF.")
    return _note(form, task)


def _decision(form: Posted, task: TaskRow) -> Given:
    return {"text": form.text("text", "Đề nghị ghi nội dung kết luận.")}


def _amendment(form: Posted, task: TaskRow) -> Given:
    due, is_end = form.day("due"), form.text("ends") == "1"
    if is_end and due is not None:
        raise form.wrong("Thông báo sau hoặc chấm dứt việc, hoặc ghi hạn mới; đề nghị chọn một.")
    if due is not None and due == task.due_on:
        raise form.wrong("Hạn mới trùng với hạn hiện tại; nếu hạn không đổi thì để trống.")
    given = {"notice": form.text("notice", "Đề nghị chọn thông báo sau."), "due": due, "cancel": is_end}
    return given | {"text": form.text("text", "Đề nghị ghi nguyên văn nội dung thay đổi.")}


def _acknowledgement(form: Posted, task: TaskRow) -> Given:
    return {"note": form.text("note"), "promise": _promise(form, task)}


def _reassignment(form: Posted, task: TaskRow) -> Given:
    unit = form.text("unit", "Đề nghị chọn đơn vị.")
    return {"unit": unit, "reason": form.text("reason", "Đề nghị nêu lý do, căn cứ giao lại.")}


ANSWERS: Mapping[str, Answer] = {
    "completion": Answer(Verb.DONE, _completion, by_link=True, takes_files=True),
    "report": Answer(Verb.REPORT, _report, by_link=True, takes_files=True),
    "difficulty": Answer(Verb.REPORT, _difficulty, by_link=True, takes_files=True),
    "no-change": Answer(Verb.REPORT, _no_change, by_link=True),
    "evidence": Answer(Verb.EVIDENCE, _evidence_added, by_link=True, takes_files=True),
    "extension": Answer(Verb.EXTEND_ASK, _extension, by_link=True),
    "objection": Answer(Verb.OBJECT, _reason, by_link=True),
    "acknowledgement": Answer(Verb.ACKNOWLEDGE, _acknowledgement, by_link=True),
    "verification": Answer(Verb.VERIFY, _note),
    "return": Answer(Verb.RETURN, _needed_note),
    "extension-ruling": Answer(Verb.EXTEND_DECIDE, _extension_ruling),
    "objection-ruling": Answer(Verb.OVERRULE, _needed_note),
    "reassignment": Answer(Verb.REASSIGN, _reassignment),
    "hold": Answer(Verb.HOLD, _hold),
    "release": Answer(Verb.RELEASE, _note),
    "cancellation": Answer(Verb.CANCEL, _reason),
    "decision": Answer(Verb.RULE, _decision),
    "reopening": Answer(Verb.REOPEN, _reason),
    "amendment": Answer(Verb.AMEND, _amendment),
}
BY_LINK = {name: one for name, one in ANSWERS.items() if one.by_link}
