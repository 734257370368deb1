"""The history: in the transaction of the change, never changed afterwards; two people at once; a power cut."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from tests.cast import Office
from tests.days import BEFORE, EXTENDED, LATE, noon
from tracker.errors import TaskError
from tracker.models import Channel, Event, Extension, Hold, ProgressReport
from tracker.tasks.extensions import ask_extension, decide_extension
from tracker.tasks.history import Author
from tracker.tasks.progress import report, report_done, verify
from tracker.tasks.rulings import cancel, hold

ROOT = Path(__file__).resolve().parents[2]


def test_every_change_leaves_one_line_with_author_channel_and_what_it_was(office: Office):
    task = office.task()
    with office.write() as session:
        link = Author(office.officer("an-contact"), Channel.LINK)
        report(session, task, percent=40, note="Đang làm", author=link, today=BEFORE, now=noon(BEFORE))
    office.act(
        ask_extension, task, by="coordinator", on_behalf_of="an-head", on=BEFORE, proposed_on=EXTENDED, reason="Bão"
    )
    office.act(decide_extension, task, by="chair", on=LATE, granted_on=EXTENDED, note="Đồng ý")
    lines = [
        (line.kind, str(line.channel), line.author_id, line.on_behalf_of_id, line.happened_at, line.detail)
        for line in office.history(task)
    ]
    assert lines == [
        ("report", "link", office.officer("an-contact"), None, noon(BEFORE), {"percent": 40, "note": "Đang làm"}),
        ("extend-ask", "command", office.officer("coordinator"), office.officer("an-head"), noon(BEFORE),
         {"proposed_on": "2020-09-30", "reason": "Bão", "due_on": "2020-06-30"}),
        ("extend-decide", "command", office.officer("chair"), None, noon(LATE),
         {"granted_on": "2020-09-30", "due_before": "2020-06-30", "note": "Đồng ý"}),
    ]  # fmt: skip
    assert office.get(task).version == 1 + len(lines)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE event SET kind = 'x'", id="changed"),
        pytest.param("UPDATE event SET detail = '{}' WHERE id = 1", id="emptied"),
        pytest.param("DELETE FROM event", id="deleted"),
        pytest.param(
            "INSERT OR REPLACE INTO event (id, kind, happened_at, channel, detail) VALUES (1, 'x', '2020-01-01', 'web', '{}')",
            id="replaced",
            marks=pytest.mark.sqlite,
        ),
        pytest.param(
            "INSERT INTO event (id, kind, happened_at, channel, detail) VALUES (1, 'x', '2020-01-01', 'web', '{}') "
            "ON CONFLICT (id) DO UPDATE SET kind = 'x'",
            id="overwritten on conflict",
        ),
        pytest.param("TRUNCATE event CASCADE", id="truncated", marks=pytest.mark.postgres),
    ],
)
def test_a_line_cannot_be(office: Office, statement: str):
    task = office.task()
    office.act(report, task, by="an-contact", on=BEFORE, percent=40, note="Đang làm")
    before = office.rows(Event)
    assert before[0].id == 1
    with pytest.raises(DBAPIError, match="append-only"), office.write() as session:
        session.connection().execute(sa.text(statement))
    assert office.rows(Event) == before


def test_a_change_that_fails_at_its_last_step_leaves_nothing(office: Office):
    task = office.task()
    before = office.get(task)

    def fail(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO event"):
            raise OSError("the disk is gone")

    event.listen(office.database.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="disk"):
        office.act(report, task, by="an-contact", on=BEFORE, percent=40, note="Đang làm")
    event.remove(office.database.engine, "before_cursor_execute", fail)
    assert (office.get(task), office.rows(ProgressReport), office.history(task)) == (before, [], [])


KILLED = """
import os, sys
from datetime import UTC, date, datetime
from tracker.db import Database
from tracker.models import Channel
from tracker.tasks.history import Author
from tracker.tasks.progress import report_done
with Database(sys.argv[1]).write() as session:
    report_done(session, int(sys.argv[2]), note="x", author=Author(int(sys.argv[3]), Channel.COMMAND),
                today=date(2020, 6, 15), now=datetime(2020, 6, 15, tzinfo=UTC))
    session.flush()
    os.kill(os.getpid(), 9)
"""


def test_a_process_killed_before_its_commit_has_changed_nothing_and_holds_up_nobody(office: Office):
    task = office.task()
    before = office.get(task)
    arguments = [sys.executable, "-c", KILLED, str(office.database.url), str(task), str(office.officer("an-contact"))]
    assert subprocess.run(arguments, cwd=ROOT, timeout=60, check=False).returncode == -9
    assert (office.get(task), office.rows(ProgressReport), office.history(task)) == (before, [], [])
    assert office.act(report_done, task, by="an-contact", on=BEFORE, note="Đã xong").done_on == BEFORE


# --- two people at once ----------------------------------------------------------------------------------------------


def test_the_second_of_two_who_answer_sees_what_the_first_has_done(office: Office):
    task = office.task()
    office.act(report_done, task, by="an-contact", on=BEFORE, note="Đã xong")
    office.act(verify, task, by="coordinator", on=LATE, note="")
    with pytest.raises(TaskError, match="is closed: it was verified on 2020-07-01"):
        office.act(verify, task, by="overseer", on=LATE, note="")


def test_two_requests_at_once_are_one(office: Office):
    task = office.task()
    office.act(ask_extension, task, by="an-contact", on=BEFORE, proposed_on=EXTENDED, reason="Bão")
    with pytest.raises(TaskError, match="already has a request"):
        office.act(ask_extension, task, by="an-head", on=BEFORE, proposed_on=EXTENDED, reason="Bão")
    assert len(office.rows(Extension)) == 1


def test_whoever_looked_at_an_older_version_is_told_what_happened_since(office: Office):
    task = office.task()
    seen = office.get(task).version
    office.act(report, task, by="an-contact", on=BEFORE, percent=90, note="Gần xong")
    late = replace(office.by("coordinator"), seen_version=seen)
    with (
        pytest.raises(TaskError, match=r"was changed since you looked at it \(report by an-contact\)"),
        office.write() as session,
    ):
        cancel(session, task, reason="Không thấy báo cáo", author=late, today=BEFORE, now=noon(BEFORE))
    assert office.get(task).cancelled_on is None
    again = replace(late, seen_version=office.get(task).version)
    with office.write() as session:
        hold(session, task, reason="Chờ", until_on=None, author=again, today=BEFORE, now=noon(BEFORE))
    assert len(office.rows(Hold)) == 1


def test_a_second_writer_waits_for_the_first_and_then_sees_its_change(office: Office):
    """The second process begins while the first still holds its transaction open."""
    task, author = office.task(), office.by("an-contact")
    program = KILLED.replace("os.kill(os.getpid(), 9)", "print('done')")
    arguments = [sys.executable, "-c", program, str(office.database.url), str(task), str(author.officer_id)]
    with office.write() as session:
        report_done(session, task, note="Đã xong", author=author, today=BEFORE, now=noon(BEFORE))
        second = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=1)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "was reported done for 2020-06-15" in said
    assert len(office.rows(ProgressReport)) == 1
