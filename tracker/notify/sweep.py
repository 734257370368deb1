"""The daily sweep: facts, verdicts, letters, outbox; planned at once, posted part by part."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.models import Message, Said, Task
from tracker.notify.apart import LetterKey, post_apart
from tracker.notify.composing import (
    SECTION_OF_RUNG,
    Person,
    letter_view,
    load_items,
    load_people,
    section,
    week_words,
)
from tracker.notify.facts import ladder_of, load_facts_of, units_of
from tracker.notify.narrowing import tasks_that_may_speak
from tracker.notify.overseers import OverseerNote, load_overseer_notes
from tracker.notify.render import Rendered, render_letter
from tracker.notify.views import ItemView, SectionView, ToldView, day
from tracker.outbox.ledger import Envelope, Told, post
from tracker.outbox.tokens import reply_addresses
from tracker.people.among import among
from tracker.people.officers import load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, Ladder, RungName, decide
from tracker.rules.letters import Letter, bundle, daily_period, weekly_period
from tracker.words import fold

BATCH = 200  # letters that are made together
LETTER_CAP = 50  # items of one daily letter
SILENT_CAP = 20  # undated ones without an answer, below the count of every unit
DAILY = ("digest", "reminder", "head", "overseer", "office")  # the kinds of which a person gets one a day
ORDER = ("overseer", "office", "silent", "head", "remind")
TodayTold = dict[tuple[int, RungName], dict[int, ToldView]]


def sweep(session: Session, *, config: Config, calendar: WorkingCalendar, today: date, now: datetime) -> Counter[str]:
    """Say everything that is due today and not yet said; the number of letters posted, by kind.

    Any number of times gives the same letters. A person who already has a digest or daily letter of today hears the
    rest on the next working day; a briefing, a sign-in link or an answer to what they did themselves does not count.
    """
    posted: Counter[str] = Counter()
    for part in plan_sweep(session, config=config, calendar=calendar, size=BATCH, today=today):
        posted += post_part(session, part, config=config, calendar=calendar, today=today, now=now)
    return posted


class Part(NamedTuple):
    """Some of those to whom a sweep has something to say, and of which tasks, by number."""

    officers: Sequence[int]
    tasks: Sequence[int]


def plan_sweep(session: Session, *, config: Config, calendar: WorkingCalendar, size: int, today: date) -> list[Part]:
    """Everybody who is to hear something today, `size` at a time; of what is said no more than the tasks is kept."""
    tasks_of: dict[int, list[int]] = defaultdict(list)
    for intent in todays_intents(session, ladder_of(config), calendar, today=today):
        tasks_of[intent.officer_id].append(intent.task_id)
    officers = sorted(tasks_of.keys() - _written_to(session, today)) if tasks_of else []
    parts = (officers[start : start + size] for start in range(0, len(officers), size))
    return [Part(some, sorted({task for officer in some for task in tasks_of[officer]})) for some in parts]


def post_part(
    session: Session, part: Part, *, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Post the letters of one part. All letters of a sweep tell of one moment, whatever their part: what another part
    has said is no fact for this one, but it is told as heard today."""
    besides, written = besides_sweep(today), _written_to(session, today)
    chains = load_chains(session, on=today, units=units_of(session, among(session, col(Task.id), part.tasks)))
    intents = [
        intent
        for facts in load_facts_of(session, part.tasks, chains=chains, counts=besides)
        for intent in decide(facts, ladder_of(config), calendar, today).intents
    ]
    said = _said_today(session, part.tasks, today)
    heard = [i for i in intents if i.officer_id not in written or (i.task_id, i.officer_id, i.key) in said]
    told = told_today(heard, load_people(session, {one.officer_id for one in heard}, on=today), today=today)
    wanted = set(part.officers) - written
    letters = bundle((one for one in intents if one.officer_id in wanted), today=today)

    def post_some(some: Sequence[Letter]) -> Counter[str]:
        envelopes = compose_letters(session, some, told, config=config, calendar=calendar, today=today)
        of_kind: dict[str, list[Envelope]] = defaultdict(list)
        for one in envelopes:
            of_kind[one.kind].append(one)
        sender, replies = config.mail.sender, reply_addresses(config)
        return +Counter(
            {
                kind: post(session, of_kind[kind], sender=sender, today=today, now=now, replies=replies)
                for kind in of_kind
            }
        )

    return post_apart(session, letters, post_some, key=_key, now=now) if letters else Counter()


def todays_intents(session: Session, ladder: Ladder, calendar: WorkingCalendar, *, today: date) -> Iterator[Intent]:
    """Everything that is to be said today, of all tasks: those that surely have nothing new to say are not even ruled on."""
    tasks = tasks_that_may_speak(session, ladder, calendar, today=today)
    if not tasks:
        return
    units = {unit for _, *both in tasks for unit in both if unit is not None}
    chains = load_chains(session, on=today, units=units)
    for facts in load_facts_of(session, [number for number, _, _ in tasks], chains=chains):
        yield from decide(facts, ladder, calendar, today).intents


def _written_to(session: Session, today: date) -> set[int]:
    """Who has had the one letter of the day."""
    return set(session.exec(select(Message.officer_id).where(Message.posted_on == today, col(Message.kind).in_(DAILY))))


def _of_sweep(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(col(Message.period) == daily_period(today), col(Message.kind).in_(DAILY))


def besides_sweep(today: date) -> sa.ColumnElement[bool]:
    """The rows of Said that the sweep of this day has not written."""
    this = sa.exists().where(col(Message.id) == col(Said.message_id), _of_sweep(today))
    return sa.or_(col(Said.said_on) < today, sa.not_(this))


def _said_today(session: Session, tasks: Sequence[int], today: date) -> set[tuple[int, int, str]]:
    """What other parts of this sweep have said of these tasks: task, officer, key."""
    query = sa.select(col(Said.task_id), col(Said.officer_id), col(Said.key)).join(
        Message, col(Message.id) == col(Said.message_id)
    )
    mine = query.where(among(session, col(Said.task_id), tasks), col(Said.said_on) == today, _of_sweep(today))
    return {(task, officer, key) for task, officer, key in session.execute(mine)}


def posted_by_kind(session: Session, *, today: date) -> dict[str, int]:
    """How many letters the sweep of this day has posted, of each kind."""
    query = sa.select(col(Message.kind), sa.func.count()).where(col(Message.posted_on) == today, _of_sweep(today))
    return dict(session.execute(query.group_by(col(Message.kind))).all())


def _key(letter: Letter) -> LetterKey:
    return LetterKey(letter.officer_id, letter.kind, letter.period)


def compose_letters(
    session: Session, letters: Sequence[Letter], today_told: TodayTold, *, config: Config, calendar: WorkingCalendar, today: date
) -> list[Envelope]:  # fmt: skip
    """The daily letters as envelopes: one batch of queries for all of them. today_told: what the others hear."""
    tasks = (i.task_id for one in letters for i in one.intents)
    counts = besides_sweep(today)
    items = load_items(session, tasks, config=config, calendar=calendar, counts=counts, today=today)
    people = load_people(session, (one.officer_id for one in letters), on=today)
    notes = load_overseer_notes(session, escalated(intent for one in letters for intent in one.intents), today=today)
    envelopes = []
    for letter in letters:
        person, note = people[letter.officer_id], notes.get(letter.officer_id, OverseerNote())
        view = letter_view(
            letter.kind,
            person,
            sections_of(letter.intents, items, today_told),
            config=config,
            week=week_words(weekly_period(today)),
            finished=note.finished,
            liability=note.liability,
            today=today,
        )
        envelopes.append(envelope(person, letter.kind, letter.period, render_letter(view), told_of(letter.intents)))
    return envelopes


def told_today(intents: Iterable[Intent], people: dict[int, Person], *, today: date) -> TodayTold:
    """Who hears of which task today on which rung: liability is joint, so each letter says who else gets one."""
    found: TodayTold = defaultdict(dict)
    for intent in intents:
        view = ToldView(day(today), people[intent.officer_id].post, str(intent.rung))
        found[intent.task_id, intent.rung][intent.officer_id] = view
    return found


def escalated(intents: Iterable[Intent]) -> dict[int, list[int]]:
    """The tasks that each overseer is told of."""
    found: dict[int, list[int]] = defaultdict(list)
    for intent in intents:
        if intent.rung is RungName.OVERSEER:
            found[intent.officer_id].append(intent.task_id)
    return found


def sections_of(intents: tuple[Intent, ...], items: dict[int, ItemView], today_told: TodayTold) -> list[SectionView]:
    """What a person is told, by rung, highest first, the latest tasks on top. For the standing office, tasks without a
    date stand apart, in short and by unit."""
    of: dict[str, list[ItemView]] = {}
    for intent in intents:
        name, item = SECTION_OF_RUNG[intent.rung], items[intent.task_id]
        if name == "office" and item.due is None:
            name = "silent"
        others = today_told[intent.task_id, intent.rung]
        told = tuple(view for officer, view in others.items() if officer != intent.officer_id)
        of.setdefault(name, []).append(replace(item, told=item.told + told) if told else item)
    return [_section(name, of[name]) for name in ORDER if name in of]


def _section(name: str, items: list[ItemView]) -> SectionView:
    if name == "silent":
        of_unit = Counter(item.owner for item in items)
        most = sorted(items, key=lambda item: (-of_unit[item.owner], fold(item.owner), item.task_id))
        return section(name, most, cap=SILENT_CAP, is_grouped=True)
    return section(name, sorted(items, key=worst_first), cap=LETTER_CAP, is_grouped=name == "overseer")


def worst_first(item: ItemView) -> tuple[int, int, int]:
    """The latest first, then the nearest date, then the oldest task."""
    left = item.working_days_left if item.working_days_left is not None else 10_000
    return (-item.working_days_late, left, item.task_id)


def told_of(intents: tuple[Intent, ...]) -> tuple[Told, ...]:
    """What posting the letter puts on record."""
    return tuple(Told(one.task_id, str(one.rung), one.key, one.due_on) for one in intents)


def envelope(person: Person, kind: str, period: str, rendered: Rendered, said: tuple[Told, ...]) -> Envelope:
    """A rendered letter under its key."""
    return Envelope(
        person.officer_id, person.code, str(kind), period, rendered.subject, rendered.text, rendered.html, said
    )
