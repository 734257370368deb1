"""Deadlines in words: one case for each row of the table in product.md, and the traps beside it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules import drawn
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.deadlines import dates_in, recurrence_in, resolve, urgency_in

NOTICE_DAY = date(2020, 2, 13)  # a Thursday
OFFICE = WorkingCalendar.of([date(2020, 4, 2), date(2020, 4, 30), date(2020, 5, 1)])


def read(phrase: str, reference: date = NOTICE_DAY):
    return resolve(phrase, reference=reference, calendar=OFFICE)


@pytest.mark.parametrize(
    ("phrase", "due", "rule"),
    [
        ("trước ngày 30/6/2020", date(2020, 6, 30), "full_date"),  # "before D" is stored as D
        ("chậm nhất ngày 15/3/2020", date(2020, 3, 15), "full_date"),
        ("muộn nhất là ngày 20 tháng 5 năm 2020", date(2020, 5, 20), "full_date"),
        ("đến hết ngày 30/6/2020", date(2020, 6, 30), "full_date"),
        ("xong trước ngày 01/01/2030", date(2030, 1, 1), "full_date"),
        ("ngày 30 tháng 6 năm 2020", date(2020, 6, 30), "full_date"),
        ("trước ngày\n   15/4/2026", date(2026, 4, 15), "full_date"),  # a line break inside the phrase
        ("trước ngày 15/\n4/2026", date(2026, 4, 15), "full_date"),  # and inside the date
        ("ngày 04tháng 02 năm 2025", date(2025, 2, 4), "full_date"),  # a scan that lost a blank
        ("trước 17 giờ 00 ngày 20/6/2020", date(2020, 6, 20), "full_date"),
        ("trước 30.6.2020", date(2020, 6, 30), "full_date"),
        ("ngày 30/6", date(2020, 6, 30), "day_without_year"),
        ("trước ngày 15 tháng 3", date(2020, 3, 15), "day_without_year"),
        ("trước ngày 29/02", date(2020, 2, 29), "day_without_year"),
        ("hoàn thành trước 15/3", date(2020, 3, 15), "bare_day"),
        ("trong tháng 3", date(2020, 3, 31), "month"),
        ("Xong trong tháng 5/2026", date(2026, 5, 31), "month"),
        ("hoàn thành tháng 9 năm 2026", date(2026, 9, 30), "month"),
        ("giữa tháng 5", date(2020, 5, 15), "part_of_month"),
        ("cuối tháng 5", date(2020, 5, 31), "part_of_month"),
        ("quý II/2026", date(2026, 6, 30), "quarter"),
        ("trong quý II", date(2020, 6, 30), "quarter"),
        ("Xong trong quý II năm 2026", date(2026, 6, 30), "quarter"),
        ("trong quý III, IV năm 2020", date(2020, 12, 31), "quarter"),
        ("6 tháng đầu năm", date(2020, 6, 30), "half_year"),
        ("06 tháng cuối năm 2020", date(2020, 12, 31), "half_year"),
        ("muộn nhất giữa năm 2020 phải hoàn thành", date(2020, 6, 30), "part_of_year"),
        ("cuối năm", date(2020, 12, 31), "part_of_year"),
        ("năm 2020", date(2020, 12, 31), "year"),
        ("trong năm", date(2020, 12, 31), "year"),
        ("đến hết năm", date(2020, 12, 31), "year"),
        ("đến hết năm 2021", date(2021, 12, 31), "year"),
        ("trong thời hạn 05 ngày làm việc kể từ ngày 13/02/2020", date(2020, 2, 20), "term"),
        ("trong thời hạn 05 ngày làm việc kể từ ngày ban hành Thông báo này", date(2020, 2, 20), "term"),
        ("xong trước 17 giờ ngày 20/6", date(2020, 6, 20), "day_without_year"),
        ("chậm nhất 10 giờ 00 phút, thứ Hai, ngày 22/6/2020", date(2020, 6, 22), "full_date"),
        ("trước 20 tháng 3", date(2020, 3, 20), "bare_day"),  # not the end of March
        ("hạn cuối 15/3", date(2020, 3, 15), "bare_day"),
        ("thời hạn: 15/3/2020", date(2020, 3, 15), "full_date"),
        ("không muộn hơn ngày 30/4/2020", date(2020, 4, 30), "full_date"),
        ("trước ngày Quốc khánh 02/9/2020", date(2020, 9, 2), "full_date"),
        ("trong tháng 11, 12/2020", date(2020, 12, 31), "month"),
        ("trong tháng này", date(2020, 2, 29), "month"),
        ("cuối quý III", date(2020, 9, 30), "quarter"),
        ("quý I và quý II/2020", date(2020, 6, 30), "quarter"),
        ("9 tháng đầu năm", date(2020, 9, 30), "half_year"),
        ("4 tháng cuối năm 2020", date(2020, 12, 31), "half_year"),
        ("trong 10 ngày kể từ ngày ban hành", date(2020, 2, 24), "term"),  # Sunday 23/02 moves to Monday
        ("trong thời hạn 10 ngày kể từ ngày 20/02/2020", date(2020, 3, 2), "term"),  # Sunday 01/03 moves to Monday
        ("trong 01 tháng kể từ ngày 02/3/2020", date(2020, 4, 3), "term"),  # 02/04 is a holiday
    ],
)
def test_a_phrase_that_settles_the_day(phrase, due, rule):
    found = read(phrase)
    assert (found.due_on, found.rule) == (due, rule)
    assert found.recurrence is None
    assert not found.findings


@pytest.mark.parametrize(
    ("phrase", "due", "codes"),
    [
        ("trước tháng 9", date(2020, 8, 31), ("vague_date",)),
        ("trước quý III", date(2020, 6, 30), ("vague_date",)),
        ("trước năm 2021", date(2020, 12, 31), ("vague_date",)),
        ("đầu tháng 5", date(2020, 5, 10), ("vague_date",)),
        ("đầu năm 2021", date(2021, 3, 31), ("vague_date",)),
        ("ngày 31/6", None, ("no_such_date",)),
        ("31/02/2020", None, ("no_such_date",)),
        ("trước ngày 10/01", date(2021, 1, 10), ("year_inferred",)),  # January is over: the next one
        ("trong vòng 15 ngày", date(2020, 2, 28), ("counted_from_notice",)),
        ("trong thời hạn 05 ngày làm việc kể từ ngày nhận được văn bản", None, ("event_horizon",)),
        ("từ ngày 01/3/2020 đến ngày 15/3/2020", date(2020, 3, 15), ("schedule_horizon",)),
        ("từ nay đến hết năm 2020", date(2020, 12, 31), ("schedule_horizon",)),
        ("theo quy định", None, ("date_elsewhere",)),
        ("theo kế hoạch", None, ("date_elsewhere",)),
        ("theo đúng thời gian yêu câu", None, ("date_elsewhere",)),
        ("từ nay đến khi được công nhận xã NTM", None, ("event_horizon",)),
        ("trước kỳ họp thứ 10", None, ("event_horizon",)),
        ("trước Tết Nguyên đán", None, ("event_horizon",)),
        ("sau 15 ngày kể từ ngày nhận được văn bản này", None, ("event_horizon",)),  # nobody knows that day yet
        ("tuần đầu tháng 5", None, ("vague_date",)),
        ("trong tuần này", None, ("vague_date",)),
        ("hoàn thành tuần tới", None, ("vague_date",)),
        ("2022 - 2025", None, ("schedule_horizon",)),
        ("giai đoạn 2026-2030", None, ("schedule_horizon",)),
        ("đầu quý III/2020", None, ("vague_date",)),
        ("trước ngày 15/3/2020, chậm nhất ngày 20/3/2020", date(2020, 3, 15), ("two_dates",)),
    ],
)
def test_a_phrase_that_a_person_must_rule(phrase, due, codes):
    found = read(phrase)
    assert (found.due_on, found.findings) == (due, codes)


def test_the_civil_code_is_noted_where_it_decides_or_differs():
    assert read("giữa năm 2020").note == "Civil Code 2015 art. 146(3)(b)"
    assert "01/01" in read("đầu năm 2021").note
    assert "the 1st" in read("đầu tháng 5").note
    assert "147" in read("trong thời hạn 05 ngày làm việc kể từ ngày 13/02/2020").note


def test_either_of_two_dates_keeps_the_aim_and_the_latest_day():
    found = read("muộn nhất là cuối năm 2020 hoặc đầu năm 2021")
    assert (found.target_on, found.due_on) == (date(2020, 12, 31), date(2021, 3, 31))
    assert found.rule == "either"
    assert set(found.findings) == {"two_dates", "vague_date"}


@pytest.mark.parametrize(
    ("phrase", "recurrence", "day", "first"),
    [
        ("hằng tuần", "weekly", None, None),
        ("giao ban hàng tuần", "weekly", None, None),
        ("16 giờ thứ Sáu hằng tuần", "weekly", 5, date(2020, 2, 14)),
        ("trước 15 giờ ngày thứ Năm hằng tuần", "weekly", 4, date(2020, 2, 20)),  # the notice's own day is past
        ("hàng tháng", "monthly", None, None),
        ("ngày 25 hằng tháng", "monthly", 25, date(2020, 2, 25)),
        ("Hằng tháng, báo cáo UBND huyện trước ngày 10", "monthly", 10, date(2020, 3, 10)),
        ("ngày 31 hằng tháng", "monthly", 31, date(2020, 2, 29)),
        ("định kỳ hằng quý", "quarterly", None, None),
        ("hằng quý (trước ngày 25 tháng cuối quý)", "quarterly", 25, date(2020, 3, 25)),
        ("định kỳ 6 tháng (trước ngày 10/6)", "half-yearly", 10, date(2020, 6, 10)),
        ("6 tháng một lần", "half-yearly", None, None),
        ("Hàng năm", "yearly", None, None),
        ("định kỳ hàng năm (trước ngày 10/12)", "yearly", 10, date(2020, 12, 10)),
        ("01 lần/tháng", "monthly", None, None),
        ("ít nhất 01 ngày trong tháng", "monthly", None, None),
        ("báo cáo tuần vào thứ Tư", "weekly", 3, date(2020, 2, 19)),
        ("trước ngày 15 của tháng đầu quý sau", "quarterly", 15, date(2020, 4, 15)),
        ("hằng ngày, trước 16 giờ 30", "daily", None, None),
        ("hai tuần một lần", "other", None, None),
        ("định kỳ", "other", None, None),
    ],
)
def test_a_recurrence_and_its_first_day(phrase, recurrence, day, first):
    found = read(phrase)
    assert (found.recurrence, found.recurrence_day, found.due_on) == (recurrence, day, first)


@pytest.mark.parametrize("phrase", ["khẩn trương", "sớm", "kịp thời", "ngay", "khẩn trương rà soát, sớm tham mưu"])
def test_urgency_is_never_a_date(phrase):
    found = read(phrase)
    assert found.urgency
    assert (found.due_on, found.recurrence, found.rule) == (None, None, "urgency")


def test_a_standing_duty_has_no_date():
    found = read("thường xuyên")
    assert (found.is_standing, found.due_on, found.rule) == (True, None, "standing")


def test_at_once_and_day_are_told_apart_by_their_marks():
    assert urgency_in("báo cáo ngay UBND huyện") == "ngay"
    assert urgency_in("trước ngày 20 hằng tháng") is None


@pytest.mark.parametrize(
    "phrase", ["13/60 tiêu chí", "22/22 xã", "Việt Nam 2020", "năm xã còn lại", "16,7 tiêu chí/xã", "56,25%"]
)
def test_numbers_that_are_no_dates(phrase):
    assert read(phrase).due_on is None


def test_lost_tone_marks_do_not_matter_but_digits_do():
    assert read("truoc ngay 30 thang 6 nam 2020").due_on == date(2020, 6, 30)
    assert read("trước ngày 3O/6/2020").due_on is None  # the letter O is no zero


def test_investment_is_no_beginning():
    (found,) = dates_in("giải ngân vốn đầu tư tháng 3", reference=NOTICE_DAY, calendar=OFFICE)
    assert found.binding == ""


def test_dates_are_found_with_their_place_and_the_words_that_bind_them():
    text = "rà soát từ ngày 01/3/2020, báo cáo trước ngày 15/3/2020"
    first, second = dates_in(text, reference=NOTICE_DAY, calendar=OFFICE)
    assert (first.binding, text[first.start : first.end]) == ("from", "từ ngày 01/3/2020")
    assert (second.binding, text[second.start : second.end]) == ("before", "trước ngày 15/3/2020")
    assert recurrence_in("giao ban hàng tuần để đôn đốc") == ("weekly", 9, 18)


@drawn
@given(st.text(alphabet="trướcngàyhếtnămquýIVtháng 0123456789/.,;hằngtuầnđịnhkỳ\n", max_size=60))
def test_no_phrase_breaks_the_resolver(phrase):
    found = read(phrase)
    assert found.phrase == phrase
    for stated in dates_in(phrase, reference=NOTICE_DAY, calendar=OFFICE):
        assert 0 <= stated.start < stated.end <= len(phrase)
