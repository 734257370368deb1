"""What the tests of the outbox share: a migrated file, an office on a copy of it, a certificate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.outbox.mail_server import MailServer
from tests.outbox.office import Office, empty_database
from tracker.db import Database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    database = Database(databases.create(file))
    database.migrate()
    database.close()
    return file


@pytest.fixture
def office(tmp_path: Path, template: Path) -> Iterator[Office]:
    empty_database(template, tmp_path)
    office = Office(tmp_path)
    yield office
    office.database.close()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server
