"""Notices of several forms, written for the tests, each with what a coordinator should find in it beside it."""

import json
from pathlib import Path

import pytest

from tests.notices import leads, read

FORMS = sorted((Path(__file__).parent / "forms").glob("*.txt"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_reads_as_expected(path):
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    notice = read(path.read_bytes())
    head = notice.document
    found = [head.kind, head.number, str(head.issued_on), head.issuer, head.signed_by]
    assert found == [expected[key] for key in ("kind", "number", "issued_on", "issuer", "signed_by")]
    drafts = [
        {
            "kind": draft.kind,
            "clause": draft.clause,
            "leads": leads(draft),
            "due_on": str(draft.due_on) if draft.due_on else None,
            "recurrence": draft.recurrence,
            "opens": " ".join(draft.quote.split())[:40],
        }
        for draft in notice.drafts
    ]
    assert drafts == expected["drafts"]
