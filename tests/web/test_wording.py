"""Every reason of a silence and every change has words for the page."""

from tracker.rules.escalation import Reason
from tracker.rules.lifecycle import Verb
from tracker.web.wording import EVENTS, REASONS


def test_every_reason_is_said_in_words():
    assert set(REASONS) == set(Reason)


def test_every_change_that_the_history_keeps_is_said_in_words():
    assert {*map(str, Verb), "confirmed", "date-ruled"} <= set(EVENTS)
