"""Replay: months through the same tick as live operation, on a copy of the database, with a story of what people did."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from jobs.criteria_steps import CriteriaStep
from jobs.runner import tick
from jobs.story import Step, load_story, take
from jobs.summary import summarise
from tracker.backup import copy
from tracker.config import Config, Schedule
from tracker.db import Database
from tracker.errors import TrackerError

Show = Callable[[str], None]
COPY = "replay.db"


def replay(
    database: Database, config: Config, *, first: date, last: date, story: Path | None, out: Path, show: Show
) -> None:
    """Run `first` to `last` on a copy of `database`, letters as .eml in `out`, and show the summary.

    What an earlier replay left in `out` is removed. Raises TrackerError, before anything is played for a story that
    cannot be read, days in the wrong order, or an `out` that holds other files.
    """
    if last < first:
        raise TrackerError(f"--to {last} lies before --from {first}")
    if database.file is None:
        raise TrackerError("replay copies an SQLite file; for PostgreSQL restore a copy and name it in a config.toml")
    steps = load_story(story) if story is not None else []
    _make_room(out)
    copy(database.file, out / COPY)
    mail = config.mail.model_copy(update={"transport": "folder", "folder": out})
    copied = Database(f"sqlite:///{out / COPY}")
    try:
        play(copied, config.model_copy(update={"mail": mail}), first=first, last=last, steps=steps)
        with copied.read() as session:
            summarise(session, config, today=last, show=show)
    finally:
        copied.close()
    show(f"letters: {out}/*.eml   database: {out / COPY}")


def _make_room(out: Path) -> None:
    """An empty folder: made, or cleared of an earlier replay."""
    out.mkdir(parents=True, exist_ok=True)
    ours = [path for path in out.iterdir() if path.suffix == ".eml" or path.name.startswith(COPY)]
    if len(ours) != len(list(out.iterdir())) or (ours and not (out / COPY).exists()):
        raise TrackerError(f"{out}: holds files that no replay has left; name an empty folder")
    for path in ours:
        path.unlink()


def play(
    database: Database,
    config: Config,
    *,
    first: date,
    last: date,
    steps: Sequence[Step | CriteriaStep],
    since: time = time.min,
) -> None:
    """Every day from `first` (from the hour `since` on) to `last`: the steps of the story at their time, a tick at every
    hour of the schedule. Raises TrackerError, naming the step that is not possible."""
    hours = hours_of(config.schedule)
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        todays = [step for step in steps if step.on == day]
        for hour in sorted({*hours, *(step.at for step in todays)}):
            if day == first and hour < since:
                continue
            now = datetime.combine(day, hour, config.timezone)
            for step in todays:
                if step.at == hour:
                    take(database, config, step, now=now)
            if hour in hours:
                tick(database, config, worker="replay", now=now)


def hours_of(schedule: Schedule) -> frozenset[time]:
    """The times of day at which a job may be due."""
    return frozenset({schedule.digest.at, schedule.sweep, schedule.briefing.at})
