"""Invented histories of communes whose end is known: criteria are met at uneven times, and reported once in a while."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.forecast import Progress, forecast, is_in_danger

CALENDAR = WorkingCalendar.of()
FIRST, DUE, CRITERIA = date(2020, 2, 14), date(2020, 6, 30), 19
SPAN = CALENDAR.between(FIRST, DUE)  # working days
Times = list[float]


def steady(rng: random.Random, needed: int, gap: float) -> Times:
    """One criterion after the other, at one pace."""
    return _after(rng, [gap] * needed)


def rushed(rng: random.Random, needed: int, gap: float) -> Times:
    """Slow at first, three times as fast when the date comes near."""
    found: Times = []
    while len(found) < needed:
        at = found[-1] if found else 0.0
        found.append(at + rng.expovariate(1 / (gap * (1.5 if at < 0.6 * SPAN else 0.5))))
    return found


def stalled(rng: random.Random, needed: int, gap: float) -> Times:
    """At one pace, with a standstill of one to three months in the middle."""
    found = _after(rng, [gap] * needed)
    pause = rng.uniform(20, 60)
    return [at + (pause if number >= needed // 2 else 0) for number, at in enumerate(found)]


def _after(rng: random.Random, gaps: list[float]) -> Times:
    at, found = 0.0, []
    for gap in gaps:
        at += rng.expovariate(1 / gap)
        found.append(at)
    return found


@dataclass(frozen=True)
class Outcome:
    """Whether the date was missed, and how many working days before it the first warning came (None: never)."""

    is_late: bool
    warned: int | None


def played(kind: Callable[[random.Random, int, float], Times], *, number: int, seed: int) -> Iterator[Outcome]:
    """So many communes with 2 to 6 criteria to go, at a pace of one in 6 to 60 working days, reporting every 10 to 22."""
    rng = random.Random(seed)
    for _ in range(number):
        needed = rng.randint(2, 6)
        times = kind(rng, needed, rng.uniform(6, 60))
        yield Outcome(times[-1] > SPAN, _first_warning(times, CRITERIA - needed, rng.choice([10, 20, 22])))


def _first_warning(times: Times, before: int, every: int) -> int | None:
    history: list[Progress] = []
    for passed in range(1, SPAN + 1):
        met = before + sum(at <= passed for at in times)
        if met == CRITERIA:
            return None
        day = CALENDAR.add(FIRST, passed)
        if passed % every == 5:
            history.append(Progress(day, met))
        found = forecast(history, total=CRITERIA, due_on=DUE, calendar=CALENDAR, today=day)
        if found is not None and is_in_danger(found, promised_on=None, due_on=DUE):
            return SPAN - passed
    return None
