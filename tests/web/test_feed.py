"""The calendar feed: deadlines in a telephone's calendar, under a secret address."""

import re
from datetime import date

from sqlmodel import select

from tests.web.office import CONTACT, Office, Visitor
from tests.web.test_roles import enter
from tracker.models import Appointment, CalendarFeed


def address(visitor: Visitor) -> str:
    page = visitor.send(visitor.get("/account"), "/account/calendar")
    (found,) = re.findall(r"http://[\w.:]+(/ical/[\w-]+\.ics)", page.text)
    return found


def unfolded(body: bytes) -> list[str]:
    return body.replace(b"\r\n ", b"").decode().split("\r\n")


def test_the_calendar_holds_the_open_deadlines_as_whole_days(office: Office) -> None:
    path = address(enter(office, CONTACT))
    stranger = office.visitor()
    before = office.dump()
    answer = stranger.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content)
    task = office.task(unit="Hợp Thắng")
    at = lines.index(f"UID:task-{task.id}@127.0.0.1")
    event = lines[at : lines.index("END:VEVENT", at)]
    assert "DTSTART;VALUE=DATE:20200630" in event
    assert "DTEND;VALUE=DATE:20200701" in event
    assert "SUMMARY:Hạn: Xã Hợp Thắng đạt chuẩn NTM" in event
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    assert office.dump() == before


def test_a_moved_deadline_keeps_its_uid_and_counts_its_sequence(office: Office) -> None:
    path = address(enter(office, CONTACT))
    task = office.task(unit="Hợp Thắng")
    with office.database.write() as session:
        row = session.get_one(type(task), task.id)
        row.due_on, row.version = date(2020, 9, 30), row.version + 1
        session.add(row)
    lines = unfolded(office.visitor().get(path).content)
    at = lines.index(f"UID:task-{task.id}@127.0.0.1")
    assert f"SEQUENCE:{task.version + 1}" in lines[at : at + 4]
    assert "DTSTART;VALUE=DATE:20200930" in lines[at : at + 5]


def test_a_new_address_ends_the_one_before_and_the_database_keeps_neither(office: Office) -> None:
    visitor = enter(office, CONTACT)
    first, second = address(visitor), address(visitor)
    assert office.visitor().get(first).status_code == 404
    assert office.visitor().get(second).status_code == 200
    with office.database.read() as session:
        assert session.exec(select(CalendarFeed.digest)).one() not in second
    assert office.visitor().get("/ical/x.ics").status_code == 404


def test_the_calendar_ends_with_the_appointment(office: Office) -> None:
    path = address(enter(office, CONTACT))
    with office.database.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == office.officer_id(CONTACT))):
            one.valid_to = date(2020, 6, 23)
            session.add(one)
    assert office.visitor().get(path).status_code == 404
