"""Bad input: one clear line, exit 1, nothing lost or half done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.house import COORDINATOR, NUMBER, PAPER, House, Outcome, process, tracker

BY = ("--by", COORDINATOR)
OWNER = ("--by", "cb-ntm-xa-hop-thanh")  # of task 1


def refused(outcome: Outcome, *words: str) -> None:
    """One line on standard error that says what is wrong; nothing else, and exit 1."""
    assert outcome.code == 1, outcome
    lines = outcome.err.splitlines()
    assert len(lines) == 1, outcome.err
    assert lines[0].startswith("tracker: ")
    assert "Traceback" not in outcome.err and "fault of the program" not in outcome.err
    assert outcome.out == ""
    for word in words:
        assert word in lines[0], lines[0]


def unchanged(house: House, *args: object, now: str = "2020-03-02T09:00") -> Outcome:
    """The outcome of a command that must leave the database as it was."""
    held = house.dump()
    outcome = house.run(*args, now=now)
    assert house.dump() == held
    return outcome


# --- papers ----------------------------------------------------------------------------------------------------------


def empty(house: House) -> Path:
    return house.write("empty.txt", "")


def rubbish(house: House) -> Path:
    return house.write("rubbish.txt", bytes(range(256)) * 40)


def huge(house: House) -> Path:
    return house.write("huge.txt", "Giao UBND xã Thọ Dân báo cáo trước ngày 30/6/2020.\n".encode() * 820_000)


def secret(house: House) -> Path:
    return house.write("secret.txt", "MẬT\n" + PAPER.read_text("utf-8"))


def missing(house: House) -> Path:
    return house.folder / "missing.txt"


def a_folder(house: House) -> Path:
    return house.folder


@pytest.mark.parametrize("command", ["read", "import"])
@pytest.mark.parametrize(
    ("paper", "words"),
    [
        pytest.param(missing, ["missing.txt", "No such file"], id="no file"),
        pytest.param(a_folder, ["office", "Is a directory"], id="a folder"),
        pytest.param(empty, ["empty.txt", "empty"], id="an empty file"),
        pytest.param(rubbish, ["rubbish.txt"], id="binary rubbish"),
        pytest.param(huge, ["huge.txt", "50,020,000 bytes"], id="a text of 50 MB"),
        pytest.param(secret, ["secret.txt", "MẬT"], id="a secrecy mark"),
    ],
)
def test_a_paper_that_cannot_be_taken_is_refused(
    before: House, command: str, paper: Callable[[House], Path], words: list[str]
):
    refused(unchanged(before, "notice", command, paper(before)), *words)


def test_the_huge_paper_of_the_test_is_as_large_as_it_says(before: House):
    assert huge(before).stat().st_size > 50_000_000


def test_a_notice_that_was_imported_before_is_named_by_the_number_of_the_first(house: House):
    again = house.write("the-same-under-another-name.txt", PAPER.read_bytes())
    refused(unchanged(house, "notice", "import", again), "already imported", NUMBER)


def test_a_notice_of_a_day_that_has_not_come_is_refused(before: House):
    refused(unchanged(before, "notice", "import", PAPER, now="2020-02-12"), "2020-02-13", "2020-02-12", "--now")
    assert before.run("notice", "import", PAPER, now="2020-02-13").code == 0


# --- the register ----------------------------------------------------------------------------------------------------

UNIT = '[[unit]]\ncode = "to-cong-tac"\nname = "Tổ công tác"\nlevel = "district"\nkind = "office"\n'
HEAD = '[[appointment]]\nofficer = "dieu-phoi-vien"\nunit = "to-cong-tac"\nrole = "head"\n'


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param(
            UNIT + HEAD.replace("dieu-phoi-vien", "dieu-phoi-vein") + "valid_from = 2020-01-01\n",
            ["appointment", "dieu-phoi-vein"],
            id="an officer whom nobody knows",
        ),
        pytest.param(
            HEAD + "valid_from = 2020-01-01\n", ["appointment", "to-cong-tac"], id="a unit that nobody knows"
        ),
        pytest.param(
            UNIT + HEAD + "valid_from = 2020-01-01\n" + HEAD + "valid_from = 2020-03-01\n",
            ["to-cong-tac", "head"],
            id="two appointments that contradict",
        ),
        pytest.param(UNIT + HEAD + "valid_from = 2020-02-30\n", ["register.toml"], id="a date that does not exist"),
        pytest.param(UNIT.replace("level", "lvel"), ["lvel"], id="a key that nobody knows"),
        pytest.param("[[unit]\n", ["register.toml"], id="no TOML"),
    ],
)  # fmt: skip
def test_a_register_row_that_cannot_be_is_named(house: House, rows: str, words: list[str]):
    refused(unchanged(house, "register", "import", house.write("register.toml", rows)), "register.toml", *words)


def test_a_register_that_is_not_there_is_refused(house: House):
    refused(unchanged(house, "register", "import", house.folder / "none.toml"), "none.toml", "No such file")


# --- config.toml -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mail]\nhots = 'x'\n", ["mail.hots", "unknown key"]),
        ("[mial]\nhost = 'x'\n", ["mial", "unknown key"]),
        ("[mail]\nport = 'many'\n", ["mail.port"]),
        ("[schedule]\nsweep = '25:00'\n", ["schedule.sweep", "25:00"]),
        ("[schedule]\ndigest = 'moonday 07:00'\n", ["schedule.digest", "moonday"]),
        ("[office]\ntimezone = 'Asia/Saigon-2'\n", ["office.timezone", "IANA"]),
        ("[calendar]\nextra_holidays = [2020-02-30]\n", ["config.toml"]),
        ("[mail\n", ["config.toml", "TOML"]),
    ],
)
def test_a_configuration_that_cannot_be_is_refused_with_its_key(house: House, text: str, words: list[str]):
    held = house.dump()
    house.write("config.toml", text)
    refused(house.run("task", "list"), "config.toml", *words)
    assert house.dump() == held


def test_a_configuration_that_is_named_and_not_there_is_refused(tmp_path: Path):
    refused(tracker("task", "list", "--config", tmp_path / "mine.toml"), "mine.toml", "--config")
    refused(tracker("notice", "read", PAPER, "--config", tmp_path / "mine.toml"), "mine.toml")


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["2020-02-30", "yesterday", "2020-13-01T07:00", "2020-07-03T25:00", ""])
def test_a_now_that_does_not_exist_is_refused_by_every_command(house: House, now: str):
    refused(unchanged(house, "task", "list", now=now), "--now", repr(now))
    refused(unchanged(house, "outbox", "list", now=now), "--now", repr(now))


def test_a_date_that_does_not_exist_is_refused(house: House):
    asked = ("task", "extend", "ask", 1, *BY, "--reason", "mưa")
    refused(unchanged(house, *asked, "--until", "2020-06-31"), "--until", "2020-06-31", "exists")
    refused(unchanged(house, "replay", "--from", "2020-02-30", "--to", "2020-03-01", "--out", house.folder), "--from")


# --- the database ----------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_left_alone(house: House):
    house.change("UPDATE alembic_version SET version_num = '9999'")
    for command in (("task", "list"), ("tick",), ("init",), ("notice", "import", PAPER)):
        refused(unchanged(house, *command), "newer version", "9999", "update the program")


@pytest.mark.sqlite
def test_a_database_that_is_not_there_is_not_made_by_reading_it(tmp_path: Path):
    (tmp_path / "config.toml").write_text('[database]\nurl = "sqlite:///none.db"\n', "utf-8")
    refused(tracker("task", "list", "--config", tmp_path / "config.toml"), "none.db", "tracker init")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    (tmp_path / "config.toml").write_text('[database]\nurl = "sqlite:///letter.db"\n', "utf-8")
    (tmp_path / "letter.db").write_text("Kính gửi: Đồng chí Chủ tịch UBND xã Thọ Sơn\n" * 100, "utf-8")
    refused(tracker("task", "list", "--config", tmp_path / "config.toml"), "not a database")


# --- tasks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("task", "show", 9999), ["no task 9999"]),
        (("why", 9999), ["no task 9999"]),
        (("task", "report", 9999, *BY, "--percent", 5, "--note", "x"), ["no task 9999"]),
        (("task", "report", 1, "--by", "nobody", "--percent", 5, "--note", "x"), ["no officer", "nobody"]),
        (("task", "report", 1, *OWNER, "--percent", 101, "--note", "x"), ["101 percent"]),
        (("task", "report", 1, *OWNER, "--percent", 5, "--note", " "), ["needs a note"]),
        (("task", "verify", 1, *BY), ["not been reported done"]),
        (("task", "release", 1, *BY), ["not on hold"]),
        (("task", "reassign", 1, *BY, "--unit", "xã Nowhere", "--reason", "x"), ["xã Nowhere"]),
        (("task", "extend", "decide", 1, *BY, "--refuse"), ["no request for more time"]),
        (("task", "list", "--unit", "xã Nowhere"), ["xã Nowhere"]),
        (("task", "list", "--standing", "late"), ["'late'", "open_overdue", "done_undated", "cancelled"]),
        (("task", "list", "--kind", "job"), ["'job'", "task, milestone, policy"]),
        (("notice", "show", "1/TB"), ["no notice '1/TB'"]),
        (("notice", "confirm", NUMBER, "--draft", 999, *BY), ["no draft 999"]),
        (("notice", "confirm", NUMBER, "--draft", 1, *BY), ["draft 1 is already confirmed"]),
        (("notice", "rule", NUMBER, "--finding", 999, "--note", "x", *BY), ["no question 999"]),
        (("outbox", "show", 9999), ["letter 9999"]),
        (("outbox", "retry", 9999), ["letter 9999"]),
        (("briefing", "--week", "2020-W09"), ["2020-W09"]),
        (("briefing", "--week", "2020-W99"), ["2020-W99"]),
        (("preview", "--ladder", "none.toml"), ["none.toml"]),
    ],
    ids=lambda value: " ".join(str(one) for one in value[:5]) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    house: House, command: tuple[object, ...], words: list[str]
):
    refused(unchanged(house, *command), *words)


def test_a_person_without_the_role_is_refused_by_the_name_of_the_role(house: House):
    other = "cb-ntm-xa-tho-dan"  # contact of another commune than task 1
    refused(
        unchanged(house, "task", "report", 1, "--by", other, "--percent", 5, "--note", "x"),
        "may not report task 1",
        "role contact",
    )
    refused(unchanged(house, "task", "cancel", 1, "--by", other, "--reason", "x"), "may not cancel task 1", "office")
    refused(unchanged(house, "notice", "confirm", NUMBER, "--all", "--by", other), "only the office or the chair")


# --- stories ---------------------------------------------------------------------------------------------------------

STEP = """
[[step]]
on = 2020-03-03
do = "report"
task = { clause = "4.1", place = "xã Thọ Dân", kind = "milestone" }
by = "cb-ntm-xa-tho-dan"
percent = 10
note = "Đang làm"
"""


@pytest.mark.sqlite  # a replay copies the file
@pytest.mark.parametrize(
    ("story", "words"),
    [
        (STEP + STEP.replace("percent", "pecent"), ["step 2 on 2020-03-03", "'pecent'"]),
        (STEP.replace('"report"', '"dance"'), ["step 1 on 2020-03-03", "'dance'"]),
        (STEP.replace("percent = 10\n", ""), ["step 1", "percent"]),
        (STEP.replace("2020-03-03", '"soon"'), ["step 1", "'soon'"]),
        (STEP + 'at = "25:00"\n', ["step 1", "25:00"]),
        (STEP.replace("clause", "claus"), ["step 1", "'claus'"]),
        (STEP.replace("xã Thọ Dân", "xã Khác"), ["step 1", "means 0 tasks"]),
        (STEP.replace(', place = "xã Thọ Dân"', ""), ["step 1", "means 17 tasks"]),
        (
            STEP
            + STEP.replace("report", "verify").replace("percent = 10\n", "").replace("cb-ntm-xa-tho-dan", COORDINATOR),
            ["step 2", "not been reported done"],
        ),
        (STEP.replace("cb-ntm", "ai-do"), ["step 1", "ai-do-xa-tho-dan"]),
        ("[[stop]]\n", ["'stop'"]),
        ("step = 1\n", ["story.toml"]),
    ],
)
def test_a_story_step_that_is_not_possible_is_named(house: House, tmp_path: Path, story: str, words: list[str]):
    file = house.write("story.toml", story)
    days = ("--from", "2020-03-02", "--to", "2020-03-03", "--out", tmp_path / "out")
    refused(unchanged(house, "replay", *days, "--story", file), "story.toml", *words)


@pytest.mark.sqlite
def test_a_replay_or_demo_clears_no_folder_that_is_not_its_own(house: House, tmp_path: Path):
    (tmp_path / "thesis.doc").write_text("two years of work", "utf-8")
    days = ("--from", "2020-03-02", "--to", "2020-03-03")
    refused(unchanged(house, "replay", *days, "--out", tmp_path), "files that no replay has left")
    refused(tracker("demo", "--folder", tmp_path), "no demo has left")
    assert (tmp_path / "thesis.doc").read_text("utf-8") == "two years of work"


# --- in a process of its own -----------------------------------------------------------------------------------------


def test_a_refusal_is_one_line_on_the_real_standard_error(house: House):
    refused(process("task", "show", 9999, "--config", house.config), "no task 9999")


def test_a_file_that_may_not_be_written_is_refused(house: House):
    nowhere = house.folder / "none" / "register.toml"
    refused(unchanged(house, "register", "export", nowhere), str(nowhere), "No such file")


def test_a_paper_that_assigns_nothing_is_read_with_a_sentence_that_says_so(tmp_path: Path) -> None:
    paper = tmp_path / "holiday.txt"
    paper.write_text(
        "ỦY BAN NHÂN DÂN XÃ TÂN HƯNG\nSố: 57/TB-UBND\nTân Hưng, ngày 22 tháng 4 năm 2020\n\nTHÔNG BÁO\nVề việc nghỉ lễ\n\n"
        "1. Thời gian nghỉ lễ: từ ngày 30/4/2020 đến hết ngày 03/5/2020.\n",
        "utf-8",
    )
    outcome = tracker("notice", "read", paper)
    assert outcome.code == 0, outcome
    assert outcome.out.splitlines() == [
        "57/TB-UBND: 0 drafts, 1 findings",
        "The notice assigns nothing that the reader can see. Confirm, or add the tasks by hand.",
    ]
