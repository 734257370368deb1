"""PDF files with a text layer: words with their boxes, page by page; pages without one are seen as pictures."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from tracker.notices.files.boxes import Word
from tracker.notices.files.legacy import from_letters
from tracker.notices.files.recognition import DPI
from tracker.notices.files.ruled import Rule, Sheet, sheet_of_words
from tracker.notices.files.shapes import Limits, UnreadableError
from tracker.notices.syllables import share_of_syllables

_FEWEST_LETTERS = 40  # a page of pictures with fewer letters in its text layer is looked at as a picture itself
_RENDER_PIXELS = 40_000_000  # a page drawn for recognition; A3 at 300 dpi has 17 million
_DAMAGED = "the PDF is damaged or has no pages; open it in a reader, print it to a new PDF and give that file"
_THIN = 3.5  # points: a path thinner than this is a ruling line


@contextmanager
def opened_pdf(file: BinaryIO, limits: Limits) -> Iterator[pypdfium2.PdfDocument]:
    """The document, checked. Raises UnreadableError: locked, damaged, no pages, too many pages."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(_why(error)) from None
    with document:
        if not len(document):
            raise UnreadableError(_DAMAGED)
        if len(document) > limits.max_pages:
            raise UnreadableError(
                f"the PDF has {len(document):,} pages, more than the limit of {limits.max_pages:,} ([notices] max_pages); "
                "save the pages of the notice alone"
            )
        yield document


def _why(error: pypdfium2.PdfiumError) -> str:
    if raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) or "password" in str(error).lower():
        return "the PDF is locked with a password; open it, print it to a new PDF without one and give that file"
    return _DAMAGED


def sheet_of(page: pypdfium2.PdfPage) -> Sheet:
    """The words and ruling lines of a page, turned so that its words run to the right."""
    text_page = page.get_textpage()
    turned = _Turned(page, text_page)
    words = [word for word in _words(text_page, turned) if word.text.strip()]
    text_page.close()
    return sheet_of_words(words, width=turned.width, height=turned.height, rules=list(_rules(page, turned)))


def needs_recognition(page: pypdfium2.PdfPage, sheet: Sheet) -> bool:
    """Whether the text layer of a page is not its text: too few letters, or a scanner's own guess without Vietnamese
    marks below a picture of the whole page, or letters that say nothing (a font without a Unicode table)."""
    covered = _covered_by_pictures(page)
    text = " ".join(line.text for row in sheet.rows for line in row) + " ".join(
        line for table in sheet.tables for line in table.lines
    )
    letters = sum(map(str.isalpha, text))
    if letters < _FEWEST_LETTERS:
        return covered > 0.05 or (letters == 0 and next(page.get_objects(max_depth=4), None) is not None)
    share, marked = share_of_syllables(text)
    is_bare = marked < 0.2 * len(text.split())
    return (covered > 0.6 and (is_bare or share < 0.5)) or (share < 0.5 and marked > 20 and from_letters(text) is None)


def picture_of(page: pypdfium2.PdfPage) -> Image.Image:
    """The page drawn in grey at 300 dpi, or less when it is larger than any paper."""
    scale = min(DPI / 72, math.sqrt(_RENDER_PIXELS / max(1.0, page.get_width() * page.get_height())))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture.convert("L")


def _covered_by_pictures(page: pypdfium2.PdfPage) -> float:
    """The share of the page that pictures cover."""
    area = 0.0
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = picture.get_bounds()
        area += max(0.0, right - left) * max(0.0, top - bottom)
    return float(area / max(1.0, page.get_width() * page.get_height()))


class _Turned:
    """From the points of a PDF (upward from the lower left corner) to the page as its words are read (downward). How
    the page says that it is turned does not matter: a scanner may be wrong about it, the direction of the words not."""

    def __init__(self, page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> None:
        box: Rule = page.get_mediabox(fallback_ok=True) or (0, 0, 612, 792)
        self._left, self._bottom, self._right, self._top = box
        self._quarters = _direction(text_page)
        across, down = self._right - self._left, self._top - self._bottom
        self.width, self.height = (down, across) if self._quarters % 2 else (across, down)

    def __call__(self, x0: float, y0: float, x1: float, y1: float) -> Rule:
        """Left, bottom, right, top of a box to left, top, right, bottom."""
        x0, x1, y0, y1 = x0 - self._left, x1 - self._left, y0 - self._bottom, y1 - self._bottom
        across, down = self._right - self._left, self._top - self._bottom
        return (
            (x0, down - y1, x1, down - y0), (y0, x0, y1, x1), (across - x1, y0, across - x0, y1), (down - y1, across - x1, down - y0, across - x0)
        )[self._quarters]  # fmt: skip


def _direction(text_page: pypdfium2.PdfTextPage) -> int:
    """In which direction most characters run: 0 to the right, 1 upward, 2 to the left, 3 downward."""
    seen = [0, 0, 0, 0]
    for at in range(0, text_page.count_chars(), 5):
        seen[round(raw.FPDFText_GetCharAngle(text_page, at) / (math.pi / 2)) % 4] += 1
    return seen.index(max(seen))


def _words(text_page: pypdfium2.PdfTextPage, turned: _Turned) -> Iterator[Word]:
    """Characters in the order of the file, put together until a blank, a jump or another size of type."""
    text: list[str] = []
    box: list[float] = []
    size, is_glued = 0.0, False
    for char, place, height in _characters(text_page, turned):
        is_apart = not char.strip() or (bool(box) and _is_jump(box, place, size))
        is_smaller = bool(box) and not is_apart and abs(height - size) > 0.2 * max(height, size)
        if text and (is_apart or is_smaller):
            yield Word("".join(text), box[0], box[1], box[2], box[3], size, is_glued)
            text, box = [], []
        if not char.strip():
            is_glued = False
            continue
        if not text:
            is_glued, size, box = is_smaller, height, list(place)
        text.append(char)
        box = [min(box[0], place[0]), min(box[1], place[1]), max(box[2], place[2]), max(box[3], place[3])]
    if text:
        yield Word("".join(text), box[0], box[1], box[2], box[3], size, is_glued)


def _is_jump(box: list[float], place: Rule, size: float) -> bool:
    return place[0] - box[2] > 0.5 * size or place[2] < box[0] - 0.5 * size or place[1] > box[3] or place[3] < box[1]


def _characters(text_page: pypdfium2.PdfTextPage, turned: _Turned) -> Iterator[tuple[str, Rule, float]]:
    rect = raw.FS_RECTF()
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, at)
        char = "-" if code == 2 else chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if char.isspace() or raw.FPDFText_IsGenerated(text_page, at) == 1:
            yield " ", (0.0, 0.0, 0.0, 0.0), 0.0
            continue
        raw.FPDFText_GetLooseCharBox(text_page, at, ctypes.byref(rect))
        place = turned(rect.left, rect.bottom, rect.right, rect.top)
        size = raw.FPDFText_GetFontSize(text_page, at) or place[3] - place[1]
        if char.isdigit():
            place, size = _perhaps_raised(text_page, at, turned, place, size)
        if all(map(math.isfinite, place)):
            yield char, place, size


def _perhaps_raised(
    text_page: pypdfium2.PdfTextPage, at: int, turned: _Turned, place: Rule, size: float
) -> tuple[Rule, float]:
    """Some fonts have small raised figures of their own: they are told by the ink, as their size says nothing."""
    ink = turned(*text_page.get_charbox(at))
    middle = (place[1] + place[3]) / 2
    is_raised = 0 < ink[3] - ink[1] < 0.55 * size and ink[3] < middle + 0.1 * size
    return (ink, 0.6 * size) if is_raised else (place, size)


def _rules(page: pypdfium2.PdfPage, turned: _Turned) -> Iterator[Rule]:
    """The straight thin lines drawn on the page: borders of tables, the rule above footnotes."""
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = thing.get_bounds()
        box = turned(left, bottom, right, top)
        if min(box[2] - box[0], box[3] - box[1]) < _THIN and max(box[2] - box[0], box[3] - box[1]) > 8:
            yield box
