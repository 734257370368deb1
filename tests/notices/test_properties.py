"""Whatever happens to the text: no crash, and every quote is where its offsets say."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notices import REGISTER, SAMPLE, read
from tracker.errors import NoticeError
from tracker.notices.reading import as_json

TEXT = SAMPLE.read_text("utf-8")
PIECES = [
    "\n",
    " ",
    ".",
    ";",
    ":",
    "(",
    ")",
    "Giao ",
    "ngày 31/6/2020",
    "4.1.",
    "- ",
    "Sở ",
    "\ufeff",
    "\u0301",
    "𝒜",
    "İ",
    "“",
    "Nơi nhận:",
    "MẬT",
    "năm 2020",
    "Phụ lục\n",
    "\t",
    "9 xã gồm: ",
    "\x0c",
]
drawn = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def assert_sound(notice):
    for draft in notice.drafts:
        assert notice.text[draft.start : draft.end] == draft.quote
        assert draft.quote.strip()
        assert 0 < len(draft.title) <= 120
        for source in draft.sources:
            assert notice.text[source.start : source.end] == source.quote
    for finding in notice.findings:
        assert finding.draft is None or 0 <= finding.draft < len(notice.drafts)
        assert 0 <= finding.start <= finding.end <= len(notice.text) + 80
    as_json(notice)


@drawn
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_mutated_notices_are_read_or_refused(seed, changes):
    dice = random.Random(seed)
    text = TEXT
    for _ in range(changes):
        at, until = sorted((dice.randrange(len(text)), dice.randrange(len(text))))
        until = min(until, at + dice.randrange(1, 400))
        text = dice.choice(
            [
                text[:at] + text[until:],
                text[:at] + dice.choice(PIECES) + text[at:],
                text[:at] + text[at:until] * 2 + text[until:],
            ]
        )
    try:
        assert_sound(read(text.encode(), REGISTER))
    except NoticeError as refused:
        assert "\n" not in str(refused)


@drawn
@given(st.text(max_size=300))
def test_any_text_behind_a_real_head_is_read(noise):
    try:
        assert_sound(read((TEXT[:700] + noise).encode("utf-8", "replace"), REGISTER))
    except NoticeError as refused:
        assert "\n" not in str(refused)
