"""The weekly digest: one letter an official, everything that is theirs."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import Extension, Message, Role, Said, Task
from tracker.notify.composing import letter_view, load_items, load_people, section, week_words
from tracker.notify.facts import ladder_of, load_facts, load_facts_of, open_tasks, speaking, units_of
from tracker.notify.links import unsubscribe_door, unsubscribe_headers
from tracker.notify.mailnews import load_news, mark_told
from tracker.notify.narrowing import tasks_that_may_speak
from tracker.notify.overseers import load_overseer_notes
from tracker.notify.receivers import load_hearing, load_receivers
from tracker.notify.render import render_letter
from tracker.notify.sweep import TodayTold, envelope, escalated, sections_of, told_today
from tracker.notify.views import ItemView, SectionView
from tracker.notify.wording import MANDATORY
from tracker.outbox.ledger import Envelope, Told, post
from tracker.outbox.tokens import reply_addresses
from tracker.people.among import among
from tracker.people.choices import Choice, load_choices
from tracker.people.officers import load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.digest import DigestSection, SectionName, asks, digest_sections, resting
from tracker.rules.escalation import Intent, RungName, TaskFacts, decide
from tracker.rules.letters import weekly_period

BATCH = 200  # officials whose tasks are in memory at a time


def post_digests(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Post the digest `period` to everyone who has something in it; a second call posts nothing new."""
    posted: Counter[str] = Counter()
    officers = iter(load_receivers(session, on=today))
    while batch := list(islice(officers, BATCH)):
        posted += post_digests_to(session, batch, period=period, config=config, calendar=calendar, today=today, now=now)
    return posted


def post_digests_to(
    session: Session, officers: Sequence[int], *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:  # fmt: skip
    """Post the digest `period` to those of `officers` who have something in it; what was posted before stays as it is.

    On this day the digest is the person's one letter: what the sweep would say to them goes with it. Memory is that of
    the tasks of these officers.
    Who has chosen another day gets it then (post_chosen_to).
    """
    later = {officer for officer, choice in load_choices(session).items() if choice.weekday is not None}
    receivers = [officer for officer in officers if officer not in later]
    return _post_to(session, receivers, period=period, config=config, calendar=calendar, today=today, now=now)


def due_by_choice(session: Session, *, calendar: WorkingCalendar, today: date) -> list[int]:
    """Whose chosen day of this week has come and who has no digest of it, by number. A machine that was off on the day
    sends it on the next working day of that week."""
    monday, period = today - timedelta(days=today.weekday()), weekly_period(today)
    chosen = {
        officer: choice.weekday for officer, choice in load_choices(session).items() if choice.weekday is not None
    }
    due = {one for one, day in chosen.items() if calendar.on_or_after(monday + timedelta(days=day)) <= today}
    query = sa.select(col(Message.officer_id)).where(col(Message.kind) == "digest", col(Message.period) == period)
    due -= set(session.scalars(query.where(among(session, col(Message.officer_id), due)))) if due else set()
    return sorted(due)


def post_chosen_to(
    session: Session, officers: Sequence[int], *, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Post this week's digest to those of `officers` who have something in it; their day has come (due_by_choice)."""
    period = weekly_period(today)
    return _post_to(session, officers, period=period, config=config, calendar=calendar, today=today, now=now)


def _post_to(
    session: Session, officers: Sequence[int], *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:  # fmt: skip
    if not officers:
        return Counter()
    week = _week_of(session, officers, period=period, config=config, calendar=calendar, today=today)
    receivers = [officer for officer in sorted(officers) if officer in week.own]
    letters = _compose(session, receivers, week) if receivers else ()
    replies = reply_addresses(config)
    posted = post(session, letters, sender=config.mail.sender, today=today, now=now, replies=replies)
    mark_told(session, receivers, period=period, now=now)
    return +Counter({"digest": posted})


@dataclass(frozen=True, slots=True)
class _Week:
    """What one Monday has to say to a batch of officers: facts and intents by officer, and what waits for a ruling of
    the office."""

    period: str
    config: Config
    calendar: WorkingCalendar
    today: date
    own: dict[int, list[TaskFacts]]
    said: dict[int, list[Intent]]
    office: frozenset[int]
    waiting: tuple[int, ...]
    asked: tuple[int, ...]
    told_today: TodayTold
    choices: dict[int, Choice]


def _week_of(
    session: Session, officers: Sequence[int], *, period: str, config: Config, calendar: WorkingCalendar, today: date
) -> _Week:
    hearing, ladder, counts = load_hearing(session, officers, on=today), ladder_of(config), _besides(period, today)
    heard = sa.and_(open_tasks(), hearing.condition(session, speaking(ladder, calendar, today)))
    # Of everything hears the standing office alone: only of what has something new to say, as in the daily sweep.
    of_all = tasks_that_may_speak(session, ladder, calendar, counts=counts, today=today) if hearing.is_office else []
    units = {unit for _, *both in of_all for unit in both if unit is not None} | units_of(session, heard)
    chains = load_chains(session, on=today, units=units)
    wanted = frozenset(officers)
    own: dict[int, list[TaskFacts]] = defaultdict(list)
    said: dict[int, list[Intent]] = defaultdict(list)

    def rule_on(facts: TaskFacts) -> None:
        intents = decide(facts, ladder, calendar, today).intents
        if not wanted.isdisjoint(intent.officer_id for intent in intents):
            for intent in intents:  # also those to others: a letter says who else gets one
                said[intent.officer_id].append(intent)

    others = {task for task, *_ in of_all}
    for facts in load_facts(session, heard, chains=chains, counts=counts):
        for officer in wanted.intersection(facts.chain.contact or facts.chain.head):
            own[officer].append(facts)
        others.discard(facts.task_id)
        rule_on(facts)
    for facts in load_facts_of(session, sorted(others), chains=chains, counts=counts):
        rule_on(facts)
    office = wanted.intersection(chains.anywhere(Role.OFFICE))
    waiting, asked = _for_ruling(session) if office else ((), ())
    if waiting or asked:
        for officer in office:
            own.setdefault(officer, [])
    everything = (intent for intents in said.values() for intent in intents)
    told = told_today(everything, load_people(session, said, on=today), today=today)
    choices = load_choices(session)
    return _Week(period, config, calendar, today, own, said, office, waiting, asked, told, choices)


def _for_ruling(session: Session) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tasks that are claimed done, and those with a request for more time, each by number."""
    claimed = sa.select(col(Task.id)).where(open_tasks(), col(Task.done_on).is_not(None)).order_by(col(Task.id))
    asked = sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))
    return tuple(session.scalars(claimed)), tuple(sorted(set(session.scalars(asked))))


def _compose(session: Session, batch: list[int], week: _Week) -> Iterator[Envelope]:
    """The letters of a batch of officers: one set of queries for all of them."""
    planned = {officer: _plan(officer, week) for officer in batch}
    shown = {task for sections in planned.values() for one in sections for task in one.task_ids}
    shown |= {intent.task_id for officer in batch for intent in week.said[officer]}
    if week.office & set(batch):
        cap = week.config.review.digest_items
        shown |= {*week.waiting[:cap], *week.asked[:cap]}
    besides = _besides(week.period, week.today)
    items = load_items(session, shown, config=week.config, calendar=week.calendar, counts=besides, today=week.today)
    people = load_people(session, batch, on=week.today)
    heard = (intent for officer in batch for intent in week.said[officer])
    notes = load_overseer_notes(session, escalated(heard), today=week.today)
    news = load_news(session, batch, office=week.office)
    for officer in batch:
        sections, choice = _sections(officer, planned[officer], week, items), week.choices.get(officer, Choice())
        optional = officer not in week.office and not any(one.name in MANDATORY for one in sections)
        if sections and (choice.wants_optional or not optional):
            off = unsubscribe_door(week.config.web, officer, today=week.today) if optional else ""
            view = letter_view(
                "digest",
                people[officer],
                sections,
                config=week.config,
                week=week_words(week.period),
                finished=notes[officer].finished if officer in notes else (),
                liability=notes[officer].liability if officer in notes else (),
                resting=resting(week.own[officer], planned[officer], today=week.today),
                news=news.get(officer),
                unsubscribe_url=off,
                today=week.today,
            )
            told = _told(officer, planned[officer], week)
            letter = envelope(people[officer], "digest", week.period, render_letter(view), told)
            yield replace(letter, headers=unsubscribe_headers(off), not_before=_hour(choice, week))


def _hour(choice: Choice, week: _Week) -> datetime | None:
    """The hour of today that the reader has chosen; None: at once."""
    return datetime.combine(week.today, choice.at, week.config.timezone) if choice.at is not None else None


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
    """Everything that waits for the office, in number; as many tasks as fit."""
    lists = (("waiting", week.waiting), ("extension", week.asked))
    return [
        section(name, [items[task] for task in tasks[:cap]], cap=cap, hidden=max(len(tasks) - cap, 0))
        for name, tasks in lists
        if tasks
    ]


def _told(officer: int, planned: tuple[DigestSection, ...], week: _Week) -> tuple[Told, ...]:
    """What posting the letter puts on record: what the ladder says, and every task that was asked about."""
    due_of = {one.task_id: one.due_on for one in week.own[officer]}
    asked = {task: one.name for one in planned if one.name is not SectionName.WAITING for task in one.task_ids}
    ladder = [Told(i.task_id, str(i.rung), i.key, i.due_on) for i in week.said[officer]]
    return (*ladder, *(Told(task, _rung(asked[task]), _key(week.period), due_of.get(task)) for task in sorted(asked)))


def _rung(name: SectionName) -> str:
    """To be told of a new task is no reminder: it does not count as one that was not answered."""
    return "new" if name is SectionName.NEW else "digest"


def _besides(period: str, today: date) -> sa.ColumnElement[bool]:
    """What was said besides this digest: what its earlier batches have asked, and have said today, is no fact for the
    later ones, because all its letters tell of one moment."""
    this = sa.exists().where(
        col(Message.id) == col(Said.message_id), col(Message.kind) == "digest", col(Message.period) == period
    )
    return sa.and_(col(Said.key) != _key(period), sa.or_(col(Said.said_on) < today, sa.not_(this)))


def _key(period: str) -> str:
    return f"digest@{period}"
