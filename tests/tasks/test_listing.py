"""Tasks as rows: of which unit, in which standing, with everything that belongs to one."""

from datetime import date

import pytest

from tests.cast import CALENDAR, Office, unit
from tests.days import BEFORE, CONFIRMED, DUE, LATE, OVERSEERS_DAY
from tracker.errors import TaskError
from tracker.models import Kind
from tracker.tasks.listing import list_tasks, show_task
from tracker.tasks.progress import acknowledge, report, report_done, verify
from tracker.tasks.rulings import cancel


def listed(office: Office, on: date = LATE, **what) -> list[int]:
    with office.read() as session:
        return [row["id"] for row in list_tasks(session, today=on, **what)]


def test_the_tasks_of_a_unit_are_those_it_leads_and_those_that_lie_in_it(office: Office):
    own, money, other = office.task(), office.task("tai-chinh", place="an-binh"), office.task("binh-minh")
    assert listed(office, unit=office.unit("an-binh")) == [own, money]
    assert listed(office, unit=office.unit("tai-chinh")) == [money]
    assert listed(office) == [own, money, other]


def test_after_a_merger_the_tasks_of_the_unit_before_are_listed_with_its_successor(office: Office):
    office.register(
        unit("binh-minh", name='"UBND xã Bình Minh"', valid_to="2020-06-30", successor='"new"')
        + unit("new", valid_from="2020-07-01")
    )
    task = office.task("binh-minh")
    assert listed(office, on=DUE, unit=office.unit("new")) == []
    assert listed(office, on=LATE, unit=office.unit("new")) == [task]
    assert listed(office, on=LATE, unit=office.unit("binh-minh")) == [task]


def test_tasks_are_told_apart_by_standing_and_kind(office: Office):
    late, undated, mark = office.task(), office.task(due_on=None), office.task(kind=Kind.MILESTONE)
    office.act(cancel, mark, by="coordinator", on=LATE, reason="Thôi")
    assert listed(office, wanted="open_overdue") == [late]
    assert listed(office, on=DUE, wanted="open_in_time") == [late]
    assert listed(office, wanted="open_undated") == [undated]
    assert listed(office, wanted="cancelled") == listed(office, kind="milestone") == [mark]
    with pytest.raises(TaskError, match="no standing 'late'; the standings are done_on_time"):
        listed(office, wanted="late")
    with pytest.raises(TaskError, match="no kind 'mark'"):
        listed(office, kind="mark")


def test_one_task_is_shown_with_all_that_was_said_and_done(office: Office):
    task = office.task()
    office.act(report, task, by="coordinator", on_behalf_of="an-head", on=BEFORE, percent=40, note="Đang làm")
    office.act(acknowledge, task, by="overseer", on=LATE, note="Đã chỉ đạo", calendar=CALENDAR, working_days=5)
    office.act(report_done, task, by="an-contact", on=LATE, note="Đã xong", done_on=DUE)
    office.act(verify, task, by="chair", on=OVERSEERS_DAY, note="Đạt")
    with office.read() as session:
        row = show_task(session, task, today=OVERSEERS_DAY)
    assert (row["standing"], row["version"], row["progress"], row["quote"]) == ("done_on_time", 5, 100, "rà soát hồ sơ")
    assert [(one["percent"], one["done_on"]) for one in row["reports"]] == [(40, None), (100, "2020-06-30")]
    assert [one["expires_on"] for one in row["acknowledgements"]] == ["2020-07-08"]
    assert [one["is_verified"] for one in row["verifications"]] == [True]
    assert [(one["kind"], one["author"], one["on_behalf_of"]) for one in row["history"]] == [
        ("report", "Chuyên viên điều phối", "Chủ tịch UBND xã An Bình"),
        ("acknowledge", "Trưởng Ban Dân vận", None),
        ("done", "Công chức NTM xã An Bình", None),
        ("verify", "Trưởng Ban Chỉ đạo", None),
    ]
    with office.read() as session, pytest.raises(TaskError, match="there is no task 99"):
        show_task(session, 99, today=CONFIRMED)
