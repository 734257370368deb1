"""The pages of a stored paper: a person finds the scanned page on which a draft stands, and its picture."""

from datetime import date

import pytest
from PIL import Image

from tests.cast import Office, imported
from tests.days import noon
from tests.notices import CALENDAR, HEAD, NOBODY, TAIL
from tests.notices.files.papers import pdf_of, picture_file, scans_of
from tests.notices.files.test_pdf import TASKS, notice
from tests.notices.files.test_scans import needs_tesseract
from tracker.models import Draft, Notice, NoticePage
from tracker.notices.files.opening import open_paper
from tracker.notices.files.shapes import LIMITS
from tracker.notices.importing import import_notice
from tracker.notices.pages import PaperPage, page_at, page_image, page_of_draft, pages_of
from tracker.notices.reading import read_opened

MARCH = date(2024, 3, 6)


@pytest.fixture
def scanned(office: Office, tmp_path) -> tuple[Office, int]:
    """A notice of one scanned page, stored, with its picture below tmp_path."""
    data = picture_file(scans_of(pdf_of(notice(TASKS)), dpi=200), "JPEG", dpi=200)
    opened = open_paper(data, name="a.jpg", limits=LIMITS, pages_folder=tmp_path)
    read = read_opened(opened, name="a.jpg", directory=NOBODY, calendar=CALENDAR)
    with office.write() as session:
        stored = import_notice(session, read, file_name="a.jpg", today=MARCH, now=noon(MARCH))
        return office, stored.id or 0


@needs_tesseract
def test_a_draft_of_a_scan_leads_to_the_picture_of_its_page(scanned, tmp_path):
    office, notice_id = scanned
    with office.read() as session:
        (page,) = pages_of(session, notice_id)
        assert (page.number, page.start, page.has_image) == (1, 0, True)
        assert page.end == len(office.rows(Notice)[0].text)
        assert page_of_draft(session, notice_id, 1) == page
        file = page_image(session, notice_id, page.number, folder=tmp_path)
    assert file is not None
    with Image.open(file) as picture:
        assert (picture.format, picture.height > picture.width) == ("JPEG", True)


@needs_tesseract
def test_a_picture_that_is_gone_or_named_by_a_path_is_not_given(scanned, tmp_path):
    office, notice_id = scanned
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"secret")
    (tmp_path / "pages").mkdir()
    with office.read() as session:
        assert page_image(session, notice_id, 1, folder=tmp_path / "pages") is None
        assert page_image(session, notice_id, 2, folder=tmp_path) is None
    with office.write() as session:
        row = session.get(NoticePage, office.rows(NoticePage)[0].id)
        row.image = "../outside.jpg"
        session.flush()
        assert page_image(session, notice_id, 1, folder=tmp_path / "pages") is None


def test_plain_text_has_no_pages(office: Office, tmp_path):
    stored = imported(office, (HEAD + "\n".join(TASKS) + TAIL).encode(), on=MARCH)
    with office.read() as session:
        assert pages_of(session, stored.id or 0) == ()
        assert page_of_draft(session, stored.id or 0, 1) is None
        assert page_image(session, stored.id or 0, 1, folder=tmp_path) is None
    assert len(office.rows(Draft)) > 0


def test_a_place_belongs_to_the_last_page_that_begins_before_it():
    pages = (PaperPage(1, 0, 100, False), PaperPage(2, 100, 250, True))
    assert [page_at(pages, offset) for offset in (0, 99, 100, 249)] == [pages[0], pages[0], pages[1], pages[1]]
    assert page_at((), 5) is None
