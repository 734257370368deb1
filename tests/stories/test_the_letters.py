"""The letters of the demo as their readers get them: how many, and what each one asks."""

import email
import json
from collections import Counter, defaultdict
from datetime import date
from email import policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

from sqlmodel import select

from tracker.config import load_config
from tracker.db import Database
from tracker.models import Briefing, Extension, Kind, ProgressReport, Said, Task, Verification
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


def test_every_frozen_briefing_counts_what_the_history_gives_at_its_cut_off(database: Database) -> None:
    with database.read() as session:
        tasks = session.exec(select(Task).where(Task.kind != Kind.POLICY)).all()
        reports = session.exec(select(ProgressReport).order_by(ProgressReport.id)).all()
        answers = session.exec(select(Verification)).all()
        extensions = session.exec(select(Extension).order_by(Extension.id)).all()
        briefings = session.exec(select(Briefing).where(Briefing.scope == "")).all()
        assert len(briefings) > 25
        for briefing in briefings:
            at, total = briefing.frozen_at, json.loads(briefing.content)["total"]
            counted: Counter[str] = Counter()
            for task in tasks:
                if task.cancelled_on is None or task.cancelled_on > at.date():
                    own = [one for one in reports if one.task_id == task.id and one.reported_at < at]
                    said = {one.report_id: one.is_verified for one in answers if one.decided_at < at}
                    ruled = [one for one in extensions if one.task_id == task.id and one.decided_at]
                    due = next(
                        (one.due_before for one in ruled if one.granted_on and one.decided_at >= at), task.due_on
                    )
                    counted[cell(own, said, due, at.date())] += 1
            shown = {name: total[name] for name in CELLS}
            assert shown == {name: counted[name] for name in CELLS}, briefing.period
            assert total["total"] == counted.total()


CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue", "undated")


def cell(reports: list[ProgressReport], verdicts: dict[int | None, bool], due: date | None, today: date) -> str:
    """Where a task stood, told from its reports and the answers to them alone."""
    last = reports[-1] if reports else None
    claimed = last.done_on if last and last.done_on and verdicts.get(last.id, True) else None
    if due is None:
        return "undated"
    if claimed and last and last.id in verdicts:
        return "done_on_time" if claimed <= due else "done_late"
    return "open_in_time" if (claimed or today) <= due else "open_overdue"


def test_the_letters_of_the_demo_name_nothing_twice_and_stay_short(folder: Path) -> None:
    for name, letter in letters(folder, "*").items():
        assert len(letter["Subject"]) <= 70, name
        text = " ".join(plain(letter).split())
        for wrong in (" ,", " .", "..", "((", "None", "Hạn: hạn", "các các", "có có", "Đồng chí Đồng chí", "UBND UBND"):
            assert wrong not in text.replace("vv...", ""), f"{name}: {wrong}"
        if "-briefing-" not in name:
            assert len(plain(letter)) < 20_000, f"{name} is longer than anybody reads"


def test_html_letters_stay_below_what_mail_programs_cut_off(folder: Path) -> None:
    for name, letter in letters(folder, "*").items():
        part = letter.get_body(("html",))
        assert part is not None
        assert len(part.get_content().encode()) < 100_000, name
