"""The register in and out of a real database: the same rows come back, a second import changes nothing."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests import databases
from tests.cast import Office, away, holds, register_text, unit
from tests.days import CONFIRMED, LATE, noon
from tracker.db import Database
from tracker.errors import RegisterError
from tracker.models import Absence, Appointment, Attainment, Event, Officer, Unit, UnitAlias
from tracker.people.register import Count, export_register, import_register

SAMPLE = Path(__file__).parents[2] / "samples" / "register.toml"
TABLES = (Unit, UnitAlias, Attainment, Officer, Appointment, Absence)
AWAY = '[[absence]]\nofficer = "an-head"\nsubstitute = "deputy"\nvalid_from = 2020-07-01\nvalid_to = 2020-07-10\n'
FULL = f"""
[[unit]]
code = "binh-minh"
name = "UBND xã Bình Minh"
place = "xã Bình Minh"
level = "commune"
kind = "people_committee"
parent = "ubnd-huyen"
successor = "an-binh"
valid_from = 2010-01-01
valid_to = 2020-12-31
aliases = ["xã Bình Minh cũ"]
attainments = [{{ label = "đạt chuẩn NTM", attained_on = 2019-12-31, lost_on = 2020-06-01 }}, {{ label = "đạt chuẩn nông thôn mới nâng cao theo bộ tiêu chí của tỉnh giai đoạn 2016-2020", attained_on = 2020-06-02 }}]

{AWAY}
"""


def stored(office: Office) -> dict[str, list[dict[str, object]]]:
    return {model.__name__: [row.model_dump() for row in office.rows(model)] for model in TABLES}


def exported(office: Office) -> bytes:
    with office.read() as session:
        return export_register(session)


def an_empty_office(folder: Path) -> Office:
    database = Database(databases.create(folder / "empty.db"))
    database.migrate()
    return Office(folder / "empty.db", database)


def test_the_sample_register_comes_out_as_it_went_in(tmp_path: Path):
    empty = an_empty_office(tmp_path)
    counts = empty.register(SAMPLE.read_text("utf-8"))
    went_in, came_out = tomllib.loads(SAMPLE.read_text("utf-8")), tomllib.loads(exported(empty).decode())
    for table, key in (("unit", "code"), ("officer", "code")):
        assert {row[key]: row for row in came_out[table]} == {row[key]: row for row in went_in[table]}
    as_set = [{tuple(sorted(row.items())) for row in file["appointment"]} for file in (went_in, came_out)]
    assert as_set[0] == as_set[1]
    assert counts.units == Count(added=len(went_in["unit"]))
    empty.database.close()


def test_what_is_exported_and_imported_elsewhere_is_exported_again_byte_for_byte(office: Office, tmp_path: Path):
    office.register(FULL)
    elsewhere = an_empty_office(tmp_path)
    elsewhere.register(exported(office).decode())
    assert exported(elsewhere) == exported(office)
    assert b"successor" in exported(office) and b"lost_on" in exported(office) and b"[[absence]]" in exported(office)
    elsewhere.database.close()


def test_a_row_can_be_added_at_the_end_of_an_exported_file(office: Office):
    counts = office.register(exported(office).decode() + AWAY + holds("deputy", "an-binh", "contact", "2020-01-01"))
    assert (counts.absences, counts.appointments.added) == (Count(added=1), 1)


def test_importing_what_was_exported_changes_nothing(office: Office):
    office.register(FULL)
    before, lines = stored(office), len(office.rows(Event))
    counts = office.register(exported(office).decode())
    assert not counts.has_news
    assert stored(office) == before
    assert len(office.rows(Event)) == lines, "nothing happened, so the history says nothing"


def test_importing_the_same_file_twice_changes_nothing(office: Office):
    first = office.register(FULL)
    before = stored(office)
    second = office.register(FULL)
    assert (first.absences, second.absences) == (Count(added=1), Count(unchanged=1))
    assert (first.units.changed, second.units) == (1, Count(unchanged=1))
    assert stored(office) == before


def test_an_import_that_changes_something_writes_one_line_of_history(office: Office):
    office.register(AWAY)
    last = office.rows(Event)[-1]
    assert (last.kind, last.detail["file"], last.detail["absences"]) == (
        "register_imported",
        "register.toml",
        {"added": 1, "changed": 0},
    )


def test_rows_that_a_file_does_not_name_stay(office: Office):
    office.register('[[officer]]\ncode = "new"\npost = "Cán bộ mới"\n')
    with office.read() as session:
        assert session.exec(select(Officer).where(Officer.code == "an-head")).one().post == "Chủ tịch UBND xã An Bình"
        assert session.exec(select(Officer).where(Officer.code == "new")).one().email is None


def test_an_appointment_is_ended_by_naming_its_last_day(office: Office):
    ended = '[[appointment]]\nofficer = "an-head"\nunit = "an-binh"\nrole = "head"\nvalid_from = 2019-01-01\n'
    following = '[[appointment]]\nofficer = "deputy"\nunit = "an-binh"\nrole = "head"\nvalid_from = 2020-07-01\n'
    counts = office.register(f"{ended}valid_to = 2020-06-30\n{following}")
    assert counts.appointments == Count(added=1, changed=1)


def test_an_officer_is_known_by_the_code_whatever_else_changes(office: Office):
    before = office.officer("an-head")
    office.register('[[officer]]\ncode = "an-head"\npost = "Quyền Chủ tịch UBND xã An Bình"\n')
    with office.read() as session:
        row = session.get_one(Officer, before)
    assert (row.post, row.email) == ("Quyền Chủ tịch UBND xã An Bình", None), "a key left out becomes empty"


def test_names_are_stored_composed_so_that_another_keyboard_writes_the_same_name(office: Office):
    office.register('[[officer]]\ncode = "new"\npost = "Chu\u0309 ti\u0323ch"\n')
    assert office.rows(Officer)[-1].post == "Chủ tịch"


# --- refused: all or nothing -----------------------------------------------------------------------------------------


REFUSED = [
    ("an unknown unit", holds("an-head", "an-binx", "head", "2020-01-01"), ["appointment 1", "'an-binx'", "'an-binh'"]),
    ("an unknown officer", holds("an-hed", "an-binh", "contact", "2020-01-01"), ["appointment 1", "'an-hed'", "'an-head'"]),
    ("the second row is wrong, the first is not", away("an-head", "deputy") + away("an-head", "nobody", "2021-01-01", ""),
     ["absence 2", "'nobody'"]),
    ("an unknown parent", unit("new", parent='"nowhere"'), ["unit 1", "parent 'nowhere'"]),
    ("a successor that does not exist", unit("new", successor='"nowhere"'), ["unit 1", "successor 'nowhere'"]),
    ("its own parent", unit("new", parent='"new"'), ["unit 1", "parent leads back to itself", "new > new"]),
    ("a circle of parents", unit("one", parent='"two"') + unit("two", parent='"one"'), ["unit 2", "parent leads back"]),
    ("a circle with what is stored", unit("ubnd-huyen", parent='"an-binh"'), ["unit 1", "parent leads back"]),
    ("a circle of successors", unit("one", successor='"two"') + unit("two", successor='"one"'), ["successor leads back"]),
    ("one code twice", unit("one") + unit("one"), ["unit 2", "the same code as unit 1"]),
    ("two heads at once, one of them stored", holds("deputy", "an-binh", "head", "2020-01-01"),
     ["appointment 1", "'deputy'", "stored", "'an-head'", "one head at a time"]),
    ("two heads who share one day",
     holds("an-head", "an-binh", "head", "2019-01-01 2020-06-30") + holds("deputy", "an-binh", "head", "2020-06-30"),
     ["appointment 2", "2020-06-30", "one head at a time"]),
    ("one officer twice in one role", holds("overseer", "an-binh", "overseer", "2020-01-01"),
     ["appointment 1", "'overseer'", "end one before the other begins"]),
    ("one appointment twice", holds("deputy", "an-binh", "contact", "2020-01-01") * 2,
     ["appointment 2", "same officer, unit, role and first day"]),
    ("an end before its beginning", holds("deputy", "an-binh", "contact", "2020-02-01 2020-01-31"),
     ["appointment 1", "valid_to 2020-01-31 is before valid_from 2020-02-01"]),
    ("a unit that ends before it begins", unit("new", valid_from="2020-02-01", valid_to="2020-01-31"), ["unit 1", "before"]),
    ("a standard lost before it is reached",
     unit("new", attainments='[{ label = "đạt chuẩn", attained_on = 2020-02-01, lost_on = 2020-01-01 }]'), ["unit 1", "before"]),
    ("a unit that ends while an appointment goes on",
     unit("an-binh", valid_to="2020-06-30") + holds("deputy", "an-binh", "contact", "2020-05-01 2020-07-31"),
     ["appointment 1", "stands only", "2020-06-30"]),
    ("an appointment before its unit", holds("deputy", "an-binh", "contact", "2009-01-01 2009-12-31"), ["stands only from 2010-01-01"]),
    ("a day that does not exist", unit("new", valid_from="2020-02-30"), ["TOML"]),
    ("a day in quotes", unit("new", valid_from='"2020-02-01"'), ["unit 1", "valid_from", "without quotes"]),
    ("a day with a time", unit("new", valid_from="2020-02-01T07:00:00"), ["unit 1", "without a time"]),
    ("a number for a name", unit("new", name="7"), ["unit 1", "name", "quotes"]),
    ("a list for a name", unit("new", name='["a"]'), ["unit 1", "name", "quotes"]),
    ("a word for a list", unit("new", aliases='"xã mới"'), ["unit 1", "aliases"]),
    ("an empty name", unit("new", name='" "'), ["unit 1", "name", "empty"]),
    ("a name over two lines", unit("new", name='"UBND\\nxã"'), ["unit 1", "line break"]),
    ("a code with marks", unit("xã-mới"), ["unit 1", "no code"]),
    ("a code that climbs out of a folder", unit("../x"), ["unit 1", "no code"]),
    ("an unknown key", unit("new", chief='"x"'), ["unit 1", "unknown key 'chief'", "successor"]),
    ("a row without its name", '[[unit]]\ncode = "new"\nlevel = "commune"\nkind = "office"\n', ["unit 1", "'name' is missing"]),
    ("an unknown role", holds("deputy", "an-binh", "king", "2020-01-01"), ["appointment 1", "'king'", "contact"]),
    ("an unknown kind of unit", unit("new", kind='"castle"'), ["unit 1", "'castle'", "people_committee"]),
    ("an address with a mark", '[[officer]]\ncode = "new"\npost = "x"\nemail = "cán-bộ@xa.example"\n', ["officer 1", "mail address"]),
    ("an address with a second header", '[[officer]]\ncode = "new"\npost = "x"\nemail = "a@b.example\\nBcc: c@d.example"\n',
     ["officer 1", "mail address"]),
    ("two addresses in one", '[[officer]]\ncode = "new"\npost = "x"\nemail = "a@b.example, c@d.example"\n', ["officer 1"]),
    ("an unknown table", '[[person]]\ncode = "x"\n', ["unknown key 'person'", "[[absence]]"]),
    ("a table that is no list", '[unit]\ncode = "x"\n', ["'unit' is no list of rows", "[[unit]]"]),
    ("a table of numbers", "unit = [1, 2]\n", ["'unit' is no list of rows"]),
    ("an empty file", "", ["empty", "[[unit]]"]),
    ("only a remark", "# nothing\n", ["empty"]),
    ("a table without rows", "unit = []\n", ["empty"]),
    ("a CSV table", "code,name\nan-binh,UBND xã An Bình\n", ["TOML", "no CSV"]),
    ("a CSV table with semicolons", "code;name\nan-binh;UBND xã An Bình\n", ["TOML", "no CSV"]),
    ("absent and one's own substitute", away("an-head", "an-head"), ["absence 1", "'an-head'", "another officer"]),
    ("absent twice at once", away("an-head", "deputy") + away("an-head", "an-contact", "2020-07-10"), ["absence 2", "before"]),
    ("an absence that ends before it begins", away("an-head", "deputy", last="2020-06-30"), ["absence 1", "before"]),
    ("two who stand in for each other", away("an-head", "deputy") + away("deputy", "an-head", "2020-07-10", ""),
     ["absence 2", "an-head", "stand in for each other on 2020-07-10"]),
    ("three who stand in for each other",
     away("an-head", "deputy") + away("deputy", "an-contact", "2020-07-02") + away("an-contact", "an-head", "2020-07-03"),
     ["absence 3", "stand in for each other"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "says"), [pytest.param(rows, says, id=name) for name, rows, says in REFUSED])
def test_it_is_refused_in_one_line_that_names_the_row_and_nothing_is_stored(office: Office, rows: str, says: list[str]):
    before = stored(office)
    good = '[[officer]]\ncode = "good"\npost = "Cán bộ"\n' if rows.strip().startswith("[[") else ""
    with pytest.raises(RegisterError) as refused:
        office.register(f"{rows}\n{good}")
    line = str(refused.value)
    assert line.startswith("register.toml: ") and "\n" not in line
    assert [word for word in says if word not in line] == []
    assert stored(office) == before


@pytest.mark.parametrize(
    ("source", "says"),
    [
        pytest.param("post = 'Chủ tịch'".encode("utf-16"), "UTF-8", id="UTF-16"),
        pytest.param("tên = 'Chủ tịch'".encode("cp1258", "replace"), "UTF-8", id="an old Vietnamese code page"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\xff", "UTF-8", id="an Excel table"),
        pytest.param(b"\x00\x01\x02", "TOML", id="binary rubbish"),
    ],
)
def test_bytes_that_are_no_text_are_refused(office: Office, source: bytes, says: str):
    with pytest.raises(RegisterError, match=says), office.write() as session:
        import_register(session, source, name="register.toml", now=noon(LATE))


def test_a_mark_of_windows_before_the_text_does_no_harm(office: Office):
    with office.write() as session:
        counts = import_register(session, AWAY.encode("utf-8-sig"), name="register.toml", now=noon(LATE))
    assert counts.absences == Count(added=1)


def test_what_fails_while_it_is_written_leaves_nothing(office: Office):
    before = stored(office)

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO absence"):
            raise OSError("the power is off")

    event.listen(office.database.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="power"):
        office.register(unit("new") + AWAY)
    event.remove(office.database.engine, "before_cursor_execute", fail)
    assert stored(office) == before


def test_neighbours_are_no_contradiction(office: Office):
    ends = holds("an-head", "an-binh", "head", "2019-01-01 2020-06-30")
    counts = office.register(
        ends + holds("deputy", "an-binh", "head", "2020-07-01") + away("deputy", "an-head", "2020-08-01", "")
    )
    assert counts.appointments == Count(added=1, changed=1)


def test_the_whole_cast_can_be_imported_again(office: Office):
    assert not office.register(register_text()).has_news
    assert min(row.valid_from for row in office.rows(Appointment)) == date(2019, 1, 1) < CONFIRMED
