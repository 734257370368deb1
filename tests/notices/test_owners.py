"""Who: the eight ways in which a notice names those who do it, and the words that look like an assignment and are none."""

from datetime import date

import pytest

from tests.notices import REGISTER, codes, drafts_of, leads, read_body, supports


def one(body, directory=None):
    found = drafts_of(body, directory) if directory else drafts_of(body)
    assert len(found) == 1, [draft.quote for draft in found]
    return found[0]


def test_giao_names_the_lead_and_phoi_hop_the_helpers():
    draft = one("1. Giao Phòng Nội vụ chủ trì, phối hợp với Công an huyện, UBND xã An Lạc rà soát danh sách cán bộ.")
    assert leads(draft) == ["Phòng Nội vụ"]
    assert supports(draft) == ["Công an huyện", "UBND xã An Lạc"]
    assert draft.because_owner == "giao"


def test_a_heading_owns_the_items_below_it():
    found = drafts_of(
        "1. Phòng Nội vụ\n- Rà soát danh sách cán bộ;\n- Tham mưu thành lập đoàn kiểm tra.\n2. Công an huyện\nTuần tra các tuyến đường."
    )
    assert [leads(draft) for draft in found] == [["Phòng Nội vụ"], ["Phòng Nội vụ"], ["Công an huyện"]]
    assert {draft.because_owner for draft in found} == {"heading"}


def test_below_a_heading_giao_and_yeu_cau_are_acts_of_that_owner():
    draft = one("1. UBND xã An Lạc\n- Yêu cầu các đơn vị thi công dọn vệ sinh mặt đường.")
    assert leads(draft) == ["UBND xã An Lạc"]


def test_the_one_who_works_together_leads_his_own_sentence():
    draft = one("1. Phòng Nội vụ phối hợp với Công an huyện kiểm tra hồ sơ.")
    assert (leads(draft), supports(draft)) == (["Phòng Nội vụ"], ["Công an huyện"])


def test_a_subject_needs_no_giao():
    draft = one("1. Ban Quản lý dự án đầu tư xây dựng huyện đẩy nhanh tiến độ thi công tuyến đường.")
    assert leads(draft) == ["Ban Quản lý dự án đầu tư xây dựng huyện"]
    assert draft.because_owner == "subject"


def test_an_office_is_seen_before_a_verb_that_no_table_knows():
    assert leads(one("1. Phòng Nội vụ cân nhắc lại phương án nhân sự của các thôn.")) == ["Phòng Nội vụ"]


def test_a_request_to_bodies_outside_the_line_is_tracked():
    draft = one("1. Đề nghị Ủy ban MTTQ huyện và các tổ chức chính trị - xã hội huyện vận động Nhân dân hiến đất.")
    assert leads(draft) == ["Ủy ban MTTQ huyện", "các tổ chức chính trị - xã hội huyện"]
    assert draft.confidence == "unsure"


def test_posts_stay_with_their_body():
    draft = one("1. Yêu cầu Bí thư, Chủ tịch UBND các xã chỉ đạo giải tỏa hành lang giao thông.")
    assert leads(draft) == ["Bí thư, Chủ tịch UBND các xã"]


def test_a_lead_in_owns_what_the_list_leaves_open():
    body = "Yêu cầu Thủ trưởng các phòng, ban tập trung thực hiện các nhiệm vụ sau:\n1. Rà soát hồ sơ tồn đọng.\n2. Phòng Nội vụ tổng hợp kết quả."
    first, second = drafts_of(body)
    assert (leads(first), first.because_owner) == (["Thủ trưởng các phòng, ban"], "lead-in")
    assert leads(second) == ["Phòng Nội vụ"]


def test_a_content_line_among_fields_is_a_second_source_of_its_item():
    (draft,) = drafts_of(
        "1. Rà soát, cấp đổi giấy chứng nhận quyền sử dụng đất.\nNội dung: rà soát toàn bộ hồ sơ cấp đổi giấy chứng nhận của các xã.\n"
        "Cơ quan chủ trì: Phòng Tài nguyên và Môi trường.\nThời gian: trước ngày 20/3/2024."
    )
    assert leads(draft) == ["Phòng Tài nguyên và Môi trường"]
    assert draft.due_on == date(2024, 3, 20)
    assert [source.quote for source in draft.sources][1:] == [
        "rà soát toàn bộ hồ sơ cấp đổi giấy chứng nhận của các xã"
    ]


def test_a_content_line_alone_is_no_field():
    body = "1. Giao Phòng Nội vụ tổ chức hội nghị giao ban.\nNội dung: kiểm điểm công tác quý I.\n2. Giao Phòng Y tế kiểm tra các trạm y tế."
    assert len(drafts_of(body)[0].sources) == 1


def test_fields_below_an_item_name_owner_helpers_and_time():
    body = "1. Số hóa hồ sơ địa chính.\n- Đơn vị chủ trì: Phòng Kinh tế.\n- Đơn vị phối hợp: Công an xã.\n- Thời gian hoàn thành: trước ngày 20/7/2024."
    draft = one(body)
    assert (leads(draft), supports(draft), str(draft.due_on)) == (["Phòng Kinh tế"], ["Công an xã"], "2024-07-20")


def test_rows_of_an_annex_table_name_everything():
    body = (
        "1. Phòng Kinh tế\n- Tham mưu kế hoạch đấu giá quyền khai thác khoáng sản trên địa bàn huyện."
        "\nNơi nhận:\n- Lưu: VT.\nPhụ lục\nTT\tNội dung nhiệm vụ\tĐơn vị chủ trì\tĐơn vị phối hợp\tThời gian\n"
        "1\tTham mưu trình kế hoạch đấu giá quyền khai thác khoáng sản\tPhòng Kinh tế\tUBND các xã\tQuý II/2024\n"
        "2\tKiểm tra các bãi tập kết cát, sỏi\tCông an huyện\tPhòng Kinh tế\tHàng năm\n"
    )
    first, second = drafts_of(body)
    assert (leads(first), str(first.due_on), first.clause) == (["Phòng Kinh tế"], "2024-06-30", "Phụ lục.1")
    assert len(first.sources) == 2  # the clause that says the same is a source of the row
    assert (leads(second), second.recurrence) == (["Công an huyện"], "yearly")


@pytest.mark.parametrize(
    "sentence",
    [
        "Trong tháng 02, các phòng đã giao 15 nhiệm vụ cho các xã.",
        "Tiến độ thu ngân sách huyện giao còn thấp.",
        "Công tác bàn giao mặt bằng tuyến đường chưa đạt yêu cầu.",
        "Giao thông nông thôn có nhiều tiêu chí xuống cấp.",
        "Hội nghị giao ban tháng 3 có 25 đại biểu tham dự.",
        "Việc chuyển giao khoa học kỹ thuật còn lúng túng.",
        "UBND huyện thông báo để các phòng, ban và UBND các xã biết, thực hiện./.",
        "Yêu cầu Thủ trưởng các cơ quan, đơn vị nghiêm túc triển khai thực hiện.",
        "Phát triển kinh tế là nhiệm vụ quan trọng.",
        "Thống nhất chủ trương điều động cán bộ.",
    ],
)
def test_false_friends_assign_nothing(sentence):
    assert drafts_of(f"1. {sentence}") == ()


def test_the_part_that_assesses_assigns_only_with_an_explicit_word():
    body = "1. Tồn tại, hạn chế\n- Các xã chỉ tập trung xây dựng cơ sở hạ tầng.\n- Giao Phòng Nội vụ kiểm điểm trách nhiệm cán bộ chậm trễ.\n"
    assert leads(one(body)) == ["Phòng Nội vụ"]


def test_conduct_and_consequences_are_policy():
    body = "1. UBND xã An Lạc\n- Nêu cao tinh thần trách nhiệm, không trông chờ vào cấp trên.\n- Nếu để xảy ra vi phạm thì Chủ tịch UBND xã phải chịu trách nhiệm."
    assert {draft.kind for draft in drafts_of(body)} == {"policy"}


def test_a_name_is_looked_up_and_the_written_words_are_kept():
    draft = one("1. Giao phòng TN&MT tham mưu giá đất cụ thể cho UBND huyện.", REGISTER)
    assert (draft.leads[0].written, draft.leads[0].unit_code) == ("phòng TN&MT", "tnmt")


def test_a_garbled_name_becomes_a_question_with_candidates():
    notice = read_body("1. Giao phòng Kinh tế - KH hoạch giải ngân vốn cho các xã.", REGISTER)
    asked = [finding for finding in notice.findings if finding.code == "owner_weak"]
    assert notice.drafts[0].leads[0].unit_code is None
    assert asked and {"tckh", "ktht"} & set(asked[0].candidates)


def test_nobody_named_is_a_question_and_no_guess():
    notice = read_body("1. Khẩn trương rà soát lại hồ sơ.")
    assert notice.drafts[0].leads == ()
    assert "owner_unknown" in codes(notice)
