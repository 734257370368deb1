"""What the commands answer, and in which form."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import sleep

import click
import pytest

from tests.cli.house import COORDINATOR, NUMBER, PAPER, ROOT, SAMPLES, House, process, tracker
from tracker.cli.app import NOTICE, TABLE, cli
from tracker.cli.lazy import LazyGroup
from tracker.rules.lifecycle import Standing, Verb
from tracker.tasks.verbs import ACTS

BY = ("--by", COORDINATOR)
CONTACT = ("--by", "cb-ntm-xa-hop-thanh")  # of task 1
ROW = {
    "id", "kind", "title", "lead", "places", "due_on", "first_due_on", "standing", "progress", "notice", "clause", "quote",
}  # fmt: skip


def commands(group: click.Group, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    """Every command of the tree by its words, groups too."""
    context = click.Context(group)
    found: dict[tuple[str, ...], click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[*path, name] = command
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
    return found


# --- the tree --------------------------------------------------------------------------------------------------------


def test_every_line_of_the_table_is_the_first_sentence_of_its_command():
    for table in (TABLE, NOTICE):
        for name, lazy in table.items():
            command = LazyGroup(table=table).get_command(click.Context(cli), name)
            assert command is not None and command.help is not None
            assert command.help.splitlines()[0] == lazy.says, name


def test_every_command_takes_config_and_now():
    for path, command in commands(cli).items():
        names = {option for parameter in command.params for option in parameter.opts}
        assert {"--config", "--now"} <= names, path


def test_config_and_now_stand_before_or_after_the_command(house: House):
    options = ("--config", house.config, "--now", "2020-07-01")
    rows = [
        tracker(*options, "task", "list", "--json"),
        tracker("task", *options, "list", "--json"),
        tracker("task", "list", *options, "--json"),
        tracker("--config", house.config, "task", "--now", "2019-01-01", "list", "--json", "--now", "2020-07-01"),
    ]
    assert {outcome.code for outcome in rows} == {0}
    assert len({outcome.out for outcome in rows}) == 1
    assert {row["standing"] for row in rows[0].json} >= {"open_overdue"}, "the day of --now counts"


def test_help_loads_nothing_that_takes_time():
    program = "import sys; from tracker.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    loaded = set(process_python(program).split())
    assert "tracker.cli.app" in loaded
    assert not loaded & {"sqlmodel", "sqlalchemy", "holidays", "apscheduler", "jinja2", "fastapi", "aiosmtplib"}


def test_reading_a_paper_without_an_office_loads_no_database(tmp_path: Path):
    program = (
        "import sys; from tracker.cli import main\n"
        f"try: main(['notice', 'read', {str(PAPER)!r}, '--json'])\nexcept SystemExit: print(*sys.modules)"
    )
    loaded = set(process_python(program, cwd=tmp_path).splitlines()[-1].split())
    assert "tracker.notices.reading" in loaded
    assert not loaded & {"sqlmodel", "sqlalchemy", "holidays"}


def process_python(program: str, cwd: Path = ROOT) -> str:
    command, surrounding = [sys.executable, "-c", program], {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=surrounding, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wrong_usage_is_exit_2(house: House):
    assert house.run("no-such-command").code == 2
    assert house.run("task", "report", 1).code == 2
    assert house.run("task", "extend", "decide", 1, *BY).code == 2
    assert house.run("task", "extend", "decide", 1, *BY, "--refuse", "--grant", "2020-09-30").code == 2
    assert house.run("notice", "confirm", NUMBER, *BY).code == 2
    assert house.run("worker").code == 2, "--now stands still, a worker does not"


# --- tasks -----------------------------------------------------------------------------------------------------------


def test_the_rows_of_the_task_list_hold_what_others_rely_on(confirmed: House):
    rows = confirmed.done("task", "list", "--json").json
    assert len(rows) > 200
    assert all(row.keys() >= ROW for row in rows)
    first = rows[0]
    assert (first["id"], first["kind"], first["notice"], first["clause"]) == (1, "milestone", NUMBER, "4.1")
    assert (first["due_on"], first["first_due_on"], first["progress"]) == ("2020-06-30", "2020-06-30", 0)
    assert first["places"] == ["xã Hợp Thành"] and "9 xã" in first["quote"]


def test_the_task_list_is_cut_by_unit_standing_and_kind(confirmed: House):
    def ids(*options: object) -> set[int]:
        return {row["id"] for row in confirmed.done("task", "list", "--json", *options).json}

    everything = ids()
    by_standing = [ids("--standing", standing) for standing in [*Standing, "cancelled"]]
    by_kind = [ids("--kind", kind) for kind in ("task", "milestone", "policy")]
    assert set.union(*by_standing) == everything and sum(map(len, by_standing)) == len(everything)
    assert set.union(*by_kind) == everything and sum(map(len, by_kind)) == len(everything)
    assert 0 < len(ids("--unit", "UBND xã Thọ Dân")) < len(everything)
    assert ids("--unit", "ubnd-xa-tho-dan") == ids("--unit", "UBND xã Thọ Dân")


def test_every_verb_is_a_command_and_every_verb_is_in_the_table():
    assert set(ACTS) == set(Verb)
    words = {" ".join(path) for path in commands(cli)}
    assert {f"task {verb.replace('-', ' ')}" for verb in Verb} <= words


def test_a_task_goes_its_way_by_commands(house: House):
    house.done("task", "report", 1, *CONTACT, "--percent", 40, "--note", "18/19 tiêu chí", "--promise", "2020-06-20")
    house.done("task", "extend", "ask", 1, *CONTACT, "--until", "2020-09-30", "--reason", "Mưa bão")
    house.done("task", "extend", "decide", 1, *BY, "--grant", "2020-08-31")
    house.done("task", "hold", 1, *BY, "--note", "Chờ cấp trên", "--until", "2020-04-01")
    house.done("task", "release", 1, *BY)
    house.done("task", "done", 1, *CONTACT, "--note", "Đã đạt", "--on", "2020-03-01")
    house.done("task", "return", 1, *BY, "--note", "Thiếu hồ sơ")
    house.done("task", "done", 1, *BY, "--on-behalf-of", CONTACT[1], "--note", "Đã bổ sung")
    house.done("task", "verify", 1, *BY)
    row = house.done("task", "show", 1, "--json").json
    assert (row["standing"], row["due_on"], row["first_due_on"]) == ("done_on_time", "2020-08-31", "2020-06-30")
    assert [event["kind"] for event in row["history"]] == [
        "confirmed", "report", "extend-ask", "extend-decide", "hold", "release", "done", "return", "done", "verify",
    ]  # fmt: skip
    assert row["history"][8]["on_behalf_of"] == "Cán bộ theo dõi NTM xã Hợp Thành"


# --- notices ---------------------------------------------------------------------------------------------------------


def test_a_notice_is_shown_with_its_drafts_their_lines_and_its_questions(confirmed: House):
    (row,) = confirmed.done("notice", "list", "--json").json
    shown = confirmed.done("notice", "show", NUMBER, "--json").json
    assert (row["number"], row["issued_on"], row["drafts"]) == (NUMBER, "2020-02-13", len(shown["drafts"]))
    lines = PAPER.read_text("utf-8").splitlines()
    for draft in shown["drafts"]:
        for source in draft["sources"]:
            first_words = " ".join(source["quote"].split()[:3])
            assert first_words in " ".join(lines[source["line"] - 1 : source["line"] + 1]), source
    assert [finding["number"] for finding in shown["findings"]] == list(range(1, len(shown["findings"]) + 1))
    assert any(group["members"] > 10 for group in shown["groups"])


def test_an_owner_a_date_and_a_question_are_ruled_before_confirming_and_the_author_is_kept(before: House):
    before.done("notice", "import", PAPER)
    rule = ("notice", "rule", NUMBER, *BY)
    before.done(*rule, "--draft", 1, "--lead", "UBND xã Thọ Dân", "--note", "Giao lại")
    before.done(*rule, "--draft", 1, "--due", "2020-05-31")
    before.done(*rule, "--draft", 2, "--undated", "--note", "Chưa có hạn")
    question = next(one for one in before.done("notice", "show", NUMBER, "--json").json["findings"])
    before.done(*rule, "--finding", question["number"], "--note", "Theo bản gốc")
    before.done("notice", "reject", NUMBER, "--draft", 3, "--reason", "Trùng", *BY)
    before.done("notice", "confirm", NUMBER, "--all", *BY)
    tasks = {row["title"]: row for row in before.done("task", "list", "--json").json}
    shown = before.done("notice", "show", NUMBER, "--json").json
    first, second, third = shown["drafts"][:3]
    assert (tasks[first["title"]]["lead"], tasks[first["title"]]["due_on"]) == ("UBND xã Thọ Dân", "2020-05-31")
    assert tasks[second["title"]]["due_on"] is None
    assert third["state"] == "rejected" and third["title"] not in tasks
    ruled = shown["findings"][question["number"] - 1]
    assert (ruled["ruling"], ruled["ruled_by"]) == ("Theo bản gốc", COORDINATOR)
    assert sum("draft-ruled" in line for line in before.dump() if line.startswith("event: ")) == 3


def test_several_drafts_are_named_at_once_or_one_by_one(before: House):
    before.done("notice", "import", PAPER)
    before.done("notice", "confirm", NUMBER, "--draft", 1, 2, 4, *BY)
    before.done("notice", "confirm", NUMBER, "--draft", 5, "--draft", 6, *BY)
    drafts = before.done("notice", "show", NUMBER, "--json").json["drafts"]
    assert [one["position"] for one in drafts if one["state"] == "confirmed"] == [1, 2, 4, 5, 6]
    assert before.run("notice", "confirm", NUMBER, 7, "--all", *BY).code == 2


def test_reading_is_the_same_with_and_without_json(confirmed: House):
    read = confirmed.done("notice", "read", PAPER, "--json").json
    assert confirmed.done("notice", "read", PAPER).out.startswith(f"{NUMBER}: {len(read['drafts'])} drafts")


def test_a_phrase_is_resolved(confirmed: House):
    found = confirmed.done("notice", "dates", "--reference", "2020-02-13", "muộn nhất giữa năm 2020").json
    assert found.keys() == {"phrase", "due_on", "target_on", "recurrence", "urgency", "rule", "findings"}
    assert found["due_on"] == "2020-06-30"


# --- letters ---------------------------------------------------------------------------------------------------------


def test_why_names_the_reason_and_who_is_next(house: House):
    silent = house.done("why", 1, "--json", now="2020-03-02").json
    assert (silent["reason"], silent["tells"]) == ("not_yet", [])
    warned = house.done("why", 1, "--json", now="2020-06-08").json
    assert (warned["reason"], {one["rung"] for one in warned["tells"]}) == ("no_report", {"overseer"})
    house.done("task", "report", 1, *CONTACT, "--percent", 90, "--note", "18/19 tiêu chí", now="2020-06-15")
    speaking = house.done("why", 1, "--json", now="2020-06-19").json
    assert speaking["reason"] == "due_soon"
    assert [one["person"] for one in speaking["tells"]] == ["cb-ntm-xa-hop-thanh"]
    assert speaking["coming"][0]["on"] == "2020-06-25"


@pytest.mark.sqlite
def test_the_preview_is_what_a_replay_of_the_same_days_posts(house: House, tmp_path: Path):
    held = house.dump()
    days = house.run("preview", "--days", 21, "--json", now="2020-06-15T00:00").json
    assert house.dump() == held, "a preview stores nothing"
    house.done("replay", "--from", "2020-06-15", "--to", "2020-07-05", "--out", tmp_path / "out")
    played = {path.stem for path in (tmp_path / "out").glob("*.eml")}
    assert {f"{one['on']}-{one['kind']}-{one['person']}" for one in days} == played
    assert {"digest", "briefing", "reminder", "head", "overseer"} <= {one["kind"] for one in days}
    assert all(one["task_ids"] for one in days if one["kind"] != "briefing")


def test_another_ladder_is_tried_without_changing_the_office(house: House):
    ladder = house.write("ladder.toml", '[[ladder]]\nrung = "overseer"\nto = ["overseer"]\nworking_days_after = 1\n')
    usual = house.done("preview", "--days", 5, "--json", now="2020-06-29T00:00").json
    other = house.done("preview", "--days", 5, "--json", "--ladder", ladder, now="2020-06-29T00:00").json
    early = "2020-06-29"  # nothing was ever reported in this office; the other ladder knows no early warnings
    assert {one["on"] for one in usual if one["kind"] == "overseer"} == {early, "2020-07-03"}
    assert {one["on"] for one in other if one["kind"] == "overseer"} == {"2020-07-01"}


def test_the_briefing_comes_in_every_format(house: House):
    house.done("tick", now="2020-07-03T15:00")
    assert "<html" in house.done("briefing", "--format", "html").out
    assert "GIAO BAN" in house.done("briefing", "--format", "text", "--week", "2020-W27").out.upper()
    assert house.done("briefing", "--format", "json").json["period"] == "2020-W27"
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        file = house.folder / f"b.{form}"
        house.done("briefing", "--format", form, "-o", file)
        assert file.read_bytes().startswith(start)


def test_a_briefing_waits_for_approval_where_nobody_said_otherwise(house: House):
    house.write("config.toml", house.config.read_text("utf-8").replace("briefing_auto = true", "briefing_auto = false"))
    house.done("tick", now="2020-07-03T15:00")
    briefings = [row for row in house.done("outbox", "list", "--json").json if row["kind"] == "briefing"]
    assert briefings == []
    done = house.done(
        "briefing", "approve", "--remark", "=Đề nghị thảo luận.", "--by", "dieu-phoi-vien", now="2020-07-03T16:00"
    )
    assert "2020-W27 approved: 3 letters posted" in done.out
    refused = house.run("briefing", "approve", "--by", "dieu-phoi-vien", now="2020-07-03T16:00")
    assert (refused.code, refused.err.count("\n")) == (1, 1)


def test_a_draft_to_a_late_unit_and_a_chat_text_are_made_from_the_command_line(house: House):
    house.done("tick", now="2020-07-03T15:00")
    assert "UBND xã Thọ Sơn" in house.done("briefing", "chat", "Thọ Sơn").out
    file = house.folder / "draft.docx"
    house.done("briefing", "dispatch", "Thọ Sơn", "-o", file, now="2020-07-03T15:00")
    assert file.read_bytes().startswith(b"PK")


def test_letters_are_listed_shown_and_let_wait_again(house: House):
    house.done("tick", now="2020-06-19T07:30")
    rows = house.done("outbox", "list", "--json").json
    assert rows and {row["state"] for row in rows} == {"sent"}
    letter = house.done("outbox", "show", rows[0]["id"], "--json").json
    assert letter["receipts"][0]["outcome"] == "accepted" and letter["said"] and letter["body"].startswith("From:")
    assert house.run("outbox", "retry", rows[0]["id"]).code == 1, "a letter that went out is not sent again"
    house.change(f"UPDATE message SET state = 'refused' WHERE id = {rows[0]['id']}")
    assert house.done("outbox", "list", "--state", "refused", "--json").json[0]["id"] == rows[0]["id"]
    house.done("outbox", "retry", rows[0]["id"])
    assert "accepted 1" in house.done("deliver").out


def test_ticking_again_posts_nothing(house: House):
    assert "digest" in house.done("tick", now="2020-06-19T07:30").out
    again = house.done("tick", now="2020-06-19T07:30").out
    assert again.splitlines()[0] == "posted: nothing new"


# --- replay ----------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite  # a replay copies the file
def test_a_replay_leaves_letters_and_a_table_and_the_database_as_it_was(house: House, tmp_path: Path):
    held, out = house.dump(), tmp_path / "out"
    days = ("--from", "2020-02-24", "--to", "2020-03-04", "--out", out, "--story", SAMPLES / "story-2020.toml")
    said = house.done("replay", *days).out
    assert house.dump() == held
    assert not (house.folder / "mail").exists()
    letters = sorted(path.name for path in out.glob("*.eml"))
    assert letters and f"letters: {len(letters)}, " in said
    assert f"notice {NUMBER}: " in said and "open_in_time" in said and "worst slips: none" in said
    months = [line.split()[0] for line in said.splitlines() if line.startswith("  2020-")]
    assert months == sorted({name[:7] for name in letters})
    copied = House(out)
    copied.write("config.toml", '[database]\nurl = "sqlite:///replay.db"\n')
    told = copied.done("task", "list", "--json", "--unit", "ubnd-xa-tho-dan", now="2020-03-04").json
    assert 100 in {row["progress"] for row in told}, "the story was played on the copy"
    (out / "config.toml").unlink()
    assert house.done("replay", *days).out == said, "the same days give the same letters, into the same folder"


# --- faults and interruptions ----------------------------------------------------------------------------------------


def test_a_fault_of_the_program_is_one_line_and_a_traceback_only_on_request(house: House):
    house.change("DROP TABLE unitalias")
    command = ("task", "list", "--unit", "xã Nowhere", "--config", house.config)
    plain = process(*command)
    assert plain.code == 1 and plain.err.count("\n") == 1
    assert "fault of the program" in plain.err and "TRACKER_DEBUG=1" in plain.err
    debug = process(*command, env={"TRACKER_DEBUG": "1"})
    assert debug.code == 1 and "Traceback" in debug.err


@pytest.mark.parametrize("lines", [1, 3])
def test_a_reader_who_has_seen_enough_is_no_failure(confirmed: House, lines: int):
    command = f"{sys.executable} -m tracker task list --json --config {confirmed.config} | head -{lines}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["worker", "run"])
def test_a_service_ends_well_when_it_is_stopped(house: House, name: str, asked: signal.Signals):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house.write("config.toml", house.config.read_text("utf-8") + f"\n[web]\nport = {port}\n")
    house.run("init")
    command = [sys.executable, "-m", "tracker", name, "--config", str(house.config)]
    service = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if name == "run":
            wait_for_pages(service, port)
        else:
            assert service.stderr is not None
            assert any("worker is ready" in line for line in service.stderr), "before that nobody listens to signals"
        service.send_signal(asked)
        out, err = service.communicate(timeout=60)
    finally:
        service.kill()
    assert service.returncode == 0 and "Traceback" not in err
    assert out.splitlines()[-1] == "stopped"


def wait_for_pages(service: subprocess.Popen[str], port: int) -> None:
    while service.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.1)
    raise AssertionError(f"the service ended with {service.returncode}: {service.communicate()[1]}")
