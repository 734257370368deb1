"""A scanned page made ready for recognition: laid straight, on white paper, its table borders found and wiped out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PIL import Image, ImageDraw

from tracker.notices.files.recognition import DPI
from tracker.notices.files.ruled import Rule

_SMALL_WIDTH = 620  # pixels: enough to see the lines of text as stripes
_STEP = 0.25  # degrees
_REACH = 12  # steps to either side: three degrees
_STRIP = 40  # pixels: a strip this wide is dark only where a line is drawn
_DARK = 110
_GRAIN = 45  # shades by which the grain of paper differs from its colour
_WIPE = 4  # pixels to either side of a border


def straightened(grey: Image.Image) -> Image.Image:
    """The page turned by the few degrees by which it lay askew on the glass. The right angle is the one at which text
    and the white between its lines make the sharpest stripes."""
    small = grey.resize((_SMALL_WIDTH, max(1, grey.height * _SMALL_WIDTH // grey.width)), Image.Resampling.BOX)
    sharpness = {step: _sharpness(small, step * _STEP) for step in range(-_REACH, _REACH + 1)}
    best = max(sharpness, key=lambda step: (sharpness[step], -abs(step)))
    if best == 0 or sharpness[best] < 1.02 * sharpness[0]:
        return grey
    return grey.rotate(best * _STEP, resample=Image.Resampling.BILINEAR, fillcolor=255)


def _sharpness(small: Image.Image, angle: float) -> int:
    turned = small.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=255) if angle else small
    stripes = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return sum((below - above) ** 2 for above, below in pairwise(stripes))


def on_white(grey: Image.Image) -> Image.Image:
    """The page with its paper made white: the grain of grey paper would be read as words where nothing else stands."""
    counts = grey.histogram()
    paper = max(range(128, 256), key=lambda value: counts[value])
    return grey.point([255 if value > paper - _GRAIN else value for value in range(256)])


def may_hold_text(page: Image.Image) -> bool:
    """Whether a page on white has ink, but is mostly white: a back side or grain is neither, nor is a photo, on which a
    recogniser would look for words for minutes."""
    small = page.reduce(3)  # specks of dust and grain are gone, strokes of letters are not
    counts, area = small.histogram(), small.width * small.height
    return sum(counts[:128]) > 0.0003 * area and sum(counts[235:]) > 0.65 * area


def lies_sideways(grey: Image.Image) -> bool:
    """Whether lines of text run up and down: then the stripes are sharper from side to side."""
    size = (_SMALL_WIDTH, _SMALL_WIDTH)
    small = grey.resize(size, Image.Resampling.BOX)
    return _sharpness(small.transpose(Image.Transpose.TRANSPOSE), 0) > 1.3 * _sharpness(small, 0)


def without_borders(grey: Image.Image) -> tuple[Image.Image, list[Rule]]:
    """The page without the borders of its tables, which would be read as bars, and these borders in points."""
    level = [(x0, y, x1, y) for y, x0, x1 in _dark_runs(grey)]
    upright = [(y, x0, y, x1) for y, x0, x1 in _dark_runs(grey.transpose(Image.Transpose.TRANSPOSE))]
    if len(level) < 2 or len(upright) < 4:  # a rule below the state's name, an underlined word: no table
        return grey, []
    wiped = grey.copy()
    draw = ImageDraw.Draw(wiped)
    for x0, y0, x1, y1 in level + upright:
        draw.rectangle((x0 - _WIPE, y0 - _WIPE, x1 + _WIPE, y1 + _WIPE), fill=255)
    scale = 72 / DPI
    return wiped, [(x0 * scale, y0 * scale, x1 * scale, y1 * scale) for x0, y0, x1, y1 in level + upright]


def _dark_runs(grey: Image.Image) -> Iterator[tuple[float, float, float]]:
    """The level lines of a picture as (y, x0, x1) in pixels: three and more strips side by side that are dark all over.
    Text never is."""
    columns = max(1, grey.width // _STRIP)
    width = grey.width / columns
    small = grey.resize((columns, grey.height), Image.Resampling.BOX)
    dark = small.point([255 if value < _DARK else 0 for value in range(256)])
    bands = dark.getprojection()[1]
    y = 0
    while y < len(bands):
        if not bands[y]:
            y += 1
            continue
        end = next((at for at in range(y, len(bands)) if not bands[at]), len(bands))
        end = min(end, y + 12)
        row = bytes(
            max(column)
            for column in zip(*(dark.crop((0, at, columns, at + 1)).tobytes() for at in range(y, end)), strict=True)
        )
        for start, stop in _runs(row):
            if stop - start >= 3:
                yield (y + end) / 2, start * width, stop * width
        y = end


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, value in enumerate([*row, 0]):
        if value and start is None:
            start = at
        elif not value and start is not None:
            yield start, at
            start = None
