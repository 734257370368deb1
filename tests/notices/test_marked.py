"""Notices of many provinces, years, levels and forms, written for the tests with the expected result marked in them."""

from datetime import date
from pathlib import Path

import pytest

from tests.notices import read
from tests.notices.marking import compare, unmark

MARKED = sorted((Path(__file__).parent / "marked").glob("*.txt"))


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_a_notice_reads_as_marked(path):
    marked = unmark(path)
    assert compare(marked, read(marked.text.encode())).problems == ()


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_the_head_of_a_notice_reads_as_stated(path):
    marked = unmark(path)
    head = read(marked.text.encode()).document
    found = {name: getattr(head, name) for name in marked.head}
    assert {name: str(value) if isinstance(value, date) else value for name, value in found.items()} == marked.head
