"""Replay: months through the same tick, with a story of what people did; and the demo, which is a replay."""

import shutil
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from jobs.runner import tick
from tracker.clock import local_day
from tracker.config import Config, data_folder, load_config
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import Briefing, Channel, Message, Task
from tracker.notices.importing import import_notice, label_of
from tracker.notices.reading import read_notice
from tracker.people.officers import get_officer
from tracker.people.register import import_register
from tracker.people.units import get_unit, load_directory
from tracker.tasks import extensions, progress, rulings
from tracker.tasks.changing import known_id
from tracker.tasks.drafts import confirm
from tracker.tasks.history import Author
from tracker.tasks.listing import list_tasks
from tracker.words import fold
from tracker.workdays import office_calendar

Show = Callable[[str], None]
HOURS = (time(7, 0), time(7, 30), time(15, 0))


def demo(folder: Path, *, show: Show) -> None:
    """Import, confirm and replay the sample notice into `folder`, which is made anew. Raises TrackerError."""
    samples = data_folder("samples")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config_file = folder / "config.toml"
    source = data_folder("samples") / "config.toml"
    config_file.write_text(source.read_text("utf-8"), "utf-8")
    config = load_config(config_file)
    database = Database(config.database.url)
    database.migrate()
    now = datetime.combine(date(2020, 2, 14), time(9, 0), config.timezone)
    label = _confirm_sample(database, config, samples, now=now)
    _play(database, config, first=date(2020, 2, 14), last=date(2020, 8, 31), story=samples / "story-2020.toml")
    _write_briefings(database, folder / "briefing")
    _summarise(database, config, label, today=date(2020, 8, 31), show=show)
    show(f"letters: {folder}/mail/*.eml   briefings: {folder}/briefing/*.html   database: {folder}/tracker.db")


def _confirm_sample(database: Database, config: Config, samples: Path, *, now: datetime) -> str:
    calendar = office_calendar(config.calendar)
    today = local_day(now, config.timezone)
    with database.write() as session:
        import_register(session, (samples / "register.toml").read_bytes(), name="register.toml", now=now)
        data = (samples / "253-tb-ubnd.txt").read_bytes()
        directory = load_directory(session, on=today)
        read = read_notice(data, name="253-tb-ubnd.txt", directory=directory, calendar=calendar)
        notice = import_notice(session, read, file_name="253-tb-ubnd.txt", today=today, now=now)
        coordinator = Author(known_id(get_officer(session, "dieu-phoi-vien").id), Channel.STORY)
        confirm(session, notice, author=coordinator, today=today, now=now)
        return label_of(notice)


def replay(config: Config, *, first: date, last: date, story: Path | None, out: Path, show: Show) -> None:
    """Run `first` to `last` on a copy of the database, letters as .eml in `out`. Raises TrackerError."""
    original = Database(config.database.url)
    original.check()
    if original.file is None:
        raise TrackerError(
            "replay copies an SQLite file; for PostgreSQL restore a copy and name it in another config.toml"
        )
    out.mkdir(parents=True, exist_ok=True)
    copy = out / "replay.db"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(original.file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    mail = config.mail.model_copy(update={"transport": "folder", "folder": out})
    config = config.model_copy(update={"mail": mail})
    database = Database(f"sqlite:///{copy}")
    _play(database, config, first=first, last=last, story=story)
    _summarise(database, config, "", today=last, show=show)


def _play(database: Database, config: Config, *, first: date, last: date, story: Path | None) -> None:
    steps = load_story(story) if story is not None else []
    at = first
    while at <= last:
        for hour in sorted({*HOURS, *(step["at"] for step in steps if step["on"] == at)}):
            now = datetime.combine(at, hour, config.timezone)
            for step in steps:
                if step["on"] == at and step["at"] == hour:
                    take(database, config, step, now=now)
            if hour in HOURS:
                tick(database, config, worker="replay", now=now)
        at += timedelta(days=1)


def load_story(path: Path) -> list[dict[str, Any]]:
    """The steps of a story in the order of time. Raises TrackerError naming the step."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrackerError(f"{path}: no story can be read: {error}") from None
    steps = []
    for number, step in enumerate(raw.get("step", []), 1):
        if not isinstance(step.get("on"), date) or "do" not in step or "task" not in step or "by" not in step:
            raise TrackerError(f"{path}: step {number} needs on = DATE, do, task and by")
        steps.append({**step, "number": number, "at": time.fromisoformat(step.get("at", "10:00"))})
    return sorted(steps, key=lambda step: (step["on"], step["at"], step["number"]))


def take(database: Database, config: Config, step: dict[str, Any], *, now: datetime) -> None:
    """One step of the story, through the same functions as a command. Raises TrackerError naming the step."""
    try:
        with database.write() as session:
            _act(session, config, step, now=now)
    except TrackerError as error:
        raise TrackerError(f"story step {step['number']} on {step['on']}: {error}") from None


def _act(session: Session, config: Config, step: dict[str, Any], *, now: datetime) -> None:
    task_id = _task_of(session, step["task"])
    behalf = step.get("on_behalf_of")
    author = Author(
        known_id(get_officer(session, step["by"]).id),
        Channel.STORY,
        known_id(get_officer(session, behalf).id) if behalf else None,
    )
    note, reason = step.get("note", ""), step.get("reason") or step.get("note", "")
    when: dict[str, Any] = {"author": author, "today": local_day(now, config.timezone), "now": now}
    match step["do"]:
        case "report":
            progress.report(
                session, task_id, percent=step["percent"], note=note, promised_on=step.get("promise"), **when
            )
        case "done":
            progress.report_done(session, task_id, note=note, **when)
        case "verify":
            progress.verify(session, task_id, note=note, **when)
        case "return":
            progress.return_to_owner(session, task_id, note=note or reason, **when)
        case "extend-ask":
            extensions.ask_extension(session, task_id, proposed_on=step["until"], reason=reason, **when)
        case "extend-decide":
            extensions.decide_extension(session, task_id, granted_on=step.get("grant"), note=note, **when)
        case "hold":
            rulings.hold(session, task_id, reason=reason, until_on=step.get("until"), **when)
        case "release":
            rulings.release(session, task_id, note=note, **when)
        case "acknowledge":
            days = next(
                (rung.acknowledgement_working_days for rung in config.ladder if rung.acknowledgement_working_days), 5
            )
            progress.acknowledge(
                session, task_id, note=note, calendar=office_calendar(config.calendar), working_days=days, **when
            )
        case "reassign":
            rulings.reassign(session, task_id, unit=get_unit(session, step["unit"]), reason=reason, **when)
        case "cancel":
            rulings.cancel(session, task_id, reason=reason, **when)
        case other:
            raise TrackerError(f"nobody can do {other!r}")


def _task_of(session: Session, wanted: dict[str, str]) -> int:
    """The one task that a story means by clause, place, lead, kind and words. Raises TrackerError otherwise."""
    query = select(Task)
    if "lead" in wanted:
        query = query.where(Task.lead_unit_id == get_unit(session, wanted["lead"]).id)
    found = [
        task
        for task in session.exec(query.order_by(col(Task.id)))
        if task.clause.startswith(wanted.get("clause", ""))
        and ("place" not in wanted or task.place == wanted["place"])
        and ("kind" not in wanted or task.kind == wanted["kind"])
        and fold(wanted.get("contains", "")) in fold(f"{task.title} {task.quote}")
    ]
    if len(found) != 1:
        raise TrackerError(f"{wanted} means {len(found)} tasks; say more about it")
    return known_id(found[0].id)


def _write_briefings(database: Database, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with database.read() as session:
        for one in session.exec(select(Briefing)):
            (folder / f"{one.period}.html").write_text(one.html, "utf-8")


def _summarise(database: Database, config: Config, label: str, *, today: date, show: Show) -> None:
    with database.read() as session:
        rows = list_tasks(session, today=today)
        kinds = Counter(session.exec(select(Message.kind)))
    show(f"notice {label}: {len(rows)} tasks on {today}")
    show(
        "by standing: "
        + ", ".join(f"{name} {count}" for name, count in Counter(row["standing"] for row in rows).most_common())
    )
    show("letters: " + ", ".join(f"{name} {count}" for name, count in kinds.most_common()))
    late = sorted((row for row in rows if row["standing"] == "open_overdue"), key=lambda row: row["due_on"])
    for row in late[:3]:
        show(f"  slips: {row['lead']}: {row['title']} (due {row['due_on']})")
