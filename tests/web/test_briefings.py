"""The pages of the briefing: read, taken away, completed with remarks, approved once; overseers read their own."""

import io
import re
from html import unescape

import pytest
from docx import Document

from jobs.runner import tick
from tests.web.office import COORDINATOR, OVERSEER, Office, Visitor
from tests.web.test_roles import enter
from tracker.briefing.freezing import list_scopes

CUT_OFF, AFTER = "2020-07-03T15:05", "2020-07-03T16:00"
ADDRESS = "/briefings/2020-W27"


@pytest.fixture
def frozen(office: Office) -> Office:
    office.at = CUT_OFF
    tick(office.database, office.config, worker="test", now=office.now)
    office.at = AFTER
    return office


def briefing_letters(office: Office) -> int:
    return len(office.letters("briefing"))


def test_a_briefing_waits_on_the_page_until_the_office_approves_it(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    assert "chờ duyệt, chưa gửi" in visitor.get("/briefings").text
    assert briefing_letters(frozen) == 0
    page = visitor.get(f"{ADDRESS}/approval")
    answer = visitor.send(
        page, f"{ADDRESS}/approval", act="approve", r0="Đề nghị thảo luận kỹ mục I.", r1="đã kiểm tra"
    )
    assert answer.status_code == 200
    assert "Đã duyệt; báo cáo đang được gửi." in answer.text
    assert briefing_letters(frozen) > 0
    assert "chờ duyệt" not in visitor.get("/briefings").text
    shown = visitor.get(ADDRESS).text
    assert "Đề nghị thảo luận kỹ mục I." in shown
    assert "đã kiểm tra" in shown


def test_remarks_can_be_kept_without_sending(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    page = visitor.get(f"{ADDRESS}/approval")
    visitor.send(page, f"{ADDRESS}/approval", act="keep", r0="Dự thảo.")
    assert briefing_letters(frozen) == 0
    assert ">Dự thảo.</textarea>" in visitor.get(f"{ADDRESS}/approval").text


def test_pressing_approve_twice_sends_once(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    page = visitor.get(f"{ADDRESS}/approval")
    visitor.send(page, f"{ADDRESS}/approval", act="approve")
    sent = briefing_letters(frozen)
    assert visitor.send(page, f"{ADDRESS}/approval", act="approve").status_code == 200
    again = visitor.get(f"{ADDRESS}/approval").text
    assert "Duyệt và gửi" not in again
    assert briefing_letters(frozen) == sent > 0


def test_a_remark_that_is_too_long_is_given_back_to_be_shortened(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    page = visitor.get(f"{ADDRESS}/approval")
    answer = visitor.send(page, f"{ADDRESS}/approval", act="approve", r0="x" * 501)
    assert answer.status_code == 422
    assert "500 ký tự" in answer.text
    assert "x" * 501 in answer.text
    assert briefing_letters(frozen) == 0


@pytest.mark.parametrize(
    ("form", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("json", b"{"), ("text", b"V")]
)
def test_every_file_is_taken_away_under_a_safe_name(frozen: Office, form: str, start: bytes) -> None:
    answer = enter(frozen, COORDINATOR).get(f"{ADDRESS}/files/{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert "bao-cao-giao-ban-2020-W27." in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]


def test_an_overseer_reads_their_own_briefing_and_no_other(frozen: Office) -> None:
    visitor = enter(frozen, OVERSEER)
    assert f"{ADDRESS}/of/{OVERSEER}" in visitor.get("/briefings").text
    assert visitor.get(f"{ADDRESS}/of/{OVERSEER}").status_code == 200
    assert visitor.get(f"{ADDRESS}/of/{OVERSEER}/files/pdf").content.startswith(b"%PDF")
    with frozen.database.read() as session:
        other = next(code for code in list_scopes(session, "2020-W27") if code != OVERSEER)
    assert visitor.get(f"{ADDRESS}/of/{other}").status_code == 403
    assert visitor.get(ADDRESS).status_code == 403


def test_a_week_that_is_none_and_a_form_that_is_none_answer_404_and_422(frozen: Office) -> None:
    visitor: Visitor = enter(frozen, COORDINATOR)
    for path in (
        "/briefings/2020-W99",
        "/briefings/x",
        "/briefings/2020-W99/approval",
        "/briefings/2020-W27/of/nobody",
    ):
        assert visitor.get(path).status_code == 404, path
    assert visitor.get(f"{ADDRESS}/files/exe").status_code in (404, 422)


# --- what is said to each unit ---------------------------------------------------------------------------------------


def test_the_lines_for_a_chat_group_and_the_letter_to_a_late_unit_are_taken_from_the_page(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    assert f"{ADDRESS}/units" in visitor.get("/briefings").text
    page = visitor.get(f"{ADDRESS}/units")
    lines = [unescape(one) for one in re.findall(r"<textarea[^>]*>([^<]+)</textarea>", page.text)]
    assert any("tuần 27/2020 – UBND xã Hợp Thắng" in one and "Quá hạn:" in one for one in lines)
    unit = frozen.task(unit="Hợp Thắng").lead_unit_id
    letter = visitor.get(f"/dispatches/{unit}")
    assert letter.headers["content-disposition"] == (
        'attachment; filename="cong-van-don-doc-ubnd-xa-hop-thang-2020-07-03.docx"'
    )
    words = "\n".join(one.text for one in Document(io.BytesIO(letter.content)).paragraphs)
    assert "UBND xã Hợp Thắng còn 1 nhiệm vụ quá hạn" in words


def test_a_unit_without_a_late_task_gets_no_letter(frozen: Office) -> None:
    visitor = enter(frozen, COORDINATOR)
    punctual = frozen.task(unit="Bình Sơn").lead_unit_id
    assert visitor.get(f"/dispatches/{punctual}").status_code == 404
    assert visitor.get("/dispatches/2147483647").status_code == 404
    assert visitor.get("/briefings/2020-W01/units").status_code == 404
