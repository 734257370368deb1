"""Pictures of pages (.png, .jpg, .tif with several pages): measured before they are decoded, brought to grey and 300 dpi."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from tracker.notices.files.recognition import DPI
from tracker.notices.files.shapes import Limits, UnreadableError

MAX_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million
_A4_WIDTH = 8.27  # inches
_KEPT_DPI = 150  # enough to read by eye, a quarter of the size


def pictures(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, Image.Image]]:
    """How many pages the file has, and each page as a grey picture of about 300 dpi.

    Raises UnreadableError: damaged, too large, too many pages."""
    Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit is below A3 at 600 dpi; ours is checked before each page
    warnings.simplefilter("ignore")  # what Pillow thinks of odd metadata is nothing that anybody can act on
    try:
        with Image.open(file, formats=("PNG", "JPEG", "TIFF")) as image:
            _refuse_large(image)
            pages = getattr(image, "n_frames", 1)
            if pages > limits.max_pages:
                raise UnreadableError(
                    f"the picture has {pages:,} pages, more than the limit of {limits.max_pages:,} ([notices] max_pages); "
                    "save the pages of the notice alone"
                )
            for page in range(pages):
                image.seek(page)
                _refuse_large(image)
                yield pages, at_reading_size(_grey(image), _dpi(image))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableError(f"the picture is damaged ({error}); scan the page again") from None


def at_reading_size(grey: Image.Image, dpi: float) -> Image.Image:
    """The picture at 300 dpi when it is far from that: small type is lost below 200, time is lost above 400."""
    if 200 <= dpi <= 400:
        return grey
    factor = DPI / dpi
    size = max(1, round(grey.width * factor)), max(1, round(grey.height * factor))
    return grey.resize(size, Image.Resampling.LANCZOS)


def keep(grey: Image.Image, folder: Path | None) -> str | None:
    """Stores the picture of a page for people to compare with; its name comes from its content, so the same page is
    stored once. None when there is no folder."""
    if folder is None:
        return None
    data = _small_jpeg(grey)
    name = hashlib.sha256(data).hexdigest()[:32] + ".jpg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists():
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(data)
            unfinished.replace(folder / name)
    except OSError as error:
        raise UnreadableError(
            f"the page cannot be kept in {folder} ({error.strerror}); see [notices] pages_folder"
        ) from None
    return name


def _refuse_large(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UnreadableError(
            f"the picture has {image.width:,} x {image.height:,} points, which no page needs; scan the page at 300 dpi"
        )


def _grey(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return ImageOps.exif_transpose(image).convert("L")


def _dpi(image: Image.Image) -> float:
    """What the file says when that gives a page between A5 and A3, else as if it were the width of an A4 page."""
    said = image.info.get("dpi", (0, 0))[0]
    across = min(image.size)
    if said and 5 < across / said < 17:
        return float(said)
    return across / _A4_WIDTH


def _small_jpeg(grey: Image.Image) -> bytes:
    import io

    out = io.BytesIO()
    half = (max(1, grey.width * _KEPT_DPI // DPI), max(1, grey.height * _KEPT_DPI // DPI))
    grey.resize(half, Image.Resampling.BOX).save(out, "JPEG", quality=70)
    return out.getvalue()
