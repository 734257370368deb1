"""Every reason of a silence and every change has words for the page."""

from typing import get_args

from tracker.notices.shapes import FindingCode
from tracker.rules.escalation import Reason
from tracker.rules.lifecycle import Verb
from tracker.tasks.questions import DOUBLED
from tracker.web.wording import EVENTS, QUESTIONS, REASONS


def test_every_reason_is_said_in_words():
    assert set(REASONS) == set(Reason)


def test_every_change_that_the_history_keeps_is_said_in_words():
    assert {*map(str, Verb), "confirmed", "date-ruled"} <= set(EVENTS)


def test_every_question_of_the_reader_is_asked_in_vietnamese():
    assert set(QUESTIONS) == {*get_args(FindingCode), DOUBLED}
    assert all(words.isascii() is False and words.endswith(".") for words in QUESTIONS.values())
