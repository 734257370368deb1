"""What will be said on the days to come if nothing changes: the decision, played forward on its own memory."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Intent, Ladder, TaskFacts, decide


def preview(
    facts: Iterable[TaskFacts], ladder: Ladder, calendar: WorkingCalendar, *, days: int, today: date
) -> Iterator[tuple[date, list[Intent]]]:
    """Day by day from `today` on, what would be said, each thing once. Nobody reports meanwhile."""
    known = list(facts)
    for ahead in range(days):
        day = today + timedelta(days=ahead)
        said: list[Intent] = []
        for at, one in enumerate(known):
            intents = decide(one, ladder, calendar, day).intents
            if intents:
                said += intents
                known[at] = replace(one, said=one.said | {(intent.officer_id, intent.key) for intent in intents})
        yield day, said
