"""The daily sweep: facts, verdicts, letters, outbox; one transaction."""

from collections import Counter, defaultdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.models import Message, Notice, Said, Task, Unit
from tracker.notify.composing import (
    SECTION_OF_RUNG,
    Person,
    clause_words,
    letter_view,
    load_items,
    load_people,
    section,
    week_words,
)
from tracker.notify.facts import load_facts, policy_of, speaking
from tracker.notify.render import Rendered, render_letter
from tracker.notify.views import ItemView, SectionView
from tracker.outbox.ledger import Envelope, Told, post
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, decide
from tracker.rules.letters import Letter, LetterKind, bundle, weekly_period

LETTER_CAP = 50  # items of one daily letter
DAILY = ("digest", "reminder", "head", "overseer", "office")  # the kinds of which a person gets one a day
ORDER = ("overseer", "office", "head", "remind")


def sweep(session: Session, *, config: Config, calendar: WorkingCalendar, today: date, now: datetime) -> Counter[str]:
    """Say everything that is due today and not yet said; the number of letters posted, by kind.

    Any number of times gives the same letters. A person who already has a digest or daily letter of today hears the
    rest on the next working day; a briefing, a sign-in link or an answer to what they did themselves does not count.
    """
    policy = policy_of(session, config, calendar, today=today)
    busy = set(session.exec(select(Message.officer_id).where(Message.posted_on == today, col(Message.kind).in_(DAILY))))
    intents: list[Intent] = []
    for facts in load_facts(session, speaking(policy.ladder, calendar, today), chains=policy.chains):
        intents += decide(facts, policy.ladder, calendar, today).intents
    letters = bundle((one for one in intents if one.officer_id not in busy), today=today)
    of_kind: dict[str, list[Envelope]] = defaultdict(list)
    for one in compose_letters(session, letters, config=config, calendar=calendar, today=today) if letters else ():
        of_kind[one.kind].append(one)
    sender = config.mail.sender
    return +Counter({kind: post(session, of_kind[kind], sender=sender, today=today, now=now) for kind in of_kind})


def compose_letters(
    session: Session, letters: list[Letter], *, config: Config, calendar: WorkingCalendar, today: date
) -> list[Envelope]:
    """The daily letters as envelopes: one batch of queries for all of them."""
    items = load_items(
        session, (i.task_id for one in letters for i in one.intents), config=config, calendar=calendar, today=today
    )
    people = load_people(session, (one.officer_id for one in letters), on=today)
    liability = find_liability(session)
    reminded = set(session.exec(select(Said.officer_id).where(Said.rung == "overseer").distinct()))
    finished = finished_units(session, since=None, today=today)
    envelopes = []
    for letter in letters:
        person = people[letter.officer_id]
        sections = sections_of(letter.intents, items)
        is_overseer = letter.kind is LetterKind.OVERSEER
        view = letter_view(
            letter.kind,
            person,
            sections,
            config=config,
            week=week_words(weekly_period(today)),
            finished=finished if is_overseer else (),
            liability=liability if is_overseer and letter.officer_id not in reminded else None,
            today=today,
        )
        envelopes.append(envelope(person, letter.kind, letter.period, render_letter(view), told_of(letter.intents)))
    return envelopes


def sections_of(intents: tuple[Intent, ...], items: dict[int, ItemView]) -> list[SectionView]:
    """What a person is told, by rung, highest first, the latest tasks on top."""
    of: dict[str, list[ItemView]] = {}
    for intent in intents:
        of.setdefault(SECTION_OF_RUNG[intent.rung], []).append(items[intent.task_id])
    return [
        section(name, sorted(of[name], key=worst_first), cap=LETTER_CAP, is_grouped=name == "overseer")
        for name in ORDER
        if name in of
    ]


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


def find_liability(session: Session) -> tuple[str, str] | None:
    """The newest notice's own words on joint liability ("liên đới chịu trách nhiệm") with their clause, if it has any."""
    said = sa.select(col(Task.quote), col(Task.clause), col(Notice.number)).join(
        Notice, col(Task.notice_id) == col(Notice.id)
    )
    row = session.execute(
        said.where(col(Task.quote).contains("liên đới chịu trách nhiệm")).order_by(col(Task.id).desc())
    ).first()
    if row is None:
        return None
    return " ".join(row[0].split()), f"{clause_words(row[1])} Thông báo số {row[2]}"


def finished_units(session: Session, *, since: date | None, today: date) -> tuple[str, ...]:
    """Who has a milestone verified: named before those who are late."""
    done = sa.select(col(Unit.name)).join(Task, col(Task.lead_unit_id) == col(Unit.id))
    done = done.where(col(Task.kind) == "milestone", col(Task.verified_on) <= today)
    if since is not None:
        done = done.where(col(Task.verified_on) > since)
    return tuple(name for (name,) in session.execute(done.distinct().order_by(col(Unit.name))))
