"""The clause tree: paths that officials cite, lists broken over pages, numbers that are none."""

from tests.notices import codes, drafts_of, read_body


def paths(body):
    return [clause.path for clause in read_body(body).clauses]


def test_paths_of_all_signs():
    body = "I. NHIỆM VỤ\n1. Phòng Nội vụ\na) Rà soát hồ sơ:\n- Hồ sơ cán bộ;\n+ Hồ sơ viên chức;\nII. TỔ CHỨC THỰC HIỆN\n1. Công an huyện tuần tra."
    assert paths(body) == ["I", "I.1", "I.1.a", "I.1.a-1", "I.1.a-1+1", "II", "II.1"]


def test_numbers_of_two_levels():
    assert paths("4. Nhiệm vụ:\n4.1. Năm 2025:\n- Rà soát.\n4.2. Năm 2026:\na) Kiểm tra.") == [
        "4",
        "4.1",
        "4.1-1",
        "4.2",
        "4.2.a",
    ]


def test_party_papers_number_with_a_dash():
    assert paths("1- Giao Ban Tổ chức Huyện ủy hoàn thiện hồ sơ.\n2- Giao Văn phòng Huyện ủy theo dõi.") == ["1", "2"]


def test_a_wrapped_line_that_begins_like_a_number_is_text():
    body = "1. Giao Phòng Nội vụ rà soát các hồ sơ theo khoản 4 Điều 14 và Điều\n27. Giao Công an huyện tuần tra các tuyến đường trọng điểm ban đêm."
    assert "27" not in paths(body)


def test_a_page_number_between_the_lines_does_not_cut_the_sentence():
    (draft,) = drafts_of(
        "1. Giao Phòng Nội vụ chủ trì rà soát danh sách cán bộ,\n\n2\n\ncông chức các xã trước ngày 30/4/2024."
    )
    assert draft.quote.startswith("Giao Phòng Nội vụ") and draft.quote.endswith("30/4/2024")


def test_a_lost_number_is_a_question():
    assert "numbering_jump" in codes(
        read_body("1. Giao Phòng Nội vụ rà soát hồ sơ.\n3. Giao Công an huyện tuần tra ban đêm.")
    )


def test_the_quote_of_a_dash_cites_the_numbered_clause():
    (draft,) = drafts_of("1. Phòng Nội vụ\na) Về cán bộ:\n- Rà soát hồ sơ cán bộ các xã.")
    assert draft.clause == "1.a"
