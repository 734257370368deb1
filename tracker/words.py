"""Vietnamese words without their marks: the form in which keywords and names are compared."""

import re
import unicodedata
from functools import lru_cache

CAPITALS = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """`text` in lower case without marks, white space as blanks: exactly one character for each character of `text`,
    so that an offset found here is an offset there. Give NFC text; a mark standing alone becomes a blank."""
    return text.translate({ord(letter): _bare(letter) for letter in set(text)})


def fold(text: str) -> str:
    """`plain` of the NFC form with single blanks and none at the ends: never longer than the NFC text, and shorter only by
    white space. Scans lose tone marks ("Phân đầu" for "Phấn đấu"), so keywords and names are compared in this form."""
    return " ".join(plain(unicodedata.normalize("NFC", text)).split())


def name_key(text: str) -> str:
    """Only the letters and digits of the folded text, single blanks between words: the key of a name."""
    return _NOT_A_WORD.sub(" ", fold(text)).strip()


def cased(pattern: str) -> str:
    """A regular expression with "@A" and "@a" inside its classes written out as the Vietnamese capital and small letters
    (in Unicode they alternate, a range would mix them)."""
    return pattern.replace("@A", "A-Z" + CAPITALS).replace("@a", "a-z" + CAPITALS.lower())


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    """One character for one: the base letter in lower case, a blank for any white space or lone mark."""
    if letter.isspace() or unicodedata.combining(letter):
        return " "
    if letter in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter
