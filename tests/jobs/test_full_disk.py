"""A disk that fills up in the middle of a digest: what was committed stays, nothing is half done, the rest follows."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.runner import tick
from tests import databases
from tests.cast import Office, register_text
from tests.days import CONFIRMED, noon
from tests.disks import leave, make_room, mounted
from tests.jobs.district import batches_done, digests, hire_clerks, in_small_batches, one_each, states
from tests.jobs.scene import MONDAY, at
from tests.postgres import USER, NoPostgresError, find_programs, server
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.models import MessageState, RunBatch
from tracker.people.register import import_register

pytestmark = pytest.mark.sqlite  # that of PostgreSQL brings a server of its own

CLERKS = 60
PERIOD = "2020-W27"


def assert_it_goes_on_when_there_is_room(office: Office, disk: Path, free: int, words: str) -> None:
    config = in_small_batches(office, "embedded", transport="folder", folder=disk.parent / "mail")
    leave(disk, free)
    with pytest.raises(TrackerError, match=words):
        tick(office.database, config, worker="test", now=at(config, MONDAY, "07:00"))
    done, batches = batches_done(office), office.rows(RunBatch)
    assert 0 < done < len(batches), "it filled up in the middle"
    assert states(office).total() == sum(batch.posted for batch in batches), "whole batches"
    make_room(disk)
    tick(office.database, config, worker="test", now=at(config, MONDAY, "07:10"))
    assert digests(office) == one_each(CLERKS, PERIOD)
    assert states(office) == {MessageState.SENT: CLERKS}
    assert len(list(config.mail.folder.glob("*.eml"))) == CLERKS


def test_a_digest_on_sqlite_goes_on_when_there_is_room_again(template, tmp_path):
    with mounted(tmp_path / "disk", megabytes=8) as disk:
        file = Path(shutil.copy(template, disk / "tracker.db"))
        with closing(Database(databases.url_of(file))) as database:
            office = Office(file, database)
            hire_clerks(office, CLERKS)
            office.database.close()  # the journal is taken into the file
            assert_it_goes_on_when_there_is_room(office, disk, 500_000, "free some space; nothing was changed")


@pytest.fixture
def small_server() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL whose database "small" lies on a disk of its own, in a folder that the server's user may enter."""
    try:
        find_programs()
    except NoPostgresError as error:
        pytest.skip(str(error))
    with (
        tempfile.TemporaryDirectory(prefix="tracker-") as name,
        mounted(Path(name) / "disk", 24) as disk,
        server() as url,
    ):
        Path(name).chmod(0o755)
        place = disk / "tablespace"
        place.mkdir()
        if os.geteuid() == 0:
            shutil.chown(place, USER, USER)
        engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE TABLESPACE small LOCATION '{place}'")
            connection.exec_driver_sql("CREATE DATABASE small TABLESPACE small STRATEGY file_copy")
        engine.dispose()
        yield f"{url}/small", disk


def test_a_digest_on_postgresql_goes_on_when_there_is_room_again(small_server, tmp_path):
    url, disk = small_server
    with closing(Database(url)) as database:
        database.migrate()
        with database.write() as session:
            import_register(session, register_text().encode(), name="cast.toml", now=noon(CONFIRMED))
        office = Office(tmp_path / "tracker.db", database)
        hire_clerks(office, CLERKS)
        assert_it_goes_on_when_there_is_room(
            office, disk, 300_000, "No space left on device; free some space on the server"
        )
