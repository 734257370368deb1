"""Letters as they are posted from a real database: who hears what, with whose words, and how often."""

import email
from datetime import date, timedelta
from email import policy
from pathlib import Path

import pytest
from sqlmodel import select

from tests.cast import CALENDAR, Office
from tests.days import BEFORE, DUE, LATE, OVERSEERS_DAY, noon
from tracker.config import load_config
from tracker.models import Clause, Kind, Message, MessageBody, Notice, Officer, Said
from tracker.notify.composing import clause_words
from tracker.notify.overseers import find_liability
from tracker.notify.sweep import sweep
from tracker.notify.weekly import post_digests
from tracker.tasks import extensions, progress

CONFIG = load_config(Path(__file__).parent.parent.parent / "samples" / "config.toml")
MONDAY = date(2020, 7, 6)  # the overseers' letter of a task that is due on 01/07 goes with the weekly letter


def swept(office: Office, today: date) -> dict[str, str]:
    """What the sweep of a day says to each officer, on one line."""
    with office.write() as session:
        sweep(session, config=CONFIG, calendar=CALENDAR, today=today, now=noon(today))
    return letters(office, today)


def digested(office: Office, today: date) -> dict[str, str]:
    """What the weekly letters of a day say."""
    year, week, _ = today.isocalendar()
    with office.write() as session:
        post_digests(
            session, period=f"{year}-W{week:02}", config=CONFIG, calendar=CALENDAR, today=today, now=noon(today)
        )
    return letters(office, today)


def letters(office: Office, today: date) -> dict[str, str]:
    with office.read() as session:
        query = select(Officer.code, MessageBody.content).select_from(Officer).join(Message).join(MessageBody)
        rows = session.exec(query.where(Message.posted_on == today)).all()
    return {code: " ".join(plain(content).split()) for code, content in rows}


def plain(content: bytes) -> str:
    part = email.message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def notice_of(office: Office, task_id: int, text: str, *clauses: tuple[str, int, int], **fields: object) -> int:
    """Put words and clauses into the notice of a task."""
    number = office.get(task_id).notice_id
    with office.write() as session:
        notice = session.get_one(Notice, number)
        notice.text = text
        for name, value in fields.items():
            setattr(notice, name, value)
        for path, start, end in clauses:
            session.add(Clause(notice_id=number, path=path, heading="", start=start, end=end))
    return number


LIABLE = "Đồng chí nào phụ trách xã chậm thì liên đới chịu trách nhiệm."


def test_liability_is_quoted_from_the_notice_of_the_tasks_and_not_from_a_newer_one(office: Office) -> None:
    about = office.task(due_on=DUE, kind=Kind.MILESTONE, title="Xã An Bình đạt chuẩn")
    notice_of(
        office, about, f"1. Xã An Bình xong.\n\nc) Phải sát sao. {LIABLE} Giao xã.", ("1", 0, 20), ("4.c", 22, 110)
    )
    other = office.task("tai-chinh", due_on=None)
    notice_of(office, other, "5. Cán bộ chịu trách nhiệm liên đới về đất đai.", ("5", 0, 47))
    for code in ("overseer", "second-overseer"):
        letter = swept(office, OVERSEERS_DAY)[code]
        assert f"điểm c mục 4 Thông báo số 1/TB-UBND ngày 13/02/2020 nêu: “{LIABLE}”" in letter
        assert "đất đai" not in letter


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("KL", "12-KL/HU", "mục 2 Kết luận số 12-KL/HU ngày 13/02/2020"),
        ("CV", None, "mục 2 Công văn ngày 13/02/2020"),
        (None, "7", "mục 2 Văn bản số 7 ngày 13/02/2020"),
    ],
)
def test_a_paper_that_is_no_notice_is_called_what_it_is(
    office: Office, kind: str | None, number: str | None, words: str
) -> None:
    task = office.task()
    notice = notice_of(office, task, f"2. {LIABLE}", ("2", 0, 64), kind=kind, number=number)
    with office.read() as session:
        assert find_liability(session, notice) == (LIABLE, words)


def test_a_notice_without_a_word_on_liability_is_not_quoted(office: Office) -> None:
    office.task(due_on=DUE)
    assert "trách nhiệm của thành viên" not in swept(office, OVERSEERS_DAY)["overseer"]


def test_liability_is_said_once_for_each_notice(office: Office) -> None:
    first, second = office.task(due_on=DUE), office.task(due_on=date(2020, 7, 10))
    for task in (first, second):
        notice_of(office, task, f"2. {LIABLE}", ("2", 0, 64))
    assert "Thông báo số 1/TB-UBND ngày 13/02/2020 nêu" in swept(office, OVERSEERS_DAY)["overseer"]
    later = swept(office, date(2020, 7, 15))["overseer"]
    assert "Thông báo số 2/TB-UBND ngày 13/02/2020 nêu" in later
    third = office.task(due_on=date(2020, 7, 14))
    with office.write() as session:
        session.get_one(type(office.get(third)), third).notice_id = office.get(second).notice_id
    assert LIABLE not in swept(office, date(2020, 7, 17))["overseer"], "this notice has been quoted to them"


def test_jointly_liable_overseers_read_of_each_other_on_the_same_day(office: Office) -> None:
    office.task(due_on=DUE)
    said = swept(office, OVERSEERS_DAY)
    assert "- 03/07/2020: báo thành viên phụ trách – Trưởng Ban Tổ chức " in said["overseer"]
    assert "- 03/07/2020: báo thành viên phụ trách – Trưởng Ban Dân vận " in said["second-overseer"]
    assert set(said) == {"overseer", "second-overseer", "an-contact", "an-head"} & set(said)


def test_an_escalation_to_who_also_owns_tasks_goes_with_the_weekly_letter_and_keeps_its_words(office: Office) -> None:
    office.register(
        '[[appointment]]\nofficer = "money-contact"\nunit = "an-binh"\nrole = "overseer"\nvalid_from = 2019-01-01\n'
    )
    task = office.task(due_on=LATE)
    office.task("tai-chinh", due_on=MONDAY)
    notice_of(office, task, f"2. {LIABLE}", ("2", 0, 64))
    letter = digested(office, MONDAY)["money-contact"]
    assert "1 xã chậm tiến độ: An Bình" in letter
    assert "1 việc đến hạn" in letter
    assert f"nêu: “{LIABLE}”" in letter
    assert "vì là đầu mối thực hiện của Phòng Tài chính - Kế hoạch, đồng thời được phân công phụ trách" in letter
    others = "- 06/07/2020: báo thành viên phụ trách – Trưởng Ban Dân vận, Trưởng Ban Tổ chức"
    assert others in letter
    assert swept(office, MONDAY)["money-contact"] == letter, "one letter a day"
    assert "Chuyên viên Tài chính" in letters(office, MONDAY)["overseer"], "told at half past seven"


def test_the_head_and_the_contact_read_of_each_other(office: Office) -> None:
    office.task(due_on=DUE)
    said = swept(office, LATE)
    assert "I. Việc quá hạn, báo người đứng đầu đơn vị: 1 việc" in said["an-head"]
    assert "I. Việc quá hạn, đã báo người đứng đầu đơn vị: 1 việc" in said["an-contact"]
    assert "- 01/07/2020: nhắc người đứng đầu – Chủ tịch UBND xã An Bình" in said["an-contact"]


def test_who_stands_in_for_a_head_is_asked_as_the_head_would_be(office: Office) -> None:
    office.register(
        '[[absence]]\nofficer = "an-head"\nsubstitute = "deputy"\nvalid_from = 2020-06-25\nvalid_to = 2020-07-20\n'
    )
    office.task(due_on=DUE)
    letter = swept(office, LATE)["deputy"]
    assert "I. Việc quá hạn, báo người đứng đầu đơn vị: 1 việc" in letter
    assert "Đề nghị đồng chí chỉ đạo thực hiện" in letter
    assert "vì được phân công thay đồng chí Chủ tịch UBND xã An Bình trong thời gian vắng mặt" in letter


def test_an_answer_is_never_asked_for_after_the_date_itself(office: Office) -> None:
    office.task(due_on=DUE)
    assert "chậm nhất ngày 30/06/2020" in swept(office, date(2020, 6, 29))["an-contact"]


def test_a_claim_makes_no_weekly_letter_to_its_owner_and_one_to_who_verifies(office: Office) -> None:
    task = office.task(due_on=DUE)
    office.act(progress.report_done, task, by="an-contact", on=BEFORE - timedelta(days=3), note="xong")
    said = digested(office, BEFORE)
    assert "an-contact" not in said
    assert "Đề nghị nghiệm thu hoặc trả lại chậm nhất ngày 18/06/2020." in said["coordinator"]


def test_a_claim_that_waited_is_no_unanswered_reminder(office: Office) -> None:
    task = office.task(due_on=None)
    office.task(due_on=date(2020, 6, 19))
    office.act(progress.report_done, task, by="an-contact", on=BEFORE - timedelta(days=3), note="xong")
    assert "đang chờ nghiệm thu" in digested(office, BEFORE)["an-contact"]
    assert not [row for row in office.rows(Said) if row.task_id == task]


def test_a_request_for_more_time_stands_in_the_weekly_letter_of_the_office(office: Office) -> None:
    task = office.task(due_on=DUE)
    office.act(extensions.ask_extension, task, by="an-head", on=BEFORE, proposed_on=date(2020, 9, 30), reason="mưa lũ")
    letter = digested(office, date(2020, 6, 22))["coordinator"]
    assert "đã đề nghị gia hạn đến ngày 30/09/2020 (chưa có quyết định)" in letter
    assert "Đề nghị đồng chí quyết định chậm nhất ngày 25/06/2020." in letter


def test_a_new_contact_is_asked_in_the_next_letter(office: Office) -> None:
    office.task(due_on=None)
    assert "1 việc cần cập nhật" in digested(office, BEFORE)["an-contact"]
    assert "an-contact" not in digested(office, BEFORE + timedelta(days=7))
    office.register(
        '[[appointment]]\nofficer = "an-contact"\nunit = "an-binh"\nrole = "contact"\n'
        "valid_from = 2019-01-01\nvalid_to = 2020-06-23\n"
        '[[appointment]]\nofficer = "deputy"\nunit = "an-binh"\nrole = "contact"\nvalid_from = 2020-06-24\n'
    )
    assert "1 việc cần cập nhật" in digested(office, BEFORE + timedelta(days=14))["deputy"]


def test_a_unit_with_neither_contact_nor_head_leaves_the_letters_of_others_alone(office: Office) -> None:
    office.task("thon-dong", due_on=DUE)
    office.task("binh-minh", due_on=DUE)
    assert set(swept(office, date(2020, 6, 29))) == {"binh-contact"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("4.4.a", "điểm a mục 4.4"),
        ("4.1", "mục 4.1"),
        ("4.1-2", "gạch đầu dòng thứ 2 mục 4.1"),
        ("4.4.a-2+1", "gạch đầu dòng thứ 2 điểm a mục 4.4"),
        ("II.1", "mục II.1"),
        ("", "toàn văn"),
    ],
)
def test_a_clause_is_cited_as_officials_do(path: str, words: str) -> None:
    assert clause_words(path) == words
