"""Targets: one milestone for each place that is named, one commitment stated twice is one draft."""

from tests.notices import REGISTER, codes, drafts_of, leads, read_body


def test_a_counted_list_becomes_one_milestone_for_each_place():
    found = drafts_of("1. Năm 2025:\n- Phấn đấu có thêm 2 xã đạt chuẩn NTM gồm: An Lạc, Cao Sơn;")
    assert [draft.kind for draft in found] == ["milestone", "milestone"]
    assert [draft.title for draft in found] == ["Xã An Lạc đạt chuẩn NTM", "Xã Cao Sơn đạt chuẩn NTM"]
    assert [leads(draft) for draft in found] == [["UBND xã An Lạc"], ["UBND xã Cao Sơn"]]
    assert found[0].because_owner == "place governs itself"


def test_villages_belong_to_their_commune():
    found = drafts_of("1. Năm 2025:\n- Có thêm 2 thôn đạt chuẩn NTM (thôn 1, 2 xã An Lạc)")
    assert [draft.places[0].name for draft in found] == ["thôn 1, xã An Lạc", "thôn 2, xã An Lạc"]
    assert leads(found[1]) == ["UBND xã An Lạc"]


def test_a_later_stricter_date_is_a_second_source_and_a_question():
    body = "1. Năm 2025:\n- Phấn đấu 2 xã đạt chuẩn NTM gồm: An Lạc, Cao Sơn;\n2. Giải pháp\n- Đối với 2 xã phấn đấu đạt chuẩn năm 2025 phải được công nhận sớm, muộn nhất giữa năm 2025 phải hoàn thành."
    notice = read_body(body)
    assert [(str(draft.due_on), str(draft.other_due)) for draft in notice.drafts] == [("2025-06-30", "2025-12-31")] * 2
    assert [source.clause for source in notice.drafts[0].sources] == ["1", "2"]
    assert "two_dates" in codes(notice)


def test_a_number_to_be_reached_keeps_its_measure():
    (draft,) = drafts_of(
        "1. Mục tiêu\n- Bình quân toàn huyện đạt 18,3 tiêu chí/xã (tăng thêm 41 tiêu chí) trong năm 2024."
    )
    assert draft.kind == "milestone"
    assert draft.target == "18,3 tiêu chí/xã; tăng thêm 41 tiêu chí"


def test_named_communes_that_shall_reach_a_standard_get_one_milestone_each():
    found = drafts_of(
        "1. Các xã An Lạc, Bình Minh và Cao Sơn tập trung hoàn thiện hồ sơ, đạt chuẩn NTM nâng cao trong năm 2024."
    )
    assert [draft.places[0].name for draft in found] == ["xã An Lạc", "xã Bình Minh", "xã Cao Sơn"]
    assert {str(draft.due_on) for draft in found} == {"2024-12-31"}


def test_a_group_by_its_standard_is_filled_from_the_register():
    notice = read_body("1. Đối với 18 xã đã đạt chuẩn NTM:\n- Rà soát các tiêu chí theo Bộ tiêu chí mới.", REGISTER)
    (draft,) = notice.drafts
    assert (draft.group, len(draft.members)) == ("18 xã đã đạt chuẩn NTM", 18)
    assert "count_mismatch" not in codes(notice)


def test_a_count_that_the_register_does_not_confirm_is_a_question():
    notice = read_body("1. Đối với 17 xã đã đạt chuẩn NTM:\n- Rà soát các tiêu chí theo Bộ tiêu chí mới.", REGISTER)
    assert "count_mismatch" in codes(notice)


def test_a_group_that_nobody_knows_is_a_question():
    notice = read_body(
        "1. UBND các xã có cụm công nghiệp\n- Đẩy nhanh giải phóng mặt bằng các cụm công nghiệp.", REGISTER
    )
    assert notice.drafts[0].members == ()
    assert "group_unresolved" in codes(notice)
