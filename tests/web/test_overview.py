"""The coordinator's other pages: grid, rulings, quick entry, letters, directory, days to come, health, briefings."""

import re

from jobs.runner import tick
from tests.web.office import COORDINATOR, OVERSEER, Office, links_of
from tests.web.test_roles import enter
from tracker.models import Channel


def test_the_grid_shows_a_late_commune_by_sign_words_and_colour(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    page = enter(office, COORDINATOR).get("/grid").text
    row = page.split(">xã Hợp Thắng<")[1].split("</tr>")[0]
    task = office.task(unit="Hợp Thắng")
    cell = row.split(f'href="/tasks/{task.id}"')[1].split("</a>")[0]
    assert "▲" in cell
    assert "quá hạn" in cell
    assert f'<td class="late"><a href="/tasks/{task.id}"' in row


def test_the_overseer_sees_the_commune_turn_green_when_the_claim_is_verified(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor = office.visitor()
    path = f"{office.link('cb-ntm-xa-hop-thang')}/{task.id}"
    visitor.send(visitor.get(path), f"{path}/completion", note="Đạt 19/19 tiêu chí")
    overseer = enter(office, OVERSEER)
    assert f"/tasks/{task.id}" in links_of(overseer.get("/rulings").text)
    page = overseer.get(f"/tasks/{task.id}")
    assert overseer.send(page, f"/tasks/{task.id}/verification", note="Đã kiểm tra tại xã").status_code == 200
    assert f'<td class="done"><a href="/tasks/{task.id}"' in overseer.get("/grid").text
    assert f"/tasks/{task.id}" not in links_of(overseer.get("/rulings").text)


def test_a_request_for_time_is_granted_and_both_dates_are_shown(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    visitor = office.visitor()
    path = f"{office.link('cb-ntm-xa-hop-thang')}/{task.id}"
    visitor.send(visitor.get(path), f"{path}/extension", until="2020-09-30", reason="Chờ thẩm định")
    coordinator = enter(office, COORDINATOR)
    page = coordinator.get(f"/tasks/{task.id}")
    assert "Chờ thẩm định" in page.text
    action = f"/tasks/{task.id}/extension-ruling"
    assert coordinator.send(page, action, ruling="refuse").status_code == 422
    granted = coordinator.send(page, action, ruling="grant", grant="2020-08-31")
    assert "31/08/2020 (hạn gốc 30/06/2020)" in granted.text


def test_twenty_statuses_are_entered_on_one_page_in_the_name_of_their_owners(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/entry")
    numbers = [int(one) for one in re.findall(r'name="n(\d+)"', page.text)[:20]]
    fields: dict[str, str] = {}
    for at, number in enumerate(numbers):
        block = page.text.split(f'name="v{number}"')[1].split("</fieldset>")[0]
        fields |= {
            f"v{number}": re.findall(r'value="(\d+)"', block)[0],
            f"n{number}": f"Báo qua điện thoại {at}",
            f"p{number}": "40",
            f"b{number}": re.findall(r'<option value="(\d+)"', block)[0],
        }
    fields[f"d{numbers[0]}"] = "1"
    answer = visitor.send(page, "/entry", via="meeting", **fields)
    assert answer.status_code == 200
    events = [event for number in numbers for event in office.events(number)]
    assert [event.kind for event in events] == ["done"] + ["report"] * 19
    assert {event.channel for event in events} == {Channel.WEB}
    assert all(event.on_behalf_of_id is not None for event in events)
    assert all(event.detail["note"].endswith("(báo qua cuộc họp)") for event in events)


def test_one_wrong_line_of_the_quick_entry_keeps_all_and_loses_nothing(office: Office) -> None:
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/entry")
    first, second = (int(one) for one in re.findall(r'name="n(\d+)"', page.text)[:2])
    fields: dict[str, str] = {}
    for number, percent in ((first, "40"), (second, "140")):
        block = page.text.split(f'name="v{number}"')[1].split("</fieldset>")[0]
        fields |= {
            f"v{number}": re.findall(r'value="(\d+)"', block)[0], f"n{number}": f"Nội dung {number}", f"p{number}": percent,
            f"b{number}": re.findall(r'<option value="(\d+)"', block)[0],
        }  # fmt: skip
    answer = visitor.send(page, "/entry", **fields)
    assert answer.status_code == 422
    assert f"Việc số {second}" in answer.text
    assert f'value="Nội dung {first}"' in answer.text
    assert office.events(first) == office.events(second) == []


def test_a_letter_is_shown_with_its_answers_and_without_its_links(office: Office) -> None:
    office.at = "2020-06-22T07:05"
    tick(office.database, office.config, worker="test", now=office.now)
    visitor = enter(office, COORDINATOR)
    listed = [path for path in links_of(visitor.get("/letters").text) if re.fullmatch(r"/letters/\d+", path)]
    assert len(listed) > 20
    page = visitor.get(listed[0]).text
    assert "07:05 22/06/2020" in page.partition("Các lần gửi")[2], "by the office's clock"
    assert "/l/" not in page
    assert "[liên kết của người nhận]" in page
    assert "accepted" in page


def test_the_days_to_come_name_who_will_be_told(office: Office) -> None:
    office.at = "2020-06-30T16:00"
    page = enter(office, COORDINATOR).get("/calendar").text
    assert "Thứ Tư, 01/07/2020" in page
    day = page.split("01/07/2020")[1].split("</section>")[0]
    assert "Chủ tịch UBND xã Hợp Thắng" in day


def test_a_frozen_briefing_is_read_and_printed(office: Office) -> None:
    office.at = "2020-06-26T15:05"
    tick(office.database, office.config, worker="test", now=office.now)
    visitor = enter(office, COORDINATOR)
    assert "/briefings/2020-W26" in links_of(visitor.get("/briefings").text)
    page = visitor.get("/briefings/2020-W26")
    assert page.status_code == 200
    assert "script" not in page.headers["content-security-policy"]
    assert visitor.get("/briefings/2020-W99").status_code == 404


def test_the_health_page_says_what_is_wrong(office: Office) -> None:
    page = enter(office, COORDINATOR).get("/health").text
    assert "Cơ sở dữ liệu" in page


def test_the_task_page_says_why_nobody_is_told_today(office: Office) -> None:
    office.at = "2020-06-20T09:00"
    page = enter(office, COORDINATOR).get(f"/tasks/{office.task(unit='Hợp Thắng').id}").text
    assert "Vì sao hôm nay không nhắc" in page
    assert "Hôm nay không phải ngày làm việc." in page


def test_tasks_are_found_without_marks_and_by_standing(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    visitor = enter(office, COORDINATOR)
    found = visitor.get("/tasks?q=xa+hop+thang+dat+chuan").text
    assert "0 việc" in visitor.get("/tasks?q=khong+co+viec+nay").text
    assert "Xã Hợp Thắng đạt chuẩn NTM" in found
    late = visitor.get("/tasks?standing=open_overdue").text
    assert "9 việc" in late
    for odd in ("?page=0", "?page=x", "?unit=99999999999", "?standing=nothing&kind=nothing", "?q=" + "%25" * 300):
        assert visitor.get("/tasks" + odd).status_code in (200, 404), odd
