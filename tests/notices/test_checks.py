"""What does not fit together in a paper is shown with its place, never repaired."""

import pytest

from tests.notices import HEAD, NOBODY, REGISTER, SAMPLE, codes, read, read_body

TAIL = "- Lưu: VT.\nCHỦ TỊCH\n\nTrần Văn Bình\n"


def messages(notice, code):
    return [finding.message for finding in notice.findings if finding.code == code]


def shown(notice, code):
    return [finding.shown for finding in notice.findings if finding.code == code]


def place(notice, code):
    (finding,) = [finding for finding in notice.findings if finding.code == code]
    return notice.text[finding.start : finding.end]


def test_parts_that_do_not_make_up_the_whole():
    notice = read_body("1. Huyện còn 14 xã chưa về đích, gồm: 9 xã về đích năm 2024 và 4 xã về đích năm 2025.")
    assert messages(notice, "sum_open") == ["The parts 9 + 4 make 13, the paper says 14. Look at the original."]
    assert place(notice, "sum_open").startswith("14 xã")
    assert shown(notice, "sum_open") == ["9 + 4 = 13 ≠ 14"]


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
    assert shown(notice, "sum_open") == ["18/32 = 56,25 % ≠ 65,2 %"]


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


def test_a_group_over_two_years_that_is_not_the_sum_of_the_groups_of_each():
    body = "1. Năm 2023 huyện đã có thêm 6 xã đạt chuẩn NTM.\n2. Năm 2024:\n- Phấn đấu có thêm 9 xã đạt chuẩn NTM;\n3. Áp dụng cơ chế hỗ trợ của {} xã về đích năm 2023 và 2024."
    notice = read_body(body.format(11))
    assert messages(notice, "sum_open") == [
        "Elsewhere the paper counts 6 (2023) + 9 (2024) = 15, here 11. Look at the original."
    ]
    assert place(notice, "sum_open") == "11 xã về đích"
    assert shown(notice, "sum_open") == ["6 (2023) + 9 (2024) = 15 ≠ 11"]
    assert "sum_open" not in codes(read_body(body.format(15)))


def test_those_who_have_yet_to_reach_a_standard_are_the_groups_of_the_years_to_come():
    body = "1. Năm 2023 huyện đã có thêm 6 xã đạt chuẩn NTM.\n2. Năm 2024: Phấn đấu có thêm 9 xã đạt chuẩn NTM.\n3. Năm 2025: Phấn đấu 5 xã còn lại đạt chuẩn NTM.\n4. Đối với {} xã chưa đạt chuẩn NTM: kiện toàn Ban Chỉ đạo."
    notice = read_body(body.format(15))
    assert messages(notice, "sum_open") == [
        "The groups of the years to come make 9 (2024) + 5 (2025) = 14, here 15. Look at the original."
    ]
    assert place(notice, "sum_open") == "15 xã chưa đạt chuẩn NTM"
    assert shown(notice, "sum_open") == ["9 (2024) + 5 (2025) = 14 ≠ 15"]
    assert "sum_open" not in codes(read_body(body.format(14)))


def test_a_group_that_returns_with_another_number():
    body = "1. Năm 2024: Phấn đấu có thêm 9 xã đạt chuẩn NTM.\n2. Đối với {} xã phấn đấu đạt chuẩn NTM năm 2024 phải rà soát các tiêu chí."
    notice = read_body(body.format(8))
    assert messages(notice, "sum_open") == ["Elsewhere the paper counts 9 (2024), here 8. Look at the original."]
    assert shown(notice, "sum_open") == ["9 (2024) ≠ 8"]
    assert place(notice, "sum_open").startswith("8 xã phấn đấu đạt chuẩn")
    assert "sum_open" not in codes(read_body(body.format(9)))


def test_an_average_that_does_not_rise_by_what_is_added():
    body = "1. Đã có 18 xã đạt chuẩn, đạt tỷ lệ 56,25%; bình quân tiêu chí toàn huyện đạt 17,1 tiêu chí/xã (bình quân toàn tỉnh đạt 16,7 tiêu chí/xã).\n2. Phấn đấu bình quân toàn huyện đạt 18,3 tiêu chí/xã (tăng thêm {} tiêu chí)."
    notice = read_body(body.format(41))
    assert messages(notice, "sum_open") == [
        "41 more over 32 make 1,28 each; the averages 17,1 and 18,3 differ by 1,2. Look at the original."
    ]
    assert place(notice, "sum_open").startswith("bình quân toàn huyện đạt 18,3")
    assert shown(notice, "sum_open") == ["41 : 32 = 1,28 ≠ 18,3 − 17,1 = 1,2"]
    assert "sum_open" not in codes(read_body(body.format(38)))


@pytest.mark.parametrize(
    "body",
    [
        "1. Năm 2023 có thêm 6 xã đạt chuẩn NTM, đưa tổng số lên 18 xã đạt chuẩn NTM.\n2. Năm 2024 có thêm 2 xã đạt chuẩn NTM nâng cao.\n3. Đối với 18 xã đã đạt chuẩn NTM: duy trì.",
        "1. Năm 2023 có thêm 6 xã đạt chuẩn NTM.\n2. Năm 2024 có thêm 9 trường đạt chuẩn quốc gia.\n3. Hỗ trợ 7 xã về đích năm 2023 và 2024.",
        "1. Đến hết năm 2024 có 20 xã đạt chuẩn NTM.\n2. Năm 2024 có thêm 3 xã đạt chuẩn NTM.\n3. Năm 2025 có thêm 2 xã đạt chuẩn NTM.",
        "1. Còn 14 xã chưa đạt chuẩn NTM.\n2. Năm 2024 phấn đấu có thêm 3 xã đạt chuẩn NTM; năm 2025 có thêm 4 xã đạt chuẩn NTM.",
    ],
)
def test_groups_of_other_kinds_and_totals_are_not_added_up(body):
    assert "sum_open" not in codes(read_body(body))


def test_the_arithmetic_of_the_sample_notice_is_shown_where_it_stands():
    notice = read(SAMPLE.read_bytes(), REGISTER)
    shown = [notice.text[f.start : f.end][:14] for f in notice.findings if f.code == "sum_open"]
    assert shown == ["Bình quân toàn", "11 xã về đích"]
