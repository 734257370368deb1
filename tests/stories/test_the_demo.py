"""The main job, from an empty folder to letters, through the same code as live operation."""

import email
from email import policy
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select, text

from jobs.runner import tick
from tracker.clock import parse_instant
from tracker.config import load_config
from tracker.db import Database
from tracker.models import Event, Message, MessageState, Receipt

UNFINISHED = {"Xã Thọ Tiến", "Xã Thọ Sơn", "Xã Hợp Thắng", "Xã Xuân Thịnh"}


def letters(folder: Path, pattern: str) -> list[str]:
    read = (
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob(f"mail/{pattern}"))
    )
    return [part.get_content() for one in read if (part := one.get_body(("plain",))) is not None]


def test_on_the_third_working_day_the_overseers_hear_of_exactly_the_unfinished_communes(folder: Path) -> None:
    texts = letters(folder, "2020-07-03-overseer-*.eml")
    told = {line[2:].partition(" (")[0] for text in texts for line in text.splitlines() if line.startswith("* ")}
    assert told == UNFINISHED
    assert not list(folder.glob("mail/2020-07-02-overseer-*")), "nobody hears before the third day"


def test_both_overseers_of_one_commune_hear_because_they_are_jointly_liable(folder: Path) -> None:
    assert sum("* Xã Thọ Sơn (" in text for text in letters(folder, "2020-07-03-overseer-*.eml")) == 2


def test_every_letter_has_a_key_of_its_own(folder: Path) -> None:
    keys = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)["X-Tracker-Key"]
        for path in folder.glob("mail/*.eml")
    ]
    assert len(keys) == len(set(keys)) > 100


def test_an_escalation_quotes_the_notice_with_clause_number_and_date(folder: Path) -> None:
    for letter in letters(folder, "2020-07-03-overseer-*.eml"):
        assert "mục 4.1 Thông báo số 253/TB-UBND ngày 13/02/2020" in letter
        assert "muộn nhất giữa năm 2020" in letter
        assert "- 01/07/2020: nhắc người đứng đầu" in letter


def test_a_granted_extension_keeps_the_first_date(folder: Path, database: Database) -> None:
    with database.read() as session:
        row = (
            session.connection()
            .execute(text("SELECT first_due_on, due_on FROM task WHERE place = 'xã Hợp Lý' AND kind = 'milestone'"))
            .one()
        )
    assert [str(day) for day in row] == ["2020-06-30", "2020-09-30"]


def test_every_letter_was_sent_and_has_a_receipt(database: Database) -> None:
    with database.read() as session:
        states = set(session.exec(select(Message.state)))
        sent, receipts = len(session.exec(select(Message.id)).all()), len(session.exec(select(Receipt.id)).all())
    assert states == {MessageState.SENT}
    assert receipts == sent


def test_ticking_again_says_nothing_new(folder: Path, database: Database) -> None:
    config = load_config(folder / "config.toml")
    posted, delivered = tick(database, config, worker="again", now=parse_instant("2020-12-31T16:00", config.timezone))
    assert not posted
    assert delivered.accepted == 0


def test_the_history_cannot_be_changed(database: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.connection().execute(text("UPDATE event SET kind = 'never happened'"))
    with database.read() as session:
        assert "never happened" not in set(session.exec(select(Event.kind)))


def test_a_briefing_is_frozen_for_every_week(folder: Path) -> None:
    pages = sorted(path.stem for path in (folder / "briefing").glob("*.html"))
    assert "2020-W28" in pages
    assert "Xã Thọ Sơn đạt chuẩn NTM" in (folder / "briefing" / "2020-W28.html").read_text("utf-8")
