"""What every test may ask for: an office of its own, copied from a template that is migrated once a run."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases
from tests.cast import Office, make_template
from tests.disks import BALLAST, mounted
from tracker.db import Database

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one database alone are skipped on the other."""
    here, other = ("sqlite", "postgres") if databases.SERVER is None else ("postgres", "sqlite")
    for item in items:
        if item.get_closest_marker(other):
            item.add_marker(pytest.mark.skip(reason=f"about {other} itself, and this run is on {here}"))


@pytest.fixture(autouse=True)
def _databases_of_one_test() -> Iterator[None]:
    """What a test has made on the server goes with it; on SQLite it lies in the folder of the test."""
    with databases.dropped_after():
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the cast in it; copy it, never open it."""
    file = tmp_path_factory.mktemp("template") / "tracker.db"
    make_template(file)
    return file


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with the cast of tests/cast.py and no task."""
    file = tmp_path / "tracker.db"
    database = Database(databases.copy(template, file))
    yield Office(file, database)
    database.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, most of it taken by a file "ballast"; skips where none can be mounted."""
    with mounted(tmp_path / "small-disk", megabytes=1) as folder:
        (folder / BALLAST).write_bytes(bytes(850_000))
        yield folder


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
