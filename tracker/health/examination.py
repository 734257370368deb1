"""The whole examination, in the order in which an administrator reads it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.health.check import Check
from tracker.health.people import check_drafts, check_people
from tracker.health.post import check_letters, check_mail, check_relay
from tracker.health.storage import check_clock, check_database, check_files
from tracker.notify.runs import is_run, last_runs

LATE = timedelta(hours=1)  # a worker looks every half minute; after an hour nobody is looking

DueSlot = tuple[str, str, datetime]


def examine(
    database: Database, config: Config, *, due: Sequence[DueSlot], reads_files: bool = False, now: datetime
) -> list[Check]:
    """Everything that can be looked at without sending anything.

    `due` are the slots (job, name, due from) that should have been run by `now`. With `reads_files` every stored file is
    read and held against its hash, which takes a second a gigabyte or more; without, only its size is looked at. When the database cannot be used, the
    rest is left out.
    """
    checks = [check_mail(config), check_database(database)]
    if not checks[-1].is_well:
        return checks
    with database.read() as session:
        today = local_day(now, config.timezone)
        checks += [check_clock(session, config, now=now), check_files(session, config, reads=reads_files)]
        checks.append(check_jobs(session, due, now=now))
        checks += [check_letters(session, now=now), check_relay(session, config, now=now)]
        checks += [check_drafts(session), *check_people(session, today=today)]
    return checks


def check_jobs(session: Session, due: Sequence[DueSlot], *, now: datetime) -> Check:
    """When each job ran last, and which run is late."""
    runs = last_runs(session)
    late = [f"{job} {slot}" for job, slot, at in due if now - at > LATE and not is_run(session, job, slot)]
    said = [f"{job} {runs[job].slot if job in runs else 'never'}" for job, _, _ in due] or [
        f"{run.job} {run.slot}" for run in runs.values()
    ]
    says = "last runs: " + (", ".join(said) or "none")
    if not late:
        return Check("jobs", True, says)
    return Check(
        "jobs", False, f"{says}; late: {', '.join(late)}", "start 'tracker worker', or 'tracker tick' from cron"
    )
