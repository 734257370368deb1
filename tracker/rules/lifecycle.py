"""Where a task stands, and which change its state allows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """The official four cells, plus "no date"; computed from dates, never stored."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    OPEN_UNDATED = "open_undated"
    DONE_UNDATED = "done_undated"


class Verb(StrEnum):
    """Every change that a person can make to a task."""

    REPORT = "report"
    DONE = "done"
    VERIFY = "verify"
    RETURN = "return"
    EXTEND_ASK = "extend-ask"
    EXTEND_DECIDE = "extend-decide"
    HOLD = "hold"
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    REASSIGN = "reassign"
    CANCEL = "cancel"
    OBJECT = "object"
    OVERRULE = "overrule"
    RULE = "rule"
    AMEND = "amend"
    REOPEN = "reopen"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class TaskState:
    """The dates and flags of a task that decide what may happen to it next."""

    due_on: date | None = None
    done_on: date | None = None
    verified_on: date | None = None
    cancelled_on: date | None = None
    is_held: bool = False
    has_pending_extension: bool = False


def standing(*, due_on: date | None, done_on: date | None, verified_on: date | None, today: date) -> Standing:
    """The standing on `today`.

    The day of the deadline is in time; late starts on the day after. "Done" counts from the day it was claimed for,
    but closes the task only when verified; while a claim made in time waits for its verification, the owner is not
    late.
    """
    is_done = done_on is not None and verified_on is not None
    if due_on is None:
        return Standing.DONE_UNDATED if is_done else Standing.OPEN_UNDATED
    in_time = (done_on or today) <= due_on
    if is_done:
        return Standing.DONE_ON_TIME if in_time else Standing.DONE_LATE
    return Standing.OPEN_IN_TIME if in_time else Standing.OPEN_OVERDUE


def refusal(verb: Verb, state: TaskState) -> str | None:
    """Why `state` does not allow `verb`, as the end of the sentence "task 12 …"; None when it does."""
    if state.cancelled_on is not None:
        return f"was cancelled on {state.cancelled_on}"
    if verb is Verb.REOPEN:
        return None if state.verified_on is not None else "is open already; only a verified task is reopened"
    if state.verified_on is not None:
        return f"is closed: it was verified on {state.verified_on}"
    match verb:
        case Verb.VERIFY | Verb.RETURN if state.done_on is None:
            return "has not been reported done, so there is nothing to verify or return"
        case Verb.REPORT | Verb.DONE | Verb.EXTEND_ASK | Verb.REASSIGN | Verb.OBJECT if state.done_on is not None:
            return f"was reported done for {state.done_on} and waits for verification; verify or return it first"
        case Verb.EXTEND_ASK if state.due_on is None:
            return "has no date that could be extended"
        case Verb.EXTEND_ASK if state.has_pending_extension:
            return "already has a request for more time that waits for a decision"
        case Verb.EXTEND_DECIDE if not state.has_pending_extension:
            return "has no request for more time that waits for a decision"
        case Verb.HOLD if state.is_held:
            return "is already on hold; release it first"
        case Verb.RELEASE if not state.is_held:
            return "is not on hold"
    return None
