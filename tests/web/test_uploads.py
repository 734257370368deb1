"""A paper that takes long to read: kept at once, read outside the request, followed on a page; and its original."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from httpx2 import Response

from tests.notices.files.papers import laid_out, pdf_of
from tests.web.office import COORDINATOR, Office, Visitor
from tests.web.test_notices import PAPER, upload
from tests.web.test_roles import enter
from tracker.config import data_folder
from tracker.notices.uploads import claim_upload, take_upload, tell_page
from tracker.tasks.files import download_name
from tracker.web.site import Site

LEASE = timedelta(seconds=90)


@pytest.fixture
def visitor(office: Office) -> Visitor:
    return enter(office, COORDINATOR)


def site(visitor: Visitor) -> Site:
    found = visitor.client.app.state.site
    assert isinstance(found, Site)
    return found


def send(visitor: Visitor, data: bytes, name: str) -> Response:
    """Upload, and wait until the reader in the background has nothing to do: then look again."""
    answer = upload(visitor, data, name)
    assert answer.url.path.startswith("/uploads/"), answer.text
    site(visitor).reader.read()
    return visitor.get(answer.url.path)


def test_a_pdf_is_kept_at_once_and_its_page_leads_on_to_the_notice(office: Office, visitor: Visitor) -> None:
    page = send(visitor, pdf_of(laid_out(PAPER)), "77.pdf")
    assert page.url.path.startswith("/notices/")
    assert "Đã đọc và lưu thông báo" in page.text and "77/TB-UBND" in page.text
    assert page.text.count("<article") == 3
    assert "Chuyên viên" in page.text.partition("Đăng ký lúc 09:00 24/06/2020 bởi")[2][:80]


def test_the_page_of_an_upload_says_how_far_it_is_and_looks_again_without_a_script(
    office: Office, visitor: Visitor
) -> None:
    storage = site(visitor).storage
    with office.database.write() as session:
        author = office.author(COORDINATOR)
        paper = pdf_of(laid_out(PAPER))
        take_upload(session, storage, paper, file_name="77.pdf", author=author, now=office.now)
    waiting = visitor.get("/uploads/1").text
    assert "Đang chờ đến lượt đọc" in waiting and '<noscript><meta http-equiv="refresh" content="3">' in waiting
    with office.database.write() as session:
        claimed = claim_upload(session, lease=LEASE, now=office.now)
        assert claimed is not None
        tell_page(session, claimed.id, 3, 12, lease=LEASE, now=office.now)
    assert "Đang đọc trang 3 trên 12" in visitor.get("/uploads/1").text
    assert "đang đọc trang 3 trên 12" in visitor.get("/notices").text, "a closed tab finds it in the list"
    again = upload(visitor, paper, "77-nua.pdf")
    assert again.url.path == "/uploads/1", "the same bytes are the same upload"


@pytest.mark.parametrize(
    ("data", "name"), [(b"%PDF-1.7\nbroken", "hong.pdf"), (b"PK\x03\x04" + b"\x00" * 500, "hong.docx")]
)
def test_a_paper_that_cannot_be_read_says_so_and_can_be_tried_again_or_dropped(
    office: Office, visitor: Visitor, data: bytes, name: str
) -> None:
    page = send(visitor, data, name)
    assert "Không đọc được tệp này" in page.text and "Tệp bị hỏng" in page.text
    path = page.url.path
    visitor.send(page, f"{path}/reading")
    site(visitor).reader.read()
    page = visitor.get(path)
    assert "Không đọc được tệp này" in page.text
    listed = visitor.get("/notices")
    assert f'href="{path}"' in listed.text
    gone = visitor.send(page, f"{path}/dismissal")
    assert "Đã xóa tệp khỏi danh sách" in gone.text and f'href="{path}"' not in gone.text
    assert [one for one in (office.folder / "files").rglob("*") if one.is_file()] == []
    assert visitor.get(path).status_code == 404


def test_a_secret_pdf_leaves_no_trace_but_the_word_that_it_was_refused(office: Office, visitor: Visitor) -> None:
    page = send(visitor, pdf_of(laid_out("TỐI MẬT\n" + PAPER)), "ke-hoach-mat.pdf")
    assert "dấu chỉ độ mật" in page.text and "ke-hoach-mat" not in page.text
    assert "Đọc lại tệp này" not in page.text
    assert [one for one in (office.folder / "files").rglob("*") if one.is_file()] == []
    assert not any("ke-hoach-mat" in row for row in office.dump())


def test_the_same_file_again_says_the_number_of_the_first(office: Office, visitor: Visitor) -> None:
    first = upload(visitor, PAPER.encode())
    again = upload(visitor, PAPER.encode(), "khac.txt")
    assert again.url.path == first.url.path
    assert "đã được đăng ký trước đây" in again.text and "77/TB-UBND" in again.text


def test_a_paper_from_before_files_were_kept_has_its_original_when_it_comes_again(
    office: Office, visitor: Visitor
) -> None:
    assert "Tải tệp gốc" not in visitor.get("/notices/1").text
    paper = (data_folder("samples") / "253-tb-ubnd.txt").read_bytes()
    page = upload(visitor, paper, "253.txt")
    assert page.url.path == "/notices/1" and "Tải tệp gốc" in page.text
    assert visitor.get("/notices/1/original").content == paper


def test_the_original_comes_back_byte_for_byte_and_runs_nowhere(office: Office, visitor: Visitor) -> None:
    data = pdf_of(laid_out(PAPER))
    path = send(visitor, data, "Thông báo 77.exe").url.path
    answer = visitor.get(f"{path}/original")
    assert answer.content == data
    given = answer.headers
    assert given["content-type"] == "application/pdf", "what it is, not what its name says"
    assert given["content-disposition"].startswith("attachment")
    assert unquote(given["content-disposition"]).endswith("Thông báo 77.exe.pdf")
    assert "sandbox" in given["content-security-policy"] and given["x-content-type-options"] == "nosniff"
    assert given["cache-control"] == "no-store"


def test_an_original_that_is_gone_from_the_disk_is_a_page_and_no_fault(office: Office, visitor: Visitor) -> None:
    path = upload(visitor, PAPER.encode()).url.path
    for file in (office.folder / "files").rglob("*"):
        if file.is_file():
            file.unlink()
    assert visitor.get(f"{path}/original").status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "given"),
    [
        ("biên bản.pdf", "application/pdf", "biên bản.pdf"),
        ("anh.JPEG", "image/jpeg", "anh.JPEG"),
        ("virus.exe", "application/pdf", "virus.exe.pdf"),
        ("../../x.html", "image/png", "x.html.png"),
        ("", "text/plain", "tep.txt"),
    ],
)
def test_a_download_is_called_what_it_is(name: str, kind: str, given: str) -> None:
    assert download_name(name, kind) == given
