"""Uploads survive everything: a killed reader, two readers, a paper that cannot be read, one that may not be here."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cast import Office
from tests.days import noon
from tests.notices import HEAD, TAIL
from tests.notices.files.papers import laid_out, pdf_of
from tracker.clock import Clock
from tracker.config import Config, Notices
from tracker.config import Storage as StorageConfig
from tracker.errors import NoticeError
from tracker.models import Draft, Notice, Upload, UploadState
from tracker.notices.background import read_waiting
from tracker.notices.uploads import claim_upload, drop_upload, find_upload, retry_upload, take_upload, tell_page
from tracker.rules.calendar import WorkingCalendar
from tracker.storage import Storage
from tracker.tasks.files import stored_files

MARCH = date(2024, 3, 6)
NOON = noon(MARCH)
LEASE = timedelta(seconds=90)
BODY = "1. Giao Phòng Tài chính - Kế hoạch rà soát kinh phí trước ngày 30/6/2024."
TEXT = HEAD + BODY + TAIL


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(storage=StorageConfig(folder=tmp_path / "files"), notices=Notices(pages_folder=tmp_path / "pages"))


@pytest.fixture
def storage(config: Config) -> Storage:
    return Storage(config.storage.folder)


def take(office: Office, storage: Storage, data: bytes, name: str = "112.pdf", at: datetime = NOON) -> int:
    with office.write() as session:
        return take_upload(session, storage, data, file_name=name, author=office.by("coordinator"), now=at)


def read(office: Office, config: Config, at: datetime = NOON) -> int:
    clock: Clock = lambda: at  # noqa: E731
    return read_waiting(office.database, config, calendar=WorkingCalendar(), clock=clock)


def upload(office: Office) -> Upload:
    (row,) = office.rows(Upload)
    return row


def kept(office: Office) -> list[tuple[str, int]]:
    with office.read() as session:
        return [(one.media_type, one.size) for one in stored_files(session)]


def test_a_paper_is_kept_first_and_read_afterwards(office: Office, config: Config, storage: Storage):
    data = pdf_of(laid_out(TEXT))
    upload_id = take(office, storage, data)
    assert (upload(office).state, office.rows(Notice)) == (UploadState.WAITING, [])
    assert storage.read(upload(office).sha256) == data
    assert read(office, config) == 1
    (notice,) = office.rows(Notice)
    assert (notice.number, notice.sha256) == ("112/TB-UBND", upload(office).sha256)
    assert len(office.rows(Draft)) == 1
    assert kept(office) == [("application/pdf", len(data))]
    with office.read() as session:
        row = find_upload(session, upload_id)
    assert row is not None and (row.notice_id, row.by, row.is_under_way) == (notice.id, "Chuyên viên điều phối", False)
    assert read(office, config) == 0, "nothing waits any more"


def test_a_reader_that_was_killed_leaves_its_paper_to_the_next_one(office: Office, config: Config, storage: Storage):
    take(office, storage, pdf_of(laid_out(TEXT)))
    with office.write() as session:
        claimed = claim_upload(session, lease=LEASE, now=NOON)
        assert claimed is not None
        tell_page(session, claimed.id, 3, 12, lease=LEASE, now=NOON)
    assert read(office, config, NOON + timedelta(seconds=80)) == 0, "its reader may be alive"
    assert (upload(office).page, upload(office).pages) == (3, 12)
    assert read(office, config, NOON + timedelta(seconds=91)) == 1
    assert (upload(office).state, upload(office).attempts, len(office.rows(Notice))) == (UploadState.READ, 2, 1)


def test_a_paper_that_kills_its_reader_three_times_is_given_up_with_the_reason(office: Office, storage: Storage):
    take(office, storage, pdf_of(laid_out(TEXT)))
    at = NOON
    for _ in range(3):
        with office.write() as session:
            assert claim_upload(session, lease=LEASE, now=at) is not None
        at += LEASE + timedelta(seconds=1)
    with office.write() as session:
        assert claim_upload(session, lease=LEASE, now=at) is None
    assert upload(office).state is UploadState.REFUSED
    assert "reading it broke off 3 times" in upload(office).problem
    with office.write() as session:
        assert retry_upload(session, upload(office).id)
    assert (upload(office).state, upload(office).attempts) == (UploadState.WAITING, 0)


def test_two_readers_of_one_paper_make_one_notice(office: Office, config: Config, storage: Storage):
    data = pdf_of(laid_out(TEXT))
    take(office, storage, data)
    assert read(office, config) == 1
    take(office, storage, data)
    assert read(office, config) == 1
    first, second = office.rows(Upload)
    assert len(office.rows(Notice)) == 1 and first.notice_id == second.notice_id


def test_the_same_bytes_while_they_are_read_are_the_same_upload(office: Office, storage: Storage):
    data = pdf_of(laid_out(TEXT))
    assert take(office, storage, data) == take(office, storage, data, name="khac.pdf")
    assert len(office.rows(Upload)) == 1


def test_a_paper_that_cannot_be_read_says_why_and_can_be_dropped(office: Office, config: Config, storage: Storage):
    upload_id = take(office, storage, b"%PDF-1.7\nbroken", name="hong.pdf")
    assert read(office, config) == 1
    assert upload(office).state is UploadState.REFUSED
    assert upload(office).problem.startswith("hong.pdf: ")
    sha256 = upload(office).sha256
    with office.write() as session:
        assert drop_upload(session, storage, upload_id)
    assert (office.rows(Upload), kept(office), storage.state(sha256)) == ([], [], "missing")


def test_of_a_secret_paper_nothing_stays(office: Office, config: Config, storage: Storage):
    take(office, storage, pdf_of(laid_out("TUYỆT MẬT\n" + TEXT)), name="toi-mat.pdf")
    sha256 = upload(office).sha256
    assert read(office, config) == 1
    row = upload(office)
    assert (row.state, row.is_secret, row.file_name, row.sha256, row.problem) == (UploadState.REFUSED, True, "", "", "")
    assert (kept(office), storage.state(sha256)) == ([], "missing")
    with office.write() as session:
        assert not retry_upload(session, row.id), "there is nothing to read any more"


@pytest.mark.parametrize(
    "data", [b"MZ\x90\x00\x03\x00", b"\x7fELF\x02\x01", b"#!/bin/sh\nrm -rf /", b"L\x00\x00\x00\x01\x14\x02\x00"]
)
def test_a_program_is_refused_whatever_its_name(office: Office, storage: Storage, data: bytes):
    with pytest.raises(NoticeError, match=r"thong-bao\.pdf: this is a program, not a notice, whatever its name says"):
        take(office, storage, data, name="thong-bao.pdf")
    assert (office.rows(Upload), kept(office)) == ([], [])
