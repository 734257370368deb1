"""A recurring duty in a letter: one line with this instance and what was missed, answered in one step."""

from datetime import date

from tests.cast import CALENDAR, Office
from tests.days import BEFORE
from tracker.config import Config
from tracker.notify.composing import load_items
from tracker.tasks.progress import report


def line(office: Office, task: int, on: date) -> str:
    with office.read() as session:
        return load_items(session, [task], config=Config(), calendar=CALENDAR, today=on)[task].duty


def test_a_weekly_duty_is_one_line_however_many_weeks_were_missed(office: Office):
    task = office.task(due_on=None, recurrence="weekly", recurrence_day=5)
    assert line(office, task, BEFORE) == (
        "hằng tuần: kỳ này (đến ngày 19/06/2020) chưa báo cáo; đã báo cáo 0/17 kỳ trước, lỡ 17 kỳ"
    )
    office.act(report, task, by="an-contact", on=BEFORE, percent=0, note="Đã giao ban")
    assert "kỳ này (đến ngày 19/06/2020) đã báo cáo" in line(office, task, BEFORE)
    assert "chưa báo cáo; đã báo cáo 1/18 kỳ trước, lỡ 17 kỳ" in line(office, task, date(2020, 6, 22))


def test_what_does_not_recur_has_no_such_line(office: Office):
    assert line(office, office.task(), BEFORE) == ""
