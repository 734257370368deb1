"""What does not fit together in a paper is shown with its place, never repaired."""

import pytest

from tests.notices import HEAD, NOBODY, REGISTER, codes, read, read_body

TAIL = "- Lưu: VT.\nCHỦ TỊCH\n\nTrần Văn Bình\n"


def messages(notice, code):
    return [finding.message for finding in notice.findings if finding.code == code]


def place(notice, code):
    (finding,) = [finding for finding in notice.findings if finding.code == code]
    return notice.text[finding.start : finding.end]


def test_parts_that_do_not_make_up_the_whole():
    notice = read_body("1. Huyện còn 14 xã chưa về đích, gồm: 9 xã về đích năm 2024 và 4 xã về đích năm 2025.")
    assert messages(notice, "sum_open") == ["The parts 9 + 4 make 13, the paper says 14. Look at the original."]
    assert place(notice, "sum_open").startswith("14 xã")


@pytest.mark.parametrize(
    "body",
    [
        "1. Huyện còn 14 xã chưa về đích, gồm: 9 xã về đích năm 2024 và 5 xã về đích năm 2025.",
        "1. Đã có 18/32 xã đạt chuẩn, đạt 56,25%.",
        "1. Phấn đấu đến hết ngày 30/9/2024 đạt 60% kế hoạch, đến ngày 31/12/2024 đạt 95%.",
    ],
)
def test_sums_shares_and_dates_that_close_are_not_questioned(body):
    assert "sum_open" not in codes(read_body(body))


def test_a_share_that_does_not_close():
    notice = read_body("1. Đã có 18/32 xã đạt chuẩn, đạt 65,2%.")
    assert messages(notice, "sum_open") == ["18/32 is 56.2 %, the paper says 65,2 %. Look at the original."]


def test_a_receiver_who_is_to_carry_out_and_has_no_task():
    paper = (
        HEAD
        + "1. Giao Phòng Nội vụ rà soát biên chế.\n\nNơi nhận:\n- Phòng Y tế (t/h);\n- Phòng Nội vụ (t/h);\n"
        + TAIL
    )
    (message,) = messages(read(paper.encode()), "recipient_without_task")
    assert message.startswith('"Phòng Y tế (t/h)"')


def test_an_owner_who_does_not_receive_the_paper():
    paper = (
        HEAD
        + "1. Giao Phòng Nội vụ rà soát biên chế.\n2. Giao Hạt Kiểm lâm tuần tra rừng.\n\n"
        + "Nơi nhận:\n- TT Huyện ủy (b/c);\n- Phòng Nội vụ;\n"
        + TAIL
    )
    notice = read(paper.encode())
    (message,) = messages(notice, "owner_not_recipient")
    assert "Hạt Kiểm lâm" in message and "Nội vụ" not in message
    assert "Hạt Kiểm lâm" in place(notice, "owner_not_recipient")


def test_a_jump_in_the_numbering_has_its_place():
    notice = read_body(
        "1. Giao Phòng Nội vụ rà soát biên chế.\n2. Giao Phòng Y tế kiểm tra bếp ăn.\n4. Giao Phòng Tư pháp tuyên truyền."
    )
    assert place(notice, "numbering_jump").startswith("4. Giao")


def test_a_date_before_the_notice_is_asked_and_not_used():
    notice = read_body("1. Giao Phòng Nội vụ rà soát biên chế, hoàn thành trước ngày 15/02/2024.")
    assert "date_before_notice" in codes(notice)
    assert notice.drafts[0].due_on is None


def test_an_owner_without_a_unit_is_asked_only_where_there_is_a_register():
    body = "1. Giao Ngân hàng Chính sách xã hội rà soát hộ vay vốn."
    assert "owner_unknown" in codes(read_body(body, REGISTER))
    assert "owner_unknown" not in codes(read_body(body, NOBODY))
