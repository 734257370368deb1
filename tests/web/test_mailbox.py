"""Thư đến: what waits for a person is read as it was written, and settled with one click."""

from datetime import timedelta

import pytest
from sqlmodel import select

from tests.web.office import CONTACT, COORDINATOR, Office
from tests.web.test_roles import enter
from tracker.models import Bounce, Incoming, IncomingKind, Message, Officer


@pytest.fixture
def waiting(office: Office) -> Office:
    """A mail that nobody has understood, and an address that takes no letters."""
    task = office.task(unit="Hợp Thắng")
    with office.database.write() as session:
        officer = office.officer_id(CONTACT)
        mail = Incoming(
            fingerprint="1", kind=IncomingKind.ANSWER, sender="cb-ntm@xa.example", subject="Re: <script>", officer_id=officer,
            received_at=office.now, text="<b>việc kia</b> xong rồi", left=f"<b>việc {task.id}</b> xong cả rồi", why="unclear",
        )  # fmt: skip
        letter = Message(
            officer_id=officer, kind="digest", period="2020-W25", subject="x", message_id="<1@x>", posted_on=office.today,
            posted_at=office.now, next_attempt_at=office.now,
        )  # fmt: skip
        session.add_all([mail, letter])
        session.flush()
        address = session.exec(select(Officer.email).where(Officer.id == officer)).one()
        session.add(
            Bounce(officer_id=officer, letter_id=letter.id, incoming_id=mail.id, address=address, status="5.1.1", said="User unknown",
                   is_permanent=True, is_shut=True, bounced_at=office.now - timedelta(days=1))
        )  # fmt: skip
    return office


def test_the_office_reads_the_mail_as_it_was_written_and_opens_the_task_it_may_mean(waiting: Office) -> None:
    page = enter(waiting, COORDINATOR).get("/mailbox").text
    task = waiting.task(unit="Hợp Thắng")
    assert "&lt;b&gt;việc kia&lt;/b&gt; xong rồi" in page
    assert "<script>" not in page.partition("<main")[2]
    assert "Có dòng không theo mẫu trả lời." in page
    assert f'href="/tasks/{task.id}">Mở việc {task.id} để ghi thay' in page
    assert "không nhận được thư" in page
    assert "User unknown" in page


def test_a_mail_is_settled_once_with_a_name(waiting: Office) -> None:
    visitor = enter(waiting, COORDINATOR)
    page = visitor.get("/mailbox")
    with waiting.database.read() as session:
        number = str(session.exec(select(Incoming.id)).one())
    answer = visitor.send(page, "/mailbox", mail=number, address="")
    assert "Đã đánh dấu thư là đã xử lý" in answer.text
    assert "Thư trả lời chưa hiểu (0)" in answer.text
    with waiting.database.read() as session:
        assert session.exec(select(Incoming.settled_by_id)).one() == waiting.officer_id(COORDINATOR)
    again = visitor.send(visitor.get("/mailbox"), "/mailbox", mail=number, address="")
    assert again.status_code == 422


def test_an_address_is_used_again_after_one_click(waiting: Office) -> None:
    visitor = enter(waiting, COORDINATOR)
    with waiting.database.read() as session:
        number = str(session.exec(select(Bounce.id)).one())
    answer = visitor.send(visitor.get("/mailbox"), "/mailbox", address=number, mail="")
    assert "Địa chỉ được dùng lại" in answer.text
    assert "Địa chỉ không nhận được thư (0)" in answer.text


def test_doctor_speaks_of_an_address_that_takes_no_letters(waiting: Office) -> None:
    page = enter(waiting, COORDINATOR).get("/health").text
    assert "1 địa chỉ không nhận được thư" in page
