"""The weekly digest: one letter an official, everything that is theirs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
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
from tracker.rules.digest import SectionName, asks, digest_sections, resting
from tracker.rules.escalation import Intent, RungName, TaskFacts, decide

BATCH = 200  # officials whose tasks are in memory at a time


def post_digests(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Post the digest `period` to everyone who has something in it; a second call posts nothing new.

    On this day the digest is the person's one letter: what the sweep would say to them goes with it.
    """
    policy = policy_of(session, config, calendar, today=today)
    own: dict[int, list[TaskFacts]] = defaultdict(list)
    said: dict[int, list[Intent]] = defaultdict(list)
    waiting: list[TaskFacts] = []
    for facts in load_facts(session, open_tasks(), chains=policy.chains):
        for officer in facts.chain.contact or facts.chain.head:
            own[officer].append(facts)
        for intent in decide(facts, policy.ladder, calendar, today).intents:
            said[intent.officer_id].append(intent)
        if facts.done_on is not None:
            waiting.append(facts)
    asked = set(session.scalars(sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))))
    for officer in policy.chains.anywhere(Role.OFFICE):
        if waiting or asked:
            own.setdefault(officer, [])
    today_told = told_today(
        (intent for intents in said.values() for intent in intents), load_people(session, said, on=today), today=today
    )
    officers = iter(sorted(own))
    posted = 0
    while batch := list(islice(officers, BATCH)):
        office = set(policy.chains.anywhere(Role.OFFICE))
        envelopes = _compose(
            session,
            batch,
            own,
            said,
            office,
            waiting,
            asked,
            today_told,
            period=period,
            config=config,
            calendar=calendar,
            today=today,
        )
        posted += post(session, envelopes, sender=config.mail.sender, today=today, now=now)
    return +Counter({"digest": posted})


def _compose(
    session: Session,
    batch: list[int],
    own: dict[int, list[TaskFacts]],
    said: dict[int, list[Intent]],
    office: set[int],
    waiting: list[TaskFacts],
    asked: set[int],
    today_told: TodayTold,
    *,
    period: str,
    config: Config,
    calendar: WorkingCalendar,
    today: date,
) -> Iterator[Envelope]:
    review = config.review
    planned = {
        officer: digest_sections(
            own[officer], calendar=calendar, stale_working_days=review.stale_working_days,
            horizon_days=review.digest_horizon_days, cap=review.digest_items, today=today,
        )
        for officer in batch
    }  # fmt: skip
    shown = {task for sections in planned.values() for one in sections for task in one.task_ids}
    shown |= {intent.task_id for officer in batch for intent in said[officer]}
    if office & set(batch):
        shown |= {facts.task_id for facts in waiting} | asked
    items = load_items(session, shown, config=config, calendar=calendar, today=today)
    people = load_people(session, batch, on=today)
    heard = (intent for officer in batch for intent in said[officer])
    notes = load_overseer_notes(session, escalated(heard), today=today)
    for officer in batch:
        in_digest = {task for one in planned[officer] for task in one.task_ids}
        waits = {task for one in planned[officer] if one.name is SectionName.WAITING for task in one.task_ids}
        beside = tuple(
            i for i in said[officer] if i.rung not in (RungName.REMIND, RungName.HEAD) or i.task_id not in in_digest
        )
        sections: list[SectionView] = sections_of(beside, items, today_told)
        to_rule = _for_office(waiting, asked, items, cap=review.digest_items) if officer in office else []
        if not (asks(planned[officer]) or beside or to_rule):
            continue
        sections += [
            section(one.name, [items[task] for task in one.task_ids], cap=review.digest_items, hidden=one.hidden)
            for one in planned[officer]
            if one.name is not SectionName.WAITING or not to_rule  # who verifies has all that wait in one list
        ]
        sections += to_rule
        view = letter_view(
            "digest",
            people[officer],
            sections,
            config=config,
            week=week_words(period),
            finished=notes[officer].finished if officer in notes else (),
            liability=notes[officer].liability if officer in notes else (),
            resting=resting(own[officer], planned[officer], today=today),
            today=today,
        )
        due_of = {one.task_id: one.due_on for one in own[officer]}
        told = [Told(i.task_id, str(i.rung), i.key, i.due_on) for i in said[officer]]
        told += [Told(task, "digest", f"digest@{period}", due_of.get(task)) for task in sorted(in_digest - waits)]
        yield envelope(people[officer], "digest", period, render_letter(view), tuple(told))


def _for_office(
    waiting: list[TaskFacts], asked: set[int], items: dict[int, ItemView], *, cap: int
) -> list[SectionView]:
    sections = []
    if waiting:
        sections.append(section("waiting", [items[facts.task_id] for facts in waiting], cap=cap))
    if asked:
        sections.append(section("extension", [items[task] for task in sorted(asked)], cap=cap))
    return sections
