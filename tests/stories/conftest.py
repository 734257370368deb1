"""The demo, played once for all stories about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.demo import demo
from tests import databases
from tracker.config import load_config
from tracker.db import Database


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("office") / "demo"
    lines: list[str] = []
    elsewhere = databases.create(place / "tracker.db") if databases.SERVER else None
    demo(place, show=lines.append, database_url=elsewhere)
    assert "253/TB-UBND" in lines[0]
    return place


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    database = Database(load_config(folder / "config.toml").database.url)
    yield database
    database.close()
