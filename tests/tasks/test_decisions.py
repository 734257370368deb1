"""Rulings with their lineage: words of a meeting, a later notice, a task that is opened again."""

from datetime import date

import pytest

from tests.cast import CALENDAR, Office
from tests.days import BEFORE, DUE, EXTENDED, LATE, OFFICE_DAY, OVERSEERS_DAY
from tests.notify.test_the_ladder import sweep_days
from tracker.config import Config
from tracker.errors import TaskError
from tracker.models import Acknowledgement, Notice, Ruling
from tracker.notify.composing import load_items
from tracker.notify.rulings import lately_ruled, load_rulings_since
from tracker.tasks.decisions import amend, reopen, rule
from tracker.tasks.extensions import ask_extension, decide_extension
from tracker.tasks.progress import acknowledge, report, report_done, verify
from tracker.tasks.rulings import reassign

JULY = date(2020, 7, 31)


@pytest.fixture
def task(office: Office) -> int:
    return office.task()


def notice(office: Office, task: int) -> Notice:
    with office.read() as session:
        return session.get_one(Notice, office.get(task).notice_id)


def later_notice(office: Office, issued_on: date = LATE) -> Notice:
    """A paper of a later day; the cast makes one with every task."""
    found = notice(office, office.task("binh-minh"))
    with office.write() as session:
        row = session.get_one(Notice, found.id)
        row.issued_on, row.number = issued_on, "300/TB-UBND"
        session.add(row)
    with office.read() as session:
        return session.get_one(Notice, found.id)


def amended(office: Office, task: int, by_notice: Notice, *, due_on: date | None = None, is_cancelled: bool = False):
    return office.act(
        amend, task, by="office-chief", on=LATE, notice=by_notice, text="lùi thời hạn sang quý III", due_on=due_on,
        is_cancelled=is_cancelled,
    )  # fmt: skip


def first_line(office: Office, task: int, on: date) -> str:
    with office.read() as session:
        return load_items(session, [task], config=Config(), calendar=CALENDAR, today=on)[task].ruling


def test_a_later_notice_extends_a_task_and_both_dates_and_both_notices_are_kept(office: Office, task: int):
    after = amended(office, task, later_notice(office), due_on=EXTENDED)
    assert (after.first_due_on, after.due_on) == (DUE, EXTENDED)
    detail = office.history(task)[-1].detail
    assert (detail["relation"], detail["notice"], detail["due_before"]) == ("extends", "300/TB-UBND", "2020-06-30")
    assert first_line(office, task, LATE) == (
        "Gia hạn theo Thông báo số 300/TB-UBND ngày 01/07/2020: hạn 30/06/2020 lùi đến 30/09/2020: "
        "“lùi thời hạn sang quý III”"
    )


def test_an_earlier_date_amends_and_the_ladder_counts_from_it(office: Office, task: int):
    amended(office, task, later_notice(office, BEFORE), due_on=date(2020, 6, 25))
    assert office.history(task)[-1].detail["relation"] == "amends"
    assert "thay bằng 25/06/2020" in first_line(office, task, LATE)


def test_a_later_notice_ends_a_task(office: Office, task: int):
    office.act(ask_extension, task, by="an-head", on=BEFORE, proposed_on=EXTENDED, reason="Chờ vốn")
    assert amended(office, task, later_notice(office), is_cancelled=True).cancelled_on == LATE
    assert office.history(task)[-1].detail["relation"] == "cancels"


@pytest.mark.parametrize(
    ("issued_on", "more", "why"),
    [
        (date(2020, 1, 2), {"due_on": EXTENDED}, "an earlier notice changes nothing"),
        (LATE, {"due_on": EXTENDED, "is_cancelled": True}, "either ends a task or gives it a date"),
        (LATE, {"due_on": DUE}, "due 2020-06-30 already"),
    ],
)
def test_a_notice_that_cannot_change_the_task_is_refused(office: Office, task: int, issued_on, more, why):
    with pytest.raises(TaskError, match=why):
        amended(office, task, later_notice(office, issued_on), **more)
    with pytest.raises(TaskError, match="is the notice that gave the task"):
        amended(office, task, notice(office, task))
    assert office.rows(Ruling) == []


def test_the_words_of_the_meeting_are_the_first_line_until_the_owner_reports(office: Office, task: int):
    assert first_line(office, task, OFFICE_DAY) == ""
    office.act(rule, task, by="chair", on=OFFICE_DAY, text="Chủ tịch UBND xã báo cáo\ntại giao ban tuần sau")
    expected = "Ý kiến kết luận ngày 07/07/2020: “Chủ tịch UBND xã báo cáo tại giao ban tuần sau”"
    assert first_line(office, task, OFFICE_DAY) == expected
    office.act(report, task, by="an-contact", on=date(2020, 7, 8), percent=60, note="Đã họp")
    assert first_line(office, task, date(2020, 7, 9)) == ""


def test_a_ruling_keeps_the_task_off_the_agenda_for_five_working_days(office: Office, task: int):
    office.act(rule, task, by="chair", on=OFFICE_DAY, text="Tiếp tục đôn đốc")
    found = {}
    for day in (OFFICE_DAY, date(2020, 7, 13), date(2020, 7, 14)):
        with office.read() as session:
            found[day] = lately_ruled(session, calendar=CALENDAR, today=day)
    assert list(found.values()) == [{task}, {task}, set()]


def test_only_the_office_and_the_chair_rule(office: Office, task: int):
    for by in ("an-head", "overseer"):
        with pytest.raises(TaskError, match="may not rule"):
            office.act(rule, task, by=by, on=LATE, text="Không làm nữa")
    with pytest.raises(TaskError, match="needs its words"):
        office.act(rule, task, by="chair", on=LATE, text=" ")


def test_every_ruling_of_the_week_can_be_listed(office: Office, task: int):
    office.act(ask_extension, task, by="an-head", on=BEFORE, proposed_on=EXTENDED, reason="Chờ vốn")
    office.act(decide_extension, task, by="chair", on=BEFORE, granted_on=None, note="Không có lý do")
    office.act(reassign, task, by="chair", on=LATE, unit=office.unit("binh-minh"), reason="Đúng địa bàn")
    with office.read() as session:
        kinds = [(one.kind, one.decided_on) for one in load_rulings_since(session, BEFORE)]
        assert [one.kind for one in load_rulings_since(session, LATE)] == ["reassign"]
    assert kinds == [("refuse", BEFORE), ("reassign", LATE)]


def test_a_verified_task_is_opened_again_with_a_reason(office: Office, task: int):
    with pytest.raises(TaskError, match="is open already"):
        office.act(reopen, task, by="chair", on=BEFORE, reason="Kiểm tra lại")
    office.act(report_done, task, by="an-contact", on=BEFORE, note="Đã xong")
    office.act(verify, task, by="office-chief", on=BEFORE, note="")
    after = office.act(reopen, task, by="office-chief", on=LATE, reason="Kiểm tra ngày 30/06: mới có hồ sơ")
    assert (after.done_on, after.verified_on, after.percent) == (None, None, 99)
    assert office.history(task)[-1].detail["verified_on"] == "2020-06-15"
    assert "Mở lại sau nghiệm thu" in first_line(office, task, LATE)


# --- joint liability -------------------------------------------------------------------------------------------------


def test_what_an_overseer_promises_shortens_the_silence_and_never_lengthens_it(office: Office, task: int):
    noted = {"note": "Làm việc với xã", "calendar": CALENDAR, "working_days": 5}
    office.act(acknowledge, task, by="overseer", on=OVERSEERS_DAY, promised_on=date(2020, 7, 7), **noted)
    office.act(acknowledge, task, by="second-overseer", on=OVERSEERS_DAY, promised_on=JULY, **noted)
    assert [(one.promised_on, one.expires_on) for one in office.rows(Acknowledgement)] == [
        (date(2020, 7, 7), date(2020, 7, 7)), (JULY, date(2020, 7, 10)),
    ]  # fmt: skip
    with pytest.raises(TaskError, match="has passed"):
        office.act(acknowledge, task, by="overseer", on=OVERSEERS_DAY, promised_on=LATE, **noted)


def test_the_letter_of_an_overseer_names_the_other_one(office: Office, task: int):
    sweep_days(office, OVERSEERS_DAY, OVERSEERS_DAY)
    with office.read() as session:
        item = load_items(session, [task], config=Config(), calendar=CALENDAR, today=OVERSEERS_DAY)[task]
    assert {one.post for one in item.told if one.rung == "overseer"} == {"Trưởng Ban Dân vận", "Trưởng Ban Tổ chức"}
