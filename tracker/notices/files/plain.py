"""Plain text files: UTF-8, UTF-16 with or without its mark, and the encodings from before Unicode."""

from tracker.errors import NoticeError
from tracker.notices.files.legacy import from_bytes, from_letters
from tracker.notices.syllables import share_of_syllables

TEXT_LIMIT_BYTES = 5_000_000  # thousands of pages of words: a text that long is no notice


def decode(data: bytes, *, name: str) -> tuple[str, str | None]:
    """The characters of a text file and, where an old encoding was converted, its name. Not normalised yet.

    Raises NoticeError with one line that says what to do: empty, too large, binary, or an encoding that is not sure."""
    refuse_long(len(data), name=name)
    if not data.strip():
        raise NoticeError(f"{name}: the file is empty; copy the notice again")
    text, encoding = _characters(data, name)
    controls = sum(char < " " and char not in "\n\r\t\f\v" for char in text)
    if controls > len(text) // 50:
        raise _binary(name)
    return text, encoding


def refuse_long(size: int, *, name: str) -> None:
    """Raises NoticeError for more bytes of text than any notice has."""
    if size > TEXT_LIMIT_BYTES:
        raise NoticeError(
            f"{name}: {size:,} bytes of text are more than the limit of {TEXT_LIMIT_BYTES:,}; "
            "give the notice alone, without its attachments"
        )


def modern(text: str) -> tuple[str, str | None]:
    """Unicode text whose letters belong to an old font ("Céng hßa x· héi") as real Vietnamese, and that font's encoding;
    any other text as it is."""
    return from_letters(text) or (text, None)


def _characters(data: bytes, name: str) -> tuple[str, str | None]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(data, "utf-16", name), None
    if b"\x00" in data:
        return _utf16(data, _byte_order(data, name), name), None
    try:
        return modern(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if found := from_bytes(data):
            return found
        raise NoticeError(
            f"{name}: the bytes are not UTF-8 (at byte {error.start}) and not surely TCVN3, VNI or Windows-1258 either; "
            "open the notice where it reads well and save it as UTF-8 text or .docx"
        ) from None


def _utf16(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoticeError(
            f"{name}: the bytes are not UTF-16 (at byte {error.start}): binary data or a file cut off; copy it again"
        ) from None


def _byte_order(data: bytes, name: str) -> str:
    """UTF-16 without its mark, when one of the two byte orders gives Vietnamese words."""
    for encoding in ("utf-16-le", "utf-16-be"):
        share, words = share_of_syllables(data[:20_000].decode(encoding, "ignore"))
        if share >= 0.8 and words > 3:
            return encoding
    raise _binary(name)


def _binary(name: str) -> NoticeError:
    return NoticeError(f"{name}: this is binary data, not text; save the notice as plain text (UTF-8), .docx or .pdf")
