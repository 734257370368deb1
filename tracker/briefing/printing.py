"""The briefing as a paper: the sections of the letter in the official layout, tables and charts in annexes."""

from collections.abc import Callable

from tracker.briefing.charts import communes_chart, growth_chart, sparks_chart, standings_chart, weeks_chart
from tracker.briefing.paper import Annex, Block, Column, Heading, Paper, Paragraph, Picture, Run, Table, Value, plain
from tracker.briefing.view import BriefingView, CellRow
from tracker.briefing.words import Decision, Words, words_of
from tracker.notify.rows import Row

NONE = Paragraph(plain("Không có."))
Tail = Callable[[Row], tuple[Run, ...]]
LETTERS = "abcdefghiklmnopqrstuvxy"
MOST_ROWS = 1_000  # of one annex; the Excel file has them all
MOST_ENTRIES = 100  # of one section, the worst; nobody decides more in one meeting

UNIT_COLUMNS = (
    Column("TT", 5),
    Column("Đơn vị", 27, align="left"),
    Column("Tổng số", 7),
    Column("trong hạn", 8, "Đã hoàn thành"),
    Column("trễ hạn", 8, "Đã hoàn thành"),
    Column("trong hạn", 8, "Chưa hoàn thành"),
    Column("trễ hạn", 8, "Chưa hoàn thành"),
    Column("hoàn thành", 9, "Tỷ lệ"),
    Column("đúng hạn", 8, "Tỷ lệ"),
    Column("trễ hạn", 8, "Tỷ lệ"),
    Column("Ghi chú", 34, align="left"),
)
OVERSEER_COLUMNS = (
    Column("TT", 5),
    Column("Thành viên phụ trách", 36, align="left"),
    Column("Số địa bàn", 9),
    Column("Tổng số việc", 9),
    Column("Đã hoàn thành", 10),
    Column("Trong hạn", 9, "Chưa hoàn thành"),
    Column("Trễ hạn", 9, "Chưa hoàn thành"),
    Column("Không hạn", 9, "Chưa hoàn thành"),
    Column("Đã được báo", 10, "Việc trễ hạn"),
    Column("Chưa xác nhận", 10, "Việc trễ hạn"),
)
SILENT_COLUMNS = (
    Column("TT", 5),
    Column("Đơn vị", 30, align="left"),
    Column("Việc trễ hạn", 9),
    Column("Việc không ghi hạn", 10),
    Column("Thư gần nhất", 13),
    Column("Người nhận", 45, align="left"),
)


def briefing_paper(view: BriefingView) -> Paper:
    """The paper of one briefing, whole or of one overseer."""
    words = words_of(view)
    return Paper(
        kind="BÁO CÁO",
        subject=f"Giao ban tuần {view.week}" + (f" – {view.scope_post}" if view.scope_post else ""),
        sign="/BC" + (f"-{words.office.symbol}" if words.office.symbol else ""),
        superior=words.office.superior,
        office=words.office.name,
        place=words.office.place,
        subtitle=f"Kỳ {view.number:02}/{view.period[:4]}, từ ngày {view.first_day} đến ngày {view.last_day}; số liệu chốt: {view.cut_off}",
        blocks=tuple(_blocks(words)),
        annexes=tuple(_annexes(view, words)),
        receivers=("Các đồng chí dự họp giao ban;", "Lưu: VT."),
        signed=(words.office.signatory or words.office.name,),
    )


def _blocks(words: Words) -> list[Block]:
    view = words.view
    sections: list[tuple[str, list[Block]]] = [
        (f"Nội dung cần quyết định: {words.to_decide}", _decisions(words)),
        (f"Kết quả thực hiện quyết định kỳ trước: {len(view.became)}", _became(view)),
        ("Tình hình chung", _general(words)),
        (f"Việc chuyển sang quá hạn trong tuần: {len(words.slipped)} việc", _listed(words.slipped, _slip)),
        (f"Toàn bộ việc quá hạn: {len(words.overdue)} việc", _overdue(words)),
        (f"Biểu dương, ghi nhận: {len(words.finished)} việc hoàn thành trong tuần", _listed(words.finished, _finish)),
        (f"Việc đến hạn trong bốn tuần tới: {len(words.coming)} việc", _listed(words.coming, _coming)),
        (f"Dự báo: {len(words.at_risk)} mốc có nguy cơ chậm", _listed(words.at_risk, _at_risk)),
    ]
    top = [Paragraph(plain(view.remark))] if view.remark else []
    numbers = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
    found: list[Block] = [*top]
    for number, (title, blocks) in zip(numbers, sections, strict=True):
        found += [Heading(f"{number}. {title}"), *(blocks or [NONE])]
    return found


def _decisions(words: Words) -> list[Block]:
    found: list[Block] = []
    for decision in words.decisions[:MOST_ENTRIES]:
        found += _decision(decision)
    found += _rest(len(words.decisions), "nội dung")
    if words.unanswered:
        number = len(words.decisions) + 1
        units = len(words.view.unanswered)
        asked = f"{units} đơn vị chưa có báo cáo mới về {words.unanswered_tasks} việc không ghi hạn sau nhiều lần đề nghị: xử lý thế nào?"
        found += [_lead(number, asked), _detail(f"Theo đơn vị: {words.unanswered}."), *_options(words.undated_options)]
    return found


def _decision(decision: Decision) -> list[Block]:
    row, question, options = decision
    return [_lead(row.number, question), _detail(f"Việc: {row.title}."), *_facts(row), *_options(options)]


def _facts(row: Row) -> list[Block]:
    place = f" Địa bàn: {row.place}." if row.place else ""
    found: list[Block] = [_detail(f"Chủ trì: {row.owner}.{place} Hạn: {row.due}{row.words}.")]
    quote = (Run(": "), Run(f"“{row.quote}”", italic=True)) if row.quote else ()
    found.append(Paragraph((Run(f"Căn cứ: {row.source}{row.seen}"), *quote), level=2))
    said = (Run(" Nội dung báo cáo gần nhất: "), Run(f"“{row.note}”", italic=True), Run(".")) if row.note else ()
    returned = plain(f" Trả lại {row.returned}.") if row.returned else ()
    stands = (Run("Tình hình: "), Run(row.standing, bold=True), Run(f"{row.more}."), *said, *returned)
    found.append(Paragraph(stands, level=2))
    if row.told:
        found.append(_detail(f"Đã thông báo: {'; '.join(row.told)}."))
    return found


def _options(options: tuple[str, ...]) -> list[Block]:
    lettered = zip(LETTERS, options, strict=False)
    return [
        _detail("Phương án:"),
        *(Paragraph(plain(f"{one};"), label=f"{letter})", level=2) for letter, one in lettered),
    ]


def _lead(number: int, text: str) -> Paragraph:
    return Paragraph((Run(text, bold=True),), label=f"{number}.", level=1, keep=True)


def _detail(text: str) -> Paragraph:
    return Paragraph(plain(text), level=2)


def _became(view: BriefingView) -> list[Block]:
    shown = [
        Paragraph(
            (Run(one.title, bold=True), Run(f" ({one.owner}): "), Run(one.outcome, bold=one.is_open), Run(".")),
            label=f"{number}.",
            level=1,
        )
        for number, one in enumerate(view.became[:MOST_ENTRIES], 1)
    ]
    return [*shown, *_rest(len(view.became), "nội dung")]


def _general(words: Words) -> list[Block]:
    view = words.view
    change = f" ({words.change} so với kỳ trước)" if words.change else ""
    total = f"Tổng số: {view.total.total} việc{change}."
    if view.previous is None:
        total += " Chưa có báo cáo kỳ trước để so sánh."
    columns = tuple(Column(name, 1) for name, _, _ in words.cells)
    rows: list[tuple[Value, ...]] = [tuple(number for _, number, _ in words.cells)]
    if view.previous is not None:
        rows.append(tuple(changed for _, _, changed in words.cells))
    undated = view.total.done_undated
    of_undated = f" (kể cả {undated} việc không ghi hạn đã hoàn thành)" if undated else ""
    rates = (
        f"Tỷ lệ hoàn thành {view.total.rate_done}{of_undated}; đúng hạn {view.total.rate_on_time}; quá hạn "
        f"{view.total.rate_overdue}. Trong tuần có báo cáo mới: {view.total.updated} việc đang thực hiện."
    )
    found: list[Block] = [Paragraph(plain(total)), Table(columns, tuple(rows), size=12), Paragraph(plain(rates))]
    if weeks := weeks_chart(view.trend):
        found.append(Picture(weeks, "Việc đang thực hiện, đã hoàn thành và quá hạn theo tuần", 150))
    if growth := growth_chart(view.criteria):
        found.append(Picture(growth, "Số tiêu chí bình quân một xã theo tuần so với mục tiêu trong năm", 150))
    return found


def _listed(rows: tuple[Row, ...], tail: Tail) -> list[Block]:
    shown = [
        Paragraph((Run(row.title, bold=True), *tail(row)), label=f"{row.number}.", level=1)
        for row in rows[:MOST_ENTRIES]
    ]
    return [*shown, *_rest(len(rows), "việc")]


def _rest(number: int, what: str) -> list[Block]:
    """What a section has no room for stands in the Excel file."""
    more = number - MOST_ENTRIES
    return [Paragraph(plain(f"Và {more} {what} khác: xem bản Excel của báo cáo này."))] if more > 0 else []


def _slip(row: Row) -> tuple[Run, ...]:
    why = (
        (Run(" Theo báo cáo gần nhất: "), Run(f"“{row.note}”", italic=True), Run("."))
        if row.note
        else plain(" Chưa có báo cáo nêu lý do.")
    )
    return (Run(f" ({row.owner}); hạn: {row.due}{row.words}; {row.source}{row.seen}."), *why)


def _finish(row: Row) -> tuple[Run, ...]:
    return plain(f" ({row.owner}); {row.finish}; hạn: {row.due}{row.words}; {row.source}.")


def _coming(row: Row) -> tuple[Run, ...]:
    return plain(
        f" ({row.owner}); hạn: {row.due}{row.words}; {row.source}{row.seen}. Tình hình: {row.standing}{row.more}."
    )


def _at_risk(row: Row) -> tuple[Run, ...]:
    why = Run(row.early[:1].upper() + row.early[1:], bold=True)
    return (Run(f" ({row.owner}); hạn: {row.due}{row.words}; {row.source}{row.seen}. "), why, Run("."))


def _overdue(words: Words) -> list[Block]:
    found: list[Block] = []
    for row, decision in words.overdue[:MOST_ENTRIES]:
        if decision:
            rest = f" ({row.owner}); {row.standing}; chi tiết tại nội dung {decision}, mục I."
            found.append(Paragraph((Run(row.title, bold=True), Run(rest)), label=f"{row.number}.", level=1))
        else:
            found += [_lead(row.number, row.title), *_facts(row)]
    return found + _rest(len(words.overdue), "việc")


def _annexes(view: BriefingView, words: Words) -> list[Annex]:
    found = [Annex("Tổng hợp theo đơn vị", _cut(_unit_table(view, words)))]
    if chart := standings_chart(view):
        found.append(
            Annex(
                "Tình hình thực hiện theo đơn vị",
                (Picture(chart, "Số việc theo tình trạng của từng đơn vị", 165),),
                False,
            )
        )
    if grid := communes_chart(view.grid, view.week):
        found.append(Annex("Lưới xã theo mốc", (Picture(grid, "Tình trạng từng mốc của từng xã", 165),), False))
    if sparks := sparks_chart(view.criteria):
        found.append(
            Annex("Số tiêu chí của từng xã theo tuần", (Picture(sparks, "Số tiêu chí của từng xã", 165),), False)
        )
    if view.overseers:
        found.append(Annex("Theo thành viên phụ trách", _cut(_overseer_table(view))))
    if view.silent:
        found.append(Annex("Đã được thông báo, chưa trả lời", _cut(_silent_table(view))))
    return found


def _cut(table: Table) -> tuple[Block, ...]:
    """A thousand rows are forty pages: what is beyond them stands in the Excel file."""
    if len(table.rows) <= MOST_ROWS:
        return (table,)
    rest = f"Và {len(table.rows) - MOST_ROWS} dòng khác: xem bản Excel của báo cáo này."
    return (Table(table.columns, table.rows[:MOST_ROWS], table.total, table.size), Paragraph(plain(rest)))


def _unit_table(view: BriefingView, words: Words) -> Table:
    rows = tuple(
        (at, *_unit_row(unit), remark)
        for at, (unit, remark) in enumerate(zip(view.units, words.remarks, strict=True), 1)
    )
    undated = f"{view.total.undated} việc không ghi hạn; cập nhật {view.total.updated}"
    return Table(UNIT_COLUMNS, rows, ("", "Cộng", *_unit_row(view.total)[1:], undated), size=11)


def _unit_row(unit: CellRow) -> tuple[Value, ...]:
    return (
        unit.name, unit.total, unit.done_on_time, unit.done_late, unit.open_in_time, unit.open_overdue,
        unit.rate_done, unit.rate_on_time, unit.rate_overdue,
    )  # fmt: skip


def _overseer_table(view: BriefingView) -> Table:
    rows = tuple(
        (
            at, one.post, one.places, one.total, one.done, one.open_in_time, one.open_overdue, one.undated,
            one.told, one.unacknowledged,
        )
        for at, one in enumerate(view.overseers, 1)
    )  # fmt: skip
    return Table(OVERSEER_COLUMNS, rows, size=11)


def _silent_table(view: BriefingView) -> Table:
    rows = tuple(
        (at, one.unit, one.overdue, one.undated, one.told_on, ", ".join(one.posts))
        for at, one in enumerate(view.silent, 1)
    )
    return Table(SILENT_COLUMNS, rows, size=11)
