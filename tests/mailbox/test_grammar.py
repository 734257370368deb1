"""What an answer by mail can say, and what only looks like it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.mailbox.grammar import Said, Unclear, read_answers
from tracker.rules.lifecycle import Verb


def said(text: str) -> list[tuple[int, str]]:
    return [(one.task_id, str(one.verb)) for one in read_answers(text) if isinstance(one, Said)]


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("xong 12", [12]),
        ("Xong 12, 13", [12, 13]),
        ("XONG 12 và 13;14", [12, 13, 14]),
        ("Đã hoàn thành việc 12", [12]),
        ("hoan thanh viec so 12", [12]),
        ("12 xong", [12]),
        ("12: đã xong.", [12]),
        ("Việc 12: đã hoàn thành, báo cáo số 45/BC-UBND", [12]),
        ("- việc số 12 xong rồi", [12]),
        ("12, 13 xong", [12, 13]),
    ],
)
def test_done_is_said_in_many_ways(line, numbers):
    assert said(line) == [(number, "done") for number in numbers]


@pytest.mark.parametrize(
    "line",
    [
        "chưa xong 12", "12 chưa xong", "xong 12 chưa?", "12 sắp xong", "xong 12: còn chưa nghiệm thu", "12 xong?", "xong",
        "12", "Việc 12. Xã Thọ Sơn đạt chuẩn NTM năm 2020", "ngày 12 xong họp", "12/07 xong", "12.5 xong", "xong 12, 60%",
        "12: 160%", "12 xin gia hạn", "12 xin gia hạn đến 30/7 vì mưa", "12 xin gia hạn đến 31/02/2020 vì mưa",
        "12 xin gia hạn đến 30/07/2020", "99999999999 xong", "xong 12 nếu có kinh phí", "đồng chí cho biết xong 12",
    ],
)  # fmt: skip
def test_what_is_not_quite_said_waits_for_a_person(line):
    [read] = read_answers(line)
    assert read == Unclear(line, "unclear")


def test_a_percentage_takes_its_note_as_it_was_written():
    [one] = read_answers("12: 60%, vướng mặt bằng tại thôn Đồng Vinh")
    assert one == Said(
        "12: 60%, vướng mặt bằng tại thôn Đồng Vinh", 12, Verb.REPORT,
        {"percent": 60, "note": "vướng mặt bằng tại thôn Đồng Vinh"},
    )  # fmt: skip
    [short] = read_answers("12 đạt 60 %")
    assert isinstance(short, Said)
    assert short.given == {"percent": 60, "note": "Báo cáo mức hoàn thành qua thư."}
    assert said("12, 13: 60%") == [(12, "report"), (13, "report")]


def test_a_promised_day_is_read_from_the_note():
    [one] = read_answers("12: 80%, hẹn xong ngày 15/07/2020")
    assert isinstance(one, Said)
    assert one.given["promise"] == date(2020, 7, 15)


def test_difficulties_and_nothing_new_keep_the_percentage():
    for line, note in (
        ("12 khó khăn: thiếu vốn đối ứng", "Vướng mắc: thiếu vốn đối ứng"),
        ("12: đang vướng mặt bằng", "Vướng mắc: mặt bằng"),
        ("12 không phát sinh", "Không phát sinh so với lần báo cáo trước."),
        ("12 khong co gi thay doi", "Không phát sinh so với lần báo cáo trước."),
    ):
        [one] = read_answers(line)
        assert isinstance(one, Said), line
        assert (one.task_id, one.verb, one.keeps_percent, one.given) == (12, Verb.REPORT, True, {"note": note})


def test_more_time_is_asked_with_day_and_reason():
    for line in (
        "12 xin gia hạn đến 30/07/2020 vì mưa lũ",
        "Việc 12: đề nghị gia hạn đến hết ngày 30.7.2020, lý do: mưa lũ",
    ):
        [one] = read_answers(line)
        assert isinstance(one, Said), line
        assert (one.task_id, one.verb) == (12, Verb.EXTEND_ASK)
        assert one.given == {"until": date(2020, 7, 30), "reason": "mưa lũ"}


def test_an_objection_is_the_line_itself():
    line = "12 không phải của đơn vị, đề nghị chuyển Phòng Nông nghiệp"
    [one] = read_answers(line)
    assert one == Said(line, 12, Verb.OBJECT, {"reason": line})


def test_greetings_and_what_follows_the_closing_say_nothing():
    text = "Kính gửi Văn phòng Điều phối!\n\nxong 12\nviệc kia để tuần sau\nTrân trọng./.\nNguyễn Văn A\n0912 000 000"
    assert read_answers(text) == [
        Said("xong 12", 12, Verb.DONE, {"note": "Báo hoàn thành qua thư."}), Unclear("việc kia để tuần sau", "unclear"),
    ]  # fmt: skip


def test_who_says_two_things_of_one_task_is_asked():
    read = read_answers("xong 12\n12: 60%\nxong 13")
    assert [one.why for one in read if isinstance(one, Unclear)] == ["contradiction", "contradiction"]
    assert said("xong 12\n12: 60%\nxong 13") == [(13, "done")]


def test_the_hundred_and_first_line_is_not_read():
    read = read_answers("\n".join(f"xong {number}" for number in range(1, 105)))
    assert [one.why for one in read if isinstance(one, Unclear)] == ["too_long"] * 4


@given(st.text(alphabet=st.sampled_from("xong 12,:%vàkhiêđ.\n-60/?"), max_size=60))
def test_no_text_breaks_the_reader_and_every_line_is_accounted_for(text):
    read = read_answers(text)
    assert {one.line for one in read} <= {line.strip() for line in text.split("\n")}
