"""Files that come on paper are added from the command line too."""

from pathlib import Path

from tests.cli.house import COORDINATOR, House

CONTACT = ("--by", "cb-ntm-xa-hop-thanh")  # of task 1
PDF = b"%PDF-1.4\n%%EOF\n"


def test_a_file_is_added_to_the_last_report_and_the_history_names_it(house: House, tmp_path: Path):
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(PDF)
    early = house.run("task", "evidence", 1, *CONTACT, "--file", paper)
    assert early.code == 1 and "has no report yet" in early.err
    house.done("task", "done", 1, *CONTACT, "--note", "Đạt 19/19 tiêu chí")
    house.done("task", "evidence", 1, *CONTACT, "--file", paper, "--note", "Biên bản thẩm định")
    house.done("task", "evidence", 1, "--by", COORDINATOR, "--on-behalf-of", CONTACT[1], "--file", paper)
    shown = house.done("task", "show", 1).out
    assert shown.count("bien-ban.pdf") == 2 and "Biên bản thẩm định" in shown
    house.done("task", "verify", 1, "--by", COORDINATOR)
    late = house.run("task", "evidence", 1, *CONTACT, "--file", paper)
    assert late.code == 1 and "was verified" in late.err


def test_what_is_no_evidence_and_what_is_not_there_changes_nothing(house: House, tmp_path: Path):
    house.done("task", "done", 1, *CONTACT, "--note", "Đạt 19/19 tiêu chí")
    program = tmp_path / "anh.jpg"
    program.write_bytes(b"MZ\x90\x00")
    held = house.dump()
    for file, words in ((program, "this is a program"), (tmp_path / "none.pdf", "cannot be read")):
        refused = house.run("task", "evidence", 1, *CONTACT, "--file", file)
        assert refused.code == 1 and words in refused.err
    assert house.run("task", "evidence", 1, *CONTACT).code == 2, "a file is needed"
    assert house.dump() == held
