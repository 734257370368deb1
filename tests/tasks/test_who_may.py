"""Who may make which change of a task, in their own name and on behalf of others."""

from datetime import date

import pytest

from tests.cast import CALENDAR, Office, away, holds, unit
from tests.days import BEFORE, DUE, EXTENDED, LATE, OVERSEERS_DAY
from tracker.errors import TaskError
from tracker.models import Acknowledgement, Extension, ProgressReport, Task
from tracker.tasks.extensions import ask_extension, decide_extension
from tracker.tasks.progress import acknowledge, report, report_done, return_to_owner, verify
from tracker.tasks.rulings import cancel, hold, reassign, release

NOTED = {"note": "Đã chỉ đạo xã", "calendar": CALENDAR, "working_days": 5}
OWNERS, OVERSEERS = {"an-contact", "an-head"}, {"overseer", "second-overseer"}
RULERS = {"coordinator", "office-chief", "chair"}
EVERYBODY = (
    OWNERS | OVERSEERS | RULERS | {"binh-contact", "binh-head", "binh-overseer", "money-head", "deputy", "stranger"}
)


def claimed(office: Office) -> int:
    task = office.task()
    office.act(report_done, task, by="an-contact", on=BEFORE, note="Đã xong")
    return task


def asked(office: Office) -> int:
    task = office.task()
    office.act(ask_extension, task, by="an-contact", on=BEFORE, proposed_on=EXTENDED, reason="Mưa bão")
    return task


def held(office: Office) -> int:
    task = office.task()
    office.act(hold, task, by="coordinator", on=BEFORE, reason="Chờ tỉnh", until_on=None)
    return task


MAY = [
    ("report", Office.task, report, {"percent": 40, "note": "Đang làm"}, OWNERS),
    ("done", Office.task, report_done, {"note": "Đã xong"}, OWNERS),
    ("extend-ask", Office.task, ask_extension, {"proposed_on": EXTENDED, "reason": "Mưa bão"}, OWNERS),
    ("acknowledge", Office.task, acknowledge, NOTED, OVERSEERS),
    ("verify", claimed, verify, {"note": ""}, RULERS | OVERSEERS),
    ("return", claimed, return_to_owner, {"note": "Thiếu hồ sơ"}, RULERS | OVERSEERS),
    ("extend-decide", asked, decide_extension, {"granted_on": EXTENDED, "note": ""}, RULERS),
    ("hold", Office.task, hold, {"reason": "Chờ tỉnh", "until_on": None}, RULERS),
    ("release", held, release, {"note": ""}, RULERS),
    ("cancel", Office.task, cancel, {"reason": "Theo kết luận mới"}, RULERS),
]


@pytest.mark.parametrize(("verb", "prepared", "act", "what", "able"), [pytest.param(*row, id=row[0]) for row in MAY])
def test_exactly_these_may_in_their_own_name(office: Office, verb, prepared, act, what, able):
    for code in sorted(EVERYBODY):
        task = prepared(office)
        before, lines = office.get(task), len(office.history(task))
        if code in able:
            office.act(act, task, by=code, on=LATE, **what)
            assert office.history(task)[-1].author_id == office.officer(code)
            assert (office.get(task).version, office.history(task)[-1].kind) == (before.version + 1, verb)
        else:
            with pytest.raises(TaskError, match=f"{code} may not {verb} task {task}"):
                office.act(act, task, by=code, on=LATE, **what)
            assert (office.get(task), len(office.history(task))) == (before, lines)


def test_reassigning_is_for_the_office_and_the_chair(office: Office):
    to = office.unit("binh-minh")
    for code in sorted(EVERYBODY):
        task = office.task()
        if code in RULERS:
            assert office.act(reassign, task, by=code, on=LATE, unit=to, reason="Phân công lại").lead_unit_id == to.id
        else:
            with pytest.raises(TaskError, match=f"{code} may not reassign"):
                office.act(reassign, task, by=code, on=LATE, unit=to, reason="Phân công lại")


# --- on behalf of others ---------------------------------------------------------------------------------------------


def test_the_office_enters_the_word_of_a_commune_and_both_are_kept(office: Office):
    task = office.task()
    office.act(
        report, task, by="coordinator", on_behalf_of="an-head", on=BEFORE, percent=60, note="Báo cáo qua điện thoại"
    )
    line, stored = office.history(task)[-1], office.rows(ProgressReport)[-1]
    assert (line.author_id, line.on_behalf_of_id) == (office.officer("coordinator"), office.officer("an-head"))
    assert stored.author_id == office.officer("an-head"), "the word is the commune's"


def test_the_refusal_tells_the_office_whose_word_to_enter(office: Office):
    with pytest.raises(TaskError, match=r"\(an-contact, an-head\); enter the word of one of them with --on-behalf-of"):
        office.act(report, office.task(), by="coordinator", on=BEFORE, percent=60, note="Đang làm")


def test_nobody_but_the_office_enters_the_word_of_others(office: Office):
    with pytest.raises(TaskError, match="only the office enters the word of others"):
        office.act(
            report, office.task(), by="an-contact", on_behalf_of="an-head", on=BEFORE, percent=60, note="Đang làm"
        )


def test_the_word_of_somebody_without_the_role_counts_no_more_when_the_office_enters_it(office: Office):
    for act, code, what in (
        (report, "binh-head", {"percent": 60, "note": "Đang làm"}),
        (acknowledge, "binh-overseer", NOTED),
        (cancel, "an-head", {"reason": "Không làm nữa"}),
    ):
        with pytest.raises(TaskError, match=f"{code} may not"):
            office.act(act, office.task(), by="coordinator", on_behalf_of=code, on=LATE, **what)
    assert office.rows(ProgressReport) == office.rows(Acknowledgement) == []


def test_an_acknowledgement_is_the_overseers_whoever_enters_it(office: Office):
    task = office.task()
    office.act(acknowledge, task, by="coordinator", on_behalf_of="overseer", on=OVERSEERS_DAY, **NOTED)
    stored = office.rows(Acknowledgement)[-1]
    assert (stored.officer_id, stored.due_on, stored.expires_on) == (office.officer("overseer"), DUE, date(2020, 7, 10))


def test_the_office_enters_the_ruling_of_the_chair(office: Office):
    task = office.act(
        cancel, office.task(), by="coordinator", on_behalf_of="chair", on=LATE, reason="Theo kết luận giao ban"
    )
    assert task.cancelled_on == LATE


def test_of_a_unit_without_anybody_the_office_reports_in_its_own_name(office: Office):
    office.register(unit("empty"))
    task = office.task("empty")
    office.act(report, task, by="coordinator", on=BEFORE, percent=10, note="Theo báo cáo giấy")
    assert office.rows(ProgressReport)[-1].author_id == office.officer("coordinator")
    with pytest.raises(TaskError, match="nobody, so first appoint one"):
        office.act(acknowledge, task, by="coordinator", on=LATE, **NOTED)


# --- substitutes and mergers -----------------------------------------------------------------------------------------


def test_the_substitute_acts_on_the_days_of_the_absence_and_not_after(office: Office):
    office.register(away("an-head", "deputy", "2020-07-01", "2020-07-10"))
    task = office.task()
    office.act(report, task, by="deputy", on=LATE, percent=20, note="Đang làm")
    office.act(report, task, by="an-head", on=LATE, percent=30, note="Báo cáo từ xa")
    with pytest.raises(TaskError, match="deputy may not report"):
        office.act(report, task, by="deputy", on=date(2020, 7, 11), percent=40, note="Đang làm")


def test_the_successor_of_a_merged_unit_reports_on_its_tasks(office: Office):
    office.register(
        unit("binh-minh", name='"UBND xã Bình Minh"', place='"xã Bình Minh"', valid_to="2020-06-30", successor='"new"')
        + unit("new", valid_from="2020-07-01")
        + holds("deputy", "new", "contact", "2020-07-01")
    )
    task = office.task("binh-minh")
    with pytest.raises(TaskError, match="binh-head may not report"):
        office.act(report, task, by="binh-head", on=LATE, percent=20, note="Đang làm")
    assert office.act(report, task, by="deputy", on=LATE, percent=20, note="Đang làm").percent == 20


# --- the doer's word alone closes nothing ----------------------------------------------------------------------------


def test_the_office_may_verify_a_claim_that_it_only_typed_in(office: Office):
    task = office.task()
    office.act(report_done, task, by="coordinator", on_behalf_of="an-contact", on=BEFORE, note="Xã báo đã xong")
    assert office.act(verify, task, by="coordinator", on=BEFORE, note="Đã kiểm tra").verified_on == BEFORE


def test_nobody_of_the_unit_that_did_it_verifies_it_whatever_else_they_are(office: Office):
    office.register(holds("an-head", "van-phong", "office", "2020-01-01"))
    task = claimed(office)
    with pytest.raises(TaskError, match="the claim is the word of the unit itself"):
        office.act(verify, task, by="an-head", on=LATE, note="Tốt")
    assert office.get(task).verified_on is None
    assert office.act(verify, task, by="overseer", on=LATE, note="Đã kiểm tra").verified_on == LATE


def test_the_office_does_not_verify_its_own_task_the_chair_does(office: Office):
    office.register(holds("coordinator", "van-phong", "contact", "2019-01-01"))
    task = office.task("van-phong", place=None)
    office.act(report_done, task, by="coordinator", on=BEFORE, note="Đã hướng dẫn các xã")
    with pytest.raises(TaskError, match="the chair"):
        office.act(verify, task, by="coordinator", on=BEFORE, note="")
    assert office.act(verify, task, by="chair", on=BEFORE, note="").verified_on == BEFORE


def test_what_the_office_reported_in_its_own_name_another_verifies(office: Office):
    office.register(unit("empty"))
    task = office.task("empty")
    office.act(report_done, task, by="coordinator", on=BEFORE, note="Theo báo cáo giấy")
    with pytest.raises(TaskError, match="another officer"):
        office.act(verify, task, by="coordinator", on=BEFORE, note="")
    assert office.act(verify, task, by="office-chief", on=BEFORE, note="").verified_on == BEFORE


def test_nobody_verifies_or_returns_on_behalf_of_another(office: Office):
    for act in (verify, return_to_owner):
        with pytest.raises(TaskError, match="by the person who saw the result"):
            office.act(act, claimed(office), by="coordinator", on_behalf_of="overseer", on=LATE, note="Đạt")


def test_whoever_asked_for_more_time_does_not_grant_it(office: Office):
    office.register(holds("coordinator", "van-phong", "contact", "2019-01-01"))
    task = office.task("van-phong", place=None)
    office.act(ask_extension, task, by="coordinator", on=BEFORE, proposed_on=EXTENDED, reason="Chờ tỉnh")
    with pytest.raises(TaskError, match="the request is the word of the unit itself"):
        office.act(decide_extension, task, by="coordinator", on=BEFORE, granted_on=EXTENDED, note="")
    assert office.act(decide_extension, task, by="chair", on=BEFORE, granted_on=EXTENDED, note="").due_on == EXTENDED
    assert [row.decided_by_id for row in office.rows(Extension)] == [office.officer("chair")]


def test_there_is_no_such_task(office: Office):
    with pytest.raises(TaskError, match="there is no task 7; 'tracker task list'"):
        office.act(report, 7, by="an-contact", on=LATE, percent=1, note="Đang làm")
    assert office.rows(Task) == []
