"""The sample office on a working day, its letters written by the real jobs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.runner import post_due
from tests.web.conftest import original
from tests.web.office import Office, opened

__all__ = ["original"]


@pytest.fixture
def morning(original: Path, tmp_path: Path) -> Iterator[Office]:
    """Friday 3 July 2020, 9:00: the jobs have run, the letters are delivered."""
    for office in opened(original, tmp_path, at="2020-07-03T09:00"):
        post_due(office.database, office.config, now=office.now)
        yield office
