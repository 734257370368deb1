"""What each change does to a task, which days it accepts, and what happens to whatever else was pending."""

from datetime import date, timedelta

import pytest

from tests.cast import CALENDAR, Office, unit
from tests.days import BEFORE, CONFIRMED, DUE, EXTENDED, ISSUED, LATE, MEETING, OVERSEERS_DAY
from tracker.errors import TaskError
from tracker.models import Acknowledgement, Extension, Hold, Kind, ProgressReport, TaskMention, Verification
from tracker.tasks.extensions import ask_extension, decide_extension
from tracker.tasks.listing import standing_of
from tracker.tasks.progress import acknowledge, report, report_done, return_to_owner, verify
from tracker.tasks.rulings import cancel, hold, reassign, release

NOTED = {"note": "Đã chỉ đạo xã", "calendar": CALENDAR, "working_days": 5}
DAY = timedelta(days=1)


@pytest.fixture
def task(office: Office) -> int:
    return office.task()


def owner(office: Office, act, task: int, on: date, **what):
    return office.act(act, task, by="an-contact", on=on, **what)


def ruler(office: Office, act, task: int, on: date, **what):
    return office.act(act, task, by="coordinator", on=on, **what)


def claim(office: Office, task: int, on: date = BEFORE, **what):
    return owner(office, report_done, task, on, note="Đã xong", **what)


def ask(office: Office, task: int, on: date = BEFORE, until: date = EXTENDED):
    return owner(office, ask_extension, task, on, proposed_on=until, reason="Mưa bão")


# --- reports ---------------------------------------------------------------------------------------------------------


def test_a_report_is_kept_and_the_task_shows_the_last(office: Office, task: int):
    owner(office, report, task, BEFORE, percent=40, note=" Đang làm ", promised_on=LATE)
    after = owner(office, report, task, LATE, percent=30, note="Phải làm lại")
    assert (after.percent, after.last_report_on, after.promised_on) == (30, LATE, None), (
        "a new word replaces the promise"
    )
    assert [(row.percent, row.note, row.promised_on) for row in office.rows(ProgressReport)] == [
        (40, "Đang làm", LATE),
        (30, "Phải làm lại", None),
    ]
    assert after.due_on == DUE, "a promise moves no date"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        pytest.param({"percent": -1}, "-1 percent", id="less than nothing"),
        pytest.param({"percent": 101}, "101 percent", id="more than all"),
        pytest.param({"note": " \n"}, "needs a note", id="without a word"),
        pytest.param({"promised_on": BEFORE - DAY}, "has passed", id="with a promise for yesterday"),
    ],
)
def test_a_report_is_refused(office: Office, task: int, what, says):
    with pytest.raises(TaskError, match=says):
        owner(office, report, task, BEFORE, **({"percent": 10, "note": "Đang làm"} | what))
    assert office.rows(ProgressReport) == []


def test_a_promise_for_today_is_taken(office: Office, task: int):
    assert owner(office, report, task, BEFORE, percent=10, note="Đang làm", promised_on=BEFORE).promised_on == BEFORE


# --- done, verified, returned ----------------------------------------------------------------------------------------


def test_done_is_a_claim_and_the_task_stays_open(office: Office, task: int):
    after = claim(office, task)
    assert (after.done_on, after.verified_on, after.percent) == (BEFORE, None, 100)
    assert standing_of(after, today=LATE) == "open_in_time"


def test_verified_it_closes_with_the_day_that_was_claimed(office: Office, task: int):
    claim(office, task, on=LATE, done_on=DUE)
    after = ruler(office, verify, task, OVERSEERS_DAY, note="Đã kiểm tra hồ sơ")
    assert (after.done_on, after.verified_on) == (DUE, OVERSEERS_DAY)
    assert standing_of(after, today=OVERSEERS_DAY) == "done_on_time"
    stored = office.rows(Verification)[-1]
    assert (stored.is_verified, stored.report_id, stored.decided_on) == (
        True,
        office.rows(ProgressReport)[-1].id,
        OVERSEERS_DAY,
    )


def test_returned_it_is_open_again_with_what_is_missing(office: Office, task: int):
    claim(office, task, on=DUE)
    after = ruler(office, return_to_owner, task, LATE, note="Thiếu biên bản")
    assert (after.done_on, after.percent, standing_of(after, today=LATE)) == (None, 99, "open_overdue")
    assert office.history(task)[-1].detail == {"claimed_on": "2020-06-30", "note": "Thiếu biên bản"}
    claim(office, task, on=LATE)
    assert ruler(office, verify, task, LATE, note="").verified_on == LATE
    assert [row.is_verified for row in office.rows(Verification)] == [False, True]
    assert office.rows(Verification)[-1].report_id == office.rows(ProgressReport)[-1].id, "the second claim is meant"


@pytest.mark.parametrize(
    ("day", "says"),
    [
        pytest.param(BEFORE + DAY, "lies ahead", id="tomorrow"),
        pytest.param(MEETING - DAY, "before the notice", id="before the meeting"),
        pytest.param(date(202, 6, 15), "before the notice", id="in the year 202"),
    ],
)
def test_a_day_is_refused_on_which_it_cannot_have_been_done(office: Office, task: int, day, says):
    with pytest.raises(TaskError, match=says):
        claim(office, task, done_on=day)
    assert office.get(task).done_on is None


@pytest.mark.parametrize("day", [MEETING, ISSUED, CONFIRMED - DAY, BEFORE])
def test_work_may_begin_with_the_meeting_before_paper_and_confirmation(office: Office, task: int, day):
    assert claim(office, task, done_on=day).done_on == day


def test_a_return_needs_a_reason(office: Office, task: int):
    claim(office, task)
    with pytest.raises(TaskError, match="what is missing"):
        ruler(office, return_to_owner, task, LATE, note=" ")
    assert office.get(task).done_on == BEFORE


# --- more time -------------------------------------------------------------------------------------------------------


def test_asking_moves_no_date_and_granting_keeps_the_first(office: Office, task: int):
    assert ask(office, task).due_on == DUE
    after = ruler(office, decide_extension, task, LATE, granted_on=date(2020, 8, 31), note="Đồng ý đến 31/8")
    assert (after.first_due_on, after.due_on) == (DUE, date(2020, 8, 31))
    row = office.rows(Extension)[-1]
    assert (row.due_before, row.proposed_on, row.granted_on) == (DUE, EXTENDED, date(2020, 8, 31))
    again = ask(office, task, on=date(2020, 8, 3), until=date(2020, 12, 31))
    assert (again.first_due_on, again.due_on) == (DUE, date(2020, 8, 31)), "the first date is never lost"
    assert office.rows(Extension)[-1].due_before == date(2020, 8, 31)


def test_refused_the_date_stays_and_one_may_ask_again(office: Office, task: int):
    ask(office, task)
    assert ruler(office, decide_extension, task, LATE, granted_on=None, note="Không đồng ý").due_on == DUE
    assert office.rows(Extension)[-1].granted_on is None
    assert ask(office, task, on=LATE).due_on == DUE


@pytest.mark.parametrize(
    ("due_on", "today", "until", "says"),
    [
        pytest.param(DUE, BEFORE, DUE, "no extension", id="for the date that it has"),
        pytest.param(DUE, BEFORE, DUE - DAY, "no extension", id="for an earlier date"),
        pytest.param(DUE, OVERSEERS_DAY, LATE, "no extension", id="for a day that has passed"),
        pytest.param(None, BEFORE, EXTENDED, "no date", id="of a task without a date"),
    ],
)
def test_more_time_is_not_asked(office: Office, due_on, today, until, says):
    task = office.task(due_on=due_on)
    with pytest.raises(TaskError, match=says):
        ask(office, task, on=today, until=until)
    assert office.rows(Extension) == []


@pytest.mark.parametrize(
    ("day", "says"),
    [
        pytest.param(DUE, "grants no time", id="the date that it has"),
        pytest.param(DUE - DAY, "grants no time", id="an earlier date"),
        pytest.param(LATE, "has passed", id="a day that has passed"),
    ],
)
def test_no_such_date_is_granted(office: Office, task: int, day, says):
    ask(office, task)
    with pytest.raises(TaskError, match=says):
        ruler(office, decide_extension, task, OVERSEERS_DAY, granted_on=day, note="")
    assert (office.get(task).due_on, office.rows(Extension)[-1].decided_at) == (DUE, None)


def test_more_time_needs_a_reason(office: Office, task: int):
    with pytest.raises(TaskError, match="needs a reason"):
        owner(office, ask_extension, task, BEFORE, proposed_on=EXTENDED, reason=" ")


def test_done_while_a_request_waits_leaves_it_to_be_decided_and_the_decision_says_whether_it_was_in_time(
    office: Office,
):
    task = office.task()
    ask(office, task)
    claim(office, task, on=OVERSEERS_DAY)
    assert standing_of(office.get(task), today=OVERSEERS_DAY) == "open_overdue"
    after = ruler(office, decide_extension, task, date(2020, 7, 6), granted_on=OVERSEERS_DAY, note="Đồng ý")
    assert standing_of(after, today=date(2020, 7, 6)) == "open_in_time"
    assert (after.first_due_on, after.due_on) == (DUE, OVERSEERS_DAY)


@pytest.mark.parametrize(
    ("close", "note"),
    [
        pytest.param("verify", "Hết hiệu lực: nhiệm vụ đã được nghiệm thu", id="verified"),
        pytest.param("cancel", "Hết hiệu lực: nhiệm vụ đã chấm dứt", id="cancelled"),
    ],
)
def test_a_task_that_closes_leaves_neither_request_nor_hold_behind(office: Office, task: int, close, note):
    ask(office, task)
    ruler(office, hold, task, BEFORE, reason="Chờ tỉnh", until_on=None)
    if close == "verify":
        claim(office, task)
        ruler(office, verify, task, LATE, note="")
    else:
        ruler(office, cancel, task, LATE, reason="Theo kết luận mới")
    request, stopped = office.rows(Extension)[-1], office.rows(Hold)[-1]
    assert (request.granted_on, request.note, request.decided_by_id) == (None, note, office.officer("coordinator"))
    assert (stopped.released_at is not None, office.get(task).is_held) == (True, False)
    assert office.get(task).due_on == DUE


# --- holds -----------------------------------------------------------------------------------------------------------


def test_a_hold_lasts_to_its_end_and_passes_by_itself(office: Office, task: int):
    ruler(office, hold, task, BEFORE, reason="Chờ tỉnh", until_on=DUE)
    with pytest.raises(TaskError, match="already on hold"):
        ruler(office, hold, task, DUE, reason="Chờ tiếp", until_on=None)
    with pytest.raises(TaskError, match="not on hold"):
        ruler(office, release, task, LATE, note="")
    after = ruler(office, hold, task, LATE, reason="Chờ tiếp", until_on=None)
    assert (after.is_held, after.held_until) == (True, None)
    released = ruler(office, release, task, LATE, note="Tỉnh đã trả lời")
    assert (released.is_held, released.held_until) == (False, None)
    first, second = office.rows(Hold)
    assert (first.released_at, second.released_by_id) == (None, office.officer("coordinator"))


def test_a_hold_needs_a_reason_and_an_end_that_has_not_passed(office: Office, task: int):
    with pytest.raises(TaskError, match="needs a reason"):
        ruler(office, hold, task, BEFORE, reason="", until_on=None)
    with pytest.raises(TaskError, match="would have ended"):
        ruler(office, hold, task, BEFORE, reason="Chờ tỉnh", until_on=BEFORE - DAY)
    assert ruler(office, hold, task, BEFORE, reason="Chờ tỉnh", until_on=BEFORE).held_until == BEFORE


# --- acknowledging ---------------------------------------------------------------------------------------------------


def test_before_there_is_a_slip_there_is_nothing_to_take_note_of(office: Office, task: int):
    for day in (BEFORE, DUE):
        with pytest.raises(TaskError, match="has not slipped"):
            office.act(acknowledge, task, by="overseer", on=day, **NOTED)
    with pytest.raises(TaskError, match="on no day"):
        office.act(acknowledge, office.task(due_on=None), by="overseer", on=LATE, **NOTED)
    assert office.rows(Acknowledgement) == []


def test_a_forecast_behind_the_date_of_a_milestone_can_be_taken_note_of(office: Office):
    mark, plain = office.task(kind=Kind.MILESTONE), office.task()
    for task in (mark, plain):
        owner(office, report, task, BEFORE, percent=50, note="Sẽ chậm", promised_on=LATE)
    office.act(acknowledge, mark, by="overseer", on=BEFORE, **NOTED)
    assert office.rows(Acknowledgement)[-1].expires_on == date(2020, 6, 22)
    with pytest.raises(TaskError, match="has not slipped"):
        office.act(acknowledge, plain, by="overseer", on=BEFORE, **NOTED)


# --- rulings ---------------------------------------------------------------------------------------------------------


def test_a_reassigned_task_keeps_its_past_and_loses_the_promise_of_the_unit_before(office: Office, task: int):
    owner(office, report, task, BEFORE, percent=40, note="Đang làm", promised_on=LATE)
    after = ruler(office, reassign, task, BEFORE, unit=office.unit("binh-minh"), reason="Điều chỉnh địa bàn")
    assert (after.lead_unit_id, after.promised_on, after.percent) == (office.unit("binh-minh").id, None, 40)
    assert [(str(one.role), one.written) for one in office.rows(TaskMention)] == [("support", "UBND xã An Bình")]
    assert office.history(task)[-1].detail == {
        "unit_before": "an-binh",
        "unit": "binh-minh",
        "reason": "Điều chỉnh địa bàn",
    }


def test_a_task_is_not_given_to_a_unit_that_does_not_stand(office: Office, task: int):
    office.register(
        unit("binh-minh", name='"UBND xã Bình Minh"', valid_to="2020-06-30") + unit("new", valid_from="2020-07-02")
    )
    for code in ("binh-minh", "new"):
        with pytest.raises(TaskError, match="does not stand on 2020-07-01"):
            ruler(office, reassign, task, LATE, unit=office.unit(code), reason="Sáp nhập")
    assert office.get(task).lead_unit_id == office.unit("an-binh").id


def test_a_task_is_not_given_to_whom_it_belongs_nor_away_while_a_claim_waits(office: Office, task: int):
    with pytest.raises(TaskError, match="already belongs"):
        ruler(office, reassign, task, LATE, unit=office.unit("an-binh"), reason="Nhầm")
    claim(office, task)
    with pytest.raises(TaskError, match="waits for verification"):
        ruler(office, reassign, task, LATE, unit=office.unit("binh-minh"), reason="Phân công lại")


@pytest.mark.parametrize("act", [cancel, reassign])
def test_a_ruling_needs_a_reason(office: Office, task: int, act):
    what = {"unit": office.unit("binh-minh")} if act is reassign else {}
    with pytest.raises(TaskError, match="needs a reason"):
        ruler(office, act, task, LATE, reason="  ", **what)


def test_a_cancelled_task_has_no_cell_among_the_official_ones(office: Office, task: int):
    after = ruler(office, cancel, task, LATE, reason="Theo kết luận mới")
    assert (after.cancelled_on, standing_of(after, today=OVERSEERS_DAY)) == (LATE, "cancelled")


EVERY_VERB = [
    (report, {"percent": 10, "note": "Đang làm"}, "an-contact"),
    (report_done, {"note": "Đã xong"}, "an-contact"),
    (ask_extension, {"proposed_on": EXTENDED, "reason": "Mưa bão"}, "an-contact"),
    (acknowledge, NOTED, "overseer"),
    (verify, {"note": ""}, "coordinator"),
    (return_to_owner, {"note": "Thiếu"}, "coordinator"),
    (decide_extension, {"granted_on": None, "note": ""}, "coordinator"),
    (hold, {"reason": "Chờ", "until_on": None}, "coordinator"),
    (release, {"note": ""}, "coordinator"),
    (cancel, {"reason": "Thôi"}, "coordinator"),
]


@pytest.mark.parametrize("how", ["verified", "cancelled"])
def test_a_closed_task_takes_no_change_and_every_refusal_says_since_when(office: Office, task: int, how):
    if how == "verified":
        claim(office, task)
        ruler(office, verify, task, BEFORE, note="")
    else:
        ruler(office, cancel, task, BEFORE, reason="Theo kết luận mới")
    before, lines = office.get(task), len(office.history(task))
    for act, what, code in EVERY_VERB:
        with pytest.raises(TaskError, match=f"{how} on 2020-06-15"):
            office.act(act, task, by=code, on=LATE, **what)
    assert (office.get(task), len(office.history(task))) == (before, lines)
