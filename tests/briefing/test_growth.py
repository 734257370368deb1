"""How the criteria of the communes grow from week to week: attained, lost, met again."""

from datetime import date

from sqlmodel import Session

from tests.briefing.test_figures import FRIDAY
from tests.cast import Office
from tests.days import noon
from tracker.criteria.growth import load_growth
from tracker.criteria.importing import import_criteria
from tracker.criteria.sets import KnownSet, get_set
from tracker.models import CriterionAttainment
from tracker.people.units import get_unit

DAYS = (date(2020, 6, 26), date(2020, 7, 3), date(2020, 7, 10))
SET = """
[[criteria_set]]
code = "xa-2016-2020"
name = "Bộ tiêu chí quốc gia về xã nông thôn mới"
level = "commune"
applies_to = "xã"
valid_from = 2016-10-17
valid_to = 2020-12-31
source = "Quyết định số 1980/QĐ-TTg ngày 17/10/2016"
criteria = [
    { code = "1", name = "Quy hoạch", short_names = ["QH"] },
    { code = "2", name = "Giao thông", short_names = ["GT"] },
]
"""


def met(session: Session, wanted: KnownSet, unit: str, at: int, on: date, lost_on: date | None = None) -> None:
    session.add(
        CriterionAttainment(
            unit_id=get_unit(session, unit).id or 0, criterion_id=wanted.criteria[at].id, attained_on=on, lost_on=lost_on,
            reported_at=noon(on),
        )
    )  # fmt: skip


def test_a_criterion_counts_from_the_day_it_is_met_until_it_is_lost(office: Office) -> None:
    with office.write() as session:
        import_criteria(session, SET.encode(), name="set.toml", today=FRIDAY, now=noon(FRIDAY))
        wanted = get_set(session, "xa-2016-2020", on=FRIDAY)
        met(session, wanted, "an-binh", 0, date(2020, 6, 26))
        met(session, wanted, "an-binh", 1, date(2020, 6, 20), lost_on=date(2020, 7, 1))
        met(session, wanted, "an-binh", 1, date(2020, 7, 10))
        met(session, wanted, "binh-minh", 0, date(2020, 7, 4))
        met(session, wanted, "binh-minh", 1, date(2020, 7, 11))
    with office.read() as session:
        growth = load_growth(session, wanted, DAYS)
    assert [(place, counts) for _, place, counts in growth.communes] == [
        ("xã Bình Minh", (0, 0, 1)),
        ("xã An Bình", (2, 1, 2)),
    ]
    assert growth.averages == (1.0, 0.5, 1.5)
    assert growth.criteria == 2
