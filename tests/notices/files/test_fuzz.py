"""Mutated real papers: whatever happens to a text or a file, it is read soundly or refused in one line.

A few hundred cases run in every suite; `TRACKER_FUZZ=5000 python -m pytest tests/notices/files/test_fuzz.py` runs more.
"""

import os
import random
import unicodedata

import pytest

from tests.notices import REGISTER, SAMPLE, read
from tests.notices.files.papers import FORMS, LAID_OUT, laid_out, pdf_of, text_of, word_of
from tests.notices.files.test_encodings import in_tcvn3, in_vni, in_windows_1258
from tests.notices.test_properties import PIECES, assert_sound
from tracker.errors import NoticeError

CASES = int(os.environ.get("TRACKER_FUZZ", "240"))
FILES = CASES // 40  # each costs the start of a process
TEXTS = [unicodedata.normalize("NFC", path.read_text("utf-8")) for path in [SAMPLE, *sorted(FORMS.glob("*.txt"))]]
ODD = [*PIECES, "\u200b", "\u00ad", "\u202e", "\U0001f600", "ﬁ", "Ⅳ. ", "\x0b", "\u2028", "ngày 00/00/0000", "99999999999999", "%", "năm 9999", "ngày 29/02/2023", "a)\n", "1.\n", "| | |", "\t\t\t", "ệ̃́", "hàng tuần", "Kính gửi:", "Giao Giao Giao"]  # fmt: skip
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "TCVN3", "VNI", "cp1258")


CHANGES = (
    lambda text, at, until, dice: text[:at] + text[until:],
    lambda text, at, until, dice: text[:at] + dice.choice(ODD) + text[at:],
    lambda text, at, until, dice: text[:at] + text[at:until] * dice.randint(2, 5) + text[until:],
    lambda text, at, until, dice: text[:at] + text[at:until].upper() + text[until:],
    lambda text, at, until, dice: text[:at] + text[at:until].replace("\n", " ") + text[until:],
    lambda text, at, until, dice: text[:at] + text[at:until].replace(" ", "\n") + text[until:],
    lambda text, at, until, dice: text[:at] + dice.choice(TEXTS)[at : at + 300] + text[until:],
    lambda text, at, until, dice: text[: max(200, until)],
)


def mutated(text, dice):
    for _ in range(dice.randint(1, 25)):
        at, until = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
        text = dice.choice(CHANGES)(text, at, min(until, at + dice.randrange(1, 400)), dice) or "x"
    return text


def encoded(text, codec):
    if codec == "TCVN3":
        return in_tcvn3(text).encode("latin-1", "replace")
    if codec == "VNI":
        return in_vni(text).encode("cp1252", "replace")
    if codec == "cp1258":
        kept = "".join(char for char in text if ord(char) < 0x250 or "\u1ea0" <= char <= "\u1ef9")
        return in_windows_1258(unicodedata.normalize("NFC", kept)).encode("cp1258", "replace")
    return text.encode(codec, "replace")


def is_sound_or_refused(data, label):
    try:
        notice = read(data, REGISTER)
    except NoticeError as refused:
        assert "\n" not in str(refused), label
        return False
    except Exception as crash:
        raise AssertionError(f"{label}: {crash!r}") from crash
    assert_sound(notice)
    assert all(0 <= finding.start <= finding.end <= len(notice.text) for finding in notice.findings), label
    assert all(0 <= page.start <= len(notice.text) for page in notice.pages), label
    assert unicodedata.is_normalized("NFC", notice.text), label
    return True


def test_mutated_texts_are_read_soundly_or_refused():
    sound = 0
    for seed in range(CASES):
        dice = random.Random(seed)
        text = unicodedata.normalize(dice.choice(["NFC", "NFD"]), mutated(dice.choice(TEXTS), dice))
        sound += is_sound_or_refused(encoded(text, "utf-8" if seed % 3 else "utf-8-sig"), f"seed {seed}")
    assert sound > 0.9 * CASES


def test_mutated_texts_in_every_encoding_are_read_soundly_or_refused():
    for seed in range(CASES // 4):
        dice = random.Random(10_000_000 + seed)
        data = bytearray(encoded(mutated(dice.choice(TEXTS), dice), CODECS[seed % len(CODECS)]))
        for _ in range(dice.randrange(4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        is_sound_or_refused(bytes(data), f"seed {seed}, {CODECS[seed % len(CODECS)]}")


@pytest.mark.parametrize("made", [word_of, pdf_of], ids=["Word", "PDF"])
def test_broken_files_are_read_soundly_or_refused(made):
    whole = {form: made(laid_out(text_of(form))) for form in LAID_OUT[:3]}
    for seed in range(FILES):
        dice = random.Random(20_000_000 + seed)
        data = bytearray(whole[dice.choice(sorted(whole))])
        for _ in range(dice.randint(1, 40)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            data = data[: dice.randrange(100, len(data))]
        is_sound_or_refused(bytes(data), f"seed {seed}")
