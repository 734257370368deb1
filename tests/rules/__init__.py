"""Common ground of the rule tests: the calendar of 2020, the ladder of product.md, one commune and its people."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Chain, Ladder, Rung, RungName, Target

# Nghỉ Tết Canh Tý, Giỗ Tổ (Thursday 02/04), 30/04, 01/05 and Quốc khánh, as the offices had them in 2020.
TET_2020 = tuple(date(2020, 1, day) for day in (23, 24, 27, 28, 29))
CALENDAR = WorkingCalendar.of([*TET_2020, date(2020, 4, 2), date(2020, 4, 30), date(2020, 5, 1), date(2020, 9, 2)])

# In 2019 Monday 29/04 was given off and Saturday 04/05 worked in exchange.
SWAPPED_2019 = WorkingCalendar.of([date(2019, 4, 29), date(2019, 4, 30), date(2019, 5, 1)], [date(2019, 5, 4)])

LADDER = Ladder(
    (
        Rung(RungName.REMIND, (Target.CONTACT,), working_days_before=(7, 3, 1)),
        Rung(RungName.HEAD, (Target.CONTACT, Target.HEAD), working_days_after=1, promise_working_days=5),
        Rung(RungName.OVERSEER, (Target.OVERSEER,), working_days_after=3, acknowledgement_working_days=5),
        Rung(RungName.OFFICE, (Target.OFFICE,), working_days_after=5, unanswered_reminders=3),
        Rung(RungName.CHAIR, (Target.CHAIR,)),
    ),
    stale_working_days=20,
)

CONTACT, HEAD, OVERSEER, SECOND_OVERSEER, OFFICE, CHAIR = 11, 12, 13, 14, 15, 16
CHAIN = Chain((CONTACT,), (HEAD,), (OVERSEER, SECOND_OVERSEER), (OFFICE,), (CHAIR,))

# Properties draw the same examples on every machine; a rule is too cheap to be timed one example at a time.
drawn = settings(max_examples=80, deadline=None, derandomize=True, database=None)


def span(first: date, last: date) -> st.SearchStrategy[date]:
    """Any day of a span; drawn as one number, which keeps the suite fast."""
    return st.sampled_from([first + timedelta(days=n) for n in range((last - first).days + 1)])
