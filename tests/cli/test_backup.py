"""A backup is one checked file, made while others work; a restore brings it back and loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.house import COORDINATOR, PAPER, House
from tracker.db import Database

pytestmark = pytest.mark.sqlite
BY = ("--by", COORDINATOR)


def cancel(house: House, task: int) -> None:
    house.done("task", "cancel", task, *BY, "--reason", "Thay bằng thông báo khác")


def as_sql(file: Path) -> list[str]:
    """All that a database holds, in any order, without the table in which a backup carries the stored files."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(line for line in connection.iterdump() if "backedupfile" not in line)


def stored(house: House) -> list[Path]:
    return sorted(path for path in (house.folder / "var" / "files").rglob("*") if path.is_file())


def standing(house: House, task: int) -> str:
    return str(house.done("task", "show", task, "--json").json["standing"])


def test_a_backup_holds_everything_and_stands_by_itself(house: House, tmp_path: Path):
    copy = tmp_path / "copy.db"
    assert "checked" in house.done("backup", copy).out
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == ["copy.db"]
    assert as_sql(copy) == as_sql(house.database)


def test_a_backup_taken_during_a_change_holds_the_state_before_it(house: House, tmp_path: Path):
    before = as_sql(house.database)
    database = Database(f"sqlite:///{house.database}")
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE task SET percent = 77")
        house.done("backup", tmp_path / "copy.db")
    database.close()
    assert as_sql(tmp_path / "copy.db") == before


def test_a_backup_overwrites_nothing(house: House, tmp_path: Path):
    precious = tmp_path / "precious.db"
    precious.write_text("the backup of yesterday", "utf-8")
    refused = house.run("backup", precious)
    assert (refused.code, refused.err.count("\n")) == (1, 1) and "overwrites nothing" in refused.err
    assert precious.read_text("utf-8") == "the backup of yesterday"


def test_a_backup_into_a_folder_that_is_not_there_leaves_nothing(house: House, tmp_path: Path):
    refused = house.run("backup", tmp_path / "none" / "copy.db")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert not (tmp_path / "none").exists()


def test_a_restore_brings_back_what_was_and_keeps_what_is(house: House, tmp_path: Path):
    house.done("backup", tmp_path / "copy.db")
    before = as_sql(house.database)
    cancel(house, 1)
    assert standing(house, 1) == "cancelled"
    after = as_sql(house.database)
    backed_up = (tmp_path / "copy.db").read_bytes()
    said = house.done("restore", tmp_path / "copy.db").out
    assert as_sql(house.database) == before
    assert (tmp_path / "copy.db").read_bytes() == backed_up, "a restore leaves the backup as it was"
    (kept,) = house.folder.glob("tracker.db.before-*")
    assert str(kept) in said
    assert as_sql(kept) == after


def test_a_restore_makes_a_database_where_there_is_none(house: House, tmp_path: Path):
    house.done("backup", tmp_path / "copy.db")
    before = as_sql(house.database)
    house.database.unlink()
    assert "before" not in house.done("restore", tmp_path / "copy.db").out
    assert as_sql(house.database) == before


def test_a_damaged_or_foreign_or_newer_file_is_not_restored(house: House, tmp_path: Path):
    held = as_sql(house.database)
    house.done("backup", tmp_path / "copy.db")
    damaged = tmp_path / "damaged.db"
    whole = (tmp_path / "copy.db").read_bytes()
    damaged.write_bytes(whole[:8192] + b"\x55" * 40_000 + whole[48_192:])
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    newer = tmp_path / "newer.db"
    newer.write_bytes(whole)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    text = tmp_path / "text.db"
    text.write_text("no database " * 500, "utf-8")
    for file in (damaged, foreign, newer, text, tmp_path / "none.db"):
        refused = house.run("restore", file)
        assert (refused.code, refused.err.count("\n")) == (1, 1), (file, refused)
        assert "fault of the program" not in refused.err
    assert as_sql(house.database) == held
    assert not list(house.folder.glob("tracker.db.before-*"))


def test_a_backup_carries_the_papers_and_a_restore_puts_them_back_as_they_came(house: House, tmp_path: Path):
    (paper,) = stored(house)
    assert paper.read_bytes() == PAPER.read_bytes()
    house.done("backup", tmp_path / "copy.db")
    paper.unlink()
    house.database.unlink()
    house.done("restore", tmp_path / "copy.db")
    assert [path.read_bytes() for path in stored(house)] == [PAPER.read_bytes()]
    with closing(sqlite3.connect(house.database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "storedfile" in tables and "backedupfile" not in tables, "what a backup carries stays out of the office"


def test_a_backup_that_would_lack_a_paper_is_refused_and_says_which(house: House, tmp_path: Path):
    (paper,) = stored(house)
    paper.write_bytes(PAPER.read_bytes() + b" ")
    refused = house.run("backup", tmp_path / "copy.db")
    assert refused.code == 1 and "was changed since it was stored" in refused.err
    paper.unlink()
    refused = house.run("backup", tmp_path / "copy.db")
    assert refused.code == 1 and paper.name in refused.err
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_that_is_damaged_inside_a_paper_says_so(house: House, tmp_path: Path):
    house.done("backup", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection, connection:
        connection.execute("UPDATE backedupfile SET content = x'00'")
    held = as_sql(house.database)
    refused = house.run("restore", tmp_path / "copy.db")
    assert refused.code == 1 and "the backup is damaged" in refused.err
    assert as_sql(house.database) == held


def test_the_pictures_of_scanned_pages_come_along_and_one_that_is_gone_hinders_nothing(house: House, tmp_path: Path):
    folder = house.folder / "var" / "pages"
    folder.mkdir(parents=True)
    (folder / "0123abcd.jpg").write_bytes(b"\xff\xd8\xff page 1")
    columns = "(notice_id, number, start, image)"
    house.change(f"INSERT INTO noticepage {columns} VALUES (1, 1, 0, '0123abcd.jpg'), (1, 2, 5, 'gone.jpg')")
    house.done("backup", tmp_path / "copy.db")
    (folder / "0123abcd.jpg").unlink()
    house.done("restore", tmp_path / "copy.db")
    assert (folder / "0123abcd.jpg").read_bytes() == b"\xff\xd8\xff page 1"
    assert [one.name for one in folder.iterdir()] == ["0123abcd.jpg"]
    with closing(sqlite3.connect(house.database)) as restored:
        tables = {name for (name,) in restored.execute("SELECT name FROM sqlite_master")}
    assert "noticepage" in tables and "backeduppicture" not in tables
