"""Facts for the rules: read set by set, columns only, never a row at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from tracker.config import Config
from tracker.models import Kind, Role, Task
from tracker.notify.early import Pace, load_paces, load_requests, may_warn_early, oldest
from tracker.notify.muting import Part, load_places, may_be_part, muted_parts
from tracker.people.among import among, fetch, fetch_in_parts
from tracker.people.officers import Chains, load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Acknowledged, Chain, Ladder, Rung, RungName, Target, TaskFacts
from tracker.rules.forecast import Confidence

TO_OWNERS = frozenset({"remind", "head", "digest"})  # the rungs whose letters ask the owner for an answer
TELLING = TO_OWNERS | {"new"}  # and the one that only tells of a task
CHUNK = 5_000  # tasks in memory at a time
TASK, SAID, ACKNOWLEDGEMENT = (SQLModel.metadata.tables[name] for name in ("task", "said", "acknowledgement"))


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office has decided about deciding: its ladder, calendar and chains on one day."""

    ladder: Ladder
    calendar: WorkingCalendar
    chains: Chains


def ladder_of(config: Config) -> Ladder:
    """The ladder of config.toml as the rules know it."""
    rungs = (
        Rung(
            name=RungName(one.rung),
            to=tuple(Target(target) for target in one.to),
            working_days_before=one.working_days_before,
            working_days_after=one.working_days_after,
            unanswered_reminders=one.unanswered_reminders,
            promise_working_days=one.promise_working_days,
            acknowledgement_working_days=one.acknowledgement_working_days,
            early_working_days=one.early_working_days,
            silent_working_days=one.silent_working_days,
            blocked_working_days=one.blocked_working_days,
        )
        for one in config.ladder
    )
    return Ladder(tuple(rungs), config.review.stale_working_days)


COLUMNS: tuple[Any, ...] = (
    TASK.c.id, TASK.c.kind, TASK.c.due_on, TASK.c.done_on, TASK.c.confirmed_on, TASK.c.last_report_on, TASK.c.promised_on,
    TASK.c.is_held, TASK.c.held_until, TASK.c.lead_unit_id, TASK.c.place_unit_id, TASK.c.notice_id, TASK.c.place,
    TASK.c.title, TASK.c.confidence, TASK.c.help_wanted_on, TASK.c.verified_on, TASK.c.cancelled_on,
)  # fmt: skip


def open_tasks() -> sa.ColumnElement[bool]:
    """The condition that a task is neither verified nor cancelled."""
    return sa.and_(col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None))


def speaking(ladder: Ladder, calendar: WorkingCalendar, today: date) -> sa.ColumnElement[bool]:
    """Tasks that may have something to say today: due before the earliest reminder ends, undated, or milestones in
    danger (early.py).

    What it leaves out is surely NOT_YET; `decide` rules on the rest.
    """
    first_too_far = calendar.add(today, ladder.longest_reminder + 1)
    early = may_warn_early(ladder, calendar, today)
    return sa.and_(open_tasks(), sa.or_(col(Task.due_on) < first_too_far, col(Task.due_on).is_(None), early))


def load_facts(
    session: Session, where: sa.ColumnElement[bool], *, chains: Chains, counts: sa.ColumnElement[bool] | None = None
) -> Iterator[TaskFacts]:
    """The facts of every task that meets `where`, in the order of their numbers, a few thousand in memory at a time.

    counts: which rows of Said count, when not all do: what one batch of a slot has said is no fact for the next.
    """
    query = sa.select(*COLUMNS).where(where).order_by(TASK.c.id)
    for chunk in fetch_in_parts(session, query, size=CHUNK):
        yield from _facts_of(session, chunk, chains, counts)


def load_facts_of(
    session: Session, numbers: Sequence[int], *, chains: Chains, counts: sa.ColumnElement[bool] | None = None
) -> Iterator[TaskFacts]:
    """The facts of these tasks, in the order of their numbers."""
    for start in range(0, len(numbers), CHUNK):
        some = among(session, col(Task.id), numbers[start : start + CHUNK])
        yield from load_facts(session, some, chains=chains, counts=counts)


def units_of(session: Session, where: sa.ColumnElement[bool]) -> set[int]:
    """The units that lead the tasks that meet `where`, and those where these lie."""
    pairs = fetch(session, sa.select(TASK.c.lead_unit_id, TASK.c.place_unit_id).where(where).distinct())
    return {unit for pair in pairs for unit in pair if unit is not None}


def _facts_of(
    session: Session,
    rows: Sequence[Any],
    chains: Chains,
    counts: sa.ColumnElement[bool] | None,
) -> Iterator[TaskFacts]:
    said = _said(session, [row.id for row in rows], counts)
    beside = _beside(session, rows, chains)
    made: dict[tuple[int, int | None], Chain] = {}
    for row in rows:
        (
            id_, kind, due_on, done_on, confirmed_on, reported_on, promised_on, is_held, held_until, unit, place, _, _, _,
            confidence, help_wanted_on, verified_on, cancelled_on,
        ) = row  # fmt: skip
        chain = made.get((unit, place))
        if chain is None:
            chain = made[unit, place] = chain_of(chains, unit, place)
        asked_on, told_on, unanswered, keys = None, None, 0, NOTHING
        if told := said.get(id_):
            asked_on, told_on = _asked_on(told, chain.of(Target.CONTACT)), _told_on(told)
            unanswered = _unanswered(told, due_on, reported_on)
            keys = frozenset([(officer, key) for officer, key, _, _ in told])
        pace = beside.paces.get(id_)
        yield TaskFacts(
            task_id=id_,
            due_on=due_on,
            chain=chain,
            unit_id=unit,
            is_policy=kind is Kind.POLICY,
            is_milestone=kind is Kind.MILESTONE,
            is_closed=verified_on is not None or cancelled_on is not None,
            is_muted=id_ in beside.muted,
            is_held=is_held,
            held_until=held_until,
            done_on=done_on,
            confirmed_on=confirmed_on,
            last_report_on=reported_on,
            promised_on=promised_on,
            forecast_on=promised_on,
            progress=pace.progress if pace is not None else (),
            steps=pace.steps if pace is not None else 0,
            confidence=Confidence(confidence) if confidence else None,
            blocked_since=oldest(beside.asked.get(id_), help_wanted_on),
            asked_on=asked_on,
            told_on=told_on,
            unanswered=unanswered,
            said=keys,
            acknowledgements=tuple(beside.noted.get(id_, ())),
        )


NOTHING: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other rows say of the tasks, by task number."""

    noted: dict[int, list[Acknowledged]]
    muted: frozenset[int]
    paces: dict[int, Pace]
    asked: dict[int, date]


def _beside(session: Session, rows: Sequence[Any], chains: Chains) -> _Beside:
    places = load_places(session, {row.place_unit_id for row in rows if row.place_unit_id is not None})
    dated = [row for row in rows if row.kind is Kind.MILESTONE and row.due_on is not None]
    reported = {row.id: (row.title, row.due_on) for row in dated if row.last_report_on is not None}
    return _Beside(
        _acknowledged(session, [row.id for row in rows], chains),
        muted_parts(session, list(_parts(rows, places))),
        load_paces(session, reported),
        load_requests(session, [row.id for row in dated]),
    )


def _parts(rows: Sequence[Any], places: Mapping[int, str | None]) -> Iterator[Part]:
    for row in rows:
        at = row.place_unit_id
        if row.due_on is not None and at is not None and may_be_part(row.kind, row.place, places.get(at)):
            yield Part(row.id, row.notice_id, at, row.due_on)


def chain_of(chains: Chains, unit: int, place: int | None) -> Chain:
    """Who answers for a task of `unit` at `place`; the standing office and the chair stand above all units."""
    return Chain(
        contact=chains.of(unit, Role.CONTACT),
        head=chains.of(unit, Role.HEAD),
        overseer=chains.overseers(place, unit),
        office=chains.anywhere(Role.OFFICE),
        chair=chains.anywhere(Role.CHAIR),
    )


ToldRow = tuple[int, str, str, date]


def _said(session: Session, numbers: Sequence[int], counts: sa.ColumnElement[bool] | None) -> dict[int, list[ToldRow]]:
    query = sa.select(SAID.c.task_id, SAID.c.officer_id, SAID.c.key, SAID.c.rung, SAID.c.said_on)
    query = query.where(among(session, SAID.c.task_id, numbers))
    found: dict[int, list[ToldRow]] = defaultdict(list)
    for task_id, officer, key, rung, on in fetch(session, query if counts is None else query.where(counts)):
        found[task_id].append((officer, key, rung, on))
    return found


def _acknowledged(session: Session, numbers: Sequence[int], chains: Chains) -> dict[int, list[Acknowledged]]:
    """Who has taken note of what; what an overseer noted before an absence holds for whoever stands in."""
    note = ACKNOWLEDGEMENT.c
    query = sa.select(note.task_id, note.officer_id, note.due_on, note.expires_on)
    found: dict[int, list[Acknowledged]] = defaultdict(list)
    for task_id, officer, due_on, expires_on in fetch(session, query.where(among(session, note.task_id, numbers))):
        found[task_id].append(Acknowledged(chains.substitutes.get(officer, officer), due_on, expires_on))
    return found


def _asked_on(told: Iterable[ToldRow], contacts: tuple[int, ...]) -> date | None:
    """The last day on which a weekly letter asked one of `contacts`. What was asked of somebody who has left is not
    counted: who takes over a unit is asked in the next letter."""
    return max((on for officer, _, rung, on in told if rung == "digest" and officer in contacts), default=None)


def _told_on(told: Iterable[ToldRow]) -> date | None:
    """The day of the last letter to the owner."""
    return max((on for _, _, rung, on in told if rung in TELLING), default=None)


def _unanswered(told: Iterable[ToldRow], due_on: date | None, reported_on: date | None) -> int:
    """On how many days the owner was written to without an answer since the last report; for a dated task only after
    its date, because silence before it is no fault (docs/decisions/0003)."""
    since = max((day for day in (due_on, reported_on) if day is not None), default=date.min)
    return len({on for _, _, rung, on in told if rung in TO_OWNERS and on > since})


def policy_of(session: Session, config: Config, calendar: WorkingCalendar, *, today: date) -> Policy:
    """Ladder, calendar and chains for one day."""
    return Policy(ladder_of(config), calendar, load_chains(session, on=today))
