"""The ladder day after day on a real database: who hears of which task, on which day, and who never does."""

from datetime import date, timedelta

from tests.cast import CALENDAR, Office, away, holds, unit
from tests.days import BEFORE, EXTENDED, LATE, OFFICE_DAY, OVERSEERS_DAY, noon
from tracker.config import Config
from tracker.models import Officer, Said
from tracker.notify.sweep import sweep
from tracker.tasks.extensions import ask_extension, decide_extension
from tracker.tasks.progress import acknowledge, report, report_done

Diary = dict[str, set[str]]


def sweep_days(office: Office, first: date, last: date) -> None:
    day = first
    while day <= last:
        with office.write() as session:
            sweep(session, config=Config(), calendar=CALENDAR, today=day, now=noon(day))
        day += timedelta(days=1)


def diary(office: Office, task: int, since: date = BEFORE) -> Diary:
    """What was said about a task from a day on: by day and rung, to whom."""
    codes = {one.id: one.code for one in office.rows(Officer)}
    found: Diary = {}
    for one in office.rows(Said):
        if one.task_id == task and one.said_on >= since:
            found.setdefault(f"{one.said_on:%d/%m} {one.rung}", set()).add(codes[one.officer_id])
    return found


REMINDED = {"19/06 remind": {"an-contact"}, "25/06 remind": {"an-contact"}, "29/06 remind": {"an-contact"}}
OFFICE = {"07/07 office": {"coordinator", "office-chief"}}


def test_a_silent_commune_climbs_to_its_overseers_and_the_office(office: Office):
    task = office.task()
    sweep_days(office, BEFORE, date(2020, 7, 20))
    assert diary(office, task) == REMINDED | OFFICE | {
        "01/07 head": {"an-contact", "an-head"},
        "03/07 overseer": {"overseer", "second-overseer"},
    }


def test_a_task_of_the_district_without_an_overseer_passes_from_the_head_to_the_office(office: Office):
    task = office.task("tai-chinh", place=None)
    sweep_days(office, LATE, date(2020, 7, 20))
    assert diary(office, task) == OFFICE | {"01/07 head": {"money-contact", "money-head"}}


def test_a_commune_task_without_a_place_and_a_village_reach_the_overseers_of_the_commune(office: Office):
    placeless, village = office.task(place=None), office.task("an-binh", place="thon-dong")
    sweep_days(office, OVERSEERS_DAY, OVERSEERS_DAY)
    for task in (placeless, village):
        assert diary(office, task) == {"03/07 overseer": {"overseer", "second-overseer"}}


def test_a_substitute_hears_and_acts_and_who_comes_back_hears_of_what_is_still_open(office: Office):
    office.register(away("overseer", "deputy", "2020-07-03", "2020-07-08"))
    task = office.task()
    sweep_days(office, LATE, date(2020, 7, 6))
    office.act(
        acknowledge,
        task,
        by="deputy",
        on=date(2020, 7, 6),
        note="Đã làm việc với xã",
        calendar=CALENDAR,
        working_days=5,
    )
    sweep_days(office, OFFICE_DAY, date(2020, 7, 17))
    assert diary(office, task) == OFFICE | {
        "01/07 head": {"an-contact", "an-head"},
        "03/07 overseer": {"deputy", "second-overseer"},
    }, "after the office has spoken nobody new is told; the one who came back sees it on the pages"


def test_what_the_overseer_noted_before_leaving_holds_for_the_substitute(office: Office):
    office.register(away("overseer", "deputy", "2020-07-06", "2020-07-31"))
    task = office.task()
    sweep_days(office, OVERSEERS_DAY, OVERSEERS_DAY)
    office.act(acknowledge, task, by="overseer", on=OVERSEERS_DAY, note="Đã chỉ đạo", calendar=CALENDAR, working_days=5)
    sweep_days(office, date(2020, 7, 6), date(2020, 7, 10))
    assert diary(office, task, date(2020, 7, 6)) == OFFICE
    sweep_days(office, date(2020, 7, 13), date(2020, 7, 13))
    assert diary(office, task, date(2020, 7, 13)) == {"13/07 overseer": {"deputy"}}, "it has run out"


def test_after_a_merger_the_successor_hears(office: Office):
    office.register(
        unit("an-binh", name='"UBND xã An Bình"', place='"xã An Bình"', valid_to="2020-06-30", successor='"new"')
        + unit("new", valid_from="2020-07-01")
        + holds("deputy", "new", "head", "2020-07-01")
        + holds("binh-overseer", "new", "overseer", "2020-07-01")
    )
    task = office.task()
    sweep_days(office, date(2020, 6, 29), OVERSEERS_DAY)
    assert diary(office, task) == {
        "29/06 remind": {"an-contact"},
        "01/07 head": {"deputy"},
        "03/07 overseer": {"binh-overseer"},
    }


def test_an_extension_restarts_the_ladder_and_a_claim_silences_it(office: Office):
    task = office.task()
    sweep_days(office, LATE, LATE)
    office.act(ask_extension, task, by="an-contact", on=LATE, proposed_on=EXTENDED, reason="Mưa bão")
    office.act(decide_extension, task, by="chair", on=LATE, granted_on=EXTENDED, note="")
    sweep_days(office, date(2020, 7, 2), date(2020, 9, 25))
    assert diary(office, task, date(2020, 7, 2)) == {"21/09 remind": {"an-contact"}, "25/09 remind": {"an-contact"}}
    office.act(report_done, task, by="an-contact", on=date(2020, 9, 28), note="Đã xong")
    sweep_days(office, date(2020, 9, 28), date(2020, 10, 30))
    assert diary(office, task, date(2020, 9, 28)) == {}


def test_a_promise_spares_head_and_overseers_for_five_working_days_and_the_office_never(office: Office):
    task = office.task()
    office.act(
        report, task, by="an-contact", on=LATE, percent=90, note="Còn một hạng mục", promised_on=date(2020, 7, 31)
    )
    sweep_days(office, LATE, date(2020, 7, 20))
    assert diary(office, task, LATE) == OFFICE
