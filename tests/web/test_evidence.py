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


# --- later -----------------------------------------------------------------------------------------------------------


def add(visitor: Visitor, base: str, *files: tuple[str, bytes], **fields: str) -> Response:
    """Send files to the form "evidence" of a task, as a browser does."""
    hidden = hidden_fields(visitor.get(base).text, f"{base}/evidence")
    sent = [("evidence", one) for one in files] or [("evidence", ("", b""))]
    headers = {"sec-fetch-site": "same-origin"}
    return visitor.client.post(f"{base}/evidence", data=hidden | fields, files=sent, headers=headers)


def test_a_photo_that_was_forgotten_comes_while_the_claim_waits_and_after_it_was_returned(
    office: Office, task: Task
) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    claim(phone, base)
    page = add(phone, base, ("bien-ban.pdf", PDF), note="Biên bản thẩm định")
    assert page.status_code == 200 and "Đã nhận minh chứng" in page.text and len(evidence(page)) == 1
    assert "đang chờ nghiệm thu" in page.text and f'action="{base}/completion"' not in page.text

    overseer = enter(office, OVERSEER)
    page = overseer.get(f"/tasks/{task.id}")
    assert "Biên bản thẩm định" in page.text and "bien-ban.pdf" in page.text
    overseer.send(page, f"/tasks/{task.id}/return", note="Thiếu ảnh hiện trường")
    page = add(phone, base, ("Ảnh 2.jpg", photo()))
    assert page.status_code == 200 and len(evidence(page)) == 2
    assert [one.kind for one in office.events(task.id)] == ["done", "evidence", "return", "evidence"]


def test_whoever_verifies_sees_that_something_came_meanwhile(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    claim(phone, base)
    overseer = enter(office, OVERSEER)
    page = overseer.get(f"/tasks/{task.id}")
    add(phone, base, ("bien-ban.pdf", PDF))
    answer = overseer.send(page, f"/tasks/{task.id}/verification")
    assert answer.status_code == 409 and "Việc này vừa có thay đổi" in answer.text and "bien-ban.pdf" in answer.text


def test_a_verified_task_takes_no_more_evidence(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    claim(phone, base)
    page = phone.get(base)
    overseer = enter(office, OVERSEER)
    overseer.send(overseer.get(f"/tasks/{task.id}"), f"/tasks/{task.id}/verification")
    fields = hidden_fields(page.text, f"{base}/evidence")
    answer = phone.client.post(f"{base}/evidence", data=fields, files=[("evidence", ("a.pdf", PDF))])
    assert answer.status_code == 409, "the task has changed since the form was opened"
    assert f'action="{base}/evidence"' not in phone.get(base).text


def test_nothing_chosen_is_told_and_a_task_without_a_report_has_no_such_form(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    assert f'action="{base}/evidence"' not in phone.get(base).text, "files come with the first report"
    claim(phone, base)
    answer = add(phone, base)
    assert answer.status_code == 422 and "chọn ít nhất một tệp" in answer.text
    assert add(phone, base, ("a.pdf", b"MZ program")).status_code == 422
    assert [one.kind for one in office.events(task.id)] == ["done"]


def test_a_report_and_a_difficulty_may_bring_files_too(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    for name, fields in (("report", {"percent": "60", "note": "Đang làm"}), ("difficulty", {"note": "Thiếu vốn"})):
        hidden = hidden_fields(phone.get(base).text, f"{base}/{name}")
        sent = [("evidence", (f"{name}.pdf", PDF + name.encode()))]
        page = phone.client.post(f"{base}/{name}", data=hidden | fields, files=sent)
        assert page.status_code == 200 and f"{name}.pdf" in page.text
    assert len(evidence(phone.get(base))) == 2


def test_the_same_file_is_kept_once_and_there_is_an_end_to_it(office: Office, task: Task) -> None:
    phone, base = office.visitor(), f"{office.link(CONTACT)}/{task.id}"
    claim(phone, base, ("a.pdf", PDF))
    assert len(evidence(add(phone, base, ("lai.pdf", PDF)))) == 1
    for send in range(10):
        answer = add(phone, base, *((f"{send}-{at}.pdf", PDF + bytes([send, at])) for at in range(6)))
    assert answer.status_code == 422 and "quá nhiều tệp minh chứng" in answer.text
    assert len(evidence(phone.get(base))) == 55


def test_the_office_adds_what_a_unit_brought_on_paper(office: Office, task: Task) -> None:
    claim(office.visitor(), f"{office.link(CONTACT)}/{task.id}")
    page = add(enter(office, COORDINATOR), f"/tasks/{task.id}", ("cong-van.pdf", PDF), behalf=CONTACT)
    assert page.status_code == 200 and "cong-van.pdf" in page.text
    event = office.events(task.id)[-1]
    assert (event.kind, event.on_behalf_of_id) == ("evidence", office.officer_id(CONTACT))
