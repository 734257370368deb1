"""Who is told and who may act on a day: appointments, absences, units that end, units without an overseer."""

from datetime import date

import pytest

from tests.cast import POSTS, Office, away, holds, unit
from tests.days import BEFORE, DUE, LATE
from tracker.models import Absence, Role
from tracker.people.officers import Chains, load_chains, load_substitutes, roles_of


def chains(office: Office, on: date) -> Chains:
    with office.read() as session:
        return load_chains(session, on=on)


def told(office: Office, where: str, role: Role, on: date) -> set[str]:
    return named(office, chains(office, on).of(office.unit(where).id, role))


def named(office: Office, officers) -> set[str]:
    codes = {office.officer(code): code for code in [*POSTS, "deputy", "stranger"]}
    return {codes[one] for one in officers}


# --- appointments ----------------------------------------------------------------------------------------------------


def test_both_days_of_an_appointment_are_included(office: Office):
    ends = holds("an-head", "an-binh", "head", "2019-01-01 2020-06-30")
    office.register(ends + holds("deputy", "an-binh", "head", "2020-07-01"))
    assert told(office, "an-binh", Role.HEAD, date(2018, 12, 31)) == set()
    assert told(office, "an-binh", Role.HEAD, date(2019, 1, 1)) == {"an-head"}
    assert told(office, "an-binh", Role.HEAD, DUE) == {"an-head"}
    assert told(office, "an-binh", Role.HEAD, LATE) == {"deputy"}


def test_the_office_and_the_chair_stand_above_all_units(office: Office):
    assert named(office, chains(office, BEFORE).anywhere(Role.OFFICE)) == {"coordinator", "office-chief"}
    assert named(office, chains(office, BEFORE).anywhere(Role.CHAIR)) == {"chair"}


# --- absences --------------------------------------------------------------------------------------------------------


def test_on_each_day_of_an_absence_both_included_the_substitute_is_told(office: Office):
    office.register(away("an-head", "deputy", "2020-07-01", "2020-07-10"))
    days = [date(2020, 6, 30), date(2020, 7, 1), date(2020, 7, 10), date(2020, 7, 11)]
    heads = [told(office, "an-binh", Role.HEAD, day) for day in days]
    assert heads == [{"an-head"}, {"deputy"}, {"deputy"}, {"an-head"}]


def test_the_substitute_of_a_substitute_is_told_when_both_are_absent(office: Office):
    office.register(away("an-head", "deputy") + away("deputy", "an-contact", "2020-07-06", "2020-07-07"))
    assert told(office, "an-binh", Role.HEAD, date(2020, 7, 5)) == {"deputy"}
    assert told(office, "an-binh", Role.HEAD, date(2020, 7, 6)) == {"an-contact"}


def test_who_holds_the_role_already_and_stands_in_as_well_is_told_once(office: Office):
    office.register(away("overseer", "second-overseer"))
    place = office.unit("an-binh").id
    found = chains(office, date(2020, 7, 3)).of(place, Role.OVERSEER)
    assert found == (office.officer("second-overseer"),)


def test_an_absence_of_the_office_is_stood_in_for_too(office: Office):
    office.register(away("coordinator", "deputy"))
    assert named(office, chains(office, LATE).anywhere(Role.OFFICE)) == {"deputy", "office-chief"}


def test_the_absent_and_the_substitute_may_both_act_and_nobody_else(office: Office):
    office.register(away("an-head", "deputy"))
    here = chains(office, LATE)
    assert named(office, here.acting(office.unit("an-binh").id, Role.HEAD)) == {"an-head", "deputy"}
    assert named(office, here.acting(office.unit("binh-minh").id, Role.HEAD)) == {"binh-head"}


def test_an_officer_whose_substitute_holds_a_role_of_their_own_does_not_gain_it(office: Office):
    office.register(away("stranger", "an-head"))
    assert named(office, chains(office, LATE).acting(office.unit("an-binh").id, Role.HEAD)) == {"an-head"}


def test_a_circle_that_got_into_the_database_in_another_way_ends(office: Office):
    one, other = office.officer("an-head"), office.officer("deputy")
    with office.write() as session:
        for officer, substitute in ((one, other), (other, one)):
            session.add(Absence(officer_id=officer, substitute_id=substitute, valid_from=LATE))
    with office.read() as session:
        assert load_substitutes(session, on=LATE) == {one: one, other: other}


def test_a_person_sees_the_roles_they_stand_in_for_with_the_post_of_the_absent(office: Office):
    office.register(away("an-head", "an-contact"))
    with office.read() as session:
        held = roles_of(session, office.officer("an-contact"), on=LATE)
        before = roles_of(session, office.officer("an-contact"), on=DUE)
    assert [(one.role, one.unit_code, one.instead_of) for one in held] == [
        (Role.CONTACT, "an-binh", None),
        (Role.HEAD, "an-binh", "Chủ tịch UBND xã An Bình"),
    ]
    assert [one.role for one in before] == [Role.CONTACT]


# --- units that end --------------------------------------------------------------------------------------------------

MERGED = (
    unit("binh-minh", name='"UBND xã Bình Minh"', valid_to="2020-06-30", successor='"new-commune"')
    + unit("new-commune", name='"UBND xã Bình An"', valid_from="2020-07-01")
    + holds("binh-head", "new-commune", "head", "2020-07-01")
    + holds("binh-overseer", "new-commune", "overseer", "2020-07-01")
)


def test_after_a_merger_the_successor_answers_for_the_tasks_of_the_unit_that_ended(office: Office):
    office.register(MERGED + holds("deputy", "new-commune", "contact", "2020-07-01"))
    assert told(office, "binh-minh", Role.CONTACT, DUE) == {"binh-contact"}
    assert told(office, "binh-minh", Role.CONTACT, LATE) == {"deputy"}
    old = office.unit("binh-minh").id
    assert named(office, chains(office, LATE).overseers(old, old)) == {"binh-overseer"}


def test_the_successor_of_a_successor_answers_when_both_have_ended(office: Office):
    office.register(MERGED)
    office.register(
        unit("new-commune", name='"UBND xã Bình An"', valid_from="2020-07-01", valid_to="2021-06-30", successor='"newest"')
        + unit("newest", valid_from="2021-07-01")
        + holds("deputy", "newest", "head", "2021-07-01")
    )  # fmt: skip
    assert told(office, "binh-minh", Role.HEAD, date(2021, 7, 1)) == {"deputy"}


def test_of_a_unit_that_ended_without_a_successor_nobody_is_told(office: Office):
    office.register(unit("binh-minh", name='"UBND xã Bình Minh"', valid_to="2020-06-30"))
    assert told(office, "binh-minh", Role.HEAD, DUE) == {"binh-head"}
    assert told(office, "binh-minh", Role.HEAD, LATE) == set()


# --- overseers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "lead", "expected"),
    [
        pytest.param("an-binh", "an-binh", {"overseer", "second-overseer"}, id="of the commune where it is"),
        pytest.param(
            "binh-minh", "tai-chinh", {"binh-overseer"}, id="of the place before those of the unit that leads"
        ),
        pytest.param(None, "an-binh", {"overseer", "second-overseer"}, id="of the commune that leads, without a place"),
        pytest.param("thon-dong", "thon-dong", {"overseer", "second-overseer"}, id="of the commune above a village"),
        pytest.param(
            None, "thon-dong", {"overseer", "second-overseer"}, id="of the commune above a village that leads"
        ),
        pytest.param(None, "tai-chinh", set(), id="of no one for an office of the district"),
    ],
)
def test_the_overseers_are_those(office: Office, place, lead, expected):
    place_id = office.unit(place).id if place else None
    assert named(office, chains(office, BEFORE).overseers(place_id, office.unit(lead).id)) == expected


def test_a_vice_chair_in_charge_of_the_district_oversees_its_offices_but_not_a_commune_with_overseers(office: Office):
    office.register(holds("deputy", "ubnd-huyen", "overseer", "2020-01-01"))
    here, money, commune = chains(office, BEFORE), office.unit("tai-chinh").id, office.unit("an-binh").id
    assert named(office, here.overseers(None, money)) == {"deputy"}
    assert named(office, here.overseers(commune, money)) == {"overseer", "second-overseer"}
