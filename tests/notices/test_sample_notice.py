"""The sample notice 253/TB-UBND: what a coordinator must find in it."""

from collections import Counter
from datetime import date

import pytest

from tests.notices import NAMED, REGISTER, SAMPLE, codes, leads, read
from tracker.notices.reading import as_json

MID_2020, END_2020, END_2021, SPRING_2021 = date(2020, 6, 30), date(2020, 12, 31), date(2021, 12, 31), date(2021, 3, 31)


@pytest.fixture(scope="module")
def notice():
    return read(SAMPLE.read_bytes(), REGISTER)


def about(notice, words):
    return next(draft for draft in notice.drafts if words in draft.quote)


def test_head_and_tail(notice):
    head = notice.document
    assert (head.kind, head.number, head.issued_on, head.meeting_on) == (
        "TB",
        "253/TB-UBND",
        date(2020, 2, 13),
        date(2020, 2, 12),
    )
    assert (head.concluded_by, head.signed_by, head.signed_for) == ("Lê Quang Hùng", "Đỗ Xuân Dương", "KT. CHỦ TỊCH")
    assert len(head.recipients) == 4


def test_milestones_tasks_and_policies(notice):
    kinds = Counter(draft.kind for draft in notice.drafts)
    assert kinds["milestone"] == 24
    assert kinds["task"] == 17
    assert kinds["policy"] == 3


def test_milestones_by_their_dates(notice):
    by_date = Counter(draft.due_on for draft in notice.drafts if draft.kind == "milestone")
    assert by_date == {MID_2020: 9, END_2020: 9, END_2021: 3, SPRING_2021: 2, date(2022, 12, 31): 1}


def test_the_nine_communes_keep_both_dates_and_both_sources(notice):
    nine = [draft for draft in notice.drafts if draft.due_on == MID_2020]
    assert {draft.other_due for draft in nine} == {END_2020}
    assert [source.clause for source in nine[0].sources] == ["4.1", "4.4.a"]
    assert "giữa năm 2020" in nine[0].due_phrase
    assert all(draft.leads[0].unit_code for draft in nine)


def test_two_communes_have_an_aim_before_their_latest_day(notice):
    pair = [draft for draft in notice.drafts if draft.due_on == SPRING_2021]
    assert [draft.places[0].name for draft in pair] == ["xã Xuân Lộc", "xã Hợp Tiến"]
    assert {(draft.target_on, draft.other_due) for draft in pair} == {(END_2020, END_2021)}


def test_the_fourteen_are_those_whom_the_notice_names(notice):
    draft = about(notice, "Kiện toàn Ban Chỉ đạo")
    assert draft.group == "14 xã chưa đạt chuẩn NTM"
    assert {party.unit_code for party in draft.members} == {f"ubnd-{name}" for name in NAMED}


def test_the_eighteen_come_from_the_register(notice):
    assert len(about(notice, "Bố trí nguồn lực để thanh toán công nợ").members) == 18


def test_the_weekly_meeting_is_a_task_of_its_own(notice):
    draft = next(draft for draft in notice.drafts if draft.recurrence)
    assert (draft.recurrence, draft.quote[:18]) == ("weekly", "giao ban hàng tuần")


def test_named_offices_and_the_unsure_one(notice):
    assert about(notice, "Giao Ban Tổ chức Huyện ủy").leads[0].unit_code == "btchu"
    assert about(notice, "thẩm định hồ sơ các công trình").leads[0].unit_code == "ktht"
    garbled = about(notice, "giải ngân kịp thời")
    assert leads(garbled) == ["phòng Kinh tế - KH hoạch"]
    assert garbled.leads[0].unit_code is None


def test_the_clause_is_the_one_that_officials_cite(notice):
    assert about(notice, "Giao Ban Tổ chức Huyện ủy").clause == "4.4.d"
    assert about(notice, "Bình quân toàn huyện").clause == "4.1"


def test_only_milestones_and_their_like_carry_dates(notice):
    assert {draft.due_on for draft in notice.drafts if draft.kind == "task"} == {None, date(2022, 12, 31)}


def test_open_questions_are_asked_with_their_place(notice):
    assert {"two_dates", "owner_implied", "owner_weak", "event_horizon", "suspected_scan_error", "vague_date"} <= codes(
        notice
    )
    assert all(0 <= finding.start <= finding.end <= len(notice.text) for finding in notice.findings)


def test_without_a_register_everything_stays_as_written():
    bare = read(SAMPLE.read_bytes())
    assert len(bare.drafts) == 44
    assert not any(party.unit_code for draft in bare.drafts for party in draft.leads)


def test_reading_twice_gives_the_same(notice):
    assert as_json(read(SAMPLE.read_bytes(), REGISTER)) == as_json(notice)
