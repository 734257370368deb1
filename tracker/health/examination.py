"""The whole examination, in the order in which an administrator reads it; and the short one, for machines that ask often."""

from datetime import datetime

from sqlmodel import Session

from tracker.clock import Uptime, local_day
from tracker.config import Config
from tracker.db import Database
from tracker.health.check import Check
from tracker.health.people import check_drafts, check_people
from tracker.health.post import check_letters, check_mail, check_mailbox, check_relay
from tracker.health.queue import check_leases, check_outbox
from tracker.health.slots import check_jobs
from tracker.health.speech import check_rungs
from tracker.health.storage import check_clock, check_database, check_files
from tracker.health.unwritten import check_unwritten
from tracker.rules.calendar import WorkingCalendar


def examine(
    database: Database,
    config: Config,
    *,
    calendar: WorkingCalendar,
    uptime: Uptime | None,
    reads_files: bool = False,
    now: datetime,
) -> list[Check]:
    """Everything that can be looked at without sending anything.

    `uptime` is that of this machine, None where `now` is not its clock's. With `reads_files` every stored file is read and
    held against its hash, which takes a second a gigabyte or more; without, only its size is looked at. When the database
    cannot be used, the rest is left out.
    """
    checks = [check_mail(config), check_database(database)]
    if not checks[-1].is_well:
        return checks
    with database.read() as session:
        today = local_day(now, config.timezone)
        clock, jobs, *queue = check_flow(session, config, calendar=calendar, uptime=uptime, now=now)
        checks += [clock, check_files(session, config, reads=reads_files), jobs, check_letters(session), *queue]
        checks += [check_relay(session, config, now=now), check_mailbox(session)]
        checks.append(check_rungs(session, config, calendar, today=today))
        checks += [check_unwritten(session, today=today), check_drafts(session), *check_people(session, today=today)]
    return checks


def check_flow(
    session: Session, config: Config, *, calendar: WorkingCalendar, uptime: Uptime | None, now: datetime
) -> list[Check]:
    """Whether everything flows: the clock, the jobs, the leases, the outbox; cheap enough to be asked every few seconds."""
    return [
        check_clock(session, config, uptime=uptime, now=now),
        check_jobs(session, config, calendar, now=now),
        check_leases(session, config, now=now),
        check_outbox(session, config, now=now),
    ]
