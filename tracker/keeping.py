"""A database as it was before a migration: a copy beside an SQLite file, a dump of pg_dump for PostgreSQL."""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tracker.backup import check_copy, copy, make_one_file
from tracker.db import Database
from tracker.errors import DatabaseError

PROGRAM = "pg_dump"
ELSEWHERE = "or dump it yourself and run 'tracker init --no-backup'"
Note = Callable[[Path], None]


def keep_older(database: Database, folder: Path, note: Note, *, now: datetime) -> Callable[[str], None]:
    """What `Database.migrate` calls with the version that it finds, under its lock, before it changes anything.

    Keeps everything that is committed in one file, checked and whole or not there: beside the file of an SQLite database,
    in `folder` for PostgreSQL. `note` hears which. What is called raises DatabaseError; then nothing is migrated.
    """

    def keep(version: str) -> None:
        source = database.file or folder / f"{database.url.database}.dump"
        target = source.with_name(f"{source.name}.version-{version}-{now:%Y%m%dT%H%M%S}")
        if target.exists():
            raise DatabaseError(f"{target}: exists already; a backup overwrites nothing, move it away")
        part = target.with_name(f"{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)  # of an init that was killed
            part.touch(mode=0o600)
            _copy(source, part) if database.is_sqlite else _dump(database, part)
            part.replace(target)
        except OSError as error:
            raise DatabaseError(f"{target}: cannot be written: {error.strerror}; nothing was migrated") from None
        finally:
            part.unlink(missing_ok=True)
        note(target)

    return keep


def _copy(source: Path, target: Path) -> None:
    copy(source, target)
    make_one_file(target)
    check_copy(target)


def _dump(database: Database, target: Path) -> None:
    """pg_dump sees what is committed and waits for nobody. The password goes round the list of processes."""
    if shutil.which(PROGRAM) is None:
        raise DatabaseError(
            f"{PROGRAM} is not here, so the database cannot be kept before it is migrated; nothing was migrated. Install "
            f"the client of PostgreSQL (postgresql-client), {ELSEWHERE}"
        )
    url = database.url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [PROGRAM, "--format=custom", "--no-password", f"--file={target}", f"--dbname={url}"]
    secret = {"PGPASSWORD": database.url.password} if database.url.password else {}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, **secret}
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[-500:] or f"it ended with {done.returncode}"
        raise DatabaseError(f"the database cannot be kept: {said}; nothing was migrated. Mend it, {ELSEWHERE}")
