"""Criteria are met, verified and lost, by whom and when; and the milestone that they stand behind follows."""

from datetime import date

import pytest

from tests.cast import Office
from tests.criteria.small import grid_of, says
from tests.days import BEFORE, LATE
from tracker.criteria.attaining import attain, lose, verify
from tracker.errors import CriteriaError
from tracker.models import CriterionAttainment, Kind, ProgressReport
from tracker.tasks.progress import report

MAY, JUNE, JULY = date(2020, 5, 4), BEFORE, LATE


def states(office: Office, on: date) -> dict[str, list[str]]:
    return {line.name: [str(state) for state in line.states] for line in grid_of(office, on=on).lines}


def test_a_commune_meets_a_criterion_from_the_day_on(measured: Office):
    assert says(measured, attain, "an-binh", "Giao thông", by="an-contact", today=JUNE, on=MAY) == 1
    assert states(measured, date(2020, 5, 3))["xã An Bình"] == ["not_met", "not_met", "not_met"]
    assert states(measured, MAY)["xã An Bình"] == ["not_met", "attained", "not_met"]


def test_only_who_reports_for_the_commune_may_say_so_and_the_office_on_their_behalf(measured: Office):
    with pytest.raises(
        CriteriaError, match=r"may not speak for the criteria of UBND xã An Bình \(an-contact, an-head\)"
    ):
        says(measured, attain, "an-binh", "2", by="binh-contact", today=JUNE, on=JUNE)
    with pytest.raises(CriteriaError, match="--on-behalf-of"):
        says(measured, attain, "an-binh", "2", by="coordinator", today=JUNE, on=JUNE)
    says(measured, attain, "an-binh", "2", by="coordinator", on_behalf_of="an-head", today=JUNE, on=JUNE)
    (row,) = measured.rows(CriterionAttainment)
    assert row.reported_by_id == measured.officer("an-head")


def test_the_doers_word_is_verified_by_somebody_else(measured: Office):
    says(measured, attain, "an-binh", "1", "2", by="an-contact", today=MAY, on=MAY)
    with pytest.raises(CriteriaError, match="may not speak"):
        says(measured, verify, "an-binh", "1", by="an-head", today=JUNE)
    assert says(measured, verify, "an-binh", "1", by="overseer", today=JUNE) == 1
    assert states(measured, JUNE)["xã An Bình"] == ["verified", "attained", "not_met"]
    assert states(measured, MAY)["xã An Bình"] == ["attained", "attained", "not_met"], "nobody had looked yet"


def test_a_criterion_is_lost_with_a_reason_and_met_anew(measured: Office):
    says(measured, attain, "an-binh", "3", by="an-contact", today=MAY, on=MAY)
    with pytest.raises(CriteriaError, match="needs a reason"):
        says(measured, lose, "an-binh", "3", by="overseer", today=JUNE, on=JUNE, reason=" ")
    assert says(measured, lose, "an-binh", "3", by="overseer", today=JUNE, on=JUNE, reason="Bãi rác quá tải") == 0
    assert states(measured, JUNE)["xã An Bình"][2] == "lost"
    with pytest.raises(CriteriaError, match="does not meet criterion 3"):
        says(measured, lose, "an-binh", "3", by="overseer", today=JUNE, on=JUNE, reason="Lần nữa")
    with pytest.raises(CriteriaError, match="lost on 2020-06-15"):
        says(measured, attain, "an-binh", "3", by="an-contact", today=JULY, on=MAY)
    says(measured, attain, "an-binh", "3", by="an-contact", today=JULY, on=JULY)
    assert states(measured, JULY)["xã An Bình"][2] == "attained"
    assert states(measured, JUNE)["xã An Bình"][2] == "lost", "the history stays"
    assert [row.lost_on for row in measured.rows(CriterionAttainment)] == [JUNE, None]


def test_what_is_met_is_not_met_twice_and_not_tomorrow(measured: Office):
    says(measured, attain, "an-binh", "1", by="an-contact", today=MAY, on=MAY)
    with pytest.raises(CriteriaError, match=r"meets criterion 1 \(Quy hoạch\) since 2020-05-04"):
        says(measured, attain, "an-binh", "2", "1", by="an-contact", today=JUNE, on=JUNE)
    assert len(measured.rows(CriterionAttainment)) == 1, "nothing half done"
    with pytest.raises(CriteriaError, match="lies ahead"):
        says(measured, attain, "an-binh", "2", by="an-contact", today=MAY, on=JUNE)


def test_the_milestone_of_the_commune_advances_and_keeps_its_promise(measured: Office):
    milestone = measured.task(kind=Kind.MILESTONE, title="Xã An Bình đạt chuẩn NTM")
    better = measured.task(kind=Kind.MILESTONE, title="Xã An Bình đạt chuẩn NTM nâng cao")
    other = measured.task("binh-minh", kind=Kind.MILESTONE, title="Xã Bình Minh đạt chuẩn NTM")
    measured.act(report, milestone, by="an-contact", on=MAY, percent=0, note="Đang làm", promised_on=JULY)
    says(measured, attain, "an-binh", "1", "3", by="an-contact", today=JUNE, on=JUNE, note="Biên bản ngày 14/06")
    task = measured.get(milestone)
    assert (task.percent, task.promised_on, task.last_report_on) == (67, JULY, JUNE)
    assert (
        measured.rows(ProgressReport)[-1].note
        == "Đã đạt 2/3 tiêu chí; vừa đạt: quy hoạch, môi trường. Biên bản ngày 14/06"
    )
    assert measured.get(better).last_report_on is None
    assert measured.get(other).last_report_on is None


def test_a_set_measures_no_village_and_no_office(measured: Office):
    with pytest.raises(CriteriaError, match="is no xã"):
        says(measured, attain, "tai-chinh", "1", by="money-contact", today=JUNE, on=JUNE)
    assert [line.name for line in grid_of(measured, on=JUNE).lines] == ["xã An Bình", "xã Bình Minh"]


def test_a_criterion_that_is_not_in_the_set_is_named_with_those_that_are(measured: Office):
    with pytest.raises(CriteriaError, match="no criterion 'Thủy lợi'; it has 1 Quy hoạch, 2 Giao thông, 3 Môi trường"):
        says(measured, attain, "an-binh", "Thủy lợi", by="an-contact", today=JUNE, on=JUNE)
