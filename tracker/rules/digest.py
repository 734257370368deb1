"""The weekly letter of one officer: which tasks it shows, under which head, in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import TaskFacts, is_on_hold, is_stale
from tracker.rules.lifecycle import Standing, standing


class SectionName(StrEnum):
    """The parts of a letter, worst first."""

    OVERDUE = "overdue"
    DUE = "due"
    NEW = "new"
    STALE = "stale"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class DigestSection:
    """Tasks under one head, worst first; `hidden` more did not fit."""

    name: SectionName
    task_ids: tuple[int, ...]
    hidden: int = 0

    @property
    def total(self) -> int:
        """How many tasks belong here, shown or not."""
        return len(self.task_ids) + self.hidden


def digest_sections(
    facts: Iterable[TaskFacts],
    *,
    calendar: WorkingCalendar,
    stale_working_days: int,
    horizon_days: int,
    cap: int,
    today: date,
) -> tuple[DigestSection, ...]:
    """The sections of a weekly letter, empty ones left out; at most `cap` tasks over all, the worst kept."""
    sorted_in: dict[SectionName, list[tuple[date, int]]] = {name: [] for name in SectionName}
    horizon = today + timedelta(days=horizon_days)
    for one in facts:
        name = section_of(one, calendar=calendar, stale_working_days=stale_working_days, horizon=horizon, today=today)
        if name is not None:
            sorted_in[name].append((_weight(one), one.task_id))
    sections, room = [], cap
    for name, entries in sorted_in.items():
        shown = tuple(task_id for _, task_id in sorted(entries)[: max(room, 0)])
        room -= len(shown)
        if entries:
            sections.append(DigestSection(name, shown, len(entries) - len(shown)))
    return tuple(sections)


def asks(sections: Iterable[DigestSection]) -> bool:
    """Whether a weekly letter of these sections asks its reader anything. What only waits for somebody else's
    verification needs no letter of its own (docs/decisions/0004)."""
    return any(one.name is not SectionName.WAITING for one in sections)


def resting(facts: Iterable[TaskFacts], sections: Iterable[DigestSection], *, today: date) -> int:
    """How many open tasks without a date a weekly letter of `sections` does not ask about: fresh ones, and those whose
    next question is not due yet. They are mentioned by number."""
    known = list(facts)
    asked = sum(one.total for one in sections if one.name is SectionName.STALE)
    told = {task for one in sections if one.name is SectionName.NEW for task in one.task_ids}
    return sum(_is_open_undated(one, today) and one.task_id not in told for one in known) - asked


def section_of(
    facts: TaskFacts, *, calendar: WorkingCalendar, stale_working_days: int, horizon: date, today: date
) -> SectionName | None:
    """Under which head a task stands in the weekly letter of its owner; None when it is not mentioned."""
    if facts.is_closed or facts.is_policy:
        return None
    if facts.done_on is not None:
        return SectionName.WAITING
    if is_on_hold(facts.is_held, facts.held_until, today):
        return None
    if facts.due_on is None and is_review_due(facts, stale_working_days, calendar, today):
        return SectionName.STALE
    if facts.due_on is None or facts.due_on > horizon:
        return SectionName.NEW if is_new(facts) else None
    if standing(due_on=facts.due_on, done_on=None, verified_on=None, today=today) is Standing.OPEN_OVERDUE:
        return SectionName.OVERDUE
    return SectionName.DUE


def is_new(facts: TaskFacts) -> bool:
    """Whether no letter has told the owner of the task yet (docs/decisions/0082)."""
    return facts.told_on is None and facts.last_report_on is None


def is_review_due(facts: TaskFacts, stale_working_days: int, calendar: WorkingCalendar, today: date) -> bool:
    """Whether a task without a date is to be asked about: stale, and not asked about within its review cadence of
    `stale_working_days` working days (docs/decisions/0004)."""
    if not is_stale(facts, stale_working_days, calendar, today):
        return False
    return facts.asked_on is None or calendar.between(facts.asked_on, today) >= stale_working_days


def _is_open_undated(facts: TaskFacts, today: date) -> bool:
    is_settled = facts.is_closed or facts.is_policy or facts.done_on is not None
    return facts.due_on is None and not is_settled and not is_on_hold(facts.is_held, facts.held_until, today)


def _weight(facts: TaskFacts) -> date:
    """Worst first: the earliest date, and among the undated what was heard of the longest ago."""
    return facts.due_on or facts.last_report_on or facts.confirmed_on or date.max
