"""What the tests of the outbox share: a migrated file, an office on a copy of it, a certificate."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbox.mail_server import MailServer
from tests.outbox.office import Office, empty_database
from tracker.db import Database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    database = Database(f"sqlite:///{file}")
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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 in one file, signed by nobody but itself."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key, made = file.with_name("key.pem"), file.with_name("cert.pem")
    made_for = "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    command = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 {made_for}"
    subprocess.run([*command.split(), "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    file.write_bytes(key.read_bytes() + made.read_bytes())
    return file
