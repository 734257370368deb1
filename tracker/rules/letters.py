"""Bundling: one envelope a person a day, named after the worst that it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.rules.escalation import HEIGHT, Intent, RungName


class LetterKind(StrEnum):
    """What a letter is; part of its key person/kind/period."""

    DIGEST = "digest"
    REMINDER = "reminder"
    HEAD = "head"
    OVERSEER = "overseer"
    OFFICE = "office"
    BRIEFING = "briefing"
    SIGNIN = "signin"
    NOTICE = "notice"


KIND_OF_RUNG = {
    RungName.REMIND: LetterKind.REMINDER,
    RungName.HEAD: LetterKind.HEAD,
    RungName.OVERSEER: LetterKind.OVERSEER,
    RungName.OFFICE: LetterKind.OFFICE,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one officer hears on one day, under one key."""

    officer_id: int
    kind: LetterKind
    period: str
    intents: tuple[Intent, ...]


def bundle(intents: Iterable[Intent], *, today: date) -> list[Letter]:
    """One daily letter per officer, in the order of officer ids; its kind is that of its highest rung."""
    of: dict[int, list[Intent]] = {}
    for intent in intents:
        of.setdefault(intent.officer_id, []).append(intent)
    return [_letter(officer, tuple(own), today) for officer, own in sorted(of.items())]


def _letter(officer: int, intents: tuple[Intent, ...], today: date) -> Letter:
    worst = max(intents, key=lambda intent: HEIGHT[intent.rung])
    return Letter(officer, KIND_OF_RUNG[worst.rung], daily_period(today), intents)


def daily_period(day: date) -> str:
    """The name of a day: 2020-07-03."""
    return day.isoformat()


def weekly_period(day: date) -> str:
    """The name of the ISO week that `day` lies in: 2020-W28. The year is the week's, not the day's."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_of(period: str) -> tuple[date, date]:
    """Monday and Sunday of a week named like 2020-W28. Raises ValueError when there is no such week."""
    year, _, week = period.partition("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return monday, date.fromisocalendar(int(year), int(week), 7)
