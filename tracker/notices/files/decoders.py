"""One decoder for each kind of file; each loads its library only when such a file comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tracker.notices.files.shapes import Limits, Page, UnreadableError

if TYPE_CHECKING:
    from tracker.notices.files.ruled import Sheet

_PAGES_AT_ONCE = 20  # an open document keeps the pictures of its pages: after so many it is opened anew

Heard = Callable[[int, int, bool], None]  # page, pages, whether the page was recognised from a picture


def decode(kind: str, file: BinaryIO, limits: Limits, folder: Path | None, hear: Heard) -> list[Page]:
    """The pages of a "word", "pdf" or "picture" file; pictures of recognised pages are kept in `folder`.

    Raises UnreadableError."""
    if kind == "word":
        from tracker.notices.files.word import read_word

        return [read_word(file)]
    if kind == "pdf":
        return _pdf(file, limits, folder, hear)
    if kind == "picture":
        return _picture(file, limits, folder, hear)
    raise UnreadableError(f"no decoder for {kind}")


def _pdf(file: BinaryIO, limits: Limits, folder: Path | None, hear: Heard) -> list[Page]:
    """Pages with a text layer give it; the others are drawn and recognised one by one."""
    from tracker.notices.files.pdf import needs_recognition, opened_pdf, picture_of, sheet_of
    from tracker.notices.files.scans import Scanner

    sheets: list[Sheet] = []
    blanks: list[Page] = []
    scanner = Scanner(limits, folder)
    total = 1
    while len(sheets) < total:
        file.seek(0)
        with opened_pdf(file, limits) as document:
            total = len(document)
            for number in range(len(sheets), min(len(sheets) + _PAGES_AT_ONCE, total)):
                page = document[number]
                sheet, image = sheet_of(page), None
                is_scan = needs_recognition(page, sheet)
                if is_scan:
                    sheet, image = scanner.read(picture_of(page))
                page.close()
                hear(number + 1, total, is_scan)
                sheets.append(sheet)
                blanks.append(Page("", image=image, is_scan=is_scan))
    return _filled(blanks, sheets)


def _picture(file: BinaryIO, limits: Limits, folder: Path | None, hear: Heard) -> list[Page]:
    from tracker.notices.files.pictures import pictures
    from tracker.notices.files.scans import Scanner

    sheets: list[Sheet] = []
    blanks: list[Page] = []
    scanner = Scanner(limits, folder)
    for pages, grey in pictures(file, limits):
        sheet, image = scanner.read(grey)
        sheets.append(sheet)
        blanks.append(Page("", image=image, is_scan=True))
        hear(len(sheets), pages, True)
    return _filled(blanks, sheets)


def _filled(blanks: list[Page], sheets: list[Sheet]) -> list[Page]:
    from tracker.notices.files.legacy import converter_for
    from tracker.notices.files.sheets import texts_of

    texts = texts_of(sheets)
    encoding, convert = converter_for("\n".join(one.text for one in texts))
    return [
        replace(page, text=convert(one.text), continues=one.continues, encoding=encoding)
        for page, one in zip(blanks, texts, strict=True)
    ]
