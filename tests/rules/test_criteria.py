"""What a paper says of criteria, and how our count compares with it."""

from datetime import date
from pathlib import Path

import pytest

from tracker.rules.criteria import (
    Claim,
    Tally,
    claims_of,
    compare,
    contradictions,
    is_backed_by_criteria,
    one_digit,
)

NOTICE = (Path(__file__).resolve().parent.parent.parent / "samples" / "253-tb-ubnd.txt").read_text("utf-8")
END = date(2020, 12, 31)


def test_the_notice_states_two_averages_and_one_gain():
    assert [(one.year, one.figure, one.is_gain) for one in claims_of(NOTICE)] == [
        (2019, 17.1, False), (2020, 18.3, False), (2020, 41.0, True),
    ]  # fmt: skip
    assert all(one.quote in NOTICE for one in claims_of(NOTICE))


def test_its_own_arithmetic_does_not_close_and_that_is_said():
    (found,) = contradictions(claims_of(NOTICE), communes=32)
    assert (found.gain.figure, found.implied) == (41.0, 38.4)
    assert contradictions(claims_of(NOTICE), communes=34) == (), "34 communes, as before two were merged, make 40,8"


def test_a_figure_without_a_year_is_no_claim():
    assert claims_of("Bình quân toàn huyện đạt 18,3 tiêu chí/xã") == ()


@pytest.mark.parametrize(
    ("is_gain", "figure", "met", "ours", "difference"),
    [
        (False, 18.3, 584, 18.25, 0.0),  # reads 18,3 as well
        (False, 18.3, 588, 18.375, 0.1),
        (True, 41, 584, 38.0, -3.0),
        (True, 41, 587, 41.0, 0.0),
    ],
)
def test_our_figure_is_compared_as_it_would_be_printed(is_gain, figure, met, ours, difference):
    found = compare(Claim(2020, figure, is_gain, ""), Tally(date(2019, 12, 31), 546, 32), Tally(END, met, 32))
    assert (found.ours, found.difference) == (ours, difference)


@pytest.mark.parametrize("is_gain", [True, False])
def test_without_communes_there_is_nothing_to_compare(is_gain):
    nothing = Tally(END, 0, 0)
    found = compare(Claim(2020, 18.3, is_gain, ""), nothing, nothing)
    assert (found.ours, found.difference) == (None, None)


def test_halves_are_rounded_up_as_in_papers():
    assert [one_digit(figure) for figure in (18.25, 18.24, 17.0625, -0.05)] == [18.3, 18.2, 17.1, -0.1]


@pytest.mark.parametrize(
    ("title", "is_backed"),
    [
        ("Xã Thọ Dân đạt chuẩn NTM", True),
        ("Xã Đồng Tiến đạt chuẩn NTM nâng cao", False),
        ("Có 01 thôn NTM kiểu mẫu", False),
        ("Rà soát các tiêu chí", False),
    ],
)
def test_a_standard_is_backed_by_its_criteria_and_a_higher_one_is_not(title, is_backed):
    assert is_backed_by_criteria(title) is is_backed
