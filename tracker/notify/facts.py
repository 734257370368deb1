"""Facts for the rules: read set by set, columns only, never a row at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Acknowledgement, Kind, Role, Said, Task
from tracker.notify.early import load_paces, load_requests, may_warn_early, oldest
from tracker.notify.muting import Part, load_places, may_be_part, muted_parts
from tracker.people.among import among
from tracker.people.officers import Chains, load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Acknowledged, Chain, Ladder, Rung, RungName, Target, TaskFacts
from tracker.rules.forecast import Confidence

TO_OWNERS = frozenset({"remind", "head", "digest"})  # the rungs whose letters ask the owner for an answer
TELLING = TO_OWNERS | {"new"}  # and the one that only tells of a task
CHUNK = 5_000  # tasks in memory at a time


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
    Task.id, Task.kind, Task.due_on, Task.done_on, Task.confirmed_on, Task.last_report_on, Task.promised_on,
    Task.is_held, Task.held_until, Task.lead_unit_id, Task.place_unit_id, Task.notice_id, Task.place,
    Task.title, Task.confidence, Task.help_wanted_on, Task.verified_on, Task.cancelled_on,
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
    rows = session.execute(sa.select(*COLUMNS).where(where).order_by(col(Task.id)).execution_options(yield_per=CHUNK))
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
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
    pairs = session.execute(sa.select(col(Task.lead_unit_id), col(Task.place_unit_id)).where(where).distinct())
    return {unit for pair in pairs for unit in pair if unit is not None}


def _facts_of(
    session: Session, rows: list[Any], chains: Chains, counts: sa.ColumnElement[bool] | None
) -> Iterator[TaskFacts]:
    numbers = [row[0] for row in rows]
    said = _said(session, numbers, counts)
    noted = _acknowledged(session, numbers, chains)
    places = load_places(session, {row[10] for row in rows if row[10] is not None})
    muted = muted_parts(session, list(_parts(rows, places)))
    milestones = {row[0]: (row[13], row[2]) for row in rows if row[1] is Kind.MILESTONE and row[2] is not None}
    reported = {row[0]: milestones[row[0]] for row in rows if row[0] in milestones and row[5] is not None}
    paces, asked = load_paces(session, reported), load_requests(session, list(milestones))
    made: dict[tuple[int, int | None], Chain] = {}
    for row in rows:
        id_, kind, due_on, done_on, confirmed_on, reported_on, promised_on, is_held, held_until, unit, place = row[:11]
        chain = made.get((unit, place))
        if chain is None:
            chain = made[unit, place] = chain_of(chains, unit, place)
        told = said.get(id_, ())
        yield TaskFacts(
            task_id=id_,
            due_on=due_on,
            chain=chain,
            unit_id=unit,
            is_policy=kind is Kind.POLICY,
            is_milestone=kind is Kind.MILESTONE,
            is_closed=any(row[-2:]),
            is_muted=id_ in muted,
            is_held=is_held,
            held_until=held_until,
            done_on=done_on,
            confirmed_on=confirmed_on,
            last_report_on=reported_on,
            promised_on=promised_on,
            forecast_on=promised_on,
            progress=paces[id_].progress if id_ in paces else (),
            steps=paces[id_].steps if id_ in paces else 0,
            confidence=Confidence(row[14]) if row[14] else None,
            blocked_since=oldest(asked.get(id_), row[15]),
            asked_on=_asked_on(told, chain.of(Target.CONTACT)) if told else None,
            told_on=max((on for _, _, rung, on in told if rung in TELLING), default=None) if told else None,
            unanswered=_unanswered(told, due_on, reported_on) if told else 0,
            said=frozenset([(officer, key) for officer, key, _, _ in told]),
            acknowledgements=tuple(noted[id_]) if id_ in noted else (),
        )


def _parts(rows: list[Any], places: Mapping[int, str | None]) -> Iterator[Part]:
    for id_, kind, due_on, *_, place_id, notice_id, place, _, _, _, _, _ in rows:
        if due_on is not None and place_id is not None and may_be_part(kind, place, places.get(place_id)):
            yield Part(id_, notice_id, place_id, due_on)


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
    query = sa.select(col(Said.task_id), col(Said.officer_id), col(Said.key), col(Said.rung), col(Said.said_on))
    query = query.where(among(session, col(Said.task_id), numbers))
    found: dict[int, list[ToldRow]] = defaultdict(list)
    for task_id, officer, key, rung, on in session.execute(query if counts is None else query.where(counts)):
        found[task_id].append((officer, key, rung, on))
    return found


def _acknowledged(session: Session, numbers: Sequence[int], chains: Chains) -> dict[int, list[Acknowledged]]:
    """Who has taken note of what; what an overseer noted before an absence holds for whoever stands in."""
    query = sa.select(
        col(Acknowledgement.task_id),
        col(Acknowledgement.officer_id),
        col(Acknowledgement.due_on),
        col(Acknowledgement.expires_on),
    ).where(among(session, col(Acknowledgement.task_id), numbers))
    found: dict[int, list[Acknowledged]] = defaultdict(list)
    for task_id, officer, due_on, expires_on in session.execute(query):
        found[task_id].append(Acknowledged(chains.substitutes.get(officer, officer), due_on, expires_on))
    return found


def _asked_on(told: Iterable[ToldRow], contacts: tuple[int, ...]) -> date | None:
    """The last day on which a weekly letter asked one of `contacts`. What was asked of somebody who has left is not
    counted: who takes over a unit is asked in the next letter."""
    return max((on for officer, _, rung, on in told if rung == "digest" and officer in contacts), default=None)


def _unanswered(told: Iterable[ToldRow], due_on: date | None, reported_on: date | None) -> int:
    """On how many days the owner was written to without an answer since the last report; for a dated task only after
    its date, because silence before it is no fault (docs/decisions/0003)."""
    since = max((day for day in (due_on, reported_on) if day is not None), default=date.min)
    return len({on for _, _, rung, on in told if rung in TO_OWNERS and on > since})


def policy_of(session: Session, config: Config, calendar: WorkingCalendar, *, today: date) -> Policy:
    """Ladder, calendar and chains for one day."""
    return Policy(ladder_of(config), calendar, load_chains(session, on=today))
