"""Early warning: from dated progress, how likely a date is to be met, with an interval and its reasons.

Criteria are met one by one at uneven times, so progress is read as a stream of events (a Poisson process) whose pace is not
known but learned from what was reported: with `gained` steps in `working_days`, the number of steps in the time that is left
follows a negative binomial distribution (Jeffreys' prior adds half a step). That is robust where a straight line is not: two
reports give a wide interval, not a wrong date, and a long silence slows the pace by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, exp, lgamma, log

from tracker.rules.calendar import WorkingCalendar

HISTORY_WORKING_DAYS = 20  # a shorter history says nothing
LATE_CHANCE = 0.05  # below it the date is called in danger (docs/decisions/0080)
LATE_CHANCE_PROMISED = 0.01  # … while the owner's fresh word says it will be met
HORIZON_WORKING_DAYS = 750  # three years: beyond it there is no day, only "not at this pace"
PRIOR = 0.5


class Confidence(StrEnum):
    """What the owner thinks: chắc chắn, có khó khăn, khó đạt."""

    SURE = "sure"
    HARD = "hard"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Progress:
    """So many steps (criteria, or parts of 5 percent) were done on a day."""

    on: date
    met: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the pace so far makes of a date.

    remaining, gained: steps to go, and steps done within the last `working_days`. chance: of meeting the date, 0 to 1.
    expected_on: at the pace so far; earliest_on, latest_on: four of five such histories end between them; None: not within
    three years. slack: working days from `expected_on` to the date, negative when it comes after; None without a day.
    """

    remaining: int
    gained: int
    working_days: int
    chance: float
    expected_on: date | None
    earliest_on: date | None
    latest_on: date | None
    slack: int | None


def forecast(
    history: Sequence[Progress], *, total: int, due_on: date, calendar: WorkingCalendar, today: date
) -> Forecast | None:
    """The forecast on `today` for a date that has not passed, from reports in the order of their days.

    None when there is nothing to foresee: less than two reported days, less than HISTORY_WORKING_DAYS of history, nothing
    left to do, or a date that has passed. No history gives no forecast rather than a wrong one.
    """
    if today > due_on or len({one.on for one in history}) < 2:
        return None
    first, last = history[0], history[-1]
    working_days = calendar.between(first.on, today)
    remaining = total - last.met
    if working_days < HISTORY_WORKING_DAYS or remaining <= 0:
        return None
    gained = max(last.met - first.met, 0)
    expected = ceil(remaining * working_days / (gained + PRIOR))
    days = {
        "expected_on": expected,
        "earliest_on": _days_for(0.10, remaining, gained, working_days),
        "latest_on": _days_for(0.90, remaining, gained, working_days),
    }
    found = {
        name: calendar.add(today, count) if count is not None and count <= HORIZON_WORKING_DAYS else None
        for name, count in days.items()
    }
    return Forecast(
        remaining=remaining,
        gained=gained,
        working_days=working_days,
        chance=_chance(remaining, gained, working_days, calendar.between(today, due_on)),
        slack=calendar.between(found["expected_on"], due_on) if found["expected_on"] is not None else None,
        **found,
    )


def is_in_danger(found: Forecast, *, promised_on: date | None, due_on: date) -> bool:
    """Whether the date is likely to be missed. The owner's word that it will be met counts, but not against everything:
    what almost never happens is said all the same."""
    is_promised = promised_on is not None and promised_on <= due_on
    return found.chance < (LATE_CHANCE_PROMISED if is_promised else LATE_CHANCE)


def _chance(remaining: int, gained: int, observed: int, ahead: int) -> float:
    """The chance of at least `remaining` steps within `ahead` working days, after `gained` steps in `observed`."""
    if ahead <= 0:
        return 0.0
    shape, stays = gained + PRIOR, log(observed / (observed + ahead))
    moves = log(ahead / (observed + ahead))
    fewer = (
        exp(lgamma(shape + steps) - lgamma(shape) - lgamma(steps + 1) + shape * stays + steps * moves)
        for steps in range(remaining)
    )
    return max(0.0, 1.0 - sum(fewer))


def _days_for(chance: float, remaining: int, gained: int, observed: int) -> int | None:
    """The fewest working days in which `remaining` steps are done with this chance; None beyond the horizon."""
    low, high = 0, HORIZON_WORKING_DAYS
    if _chance(remaining, gained, observed, high) < chance:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _chance(remaining, gained, observed, middle) >= chance else (middle, high)
    return high
