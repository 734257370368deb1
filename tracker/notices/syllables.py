"""Whether a run of letters can be a Vietnamese syllable: the test that tells a right conversion from a wrong one."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_CLOSED = "\u0301\u0323"  # a syllable that ends in c, ch, p or t can only rise or drop (sắc, nặng)
_ONSET = r"(?:ngh|ng|gh|gi|kh|nh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_NUCLEUS = r"(?:iê|ia|yê|uô|ua|ươ|ưa|oa|oă|oe|oo|uâ|uê|uơ|uyê|uya|uy|[aăâeêioôơuưy])"
_END = r"(?:ch|nh|ng|[cmnpt])?"
_GLIDES = r"(?:[aoâ]y|[aoôơuư]i|[ae]o|[aâ]u|[êiư]u|uôi|ươi|ươu|iêu|yêu|oai|oay|oao|oeo|uây|uya|uyu|uêu)"
_SYLLABLE = re.compile(rf"{_ONSET}(?:{_GLIDES}|{_NUCLEUS}{_END})")
_STOPPED = re.compile(r"(?:ch|[cpt])$")
_WORD = re.compile(r"[^\W\d_\u00d7\u00f7]+")


def is_syllable(word: str) -> bool:
    """Whether `word` (NFC, any case) is built like a Vietnamese syllable with at most one tone, rightly combined."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in marks if mark in _TONES]
    letters = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(letters):
        return False
    return not (tones and _STOPPED.search(letters) and tones[0] not in _CLOSED)


def marked_words(text: str) -> list[str]:
    """The words that hold a letter outside ASCII: only these can show that an encoding is wrong."""
    return [word for word in _WORD.findall(text) if not word.isascii()]


def share_of_syllables(text: str) -> tuple[float, int]:
    """How many of the marked words are Vietnamese syllables, and how many marked words there are."""
    words = marked_words(text[:200_000])
    good = sum(map(is_syllable, words))
    return (good / len(words) if words else 0.0), len(words)
