"""Titles speak plainly: what a scan has spoilt is set right in them, and nothing else is; quotes stay as they are."""

from pathlib import Path

import pytest

from tests.notices import NOBODY, REGISTER, SAMPLE, drafts_of, read
from tests.notices.marking import unmark
from tracker.notices.spelling import misread, respelled, with_tones
from tracker.notices.titles import TITLE_LENGTH

HERE = Path(__file__).parent
SPOILT = {
    "cong-van-ban-quet",
    "huyen-ocr",
    "ocr-nang",
    "tb-pct-huyen-quet-mat-dau",
    "thanh-pho-ocr",
}  # written as a bad scan would be
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "forms").glob("*.txt"))}
TEXTS |= {path.stem: unmark(path).text for path in sorted((HERE / "marked").glob("*.txt"))}


@pytest.mark.parametrize("name", sorted(set(TEXTS) - SPOILT))
def test_a_clean_text_stays_letter_by_letter(name):
    assert respelled(TEXTS[name]) == TEXTS[name]


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_spoilt_text_changes_only_where_a_pair_was_misread(name):
    text, places = TEXTS[name], list(misread(TEXTS[name]))
    assert len(places) >= 2
    mended, at = respelled(text), 0
    assert len(mended) == len(text)
    for start, end, right in places:
        assert mended[at:start] == text[at:start]
        assert mended[start:end].lower() == right
        at = end
    assert mended[at:] == text[at:]


@pytest.mark.parametrize(
    ("spoilt", "right"),
    [
        ("Phân đầu có thêm 9 xã", "Phấn đấu có thêm 9 xã"),
        ("Trường trực HĐND xem xét", "Thường trực HĐND xem xét"),
        ("ý kiến của Trường trực HĐND huyện", "ý kiến của Thường trực HĐND huyện"),
        ("Phòng Tài chính - Kê hoạch", "Phòng Tài chính - Kế hoạch"),
        ("Khân trương triên khai, hoàn thanh tiên độ", "Khẩn trương triển khai, hoàn thành tiến độ"),
        ("Phôi hợp thưc hiện nghiêm tuc kê hoạch", "Phối hợp thực hiện nghiêm túc kế hoạch"),
        ("Tổ chưc rà soat, giai quyết theo thâm quyên", "Tổ chức rà soát, giải quyết theo thẩm quyền"),
    ],
)
def test_frequent_pairs_are_set_right(spoilt, right):
    assert respelled(spoilt) == right


@pytest.mark.parametrize(
    "text",
    [
        "Phần đầu tư công, phân đầu mối phụ trách, phần đấu giá đất",
        "Các trường trực thuộc Sở, trường trực tuyến, tổ trưởng trực ban",
        "Khen thưởng trực tiếp, bị thương trực tiếp, vết thương xuyên thấu",
        "Quyết toán hoàn thanh toán, liên hoan thành phố, đoàn thanh tra",
        "Dự báo cao hơn, tín hiệu qua mạng, vấn đề nghi ngờ, đối tượng đê nghi vấn",
        "Ưu tiên độ tuổi, quê hương dẫn đầu, định hướng dân số, đưa ra soát xét",
        "Phôi hợp kim, thống kê hoạch định, chi đạo cụ, trao giải phong trào",
        "Xã Hoàn Thanh, ông Kiêm Tra, thôn Tiên Độ, đồng chí Tô Chức",
        "UBND xã Triệu Thanh lập dự toán",
        "PHÂN ĐẦU, KÊ HOẠCH",
        "Thuc hien nghiem tuc ke hoach",
    ],
)
def test_words_that_may_be_right_stay(text):
    assert respelled(text) == text


def test_the_title_is_mended_and_the_quote_is_not():
    (draft,) = drafts_of("1. Giao Phòng Nội vụ khân trương tô chức rà soát biên chế 2024.")
    assert draft.title == "Khẩn trương tổ chức rà soát biên chế 2024"
    assert "khân trương tô chức rà soát biên chế 2024" in draft.quote


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Văn phòng Điêu phối xây dựng nông thôn mơi huyện", "Văn phòng Điều phối xây dựng nông thôn mới huyện"),
        ("UBND xã Triệu Thanh", "UBND xã Triệu Thành"),
        ("UBND xã Hợp Thăng", "UBND xã Hợp Thăng"),  # Hợp Thắng or, one letter off, Hợp Thành: a person is asked
        ("UBND xã Thọ Nguyen", "UBND xã Thọ Nguyen"),  # not in the register
    ],
)
def test_a_name_follows_the_register_where_it_can_mean_one_unit(written, title):
    body = f"1. Giao Phòng Tài chính - Kế hoạch hướng dẫn {written} lập dự toán."
    (draft,) = drafts_of(body, REGISTER)
    assert draft.title == f"Hướng dẫn {title} lập dự toán"
    assert written in draft.quote
    assert written in drafts_of(body, NOBODY)[0].title


def test_titles_of_the_sample_notice_are_short_and_their_quotes_are_the_paper():
    notice = read(SAMPLE.read_bytes(), REGISTER)
    assert len(notice.drafts) > 30
    for draft in notice.drafts:
        assert 0 < len(draft.title) <= TITLE_LENGTH
        assert list(misread(draft.title)) == []
        assert notice.text[draft.start : draft.end] == draft.quote
    assert any("Phân đầu" in draft.quote for draft in notice.drafts)


def test_places_of_a_list_are_spelt_as_the_register_does_and_the_quote_stays():
    (draft,) = drafts_of("1. Giao Phòng Kinh tế và Hạ tầng kiểm tra các xã Xuân Thinh, Hợp Ly và Xuân Lôc.", REGISTER)
    assert draft.title == "Kiểm tra các xã Xuân Thịnh, Hợp Lý và Xuân Lộc"
    assert "Xuân Thinh, Hợp Ly và Xuân Lôc" in draft.quote


def test_a_place_that_the_register_does_not_know_and_a_person_keep_their_letters():
    body = "1. Giao Phòng Kinh tế và Hạ tầng kiểm tra các xã Thọ Lân, Hợp Lai; làm việc với ông Tho Dân."
    assert drafts_of(body, REGISTER)[0].title.startswith("Kiểm tra các xã Thọ Lân, Hợp Lai")


def test_a_word_that_lost_its_only_tone_is_set_right():
    assert (
        with_tones("Viêc đươc giao trươc ngày họp, đât quôc phòng, KÊT")
        == "Việc được giao trước ngày họp, đất quốc phòng, KÊT"
    )


@pytest.mark.parametrize("name", sorted(set(TEXTS) - SPOILT))
def test_no_clean_text_has_a_word_without_its_tone(name):
    assert with_tones(TEXTS[name]) == TEXTS[name]
