"""Texts from before Unicode read as if they had been written in it, or are refused; nothing is converted by a guess."""

import random
import subprocess
import unicodedata
from shutil import which

import pytest

from tests.notices import SAMPLE, codes, read
from tests.notices.test_forms import FORMS
from tracker.errors import NoticeError
from tracker.notices.files.legacy import TCVN3, VNI, from_letters, from_tcvn3, from_vni
from tracker.notices.syllables import is_syllable
from tracker.words import CAPITALS

SMALL = CAPITALS.lower()
TEXT = unicodedata.normalize("NFC", SAMPLE.read_text("utf-8"))
ORDINARY = TEXT.replace("“", '"').replace("”", '"').replace("–", "-").replace("’", "'")


def in_tcvn3(text):
    """As it was typed: capitals with a tone do not exist, the small letter stands in a font of capitals."""
    codes = {letter: code for code, letter in TCVN3.items()}
    return "".join(codes.get(char) or codes.get(char.lower()) or char for char in text)


def in_vni(text):
    codes = {letter: code for code, letter in VNI.items()}
    return "".join(codes.get(char, char) for char in text)


def in_windows_1258(text):
    """One letter or letter with hat, then the tone: the form in which Windows-1258 can hold Vietnamese."""
    written = []
    for char in text:
        try:
            char.encode("cp1258")
            written.append(char)
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", char)
            tone = next((mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
            rest = [mark for mark in marks if mark != tone]
            written.append(unicodedata.normalize("NFC", base + "".join(rest)) + tone)
    return "".join(written)


ENCODINGS = {
    "TCVN3 (ABC)": lambda text: in_tcvn3(text).encode("latin-1"),
    "VNI": lambda text: in_vni(text).encode("cp1252"),
    "Windows-1258": lambda text: in_windows_1258(text).encode("cp1258"),
}


def test_the_alphabet_is_whole():
    assert len(CAPITALS) == len(SMALL) == 67


@pytest.mark.parametrize("letter", SMALL)
def test_every_small_letter_comes_back(letter):
    assert from_tcvn3(in_tcvn3(letter)) == letter
    assert from_vni(in_vni(letter)) == letter
    assert unicodedata.normalize("NFC", in_windows_1258(letter).encode("cp1258").decode("cp1258")) == letter


@pytest.mark.parametrize("letter", CAPITALS)
def test_every_capital_comes_back(letter):
    in_a_heading = f"KẾT {letter} PHO"  # TCVN3 has a font of capitals, not codes for them: the line tells
    assert from_tcvn3(in_tcvn3(in_a_heading)) == in_a_heading
    assert from_vni(in_vni(letter)) == letter
    assert unicodedata.normalize("NFC", in_windows_1258(letter).encode("cp1258").decode("cp1258")) == letter


@pytest.mark.skipif(which("iconv") is None, reason="iconv, which knows TCVN by itself, is not on this machine")
def test_our_table_agrees_with_the_c_library():
    said = subprocess.run(["iconv", "-f", "TCVN", "-t", "UTF-8"], input=ENCODINGS["TCVN3 (ABC)"](SMALL), capture_output=True, check=True)  # fmt: skip
    assert unicodedata.normalize("NFC", said.stdout.decode()) == SMALL


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", [SAMPLE, *FORMS], ids=lambda path: path.stem)
def test_an_old_encoding_gives_the_same_drafts_and_says_so(path, encoding):
    text = unicodedata.normalize("NFC", path.read_text("utf-8"))
    for sign, plain in ("“”", '""'), ("–—", "--"), ("’‘", "''"), ("•●", "--"):
        text = text.translate(str.maketrans(sign, plain))
    modern, old = read(text.encode()), read(ENCODINGS[encoding](text))
    assert old.drafts == modern.drafts
    assert old.document == modern.document
    assert "encoding_converted" in codes(old) - codes(modern)
    assert encoding in next(one.message for one in old.findings if one.code == "encoding_converted")


@pytest.mark.parametrize("written", [in_tcvn3, in_vni], ids=["TCVN3 (ABC)", "VNI"])
def test_text_copied_out_of_an_old_font_is_converted_too(written):
    old = read(written(ORDINARY).encode("utf-8"))
    assert old.text == read(ORDINARY.encode()).text
    assert "encoding_converted" in codes(old)


def test_vietnamese_in_unicode_is_left_alone():
    assert from_letters(TEXT) is None
    for path in FORMS:
        assert from_letters(unicodedata.normalize("NFC", path.read_text("utf-8"))) is None


@pytest.mark.parametrize("words", ["Số: 12/TB, ngày 5 tháng 3", "được"])
def test_too_few_words_prove_no_encoding(words):
    with pytest.raises(NoticeError, match="not surely TCVN3, VNI or Windows-1258"):
        read(in_windows_1258(words).encode("cp1258"))


@pytest.mark.parametrize(
    "words",
    ["Le préfet a décidé, après l'été, de régler les problèmes créés à l'école. ", "Müller grüßt die Straße schön. "],
)
def test_other_languages_are_not_taken_for_an_old_font(words):
    for encoding in ("cp1252", "utf-8"):
        with pytest.raises(NoticeError):
            read((words * 20).encode(encoding))


def test_bytes_that_are_no_text_at_all_are_refused():
    dice = random.Random(1)
    for _ in range(50):
        with pytest.raises(NoticeError):
            read(dice.randbytes(3_000).replace(b"\0", b"\1"))


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_sixteen_bits_without_a_mark_are_told_by_their_words(order):
    assert read(TEXT.encode(order)).drafts == read(TEXT.encode()).drafts


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng",
        "quyết",
        "khuỷu",
        "thuở",
        "giếng",
        "quốc",
        "xoong",
        "ưu",
        "yêu",
        "uỷ",
        "hoà",
        "hòa",
        "giặt",
        "thịch",
        "Đặng",
        "ngoằn",
        "oái",
    ],
)
def test_a_vietnamese_syllable_is_known(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["hßa", "ViÖt", "hoøa", "vieäc", "thàc", "bốb", "đđ", "préfet", "grüßt", "ngáà"])
def test_what_is_built_otherwise_is_no_syllable(word):
    assert not is_syllable(word)
