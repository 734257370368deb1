"""The zip package around a Word file: measured before anything is unpacked, and without any XML trick inside."""

import zipfile
from typing import BinaryIO

from tracker.notices.files.shapes import UnreadableError

MAX_PARTS = 3_000
MAX_UNPACKED_BYTES = 150_000_000
MAX_RATIO = 100  # a Word file shrinks to a fifth or a twentieth; a bomb to a thousandth
_SMALL_BYTES = 10_000_000  # below this even a high ratio does no harm

_OTHERS = {
    "xl/workbook.xml": "this is an Excel file; save the notice as .docx or .pdf",
    "ppt/presentation.xml": "this is a PowerPoint file; save the notice as .docx or .pdf",
    "content.xml": "this is an OpenDocument file; open it in LibreOffice or Word and save it as .docx",
    "AndroidManifest.xml": "this is a program, not a notice",
}
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def check_package(file: BinaryIO) -> None:
    """Leaves `file` at its start when it is a Word package that may be unpacked.

    Raises UnreadableError: another kind of zip, damaged, locked, a decompression bomb, or XML that declares entities (Word
    writes no declarations, so one is an attack; ECMA-376 part 2 forbids them in a package)."""
    try:
        with zipfile.ZipFile(file) as package:
            _measure(package)
            _refuse_declarations(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError(
            f"the Word file is damaged ({error}); open it in Word, save it again and give that file"
        ) from None
    file.seek(0)


def _measure(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if "word/document.xml" not in names and "[Content_Types].xml" not in names:
        advice = next((advice for name, advice in _OTHERS.items() if name in names), None)
        raise UnreadableError(advice or "this is an archive; unpack it and give the notice itself")
    if advice := next((advice for name, advice in _OTHERS.items() if name in names), None):
        raise UnreadableError(advice)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    is_bomb = unpacked > _SMALL_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or is_bomb:
        raise UnreadableError(
            f"the file would unpack to {unpacked // 1_000_000:,} MB in {len(parts):,} parts, which no notice does; "
            "save the notice alone, without pictures and attachments"
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableError("the file is locked with a password; open it, save it without one and give that file")


def _refuse_declarations(package: zipfile.ZipFile) -> None:
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")):
            data = package.read(part)
            if any(word in data for word in _DECLARATIONS):
                raise UnreadableError(
                    f"its part {part.filename} declares XML entities, which Word never does; ask the sender for a clean file"
                )
