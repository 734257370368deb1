"""The weekly briefing: its figures counted anew from the rows, its lists, and that letter, text and page agree."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.cast import CALENDAR, Office
from tests.days import DUE, LATE, noon
from tests.notify.examples import a_briefing
from tests.notify.reading import read, squeezed
from tests.notify.test_posting import CONFIG, digested, swept
from tracker.briefing.freezing import draft_briefing, freeze_briefing
from tracker.briefing.letter import briefing_page, render_briefing
from tracker.briefing.view import BriefingView
from tracker.models import Briefing, Kind, Message
from tracker.tasks import extensions, progress, rulings
from tracker.tasks.listing import list_tasks

FRIDAY = date(2020, 7, 10)
WEEK = "2020-W28"


def view_of(office: Office, today: date = FRIDAY, period: str = WEEK) -> BriefingView:
    with office.read() as session:
        return draft_briefing(session, period=period, config=CONFIG, calendar=CALENDAR, today=today, now=noon(today))


def freeze(office: Office, today: date, period: str) -> Counter[str]:
    with office.write() as session:
        return freeze_briefing(session, period=period, config=CONFIG, calendar=CALENDAR, today=today, now=noon(today))


def whole(office: Office) -> list[Briefing]:
    """The briefings of the meeting, without those of single overseers."""
    return [one for one in office.rows(Briefing) if not one.scope]


def an_eventful_district(office: Office) -> dict[str, int]:
    """Tasks of every standing, changed through the same verbs as in life."""
    of = {
        "in time": office.task(due_on=date(2020, 7, 31)),
        "beyond the horizon": office.task("binh-minh", due_on=date(2020, 12, 31)),
        "overdue": office.task(due_on=DUE),
        "slipped this week": office.task("binh-minh", due_on=date(2020, 7, 6)),
        "done in time": office.task("binh-minh", due_on=date(2020, 7, 8)),
        "done late": office.task("tai-chinh", due_on=DUE),
        "claimed": office.task(due_on=date(2020, 7, 9)),
        "extended": office.task(due_on=DUE),
        "undated": office.task("tai-chinh", due_on=None),
        "undated and done": office.task("tai-chinh", due_on=None),
        "cancelled": office.task(due_on=DUE),
        "policy": office.task(due_on=None, kind=Kind.POLICY),
    }
    for name, by, on in (
        ("done in time", "binh-contact", date(2020, 7, 7)),
        ("done late", "money-contact", date(2020, 7, 7)),
        ("claimed", "an-contact", date(2020, 7, 8)),
        ("undated and done", "money-contact", date(2020, 7, 7)),
    ):
        office.act(progress.report_done, of[name], by=by, on=on, note="xong")
        if name != "claimed":
            office.act(progress.verify, of[name], by="coordinator", on=date(2020, 7, 9), note="đạt")
    office.act(progress.report, of["overdue"], by="an-contact", on=date(2020, 7, 8), percent=60, note="đang làm")
    office.act(
        extensions.ask_extension, of["extended"], by="an-head", on=DUE, proposed_on=date(2020, 9, 30), reason="mưa"
    )
    office.act(
        extensions.decide_extension,
        of["extended"],
        by="office-chief",
        on=LATE,
        granted_on=date(2020, 8, 31),
        note="mưa",
    )
    office.act(rulings.cancel, of["cancelled"], by="coordinator", on=LATE, reason="trùng")
    return of


def test_the_cells_are_those_that_the_list_of_tasks_gives_at_the_cut_off(office: Office) -> None:
    an_eventful_district(office)
    view = view_of(office)
    with office.read() as session:
        listed = list_tasks(session, today=FRIDAY)
    counted = [row for row in listed if row["kind"] != "policy" and row["standing"] != "cancelled"]
    assert view.total.total == len(counted) == 10
    for cells, rows in [
        (view.total, counted),
        *((unit, [row for row in counted if row["lead"] == unit.name]) for unit in view.units),
    ]:
        by = Counter(row["standing"] for row in rows)
        assert cells.total == len(rows)
        assert (cells.done_on_time, cells.done_late) == (by["done_on_time"], by["done_late"])
        assert (cells.open_in_time, cells.open_overdue) == (by["open_in_time"], by["open_overdue"])
        assert cells.undated == by["open_undated"] + by["done_undated"]
        assert cells.done_undated == by["done_undated"]
    assert (view.total.rate_done, view.total.rate_on_time, view.total.rate_overdue) == ("30,0%", "10,0%", "20,0%")
    assert view.total.updated == "2/7", "the report and the claim of this week, of seven open ones"


def test_the_lists_hold_what_their_heads_say(office: Office) -> None:
    of = an_eventful_district(office)
    view = view_of(office)

    def tasks(*items: object) -> set[int]:
        return {item.task_id for item in items}  # type: ignore[attr-defined]

    assert tasks(*view.slipped) == {of["slipped this week"]}
    assert tasks(*view.overdue) == {of["overdue"], of["slipped this week"]}
    assert len(view.overdue) == view.total.open_overdue
    assert tasks(*view.finished) == {of["done in time"], of["done late"], of["undated and done"]}
    assert tasks(*view.coming) == {of["in time"]}


def test_what_needs_a_decision_comes_worst_first_with_options_of_its_own(office: Office) -> None:
    of = an_eventful_district(office)
    office.act(
        extensions.ask_extension,
        of["slipped this week"],
        by="binh-head",
        on=FRIDAY,
        proposed_on=date(2020, 9, 1),
        reason="vốn",
    )
    first, second = view_of(office).decisions
    assert (first.item.task_id, second.item.task_id) == (of["overdue"], of["slipped this week"])
    assert first.question == "Quá hạn 8 ngày làm việc, chưa hoàn thành: xử lý thế nào?"
    assert second.question == "Đơn vị đề nghị gia hạn đến ngày 01/09/2020: đồng ý hay không?"
    assert second.options[0] == "đồng ý gia hạn đến ngày 01/09/2020"


def test_a_week_is_compared_with_the_briefing_before(office: Office) -> None:
    an_eventful_district(office)
    assert freeze(office, FRIDAY, WEEK) == {"briefing": 3}
    assert "Chưa có báo cáo kỳ trước" in whole(office)[0].text
    office.task(due_on=date(2020, 7, 13))
    freeze(office, FRIDAY + timedelta(days=7), "2020-W29")
    later = whole(office)[1].text
    assert "Tổng số: 11 việc (tăng 1 so với kỳ trước)" in later
    assert "- Chưa hoàn thành, quá hạn: 3 (tăng 1)" in later
    assert "- Đã hoàn thành đúng hạn: 1 (không đổi)" in later


def test_a_frozen_briefing_is_not_frozen_again(office: Office) -> None:
    an_eventful_district(office)
    freeze(office, FRIDAY, WEEK)
    assert not freeze(office, FRIDAY, WEEK)
    assert len(office.rows(Message)) == 3


def test_a_week_that_was_over_before_the_first_task_has_no_briefing(office: Office) -> None:
    office.task()
    assert not freeze(office, date(2020, 2, 14), "2020-W06")
    assert freeze(office, date(2020, 2, 14), "2020-W07")


def test_who_was_told_and_has_not_answered_is_named_with_the_day(office: Office) -> None:
    office.task(due_on=DUE)
    office.task("tai-chinh", due_on=None)
    swept(office, LATE)
    digested(office, date(2020, 7, 6))
    first, second = view_of(office).silent
    assert (first.unit, first.overdue, first.undated, first.told_on) == ("UBND xã An Bình", 1, 0, "06/07/2020")
    assert first.posts == ("Công chức NTM xã An Bình",)
    assert (second.unit, second.overdue, second.undated) == ("Phòng Tài chính - Kế hoạch", 0, 1)


def test_undated_tasks_without_an_answer_are_one_decision_by_unit(office: Office) -> None:
    for lead in ("an-binh", "an-binh", "tai-chinh"):
        office.task(lead, due_on=None)
    day = date(2020, 3, 16)
    for _ in range(4):
        digested(office, day)
        day += timedelta(days=35)
    view = view_of(office)
    assert view.unanswered == (("UBND xã An Bình", 2), ("Phòng Tài chính - Kế hoạch", 1))
    assert view.decisions == ()
    text = " ".join(render_briefing(view).text.split())
    assert "1 nội dung cần quyết định" in text
    assert "1. 2 đơn vị chưa có báo cáo mới về 3 việc không ghi hạn sau nhiều lần đề nghị: xử lý thế nào?" in text
    assert "Theo đơn vị: xã An Bình (2), Phòng Tài chính - Kế hoạch (1)." in text


@pytest.fixture(params=["example", "real"])
def view(request: pytest.FixtureRequest, office: Office) -> BriefingView:
    if request.param == "example":
        return a_briefing()
    an_eventful_district(office)
    swept(office, LATE)
    return view_of(office)


def test_the_plain_text_carries_everything_that_the_html_does(view: BriefingView) -> None:
    letter = render_briefing(view)
    html, text = read(letter.html), squeezed(letter.text)
    assert len(html.texts) > 40
    for piece in html.texts:
        assert squeezed(piece) in text, piece
    assert set(html.links) <= set(letter.text.split())


def test_the_page_shows_the_same_figures_and_units_as_the_letter(view: BriefingView) -> None:
    page = read(briefing_page(view))
    rows = {row[1]: row for row in page.rows if len(row) in (10, 11)}
    for unit in view.units:
        assert rows[unit.name][2:7] == [
            str(figure)
            for figure in (
                unit.total,
                unit.done_on_time,
                unit.done_late,
                unit.open_in_time,
                unit.open_overdue,
            )
        ]
        assert not unit.undated or rows[unit.name][-1].startswith(f"{unit.undated} việc không ghi hạn")
    shown, text = squeezed(" ".join(page.texts)), squeezed(render_briefing(view).text)
    for one in (*view.decisions, *(None,) * bool(view.unanswered)):
        question = one.question if one else "sau nhiều lần đề nghị: xử lý thế nào?"
        assert squeezed(question) in shown
        assert squeezed(question) in text
    for row in view.silent:
        assert squeezed(row.unit) in shown


def test_difficult_news_stand_on_top_and_praise_before_the_tables(view: BriefingView) -> None:
    text = render_briefing(view).text
    heads = [
        text.index(head)
        for head in ("I. Nội dung cần quyết định", "II. Kết quả thực hiện quyết định kỳ trước", "III. Tình hình chung",
                     "IV. Việc chuyển sang quá hạn trong tuần", "V. Toàn bộ việc quá hạn", "VI. Biểu dương, ghi nhận",
                     "VII. Việc đến hạn trong bốn tuần tới", "VIII. Dự báo", "IX. Tổng hợp theo đơn vị", "X. Đã được thông báo, chưa trả lời")
    ]  # fmt: skip
    assert heads == sorted(heads)


def test_what_is_to_be_decided_is_not_told_twice(view: BriefingView) -> None:
    text = " ".join(render_briefing(view).text.split())
    decided = {one.item.task_id for one in view.decisions}
    assert decided & {item.task_id for item in view.overdue}
    assert "chi tiết tại nội dung 1, mục I" in text
    for item in view.overdue:
        assert text.count(f"/tasks/{item.task_id} ") == 1
