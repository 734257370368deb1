"""The text whose offsets stay valid: NFC, with scan noise hidden but not removed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from tracker.errors import NoticeError
from tracker.notices.syllables import share_of_syllables
from tracker.words import plain

LONGEST_BLANK = 120  # a head in two columns needs about 60; longer runs are shortened


@dataclass(frozen=True)
class Paper:
    """The text of a notice and its search form. `words` has one character for each of `text`: lower case, no marks,
    white space and scan noise as blanks, so that every offset found in `words` is an offset in `text`."""

    text: str

    @cached_property
    def words(self) -> str:
        """The search form (see above)."""
        hidden = list(plain(self.text))
        for start, end in noise(self.text):
            hidden[start:end] = " " * (end - start)
        return "".join(hidden)


def clean(characters: str) -> str:
    """The text in which all offsets count: NFC, "\\n" as line end, endless runs of blanks shortened."""
    text = characters.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return _LONG_BLANKS.sub(lambda run: run[0][:LONGEST_BLANK], unicodedata.normalize("NFC", text))


def refuse_foreign(text: str, *, name: str) -> None:
    """Raises NoticeError for a text without words, and for one that has neither the letters nor the office words of
    Vietnamese; a text without marks may pass by its words."""
    if not text.strip("\ufeff \n\t\f"):
        raise NoticeError(
            f"{name}: no notice can be read in it: it holds no words; check that the right file was given"
        )
    letters = sum(char.isalpha() for char in text)
    marked = sum(char in _VIETNAMESE_LETTERS for char in text.lower())
    if letters and marked / letters >= 0.03 and share_of_syllables(text)[0] >= 0.5:
        return
    if len(_OFFICE_WORDS.findall(plain(text[:100_000]))) * 200 >= max(letters, 1):
        return
    raise NoticeError(
        f"{name}: no notice can be read in it: this does not look like Vietnamese; check that the right file was given"
    )


def noise(text: str) -> list[tuple[int, int]]:
    """Where the furniture of pages stands: page numbers, rules, marks of a stamp, lines without any word."""
    spans = []
    for match in _LINE.finditer(text):
        line = match[0].strip()
        if line and (_FURNITURE.fullmatch(plain(line)) or not _WORDISH.search(plain(line))):
            spans.append(match.span())
    return spans


_LONG_BLANKS = re.compile(rf"\s{{{LONGEST_BLANK + 1},}}")
_LINE = re.compile(r"[^\n]+")
_WORDISH = re.compile(r"[a-z]{2}|\d|[ivxa-h]\s*[.)]")
_FURNITURE = re.compile(
    r"(?:trang\s*)?[-–—]?\s*\d{1,3}\s*[-–—:;.]?|\d{1,3}\s*/\s*\d{1,3}|[-_–—=*.\s`'\"|~]+"
    r"|(?:\d{3}\s+)?\d{1,2}[./]\d{1,2}[./]\d{4}\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*\+\d{2}:\d{2})?|(?:ky boi|nguoi ky|thoi gian ky|email|co quan)\s*:.*"
)
_VIETNAMESE_LETTERS = frozenset("ăâđêôơưàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ")
_OFFICE_WORDS = re.compile(r"\b(?:thong bao|ket luan|uy ban nhan dan|ubnd|kinh gui|noi nhan|thuc hien|xa|huyen|tinh)\b")
