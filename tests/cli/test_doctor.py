"""The doctor finds what would keep somebody from hearing, says what to do, and changes nothing."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.house import COORDINATOR, FIRST_DAY, NUMBER, House, tracker

NOW = "2020-03-02T07:45"  # a Monday, a quarter of an hour after the sweep


@pytest.fixture
def well(house: House) -> House:
    """An office in which everything is in order: no draft is left, today's jobs have run."""
    drafts = house.done("notice", "show", NUMBER, "--json").json["drafts"]
    left = [option for one in drafts if one["state"] == "proposed" for option in ("--draft", one["position"])]
    house.done("notice", "reject", NUMBER, *left, "--reason", "Không giao cho ai", "--by", COORDINATOR, now=FIRST_DAY)
    house.done("tick", now=NOW)
    return house


def wrong(house: House, *, now: str = NOW) -> dict[str, dict[str, Any]]:
    """The checks that are not well, by name; and that the exit code says the same."""
    held = house.dump()
    outcome = house.run("doctor", "--json", now=now)
    assert house.dump() == held
    found = {check["name"]: check for check in outcome.json["checks"] if not check["is_well"]}
    assert outcome.code == (1 if found else 0)
    assert outcome.json["is_well"] == (not found)
    return found


def test_an_office_in_order_is_well(well: House):
    assert wrong(well) == {}
    lines = well.done("doctor", now=NOW).out.splitlines()
    assert [line.split()[1] for line in lines] == [
        "configuration", "mail", "database", "clock", "files", "jobs", "letters", "leases", "outbox", "relay", "mailbox", "rungs", "unwritten", "drafts", "owners", "overseers", "addresses", "office",
    ]  # fmt: skip
    assert "schema 0" in lines[2] and "Asia/Ho_Chi_Minh" in lines[3]
    assert "1 files" in lines[4]
    assert "digest 2020-W10, sweep 2020-03-02, briefing 2020-W09" in lines[5]


@pytest.mark.parametrize(
    ("sql", "name", "words"),
    [
        ("UPDATE message SET state = 'refused' WHERE id = 1", "letters", ["refused 1", "outbox retry"]),
        ("UPDATE message SET state = 'unaddressed' WHERE id = 1", "letters", ["unaddressed 1"]),
        (
            "UPDATE message SET state = 'leased', lease_ends_at = '2020-03-01 00:00:00' WHERE id = 1",
            "leases",
            ["1 leases have ended", "worker"],
        ),
        (
            "UPDATE message SET state = 'waiting', posted_at = '2020-02-20 00:00:00' WHERE id = 1",
            "outbox",
            ["since 2020-02-20", "longer than 240 minutes"],
        ),
        ("DELETE FROM appointment WHERE role = 'chair'", "office", ["chair"]),
        ("UPDATE officer SET email = NULL WHERE code = 'cb-ntm-xa-tho-dan'", "addresses", ["cb-ntm-xa-tho-dan"]),
        ("DELETE FROM appointment WHERE role = 'overseer'", "overseers", ["communes without overseer", "more"]),
        (
            "DELETE FROM appointment WHERE role IN ('contact', 'head')",
            "owners",
            ["units without contact and head", "phong-tc-kh", "more"],
        ),
        ("DELETE FROM jobrun WHERE job = 'briefing'", "jobs", ["late: briefing 2020-W09", "tracker worker"]),
        ("UPDATE message SET posted_at = '2020-03-03 00:00:00' WHERE id = 1", "clock", ["before the newest row"]),
        ("UPDATE draft SET state = 'proposed' WHERE state = 'rejected'", "drafts", ["without owner", "notice rule"]),
        ("UPDATE alembic_version SET version_num = '9999'", "database", ["newer version"]),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_what_is_wrong_is_named_with_what_to_do(well: House, sql: str, name: str, words: list[str]):
    well.change(sql)
    found = wrong(well)
    assert list(found) == [name]
    for word in words:
        assert word in f"{found[name]['says']} -> {found[name]['advice']}"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ('user = "office"', "there is no password"),
        ('user = "office"\npassword_file = "none.txt"', "none.txt"),
        ('user = "office"\nsecurity = "none"', "in the clear"),
        ("", "is an example"),
    ],
)
def test_mail_that_cannot_work_is_found_without_asking_a_server(
    well: House, mail: str, words: str, tmp_path: Path
):  # fmt: skip
    if "clear" in words:
        mail += '\npassword_file = "password.txt"'
        well.write("password.txt", "geheim\n")
    well.configure(f'[mail]\ntransport = "smtp"\n{mail}\n')
    found = wrong(well)
    assert list(found) == ["mail"]
    assert words in found["mail"]["says"] and "geheim" not in str(found)


def test_a_day_later_without_a_worker_the_runs_are_late(well: House):
    late = wrong(well, now="2020-03-03T09:00")
    assert list(late) == ["jobs"] and "sweep 2020-03-03" in late["jobs"]["says"]
    assert wrong(well, now="2020-03-03T08:00") == {}, "half an hour is no alarm"


@pytest.mark.sqlite
def test_the_library_and_the_journal_of_sqlite_are_named(well: House):
    assert re.search(r"SQLite 3\.\d+\.\d+, journal wal, [\d,]+ bytes", well.done("doctor", now=NOW).out)


@pytest.mark.sqlite
def test_an_office_without_database_or_configuration_is_told_so(tmp_path: Path):
    outcome = tracker("doctor", "--json", "--config", tmp_path / "config.toml")
    assert outcome.code == 1 and outcome.json["checks"][0]["name"] == "configuration"
    (tmp_path / "config.toml").write_text('[database]\nurl = "sqlite:///none.db"\n', "utf-8")
    outcome = tracker("doctor", "--json", "--config", tmp_path / "config.toml")
    assert outcome.code == 1 and "tracker init" in outcome.json["checks"][-1]["says"]
    assert not (tmp_path / "none.db").exists()


def test_a_stored_paper_that_was_changed_or_is_gone_is_found(well: House):
    (paper,) = (path for path in (well.folder / "var" / "files").rglob("*") if path.is_file())
    original = paper.read_bytes()
    paper.write_bytes(original[:-1] + b"!")
    assert f"{paper.name[:12]} changed" in wrong(well)["files"]["says"], "the same size, another hash"
    paper.unlink()
    found = wrong(well)["files"]
    assert f"{paper.name[:12]} missing" in found["says"] and "restore" in found["advice"]
