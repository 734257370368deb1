"""When: a date is a deadline only where the sentence makes it one."""

from datetime import date

import pytest

from tests.notices import codes, drafts_of, leads, read, read_body

TASK = "1. Giao Phòng Nội vụ "


def due(words):
    found = drafts_of(TASK + words)
    assert len(found) == 1, [draft.quote for draft in found]
    return str(found[0].due_on) if found[0].due_on else None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("rà soát hồ sơ, xong trước ngày 31/3/2024.", "2024-03-31"),
        (
            "hoàn thiện hồ sơ theo Quyết định số 12/QĐ-UBND ngày 01/02/2024, trình UBND huyện trước ngày 20/3/2024.",
            "2024-03-20",
        ),
        ("rà soát, phấn đấu giải ngân đạt 50% kế hoạch vốn trước ngày 30/6.", "2024-06-30"),
        ("báo cáo kết quả trước\nngày 15/\n4/2024.", "2024-04-15"),
    ],
)
def test_a_date_that_binds(words, day):
    assert due(words) == day


@pytest.mark.parametrize(
    "words",
    [
        "rà soát theo Quyết định số 12/QĐ-UBND ngày 01/9/2024 của UBND huyện.",  # a cited paper, even a later one
        "lập đề án giai đoạn 2026 - 2030, tầm nhìn đến năm 2050.",  # the horizon of a plan
        "phân bổ chi tiết vốn đầu tư công năm 2024.",  # the name of a budget
        "xử lý các trường hợp phát sinh từ ngày 01/6/2024.",  # a beginning
        "rà soát các dự án đã được phê duyệt trước ngày 01/8/2024.",  # a condition
        "khẩn trương, kịp thời rà soát hồ sơ.",  # urgency
        "báo cáo kết quả theo đúng thời gian quy định.",  # the date is elsewhere
        "xây dựng kế hoạch từ nay đến khi được công nhận.",  # an event
        "kiểm tra 13/60 tiêu chí.",  # a ratio
    ],
)
def test_a_date_that_does_not_bind(words):
    assert due(words) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("báo cáo kết quả theo đúng thời gian quy định.", "date_elsewhere"),
        ("xây dựng kế hoạch từ nay đến khi được công nhận.", "event_horizon"),
        ("rà soát hồ sơ, xong trước ngày 31/6/2024.", "no_such_date"),
        ("rà soát hồ sơ, xong trước ngày 15/01/2024.", "date_before_notice"),
        ("rà soát hồ sơ, xong trước tháng 9.", "vague_date"),
        ("rà soát hồ sơ, báo cáo UBND huyện ngay trong tuần này.", "vague_date"),
        ("rà soát hồ sơ, trình UBND huyện trong tuần.", "vague_date"),
    ],
)
def test_what_the_words_leave_open_is_asked(words, code):
    assert code in codes(read_body(TASK + words))


@pytest.mark.parametrize("words", ["lập kế hoạch tuần sau cho các tổ.", "trực tiếp công dân vào các ngày trong tuần."])
def test_a_week_that_is_no_deadline_is_not_asked(words):
    assert len(drafts_of(TASK + words)) == 1
    assert "vague_date" not in codes(read_body(TASK + words))


@pytest.mark.parametrize(
    ("cell", "code"), [("2022 - 2025", "schedule_horizon"), ("Tuần này", "vague_date"), ("Tuần 12", "vague_date")]
)
def test_a_cell_of_time_that_gives_no_day_is_asked(cell, code):
    rows = f"TT\tNhiệm vụ\tChủ trì\tThời gian\n1\tLập danh mục dự án\tPhòng Nội vụ\t{cell}\n2\tRà soát hồ sơ\tPhòng Y tế\tQuý II/2024\n"
    notice = read_body(f"1. Các nhiệm vụ cụ thể:\n{rows}")
    assert [str(draft.due_on) for draft in notice.drafts] == ["None", "2024-06-30"]
    assert [(finding.code, finding.draft) for finding in notice.findings if finding.draft is not None] == [(code, 0)]


def test_a_second_result_with_its_own_date_is_a_matter_of_its_own():
    first, second = drafts_of(
        "1. Giao Phòng Tài chính – Kế hoạch rà soát kế hoạch vốn trước ngày 20/3/2024; bảo đảm giải ngân đạt 100% kế hoạch vốn trong năm 2024."
    )
    assert (first.due_on, second.due_on) == (date(2024, 3, 20), date(2024, 12, 31))
    assert second.quote == "bảo đảm giải ngân đạt 100% kế hoạch vốn trong năm 2024"
    assert leads(first) == leads(second) == ["Phòng Tài chính – Kế hoạch"]


def test_a_result_that_has_the_only_date_stays_with_its_act():
    (draft,) = drafts_of(
        "1. Giao Phòng Tài chính – Kế hoạch rà soát kế hoạch vốn; bảo đảm giải ngân đạt 100% kế hoạch vốn trong năm 2024."
    )
    assert draft.due_on == date(2024, 12, 31)


def test_one_date_behind_the_last_semicolon_reaches_the_whole_sentence():
    found = drafts_of(
        "1. Phòng Nội vụ\n- Rà soát hồ sơ cán bộ; hướng dẫn các xã lập danh sách; hoàn thành trước ngày 30/4/2024."
    )
    assert [str(draft.due_on) for draft in found] == ["2024-04-30"]


def test_a_date_within_one_clause_reaches_no_other():
    found = drafts_of(
        "1. Phòng Nội vụ\n- Rà soát hồ sơ cán bộ; hướng dẫn các xã lập danh sách, hoàn thành trước ngày 30/4/2024."
    )
    assert [draft.due_on and str(draft.due_on) for draft in found] == [None, "2024-04-30"]


def test_a_heading_that_is_a_year_dates_what_stands_below():
    found = drafts_of("1. Năm 2025:\n- Xã An Lạc đạt chuẩn NTM nâng cao;\n2. Năm 2026: Xã Cao Sơn đạt chuẩn NTM.")
    assert [str(draft.due_on) for draft in found] == ["2025-12-31", "2026-12-31"]


def test_a_recurrence_inside_a_longer_list_is_its_own_task():
    main, repeated = drafts_of(
        "1. UBND xã An Lạc\n- Huy động mọi nguồn lực của địa phương, giao ban hàng tuần để đôn đốc, giao trách nhiệm cho từng thành viên."
    )
    assert (main.recurrence, repeated.recurrence) == (None, "weekly")
    assert repeated.quote.startswith("giao ban hàng tuần")


def test_an_adjective_of_a_budget_is_no_recurrence():
    (draft,) = drafts_of(TASK + "tham mưu bố trí ngân sách hằng năm cho các xã.")
    assert draft.recurrence is None


def test_without_any_year_a_day_without_a_year_stays_open():
    notice = read(
        "Kính gửi: Phòng Nội vụ\n\nGiao Phòng Nội vụ rà soát hồ sơ, xong trước ngày 30/6 để báo cáo.\n".encode()
    )
    assert [draft.due_on for draft in notice.drafts] == [None]
    assert "no_reference_year" in codes(notice)
