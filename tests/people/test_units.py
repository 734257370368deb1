"""Which unit somebody means, on which day: names with and without marks, renamed, merged and ambiguous ones."""

from datetime import date

import pytest

from tests.cast import Office, unit
from tests.days import CONFIRMED
from tracker.errors import TrackerError
from tracker.people.officers import find_officer, get_officer
from tracker.people.units import find_unit, get_unit, load_directory

TWINS = unit("hop-thanh", name='"UBND xã Hợp Thành"', place='"xã Hợp Thành"') + unit(
    "hop-thanh-2", name='"UBND xã Hợp Thạnh"', place='"xã Hợp Thạnh"'
)
RENAMED = unit(
    "binh-minh", name='"UBND xã Bình Minh"', place='"xã Bình Minh"', valid_to="2020-06-30", successor='"binh-minh-2"'
) + unit("binh-minh-2", name='"UBND phường Bình Minh"', place='"phường Bình Minh"', valid_from="2020-07-01")


def meant(office: Office, name: str) -> str:
    with office.read() as session:
        return get_unit(session, name).code


@pytest.mark.parametrize(
    "name", ["an-binh", "UBND xã An Bình", "xã An Bình", "An Bình", "ubnd  XÃ an bình", "UBND xa An Binh"]
)
def test_a_unit_is_meant_by_code_name_and_place_with_or_without_marks(office: Office, name: str):
    assert meant(office, name) == "an-binh"


@pytest.mark.parametrize("name", ["UBND xã Hợp Thành", "xã Hợp Thành", "hợp thành"])
def test_names_that_differ_by_marks_only_are_told_apart_by_their_marks(office: Office, name: str):
    office.register(TWINS)
    assert meant(office, name) == "hop-thanh"


def test_without_marks_such_names_are_a_question_and_no_guess(office: Office):
    office.register(TWINS)
    with pytest.raises(
        TrackerError,
        match="several units are called 'UBND xa Hop Thanh'; name one by its code: 'hop-thanh', 'hop-thanh-2'",
    ):
        meant(office, "UBND xa Hop Thanh")
    with office.read() as session:
        assert find_unit(session, "UBND xa Hop Thanh") is None
        assert load_directory(session, on=CONFIRMED).find("UBND xa Hop Thanh").unit is None
        assert load_directory(session, on=CONFIRMED).find("UBND xã Hợp Thạnh").unit.code == "hop-thanh-2"


def test_who_means_no_unit_is_told_the_nearest(office: Office):
    with pytest.raises(TrackerError, match="no unit has the code or name 'an-bin'; did you mean 'an-binh'"):
        meant(office, "an-bin")
    with pytest.raises(TrackerError, match="did you mean 'tai-chinh'"):
        meant(office, "Phòng Tài chính")


def test_the_directory_of_a_day_holds_the_units_that_stand_on_it_both_days_included(office: Office):
    office.register(RENAMED)
    found = {}
    for day in (date(2020, 6, 30), date(2020, 7, 1)):
        with office.read() as session:
            found[day] = {one.code for one in load_directory(session, on=day).units} & {"binh-minh", "binh-minh-2"}
    assert found == {date(2020, 6, 30): {"binh-minh"}, date(2020, 7, 1): {"binh-minh-2"}}


def test_a_name_means_the_unit_that_bore_it_on_the_day_of_the_notice(office: Office):
    office.register(RENAMED)
    for day, code in ((date(2020, 6, 1), "binh-minh"), (date(2020, 8, 1), "binh-minh-2")):
        with office.read() as session:
            match = load_directory(session, on=day).find("Bình Minh")
            assert match.unit is not None and match.unit.code == code


def test_an_officer_is_named_by_code_and_the_nearest_are_offered(office: Office):
    with office.read() as session:
        assert get_officer(session, "an-head").post == "Chủ tịch UBND xã An Bình"
        assert find_officer(session, "an-hed") is None
        with pytest.raises(TrackerError, match="no officer has the code 'an-hed'; did you mean 'an-head'"):
            get_officer(session, "an-hed")
        with pytest.raises(TrackerError, match="no officer has the code 'xyzzy'; 'tracker register export'"):
            get_officer(session, "xyzzy")
