"""Letters of what nobody expects: long names, markup, reading directions, missing facts, one item and 300."""

from dataclasses import replace

import pytest

from tests.notify.examples import (
    LETTERS,
    OFFICE,
    a_briefing,
    a_letter,
    a_section,
    an_item,
    an_overseer_letter,
    an_undated_item,
)
from tests.notify.reading import read, squeezed
from tracker.briefing.letter import briefing_page, render_briefing
from tracker.notify.composing import section
from tracker.notify.fitting import one_line
from tracker.notify.render import render_letter
from tracker.notify.views import ItemView, LetterView

MARKUP = "<b>Dự án & “đường #3”</b> = 5% $HOME {{ view }} 'x' \"y\" 🚜</p><script>alert(1)</script>"
TURNED = "\u202eđảo chiều\u202c \u200fphải\u2066 trái \u0007 chuông\u2028dòng\nmới"
LONG = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông, thủy lợi và hạ tầng nông thôn " * 3
UNBROKEN = "A" * 200


def full_of(words: str) -> LetterView:
    item = an_item(
        title=words,
        owner=words,
        place=f"{words} khác",
        quote=f"nguyên văn {words}",
        last_note=words,
        returned=("30/06/2020", words),
        due_phrase=words,
        due_clause="mục 1",
        clause="mục 2",
    )
    return a_letter("head", a_section("head", item), addressee=words, unit=words, office=replace(OFFICE, name=words))


@pytest.mark.parametrize("words", [MARKUP, TURNED, LONG, UNBROKEN], ids=["markup", "turned", "long", "unbroken"])
def test_any_words_are_shown_as_words(words: str) -> None:
    letter = render_letter(full_of(words))
    html = read(letter.html)
    assert len(letter.subject) <= 70
    assert letter.subject.isprintable()
    assert "<script" not in letter.html
    assert "{{" not in letter.html.replace("{{ view }}", "")
    shown = squeezed(" ".join(html.texts))
    wanted = squeezed("".join(sign for sign in words if sign.isspace() or sign.isprintable()))
    assert shown.count(wanted) >= 8
    assert squeezed(letter.text).count(wanted) >= 8


def test_signs_that_turn_the_reading_direction_are_left_out() -> None:
    letter = render_letter(full_of(TURNED))
    assert not set("\u202e\u202c\u200f\u2066\u0007\u2028") & set(letter.html + letter.text + letter.subject)


def test_a_programme_of_any_length_leaves_room_for_the_count() -> None:
    view = replace(full_of("việc"), office=replace(OFFICE, programme="Chương trình mục tiêu quốc gia\u202e giảm nghèo"))
    subject = render_letter(view).subject
    assert subject.startswith("[Đôn đốc Chương trình mục…] 1 việc quá hạn")
    assert len(subject) <= 70


def test_without_telephone_and_place_nothing_is_left_dangling() -> None:
    for make in LETTERS.values():
        letter = render_letter(replace(make(), office=replace(OFFICE, telephone="", place="", programme="")))
        assert letter.subject.startswith("[Đôn đốc] ")
        assert "iện thoại" not in letter.html + letter.text
        assert "\nngày " in letter.text
        for wrong in (" ,", ",,", "  ,", ", để chuyển", "None"):
            assert wrong not in " ".join(letter.text.split()), wrong


def test_a_reader_without_a_unit_or_a_role_still_reads_why() -> None:
    letter = render_letter(a_letter("reminder", a_section("remind", an_item()), unit="", roles=()))
    assert "vì có tên trong danh sách phân công thực hiện." in " ".join(letter.text.split())


def test_who_stands_in_for_a_head_reads_for_whom() -> None:
    view = a_letter(
        "head", a_section("head", an_item()), unit="", roles=(), stands_in_for=("Chủ tịch UBND xã Thọ Sơn",)
    )
    assert "được phân công thay đồng chí Chủ tịch UBND xã Thọ Sơn" in " ".join(render_letter(view).text.split())


def numbered(count: int) -> list[ItemView]:
    return [an_undated_item(at, title=f"Việc thứ {at}", quote=f"Nguyên văn {at}") for at in range(1, count + 1)]


def test_three_hundred_items_are_capped_and_the_count_is_whole() -> None:
    letter = render_letter(a_letter("digest", section("stale", numbered(300), cap=25), roles=("contact",)))
    text = " ".join(letter.text.split())
    assert "có 300 việc cần cập nhật." in text
    assert letter.text.count("\n   Chủ trì: ") == 25
    assert "và 275 việc khác, xem tại: https://dondoc.trieuson.example/l/eyJ0IjoyNTN9" in text
    html = read(letter.html)
    assert sum("dondoc.trieuson.example/l/eyJ0IjoyNTN9/" in link for link in html.links) == 25


def test_one_item_makes_no_list_of_more() -> None:
    letter = render_letter(a_letter("digest", section("stale", numbered(1), cap=25)))
    assert "việc khác" not in letter.text


def test_sixty_units_are_counted_by_unit_also_where_they_are_not_shown() -> None:
    items = [replace(one, owner=f"UBND xã Số {one.task_id}") for one in numbered(60)]
    view = a_letter("office", section("silent", items, cap=20, is_grouped=True), roles=("office",))
    text = " ".join(render_letter(view).text.split())
    assert all(f"xã Số {at} (1)" in text for at in range(1, 61))
    assert "và 40 việc khác" in text
    assert len(render_letter(view).text) < 16_000


def test_an_overseer_letter_that_hides_tasks_names_no_communes_in_its_subject() -> None:
    (only,) = an_overseer_letter().sections
    letter = render_letter(replace(an_overseer_letter(), sections=(replace(only, hidden=9, total=12),)))
    assert letter.subject == "[Đôn đốc NTM] 12 việc chậm tiến độ – 03/07/2020"


def test_the_briefing_stands_any_words_too() -> None:
    odd = an_item(title=MARKUP, owner=LONG, quote=TURNED, last_note=MARKUP)
    view = a_briefing()
    view = replace(
        view,
        overdue=(odd,),
        slipped=(odd,),
        coming=(odd,),
        finished=(odd,),
        decisions=(replace(view.decisions[0], item=odd, question=MARKUP, options=(MARKUP,)),),
        unanswered=((MARKUP, 3),),
        silent=(replace(view.silent[0], unit=MARKUP, posts=(MARKUP,)),),
        office=replace(OFFICE, name=MARKUP, telephone="", place=""),
    )
    for html in (render_briefing(view).html, briefing_page(view)):
        assert "<script" not in html
        assert read(html).texts
        assert "&amp;amp;" not in html, "escaped twice"
        assert "&amp;lt;" not in html, "escaped twice"


def test_a_subject_is_one_short_line_whatever_goes_in() -> None:
    assert one_line("a\n b\u202e  c") == "a b c"
    assert one_line("x" * 200) == "x" * 69 + "…"
    assert one_line("từ " * 60 + "– tuần 28/2020").endswith("… – tuần 28/2020")
