"""Offices for the tests of the pages; the sample is read once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.office import Office, build, opened


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original")
    build(folder)
    return folder


@pytest.fixture
def office(original: Path, tmp_path: Path) -> Iterator[Office]:
    yield from opened(original, tmp_path)


@pytest.fixture
def demo_office(original: Path, tmp_path: Path) -> Iterator[Office]:
    yield from opened(original, tmp_path, is_demo=True)
