"""The briefing as PDF, Word and Excel: the figures of the frozen document, and no text that becomes anything but text."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import openpyxl
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from tests.notify.examples import a_briefing, a_row, an_item
from tests.notify.test_odd_letters import MARKUP
from tracker.briefing.charts import (
    MOST_COMMUNES,
    SIGNS,
    communes_chart,
    growth_chart,
    sparks_chart,
    standings_chart,
    weeks_chart,
)
from tracker.briefing.excel import excel_of
from tracker.briefing.paper import Paper, Paragraph
from tracker.briefing.pdf import pdf_of, png_of
from tracker.briefing.printing import MOST_ENTRIES, MOST_ROWS, briefing_paper
from tracker.briefing.view import BecameView, BriefingView, CriteriaView, GridView, OverseerRow, Point
from tracker.briefing.word import word_of
from tracker.rules.lifecycle import Standing

FORMULA = '=HYPERLINK("http://evil.example";"x")'
TYPST = '#sys.inputs $x$ *b* _i_ @ref `raw` <label> // \\ [c] #import "x"'
MIXED = "\u202etrái phải\u202c 🚜 < & > = + - @ \ufffe\x00\x1b"
LONG = "Ủy ban nhân dân xã " + "Rất Dài " * 24


def full_briefing() -> BriefingView:
    """A briefing in which every part holds something."""
    return replace(
        a_briefing(),
        number=22,
        became=(BecameView(4, "Xã Thọ Tiến đạt chuẩn NTM", "UBND xã Thọ Tiến", "chưa có quyết định", True),),
        overseers=(OverseerRow("Trưởng Ban Dân vận Huyện ủy", 3, 13, 2, 1, 4, 6, 3, 2),),
        grid=GridView(
            ("Đạt chuẩn NTM", "Nông thôn mới nâng cao"),
            (("Thọ Sơn", ("open_overdue", None)), ("Đồng Tiến", (None, "held"))),
        ),
        trend=(Point("27/2020", 170, 2, 5), Point("28/2020", 168, 4, 7)),
        at_risk=(an_item(9, title="Xã Hợp Lý đạt chuẩn NTM", early=("còn 6 tiêu chí, 9 tuần qua đạt thêm 2",)),),
        criteria=CriteriaView(
            19,
            ("26/06", "03/07", "10/07"),
            (16.5, 16.8, 17.1),
            18.3,
            (("Hợp Lý", (12, 12, 13)), ("Thọ Dân", (19, 19, 19))),
        ),
        remark="Đề nghị các đồng chí cho ý kiến tại cuộc họp.",
    )


def hostile_briefing() -> BriefingView:
    """Words from everywhere that a spreadsheet, a typesetter or XML could take for an order."""
    words = (FORMULA, TYPST, MIXED, LONG, MARKUP)
    items = tuple(an_item(at, title=text, owner=text, quote=text, last_note=text) for at, text in enumerate(words, 1))
    view = full_briefing()
    return replace(
        view,
        overdue=items,
        slipped=items,
        coming=items,
        finished=items,
        decisions=tuple(
            replace(view.decisions[0], item=item, question=item.title, options=(item.title,)) for item in items
        ),
        became=tuple(BecameView(at, text, text, text, True) for at, text in enumerate(words)),
        units=tuple(replace(a_row(text), remark=text) for text in words),
        unanswered=tuple((text, 2) for text in words),
        silent=tuple(replace(view.silent[0], unit=text, posts=(text,)) for text in words),
        overseers=tuple(OverseerRow(text, 1, 1, 0, 0, 1, 0, 1, 1) for text in words),
        grid=GridView(words, tuple((text, ("open_overdue",) * len(words)) for text in words)),
        office=replace(view.office, name=TYPST, place=MIXED, superior=FORMULA, symbol="<&>", signatory=LONG),
        remark=TYPST,
    )


def pages(paper: Paper) -> list[tuple[float, float, str]]:
    """Width and height in millimetres, and the text of every page of the PDF."""
    document = pypdfium2.PdfDocument(pdf_of(paper))
    found = []
    for page in document:
        width, height = page.get_size()
        found.append(
            (
                round(width / 72 * 25.4),
                round(height / 72 * 25.4),
                " ".join(page.get_textpage().get_text_range().split()),
            )
        )
    document.close()
    return found


def cells(content: bytes) -> Iterator[tuple[str, object]]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                yield cell.data_type, cell.value


def test_the_pdf_stands_on_a4_with_its_wide_tables_across_and_numbers_from_the_second_page() -> None:
    found = pages(briefing_paper(full_briefing()))
    upright = [text for width, height, text in found if (width, height) == (210, 297)]
    across = [text for width, height, text in found if (width, height) == (297, 210)]
    assert len(upright) + len(across) == len(found)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in upright[0]
    assert "Độc lập - Tự do - Hạnh phúc" in upright[0]
    assert "Số: /BC" in upright[0]
    assert not upright[0].startswith("1 ")
    assert upright[1].startswith("2 ")
    assert [text[:10] for text in across if text.startswith("PHỤ LỤC")]
    assert any("- Lưu: VT." in text for text in upright)


def test_every_format_holds_the_same_figures_and_questions() -> None:
    view = full_briefing()
    paper = briefing_paper(view)
    pdf = " ".join(text for _, _, text in pages(paper))
    word = Document(io.BytesIO(word_of(paper)))
    lines = [line.text for line in word.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables]
    values = {value for _, value in cells(excel_of(view))}
    question = view.decisions[0].question
    assert "".join(question.split()) in "".join(pdf.split())
    assert any(question in line for line in lines)
    assert question in values
    first = view.units[0]
    figures = (first.total, first.done_on_time, first.done_late, first.open_in_time, first.open_overdue)
    (unit_table,) = [table for table in tables if table[0][-1] == "Ghi chú"]
    assert len(unit_table[0]) == 11, "TT, unit, total, four cells, three rates, remark"
    assert unit_table[2][1:7] == [first.name, *map(str, figures)]
    assert unit_table[-1][1:3] == ["Cộng", str(view.total.total)]
    sheet = openpyxl.load_workbook(io.BytesIO(excel_of(view)))["Đơn vị"]
    assert [cell.value for cell in sheet[2]][1:7] == [first.name, *figures]


def test_the_word_file_keeps_to_the_decree() -> None:
    document = Document(io.BytesIO(word_of(briefing_paper(full_briefing()))))
    first = document.sections[0]
    assert [round(one.mm) for one in (first.page_width, first.page_height) if one is not None] == [210, 297]
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(one.mm) for one in margins if one is not None] == [20, 20, 30, 20]
    assert first.different_first_page_header_footer
    assert first.first_page_header.paragraphs[0].text == ""
    assert "PAGE" in first.header.paragraphs[0]._p.xml
    assert document.styles["Normal"].font.name == "Times New Roman"
    across = [section for section in document.sections if section.page_width and section.page_width.mm > 290]
    assert across
    assert all(section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1" for section in document.sections[1:])


def test_excel_holds_real_numbers_and_dates_with_filters_under_a_frozen_head() -> None:
    book = openpyxl.load_workbook(io.BytesIO(excel_of(full_briefing())))
    for sheet in book:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
    late = book["Quá hạn"]
    titles = [cell.value for cell in late[1]]
    assert isinstance(late.cell(2, titles.index("Hạn") + 1).value, datetime)
    assert isinstance(book["Đơn vị"].cell(2, 8).value, float)
    assert book["Đơn vị"].cell(2, 8).number_format == "0.0%"


def test_no_text_becomes_a_formula_or_a_link() -> None:
    content = excel_of(hostile_briefing())
    kinds = {kind for kind, _ in cells(content)}
    assert "f" not in kinds
    assert FORMULA in {value for _, value in cells(content)}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not [name for name in packed.namelist() if "externalLink" in name or "sheet1.xml.rels" in name]


def test_no_text_becomes_markup_of_the_typesetter() -> None:
    text = "".join("".join(page for _, _, page in pages(briefing_paper(hostile_briefing()))).split())
    assert "".join(TYPST.split()) in text
    assert "".join(FORMULA.split()) in text


def test_the_word_file_stands_any_words_too() -> None:
    content = word_of(briefing_paper(hostile_briefing()))
    document = Document(io.BytesIO(content))
    text = "".join(line.text for line in document.paragraphs) + "".join(
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    )
    for words in (FORMULA, TYPST):
        assert words in text
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        body = packed.read("word/document.xml").decode()
    assert body.count("instrText") == 0, "the only field of a page is its number, in the header"


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(replace(a_briefing(), units=(a_row("UBND xã Thọ Sơn"),)), id="one unit"),
        pytest.param(
            replace(
                a_briefing(),
                units=(a_row("UBND xã Thọ Sơn", 3, done_on_time=3, open_overdue=0, rate_done="100,0%"),),
                overdue=(), slipped=(), coming=(), decisions=(), unanswered=(), silent=(),
            ),
            id="all done",
        ),
        pytest.param(
            replace(
                a_briefing(),
                total=a_row("Toàn bộ", 0, rate_done="–", rate_on_time="–", rate_overdue="–", updated="0/0"),
                previous=None, units=(), overdue=(), slipped=(), coming=(), finished=(), decisions=(), unanswered=(), silent=(),
            ),
            id="no tasks",
        ),
    ],
)  # fmt: skip
def test_a_briefing_with_little_in_it_still_makes_every_file(view: BriefingView) -> None:
    paper = briefing_paper(view)
    assert pages(paper)
    assert Document(io.BytesIO(word_of(paper))).paragraphs
    assert openpyxl.load_workbook(io.BytesIO(excel_of(view))).sheetnames[0] == "Đơn vị"


def test_a_table_of_thousands_is_cut_on_paper_and_whole_in_excel() -> None:
    view = replace(full_briefing(), units=tuple(a_row(f"UBND xã số {at}") for at in range(MOST_ROWS + 5)))
    paper = briefing_paper(view)
    table, rest = paper.annexes[0].blocks
    assert len(table.rows) == MOST_ROWS  # type: ignore[union-attr]
    assert "Và 5 dòng khác" in rest.text  # type: ignore[union-attr]
    sheet = openpyxl.load_workbook(io.BytesIO(excel_of(view)), read_only=True)["Đơn vị"]
    assert (
        sum(1 for row in sheet.iter_rows(values_only=True) if row[1] and str(row[1]).startswith("UBND"))
        == MOST_ROWS + 5
    )


def test_the_same_briefing_gives_the_same_pdf() -> None:
    paper = briefing_paper(full_briefing())
    assert pdf_of(paper) == pdf_of(paper)


# -- charts ------------------------------------------------------------------------------------------------------------


def test_charts_read_in_black_and_white() -> None:
    view = full_briefing()
    assert 'fill="url(#late)"' in standings_chart(view)
    assert "stroke-dasharray" in weeks_chart(view.trend)
    assert ">Q</text>" in communes_chart(view.grid, view.week)
    assert len({sign for sign, *_ in SIGNS.values()}) == len(SIGNS)


def test_the_growth_of_criteria_stands_against_the_aim_of_the_paper() -> None:
    found = full_briefing().criteria
    assert found is not None
    chart = growth_chart(found)
    assert "Mục tiêu: 18,3" in chart
    assert "Bình quân: 17,1" in chart
    assert "Mục tiêu" not in growth_chart(replace(found, aim=None))
    assert ">13/19</text>" in sparks_chart(found)


@pytest.mark.parametrize("averages", [(0.0,), (19.0, 19.0), (0.0, 19.0), (18.9, 19.0)])
def test_a_chart_of_growth_stands_any_averages(averages: tuple[float, ...]) -> None:
    days = tuple(f"{at:02}/07" for at in range(1, len(averages) + 1))
    chart = growth_chart(CriteriaView(19, days, averages, 18.3, (("Hợp Lý", tuple(map(int, averages))),)))
    heights = [float(one) for one in re.findall(r'cy="([-0-9.]+)"', chart)]
    assert len(heights) == len(averages)
    assert all(0 <= one <= 226 for one in heights)


def test_there_is_no_chart_of_nothing() -> None:
    assert growth_chart(None) == sparks_chart(None) == ""
    assert standings_chart(replace(a_briefing(), units=())) == ""
    assert weeks_chart((Point("28/2020", 1, 0, 0),)) == "", "one week is no line"
    assert communes_chart(GridView((), ()), "28/2020") == ""


def test_a_chart_holds_as_many_lines_as_a_page_has_room_for() -> None:
    grid = GridView(("Đạt chuẩn NTM",), tuple((f"Xã {at}", ("open_in_time",)) for at in range(200)))
    assert communes_chart(grid, "28/2020").count('text-anchor="end"') == MOST_COMMUNES


def test_words_in_a_chart_are_escaped() -> None:
    chart = standings_chart(hostile_briefing()) + communes_chart(hostile_briefing().grid, "28/2020")
    assert "<script" not in chart
    assert "&lt;" in chart


def test_a_picture_for_a_letter_is_a_png_on_white() -> None:
    png = png_of(weeks_chart(full_briefing().trend), width=150, pixels=600)
    assert png.startswith(b"\x89PNG")
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    assert abs(picture.width - 600) <= 1
    assert picture.getpixel((2, 2)) == (255, 255, 255, 255)


def test_the_words_for_a_standing_are_known_to_every_format() -> None:
    assert set(SIGNS) == set(Standing) | {"waiting", "held"}


def test_a_section_is_cut_where_no_meeting_would_go_on() -> None:
    view = full_briefing()
    many = tuple(an_item(at, title=f"Việc thứ {at}") for at in range(1, MOST_ENTRIES + 8))
    paper = briefing_paper(replace(view, coming=many, overdue=many, decisions=()))
    texts = [block.text for block in paper.blocks if isinstance(block, Paragraph)]
    assert texts.count("Và 7 việc khác: xem bản Excel của báo cáo này.") == 2
    assert len([text for text in texts if text.startswith("Việc thứ")]) == 2 * MOST_ENTRIES
    book = openpyxl.load_workbook(io.BytesIO(excel_of(replace(view, coming=many))), read_only=True)
    assert sum(1 for _ in book["Sắp đến hạn"].iter_rows()) == len(many) + 1
