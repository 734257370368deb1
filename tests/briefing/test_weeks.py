"""From one briefing to the next: a holiday moves the day, and still every slip is named exactly once."""

import json
from datetime import date

from tests.cast import CALENDAR, Office
from tests.days import noon
from tracker.briefing.freezing import freeze_briefing
from tracker.config import Config
from tracker.models import Briefing


def test_a_slip_over_a_holiday_is_named_in_exactly_one_briefing(office: Office):
    days = [date(2020, 4, day) for day in (24, 25, 27, 30)] + [date(2020, 5, day) for day in (1, 3, 4, 6)]
    tasks = {due_on: office.task(due_on=due_on) for due_on in days}
    # Friday 01/05 is a holiday: that week's briefing is frozen on Monday 04/05.
    for frozen_on, period in (
        (date(2020, 4, 24), "2020-W17"),
        (date(2020, 5, 4), "2020-W18"),
        (date(2020, 5, 8), "2020-W19"),
    ):
        with office.write() as session:
            freeze_briefing(
                session, period=period, config=Config(), calendar=CALENDAR, today=frozen_on, now=noon(frozen_on)
            )
    slipped = [
        [item["task_id"] for item in json.loads(one.content)["slipped"]]
        for one in office.rows(Briefing)
        if not one.scope
    ]
    assert slipped == [[], [tasks[day] for day in days[:6]], [tasks[day] for day in days[6:]]]
