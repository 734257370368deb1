"""Early warnings on a real database: from reports and requests to the letter of every overseer, and what ends them."""

from datetime import date

import pytest

from tests.cast import CALENDAR, Office
from tests.criteria.small import import_text, small_set
from tests.days import CONFIRMED, DUE
from tests.notify.test_the_ladder import diary, sweep_days
from tracker.config import Config
from tracker.models import Kind
from tracker.notify.composing import load_items
from tracker.notify.early import load_forecasts, load_paces
from tracker.notify.facts import ladder_of, load_facts, open_tasks, speaking
from tracker.people.officers import load_chains
from tracker.rules.escalation import decide
from tracker.rules.forecast import Confidence, Progress
from tracker.tasks.extensions import ask_extension
from tracker.tasks.progress import acknowledge, report, report_done, return_to_owner

BOTH = {"overseer", "second-overseer"}
MARCH, MAY = date(2020, 3, 16), date(2020, 5, 20)


@pytest.fixture
def milestone(office: Office) -> int:
    import_text(office, small_set(names=tuple(f"Tiêu chí {at}" for at in range(1, 20))), on=CONFIRMED)
    return office.task(kind=Kind.MILESTONE, title="Xã An Bình đạt chuẩn NTM")


def says(office: Office, task: int, on: date, percent: int, **more) -> None:
    office.act(report, task, by="an-contact", on=on, percent=percent, note="Đang làm", **more)


def test_a_silent_commune_is_warned_of_three_months_before_its_date_once(office: Office, milestone: int):
    sweep_days(office, date(2020, 3, 30), date(2020, 5, 29))
    assert diary(office, milestone, CONFIRMED) == {"03/04 overseer": BOTH}


def test_a_slow_commune_is_warned_of_with_its_figures(office: Office, milestone: int):
    says(office, milestone, MARCH, 79)
    says(office, milestone, date(2020, 4, 16), 79)
    says(office, milestone, MAY, 79)
    sweep_days(office, MAY, MAY)
    assert diary(office, milestone, CONFIRMED) == {"20/05 overseer": BOTH}
    with office.read() as session:
        (pace, found), *_ = load_forecasts(session, {milestone: ("Xã An Bình đạt chuẩn NTM", DUE)}, calendar=CALENDAR, today=MAY).values()  # fmt: skip
    assert pace.is_criteria
    assert (found.remaining, found.gained) == (4, 0)


def test_an_owner_who_calls_it_unlikely_is_heard_the_next_morning(office: Office, milestone: int):
    says(office, milestone, MARCH, 20, confidence=Confidence.UNLIKELY)
    sweep_days(office, date(2020, 3, 17), date(2020, 3, 20))
    assert diary(office, milestone, CONFIRMED) == {"17/03 overseer": BOTH}


def test_a_request_for_help_waits_five_days_and_is_answered_by_an_overseer(office: Office, milestone: int):
    says(office, milestone, MARCH, 20, help_wanted="Phòng Tài chính giải ngân đợt 2")
    says(office, milestone, date(2020, 3, 18), 25, help_wanted="Phòng Tài chính giải ngân")
    sweep_days(office, date(2020, 3, 18), date(2020, 3, 27))
    assert diary(office, milestone, CONFIRMED) == {"23/03 overseer": BOTH}, "it waits since it was first asked"
    noted = {"note": "Đã làm việc với Phòng", "calendar": CALENDAR, "working_days": 5}
    office.act(acknowledge, milestone, by="overseer", on=date(2020, 3, 27), **noted)
    assert (office.get(milestone).help_wanted, office.get(milestone).help_wanted_on) == ("", None)
    sweep_days(office, date(2020, 3, 30), date(2020, 4, 10))
    assert diary(office, milestone, date(2020, 3, 28)) == {}


def test_what_a_report_does_not_speak_of_stays_as_it_was_said(office: Office, milestone: int):
    says(office, milestone, MARCH, 20, confidence=Confidence.HARD, help_wanted="Huyện hỗ trợ xi măng")
    says(office, milestone, MAY, 30)
    task = office.get(milestone)
    assert (task.confidence, task.help_wanted, task.help_wanted_on) == ("hard", "Huyện hỗ trợ xi măng", MARCH)
    says(office, milestone, MAY, 30, confidence=Confidence.SURE, help_wanted="")
    task = office.get(milestone)
    assert (task.confidence, task.help_wanted, task.help_wanted_on) == ("sure", "", None)


def test_an_unanswered_request_for_time_is_a_warning_too(office: Office, milestone: int):
    says(office, milestone, MAY, 90)
    office.act(ask_extension, milestone, by="an-head", on=MAY, proposed_on=date(2020, 9, 30), reason="Chờ vốn")
    sweep_days(office, date(2020, 5, 21), date(2020, 5, 29))
    assert diary(office, milestone, CONFIRMED) == {"27/05 overseer": BOTH}


def test_a_returned_claim_is_no_progress(office: Office, milestone: int):
    says(office, milestone, MARCH, 79)
    office.act(report_done, milestone, by="an-contact", on=date(2020, 4, 1), note="Đã xong")
    office.act(return_to_owner, milestone, by="office-chief", on=date(2020, 4, 6), note="Mới có 15/19")
    says(office, milestone, MAY, 84)
    with office.read() as session:
        pace = load_paces(session, {milestone: ("Xã An Bình đạt chuẩn NTM", DUE)})[milestone]
    assert pace.progress == (Progress(MARCH, 15), Progress(MAY, 16))


def test_without_criteria_progress_is_counted_in_parts_of_five_percent(office: Office, milestone: int):
    says(office, milestone, MARCH, 40)
    with office.read() as session:
        pace = load_paces(session, {milestone: ("Xã An Bình đạt chuẩn NTM nâng cao", DUE)})[milestone]
    assert (pace.progress, pace.steps, pace.is_criteria) == ((Progress(MARCH, 8),), 20, False)


def test_the_sweep_passes_over_nothing_that_has_something_to_say(office: Office, milestone: int):
    """`speaking` narrows in SQL what `decide` is asked about: it may be too wide, never too narrow."""
    slow, asked, unlikely = (office.task(kind=Kind.MILESTONE, title="Xã An Bình đạt chuẩn NTM") for _ in range(3))
    for day, percent in ((MARCH, 74), (date(2020, 4, 20), 74), (MAY, 79)):
        says(office, slow, day, percent)
    says(office, asked, date(2020, 5, 4), 50, help_wanted="Vốn đợt 2")
    says(office, unlikely, date(2020, 2, 20), 10, confidence=Confidence.UNLIKELY)
    ladder, heard = ladder_of(Config()), set()
    day = CONFIRMED
    while day < DUE:
        with office.read() as session:
            chains = load_chains(session, on=day)
            near = {one.task_id for one in load_facts(session, speaking(ladder, CALENDAR, day), chains=chains)}
            for facts in load_facts(session, open_tasks(), chains=chains):
                if decide(facts, ladder, CALENDAR, day).intents:
                    heard.add(facts.task_id)
                    assert facts.task_id in near, (facts.task_id, day)
        day = CALENDAR.add(day, 3)
    assert heard == {milestone, slow, asked, unlikely}


def test_the_letter_gives_the_reasons_in_words(office: Office, milestone: int):
    for day in (MARCH, date(2020, 4, 16), date(2020, 5, 4)):
        says(office, milestone, day, 79, confidence=Confidence.UNLIKELY, help_wanted="Giải ngân\nđợt 2")
    with office.read() as session:
        items = load_items(session, [milestone], config=Config(), calendar=CALENDAR, today=date(2020, 6, 10))
    assert items[milestone].early == (
        "đơn vị tự đánh giá khó đạt",
        "đề nghị giúp từ ngày 16/03/2020 chưa được trả lời: “Giải ngân đợt 2”",
        "còn 4 tiêu chí, 11 tuần qua chưa đạt thêm tiêu chí nào; theo nhịp này không kịp hạn",
        "chưa có báo cáo mới từ ngày 04/05/2020",
    )
