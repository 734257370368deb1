"""Signed links: they open one officer's tasks, answer in one step, and nothing else."""

import re
from datetime import date

import pytest
from sqlmodel import select

from jobs.runner import tick
from tests.web.office import ADDRESS, CONTACT, COORDINATOR, HEAD, OTHER, OVERSEER, Office, hidden_fields, links_of
from tracker.models import Appointment, Channel, Extension, Message, Objection, ProgressReport, Task
from tracker.people.links import LinkMaker
from tracker.web.forms import FormMaker

ANSWERS = {
    "completion": {"note": "Đã đạt 19/19 tiêu chí, hồ sơ gửi ngày 23/06"},
    "report": {"percent": "80", "note": "Còn tiêu chí môi trường", "promise": "2020-06-30"},
    "difficulty": {"note": "Thiếu kinh phí cho nhà văn hóa thôn 3"},
    "no-change": {},
    "extension": {"until": "30/09/2020", "reason": "Chờ thẩm định tiêu chí 17"},
    "objection": {"reason": "Việc này đã chuyển cho Phòng Kinh tế và Hạ tầng"},
}


def test_the_link_in_a_letter_opens_exactly_the_tasks_of_its_receiver(office: Office) -> None:
    office.at = "2020-06-22T07:05"
    tick(office.database, office.config, worker="test", now=office.now)
    with office.database.read() as session:
        messages = session.exec(select(Message.id, Message.officer_id).where(Message.kind == "digest")).all()
    assert len(messages) > 20
    (letter,) = [text for text in office.letters("digest") if "Cán bộ theo dõi NTM xã Hợp Thắng" in text]
    addresses = [url.removeprefix(office.base_url) for url in re.findall(r"http://\S+/l/[\w.\-/]+", letter)]
    assert len(addresses) > 2
    visitor = office.visitor()
    for address in addresses:
        assert visitor.get(address).status_code == 200, address
    door = min(addresses, key=len)
    found = {path.removeprefix(f"{door}/") for path in links_of(visitor.get(door).text) if path.startswith(f"{door}/")}
    shown = {int(one) for one in found if one.isdigit()}
    with office.database.read() as session:
        hop_thang = session.exec(
            select(Appointment.unit_id).where(Appointment.officer_id == office.officer_id(CONTACT))
        )
        own = select(Task.id).where(Task.lead_unit_id == hop_thang.one(), Task.kind != "policy")
        assert shown == set(session.exec(own).all())


def test_opening_a_link_changes_nothing_however_often(office: Office) -> None:
    visitor, link = office.visitor(), office.link(CONTACT)
    before = office.dump()
    for path in (link, f"{link}/{office.task(unit='Hợp Thắng').id}", office.link(OVERSEER), office.link(COORDINATOR)):
        assert visitor.get(path).status_code == 200
        visitor.client.head(path)
    assert office.dump() == before


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_recorded_with_its_channel_and_the_address_it_came_from(office: Office, name: str) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/{name}", **ANSWERS[name])
    assert answer.status_code == 200
    assert 'role="status"' in answer.text
    (event,) = office.events(task.id)
    assert event.channel is Channel.LINK
    assert event.detail["address"] == ADDRESS
    assert office.code_of(event.author_id) == CONTACT


def test_done_is_claimed_for_today_and_waits_for_verification(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/completion", **ANSWERS["completion"])
    assert "chờ nghiệm thu" in answer.text
    after = office.task(unit="Hợp Thắng")
    assert (after.done_on, after.verified_on, after.percent) == (date(2020, 6, 24), None, 100)


def test_no_change_repeats_the_percent_and_counts_as_a_report(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    visitor.send(visitor.get(path), f"{path}/report", **ANSWERS["report"])
    visitor.send(visitor.get(path), f"{path}/no-change")
    with office.database.read() as session:
        reports = session.exec(select(ProgressReport.percent, ProgressReport.note)).all()
    assert [percent for percent, _ in reports] == [80, 80]
    assert "Không phát sinh" in reports[1][1]


def test_more_time_is_asked_and_the_date_does_not_move(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/extension", **ANSWERS["extension"])
    assert office.task(unit="Hợp Thắng").due_on == date(2020, 6, 30)
    assert f"{path}/extension" not in answer.text, "one request at a time"
    with office.database.read() as session:
        assert session.exec(select(Extension.proposed_on)).one() == date(2020, 9, 30)


def test_not_ours_goes_to_the_office_and_the_task_stays_until_it_rules(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/objection", **ANSWERS["objection"])
    assert f"{path}/objection" not in answer.text, "said once"
    assert office.task(unit="Hợp Thắng").lead_unit_id == task.lead_unit_id
    with office.database.read() as session:
        assert session.exec(select(Objection.answered_at)).one() is None
    assert task.title in visitor.get(office.link(COORDINATOR)).text


def test_an_overseer_takes_note_by_link_and_can_do_nothing_else_with_it(office: Office) -> None:
    office.at = "2020-07-03T09:00"
    task = office.task(unit="Hợp Thắng")
    link = office.link(OVERSEER)
    visitor = office.visitor()
    assert f"{link}/{task.id}" in links_of(visitor.get(link).text)
    page = visitor.get(f"{link}/{task.id}")
    assert f"{link}/{task.id}/completion" not in page.text
    visitor.send(page, f"{link}/{task.id}/acknowledgement", note="Yêu cầu xã họp ngay")
    (event,) = office.events(task.id)
    assert (event.kind, event.detail["note"]) == ("acknowledge", "Yêu cầu xã họp ngay")


def test_a_double_click_changes_once_and_says_so(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    page = visitor.get(path)
    visitor.send(page, f"{path}/report", **ANSWERS["report"])
    second = visitor.send(page, f"{path}/report", **ANSWERS["report"])
    assert second.status_code == 200
    assert "đã được ghi nhận trước đó" in second.text
    assert len(office.events(task.id)) == 1


def test_of_two_people_at_one_task_the_second_sees_what_happened_and_loses_nothing(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    contact, head = (f"{office.link(code)}/{task.id}" for code in (CONTACT, HEAD))
    visitor = office.visitor()
    first, second = visitor.get(contact), visitor.get(head)
    visitor.send(first, f"{contact}/report", **ANSWERS["report"])
    late = visitor.send(second, f"{head}/difficulty", note="Chưa giải phóng mặt bằng")
    assert late.status_code == 409
    assert "vừa có thay đổi" in late.text
    assert "Còn tiêu chí môi trường" in late.text
    assert ">Chưa giải phóng mặt bằng</textarea>" in late.text
    assert len(office.events(task.id)) == 1
    again = visitor.send(late, f"{head}/difficulty", note="Chưa giải phóng mặt bằng")
    assert again.status_code == 200
    assert len(office.events(task.id)) == 2


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("completion", {"note": "  "}, "Đề nghị ghi kết quả"),
        ("completion", {"note": "xong", "on": "2020-06-25"}, "không thể sau hôm nay"),
        ("report", {"percent": "101", "note": "x"}, "từ 0 đến 100"),
        ("report", {"percent": "một nửa", "note": "x"}, "từ 0 đến 100"),
        ("report", {"percent": "50", "note": "x", "promise": "2020-06-23"}, "không thể trước hôm nay"),
        ("report", {"percent": "50", "note": "x" * 4001}, "dài quá"),
        ("extension", {"until": "31/02/2021", "reason": "x"}, "không phải là ngày"),
        ("extension", {"until": "2020-06-30", "reason": "x"}, "phải sau"),
        ("extension", {"until": "2020-09-30", "reason": ""}, "Đề nghị nêu lý do"),
        ("objection", {"reason": ""}, "Đề nghị nêu lý do"),
    ],
)
def test_what_must_be_corrected_is_said_beside_what_was_typed(
    office: Office, name: str, fields: dict[str, str], said: str
) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/{name}", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(value in answer.text for value in fields.values())
    assert office.events(task.id) == []


def test_the_task_of_another_unit_is_not_found(office: Office) -> None:
    visitor, link = office.visitor(), office.link(OTHER)
    foreign = office.task(unit="Hợp Thắng").id
    assert visitor.get(f"{link}/{foreign}").status_code == 404
    assert visitor.get(f"{link}/{10**6}").status_code == 404
    assert visitor.get(f"{link}/{10**30}").status_code == 404
    assert visitor.get(f"{link}/mot").status_code == 404
    # Even with a form that our own secret signed: the reader's scope decides, not the form.
    action = f"{link}/{foreign}/completion"
    forms = FormMaker((office.folder / "web.secret").read_text().strip())
    data = {"form": forms.make(f"link:{link[-20:]}", action, 1), "note": "xong"}
    assert visitor.client.post(action, data=data).status_code == 404
    assert office.events(foreign) == []


def test_nobody_rules_by_link_not_even_the_office(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(COORDINATOR)}/{task.id}"
    page = office.visitor().get(path)
    assert f"{path}/cancellation" not in page.text
    assert f"/tasks/{task.id}" in links_of(page.text)


@pytest.mark.parametrize("token", ["x", "WzEsInQiLDBd", "WzEsInQiLDBd.AAAA", "%00", "a" * 4000])
def test_a_link_that_we_did_not_sign_opens_nothing(office: Office, token: str) -> None:
    answer = office.visitor().get(f"/l/{token}")
    assert answer.status_code == 404
    assert "Liên kết không đúng" in answer.text


def test_a_link_of_another_secret_opens_nothing(office: Office) -> None:
    foreign = LinkMaker("another secret of the same length", office.base_url)
    token = foreign.token(office.officer_id(CONTACT), today=office.today)
    assert office.visitor().get(f"/l/{token}").status_code == 404


def test_a_link_lasts_fourteen_days_then_mails_a_new_one_that_opens(office: Office) -> None:
    link, visitor = office.link(CONTACT), office.visitor()
    office.at = "2020-07-08T23:00"
    assert visitor.get(link).status_code == 200
    office.at = "2020-07-09T00:10"
    page = visitor.get(link)
    assert page.status_code == 410
    assert "Liên kết đã hết hạn" in page.text
    assert visitor.send(page, f"{link}/renewal").status_code == 200
    (letter,) = office.letters("signin")
    fresh = re.findall(r"http://\S+", letter)[0].removeprefix(office.base_url)
    assert fresh != link
    assert visitor.get(fresh).status_code == 200


def test_new_links_are_mailed_three_times_an_hour_and_the_page_does_not_tell(office: Office) -> None:
    link, visitor = office.link(CONTACT), office.visitor()
    office.at = "2020-07-20T08:00"
    answers = set()
    for second in range(6):
        office.at = f"2020-07-20T08:00:0{second}"
        answers.add(visitor.send(visitor.get(link), f"{link}/renewal").text)
    assert len(answers) == 1
    assert len(office.letters("signin")) == 3
    office.at = "2020-07-20T09:01"
    visitor.send(visitor.get(link), f"{link}/renewal")
    assert len(office.letters("signin")) == 4


def test_a_link_ends_with_the_appointment_and_mails_nothing(office: Office) -> None:
    link, visitor = office.link(CONTACT), office.visitor()
    with office.database.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == office.officer_id(CONTACT))):
            one.valid_to = date(2020, 6, 23)
            session.add(one)
    answer = visitor.get(link)
    assert answer.status_code == 403
    assert "không còn giữ nhiệm vụ" in answer.text
    assert office.letters("signin") == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_from_another_site_is_refused(office: Office, site: str) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    answer = visitor.send(visitor.get(path), f"{path}/no-change", {"sec-fetch-site": site})
    assert answer.status_code == 403
    assert office.events(task.id) == []


def test_an_old_browser_is_judged_by_origin(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    path = f"{office.link(CONTACT)}/{task.id}"
    visitor = office.visitor()
    data = hidden_fields(visitor.get(path).text, f"{path}/no-change")
    foreign = visitor.client.post(f"{path}/no-change", data=data, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert visitor.client.post(f"{path}/no-change", data=data, headers={"origin": office.base_url}).status_code == 200


def test_a_form_of_one_reader_or_one_answer_serves_no_other(office: Office) -> None:
    task = office.task(unit="Hợp Thắng")
    contact, head = (f"{office.link(code)}/{task.id}" for code in (CONTACT, HEAD))
    visitor = office.visitor()
    data = hidden_fields(visitor.get(contact).text, f"{contact}/no-change")
    assert visitor.client.post(f"{head}/no-change", data=data).status_code == 403
    assert visitor.client.post(f"{contact}/completion", data=data | {"note": "x"}).status_code == 403
    assert visitor.client.post(f"{contact}/no-change", data={"form": data["form"][:-1]}).status_code == 403
    assert visitor.client.post(f"{contact}/no-change").status_code == 403
    assert office.events(task.id) == []
