"""Names and the register: exact words decide, near ones ask."""

from datetime import date

import pytest

from tests.notices import NOBODY, REGISTER, commune, office
from tracker.people.directory import Directory, Group, KnownUnit, unit_key


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UBND xã Thọ Dân", "ubnd-Thọ Dân"),
        ("Ủy ban nhân dân xã Thọ Dân", "ubnd-Thọ Dân"),
        ("xã Thọ Dân", "ubnd-Thọ Dân"),
        ("Thọ Dân", "ubnd-Thọ Dân"),
        ("phòng Tài nguyên và Môi trường", "tnmt"),
        ("Phòng TN&MT", "tnmt"),
        ("phòng Tài nguyên và Mội trường", "tnmt"),  # a scan's wrong tone
        ("Văn phòng Điều phối xây dựng NTM huyện", "vpdp"),
        ("xã Hợp Thành", "ubnd-Hợp Thành"),  # its marks decide against Hợp Thắng
    ],
)
def test_a_name_that_means_one_unit(name, code):
    match = REGISTER.find(name)
    assert match.unit is not None and match.unit.code == code


@pytest.mark.parametrize("name", ["xã Hop Thanh", "xã Hợp Thanh", "phòng Kinh tế - KH hoạch", "Sở Ngoại vụ"])
def test_a_name_that_may_mean_several_or_none_is_asked(name):
    assert REGISTER.find(name).unit is None


def test_the_one_letter_neighbour_is_offered():
    assert {unit.code for unit in REGISTER.find("xã Hop Thanh").candidates} == {"ubnd-Hợp Thành", "ubnd-Hợp Thắng"}


def test_names_are_those_of_the_day():
    old = KnownUnit(None, "old", "UBND xã An Lạc", "xã An Lạc", valid_to=date(2025, 6, 30))
    new = KnownUnit(None, "new", "UBND xã An Lạc", "xã An Lạc", valid_from=date(2025, 7, 1))
    register = Directory.of([old, new])
    assert register.find("xã An Lạc").unit is None
    assert register.as_of(date(2024, 1, 1)).find("xã An Lạc").unit == old
    assert register.as_of(date(2026, 1, 1)).find("xã An Lạc").unit == new


def test_an_empty_register_knows_nobody_and_does_not_break():
    assert NOBODY.find("UBND xã Thọ Dân").unit is None
    assert NOBODY.members(Group("các xã", ("xã",), is_all=True)).findings == ("group_unresolved",)


def test_members_by_standard_and_by_kind():
    reached = Group("18 xã đã đạt chuẩn NTM", ("xã",), 18, "dat chuan ntm", True)
    assert len(REGISTER.members(reached).units) == 18
    assert len(REGISTER.members(Group("14 xã chưa đạt chuẩn NTM", ("xã",), 14, "dat chuan ntm", False)).units) == 14
    assert len(REGISTER.members(Group("các xã", ("xã",), is_all=True)).units) == 32
    assert REGISTER.members(Group("17 xã", ("xã",), 17, "dat chuan ntm", True)).findings == ("count_mismatch",)


def test_a_standard_lost_before_the_day_does_not_count():
    held = commune("An Lạc", reached=True)
    register = Directory.of([held], date(2019, 1, 1))
    assert register.members(Group("các xã đạt chuẩn", ("xã",), None, "dat chuan ntm", True)).units == ()


def test_abbreviations_of_the_office_language_are_written_out():
    assert unit_key("UBND xã") == unit_key("Uỷ ban nhân dân xã")
    assert unit_key("Phòng TC-KH") == unit_key("Phòng Tài chính - Kế hoạch")
    assert Directory.of([office("mttq", "Ủy ban MTTQ huyện")]).find("Ủy ban Mặt trận Tổ quốc huyện").unit is not None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Phòng TN&MT", "Phòng Tài nguyên và Môi trường"),
        ("Phòng TNMT", "Phòng Tài nguyên và Môi trường"),
        ("Phòng KT-HT", "Phòng Kinh tế và Hạ tầng"),
        ("Sở NN&MT", "Sở Nông nghiệp và Môi trường"),
        ("Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội"),
        ("BT ĐU xã", "Bí thư Đảng ủy xã"),
        ("UBMTTQ huyện", "Ủy ban Mặt trận Tổ quốc huyện"),
        ("VPĐP NTM huyện", "Văn phòng Điều phối nông thôn mới huyện"),
        ("Ban CHQS xã", "Ban Chỉ huy Quân sự xã"),
    ],
)
def test_a_short_form_and_the_full_name_have_one_key(short, long):
    assert unit_key(short) == unit_key(long)


def test_an_office_adds_its_own_short_forms_as_aliases_of_a_unit():
    register = Directory.of([office("cchc", "Tổ Cải cách hành chính", "Tổ CCHC", "bộ phận một cửa")])
    assert register.find("Bộ phận Một cửa").unit is register.find("Tổ CCHC").unit is register.units[0]
