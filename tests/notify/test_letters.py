"""Letters as people read them: subject, order, wording, and that text and HTML say the same."""

from dataclasses import replace

import pytest

from tests.notify.examples import (
    LETTERS,
    LIABILITY,
    NINE_COMMUNES,
    a_digest,
    a_grouped_section,
    a_head_letter,
    a_letter,
    a_returned_item,
    a_section,
    an_extended_item,
    an_item,
    an_office_letter,
    an_overseer_letter,
    an_undated_item,
)
from tests.notify.reading import read, squeezed
from tracker.notify.render import render_letter

EVERY_KIND = pytest.mark.parametrize("kind", LETTERS)


def text_of(view) -> str:
    """The plain text with its folded lines on one."""
    return " ".join(render_letter(view).text.split())


@EVERY_KIND
def test_the_plain_text_carries_everything_that_the_html_does(kind):
    letter = render_letter(LETTERS[kind]())
    html, text = read(letter.html), squeezed(letter.text)
    assert len(html.texts) > 10
    for piece in html.texts:
        if piece != "danh sách đầy đủ":  # the words of a link; the text shows its address
            assert squeezed(piece) in text, piece
    assert set(html.links) <= set(letter.text.split()), "every address is readable in the text"


@EVERY_KIND
def test_the_html_carries_everything_that_the_plain_text_does(kind):
    letter = render_letter(LETTERS[kind]())
    html = read(letter.html)
    shown = squeezed(" ".join([*html.texts, *html.links]))
    for line in letter.text.splitlines():
        is_drawn = set(line) <= {"-", " "}
        for piece in line.lstrip(" *-").split("http")[0].split(": ") if not is_drawn else ():
            assert squeezed(piece.removesuffix(":")) in shown, line


@EVERY_KIND
def test_a_letter_opens_with_whom_how_many_and_why_and_closes_as_offices_do(kind):
    text = text_of(LETTERS[kind]())
    before, _, after = text.partition("Kính gửi: Đồng chí ")
    assert before
    assert "Đồng chí nhận thư này vì " in after.partition("I. ")[0]
    assert "Trân trọng./. Văn phòng Điều phối xây dựng NTM huyện Triệu Sơn Điện thoại: 0237 000 253" in text
    foot = text.rpartition("Trân trọng./.")[2]
    for part in ("Vì sao có thư này: ", "Cách trả lời: ", "không cần mật khẩu", "Nếu việc không thuộc trách nhiệm"):
        assert part in foot


@EVERY_KIND
def test_the_parts_of_an_item_stand_in_one_order(kind):
    letter = render_letter(LETTERS[kind]()).text
    items = [item for item in letter.split("\n\n") if "   Chủ trì: " in item]
    assert items
    for item in items:
        parts = [item.index(f"   {part}") for part in ("Chủ trì: ", "Hạn: ", "Căn cứ: ", "Tình hình: ")]
        assert [*parts, item.rindex("http")] == sorted([*parts, item.rindex("http")])


def test_letters_that_cannot_be_switched_off_say_so():
    assert "không tắt được" in text_of(a_head_letter())
    assert "không tắt được" not in text_of(a_letter("digest", a_section("stale", an_undated_item())))


def test_a_subject_names_the_worst_first_with_the_week():
    view = a_letter("digest", a_section("overdue", an_item()), a_section("stale", an_undated_item()), week="28/2020")
    assert render_letter(view).subject == "[Đôn đốc NTM] 1 việc quá hạn, 1 việc cần cập nhật – tuần 28/2020"


def test_a_subject_sums_up_what_does_not_fit():
    assert render_letter(a_digest()).subject == "[Đôn đốc NTM] 3 việc quá hạn, 16 việc khác – tuần 28/2020"
    assert "có 3 việc quá hạn, 14 việc đến hạn, 1 việc cần cập nhật và 1 việc chờ nghiệm thu." in text_of(a_digest())


def test_a_subject_keeps_the_number_of_communes_when_their_names_do_not_fit():
    communes = ("Hợp Thành", "Thọ Dân", "Hợp Lý", "Thọ Tiến", "Thọ Sơn", "Thọ Tân")
    groups = tuple((f"xã {name}", (an_item(at, owner=f"UBND xã {name}"),)) for at, name in enumerate(communes))
    letter = replace(an_overseer_letter(), sections=(a_grouped_section("overseer", *groups),), week="27/2020")
    rendered = render_letter(letter)
    assert rendered.subject == "[Đôn đốc NTM] 6 xã chậm tiến độ: Hợp Thành và 5 xã khác – tuần 27/2020"
    assert "có 6 xã chậm tiến độ: Hợp Thành, Thọ Dân, Hợp Lý, Thọ Tiến, Thọ Sơn, Thọ Tân." in " ".join(
        rendered.text.split()
    )


def test_those_who_finished_are_named_before_those_who_are_late():
    text = text_of(an_overseer_letter())
    assert text.index("Đã hoàn thành: 2 xã (Tiến Nông, Thọ Dân).") < text.index("quá hạn 3 ngày làm việc")


def test_an_overseer_reads_the_words_on_liability_with_their_source():
    text = text_of(an_overseer_letter())
    assert f"điểm c mục 4.4 Thông báo số 253/TB-UBND ngày 13/02/2020 nêu: “{LIABILITY}”" in text


def test_who_was_told_on_which_days_stands_on_one_line_a_rung():
    text = text_of(an_overseer_letter())
    assert "- 19/06/2020: nhắc trước hạn – Công chức theo dõi NTM xã Thọ Sơn - 29" in text
    assert "- 01/07/2020: nhắc người đứng đầu – Công chức theo dõi NTM xã Thọ Sơn, Chủ tịch" in text


def test_an_owner_is_told_of_those_above_and_not_of_own_reminders():
    told = an_extended_item().told
    text = text_of(a_letter("digest", a_section("overdue", an_extended_item(told=told)), roles=("contact",)))
    assert "02/07/2020: nhắc người đứng đầu – Chủ tịch UBND xã Hợp Lý" in text
    assert "nhắc trước hạn" not in text


def test_an_extended_task_shows_both_dates():
    assert "Hạn: 01/07/2020 (đã gia hạn; hạn gốc 30/06/2020; nguyên văn: “muộn nhất giữa năm 2020" in text_of(
        a_digest()
    )


def test_the_words_of_a_date_are_given_with_their_clause_when_the_quote_does_not_hold_them():
    text = text_of(a_letter("head", a_section("head", a_returned_item())))
    assert "Hạn: 30/06/2020 (nguyên văn: “muộn nhất giữa năm 2020”, điểm a mục 4.4)" in text


def test_a_returned_claim_says_when_and_why_and_shows_no_percentage():
    text = text_of(a_letter("head", a_section("head", a_returned_item())))
    assert "đã báo hoàn thành ngày 26/06/2020, chưa được nghiệm thu" in text
    assert "Trả lại ngày 30/06/2020: “Hồ sơ nộp mới chứng minh 17/19 tiêu chí”" in text
    assert "99%" not in text


def test_a_quote_is_said_once_a_letter_and_pointed_at_after():
    text = text_of(an_overseer_letter())
    assert text.count(NINE_COMMUNES) == 1
    assert text.count("(nguyên văn như việc 1)") == 2


def test_a_title_that_is_the_quote_is_not_said_twice():
    item = an_undated_item(title="Kiện toàn Ban Chỉ đạo", quote="kiện toàn Ban Chỉ đạo;")
    text = text_of(a_letter("digest", a_section("stale", item)))
    assert "(nguyên văn như trên)" in text
    assert text.count("iện toàn Ban Chỉ đạo") == 1


def test_urgency_is_quoted_for_an_undated_task_and_left_out_beside_a_date():
    assert "không ghi hạn trong thông báo, chỉ ghi “khẩn trương”" in text_of(a_digest())
    assert "sớm" not in text_of(a_letter("head", a_section("head", a_returned_item(urgency="sớm", quote="đạt chuẩn"))))


def test_the_scan_error_of_a_quote_stays():
    item = an_item(quote="Phân đầu có thêm 9 xã đạt chuẩn NTM", title="Xã Thọ Sơn đạt chuẩn NTM")
    assert "“Phân đầu có thêm 9 xã đạt chuẩn NTM”" in text_of(a_letter("head", a_section("head", item)))


def test_undated_tasks_reach_the_standing_office_by_unit_in_short():
    text = text_of(an_office_letter())
    assert "Theo đơn vị: xã Hợp Lý (2), xã Thọ Dân (1)." in text
    assert text.count("Đề nghị đồng chí cho ý kiến đối với từng đơn vị") == 1
    assert "và 9 việc khác" in text


def test_the_reason_of_a_letter_is_the_role_it_speaks_to():
    letter = replace(an_overseer_letter(), roles=("head", "overseer"))
    assert "vì được phân công phụ trách các đơn vị có tên trong thư." in text_of(letter)
    assert "người đứng đầu Huyện ủy" not in text_of(letter)


def test_the_figures_of_a_letter_are_those_of_its_lists():
    for make in LETTERS.values():
        view, text = make(), text_of(make())
        for section in view.sections:
            assert section.total == sum(len(group.items) for group in section.groups) + section.hidden
            assert f": {section.total} việc -" in text


def test_tasks_that_are_not_asked_about_are_counted_in_one_line():
    text = text_of(replace(a_digest(), resting=7))
    assert "Ngoài ra có 7 việc không ghi hạn" in text
    assert "Ngoài ra" not in text_of(a_digest())


def test_nothing_blames_and_nothing_shouts():
    for make in LETTERS.values():
        letter = render_letter(make())
        said = letter.subject + " ".join(letter.text.split()).replace(NINE_COMMUNES, "").replace(LIABILITY, "")
        assert "!" not in said
        assert "không hoàn thành" not in said
        assert "hôm qua" not in said
