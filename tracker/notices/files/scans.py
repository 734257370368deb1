"""Scanned pages: turned upright, recognised, kept as a picture beside the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from tracker.notices.files.columns import zones_of
from tracker.notices.files.pictures import keep
from tracker.notices.files.recognition import (
    DPI,
    Recognised,
    recognise,
    require_tesseract,
    sheet_of_recognised,
    sure_letters,
    vietnamese_letters,
)
from tracker.notices.files.ruled import Rule, Sheet
from tracker.notices.files.shapes import Limits
from tracker.notices.files.straight import lies_sideways, may_hold_text, on_white, straightened, without_borders
from tracker.notices.files.unruled import with_unruled

_ENOUGH = 60  # letters of Vietnamese syllables: fewer on a page with text mean that it lies otherwise
_SAMPLE = 700  # pixels: the height of a band that holds some ten lines


@dataclass
class Scanner:
    """Recognises the pages of one file. Pages of one scan mostly lie the same way, so the `turn` of the last one (in
    degrees, None before the first) is tried first."""

    limits: Limits
    folder: Path | None
    turn: int | None = None

    def read(self, grey: Image.Image) -> tuple[Sheet, str | None]:
        """A page as boxes, and the name of its kept picture. Raises UnreadableError."""
        require_tesseract()
        if not may_hold_text(on_white(grey)):
            return self._sheet([], [], grey), keep(grey, self.folder)
        is_first = self.turn is None
        if is_first:
            self.turn = self._best_turn(grey)
        upright, wiped, rules, words = self._attempt(grey)
        if not is_first and vietnamese_letters(words) < _ENOUGH and (turn := self._best_turn(grey)) != self.turn:
            self.turn = turn
            upright, wiped, rules, words = self._attempt(grey)
        sheet = self._sheet(words, rules, upright)
        sheet = self._sheet(self._by_columns(sheet, words, wiped), rules, upright)
        return sheet, keep(upright, self.folder)

    def _best_turn(self, grey: Image.Image) -> int:
        """The turn at which a band from the page shows most Vietnamese; the first that shows enough."""
        sideways = lies_sideways(grey)
        seen: dict[int, int] = {}
        for turn in (90, 270, 0, 180) if sideways else (0, 180, 90, 270):
            band = _band(on_white(_turned(grey, turn)))
            words = recognise(band, seconds=self.limits.page_seconds)
            seen[turn] = vietnamese_letters(words)
            if seen[turn] >= _ENOUGH or sure_letters(words) >= 3 * _ENOUGH:
                break
        return max(seen, key=lambda turn: (seen[turn], -turn))

    def _attempt(self, grey: Image.Image) -> tuple[Image.Image, Image.Image, list[Rule], list[Recognised]]:
        upright = straightened(_turned(grey, self.turn or 0))
        wiped, rules = without_borders(on_white(upright))
        return upright, wiped, rules, recognise(wiped, seconds=self.limits.page_seconds)

    def _sheet(self, words: list[Recognised], rules: list[Rule], upright: Image.Image) -> Sheet:
        scale = 72 / DPI
        width, height = upright.width * scale, upright.height * scale
        return sheet_of_recognised(_without_guesses(words, height), rules, width=width, height=height)

    def _by_columns(self, sheet: Sheet, words: list[Recognised], wiped: Image.Image) -> list[Recognised]:
        """Head and tail once more, column by column: lines of two columns are not level, and a recogniser that takes
        them for one block loses words. Rows of a table are level."""
        sheet = with_unruled([sheet])[0]
        rows = list(sheet.rows)
        tables = [table.top for table in sheet.tables]
        for number, zone in enumerate(zones_of(rows)):
            top = rows[zone.start - 1][0].bottom if zone.start else 0.0
            below = [rows[zone.end][0].top] if zone.end < len(rows) else [sheet.height]
            bottom = min([*below, *(edge for edge in tables if edge > top)])
            if bottom - top < 10:
                continue
            words = [word for word in words if not top < (word.top + word.bottom) / 2 < bottom]
            for side, (left, right) in enumerate(((0.0, zone.middle), (zone.middle, sheet.width))):
                box = tuple(round(edge * DPI / 72) for edge in (left, top, right, bottom))
                part = wiped.crop((box[0], box[1], box[2], box[3]))
                words += recognise(
                    part, seconds=self.limits.page_seconds, origin=(box[0], box[1]), block=f"{number}.{side}"
                )
        return words


def _turned(grey: Image.Image, turn: int) -> Image.Image:
    return grey.rotate(turn, expand=True) if turn else grey


def _band(page: Image.Image) -> Image.Image:
    """The band of a page on which most ink stands."""
    if page.height <= _SAMPLE:
        return page
    stripes = page.resize((1, max(1, page.height // 20)), Image.Resampling.BOX).tobytes()
    tall = _SAMPLE // 20
    top = min(range(max(1, len(stripes) - tall)), key=lambda at: sum(stripes[at : at + tall]))
    return page.crop((0, top * 20, page.width, min(page.height, top * 20 + _SAMPLE)))


_SURE = 60.0
_HEAD = 0.4  # of a page's height
_WRITTEN_IN = re.compile(r"\bS[ốóô]\s*:|ng[àa]y\b.*\bth[áa]ng\b.*\bn[ăa]m\b")


def _without_guesses(words: list[Recognised], height: float) -> list[Recognised]:
    """Figures behind "Số" and in the date of issue are often written by hand; unsure ones are left open, not guessed."""
    lines: dict[tuple[str, ...], list[Recognised]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    written = {
        key
        for key, line in lines.items()
        if line[0].top < _HEAD * height and _WRITTEN_IN.search(" ".join(word.text for word in line))
    }
    return [
        replace(word, text="......", confidence=100.0)
        if word.line in written and word.confidence < _SURE and re.fullmatch(r"\d{1,4}[.,]?", word.text)
        else word
        for word in words
    ]
