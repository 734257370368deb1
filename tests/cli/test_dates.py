"""`tracker notice dates` answers each row of the product's table of deadlines, through the program itself."""

import json

import pytest

from tests.cli.house import process, tracker

# phrase, due_on, recurrence, urgency, rule, findings; read against 13/02/2020, the day of the sample notice
ROWS = [
    ("trước ngày 30/6/2020", "2020-06-30", None, None, "full_date", []),
    ("chậm nhất ngày 15/3/2020", "2020-03-15", None, None, "full_date", []),
    ("đến ngày 15/3/2020", "2020-03-15", None, None, "full_date", []),
    ("xong ngày 15/3/2020", "2020-03-15", None, None, "full_date", []),
    ("ngày 30/6", "2020-06-30", None, None, "day_without_year", []),
    ("ngày 30/01", "2021-01-30", None, None, "day_without_year", ["year_inferred"]),
    ("trong tháng 3", "2020-03-31", None, None, "month", []),
    ("hoàn thành tháng 9 năm 2026", "2026-09-30", None, None, "month", []),
    ("trước tháng 9", "2020-08-31", None, None, "month", ["vague_date"]),
    ("đầu tháng 5", "2020-05-10", None, None, "part_of_month", ["vague_date"]),
    ("giữa tháng 5", "2020-05-15", None, None, "part_of_month", []),
    ("cuối tháng 5", "2020-05-31", None, None, "part_of_month", []),
    ("quý II/2026", "2026-06-30", None, None, "quarter", []),
    ("trong quý II", "2020-06-30", None, None, "quarter", []),
    ("6 tháng đầu năm", "2020-06-30", None, None, "half_year", []),
    ("giữa năm 2020", "2020-06-30", None, None, "part_of_year", []),
    ("cuối năm", "2020-12-31", None, None, "part_of_year", []),
    ("năm 2020", "2020-12-31", None, None, "year", []),
    ("trong năm", "2020-12-31", None, None, "year", []),
    ("đến hết năm", "2020-12-31", None, None, "year", []),
    ("đầu năm 2021", "2021-03-31", None, None, "part_of_year", ["vague_date"]),
    ("muộn nhất cuối năm 2020 hoặc đầu năm 2021", "2021-03-31", None, None, "either", ["two_dates", "vague_date"]),
    ("trong thời hạn 05 ngày làm việc kể từ ngày 13/02/2020", "2020-02-20", None, None, "term", []),
    ("trong thời hạn 10 ngày kể từ ngày 13/02/2020", "2020-02-24", None, None, "term", []),  # the 23rd is a Sunday
    ("trong thời hạn 05 ngày làm việc", "2020-02-20", None, None, "term", ["counted_from_notice"]),
    ("hằng tuần", None, "weekly", None, "recurrence", []),
    ("hàng tháng", None, "monthly", None, "recurrence", []),
    ("hằng quý", None, "quarterly", None, "recurrence", []),
    ("hàng năm", None, "yearly", None, "recurrence", []),
    ("định kỳ", None, "other", None, "recurrence", []),
    ("ngày 25 hằng tháng", "2020-02-25", "monthly", None, "recurrence", []),
    ("16 giờ thứ Sáu hằng tuần", "2020-02-14", "weekly", None, "recurrence", []),
    ("khẩn trương", None, None, "khẩn trương", "urgency", []),
    ("sớm, kịp thời", None, None, "sớm, kịp thời", "urgency", []),
    ("ngay", None, None, "ngay", "urgency", []),
    ("thường xuyên", None, None, None, "standing", []),
    ("theo quy định", None, None, None, "elsewhere", ["date_elsewhere"]),
    ("theo kế hoạch", None, None, None, "elsewhere", ["date_elsewhere"]),
    ("từ nay đến khi được công nhận", None, None, None, "event", ["event_horizon"]),
    ("trước kỳ họp", None, None, None, "event", ["event_horizon"]),
    ("trước Tết", None, None, None, "event", ["event_horizon"]),
    ("trước ngày 15/3/2020, chậm nhất ngày 20/3/2020", "2020-03-15", None, None, "full_date", ["two_dates"]),
    ("trong tuần này", None, None, None, "vague", ["vague_date"]),
    ("2022 - 2025", None, None, None, "period", ["schedule_horizon"]),
    ("rà soát hồ sơ", None, None, None, "none", []),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_of_the_table_as_json(row):
    phrase, due_on, recurrence, urgency, rule, findings = row
    answer = tracker("notice", "dates", "--reference", "2020-02-13", phrase)
    assert (answer.code, answer.err) == (0, "")
    assert answer.json == {
        "phrase": phrase, "due_on": due_on, "target_on": "2020-12-31" if rule == "either" else None,
        "recurrence": recurrence, "urgency": urgency, "rule": rule, "findings": findings,
    }  # fmt: skip


def test_the_answer_is_one_object_of_a_real_process_in_a_folder_without_an_office(tmp_path):
    answer = process("notice", "dates", "--reference", "2020-02-13", "muộn nhất giữa năm 2020", cwd=tmp_path)
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["due_on"] == "2020-06-30"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["13/02/2020", "2020-02-30", ""])
def test_a_day_that_is_none_is_refused_in_one_line(day):
    answer = tracker("notice", "dates", "--reference", day, "trước ngày 30/6")
    assert (answer.code != 0, answer.out) == (True, "")
    assert "--reference" in answer.err and "Traceback" not in answer.err
