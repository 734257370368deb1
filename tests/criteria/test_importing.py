"""Criteria files: versions of sets, what was attained at the beginning, and everything that can be wrong in them."""

from datetime import date
from pathlib import Path

import pytest

from tests.cast import Office
from tests.criteria.small import grid_of, import_text, small_set
from tests.days import CONFIRMED
from tracker.criteria.importing import CriteriaCounts
from tracker.criteria.sets import find_set, list_sets
from tracker.criteria.sets_file import read_criteria
from tracker.errors import CriteriaError, TrackerError

SAMPLE = Path(__file__).resolve().parent.parent.parent / "samples" / "criteria.toml"


def attained(unit: str = "an-binh", **more: str) -> str:
    fields = {"set": '"xa-2016"', "unit": f'"{unit}"', "on": "2019-12-31"} | more
    return "[[attained]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())


def test_a_file_imported_twice_changes_nothing(office: Office):
    text = small_set() + attained(but='["2"]')
    assert import_text(office, text, on=CONFIRMED) == CriteriaCounts(1, 0, 0, 2)
    assert import_text(office, text, on=CONFIRMED) == CriteriaCounts(0, 0, 1, 0)
    assert grid_of(office, on=CONFIRMED).tally.met == 2


def test_a_name_is_set_right_but_a_criterion_does_not_disappear(office: Office):
    import_text(office, small_set(), on=CONFIRMED)
    assert import_text(
        office, small_set(names=("Quy hoạch", "Đường giao thông", "Môi trường")), on=CONFIRMED
    ).sets_changed
    with office.read() as session:
        assert [one.name for one in list_sets(session)[0].criteria] == ["Quy hoạch", "Đường giao thông", "Môi trường"]
    with pytest.raises(CriteriaError, match="no longer names criterion '3'; give the new version a code of its own"):
        import_text(office, small_set(names=("Quy hoạch", "Giao thông")), on=CONFIRMED)


def test_each_day_has_its_version_and_between_two_the_older_goes_on(office: Office):
    import_text(office, small_set(valid_to="2020-12-31") + small_set("xa-2026", valid_from="2026-02-15"), on=CONFIRMED)
    with office.read() as session:
        found = {
            day: find_set(session, on=day) for day in (date(2016, 1, 1), CONFIRMED, date(2023, 1, 1), date(2026, 3, 1))
        }
    assert [one and one.code for one in found.values()] == [None, "xa-2016", "xa-2016", "xa-2026"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("[[criteria_set", "no valid TOML"),
        (small_set(level='"village"'), "level"),
        (small_set(valid_to="2010-01-01"), "before it begins"),
        (small_set(names=()), "measures nothing"),
        (small_set(colour='"red"'), "colour"),
        (small_set() + small_set(), "two sets have the code 'xa-2016'"),
        (small_set(name='"a\\nb"'), "one line"),
        (small_set() + attained(set='"xa-1999"'), "no criteria set 'xa-1999'; known are xa-2016"),
        (small_set() + attained(but='["7"]'), "no criterion '7'"),
        (small_set() + attained(on="2030-01-01"), "lies ahead"),
        (small_set() + attained(on='"2019-12-31"'), "without quotes"),
        (small_set() + attained(unit="nowhere"), "no unit has the code"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_and_leaves_nothing(office: Office, text: str, why: str):
    with pytest.raises(TrackerError, match=why):
        import_text(office, text, on=CONFIRMED)
    with office.read() as session:
        assert list_sets(session) == []


def test_the_sample_holds_the_nineteen_criteria_of_2016_and_the_ten_of_2026_with_their_sources():
    old, new = read_criteria(SAMPLE.read_bytes(), SAMPLE.name).criteria_set
    assert [one.code for one in old.criteria] == [str(number) for number in range(1, 20)]
    assert [one.code for one in new.criteria] == [str(number) for number in range(1, 11)]
    assert "1980/QĐ-TTg ngày 17/10/2016" in old.source
    assert "51/2025/QĐ-TTg ngày 29/12/2025" in new.source
    assert old.criteria[16].name == "Môi trường và an toàn thực phẩm"
    assert new.criteria[6].name == "Khoa học công nghệ và chuyển đổi số"
    shown = [one.short_names[0] for wanted in (old, new) for one in wanted.criteria]
    assert max(map(len, shown)) <= 8, "they stand above narrow columns"
