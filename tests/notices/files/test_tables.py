"""Tables in PDF files and scans: without borders, and cut by a page break; what is no table stays running text."""

from datetime import date
from io import BytesIO

import pytest
from docx import Document

from tests.notices import HEAD, TAIL, read
from tests.notices.files.papers import pdf_of, picture_file, saved, scans_of
from tests.notices.files.test_pdf import notice
from tracker.notices.files.decoders import decode
from tracker.notices.files.overleaf import tables_joined
from tracker.notices.files.ruled import PageTable
from tracker.notices.files.shapes import LIMITS

COLUMNS = ["TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành"]
ROWS = [
    ["1", "Rà soát, thống kê toàn bộ hồ sơ đất đai còn tồn đọng tại các xã, thị trấn, báo cáo Chủ tịch Ủy ban nhân dân huyện xem xét", "Phòng Tài nguyên và Môi trường", "Ủy ban nhân dân các xã, thị trấn", "Trước ngày 20/3/2024"],
    ["2", "Lắp đặt camera giám sát tại trụ sở tiếp công dân", "Văn phòng HĐND và UBND", "Công an huyện", "30/4/2024"],
    ["3", "Tổ chức tập huấn chuyển đổi số cho cán bộ, công chức cấp xã", "Phòng Văn hóa và Thông tin", "", "Trước ngày 15/6/2024"],
    ["4", "Trình Ủy ban nhân dân huyện phê duyệt kế hoạch cải cách hành chính", "Phòng Nội vụ", "Phòng Tư pháp", "Trước ngày 25/3/2024"],
]  # fmt: skip
EXPECTED = [
    ("Phụ lục.1", "Phòng Tài nguyên và Môi trường", date(2024, 3, 20)),
    ("Phụ lục.2", "Văn phòng HĐND và UBND", date(2024, 4, 30)),
    ("Phụ lục.3", "Phòng Văn hóa và Thông tin", date(2024, 6, 15)),
    ("Phụ lục.4", "Phòng Nội vụ", date(2024, 3, 25)),
]
LEAD_IN = ["1. Giao các phòng, ban thực hiện nhiệm vụ tại Phụ lục kèm theo."]
BARE = "stroke: none,"


def annexed(*rows, table="", is_repeated=False, **more):
    laid = notice(LEAD_IN, annex=["PHỤ LỤC", "DANH MỤC NHIỆM VỤ"], rows=[COLUMNS, *rows])
    return pdf_of(laid, table=table, is_repeated=is_repeated, **more)


def in_rows(reading):
    return [
        (one.clause, one.leads[0].written, one.due_on)
        for one in reading.drafts
        if one.clause and one.clause.startswith("Phụ lục")
    ]


# --- without borders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        BARE,
        "stroke: none, align: horizon + center,",
        "stroke: none, inset: (x: 5.4pt, y: 0pt),",
        "stroke: none, inset: 0pt, column-gutter: 4mm, row-gutter: 3mm,",
    ],
    ids=["white between rows", "cells centred", "rows close together", "columns close together"],
)
def test_columns_without_borders_are_told_by_the_white_between_them(table):
    bare, ruled = read(annexed(*ROWS, table=table)), read(annexed(*ROWS))
    assert in_rows(bare) == in_rows(ruled) == EXPECTED
    assert bare.text == ruled.text


def test_part_headings_inside_such_a_table_are_no_tasks():
    parts = [["I", "Đất đai và xây dựng", "", "", ""], *ROWS[:2], ["II", "Cải cách hành chính", "", "", ""], *ROWS[2:]]
    assert in_rows(read(annexed(*parts, table=BARE))) == EXPECTED


def test_such_a_table_without_numbers_is_read_row_by_row():
    rows = [COLUMNS[1:], *(row[1:] for row in ROWS)]
    bare = read(
        pdf_of(
            notice(LEAD_IN, annex=["PHỤ LỤC"], rows=rows), table="columns: (1fr, 3.2cm, 3.2cm, 2.8cm), stroke: none,"
        )
    )
    assert [row[1:] for row in in_rows(bare)] == [row[1:] for row in EXPECTED]


def test_such_a_table_goes_on_overleaf():
    rows = [[str(at), *ROWS[(at - 1) % 4][1:]] for at in range(1, 31)]
    bare = read(annexed(*rows, table=BARE))
    assert len(bare.pages) > 2
    assert in_rows(bare) == [(f"Phụ lục.{at}", *EXPECTED[(at - 1) % 4][1:]) for at in range(1, 31)]


def test_text_behind_such_a_table_is_running_text():
    behind = "Các phòng, ban, đơn vị căn cứ nhiệm vụ được giao khẩn trương triển khai thực hiện, bảo đảm chất lượng và tiến độ."
    bare = read(annexed(*ROWS, table=BARE, behind=(behind, "Nơi nhận:")))
    assert in_rows(bare) == EXPECTED
    assert f"\n{behind}\n" in bare.text


def test_such_a_table_in_a_scan_gives_its_rows():
    drawn = text_of_pages("pdf", annexed(*ROWS))[-1]
    scan = text_of_pages("picture", picture_file(scans_of(annexed(*ROWS, table=BARE))[-1:], "PNG"))[-1]
    assert scan.split("\n")[-5:] == drawn.split("\n")[-5:]


def text_of_pages(kind, data):
    return [page.text for page in decode(kind, BytesIO(data), LIMITS, None, lambda *told: None)]


# --- no tables -------------------------------------------------------------------------------------------------------

JUSTIFIED = [
    "1. Giao Phòng Nội vụ     Chủ trì     Phối hợp     các xã rà soát     Nhiệm vụ,     Thời gian     hoàn thành trước ngày 20/3/2024.",
    "2. Giao Phòng Tài chính – Kế hoạch tham mưu phân bổ kinh phí thực hiện nhiệm vụ, hoàn thành trước ngày 25/3/2024.",
]  # fmt: skip


def test_words_of_a_head_in_running_text_make_no_table():
    wide = tuple(line.replace("     ", "\u2003\u2003\u2003") for line in JUSTIFIED)
    reading = read(pdf_of(notice(wide)))
    assert "\t" not in reading.text
    assert all(" ".join(line.split()) in " ".join(reading.text.split()) for line in JUSTIFIED)
    assert date(2024, 3, 25) in {draft.due_on for draft in reading.drafts}


def test_a_head_of_columns_above_running_text_makes_no_table():
    text = ("Các phòng, ban, đơn vị và Ủy ban nhân dân các xã, thị trấn căn cứ chức năng, nhiệm vụ được giao tổ chức thực hiện, báo cáo kết quả theo quy định của Ủy ban nhân dân huyện. " * 3,) * 2  # fmt: skip
    reading = read(annexed(table=BARE, behind=text))
    assert "\t" not in reading.text
    assert reading.text.count("Các phòng, ban, đơn vị và Ủy ban nhân dân các xã, thị trấn căn cứ") == 6


def test_recipients_below_a_head_of_columns_are_no_row():
    laid = notice(LEAD_IN)
    rows = [COLUMNS, ["", "Nơi nhận:", "", "", ""], ["", "- Như trên;", "KT. CHỦ TỊCH", "", ""], ["", "- Lưu: VT.", "PHÓ CHỦ TỊCH", "", ""]]  # fmt: skip
    laid.annex, laid.rows = ["PHỤ LỤC"], rows
    assert "\t" not in read(pdf_of(laid, table=BARE)).text


# --- cut by a page break ---------------------------------------------------------------------------------------------

PLACES = (
    "hồ",
    "đồi",
    "suối",
    "ruộng",
    "vườn",
    "bãi bồi",
    "ao",
    "rừng",
    "nghĩa trang",
    "chợ",
    "kênh",
    "đường",
    "trường",
    "trạm",
    "kho",
)
THINGS = ("rà soát hồ sơ, sổ sách về", "đối chiếu bản đồ, hiện trạng và ranh giới của", "đo đạc lại, cắm mốc")
LONG = " ".join(
    f"{thing} {place}," for place in PLACES for thing in THINGS for place in (place, f"các khu giáp {place}")
)
BROKEN = [["1", f"Kiểm tra, {LONG} tổng hợp báo cáo kết quả", "Phòng Tài nguyên và Môi trường", "", "Trước ngày 20/3/2024"], *ROWS[1:]]  # fmt: skip


@pytest.mark.parametrize("table", ["", BARE], ids=["with borders", "without borders"])
@pytest.mark.parametrize("is_repeated", [False, True], ids=["head once", "head on each page"])
def test_a_row_over_a_page_break_is_one(table, is_repeated):
    pdf = read(annexed(*BROKEN, table=table, is_repeated=is_repeated))
    assert len(pdf.pages) > 2
    assert in_rows(pdf) == EXPECTED
    row = next(line for line in pdf.text.split("\n") if line.startswith("1\t"))
    assert row == "\t".join(BROKEN[0])
    assert pdf.text.count("Đơn vị chủ trì") == 1


def test_a_row_below_a_spanning_number_stays_a_row_of_its_own_overleaf():
    upper = PageTable(0, 100, (tuple(COLUMNS), tuple(ROWS[0])))
    lower = PageTable(0, 100, (("", "Cấp giấy chứng nhận cho các hộ đủ điều kiện", "Văn phòng đăng ký đất đai", "", "Quý II/2024"),))  # fmt: skip
    assert tables_joined([[upper], [lower]]) == [[upper], [lower]]


def test_an_item_in_a_cell_begins_anew_overleaf():
    upper = PageTable(0, 100, (tuple(COLUMNS), tuple(ROWS[0])))
    lower = PageTable(0, 100, (("", "- Cấp giấy chứng nhận cho các hộ đủ điều kiện", "", "", ""),))
    assert tables_joined([[upper], [lower]]) == [[upper], [lower]]


def test_word_keeps_long_rows_whole():
    document = Document()
    for line in [*HEAD.split("\n"), *LEAD_IN, *TAIL.split("\n"), "PHỤ LỤC"]:
        document.add_paragraph(line)
    table = document.add_table(0, 5, style="Table Grid")
    for row in [COLUMNS, *BROKEN]:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    word = read(saved(document))
    assert in_rows(word) == EXPECTED
    assert "\t".join(BROKEN[0]) in word.text
