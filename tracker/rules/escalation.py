"""The decision: what is said about one task today, to whom, and why; or why nothing is."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.forecast import Confidence, Progress, forecast, is_in_danger


class Target(StrEnum):
    """Whom a rung speaks to: the roles of an appointment."""

    CONTACT = "contact"
    HEAD = "head"
    OVERSEER = "overseer"
    OFFICE = "office"
    CHAIR = "chair"


class RungName(StrEnum):
    """The rungs, lowest first; also the kind of the letter that a rung makes."""

    REMIND = "remind"
    HEAD = "head"
    OVERSEER = "overseer"
    OFFICE = "office"
    CHAIR = "chair"


HEIGHT = {name: height for height, name in enumerate(RungName)}


class Reason(StrEnum):
    """Why something is said, or why nobody is told today."""

    # spoken
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    FORECAST_LATE = "forecast_late"
    NO_REPORT = "no_report"
    TOO_SLOW = "too_slow"
    BLOCKED = "blocked"
    UNLIKELY = "unlikely"
    UNANSWERED = "unanswered"
    # silent
    CLOSED = "closed"
    NOT_A_WORKING_DAY = "not_a_working_day"
    POLICY = "policy"
    HELD = "held"
    AWAITING_VERIFICATION = "awaiting_verification"
    NO_DEADLINE = "no_deadline"
    STALE = "stale"
    NOT_YET = "not_yet"
    PROMISED = "promised"
    MUTED = "muted"
    ACKNOWLEDGED = "acknowledged"
    ALREADY_SAID = "already_said"
    NOBODY_TO_TELL = "nobody_to_tell"


# What starts the overseer rung before the date, the weakest first, with the part of its key.
EARLY = {
    Reason.NO_REPORT: "silent",
    Reason.TOO_SLOW: "pace",
    Reason.FORECAST_LATE: "forecast",
    Reason.BLOCKED: "blocked",
    Reason.UNLIKELY: "unlikely",
}
SPOKEN = frozenset({Reason.DUE_SOON, Reason.OVERDUE, Reason.UNANSWERED, *EARLY})
LAST_CALL_WORKING_DAYS = 5  # in the last days before a date no early warning begins: the reminders run


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder; waits in working days.

    working_days_before: remind so many days before the date; working_days_after: speak from so many days after it.
    unanswered_reminders: more letters than this without a report bring the task here too.
    promise_working_days: how long a report with a promised date keeps the rung silent, at most.
    acknowledgement_working_days: how long an acknowledgement holds.
    early_working_days: pace and silence are looked at from so many days before the date; None: never.
    silent_working_days: no report for so long is a warning; blocked_working_days: no answer to a request for so long is one.
    """

    name: RungName
    to: tuple[Target, ...]
    working_days_before: tuple[int, ...] = ()
    working_days_after: int | None = None
    unanswered_reminders: int | None = None
    promise_working_days: int | None = None
    acknowledgement_working_days: int | None = None
    early_working_days: int | None = None
    silent_working_days: int | None = None
    blocked_working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs, lowest first, and how long a task without a date may rest."""

    rungs: tuple[Rung, ...]
    stale_working_days: int = 20
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # Known once: a digest asks a hundred thousand times what this ladder says of a date.
        object.__setattr__(self, "_hash", hash((self.rungs, self.stale_working_days)))

    def __hash__(self) -> int:
        return self._hash

    def rung(self, name: RungName) -> Rung | None:
        """The rung of that name, or None when the office's ladder has none."""
        return next((rung for rung in self.rungs if rung.name is name), None)

    @property
    def longest_reminder(self) -> int:
        """The earliest reminder, in working days before the date."""
        return max((days for rung in self.rungs for days in rung.working_days_before), default=0)

    @property
    def promise_working_days(self) -> int:
        """How long a promise is believed, in working days."""
        return max((rung.promise_working_days or 0 for rung in self.rungs), default=0)


@dataclass(frozen=True, slots=True)
class Chain:
    """Who holds which role for this task today (officer ids, substitutes applied)."""

    contact: tuple[int, ...] = ()
    head: tuple[int, ...] = ()
    overseer: tuple[int, ...] = ()
    office: tuple[int, ...] = ()
    chair: tuple[int, ...] = ()

    def of(self, target: Target) -> tuple[int, ...]:
        """The officers behind one target; without a contact the head answers for the unit."""
        match target:
            case Target.CONTACT:
                return self.contact or self.head
            case Target.HEAD:
                return self.head
            case Target.OVERSEER:
                return self.overseer
            case Target.OFFICE:
                return self.office
            case Target.CHAIR:
                return self.chair


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One overseer took note of the slip past `due_on`; it holds up to and including `expires_on`."""

    officer_id: int
    due_on: date | None
    expires_on: date


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """All that `decide` may know about one task. `said` holds (officer id, key) of everything said about it;
    `asked_on` is the day of the last weekly letter that asked its present contacts about it,
    `told_on` the day of the last letter to its owner. `progress`: what was reported, oldest first, in `steps` steps;
    `blocked_since`: the day of the oldest request of the owner that nobody has answered. `unit_id`: the lead. `is_muted`: it is part of a milestone of
    its commune that speaks for it above the unit."""

    task_id: int
    due_on: date | None
    chain: Chain = Chain()
    unit_id: int = 0
    is_policy: bool = False
    is_milestone: bool = False
    is_closed: bool = False
    is_muted: bool = False
    is_held: bool = False
    held_until: date | None = None
    done_on: date | None = None
    confirmed_on: date | None = None
    last_report_on: date | None = None
    promised_on: date | None = None
    forecast_on: date | None = None
    progress: tuple[Progress, ...] = ()
    steps: int = 0
    confidence: Confidence | None = None
    blocked_since: date | None = None
    asked_on: date | None = None
    told_on: date | None = None
    unanswered: int = 0
    said: frozenset[tuple[int, str]] = frozenset()
    acknowledgements: tuple[Acknowledged, ...] = ()


class Intent(NamedTuple):
    """One thing to say to one officer; `key` makes sure that it is said once."""

    task_id: int
    officer_id: int
    rung: RungName
    key: str
    due_on: date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said today, or why nothing.

    `rung` is the highest rung reached that somebody holds, spoken or not; where nobody does, the highest one reached,
    unless the task has yet to pass a lower rung that somebody holds: then there is none.
    """

    reason: Reason
    rung: RungName | None = None
    intents: tuple[Intent, ...] = field(default=())


class _Step(NamedTuple):
    """A rung that is reached, with the part of the key that tells its steps apart."""

    rung: Rung
    label: str
    reason: Reason


def decide(facts: TaskFacts, ladder: Ladder, calendar: WorkingCalendar, today: date) -> Verdict:
    """The verdict for one task on one day: facts in, reason and intents out; the same facts give the same verdict.

    Only the highest rung reached speaks, to those of its addressees who have not heard it for this due date. A rung
    that nobody holds is passed over. An extension changes the due date, hence the key, and so restarts the ladder.
    """
    if silence := _silence(facts, calendar, today):
        return Verdict(silence)
    steps = _reached(facts, ladder, calendar, today)
    if not steps:
        return Verdict(_why_not_reached(facts, ladder, calendar, today))
    held = [step for step in steps if any(facts.chain.of(target) for target in step.rung.to)]
    if not held:
        return Verdict(Reason.NOBODY_TO_TELL, _rung_of_nobody(facts, ladder, steps[-1].rung))
    rung = held[-1].rung.name
    audible = _audible(facts, held, ladder, calendar, today)
    intents = _said_now(facts, audible, today) if audible else ()
    if intents:
        return Verdict(intents[0].reason, rung, intents)
    if len(audible) < len(held):
        return Verdict(Reason.MUTED if facts.is_muted and _is_muted(held[-1]) else Reason.PROMISED, rung)
    has_noted = any(_acknowledgement(facts, one, today)[1] for one in facts.chain.overseer)
    return Verdict(Reason.ACKNOWLEDGED if rung is RungName.OVERSEER and has_noted else Reason.ALREADY_SAID, rung)


def _audible(
    facts: TaskFacts, held: list[_Step], ladder: Ladder, calendar: WorkingCalendar, today: date
) -> list[_Step]:
    """The steps that neither a promise nor the milestone of a part keeps silent."""
    if _is_promised(facts, ladder, calendar, today):
        held = [step for step in held if not _waits_for_promise(facts, step, today)]
    return [step for step in held if not _is_muted(step)] if facts.is_muted else held


def _rung_of_nobody(facts: TaskFacts, ladder: Ladder, reached: Rung) -> RungName | None:
    """The rung of a task that nobody reached hears of: none while a lower one that somebody holds lies ahead, because
    the rung of a task never falls from one day to the next."""
    lower = (rung for rung in ladder.rungs if HEIGHT[rung.name] < HEIGHT[reached.name])
    is_ahead = any(facts.chain.of(target) for rung in lower for target in rung.to)
    return None if is_ahead else reached.name


def _waits_for_promise(facts: TaskFacts, step: _Step, today: date) -> bool:
    """After the date a promise spares all below the office; before it nothing but the date counts."""
    if facts.due_on is None or today <= facts.due_on or step.reason is Reason.UNANSWERED:
        return False
    return step.rung.name in (RungName.REMIND, RungName.HEAD, RungName.OVERSEER)


def _is_muted(step: _Step) -> bool:
    """Above the unit the slip of a part is told by the milestone that it belongs to (product.md rule 11)."""
    return step.rung.name in (RungName.OVERSEER, RungName.OFFICE) and step.reason is not Reason.UNANSWERED


def _said_now(facts: TaskFacts, audible: list[_Step], today: date) -> tuple[Intent, ...]:
    """What the highest audible step says, and what is said beside it. A step below one that has spoken for this date
    is over: a report that pushes the overseers back does not wake the head who was passed over while the machine was
    off."""
    top = audible[-1]
    is_over = HEIGHT[top.rung.name] < _height_said(facts)
    return (() if is_over else _intents(facts, top, today)) + _beside(facts, audible, today)


def _height_said(facts: TaskFacts) -> int:
    """The highest rung that has spoken about a slip past this date; reminders and early warnings are no slip."""
    highest = -1
    if facts.said:
        date_of_key = str(facts.due_on or "-")
        for _, key in facts.said:
            label, _, rest = key.partition("@")
            if label in _HEIGHT_OF_LABEL and rest.partition("#")[0] == date_of_key:
                highest = max(highest, _HEIGHT_OF_LABEL[label])
    return highest


_HEIGHT_OF_LABEL = {str(name): height for name, height in HEIGHT.items()}


def _silence(facts: TaskFacts, calendar: WorkingCalendar, today: date) -> Reason | None:
    """What keeps a task silent whatever its date."""
    if facts.is_closed:
        return Reason.CLOSED
    if facts.is_policy:
        return Reason.POLICY
    if not calendar.is_working(today):
        return Reason.NOT_A_WORKING_DAY
    if is_on_hold(facts.is_held, facts.held_until, today):
        return Reason.HELD
    if facts.done_on is not None:
        return Reason.AWAITING_VERIFICATION
    return None


def is_on_hold(is_held: bool, held_until: date | None, today: date) -> bool:
    """A hold lasts up to and including its end; without one, until it is released."""
    return is_held and (held_until is None or today <= held_until)


def _reached(facts: TaskFacts, ladder: Ladder, calendar: WorkingCalendar, today: date) -> list[_Step]:
    """Every step of the ladder that the task has reached, lowest first."""
    by_date = _reached_by_date(facts.due_on, _pushed_back_on(facts), ladder, calendar, today)
    unanswered = facts.unanswered - (facts.told_on == today)  # a letter of today has had no time to be answered
    if not facts.is_milestone and unanswered <= 0:
        return [step for steps, _ in by_date for step in steps]
    reached: list[_Step] = []
    for rung, (steps, is_late_enough) in zip(ladder.rungs, by_date, strict=True):
        reached += steps
        if is_late_enough:
            continue
        if rung.name is RungName.OVERSEER:
            early = early_warnings(facts, ladder, calendar, today)
            reached += [_Step(rung, f"{rung.name}-{EARLY[reason]}", reason) for reason in early]
        if rung.unanswered_reminders is not None and unanswered > rung.unanswered_reminders:
            reached.append(_Step(rung, rung.name, Reason.UNANSWERED))
    return reached


def _pushed_back_on(facts: TaskFacts) -> date | None:
    """The day of the report past the date that starts the overseers' wait anew."""
    if facts.last_report_on is None or facts.due_on is None or facts.last_report_on <= facts.due_on:
        return None
    return facts.last_report_on


# Kept, because a digest rules on thousands of tasks that are due on a few dozen days.
@lru_cache(maxsize=4096)
def _reached_by_date(
    due_on: date | None, pushed_back_on: date | None, ladder: Ladder, calendar: WorkingCalendar, today: date
) -> tuple[tuple[tuple[_Step, ...], bool], ...]:
    """What the date alone has reached, rung by rung as the ladder has them: the steps of a rung, and whether the task is
    late enough for it."""
    return tuple(_steps_of(rung, due_on, pushed_back_on, calendar, today) for rung in ladder.rungs)


def _steps_of(
    rung: Rung, due_on: date | None, pushed_back_on: date | None, calendar: WorkingCalendar, today: date
) -> tuple[tuple[_Step, ...], bool]:
    if due_on is None:
        return (), False
    if today <= due_on:
        left = calendar.between(today, due_on)
        days = (days for days in sorted(rung.working_days_before, reverse=True) if left <= days)
        return tuple(_Step(rung, f"{rung.name}-{one}", Reason.DUE_SOON) for one in days), False
    if rung.working_days_before:
        # Until the first rung after the date the last reminder stands; a ladder may leave days between the two.
        return (_Step(rung, f"{rung.name}-{min(rung.working_days_before)}", Reason.OVERDUE),), False
    since = pushed_back_on if rung.name is RungName.OVERSEER and pushed_back_on is not None else due_on
    if rung.working_days_after is None or calendar.between(since, today) < rung.working_days_after:
        return (), False
    return (_Step(rung, rung.name, Reason.OVERDUE),), True


def step_by_date(due_on: date, ladder: Ladder, calendar: WorkingCalendar, today: date) -> tuple[Rung, str] | None:
    """The highest step that a task due on `due_on` has reached by its date alone: its rung and its label in keys."""
    steps = _reached(TaskFacts(0, due_on), ladder, calendar, today)
    return (steps[-1].rung, steps[-1].label) if steps else None


def early_warnings(facts: TaskFacts, ladder: Ladder, calendar: WorkingCalendar, today: date) -> tuple[Reason, ...]:
    """Why the overseers of a milestone are to hear before its date, the weakest reason first; they stay true after it, so
    that the rung does not fall. Nothing new begins within the last LAST_CALL_WORKING_DAYS."""
    rung = ladder.rung(RungName.OVERSEER)
    if rung is None or not facts.is_milestone or facts.due_on is None:
        return ()
    at = min(today, _last_call(facts.due_on, calendar))
    is_near = rung.early_working_days is not None and calendar.between(at, facts.due_on) <= rung.early_working_days
    holds = {
        Reason.NO_REPORT: is_near and _is_silent(facts, rung, calendar, at),
        Reason.TOO_SLOW: is_near and _is_too_slow(facts, calendar, at),
        Reason.FORECAST_LATE: is_forecast_late(facts),
        Reason.BLOCKED: _is_blocked(facts, rung, calendar, at),
        Reason.UNLIKELY: facts.confidence is Confidence.UNLIKELY,
    }
    return tuple(reason for reason in EARLY if holds[reason])


@lru_cache(maxsize=4096)
def _last_call(due_on: date, calendar: WorkingCalendar) -> date:
    return calendar.add(due_on, -LAST_CALL_WORKING_DAYS)


def _is_silent(facts: TaskFacts, rung: Rung, calendar: WorkingCalendar, at: date) -> bool:
    since = facts.last_report_on or facts.confirmed_on
    if rung.silent_working_days is None or since is None:
        return False
    return calendar.between(since, at) >= rung.silent_working_days


def _is_too_slow(facts: TaskFacts, calendar: WorkingCalendar, at: date) -> bool:
    if facts.due_on is None or len(facts.progress) < 2:
        return False
    found = forecast(facts.progress, total=facts.steps, due_on=facts.due_on, calendar=calendar, today=at)
    promised_on = facts.promised_on if facts.promised_on is not None and facts.promised_on >= at else None
    return found is not None and is_in_danger(found, promised_on=promised_on, due_on=facts.due_on)


def _is_blocked(facts: TaskFacts, rung: Rung, calendar: WorkingCalendar, at: date) -> bool:
    if rung.blocked_working_days is None or facts.blocked_since is None:
        return False
    return calendar.between(facts.blocked_since, at) >= rung.blocked_working_days


def is_forecast_late(facts: TaskFacts) -> bool:
    """A milestone whose forecast falls behind its date: its overseers hear before the date."""
    return (
        facts.is_milestone
        and facts.due_on is not None
        and facts.forecast_on is not None
        and facts.forecast_on > facts.due_on
    )


def _why_not_reached(facts: TaskFacts, ladder: Ladder, calendar: WorkingCalendar, today: date) -> Reason:
    if facts.due_on is not None:
        return Reason.NOT_YET
    return Reason.STALE if is_stale(facts, ladder.stale_working_days, calendar, today) else Reason.NO_DEADLINE


def is_stale(facts: TaskFacts, stale_working_days: int, calendar: WorkingCalendar, today: date) -> bool:
    """An open task without a date that nobody has reported on for `stale_working_days` working days."""
    since = facts.last_report_on or facts.confirmed_on
    if facts.due_on is not None or facts.is_closed or facts.is_policy or facts.done_on is not None or since is None:
        return False
    return calendar.between(since, today) >= stale_working_days


def _is_promised(facts: TaskFacts, ladder: Ladder, calendar: WorkingCalendar, today: date) -> bool:
    """A fresh report with a promised date buys time up to that date, and at most the ladder's working days."""
    if facts.last_report_on is None or facts.promised_on is None:
        return False
    return today <= min(facts.promised_on, calendar.add(facts.last_report_on, ladder.promise_working_days))


def _intents(facts: TaskFacts, step: _Step, today: date) -> tuple[Intent, ...]:
    """One intent for every addressee of the step who has not heard it."""
    officers = dict.fromkeys(officer for target in step.rung.to for officer in facts.chain.of(target))
    found = (_intent(facts, step, officer, today) for officer in officers)
    return tuple(intent for intent in found if intent is not None)


def _intent(facts: TaskFacts, step: _Step, officer: int, today: date) -> Intent | None:
    round_number = 0
    if step.rung.name is RungName.OVERSEER:
        round_number, holds = _acknowledgement(facts, officer, today)
        if holds:
            return None
    key = said_key(step.label, facts.due_on, round_number)
    if (officer, key) in facts.said:
        return None
    return Intent(facts.task_id, officer, step.rung.name, key, facts.due_on, step.reason)


def said_key(label: str, due_on: date | None, round_number: int = 0) -> str:
    """What makes two sayings of one rung about one task the same: its step, the effective due date, the round."""
    return f"{label}@{due_on or '-'}#{round_number}"


def _acknowledgement(facts: TaskFacts, officer: int, today: date) -> tuple[int, bool]:
    """How many acknowledgements of this officer for this due date have run out, and whether one holds."""
    if not facts.acknowledgements:
        return 0, False
    own = [one for one in facts.acknowledgements if one.officer_id == officer and one.due_on == facts.due_on]
    return sum(one.expires_on < today for one in own), any(one.expires_on >= today for one in own)


def _beside(facts: TaskFacts, steps: list[_Step], today: date) -> tuple[Intent, ...]:
    """What is said beside the highest rung: under an early warning the owner still hears of the date, and overseers
    whose acknowledgement ran out hear again, also when a higher rung has spoken since."""
    *lower, top = steps
    if top.reason in EARLY:
        below = [step for step in lower if step.reason not in EARLY]
        return _intents(facts, below[-1], today) if below else ()
    beside: list[Intent] = []
    for step in lower:
        if step.rung.name is RungName.OVERSEER:
            run_out = (officer for officer in facts.chain.overseer if _acknowledgement(facts, officer, today)[0])
            beside += filter(None, (_intent(facts, step, officer, today) for officer in run_out))
    return tuple(beside)
