"""A look into the mailbox: each mail taken in a transaction of its own, then put aside; no transaction spans the network."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from tracker.clock import local_day
from tracker.config import Config
from tracker.db import Database
from tracker.errors import MailError
from tracker.mailbox.sources import BATCH, FolderSource, Source, opened
from tracker.mailbox.taking import take
from tracker.people.throttle import Limit, is_within


def collect_due(database: Database, config: Config, *, now: datetime) -> Counter[str]:
    """`collect` when `every_minutes` have passed since the last look, by whichever process."""
    if not config.inbox.is_on:
        return Counter()
    with database.write() as session:
        if not is_within(session, Limit("inbox", 1, config.inbox.every_minutes), now=now):
            return Counter()
    return collect(database, config, now=now)


def collect(database: Database, config: Config, *, folder: Path | None = None, now: datetime) -> Counter[str]:
    """Take everything that waits in the mailbox of config.toml, or in `folder` (.eml files); how many of each kind.

    A mail is put aside after its transaction, so a killed look leaves it where it was and the next one knows it. Raises
    MailError, ConfigError.
    """
    if folder is not None:
        if not folder.is_dir():
            raise MailError(f"{folder}: there is no such folder of .eml files")
        return _all(database, config, FolderSource(folder, config.inbox.max_bytes), now=now)
    if not config.inbox.is_on:
        raise MailError('[inbox] transport is "none": no mailbox is named; set it, or name a folder of .eml files')
    with opened(config.inbox) as source:
        return _all(database, config, source, now=now)


def _all(database: Database, config: Config, source: Source, *, now: datetime) -> Counter[str]:
    found: Counter[str] = Counter()
    while (batch := _batch(database, config, source, now=now)).total():
        found += batch
        if batch.total() < BATCH:
            break
    return found


def _batch(database: Database, config: Config, source: Source, *, now: datetime) -> Counter[str]:
    found: Counter[str] = Counter()
    today = local_day(now, config.timezone)
    for name, raw in list(source.waiting()):
        with database.write() as session:
            taken = take(session, raw, config=config, today=today, now=now)
        source.put_aside(name)
        found["known" if taken is None else taken.kind.value] += 1
    return found
