"""Texts from before Unicode: TCVN3 (ABC fonts), VNI and Windows-1258, told apart by which of them gives Vietnamese.

The tables follow the standards' own descriptions: TCVN 5712:1993 (VN3) gives every small letter and seven capitals one
byte of Latin-1's upper half; VNI-Windows writes a vowel and its mark as two characters. A text may come as bytes, or as
Unicode letters that look wrong ("Céng hßa x· héi") after somebody copied it out of a .VnTime or VNI font.
"""

import re
import unicodedata
from collections.abc import Callable

from tracker.notices.syllables import share_of_syllables

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng

# TCVN 5712 VN3: the letters of A1..FE in order; "." is a place that the standard leaves to capitals with a tone.
_VN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ" + "......" + "àảãáạ" + "." + "ằẳẵắ" + "......." + "ặầẩẫấậè" + "." + "ẻẽéẹềểễếệìỉ"
    + "..." + "ĩíịò" + "." + "ỏõóọồổỗốộờởỡớợù" + "." + "ủũúụừửữứựỳỷỹýỵ"
)  # fmt: skip
TCVN3 = {chr(0xA1 + at): letter for at, letter in enumerate(_VN3) if letter != "."}

# VNI-Windows: plain vowels take huyền, sắc, hỏi, ngã, nặng as these second characters ...
_VNI_PLAIN = dict(zip(_TONES, "øùûõï", strict=True))
_VNI_CIRCUMFLEX = dict(zip(("", *_TONES), "âàáåãä", strict=True))  # ... â, ê, ô: mark and tone in one character ...
_VNI_BREVE = dict(zip(("", *_TONES), "êèéúüë", strict=True))  # ... and ă likewise.
_VNI_ALONE = {"đ": "ñ", "ơ": "ô", "ư": "ö", "ỉ": "æ", "ì": "ì", "í": "í", "ĩ": "ó", "ị": "ò", "ỵ": "î"}


def _vni() -> dict[str, str]:
    """What each one or two characters of VNI mean, small letters and capitals."""
    table = {code: letter for letter, code in _VNI_ALONE.items()}
    for tone, code in _VNI_PLAIN.items():
        table |= {vowel + code: vowel + tone for vowel in "aeouy"}
        table |= {"ô" + code: "ơ" + tone, "ö" + code: "ư" + tone}
    for tone, code in _VNI_CIRCUMFLEX.items():
        table |= {vowel + code: vowel + "\u0302" + tone for vowel in "aeo"}
    table |= {"a" + code: "a\u0306" + tone for tone, code in _VNI_BREVE.items()}
    table = {code: unicodedata.normalize("NFC", letter) for code, letter in table.items()}
    capitals = {code.upper(): letter.upper() for code, letter in table.items()}
    mixed = {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items() if len(code) == 2}
    return table | mixed | capitals


VNI = _vni()
_VNI_CODE = re.compile("|".join(sorted(VNI, key=len, reverse=True)))
_LATIN_LETTERS = re.compile(r"[\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")

SURE = 0.9  # share of marked words that must be Vietnamese syllables
LEAD = 0.15  # and by how much the best reading must beat the second
FEWEST_WORDS = 12  # fewer marked words prove nothing


def from_tcvn3(text: str) -> str:
    """Characters of the ABC fonts (as Latin-1) to Unicode. Capitals with a tone do not exist there: a heading is
    small letters in a font of capitals, so words that are otherwise in capitals get theirs back."""
    return "\n".join(_with_capitals(line.translate(_TCVN3_MAP)) for line in text.split("\n"))


def from_vni(text: str) -> str:
    """Characters of the VNI fonts (as Latin-1) to Unicode; the longest code wins ("oâ" is ô, "ô" alone ơ)."""
    return _VNI_CODE.sub(lambda code: VNI[code[0]], text)


def from_bytes(data: bytes) -> tuple[str, str] | None:
    """Text and name of the encoding of bytes that are no UTF-8; None when no reading is surely Vietnamese."""
    as_latin = data.decode("cp1252", "replace").replace("\ufffd", " ")
    windows = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    readings = {"Windows-1258": windows, "TCVN3 (ABC)": from_tcvn3(as_latin), "VNI": from_vni(as_latin)}
    return _surest(readings)


def from_letters(text: str) -> tuple[str, str] | None:
    """The same for Unicode text whose letters are those of an old font; None when it is no such text."""
    if share_of_syllables(text)[0] >= SURE or not _LATIN_LETTERS.search(text):
        return None
    return _surest({"TCVN3 (ABC)": from_tcvn3(text), "VNI": from_vni(text)})


def converter_for(text: str) -> tuple[str | None, Callable[[str], str]]:
    """The encoding of an old font and its conversion, for a text that comes in pages; (None, no change) for others."""
    found = from_letters(text)
    if found is None:
        return None, str
    return found[1], from_vni if found[1] == "VNI" else from_tcvn3


def _surest(readings: dict[str, str]) -> tuple[str, str] | None:
    scores = sorted(((*share_of_syllables(text), name) for name, text in readings.items()), reverse=True)
    (best, words, name), (second, _, _) = scores[0], scores[1]
    if best < SURE or best - second < LEAD or words < FEWEST_WORDS:
        return None
    return readings[name], name


_TCVN3_MAP = str.maketrans(TCVN3)
_WORD = re.compile(r"[^\W\d_]+")
_LOST = "[" + "".join(letter for letter in TCVN3.values() if letter.upper() not in TCVN3.values()) + "]"
# Where a capital with a tone was lost and belongs: behind a sign of the list or a full stop, and in the name "Ủy ban".
_BEGINNING = re.compile(
    rf"(?<=[.?!] ){_LOST}|^\s*(?:[-+*–•]|(?:\d{{1,2}}|[IVX]{{1,4}}|[a-zđ])(?:\.\d{{1,2}})*[.)])\s*{_LOST}|\b[uủ](?=[yỷ] ban\b)"
)


def _with_capitals(line: str) -> str:
    words = list(_WORD.finditer(line))
    shouted = [_is_shouted(word[0]) for word in words]
    if any(shouted) and not any(_has_small(word[0]) for word in words):
        return line.upper()
    raised = list(line)
    for at, word in enumerate(words):
        beside = [i for i in (at - 1, at + 1) if 0 <= i < len(words) and shouted[i] and _touch(line, words, at, i)]
        if shouted[at] or (beside and not _has_small(word[0])):
            raised[word.start() : word.end()] = word[0].upper()
    return _BEGINNING.sub(lambda start: start[0][:-1] + start[0][-1].upper(), "".join(raised))


def _is_shouted(word: str) -> bool:
    """ "CéNG" from a font of capitals: what can be typed in capitals is, around a letter with a mark."""
    typed = [char for char in word if char.isascii()]
    return 1 < len(typed) < len(word) and all(map(str.isupper, typed))


def _has_small(word: str) -> bool:
    return any(char.isascii() and char.islower() for char in word)


def _touch(line: str, words: list[re.Match[str]], at: int, other: int) -> bool:
    first, second = sorted((at, other))
    return line[words[first].end() : words[second].start()] == " "
