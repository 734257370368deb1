"""Scans give the drafts of their text but for a few letters, whichever way a page lies; other pictures are refused."""

import io
import random
import struct
import subprocess
import zlib
from shutil import which

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from tests.notices import CALENDAR, HEAD, NOBODY, TAIL, read
from tests.notices.files.papers import Laid, laid_out, pdf_of, picture_file, scans_of, text_of
from tests.notices.files.test_pdf import TASKS, notice, saved
from tests.notices.files.test_word import refused
from tracker.errors import NoticeError
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import LIMITS, Limits
from tracker.notices.reading import read_opened
from tracker.words import fold


def has_vietnamese():
    return which("tesseract") is not None and "vie" in subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout.split()  # fmt: skip


needs_tesseract = pytest.mark.skipif(
    not has_vietnamese(), reason="tesseract with Vietnamese data is not installed (tesseract-ocr, tesseract-ocr-vie)"
)
SHORT = pdf_of(notice(TASKS))


def f1(plain, scan):
    """How well the drafts of a scan agree with those of its text: same kind, same date, nearly the same words."""
    left = list(scan.drafts)
    found = 0
    for draft in plain.drafts:
        twin = next((one for one in left if is_same(draft, one)), None)
        if twin is not None:
            left.remove(twin)
            found += 1
    return 2 * found / (len(plain.drafts) + len(scan.drafts))


def is_same(draft, other):
    alike = fuzz.ratio(fold(draft.quote), fold(other.quote))
    return draft.kind == other.kind and draft.due_on == other.due_on and alike > 90


@needs_tesseract
@pytest.mark.parametrize("form", ["thong-bao-giao-ban-huyen", "ke-hoach-co-bang-phang"])
def test_a_scan_gives_the_drafts_of_its_text(form):
    text = text_of(form)
    heard = []
    opened = open_paper(
        picture_file(scans_of(pdf_of(laid_out(text))), "TIFF"), name="a.tif", limits=LIMITS,
        progress=lambda *page: heard.append(page),
    )  # fmt: skip
    plain, scan = read(text.encode()), read_opened(opened, name="a.tif", directory=NOBODY, calendar=CALENDAR)
    assert scan.form == "scan"
    assert heard == [(1, 2), (2, 2)]
    assert f1(plain, scan) >= 0.95
    assert (scan.document.number, scan.document.issued_on) == (plain.document.number, plain.document.issued_on)
    for draft in scan.drafts:
        assert scan.text[draft.start : draft.end] == draft.quote


@needs_tesseract
@pytest.mark.parametrize(
    "how",
    [{"turn": 180}, {"turn": 90}, {"turn": 270}, {"tilt": 1.5}, {"tilt": -2.0}],
    ids=["upside down", "lying left", "lying right", "askew", "askew the other way"],
)
def test_the_way_a_page_lies_changes_nothing(how, tmp_path):
    plain = read((HEAD + "\n".join(TASKS) + TAIL).encode())
    picture = picture_file(scans_of(SHORT, dpi=200, **how), "JPEG", dpi=200)
    opened = open_paper(picture, name="a.jpg", limits=LIMITS, pages_folder=tmp_path / "new" / "pages")
    scan = read_opened(opened, name="a.jpg", directory=NOBODY, calendar=CALENDAR)
    assert f1(plain, scan) == 1.0
    assert scan.document.number == "112/TB-UBND"
    (kept,) = (tmp_path / "new" / "pages").iterdir()
    assert scan.pages[0].image == kept.name
    assert_upright(kept)


def assert_upright(kept):
    """The ink of the short notice stands in the upper half of its page."""
    with Image.open(kept) as image:
        upper, lower = (image.crop((0, y, image.width, y + image.height // 3)) for y in (0, image.height * 2 // 3))
    assert image.height > image.width
    assert sum(upper.histogram()[:100]) > 5 * sum(lower.histogram()[:100])


@needs_tesseract
def test_only_the_pages_without_words_are_recognised(tmp_path):
    with pypdfium2.PdfDocument.new() as document:
        document.import_pages(pypdfium2.PdfDocument(pdf_of(laid_out(text_of("253")))), [0, 1])
        document.import_pages(pypdfium2.PdfDocument(picture_file(scans_of(SHORT), "PDF")))
        mixed = saved(document)
    heard = []
    opened = open_paper(
        mixed, name="a.pdf", limits=LIMITS, pages_folder=tmp_path, progress=lambda *page: heard.append(page)
    )
    assert heard == [(3, 3)]
    assert opened.form == "scan"
    assert [page.image is None for page in opened.pages] == [True, True, False]
    assert "Phòng Tài nguyên và Môi trường kiểm tra" in opened.text[opened.pages[2].start :]


# --- pictures of anything else ---------------------------------------------------------------------------------------


def a_cat():
    """Fur, two ears, two eyes: as little text as on a photo of a cat."""
    photo = Image.effect_noise((1200, 900), 90).convert("RGB")
    draw = ImageDraw.Draw(photo)
    draw.ellipse((300, 200, 900, 800), fill=(180, 120, 60))
    for x in (350, 700):
        draw.polygon([(x, 300), (x + 70, 80), (x + 150, 280)], fill=(150, 90, 40))
        draw.ellipse((x + 50, 400, x + 110, 460), fill=(20, 200, 40))
    return photo.convert("L")


@needs_tesseract
@pytest.mark.parametrize(
    "page",
    [
        Image.new("L", (2480, 3508), 255),
        Image.effect_noise((2480, 3508), 20),
        a_cat(),
        scans_of(pdf_of(Laid(body=["Lorem ipsum dolor sit amet, consectetur adipiscing elit sed do. " * 20])), dpi=200)[0],
    ],
    ids=["blank", "grain", "cat", "Latin"],
)  # fmt: skip
def test_a_picture_of_something_else_holds_no_notice(page):
    assert "no notice can be read in it" in refused(picture_file([page], "JPEG"))


def png_header(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_a_picture_of_60000_by_60000_is_refused_by_its_header():
    assert "60,000 x 60,000 points" in refused(png_header(60_000, 60_000))


def test_too_many_pages_are_refused():
    pages = picture_file([Image.new("1", (8, 8))] * 4, "TIFF")
    with pytest.raises(NoticeError, match="4 pages, more than the limit of 3"):
        open_paper(pages, name="a.tif", limits=Limits(max_pages=3))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_picture_cut_off_says_so(form):
    whole = picture_file([Image.effect_noise((300, 400), 50)], form)
    assert "damaged" in refused(whole[: len(whole) // 2])


def test_random_bytes_behind_a_signature_are_damage():
    dice = random.Random(3)
    for signature in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00"):
        assert "damaged" in refused(signature + dice.randbytes(2_000))


@pytest.mark.parametrize("kind", ["page", "photo"])
def test_other_pictures_are_refused_with_advice(kind):
    file = io.BytesIO()
    Image.new("L", (20, 20)).save(file, "GIF" if kind == "page" else "WEBP")
    assert "save it as .png or .jpg" in refused(file.getvalue())


# --- without tesseract -----------------------------------------------------------------------------------------------


def test_without_tesseract_a_scan_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt-get install tesseract-ocr tesseract-ocr-vie" in refused(picture_file(scans_of(SHORT), "PNG"))


@pytest.mark.skipif(which("tesseract") is None, reason="tesseract is not installed")
def test_without_vietnamese_data_a_scan_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert "Vietnamese data" in refused(picture_file(scans_of(SHORT), "PNG"))


def test_without_tesseract_everything_else_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert len(read(SHORT).drafts) == 2


# --- limits ----------------------------------------------------------------------------------------------------------


def test_too_little_memory_is_a_sentence():
    with pytest.raises(NoticeError, match=r"more memory|damaged|longer"):
        open_paper(SHORT, name="a.pdf", limits=Limits(memory_mb=40))


def test_a_decoder_that_never_ends_is_stopped(tmp_path):
    from docx import Document

    from tests.notices.files.test_word import element

    made = Document()
    table = made.add_table(1, 1)
    table.cell(0, 0).text = "x"
    table.cell(0, 0)._tc.get_or_add_tcPr().append(element('<w:gridSpan w:val="2000000000"/>'))
    with pytest.raises(NoticeError, match=r"more memory|longer"):
        open_paper(saved(made), name="a.docx", limits=Limits(page_seconds=5))
