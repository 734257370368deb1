"""Excel file of a briefing: real numbers and dates, filters, frozen heads; no text becomes a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook

from tracker.briefing.charts import SIGNS
from tracker.briefing.paper import printable
from tracker.briefing.view import BriefingView, CellRow
from tracker.briefing.words import Words, words_of
from tracker.notify.rows import Row
from tracker.notify.views import ItemView, day_of

LONGEST = 32_000  # a cell of Excel holds 32,767 characters
Cell = str | int | float | date | None
Columns = Sequence[tuple[str, int]]  # title, width in characters

UNITS: Columns = (
    ("TT", 6), ("Đơn vị", 44), ("Tổng số", 10), ("HT trong hạn", 12), ("HT trễ hạn", 12), ("Chưa HT trong hạn", 12),
    ("Chưa HT trễ hạn", 12), ("Tỷ lệ hoàn thành", 12), ("Tỷ lệ đúng hạn", 12), ("Tỷ lệ trễ hạn", 12), ("Ghi chú", 60),
    ("Không ghi hạn", 12), ("Không ghi hạn, đã xong", 12), ("Có báo cáo mới", 12), ("Đang thực hiện", 12),
)  # fmt: skip
TASKS: Columns = (
    ("TT", 6), ("Số", 8), ("Nội dung", 60), ("Chủ trì", 36), ("Địa bàn", 22), ("Hạn", 12), ("Hạn gốc", 12),
    ("Ngày làm việc quá hạn", 12), ("Tiến độ (%)", 10), ("Báo cáo gần nhất", 12), ("Nội dung báo cáo", 50),
    ("Tình hình", 40), ("Căn cứ", 44), ("Nguyên văn", 60),
)  # fmt: skip
DECISIONS: Columns = (("TT", 6), ("Số", 8), ("Việc", 60), ("Chủ trì", 36), ("Câu hỏi", 60), ("Phương án", 80))
BECAME: Columns = (("TT", 6), ("Số", 8), ("Việc", 60), ("Chủ trì", 36), ("Kết quả", 60))
OVERSEERS: Columns = (
    ("TT", 6), ("Thành viên phụ trách", 44), ("Số địa bàn", 10), ("Tổng số việc", 10), ("Đã hoàn thành", 12),
    ("Chưa HT trong hạn", 12), ("Chưa HT trễ hạn", 12), ("Chưa HT, không hạn", 12), ("Trễ hạn, đã được báo", 12),
    ("Chưa xác nhận", 12),
)  # fmt: skip
SILENT: Columns = (
    ("TT", 6), ("Đơn vị", 44), ("Việc trễ hạn", 10), ("Việc không ghi hạn", 12), ("Thư gần nhất", 12), ("Người nhận", 80)
)  # fmt: skip


def excel_of(view: BriefingView) -> bytes:
    """A briefing as .xlsx; the same briefing gives the same cells."""
    words = words_of(view)
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": f"Báo cáo giao ban tuần {view.week}", "author": view.office.name})
        sheets = _Sheets(book)
        sheets.add("Đơn vị", UNITS, _unit_rows(words), total=_unit_row("", view.total, ""))
        sheets.add("Quyết định", DECISIONS, _decision_rows(words))
        sheets.add("Quyết định kỳ trước", BECAME, _became_rows(view))
        for name, rows, items in (
            ("Quá hạn", [row for row, _ in words.overdue], view.overdue),
            ("Quá hạn trong tuần", words.slipped, view.slipped),
            ("Hoàn thành", words.finished, view.finished),
            ("Sắp đến hạn", words.coming, view.coming),
            ("Nguy cơ chậm", words.at_risk, view.at_risk),
        ):
            sheets.add(name, TASKS, _task_rows(rows, items))
        columns = (("Xã", 26), *((title, 16) for title in view.grid.columns))
        sheets.add("Lưới xã", columns, [(name, *map(_stands, cells)) for name, cells in view.grid.lines])
        if view.criteria is not None:
            days = (("Xã", 26), *((one, 8) for one in view.criteria.days))
            sheets.add("Tiêu chí", days, [(name, *met) for name, met in view.criteria.communes])
        sheets.add("Thành viên phụ trách", OVERSEERS, _overseer_rows(view))
        sheets.add("Chưa trả lời", SILENT, _silent_rows(view))
    return file.getvalue()


class _Sheets:
    """Tables of one workbook, all of one look."""

    def __init__(self, book: Workbook) -> None:
        face = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
        self.book = book
        self.head = book.add_format(face | {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E4E7EB"})
        self.text = book.add_format(face | {"text_wrap": True, "border": 1})
        self.number = book.add_format(face | {"border": 1})
        self.rate = book.add_format(face | {"border": 1, "num_format": "0.0%"})
        self.day = book.add_format(face | {"border": 1, "num_format": "dd/mm/yyyy"})
        self.bold = book.add_format(face | {"border": 1, "bold": True})
        self.bold_rate = book.add_format(face | {"border": 1, "bold": True, "num_format": "0.0%"})

    def add(
        self, name: str, columns: Columns, rows: Iterable[Sequence[Cell]], *, total: Sequence[Cell] | None = None
    ) -> None:
        """A sheet: a frozen head with filters, a row each, perhaps a last one in bold outside the filter."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 2 if columns[0][0] == "TT" else 1)
        for at, (title, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, printable(title), self.head)
        last = 0
        for last, row in enumerate(rows, 1):
            self._write(sheet, last, row, is_total=False)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
        if total is not None:
            self._write(sheet, last + 1, total, is_total=True)

    def _write(self, sheet: Any, at: int, row: Sequence[Cell], *, is_total: bool) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, printable(cell)[:LONGEST], self.bold if is_total else self.text)
            elif isinstance(cell, float):
                sheet.write_number(at, column, cell, self.bold_rate if is_total else self.rate)
            elif isinstance(cell, date):
                sheet.write_datetime(at, column, datetime(cell.year, cell.month, cell.day), self.day)  # noqa: DTZ001 - Excel knows no zones
            elif cell is not None:
                sheet.write_number(at, column, cell, self.bold if is_total else self.number)
            else:
                sheet.write_blank(at, column, None, self.bold if is_total else self.text)


def _unit_rows(words: Words) -> Iterable[Sequence[Cell]]:
    for at, (unit, remark) in enumerate(zip(words.view.units, words.remarks, strict=True), 1):
        yield _unit_row(at, unit, remark)


def _unit_row(at: int | str, unit: CellRow, remark: str) -> Sequence[Cell]:
    updated, _, open_ = unit.updated.partition("/")
    return (
        at, unit.name if at else "Cộng", unit.total, unit.done_on_time, unit.done_late, unit.open_in_time, unit.open_overdue,
        _rate(unit.done_on_time + unit.done_late + unit.done_undated, unit), _rate(unit.done_on_time, unit),
        _rate(unit.open_overdue, unit), remark, unit.undated, unit.done_undated, int(updated), int(open_),
    )  # fmt: skip


def _rate(number: int, unit: CellRow) -> float | None:
    return number / unit.total if unit.total else None


def _decision_rows(words: Words) -> Iterable[Sequence[Cell]]:
    for (row, question, options), decision in zip(words.decisions, words.view.decisions, strict=True):
        yield row.number, decision.item.task_id, row.title, row.owner, question, "; ".join(options)
    if words.unanswered:
        asked = f"{words.unanswered_tasks} việc không ghi hạn chưa có báo cáo mới: xử lý thế nào?"
        yield len(words.decisions) + 1, None, asked, words.unanswered, asked, "; ".join(words.undated_options)


def _became_rows(view: BriefingView) -> Iterable[Sequence[Cell]]:
    for at, one in enumerate(view.became, 1):
        yield at, one.task_id, one.title, one.owner, one.outcome


def _task_rows(rows: Iterable[Row], items: Iterable[ItemView]) -> Iterable[Sequence[Cell]]:
    for row, item in zip(rows, items, strict=True):
        yield (
            row.number, item.task_id, row.title, row.owner, row.place, _day(item.due), _day(item.first_due),
            item.working_days_late or None, item.percent, _day(item.last_report), row.note, row.standing + row.more + (f"; {row.early}" if row.early else ""),
            row.source, item.quote,
        )  # fmt: skip


def _overseer_rows(view: BriefingView) -> Iterable[Sequence[Cell]]:
    for at, one in enumerate(view.overseers, 1):
        yield (
            at, one.post, one.places, one.total, one.done, one.open_in_time, one.open_overdue, one.undated, one.told,
            one.unacknowledged,
        )  # fmt: skip


def _silent_rows(view: BriefingView) -> Iterable[Sequence[Cell]]:
    for at, one in enumerate(view.silent, 1):
        yield at, one.unit, one.overdue, one.undated, _day(one.told_on), ", ".join(one.posts)


def _day(text: str | None) -> date | None:
    return day_of(text) if text else None


def _stands(stands: str | None) -> str:
    return SIGNS[stands][1] if stands is not None else ""
