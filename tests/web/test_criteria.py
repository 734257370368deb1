"""The criteria pages: 32 communes by 19 criteria with signs, figures of the notice beside ours, one commune in detail."""

import re

from tests.web.office import CONTACT, COORDINATOR, Office, links_of
from tests.web.test_roles import enter


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
    cells = re.findall(r'<td class="(\w+)">(.)</td>', row)
    assert len(cells) == 19
    assert cells[0] == ("done", "●")
    assert cells[1] == ("plain", "–")
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
