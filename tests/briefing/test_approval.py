"""From the cut-off to the letters: frozen for the whole and for overseers, words added, approved once, outcomes told."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.briefing.test_figures import FRIDAY, WEEK, an_eventful_district, freeze
from tests.cast import CALENDAR, Office
from tests.days import DUE, noon
from tests.notify.test_posting import CONFIG, swept
from tracker.briefing.chat import chat_text
from tracker.briefing.dispatch import dispatch_paper
from tracker.briefing.formats import file_name, written
from tracker.briefing.freezing import (
    approve_briefing,
    freeze_briefing,
    get_briefing,
    list_scopes,
    shown_view,
    write_remarks,
)
from tracker.briefing.view import BriefingView, restored, stored
from tracker.errors import TrackerError
from tracker.models import Briefing, Message
from tracker.outbox.reading import find_letter, list_letters
from tracker.people.units import get_unit
from tracker.tasks import extensions, progress, rulings

WAITING = CONFIG.model_copy(update={"schedule": CONFIG.schedule.model_copy(update={"briefing_auto": False})})
NEXT = FRIDAY + timedelta(days=7)


def frozen(office: Office, today: date = FRIDAY, period: str = WEEK, scope: str = "") -> BriefingView:
    with office.read() as session:
        return restored(get_briefing(session, period, scope).content)


def wait(office: Office, today: date = FRIDAY, period: str = WEEK) -> None:
    """Freeze in an office where a person approves."""
    with office.write() as session:
        freeze_briefing(session, period=period, config=WAITING, calendar=CALENDAR, today=today, now=noon(today))


def approve(office: Office, **remarks: str) -> int:
    with office.write() as session:
        return approve_briefing(
            session, WEEK, remarks={("" if key == "top" else key): text for key, text in remarks.items()}, by=1,
            config=WAITING, calendar=CALENDAR, today=FRIDAY, now=noon(FRIDAY),
        ).total()  # fmt: skip


def test_nothing_is_posted_before_somebody_approves(office: Office) -> None:
    an_eventful_district(office)
    wait(office)
    assert office.rows(Message) == []
    assert approve(office) == 3
    assert len(office.rows(Message)) == 3


def test_an_approved_briefing_is_not_approved_again(office: Office) -> None:
    an_eventful_district(office)
    wait(office)
    approve(office)
    with pytest.raises(TrackerError, match="has been approved"):
        approve(office)
    assert len(office.rows(Message)) == 3


def test_remarks_stand_in_every_format_and_the_frozen_document_stays(office: Office) -> None:
    an_eventful_district(office)
    wait(office)
    before = office.rows(Briefing)[0].content
    approve(office, **{"top": "Đề nghị thảo luận kỹ.", "UBND xã An Bình": "đã kiểm tra thực địa"})
    with office.read() as session:
        found = get_briefing(session, WEEK)
        assert found.content == before
        for form in ("html", "text"):
            shown = " ".join(written(found, form).decode().split())
            assert "Đề nghị thảo luận kỹ." in shown
            assert "đã kiểm tra thực địa" in shown
        assert shown_view(found).remark == "Đề nghị thảo luận kỹ."
        assert file_name(found, "pdf") == "bao-cao-giao-ban-2020-W28.pdf"


def test_a_remark_about_a_unit_that_is_not_in_the_table_is_refused(office: Office) -> None:
    an_eventful_district(office)
    wait(office)
    with pytest.raises(TrackerError, match="no unit named 'xã Không Có'"), office.write() as session:
        write_remarks(session, WEEK, remarks={"xã Không Có": "x"})
    with pytest.raises(TrackerError, match="500 characters"), office.write() as session:
        write_remarks(session, WEEK, remarks={"": "x" * 501})
    assert office.rows(Briefing)[0].remarks == {}


def test_each_overseer_has_a_briefing_of_what_they_answer_for(office: Office) -> None:
    of = an_eventful_district(office)
    freeze(office, FRIDAY, WEEK)
    with office.read() as session:
        scopes = list_scopes(session, WEEK)
    assert scopes == ["binh-overseer", "overseer", "second-overseer"]
    whole, own = frozen(office), frozen(office, scope="overseer")
    assert own.scope_post == "Trưởng Ban Dân vận"
    assert own.number == whole.number == 1
    assert {row.name for row in own.units} == {"UBND xã An Bình"}
    (row,) = [row for row in whole.units if row.name == "UBND xã An Bình"]
    assert own.total.total == row.total
    assert of["overdue"] in {item.task_id for item in own.overdue}
    assert own.overdue == tuple(item for item in whole.overdue if item.owner == "UBND xã An Bình")
    assert own.overseers == ()


def test_the_table_of_overseers_counts_whom_was_told_and_who_has_not_acknowledged(office: Office) -> None:
    task = office.task(due_on=DUE)
    swept(office, date(2020, 7, 3))
    office.act(
        progress.acknowledge, task, by="overseer", on=date(2020, 7, 6), note="đã nắm", calendar=CALENDAR, working_days=5
    )
    freeze(office, FRIDAY, WEEK)
    rows = {row.post: (row.open_overdue, row.told, row.unacknowledged) for row in frozen(office).overseers}
    assert rows == {"Trưởng Ban Dân vận": (1, 1, 0), "Trưởng Ban Tổ chức": (1, 1, 1)}


def asked_last_week(office: Office) -> dict[str, int]:
    """Five tasks that wait for a decision in the briefing of W28."""
    tasks = {name: office.task(due_on=DUE) for name in ("extended", "refused", "cancelled", "handed over", "open")}
    for name in tasks:
        office.act(
            extensions.ask_extension, tasks[name], by="an-head", on=DUE, proposed_on=date(2020, 9, 30), reason="mưa"
        )
    freeze(office, FRIDAY, WEEK)
    return tasks


def test_the_next_briefing_tells_what_became_of_each_question(office: Office) -> None:
    tasks = asked_last_week(office)
    monday = date(2020, 7, 13)
    decide = extensions.decide_extension
    office.act(decide, tasks["extended"], by="office-chief", on=monday, granted_on=date(2020, 8, 31), note="")
    office.act(decide, tasks["refused"], by="office-chief", on=monday, granted_on=None, note="không có lý do")
    office.act(rulings.cancel, tasks["cancelled"], by="coordinator", on=monday, reason="trùng")
    with office.read() as session:
        unit = get_unit(session, "binh-minh")
    office.act(rulings.reassign, tasks["handed over"], by="coordinator", on=monday, unit=unit, reason="đúng chức năng")
    freeze(office, NEXT, "2020-W29")
    became = {one.task_id: one for one in frozen(office, period="2020-W29").became}
    assert became[tasks["extended"]].outcome == "thời hạn mới 31/08/2020, thay cho 30/06/2020"
    assert "không đồng ý gia hạn, giữ nguyên thời hạn 30/06/2020" in became[tasks["refused"]].outcome
    assert "đã kết thúc" in became[tasks["cancelled"]].outcome
    assert became[tasks["handed over"]].outcome == "đã chuyển giao cho UBND xã Bình Minh"
    assert became[tasks["open"]].is_open
    assert became[tasks["open"]].outcome == "chưa có quyết định"


def test_a_claim_after_the_question_is_told_as_a_claim(office: Office) -> None:
    tasks = asked_last_week(office)
    office.act(progress.report_done, tasks["open"], by="an-contact", on=date(2020, 7, 13), note="xong")
    freeze(office, NEXT, "2020-W29")
    became = {one.task_id: one for one in frozen(office, period="2020-W29").became}
    assert became[tasks["open"]].outcome == "đơn vị đã báo hoàn thành ngày 13/07/2020, chờ nghiệm thu"


def test_briefings_are_numbered_within_their_year(office: Office) -> None:
    office.task()
    for day, period in (
        (date(2020, 12, 25), "2020-W52"),
        (date(2020, 12, 31), "2020-W53"),
        (date(2021, 1, 8), "2021-W01"),
    ):
        freeze(office, day, period)
    assert [frozen(office, period=one).number for one in ("2020-W52", "2020-W53", "2021-W01")] == [1, 2, 1]
    assert [point.week for point in frozen(office, period="2021-W01").trend] == ["52/2020", "53/2020", "1/2021"]


def test_freezing_twice_gives_the_same_bytes(office: Office) -> None:
    an_eventful_district(office)
    freeze(office, FRIDAY, WEEK)
    first = [one.content for one in office.rows(Briefing)]
    assert [stored(restored(one)) for one in first] == first
    with office.write() as session:
        session.execute(sa.delete(Briefing))
    freeze(office, FRIDAY, WEEK)
    assert [one.content for one in office.rows(Briefing)] == first


def test_a_chat_text_names_the_late_tasks_of_one_unit_in_few_lines(office: Office) -> None:
    an_eventful_district(office)
    freeze(office, FRIDAY, WEEK)
    text = chat_text(frozen(office), "UBND xã An Bình")
    assert "quá hạn 1" in text.splitlines()[1]
    assert "(hạn 30/06/2020, quá hạn 8 ngày làm việc)" in text
    assert len(text.splitlines()) < 14
    with pytest.raises(TrackerError, match="no unit named"):
        chat_text(frozen(office), "UBND xã Khác")


def test_the_draft_to_a_late_unit_lists_all_its_late_tasks_and_leaves_number_and_day_open(office: Office) -> None:
    of = an_eventful_district(office)
    with office.read() as session:
        unit = get_unit(session, "an-binh")
        paper = dispatch_paper(session, unit, config=CONFIG, calendar=CALENDAR, today=FRIDAY)
        with pytest.raises(TrackerError, match="no late task"):
            dispatch_paper(session, get_unit(session, "van-phong"), config=CONFIG, calendar=CALENDAR, today=FRIDAY)
    assert paper.addressees == ("UBND xã An Bình",)
    ((table,),) = [annex.blocks for annex in paper.annexes]
    assert len(table.rows) == 1  # type: ignore[union-attr]
    assert office.get(of["overdue"]).title in table.rows[0]  # type: ignore[union-attr]
    assert any("Trưởng Ban Dân vận (b/c);" in one for one in paper.receivers)


def test_the_letter_of_the_second_week_shows_the_chart_as_a_picture(office: Office) -> None:
    an_eventful_district(office)
    freeze(office, FRIDAY, WEEK)
    freeze(office, NEXT, "2020-W29")
    with office.read() as session:
        first, second = (
            [one for one in list_letters(session, kind="briefing", limit=50) if one.period == period]
            for period in (WEEK, "2020-W29")
        )
        without, shown = find_letter(session, first[0].id), find_letter(session, second[0].id)
    assert without is not None and "<img" not in without.html
    assert shown is not None
    assert 'src="data:image/png;base64,iVBOR' in shown.html
    assert 'alt="Việc đang thực hiện' in shown.html
    assert "cid:" not in shown.html
