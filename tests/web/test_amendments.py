"""A later notice changes a task from its page: a new date, other words, or its end; what came first is kept."""

from datetime import date

import pytest

from tests.web.office import COORDINATOR, OVERSEER, Office, Visitor, forms_of
from tests.web.test_notices import PAPER, upload
from tests.web.test_roles import enter
from tracker.models import Task

LATER = "77/TB-UBND"  # of 20/06/2020


@pytest.fixture
def task(office: Office) -> Task:
    return office.task(unit="Hợp Thắng")


@pytest.fixture
def visitor(office: Office, task: Task) -> Visitor:
    """The coordinator, after the later notice was registered."""
    visitor = enter(office, COORDINATOR)
    assert upload(visitor, PAPER.encode()).status_code == 200
    return visitor


def amend(visitor: Visitor, task: Task, **fields: str):
    address = f"/tasks/{task.id}"
    return visitor.send(visitor.get(address), f"{address}/amendment", **fields)


def test_a_new_date_is_shown_with_the_notice_and_its_words_and_the_first_date_stays(
    office: Office, visitor: Visitor, task: Task
) -> None:
    page = amend(visitor, task, notice=LATER, text="lùi thời hạn sang quý III", due="2020-09-30")
    assert page.status_code == 200 and "Đã ghi điều chỉnh theo thông báo sau" in page.text
    assert "30/09/2020" in page.text and "30/06/2020" in page.text
    assert "theo 77/TB-UBND" in page.text and "“lùi thời hạn sang quý III”" in page.text
    now = office.task(unit="Hợp Thắng")
    assert (now.due_on, now.first_due_on) == (date(2020, 9, 30), task.due_on)


def test_a_later_notice_may_end_a_task(office: Office, visitor: Visitor, task: Task) -> None:
    page = amend(visitor, task, notice=LATER, text="thôi thực hiện", ends="1")
    assert page.status_code == 200 and office.task(unit="Hợp Thắng").cancelled_on == office.today


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "lùi"}, "chọn thông báo sau"),
        ({"notice": "253/TB-UBND", "text": "lùi", "due": "2020-09-30"}, "Không ghi nhận được"),
        ({"notice": "1/TB-UBND", "text": "lùi", "due": "2020-09-30"}, "Không ghi nhận được"),
        ({"notice": LATER, "due": "2020-09-30"}, "nguyên văn"),
        ({"notice": LATER, "text": "lùi", "due": "2020-06-30"}, "trùng với hạn hiện tại"),
        ({"notice": LATER, "text": "lùi", "due": "2020-09-30", "ends": "1"}, "đề nghị chọn một"),
    ],
)
def test_what_a_later_notice_cannot_do_is_told_and_changes_nothing(
    office: Office, visitor: Visitor, task: Task, fields: dict[str, str], words: str
) -> None:
    answer = amend(visitor, task, **fields)
    assert answer.status_code == 422 and words in answer.text
    assert office.events(task.id) == []


def test_without_a_later_notice_the_page_says_to_register_it(office: Office, task: Task) -> None:
    page = enter(office, COORDINATOR).get(f"/tasks/{task.id}")
    assert "Đăng ký thông báo sau trước" in page.text and f"/tasks/{task.id}/amendment" not in forms_of(page.text)


def test_an_overseer_amends_nothing(office: Office, visitor: Visitor, task: Task) -> None:
    page = enter(office, OVERSEER).get(f"/tasks/{task.id}")
    assert f"/tasks/{task.id}/amendment" not in forms_of(page.text)
