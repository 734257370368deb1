"""Character recognition by Debian's tesseract with Vietnamese data: a picture of an upright page to words with boxes."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median

from PIL import Image

from tracker.notices.files.boxes import Word, cut_at_gaps, rows_of
from tracker.notices.files.ruled import Rule, Sheet, ruled_tables
from tracker.notices.files.shapes import UnreadableError
from tracker.notices.syllables import is_syllable

DPI = 300
_INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie"
_POINT = 72 / DPI  # points in a pixel
_SIGNS = ("-", "–", "—", "+", "*", "&", "…", "...", "./.")


@dataclass(frozen=True)
class Recognised:
    """A word that tesseract saw: its box in points, how sure it is (0 to 100), and the number of its line."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float
    line: tuple[str, ...]


def require_tesseract() -> None:
    """Raises UnreadableError with the line that installs what is missing."""
    if shutil.which("tesseract") is None:
        raise UnreadableError(f"reading scans needs tesseract; install it with: {_INSTALL}")
    if "vie" not in _languages():
        raise UnreadableError(f"reading scans needs tesseract's Vietnamese data; install it with: {_INSTALL}")


def recognise(
    picture: Image.Image, *, seconds: int, origin: tuple[int, int] = (0, 0), block: str = ""
) -> list[Recognised]:
    """The words of a grey picture of 300 dpi, cut out of its page at `origin` and there called `block`. `--psm 6` (one block of text) keeps every line, where the automatic modes
    drop up to 41 % of a real scan; one thread is five times faster than several on a page.

    Raises UnreadableError: tesseract is missing, fails, or needs more than `seconds`."""
    require_tesseract()
    data = io.BytesIO()
    picture.save(data, "PPM")
    try:
        run = subprocess.run(
            ["tesseract", "-", "-", "-l", "vie", "--psm", "6", "--dpi", str(DPI), "tsv"],
            input=data.getvalue(), capture_output=True, timeout=seconds, env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"recognising a page took longer than {seconds} s ([notices] page_seconds)") from None
    if run.returncode:
        reason = (run.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {run.returncode}"])[-1]
        raise UnreadableError(f"tesseract failed on a page ({reason}); check it with: tesseract --version")
    return list(_rows_of_tsv(run.stdout.decode("utf-8", "replace"), origin, block))


def vietnamese_letters(words: list[Recognised]) -> int:
    """How much Vietnamese was seen: the letters of marked words that are syllables and rather sure."""
    return sum(len(one.text) for one in words if one.confidence > 40 and _is_marked_syllable(one.text))


def sure_letters(words: list[Recognised]) -> int:
    """The letters of the words of any language that were surely seen: on a page upside down there are hardly any."""
    return sum(len(one.text) for one in words if one.confidence > 85 and len(one.text) > 2 and one.text.isalpha())


def sheet_of_recognised(words: list[Recognised], rules: list[Rule], *, width: float, height: float) -> Sheet:
    """The page as boxes, with tables where borders are drawn. Words of a named block (a column that was recognised by
    itself) find their rows by their places, the others by tesseract's lines, which follow a page that bends."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    size = _type_size(words)
    for one in words:
        if not _is_dust(one, size, is_first=one.line not in lines):
            lines.setdefault(one.line, []).append(_as_word(one, size))
    tables, outside = ruled_tables([word for line in lines.values() for word in line], rules)
    kept = set(outside)
    rows = [cut_at_gaps([word for word in line if word in kept]) for key, line in lines.items() if not key[0]]
    rows += rows_of([word for key, line in lines.items() if key[0] for word in line if word in kept])
    rows = sorted((row for row in rows if row), key=lambda row: row[0].top)
    return Sheet(tuple(rows), width, height, tuple(rules), tuple(tables))


@cache
def _languages() -> frozenset[str]:
    run = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30)
    return frozenset(run.stdout.split())


def _rows_of_tsv(text: str, origin: tuple[int, int], block: str) -> Iterator[Recognised]:
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = _parted((row.get("text") or "").strip())
        if row["level"] != "5" or not word:
            continue
        left, top = (int(row["left"]) + origin[0]) * _POINT, (int(row["top"]) + origin[1]) * _POINT
        right, bottom = left + int(row["width"]) * _POINT, top + int(row["height"]) * _POINT
        line = (block, row["block_num"], row["par_num"], row["line_num"])
        yield Recognised(word, left, top, right, bottom, float(row["conf"]), line)


def _is_marked_syllable(text: str) -> bool:
    word = text.strip(".,;:()-\"'“”/")
    return bool(word) and not word.isascii() and is_syllable(word)


def _parted(word: str) -> str:
    """Two syllables seen as one word ("phốihợp") as two; what can be cut in several ways, or in none, stays."""
    if len(word) < 4 or word.isascii() or not word.isalpha() or is_syllable(word):
        return word
    cuts = [at for at in range(2, len(word) - 1) if is_syllable(word[:at]) and is_syllable(word[at:])]
    return f"{word[: cuts[0]]} {word[cuts[0] :]}" if len(cuts) == 1 else word


def _is_dust(one: Recognised, size: float, *, is_first: bool) -> bool:
    """Specks and borders that were taken for a full stop, a colon or a bar: no letter, and not the sign of a list."""
    if re.search(r"\w", one.text):
        return False
    is_sign = one.text in _SIGNS and (is_first or one.confidence > 50)
    return not is_sign and (one.confidence < 85 or one.bottom - one.top < 0.2 * size)


def _type_size(words: list[Recognised]) -> float:
    return median(one.bottom - one.top for one in words) * 1.15 if words else 1.0


def _as_word(one: Recognised, size: float) -> Word:
    """Boxes fit the ink, so one height for the page's type is truer than each word's own."""
    height = one.bottom - one.top
    own = size if 0.4 * size < height < 1.6 * size else height
    return Word(one.text, one.x0, one.top, one.x1, one.bottom, own)
