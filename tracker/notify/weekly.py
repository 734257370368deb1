"""The weekly digest: one letter an official, everything that is theirs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Extension, Role
from tracker.notify.composing import letter_view, load_items, load_people, section, week_words
from tracker.notify.facts import load_facts, open_tasks, policy_of
from tracker.notify.overseers import load_overseer_notes
from tracker.notify.render import render_letter
from tracker.notify.sweep import TodayTold, envelope, escalated, sections_of, told_today
from tracker.notify.views import ItemView, SectionView
from tracker.outbox.ledger import Envelope, Told, post
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.digest import DigestSection, SectionName, asks, digest_sections, resting
from tracker.rules.escalation import Intent, RungName, TaskFacts, decide

BATCH = 200  # officials whose tasks are in memory at a time


def post_digests(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Post the digest `period` to everyone who has something in it; a second call posts nothing new.

    On this day the digest is the person's one letter: what the sweep would say to them goes with it.
    """
    week = _week_of(session, period=period, config=config, calendar=calendar, today=today)
    officers = iter(sorted(week.own))
    posted = 0
    while batch := list(islice(officers, BATCH)):
        posted += post(session, _compose(session, batch, week), sender=config.mail.sender, today=today, now=now)
    return +Counter({"digest": posted})


@dataclass(frozen=True, slots=True)
class _Week:
    """What one Monday has to say: facts and intents by officer, and what waits for a ruling of the office."""

    period: str
    config: Config
    calendar: WorkingCalendar
    today: date
    own: dict[int, list[TaskFacts]]
    said: dict[int, list[Intent]]
    office: frozenset[int]
    waiting: tuple[int, ...]
    asked: frozenset[int]
    told_today: TodayTold


def _week_of(session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date) -> _Week:
    policy = policy_of(session, config, calendar, today=today)
    own: dict[int, list[TaskFacts]] = defaultdict(list)
    said: dict[int, list[Intent]] = defaultdict(list)
    waiting: list[int] = []
    for facts in load_facts(session, open_tasks(), chains=policy.chains):
        for officer in facts.chain.contact or facts.chain.head:
            own[officer].append(facts)
        for intent in decide(facts, policy.ladder, calendar, today).intents:
            said[intent.officer_id].append(intent)
        if facts.done_on is not None:
            waiting.append(facts.task_id)
    asked = session.scalars(sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))).all()
    office = frozenset(policy.chains.anywhere(Role.OFFICE))
    if waiting or asked:
        for officer in office:
            own.setdefault(officer, [])
    everything = (intent for intents in said.values() for intent in intents)
    told = told_today(everything, load_people(session, said, on=today), today=today)
    return _Week(period, config, calendar, today, own, said, office, tuple(waiting), frozenset(asked), told)


def _compose(session: Session, batch: list[int], week: _Week) -> Iterator[Envelope]:
    """The letters of a batch of officers: one set of queries for all of them."""
    planned = {officer: _plan(officer, week) for officer in batch}
    shown = {task for sections in planned.values() for one in sections for task in one.task_ids}
    shown |= {intent.task_id for officer in batch for intent in week.said[officer]}
    if week.office & set(batch):
        shown |= {*week.waiting, *week.asked}
    items = load_items(session, shown, config=week.config, calendar=week.calendar, today=week.today)
    people = load_people(session, batch, on=week.today)
    heard = (intent for officer in batch for intent in week.said[officer])
    notes = load_overseer_notes(session, escalated(heard), today=week.today)
    for officer in batch:
        if sections := _sections(officer, planned[officer], week, items):
            view = letter_view(
                "digest",
                people[officer],
                sections,
                config=week.config,
                week=week_words(week.period),
                finished=notes[officer].finished if officer in notes else (),
                liability=notes[officer].liability if officer in notes else (),
                resting=resting(week.own[officer], planned[officer], today=week.today),
                today=week.today,
            )
            told = _told(officer, planned[officer], week)
            yield envelope(people[officer], "digest", week.period, render_letter(view), told)


def _plan(officer: int, week: _Week) -> tuple[DigestSection, ...]:
    review = week.config.review
    return digest_sections(
        week.own[officer], calendar=week.calendar, stale_working_days=review.stale_working_days,
        horizon_days=review.digest_horizon_days, cap=review.digest_items, today=week.today,
    )  # fmt: skip


def _sections(
    officer: int, planned: tuple[DigestSection, ...], week: _Week, items: dict[int, ItemView]
) -> list[SectionView]:
    """What the letter shows, escalations on top; empty when it would ask nothing of its reader."""
    cap = week.config.review.digest_items
    listed = {task for one in planned for task in one.task_ids}
    beside = tuple(
        i for i in week.said[officer] if i.rung not in (RungName.REMIND, RungName.HEAD) or i.task_id not in listed
    )
    to_rule = _for_office(week, items, cap=cap) if officer in week.office else []
    if not (asks(planned) or beside or to_rule):
        return []
    own = [
        section(one.name, [items[task] for task in one.task_ids], cap=cap, hidden=one.hidden)
        for one in planned
        if one.name is not SectionName.WAITING or not to_rule  # who verifies has all that wait in one list
    ]
    return [*sections_of(beside, items, week.told_today), *own, *to_rule]


def _for_office(week: _Week, items: dict[int, ItemView], *, cap: int) -> list[SectionView]:
    sections = []
    if week.waiting:
        sections.append(section("waiting", [items[task] for task in week.waiting], cap=cap))
    if week.asked:
        sections.append(section("extension", [items[task] for task in sorted(week.asked)], cap=cap))
    return sections


def _told(officer: int, planned: tuple[DigestSection, ...], week: _Week) -> tuple[Told, ...]:
    """What posting the letter puts on record: what the ladder says, and every task that was asked about."""
    due_of = {one.task_id: one.due_on for one in week.own[officer]}
    asked = {task for one in planned if one.name is not SectionName.WAITING for task in one.task_ids}
    ladder = [Told(i.task_id, str(i.rung), i.key, i.due_on) for i in week.said[officer]]
    return (*ladder, *(Told(task, "digest", f"digest@{week.period}", due_of.get(task)) for task in sorted(asked)))
