"""Evidence: sent from the link in a letter, seen by whoever verifies, had by nobody else, run by no computer."""

import io
import re
import zlib

import pytest
from httpx2 import Response
from PIL import Image
from sqlmodel import select

from tests.web.office import CONTACT, COORDINATOR, OTHER, OVERSEER, Office, Visitor, hidden_fields
from tests.web.test_roles import enter
from tracker.models import Evidence, Task

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes whose head promises 40,000 x 40,000 points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (40_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture
def task(office: Office) -> Task:
    return office.task(unit="Hợp Thắng")


def claim(visitor: Visitor, base: str, *files: tuple[str, bytes]) -> Response:
    """Report done with files, as a browser sends the form."""
    fields = hidden_fields(visitor.get(base).text, f"{base}/completion") | {"note": "Đạt 19/19 tiêu chí"}
    sent = [("evidence", one) for one in files] or [("evidence", ("", b""))]
    return visitor.client.post(f"{base}/completion", data=fields, files=sent, headers={"sec-fetch-site": "same-origin"})


def evidence(page: Response) -> list[str]:
    return re.findall(r'href="([^"]+/evidence/\d+)"', page.text)


def test_photos_and_a_pdf_from_the_link_reach_whoever_verifies_byte_for_byte(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    page = claim(phone, base, ("Ảnh 1.jpg", photo()), ("anh2.png", photo("PNG")), ("bien-ban.pdf", PDF))
    assert page.status_code == 200 and "Đã ghi nhận báo cáo hoàn thành" in page.text
    own = evidence(page)
    assert len(own) == 3 and all(one.startswith(base) for one in own)
    assert [phone.get(one).content for one in own] == [photo(), photo("PNG"), PDF]
    assert [one.kind for one in office.events(task.id)] == ["done", "evidence"]
    assert office.events(task.id)[1].detail["files"] == ["Ảnh 1.jpg", "anh2.png", "bien-ban.pdf"]

    overseer = enter(office, OVERSEER)
    assert "Kèm 3 tệp minh chứng" in overseer.get("/rulings").text
    page = overseer.get(f"/tasks/{task.id}")
    form = page.text.partition(f'action="/tasks/{task.id}/verification"')[2].partition("</form>")[0]
    assert "Minh chứng của đơn vị" in form and form.count("/evidence/") == 5, "three files, two of them as pictures"
    given = overseer.get(f"/tasks/{task.id}/evidence/3").headers
    assert given["content-type"] == "application/pdf" and given["content-disposition"].startswith("attachment")
    assert "sandbox" in given["content-security-policy"] and given["x-content-type-options"] == "nosniff"


def test_nobody_has_the_evidence_of_a_task_that_they_do_not_see(office: Office, task: Task) -> None:
    foreign = office.task(unit="Thọ Dân")
    claim(office.visitor(), f"{office.link(CONTACT)}/{task.id}", ("a.pdf", PDF))
    other = enter(office, OTHER)
    assert other.get(f"/tasks/{task.id}/evidence/1").status_code == 404
    assert other.get(f"/tasks/{foreign.id}/evidence/1").status_code == 404, "not by way of a task of their own either"
    assert office.visitor().get(f"{office.link(OTHER)}/{task.id}/evidence/1").status_code == 404
    assert office.visitor().get(f"/tasks/{task.id}/evidence/1").url.path == "/signin"
    assert enter(office, COORDINATOR).get(f"/tasks/{foreign.id}/evidence/1").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("anh.jpg", b"MZ\x90\x00" + b"\x00" * 60, "là một chương trình"),
        ("anh.jpg", b"<svg onload=alert(1)>", "phải là ảnh (.jpg, .png) hoặc PDF"),
        ("trang.pdf", b"<html><script>alert(1)</script>%PDF-1.4", "phải là ảnh (.jpg, .png) hoặc PDF"),
        ("anh.png", bomb(), "kích thước lớn bất thường"),
        ("anh.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "Ảnh bị hỏng"),
        ("anh.jpg", b"\xff\xd8\xff\xe0", "Ảnh bị hỏng"),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_is_recorded(
    office: Office, task: Task, name: str, data: bytes, said: str
) -> None:
    before = office.dump()
    answer = claim(office.visitor(), f"{office.link(CONTACT)}/{task.id}", ("tot.pdf", PDF), (name, data))
    assert answer.status_code == 422 and said in answer.text
    assert "Đạt 19/19 tiêu chí" in answer.text, "what was typed is kept"
    assert office.dump() == before
    assert not (office.folder / "files").exists()


def test_too_many_and_too_large_files_are_refused(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    many = claim(phone, base, *((f"{at}.pdf", PDF + bytes([at])) for at in range(7)))
    assert many.status_code == 422 and "tối đa 6 tệp" in many.text
    large = claim(phone, base, ("a.pdf", PDF + b" " * 15_000_000))
    assert large.status_code == 422 and "vượt quá 15 MB" in large.text
    assert office.events(task.id) == []


def test_a_report_without_a_file_is_a_report(office: Office, task: Task) -> None:
    page = claim(office.visitor(), f"{office.link(CONTACT)}/{task.id}")
    assert page.status_code == 200 and evidence(page) == []
    assert [one.kind for one in office.events(task.id)] == ["done"]


def test_a_double_click_keeps_the_files_once(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    fields = hidden_fields(phone.get(base).text, f"{base}/completion") | {"note": "Xong"}
    for _ in range(2):
        phone.client.post(f"{base}/completion", data=fields, files=[("evidence", ("a.pdf", PDF))])
    with office.database.read() as session:
        assert len(session.exec(select(Evidence.id)).all()) == 1
