"""Confidence is a promise: of the drafts marked sure at most one in fifty may be wrong; what is unsure is asked."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.notices import SHARED, read
from tests.notices.marking import compare, unmark
from tracker.notices.reading import as_json

MARKED = sorted((Path(__file__).parent / "marked").glob("*.txt"))
MOST_WRONG = 0.02


def test_of_the_sure_drafts_of_the_marked_notices_at_most_one_in_fifty_is_wrong():
    sure = wrong = unsure = 0
    for path in MARKED:
        marked = unmark(path)
        notice = read(marked.text.encode())
        right = compare(marked, notice).right
        for number, draft in enumerate(notice.drafts):
            if draft.kind != "policy":
                sure += draft.confidence == "sure"
                unsure += draft.confidence == "unsure"
                wrong += draft.confidence == "sure" and number not in right
    assert sure >= 200 and unsure >= 50  # the promise is not kept by promising nothing, nor by promising everything
    assert wrong <= MOST_WRONG * sure


@pytest.mark.skipif(
    not (SHARED / "score.py").exists(),
    reason="the annotated notices are not beside this repository (../shared/notices)",
)
def test_of_the_sure_drafts_of_the_real_notices_at_most_one_in_fifty_is_wrong():
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    sure, wrong = 0, []
    for path in sorted(SHARED.glob("*.gold.json")):
        gold = json.loads(path.read_text("utf-8"))
        found = as_json(read((SHARED / gold["document"]["file"]).read_bytes()))
        for draft in found["drafts"]:
            if draft["kind"] != "policy" and draft["confidence"] == "sure":
                sure += 1
                alone = scorer.score(gold, {**found, "drafts": [draft]})
                marks = (alone["lead"], alone["due"], alone["recurrence"])
                wrong += [] if alone["false"] == 0 and marks == (alone["found"],) * 3 else [draft["title"]]
    assert sure >= 80
    assert len(wrong) <= MOST_WRONG * sure, wrong


def test_an_owner_that_goes_on_from_the_words_before_is_unsure_and_asked():
    marked = unmark(Path(__file__).parent / "marked" / "cong-dien-bao.txt")
    notice = read(marked.text.encode())
    number = next(n for n, draft in enumerate(notice.drafts) if draft.quote.startswith("chỉ đạo các chủ hồ"))
    assert notice.drafts[number].confidence == "unsure"
    assert [finding.code for finding in notice.findings if finding.draft == number] == ["owner_unsure"]
    assert notice.drafts[number - 1].confidence == "sure"


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.stem)
def test_whatever_is_unsure_is_asked(path):
    notice = read(unmark(path).text.encode())
    asked = {finding.draft for finding in notice.findings}
    unsure = {n for n, d in enumerate(notice.drafts) if d.confidence == "unsure" and d.kind != "policy"}
    assert unsure <= asked
