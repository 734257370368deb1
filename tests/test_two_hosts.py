"""Two hosts on one database: both may migrate it at once, and an older program leaves a newer one alone."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import databases
from tests.outbox.processes import finish, start
from tracker.db import MIGRATIONS, Database
from tracker.errors import DatabaseError


def migrate(url: str) -> None:
    with closing(Database(url)) as database:
        database.migrate()


def test_two_hosts_that_migrate_at_once_make_one_schema(tmp_path: Path):
    url = databases.create(tmp_path / "tracker.db")
    hosts = [start(migrate, url) for _ in range(2)]
    for host in hosts:
        finish(host)
    newest = max(MIGRATIONS.glob("versions/0*.py")).name.partition("_")[0]
    with closing(Database(url)) as database:
        database.check()
        with database.engine.connect() as connection:
            assert connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all() == [newest]


def test_migrating_again_changes_nothing(template: Path, tmp_path: Path):
    url = databases.copy(template, tmp_path / "tracker.db")
    before = databases.dump(url)
    assert len(before) > 20
    migrate(url)
    assert databases.dump(url) == before


def test_a_database_of_a_newer_version_is_left_alone(template: Path, tmp_path: Path):
    url = databases.copy(template, tmp_path / "tracker.db")
    with closing(Database(url)) as database:
        with database.write() as session:
            session.connection().execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        before = databases.dump(url)
        for act in (database.check, database.migrate):
            with pytest.raises(DatabaseError, match=r"newer version \(9999\).*update the program"):
                act()
        assert databases.dump(url) == before
