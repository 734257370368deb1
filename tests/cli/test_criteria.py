"""`tracker criteria`, as an office types it."""

from pathlib import Path

from tests.cli.house import SAMPLES, House

CONTACT, CHIEF = ("--by", "cb-ntm-xa-tho-son"), ("--by", "chanh-vpdp")


def test_criteria_are_imported_attained_verified_lost_and_counted(house: House):
    told = house.done("criteria", "import", SAMPLES / "criteria.toml").out
    assert told == "criteria criteria.toml: sets 2 added, 0 changed, 0 unchanged; 546 attainments recorded\n"
    assert house.done("criteria", "attain", "Thọ Sơn", "giao thông", "17", *CONTACT).out == "Thọ Sơn: meets 16 of 19\n"
    assert "verified" in house.done("criteria", "verify", "Thọ Sơn", "2", *CHIEF).out
    house.done("criteria", "lose", "Thọ Sơn", "17", "--reason", "Bãi rác quá tải", *CHIEF)
    rows = house.done("criteria", "list", "--unit", "Thọ Sơn", "--json").json
    assert {row["code"]: row["state"] for row in rows if row["code"] in ("2", "5", "17")} == {
        "2": "verified", "5": "not_met", "17": "lost",
    }  # fmt: skip
    found = house.done("criteria", "list", "--json").json
    assert (found["communes"], found["met"]) == (32, 547)
    assert [one["paper"] for one in found["papers"][0]["figures"]] == [17.1, 18.3, 41.0]
    assert "difference -40.0" in house.done("criteria", "list").out
    assert house.done("task", "show", 5, "--json").json["progress"] == 84, "the milestone of Thọ Sơn heard of it"


def test_a_file_shows_that_a_criterion_is_met(house: House, tmp_path: Path):
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    house.done("criteria", "import", SAMPLES / "criteria.toml")
    house.done("criteria", "attain", "ubnd-xa-hop-thanh", "2", "--file", paper, "--by", "cb-ntm-xa-hop-thanh")
    assert "bien-ban.pdf" in house.done("task", "show", 1).out, "its milestone has the file too"
    paper.write_bytes(b"MZ")
    refused = house.run("criteria", "attain", "ubnd-xa-hop-thanh", "3", "--file", paper, "--by", "cb-ntm-xa-hop-thanh")
    assert refused.code == 1 and "this is a program" in refused.err
