"""From the bytes of a file to text whose offsets stay valid: NFC, with scan noise hidden but not removed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from tracker.errors import NoticeError
from tracker.words import plain

SIZE_LIMIT_BYTES = 5_000_000
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


def decode(data: bytes, *, name: str, limit_bytes: int = SIZE_LIMIT_BYTES) -> str:
    """The NFC text of a file with "\\n" as line end. UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises NoticeError with one line that says what to do: empty, too large, not text, other encoding, not Vietnamese."""
    if len(data) > limit_bytes:
        raise NoticeError(
            f"{name}: {len(data):,} bytes are more than the limit of {limit_bytes:,}; give the notice alone, without its attachments"
        )
    if not data.strip():
        raise NoticeError(f"{name}: the file is empty; copy the notice again")
    _refuse_other_formats(data, name)
    text = _as_text(data, name).replace("\r\n", "\n").replace("\r", "\n")
    text = _LONG_BLANKS.sub(lambda run: run[0][:LONGEST_BLANK], unicodedata.normalize("NFC", text))
    if not text.strip("\ufeff \n\t\f"):
        raise NoticeError(f"{name}: the file holds no words; copy the notice again")
    _refuse_foreign(text, name)
    return text


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
_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word or zip file",
    b"\xd0\xcf\x11\xe0": "an old Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"II*\x00": "a picture",
    b"MM\x00*": "a picture",
    b"{\\rtf": "a rich text file",
}
_VIETNAMESE_LETTERS = frozenset("ăâđêôơưàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ")
_OFFICE_WORDS = re.compile(r"\b(?:thong bao|ket luan|uy ban nhan dan|ubnd|kinh gui|noi nhan|thuc hien|xa|huyen|tinh)\b")


def _refuse_other_formats(data: bytes, name: str) -> None:
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise NoticeError(f"{name}: this is {what}, not text; save it as plain text (UTF-8) and give that file")


def _as_text(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in data:
        raise NoticeError(f"{name}: this is binary data, not text; save the notice as plain text (UTF-8)")
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoticeError(
            f"{name}: the bytes are not {encoding.removesuffix('-sig').upper()} (at byte {error.start}); "
            "save the notice as UTF-8 (old TCVN3, VNI or Windows-1258 texts must be converted first)"
        ) from None
    controls = sum(char < " " and char not in "\n\r\t\f\v" for char in text)
    if controls > len(text) // 50:
        raise NoticeError(f"{name}: this is binary data, not text; save the notice as plain text (UTF-8)")
    return text


def _refuse_foreign(text: str, name: str) -> None:
    """Refuses what has neither the letters nor the office words of Vietnamese; a text without marks may pass by words."""
    letters = sum(char.isalpha() for char in text)
    marked = sum(char in _VIETNAMESE_LETTERS for char in text.lower())
    if letters and marked / letters >= 0.03:
        return
    if len(_OFFICE_WORDS.findall(plain(text[:100_000]))) * 200 >= max(letters, 1):
        return
    raise NoticeError(f"{name}: this does not look like a Vietnamese notice; check that the right file was given")
