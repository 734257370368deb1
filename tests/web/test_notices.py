"""Thông báo on the pages: upload, triage, bulk accept; and files that are none."""

import pytest
from httpx2 import Response
from sqlmodel import select

from tests.web.office import CHAIR, COORDINATOR, Office, Visitor, hidden_fields
from tests.web.test_roles import enter
from tracker.config import data_folder
from tracker.models import Draft, DraftState, Event, Finding, Notice, Task
from tracker.notices.triage import pieces_of
from tracker.tasks.files import safe_name

PAPER = """UBND HUYỆN TRIỆU SƠN
Số: 77/TB-UBND
Triệu Sơn, ngày 20 tháng 6 năm 2020

THÔNG BÁO
Kết luận của Chủ tịch UBND huyện tại hội nghị giao ban tháng 6

1. Giao Phòng Tài nguyên và Môi trường chủ trì, rà soát hồ sơ đất đai, hoàn thành trước ngày 15/7/2020.
2. Giao Phòng Kinh tế và Hạ tầng kiểm tra tiến độ các công trình, báo cáo trước ngày 30/7/2020.
3. Giao Ban quản lý dự án Sao Hỏa khẩn trương bàn giao mặt bằng.
"""


def upload(visitor: Visitor, data: bytes, name: str = "77-tb-ubnd.txt") -> Response:
    page = visitor.get("/notices")
    fields = hidden_fields(page.text, "/notices")
    return visitor.client.post("/notices", data=fields, files={"paper": (name, data)})


def drafts_of(office: Office, number: str = "77/TB-UBND") -> list[Draft]:
    with office.database.read() as session:
        found = list(session.exec(select(Draft).join(Notice).where(Notice.number == number).order_by(Draft.position)))
        session.expunge_all()
    return found


def test_an_uploaded_paper_becomes_drafts_beside_its_text_and_nothing_is_sent(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = upload(visitor, PAPER.encode())
    assert page.status_code == 200
    assert "Đã đọc và lưu thông báo" in page.text
    drafts = drafts_of(office)
    assert len(drafts) == 3
    assert page.text.count("<article") == 3
    assert "rà soát hồ sơ đất đai" in page.text
    assert "15/07/2020" in page.text
    assert office.letters("notice") == []


def test_the_sure_drafts_are_ticked_and_become_tasks_with_one_click(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = upload(visitor, PAPER.encode())
    path = page.url.path
    ticked = [line.split('value="')[1].split('"')[0] for line in page.text.split("<input")[1:] if "checked>" in line]
    assert len(ticked) == 2
    data = hidden_fields(page.text, f"{path}/confirmation") | {"draft": ticked}
    assert visitor.client.post(f"{path}/confirmation", data=data).status_code == 200
    assert [one.state for one in drafts_of(office)] == [DraftState.CONFIRMED] * 2 + [DraftState.PROPOSED]
    again = visitor.client.post(f"{path}/confirmation", data=data)
    assert "đã được ghi nhận trước đó" in again.text
    with office.database.read() as session:
        made = session.exec(select(Task.id).where(Task.draft_id.in_([one.id for one in drafts_of(office)]))).all()
        event = session.exec(select(Event).where(Event.kind == "confirm").order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.channel.value, event.detail["address"]) == ("web", "203.0.113.9")
    assert len(made) == 2


def test_an_open_owner_is_ruled_then_confirmed(office: Office) -> None:
    visitor = enter(office, CHAIR)
    path = upload(visitor, PAPER.encode()).url.path
    page = visitor.get(path)
    position = drafts_of(office)[2].position
    assert f'name="only" value="{position}"' not in page.text
    ruled = visitor.send(
        visitor.get(f"{path}/drafts/{position}"),
        f"{path}/drafts/{position}/ruling",
        lead="phong-kt-ht",
        due="31/07/2020",
        note="Ý kiến chủ trì",
    )
    assert ruled.status_code == 200
    assert visitor.send(ruled, f"{path}/confirmation", only=str(position)).status_code == 200
    assert drafts_of(office)[2].state is DraftState.CONFIRMED


def test_a_draft_is_rejected_with_a_reason_only(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    path = upload(visitor, PAPER.encode()).url.path
    action = f"{path}/drafts/3/rejection"
    assert visitor.send(visitor.get(f"{path}/drafts/3"), action, reason=" ").status_code == 422
    assert visitor.send(visitor.get(f"{path}/drafts/3"), action, reason="Không thuộc phạm vi").status_code == 200
    assert drafts_of(office)[2].state is DraftState.REJECTED


def test_a_question_is_answered_in_words_and_keeps_its_author(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/notices/1")
    action = page.text.split("/questions/")[1].split("/")[0]
    answer = visitor.send(page, f"/notices/1/questions/{action}/ruling", ruling="Đã đối chiếu với bản gốc")
    assert answer.status_code == 200
    with office.database.read() as session:
        ruled = session.exec(select(Finding).where(Finding.ruling == "Đã đối chiếu với bản gốc")).one()
        assert ruled.ruled_by_id == office.officer_id(COORDINATOR)


def test_a_question_shows_the_figures_that_do_not_close_and_what_is_not_readable(office: Office) -> None:
    spoilt = PAPER.replace("Số: 77/TB-UBND", "Số: 7#/TB-UBND").replace("ngày 20 tháng 6", "ngày .... tháng 6")
    text = spoilt + "4. Huyện còn 11 xã chưa đạt chuẩn, gồm: 6 xã về đích năm 2020 và 9 xã về đích năm 2021.\n"
    page = upload(enter(office, COORDINATOR), text.encode())
    assert "Cụ thể: <b>6 + 9 = 15 ≠ 11</b>" in page.text
    assert "Không đọc rõ số, ký hiệu của văn bản. Đề nghị ghi theo bản gốc. Cụ thể: <b>Số: 7#/TB-UBND</b>" in page.text
    assert "Ngày ban hành để trống hoặc không đọc rõ" in page.text


def test_the_same_paper_twice_leads_to_the_first(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    first, second = upload(visitor, PAPER.encode()), upload(visitor, PAPER.encode(), "khac.txt")
    assert first.url.path == second.url.path


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "trong.txt", "Đề nghị chọn một tệp"),
        (b"MZ\x90\x00" + bytes(range(256)) * 40, "thong-bao.pdf", "Không đọc được tệp này"),
        (b"MZ\x90\x00" + bytes(range(256)) * 40, "thong-bao.pdf", "Đây là một chương trình"),
        (b"GIF89a" + b"\x00" * 40, "anh.jpg", "Đề nghị lưu thành .png hoặc .jpg"),
        (b"\xff\xfe\x00" * 300, "la.txt", "Không đọc được tệp này"),
        (("TUYỆT MẬT\n" + PAPER).encode(), "mat.txt", "dấu chỉ độ mật"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_in_vietnamese(office: Office, data: bytes, name: str, said: str) -> None:
    visitor = enter(office, COORDINATOR)
    answer = upload(visitor, data, name)
    assert answer.status_code == 422
    assert said in answer.text
    with office.database.read() as session:
        assert len(session.exec(select(Notice.id)).all()) == 1
    assert not (office.folder / "files").exists(), "nothing of it is kept"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\thông báo.docx", "thông báo.docx"),
        ('a"<b>\r\n.txt', "ab.txt"),
        ("...", "thong-bao"),
        ("", "thong-bao"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_a_file_name_is_made_harmless(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_the_pieces_of_a_paper_put_together_are_the_paper() -> None:
    text = (data_folder("samples") / "253-tb-ubnd.txt").read_text("utf-8")
    spans = [(10, 50, 1), (10, 50, 2), (40, 80, 3), (len(text) - 5, len(text), 4)]
    pieces = pieces_of(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert {at for piece in pieces for at in piece.positions} == {1, 2, 3, 4}
