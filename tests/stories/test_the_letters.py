"""The letters of the demo as their readers get them: how many, and what each one asks."""

import email
from collections import defaultdict
from datetime import date
from email import policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

from sqlmodel import select

from tracker.config import load_config
from tracker.db import Database
from tracker.models import Said, Task
from tracker.workdays import office_calendar


def letters(folder: Path, pattern: str) -> dict[str, EmailMessage]:
    found = {
        path.stem: email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob(f"mail/{pattern}.eml"))
    }
    assert found, f"the demo wrote no {pattern}"
    return found


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return part.get_content()


def test_nobody_is_asked_twice_about_a_task_without_a_date_within_its_review_cadence(
    folder: Path, database: Database
) -> None:
    calendar = office_calendar(load_config(folder / "config.toml").calendar)
    asked: dict[tuple[int, int], list[date]] = defaultdict(list)
    with database.read() as session:
        undated = set(session.exec(select(Task.id).where(Task.due_on == None)))  # noqa: E711
        for said in session.exec(select(Said).where(Said.rung == "digest").order_by(Said.said_on)):
            if said.task_id in undated:
                asked[said.task_id, said.officer_id].append(said.said_on)
    assert any(len(days) > 2 for days in asked.values())
    for days in asked.values():
        assert all(calendar.between(first, then) >= 20 for first, then in pairwise(days)), days


def test_a_weekly_letter_never_only_says_that_nothing_is_to_be_answered(folder: Path) -> None:
    for name, letter in letters(folder, "*-digest-*").items():
        asks = plain(letter).count("Đề nghị ")
        assert asks, f"{name} asks nothing"
