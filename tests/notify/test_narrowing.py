"""The narrowed sweep against the rule itself: over months of random facts it never leaves out a task that speaks."""

import os
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from tests.cast import CALENDAR, POSTS, Office
from tests.days import noon
from tracker.config import Config
from tracker.models import (
    Absence,
    Acknowledgement,
    Appointment,
    Draft,
    Extension,
    Kind,
    Message,
    Officer,
    ProgressReport,
    Said,
    Task,
    Unit,
)
from tracker.notify.facts import ladder_of, load_facts
from tracker.notify.narrowing import tasks_that_may_speak
from tracker.notify.sweep import todays_intents
from tracker.people.officers import load_chains
from tracker.rules.escalation import EARLY, Intent, Ladder, Reason, Rung, RungName, Target, decide
from tracker.rules.spans import spans

FIRST = date(2020, 5, 25)
DAYS = 30
USUAL = ladder_of(Config())
ODD = Ladder(
    (
        Rung(RungName.REMIND, (Target.HEAD,), working_days_before=(5, 0), unanswered_reminders=2),
        Rung(RungName.HEAD, (Target.HEAD, Target.OVERSEER), working_days_after=2, promise_working_days=3),
        Rung(RungName.OVERSEER, (Target.OVERSEER, Target.CHAIR), working_days_after=2, unanswered_reminders=1),
        Rung(RungName.CHAIR, (Target.CHAIR,), unanswered_reminders=2),
    )
)
UPSIDE_DOWN = Ladder(tuple(reversed(USUAL.rungs)))
HASTY = Ladder(  # early warnings come thick and fast, and there is a reminder where nobody expects one
    (
        Rung(RungName.REMIND, (Target.CONTACT,), working_days_before=(3, 1)),
        Rung(RungName.HEAD, (Target.CONTACT, Target.HEAD), working_days_after=1, promise_working_days=5),
        Rung(
            RungName.OVERSEER, (Target.OVERSEER,), working_days_before=(2,), working_days_after=4, unanswered_reminders=3,
            early_working_days=12, silent_working_days=4, blocked_working_days=2,
        ),
        Rung(RungName.OFFICE, (Target.OFFICE,), working_days_after=8, unanswered_reminders=3),
    )
)  # fmt: skip
WATCHING = replace(
    HASTY,
    rungs=(
        *HASTY.rungs[:2],
        replace(HASTY.rungs[2], working_days_before=(), unanswered_reminders=None),
        HASTY.rungs[3],
    ),
)
ENDLESS = replace(
    WATCHING, rungs=(*WATCHING.rungs[:2], replace(WATCHING.rungs[2], working_days_after=None, early_working_days=2))
)
LADDERS = {
    "usual": USUAL, "odd": ODD, "upside_down": UPSIDE_DOWN, "hasty": HASTY, "watching": WATCHING, "endless": ENDLESS
}  # fmt: skip


@dataclass
class World:
    """An office whose tasks, people and letters change at random."""

    session: Session
    chance: random.Random

    def __post_init__(self) -> None:
        self.units = list(self.session.exec(select(Unit)))
        self.officers = list(self.session.exec(select(Officer.id)))
        self.draft = self.session.exec(select(Draft)).first()
        letter = Message(
            officer_id=self.officers[0], kind="notice", period="x", subject="x", message_id="<x@x>", posted_on=FIRST,
            posted_at=noon(FIRST), next_attempt_at=noon(FIRST),
        )  # fmt: skip
        self.session.add(letter)
        self.session.flush()
        self.letter = letter.id

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def near(self, day: date, before: int, after: int) -> date:
        return day + timedelta(days=self.chance.randint(-before, after))

    def new_task(self, today: date) -> None:
        lead, place = self.chance.choice(self.units), self.chance.choice([None, *self.units])
        due_on = (
            None if self.maybe(0.2) else self.near(today, 20, 25) if self.maybe(0.7) else self.near(today, -20, 100)
        )
        self.session.add(
            Task(
                notice_id=self.draft.notice_id, draft_id=self.draft.id, kind=self.chance.choice([*Kind, Kind.TASK, Kind.MILESTONE]),
                title="x", clause="1", quote="x", start=0, end=1, lead_unit_id=lead.id, place=place.place if place else None,
                place_unit_id=place.id if place else None, first_due_on=due_on, due_on=due_on,
                confirmed_by_id=self.officers[0], confirmed_on=self.near(today, 60, 0),
            )
        )  # fmt: skip

    def change_task(self, task: Task, today: date) -> None:
        match self.chance.randint(0, 10):
            case 0 | 1:
                task.last_report_on = today
                task.promised_on = self.near(today, 3, 20) if self.maybe(0.6) else None
                task.percent = min(task.percent + self.chance.choice([0, 0, 5, 20]), 99)
                task.confidence = self.chance.choice([None, None, None, "sure", "unlikely"])
                task.help_wanted_on = self.near(today, 9, 0) if self.maybe(0.2) else None
                self.session.add(
                    ProgressReport(
                        task_id=task.id, percent=task.percent, note="x", reported_on=self.near(today, 60, 0),
                        author_id=self.officers[0], reported_at=noon(today),
                    )
                )  # fmt: skip
            case 2:
                task.is_held, task.held_until = self.maybe(0.5), self.near(today, 2, 6) if self.maybe(0.7) else None
            case 3:
                task.done_on = today if self.maybe(0.5) else None
            case 4:
                task.due_on = None if self.maybe(0.2) else self.near(today, 15, 15)
            case 5:
                task.cancelled_on = today if self.maybe(0.3) else None
            case 6:
                task.promised_on = self.near(task.due_on or today, 2, 8)
            case 7:
                self.session.add(
                    Extension(
                        task_id=task.id, reason="x", due_before=task.due_on, proposed_on=today, asked_by_id=self.officers[0],
                        asked_on=self.near(today, 9, 0), asked_at=noon(today),
                    )
                )  # fmt: skip
            case 8:
                for request in self.session.exec(select(Extension).where(Extension.task_id == task.id)):
                    request.decided_at = noon(today)
            case _:
                overseers = {one.officer_id for one in self.session.exec(select(Appointment)) if one.role == "overseer"}
                officer = self.chance.choice(sorted(overseers) if self.maybe(0.8) else self.officers)
                day = self.near(today, 6, 6)
                self.session.add(
                    Acknowledgement(
                        task_id=task.id, officer_id=officer, note="", due_on=task.due_on, acknowledged_on=today, expires_on=day,
                        acknowledged_at=noon(today),
                    )
                )  # fmt: skip

    def change_people(self, today: date) -> None:
        match self.chance.randint(0, 3):
            case 0:
                absent, present = self.chance.sample(self.officers, 2)
                last = self.near(today, 0, 9)
                self.session.add(Absence(officer_id=absent, substitute_id=present, valid_from=today, valid_to=last))
            case 1:
                held = self.chance.choice(list(self.session.exec(select(Appointment))))
                held.valid_to = None if held.valid_to else today
            case 2:
                who, (_, _, role) = self.chance.choice(self.officers), self.chance.choice(list(POSTS.values()))
                where = self.chance.choice(self.units).id
                self.session.add(
                    Appointment(officer_id=who, unit_id=where, role=role, valid_from=self.near(today, 5, 5))
                )
            case _:
                ended, heir = self.chance.sample(self.units, 2)
                ended.valid_to = None if ended.valid_to else today
                ended.successor_id = heir.id if self.maybe(0.7) else None

    def say(self, intents: list[Intent], today: date) -> None:
        """Most of what is to be said is said; some stays unsaid, as when a letter of the day was there already."""
        for one in intents:
            if self.maybe(0.8):
                self.told(one.task_id, one.officer_id, one.rung, one.key, one.due_on, today)
        for task in self.session.exec(select(Task).where(col(Task.id) % 3 == today.toordinal() % 7)):
            for officer in self.chance.sample(self.officers, 2):
                self.told(task.id, officer, "digest", f"digest@{today}", task.due_on, today)

    def told(self, task: int, officer: int, rung: str, key: str, due_on: date | None, today: date) -> None:
        said = {"task_id": task, "officer_id": officer, "rung": str(rung), "key": key, "due_on": due_on}
        self.session.add(Said(**said, said_on=today, message_id=self.letter))

    def by_rule(self, ladder: Ladder, today: date) -> list[Intent]:
        chains = load_chains(self.session, on=today)
        every = load_facts(self.session, col(Task.id).is_not(None), chains=chains)
        return [intent for facts in every for intent in decide(facts, ladder, CALENDAR, today).intents]


@pytest.mark.parametrize("ladder", LADDERS.values(), ids=LADDERS)
@pytest.mark.parametrize("seed", range(int(os.environ.get("TRACKER_TEST_WORLDS", "1"))))
def test_the_narrowed_sweep_says_on_every_day_exactly_what_the_rule_says(office: Office, ladder: Ladder, seed: int):
    office.task()
    said, reasons = 0, Counter[Reason]()
    looked_at = quiet = 0
    with office.write() as session:
        world = World(session, random.Random(seed))
        for day in range(DAYS):
            today = FIRST + timedelta(days=day)
            for _ in range(2 if day else 30):
                world.new_task(today)
            session.flush()
            for task in world.chance.sample(list(session.exec(select(Task))), 6):
                world.change_task(task, today)
            if world.maybe(0.4):
                world.change_people(today)
            session.flush()
            expected = world.by_rule(ladder, today)
            assert list(todays_intents(session, ladder, CALENDAR, today=today)) == expected, (today, seed)
            may_speak = len(tasks_that_may_speak(session, ladder, CALENDAR, today=today))
            said += len(expected)
            reasons.update(one.reason for one in expected)
            looked_at += may_speak
            quiet += len(list(session.exec(select(Task.id)))) - may_speak
            world.say(expected, today)
            session.flush()
    assert said > (60 if ladder in (USUAL, ODD, UPSIDE_DOWN) else 30)
    assert set(EARLY) & set(reasons), "early warnings are among it"
    assert quiet > looked_at, "it narrows"


def test_what_everybody_has_heard_is_not_even_looked_at(office: Office):
    task = office.task(due_on=date(2020, 6, 30))
    with office.write() as session:
        today = date(2020, 7, 1)
        intents = list(todays_intents(session, USUAL, CALENDAR, today=today))
        assert {one.rung for one in intents} == {RungName.HEAD}
        assert [number for number, _, _ in tasks_that_may_speak(session, USUAL, CALENDAR, today=today)] == [task]
        world = World(session, random.Random(1))
        for one in intents:
            world.told(task, one.officer_id, one.rung, one.key, one.due_on, today)
        session.flush()
        assert tasks_that_may_speak(session, USUAL, CALENDAR, today=today) == []
        assert tasks_that_may_speak(session, USUAL, CALENDAR, today=date(2020, 7, 2)) == []
        assert len(tasks_that_may_speak(session, USUAL, CALENDAR, today=date(2020, 7, 3))) == 1, "its overseers' day"


def test_spans_name_the_step_of_every_due_date():
    today = date(2020, 7, 6)  # a Monday
    found = [(span.label, span.first, span.last) for span in spans(USUAL, CALENDAR, today)]
    assert found == [
        ("remind-7", date(2020, 7, 10), date(2020, 7, 15)),
        ("remind-3", date(2020, 7, 8), date(2020, 7, 9)),
        ("remind-1", date(2020, 7, 6), date(2020, 7, 7)),
        ("head", date(2020, 7, 2), date(2020, 7, 5)),
        ("overseer", date(2020, 6, 30), date(2020, 7, 1)),
        ("office", None, date(2020, 6, 29)),
    ]
