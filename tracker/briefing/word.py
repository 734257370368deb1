"""Word file of a paper, in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, margins 20/20/30/20 mm, Times New Roman."""

import io
from collections.abc import Iterable, Sequence
from html import escape

from docx import Document
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line

from tracker.briefing.paper import (
    Annex,
    Block,
    Column,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
    Value,
    printable,
)
from tracker.briefing.pdf import png_of
from tracker.notify.fitting import flat

FONT = "Times New Roman"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
PICTURE_PIXELS = 1_300  # across: sharp on paper, small in the file
CENTER = WD_ALIGN_PARAGRAPH.CENTER
TEXT_WIDTH = Mm(160)  # of an upright page: 210 less both margins


def word_of(paper: Paper) -> bytes:
    """A paper as .docx. Every word is written as text: none becomes a field or markup."""
    document = Document()
    _set_page(document.sections[0])
    _set_font(document)
    document.core_properties.title = f"{paper.kind} {paper.subject}".strip()
    document.core_properties.author = paper.office
    _head(document, paper)
    _blocks(document, paper.blocks, TEXT_WIDTH)
    _foot(document, paper)
    for number, annex in enumerate(paper.annexes):
        _annex(document, paper, annex, ROMAN[number] if len(paper.annexes) > 1 else "")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(section: Section) -> None:
    """Page 1 has no number: the others have theirs on top, in the middle."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        run.font.size = Pt(13)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _set_font(document: Written) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    _space(style.paragraph_format, before=0, after=6)


def _space(form: object, *, before: float, after: float) -> None:
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0  # type: ignore[attr-defined]


# -- head and foot -----------------------------------------------------------------------------------------------------


def _head(document: Written, paper: Paper) -> None:
    left, right = _two_columns(document, (Mm(66), Mm(100)))
    upper = [(paper.superior.upper(), 12, False, False)] if paper.superior else []
    number = [(f"Số:          {paper.sign}", 13, False, False)]
    about = [(f"V/v {paper.subject}", 12, False, False)] if not paper.kind and paper.subject else []
    _stack(left, [*upper, (paper.office.upper(), 12, True, False), _RULE, *number, *about])
    place = f"{paper.place}, " if paper.place else ""
    _stack(
        right,
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
            ("Độc lập - Tự do - Hạnh phúc", 13, True, False),
            _RULE,
            (f"{place}ngày       tháng       năm         ", 13, False, True),
        ],
    )
    if paper.kind:
        _centred(document, paper.kind, 14, bold=True, before=12)
        _centred(document, paper.subject, 14, bold=True)
        if paper.subtitle:
            _centred(document, paper.subtitle, 13, italic=True, after=12)
    for at, one in enumerate(paper.addressees):
        several = len(paper.addressees) > 1
        text = f"- {one}" if several else f"Kính gửi: {one}"
        if several and at == 0:
            _centred(document, "Kính gửi:", 13, before=12)
        _centred(document, text, 13, before=0 if several else 12, after=12 if at == len(paper.addressees) - 1 else 2)


Words = tuple[str, float, bool, bool]  # text, size in points, bold, italic
_RULE: Words = ("", 0, False, False)  # a rule in place of words


def _two_columns(document: Written, widths: Sequence[Length]) -> list[_Cell]:
    table = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = width
    return list(table.rows[0].cells)


def _stack(cell: _Cell, lines: Iterable[Words]) -> None:
    """Centred lines one below the other."""
    written: Line | None = None
    for text, size, bold, italic in lines:
        written = cell.paragraphs[0] if written is None else cell.add_paragraph()
        written.alignment = CENTER
        _space(written.paragraph_format, before=0, after=3)
        if not size:
            _draw_rule(written)
            continue
        run = written.add_run(flat(text) if text.strip() == text else text)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _draw_rule(line: Line) -> None:
    """A rule in the middle of the cell: the upper border of an empty line with indents on both sides."""
    line.add_run().font.size = Pt(2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(20)
    border, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    border.append(top)
    line._p.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _centred(
    document: Written,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 4,
) -> None:
    line = document.add_paragraph()
    line.alignment = CENTER
    _space(line.paragraph_format, before=before, after=after)
    run = line.add_run(flat(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _foot(document: Written, paper: Paper) -> None:
    left, right = _two_columns(document, (Mm(80), Mm(80)))
    title = left.paragraphs[0]
    _space(title.paragraph_format, before=8, after=0)
    run = title.add_run("Nơi nhận:")
    run.font.size, run.bold, run.italic = Pt(12), True, True
    for one in paper.receivers:
        line = left.add_paragraph()
        _space(line.paragraph_format, before=0, after=0)
        line.add_run(f"- {flat(one)}").font.size = Pt(11)
    _stack(right, [(one.upper(), 13, True, False) for one in paper.signed])


# -- blocks ------------------------------------------------------------------------------------------------------------


def _blocks(document: Written, blocks: Iterable[Block], width: Length) -> None:
    """Blocks one below the other; lines are gathered and written at once."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            lines.append(_line(block))
            continue
        _write(document, lines)
        if isinstance(block, Table):
            _table(document, block, width)
        else:
            _picture(document, block)
    _write(document, lines)


def _write(document: Written, lines: list[str]) -> None:
    """Put the gathered lines down as XML: python-docx makes some thirty look-ups for each, seconds for a long paper."""
    if lines:
        end = document.element.body.sectPr
        for line in parse_xml(f'<w:body xmlns:w="{_NAMESPACE}">{"".join(lines)}</w:body>'):
            end.addprevious(line)
        lines.clear()


def _line(block: Heading | Paragraph) -> str:
    is_heading = isinstance(block, Heading)
    runs = (Run(block.text, bold=True),) if isinstance(block, Heading) else block.runs
    label = "" if isinstance(block, Heading) or not block.label else f"{block.label} "
    keep = "<w:keepNext/>" if is_heading or (isinstance(block, Paragraph) and block.keep) else ""
    space = '<w:spacing w:before="200"/>' if is_heading else ""
    form = f'<w:pPr>{keep}{space}<w:ind w:firstLine="{_FIRST_LINE}"/><w:jc w:val="both"/></w:pPr>'
    return f"<w:p>{form}{''.join(map(_run, (Run(label), *runs) if label else runs))}</w:p>"


_FIRST_LINE = 567  # twentieths of a point: 10 mm


def _run(run: Run) -> str:
    face = ("<w:b/>" if run.bold else "") + ("<w:i/>" if run.italic else "")
    form = f"<w:rPr>{face}</w:rPr>" if face else ""
    return f'<w:r>{form}<w:t xml:space="preserve">{escape(printable(run.text))}</w:t></w:r>'


def _picture(document: Written, picture: Picture) -> None:
    line = document.add_paragraph()
    line.alignment = CENTER
    png = png_of(picture.svg, width=picture.width, pixels=PICTURE_PIXELS)
    shape = line.add_run().add_picture(io.BytesIO(png), width=Mm(picture.width))
    shape._inline.docPr.set("descr", picture.alt)


def _annex(document: Written, paper: Paper, annex: Annex, number: str) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.left_margin, section.right_margin = Mm(20), Mm(15)
    is_landscape = annex.is_landscape
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if is_landscape else (Mm(210), Mm(297))
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")  # each annex has numbers of its own
    section._sectPr.append(start)
    of = "Báo cáo" if paper.kind == "BÁO CÁO" else "Công văn"
    _centred(document, f"PHỤ LỤC {number}".strip(), 14, bold=True)
    _centred(document, annex.title, 13, bold=True)
    line = f"(Kèm theo {of} số          {paper.sign} ngày       tháng       năm         )"
    written = document.add_paragraph()
    written.alignment = CENTER
    written.add_run(line).italic = True
    _blocks(document, annex.blocks, Mm(262 if is_landscape else 175))


# -- tables ------------------------------------------------------------------------------------------------------------


def _table(document: Written, table: Table, width: Length) -> None:
    """A table written as XML: python-docx looks every cell up anew, which takes minutes for ten thousand rows."""
    has_groups = any(column.group for column in table.columns)
    share = sum(column.share for column in table.columns)
    widths = [int(column.share / share * width / Pt(1) * 20) for column in table.columns]
    parts = [_TABLE_HEAD, "".join(f'<w:gridCol w:w="{one}"/>' for one in widths), "</w:tblGrid>"]
    parts += _heading_rows(table.columns, widths, table.size, has_groups)
    aligns = [column.align for column in table.columns]
    parts += [_row(row, widths, aligns, table.size) for row in table.rows]
    if table.total is not None:
        parts.append(_row(table.total, widths, aligns, table.size, bold=True))
    parts.append("</w:tbl>")
    document.element.body.insert_element_before(parse_xml("".join(parts)), "w:sectPr")
    _space(document.add_paragraph().paragraph_format, before=0, after=0)


_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TABLE_HEAD = (
    f'<w:tbl xmlns:w="{_NAMESPACE}"><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="55" w:type="dxa"/>'
    '<w:right w:w="55" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
)


def _heading_rows(columns: Sequence[Column], widths: Sequence[int], size: float, has_groups: bool) -> list[str]:
    top, below, at = [], [], 0
    while at < len(columns):
        group = columns[at].group
        last = at + 1
        while group and last < len(columns) and columns[last].group == group:
            last += 1
        if group:
            top.append(_cell(group, sum(widths[at:last]), "center", size, bold=True, span=last - at))
            below += [_cell(columns[one].title, widths[one], "center", size, bold=True) for one in range(at, last)]
        else:
            merge = "restart" if has_groups else ""
            top.append(_cell(columns[at].title, widths[at], "center", size, bold=True, merge=merge))
            below.append(_cell("", widths[at], "center", size, merge="continue"))
        at = last
    mark = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    rows = [top, below] if has_groups else [top]
    return [f"<w:tr>{mark}{''.join(cells)}</w:tr>" for cells in rows]


def _row(
    values: Sequence[Value], widths: Sequence[int], aligns: Sequence[str], size: float, *, bold: bool = False
) -> str:
    cells = (
        _cell(_written(value), width, align, size, bold=bold)
        for value, width, align in zip(values, widths, aligns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _written(value: Value) -> str:
    return value if isinstance(value, str) else str(value).replace(".", ",")


def _cell(text: str, width: int, align: str, size: float, *, bold: bool = False, span: int = 1, merge: str = "") -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    points = round(size * 2)
    face = ("<w:b/>" if bold else "") + f'<w:sz w:val="{points}"/><w:szCs w:val="{points}"/>'
    words = escape(printable(text))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{merged}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{face}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'
    )
