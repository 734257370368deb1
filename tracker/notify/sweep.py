"""The daily sweep: facts, verdicts, letters, outbox; one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.models import Message, Said
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
from tracker.notify.facts import ladder_of, load_facts_of
from tracker.notify.narrowing import tasks_that_may_speak
from tracker.notify.overseers import OverseerNote, load_overseer_notes
from tracker.notify.render import Rendered, render_letter
from tracker.notify.views import ItemView, SectionView, ToldView, day
from tracker.outbox.ledger import Envelope, Told, post
from tracker.outbox.tokens import reply_addresses
from tracker.people.officers import load_chains
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, Ladder, RungName, decide
from tracker.rules.letters import Letter, bundle, weekly_period
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
    intents = todays_intents(session, ladder_of(config), calendar, today=today)
    if not intents:
        return Counter()
    busy = set(session.exec(select(Message.officer_id).where(Message.posted_on == today, col(Message.kind).in_(DAILY))))
    everyone = load_people(session, (one.officer_id for one in intents), on=today)
    told = told_today((one for one in intents if one.officer_id not in busy), everyone, today=today)
    letters = bundle((one for one in intents if one.officer_id not in busy), today=today)
    before = _newest_letter(session)
    posted: Counter[str] = Counter()

    def post_some(some: Sequence[Letter]) -> Counter[str]:
        envelopes = compose_letters(session, some, told, before=before, config=config, calendar=calendar, today=today)
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

    for start in range(0, len(letters), BATCH):
        posted += post_apart(session, letters[start : start + BATCH], post_some, key=_key, now=now)
    return posted


def todays_intents(session: Session, ladder: Ladder, calendar: WorkingCalendar, *, today: date) -> list[Intent]:
    """Everything that is to be said today, of all tasks: those that surely have nothing new to say are not even ruled on."""
    tasks = tasks_that_may_speak(session, ladder, calendar, today=today)
    if not tasks:
        return []
    units = {unit for _, *both in tasks for unit in both if unit is not None}
    chains = load_chains(session, on=today, units=units)
    intents: list[Intent] = []
    for facts in load_facts_of(session, [number for number, _, _ in tasks], chains=chains):
        intents += decide(facts, ladder, calendar, today).intents
    return intents


def _newest_letter(session: Session) -> int:
    return session.exec(select(Message.id).order_by(col(Message.id).desc()).limit(1)).first() or 0


def _key(letter: Letter) -> LetterKey:
    return LetterKey(letter.officer_id, letter.kind, letter.period)


def compose_letters(
    session: Session, letters: Sequence[Letter], today_told: TodayTold, *, before: int, config: Config, calendar: WorkingCalendar, today: date
) -> list[Envelope]:  # fmt: skip
    """The daily letters as envelopes: one batch of queries for all of them. today_told: what the others hear; before: the
    newest letter that is not of this sweep."""
    tasks = (i.task_id for one in letters for i in one.intents)
    earlier = col(Said.message_id) <= before
    items = load_items(session, tasks, config=config, calendar=calendar, counts=earlier, today=today)
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
