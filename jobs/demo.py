"""The demo: the sample notice from an empty folder to the letters of the year 2020; a replay of the sample story."""

import os
import tempfile
from datetime import date, datetime, time
from pathlib import Path

from jobs.replay import Show, play
from jobs.story import load_story
from jobs.summary import summarise
from tracker.briefing.freezing import list_briefings
from tracker.clock import local_day
from tracker.config import Config, data_folder, load_config
from tracker.criteria.importing import import_criteria
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import Channel
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import Limits
from tracker.notices.importing import import_notice
from tracker.notices.resolving import read_against_register
from tracker.people.links import make_web_secret
from tracker.people.officers import get_officer
from tracker.people.register import import_register
from tracker.storage import Storage
from tracker.tasks.changing import known_id
from tracker.tasks.drafts import confirm
from tracker.tasks.files import keep_file
from tracker.tasks.history import Author
from tracker.workdays import office_calendar

FIRST, LAST = date(2020, 2, 14), date(2020, 12, 31)  # the day after the notice, the end of the story
MORNING = time(9, 0)  # of the first day: the coordinator has registered the notice
NOTICE, COORDINATOR = "253-tb-ubnd.txt", "dieu-phoi-vien"
OWN_FILE = "sqlite:///tracker.db"  # as samples/config.toml says it
LEFT = {
    "config.toml",
    "tracker.db",
    "tracker.db-wal",
    "tracker.db-shm",
    "mail",
    "briefing",
    "web.secret",
    "pages",
    "files",
}


def demo(folder: Path, *, show: Show, database_url: str | None = None) -> None:
    """Import, confirm and replay the sample notice, and put the result in the place of `folder`.

    Everything is made in a folder beside it, so that a demo that fails, or one that is looked at meanwhile, loses
    nothing. `database_url` names an empty database to be used in place of a file in the folder. Raises TrackerError when
    `folder` holds files that no demo has left.
    """
    _check_ours(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as aside:
        made = Path(aside) / "made"
        made.mkdir()
        _configure(made / "config.toml", database_url)
        _play(made, show=show)
        if folder.exists():
            os.replace(folder, Path(aside) / "before")  # noqa: PTH105 - one atomic move, of a folder
        made.rename(folder)
    show(
        f"letters: {folder}/mail/*.eml   briefings: {folder}/briefing/*.html   database: {database_url or folder / 'tracker.db'}"
    )
    show(f"more: tracker --config {folder}/config.toml --now {LAST} task list   (or why ID, preview, outbox list)")


def _check_ours(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise TrackerError(f"{folder}: is a file; name a folder with --folder")
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in LEFT)
    if foreign:
        raise TrackerError(f"{folder}: holds {foreign[0]!r}, which no demo has left; name another with --folder")


def _configure(file: Path, database_url: str | None) -> None:
    text = (data_folder("samples") / "config.toml").read_text("utf-8")
    file.write_text(text.replace(OWN_FILE, database_url or OWN_FILE), "utf-8")


def _play(folder: Path, *, show: Show) -> None:
    samples = data_folder("samples")
    config = load_config(folder / "config.toml")
    database = Database(config.database.url)
    try:
        database.migrate()
        make_web_secret(config.web)
        _confirm_sample(database, config, samples, now=datetime.combine(FIRST, MORNING, config.timezone))
        steps = load_story(samples / "story-2020.toml")
        play(database, config, first=FIRST, last=LAST, steps=steps, since=MORNING)
        _write_briefings(database, folder / "briefing")
        with database.read() as session:
            summarise(session, config, today=LAST, show=show)
    finally:
        database.close()


def _confirm_sample(database: Database, config: Config, samples: Path, *, now: datetime) -> None:
    """What a coordinator does in the first hour: register, notice, confirmation."""
    calendar, today = office_calendar(config.calendar), local_day(now, config.timezone)
    with database.write() as session:
        import_register(session, (samples / "register.toml").read_bytes(), name="register.toml", now=now)
        import_criteria(session, (samples / "criteria.toml").read_bytes(), name="criteria.toml", today=today, now=now)
        paper = (samples / NOTICE).read_bytes()
        keep_file(session, Storage(config.storage.folder), paper, media_type="text/plain", now=now)
        opened = open_paper(paper, name=NOTICE, limits=Limits.of(config.notices))
        read = read_against_register(session, opened, name=NOTICE, calendar=calendar, today=today)
        notice = import_notice(session, read, file_name=NOTICE, today=today, now=now)
        coordinator = Author(known_id(get_officer(session, COORDINATOR).id), Channel.STORY)
        confirm(session, notice, author=coordinator, today=today, now=now)


def _write_briefings(database: Database, folder: Path) -> None:
    folder.mkdir()
    with database.read() as session:
        for one in list_briefings(session):
            (folder / f"{one.period}.html").write_text(one.html, "utf-8")
