"""The criteria pages: 32 communes by 19 criteria, the notice's figures beside ours, one commune; met, verified, lost."""

import re

import pytest
from httpx2 import Response
from sqlmodel import select

from tests.web.office import CONTACT, COORDINATOR, HEAD, OVERSEER, Office, Visitor, forms_of, hidden_fields, links_of
from tests.web.test_evidence import PDF, photo
from tests.web.test_roles import enter
from tracker.models import CriterionAttainment, CriterionEvidence


def test_the_office_sees_all_communes_and_the_figures_of_the_notice_beside_its_own(office: Office) -> None:
    page = enter(office, COORDINATOR).get("/criteria")
    assert len(re.findall(r'href="/criteria/\d+"', page.text)) == 32
    assert len(page.content) < 60_000
    assert "bình quân <b>17,1</b> tiêu chí/xã" in page.text
    row = page.text.split("tăng thêm 41 tiêu chí”</td>")[1].split("</tr>")[0]
    assert row == "<td>2020</td><td>0</td><td>−41</td>", "nothing has been attained in 2020 yet"
    assert "ứng với 38,4 tiêu chí của 32 xã" in page.text


def test_a_cell_says_by_sign_and_colour_how_it_stands(office: Office) -> None:
    page = enter(office, COORDINATOR).get("/criteria").text
    row = page.split(">xã Thọ Sơn<")[1].split("</tr>")[0]
    commune = str(office.task(unit="Thọ Sơn", words="Xã Thọ Sơn đạt chuẩn NTM").place_unit_id)
    cells = re.findall(r'<td class="(\w+)"><a href=/criteria/(\d+)#(\d+) aria-label="([\w ]+)">(.)</a>', row)
    assert len(cells) == 19
    assert cells[0] == ("done", commune, "1", "thẩm định", "●")
    assert cells[1] == ("plain", commune, "2", "chưa", "–")
    assert "<td>14</td>" in row


def test_a_unit_sees_its_own_criteria_and_no_others(office: Office) -> None:
    visitor = enter(office, CONTACT)
    page = visitor.get("/criteria").text
    (own,) = [link for link in links_of(page) if re.fullmatch(r"/criteria/\d+", link)]
    assert "Đối chiếu với Thông báo" not in page
    detail = visitor.get(own).text
    assert "Môi trường và an toàn thực phẩm" in detail
    assert "thẩm định ngày 31/12/2019" in detail
    foreign = office.task(unit="Thọ Dân").place_unit_id
    assert visitor.get(f"/criteria/{foreign}").status_code == 404


# --- what is said there ----------------------------------------------------------------------------------------------


@pytest.fixture
def place(office: Office) -> str:
    return f"/criteria/{office.task(unit='Hợp Thắng').place_unit_id}"


def attain(visitor: Visitor, place: str, *files: tuple[str, bytes], **fields: object) -> Response:
    """Report criteria as met, as a browser sends the form."""
    hidden = hidden_fields(visitor.get(place).text, f"{place}/attainment")
    sent = [("evidence", one) for one in files] or [("evidence", ("", b""))]
    return visitor.client.post(f"{place}/attainment", data=hidden | fields, files=sent)


def state(page: Response, code: str) -> str:
    found = re.search(rf'<li class="item" id="{code}">.*?</span>([^<]+)</span>', page.text, re.DOTALL)
    assert found
    return found[1]


def test_the_commune_reports_a_criterion_with_a_photo_and_the_overseer_verifies_it(office: Office, place: str) -> None:
    commune, said = enter(office, CONTACT), {"on": "2020-06-20", "note": "Biên bản ngày 20/6"}
    page = attain(commune, place, ("duong.jpg", photo()), criterion=["2", "17"], **said)
    assert page.status_code == 200 and "chờ thẩm định" in page.text
    assert state(page, "1") == "đạt, đã thẩm định"
    assert state(page, "2") == state(page, "17") == "đạt, chưa thẩm định"
    assert "Đạt từ ngày 20/06/2020 (Cán bộ theo dõi NTM xã Hợp Thắng báo cáo): Biên bản ngày 20/6" in page.text
    photos = re.findall(rf'href="({place}/evidence/\d+)"', page.text)
    assert [commune.get(one).content for one in photos] == [photo(), photo()]
    task = office.task(unit="Hợp Thắng")
    assert [one.kind for one in office.events(task.id)] == ["report", "evidence"], "its milestone follows"

    overseer = enter(office, OVERSEER)
    page = overseer.get(place)
    assert f"{place}/attainment" not in forms_of(page.text)
    page = overseer.send(page, f"{place}/verification", criterion="2")
    assert (state(page, "2"), state(page, "17")) == ("đạt, đã thẩm định", "đạt, chưa thẩm định")


def test_a_criterion_that_has_worn_down_is_marked_with_its_reason(office: Office, place: str) -> None:
    overseer = enter(office, OVERSEER)
    page = overseer.get(place)
    assert overseer.send(page, f"{place}/loss", criterion="1").status_code == 422, "without a reason"
    page = overseer.send(page, f"{place}/loss", criterion="1", on="2020-06-01", reason="Quy hoạch hết hiệu lực")
    assert state(page, "1") == "không còn đạt"
    assert "không còn đạt từ ngày 01/06/2020: Quy hoạch hết hiệu lực" in page.text
    assert state(attain(enter(office, CONTACT), place, criterion="1"), "1") == "đạt, chưa thẩm định"


def test_nobody_verifies_the_word_of_their_own_commune(office: Office, place: str) -> None:
    attain(enter(office, CONTACT), place, criterion="2")
    page = enter(office, HEAD).get(place)
    assert set(forms_of(page.text)) == {f"{place}/attainment", f"{place}/loss", "/signout"}


def test_the_office_enters_the_word_of_the_commune_and_says_whose(office: Office, place: str) -> None:
    visitor = enter(office, COORDINATOR)
    assert "chọn người của đơn vị" in attain(visitor, place, criterion="2").text
    assert "chọn người của đơn vị" in attain(visitor, place, criterion="2", behalf="cb-ntm-xa-tho-dan").text
    attain(visitor, place, criterion="2", behalf=CONTACT)
    with office.database.read() as session:
        said = select(CriterionAttainment.reported_by_id).where(CriterionAttainment.reported_at == office.now)
        assert session.exec(said).all() == [office.officer_id(CONTACT)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"on": "2020-06-20"}, "chọn ít nhất một tiêu chí"),
        ({"criterion": "99"}, "chọn ít nhất một tiêu chí"),
        ({"criterion": "1"}, "chọn ít nhất một tiêu chí"),  # it is met already
        ({"criterion": "2", "on": "2020-06-25"}, "không thể sau hôm nay"),
        ({"criterion": "2", "on": "31/02/2020"}, "không phải là ngày"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(
    office: Office, place: str, fields: dict[str, str], words: str
) -> None:
    visitor = enter(office, CONTACT)
    before = office.dump()
    answer = attain(visitor, place, **fields, note="Biên bản số 12")
    assert answer.status_code == 422 and words in answer.text and "Biên bản số 12" in answer.text
    assert office.dump() == before


def test_what_is_no_photo_is_refused_with_all_that_came_with_it(office: Office, place: str) -> None:
    answer = attain(enter(office, CONTACT), place, ("anh.jpg", b"MZ\x90"), criterion="2")
    assert answer.status_code == 422 and "là một chương trình" in answer.text
    assert state(answer, "2") == "chưa đạt"


def test_a_double_click_reports_once(office: Office, place: str) -> None:
    visitor = enter(office, CONTACT)
    fields = hidden_fields(visitor.get(place).text, f"{place}/attainment") | {"criterion": "2"}
    for _ in range(2):
        answer = visitor.client.post(f"{place}/attainment", data=fields, files=[("evidence", ("a.pdf", PDF))])
        assert answer.status_code == 200
    assert "không ghi thêm lần nữa" in answer.text
    with office.database.read() as session:
        assert len(session.exec(select(CriterionEvidence.id)).all()) == 1


def test_the_proofs_of_a_commune_are_for_those_who_see_it(office: Office, place: str) -> None:
    attain(enter(office, CONTACT), place, ("a.pdf", PDF), criterion="2")
    assert enter(office, OVERSEER).get(f"{place}/evidence/1").content == PDF
    stranger = enter(office, "cb-ntm-xa-tho-dan")
    assert stranger.get(f"{place}/evidence/1").status_code == 404
    own = f"/criteria/{office.task(unit='Thọ Dân').place_unit_id}/evidence/1"
    assert stranger.get(own).status_code == 404, "not by way of their own commune either"
