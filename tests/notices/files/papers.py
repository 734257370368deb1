"""Real files made from the text forms: the same notice as Word, as PDF and as scan, laid out as an office does it."""

import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, ImageChops, ImageFilter

from tests.notices import SAMPLE

FORMS = Path(__file__).parents[1] / "forms"
LAID_OUT = ("chi-thi", "cong-van-khong-danh-so", "cong-van-mot-doan", "cong-van-phong-chay-rung", "thong-bao-giao-ban-huyen", "thong-bao-xa-giao-ban-tuan", "ke-hoach-co-bang-phang")  # fmt: skip

_RIGHT = re.compile(r"CỘNG HÒA|Độc lập|ĐẢNG CỘNG SẢN|.*, ngày .{1,20}(?:năm \d{4}|/\d{4})$")
_TITLE = re.compile(r"THÔNG BÁO|KẾ HOẠCH|CHỈ THỊ|QUYẾT ĐỊNH|CÔNG ĐIỆN")
SIGN = re.compile(r"(?P<sign>(?:[IVX]{1,5}|\d{1,2}(?:\.\d{1,2})*)\.|[a-zđ]\)|[-+*])\s+")


@dataclass
class Laid:
    """The parts of a notice as an office lays them out: left and right of the head, the centred title, running lines,
    recipients left of the signature, and the rows of an annex table."""

    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    annex: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def text_of(form: str) -> str:
    return (SAMPLE if form == "253" else FORMS / f"{form}.txt").read_text("utf-8")


def laid_out(text: str) -> Laid:
    """The lines of a form in the places where they stand on paper."""
    laid = Laid()
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    at = next(i for i, line in enumerate(lines) if _TITLE.fullmatch(line) or line.startswith("Kính gửi"))
    for line in lines[:at]:
        (laid.right if _RIGHT.match(line) else laid.left).append(line)
    if _TITLE.fullmatch(lines[at]):
        laid.title, at = lines[at : at + 2], at + 2
    tail = next((i for i, line in enumerate(lines) if line.startswith("Nơi nhận")), len(lines))
    laid.body = lines[at:tail]
    annex = next((i for i, line in enumerate(lines) if line == "PHỤ LỤC"), len(lines))
    for line in lines[tail:annex]:
        (laid.recipients if line.startswith(("Nơi nhận", "-")) else laid.signature).append(line)
    head = next((i for i, line in enumerate(lines) if i > annex and line == "TT"), len(lines))
    laid.annex, laid.rows = lines[annex:head], _rows(lines[head:])
    return laid


def _rows(cells: list[str]) -> list[list[str]]:
    """The flat cells of the form's table: a head of five, parts with a Roman number, rows of five."""
    rows, at = [], 0
    while at < len(cells):
        width = 2 if re.fullmatch(r"[IVX]+", cells[at]) else 5
        rows.append([*cells[at : at + width], *[""] * (5 - width)])
        at += width
    return rows


_LEVELS = (
    ("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."), ("lowerLetter", "%4)"),
)  # fmt: skip
_LIST_OF_SIGN = {"-": 91, "+": 92, "*": 93}


def word_of(laid: Laid, *, numbered: bool = True) -> bytes:
    """A .docx: head and tail in tables without borders, numbers computed by Word (not typed) when `numbered`."""
    document = Document()
    if numbered:
        _define_lists(document)
    _side_by_side(document, laid.left, laid.right)
    for line in laid.title:
        document.add_paragraph(line).alignment = 1
    for line in laid.body:
        _add(document, line, numbered=numbered)
    if laid.recipients:
        _side_by_side(document, laid.recipients, laid.signature)
    for line in laid.annex:
        document.add_paragraph(line)
    if laid.rows:
        table = document.add_table(len(laid.rows), 5, style="Table Grid")
        for row, cells in zip(table.rows, laid.rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    return saved(document)


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _side_by_side(document, left: list[str], right: list[str]) -> None:
    table = document.add_table(1, 2)
    for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
        cell.text = lines[0] if lines else ""
        for line in lines[1:]:
            cell.add_paragraph(line)


def _define_lists(document) -> None:
    """One list of four levels for I., 1., 1.1., a) and one list for each sign of a dash."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(_LEVELS)
    )
    lists = {90: levels} | {
        key: f'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="{sign}"/></w:lvl>'
        for sign, key in _LIST_OF_SIGN.items()
    }
    root = document.part.numbering_part.element
    for key, inside in lists.items():
        root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}">{inside}</w:abstractNum>'))
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'))


def _add(document, line: str, *, numbered: bool) -> None:
    found = SIGN.match(line) if numbered else None
    paragraph = document.add_paragraph(line[found.end() :] if found else line)
    if found:
        sign = found["sign"]
        number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_numId().val = _LIST_OF_SIGN.get(sign, 90)
        number.get_or_add_ilvl().val = (
            0 if sign in _LIST_OF_SIGN or sign[0] in "IVX" else 3 if sign.endswith(")") else sign.count(".")
        )


_TYPST = """
#let data = json(bytes(sys.inputs.data))
#set page(
  paper: "a4", margin: (left: 30mm, right: 20mm, top: 20mm, bottom: 20mm),
  header: context if counter(page).get().first() > 1 { align(center, counter(page).display()) },
  footer: if data.running != "" { align(right, text(size: 9pt, data.running)) },
)
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi", hyphenate: false)
#set par(justify: true, leading: 0.6em, spacing: 0.9em)
#let stacked(lines) = lines.map(one => [#one]).join(linebreak())
#let noted(line) = if data.note != "" and line.contains("Giao ") { let at = line.position(","); if at == none { line } else { line.slice(0, at) + footnote(data.note) + line.slice(at) } } else { line }
#grid(columns: (2fr, 3fr), align: center, column-gutter: 4mm, stacked(data.left), strong(stacked(data.right)))
#v(6mm)
#if data.title.len() > 0 [#align(center)[#strong(data.title.at(0)) #linebreak() #strong(data.title.slice(1).join(" "))]]
#v(2mm)
#{
  set par(first-line-indent: (amount: 1.27cm, all: true))
  for line in data.body { par(noted(line)) }
}
#v(4mm)
#if data.recipients.len() > 0 { grid(columns: (1fr, 1fr), align: (left, center), text(size: 11pt, stacked(data.recipients)), strong(stacked(data.signature))) }
#if data.annex.len() > 0 { pagebreak(); for line in data.annex { align(center, strong(line)) } }
#if data.rows.len() > 0 {
  let cells = data.rows.map(row => row.map(one => text(size: 11pt, one)))
  if data.is_repeated { table(COLUMNS TABLE table.header(..cells.first()), ..cells.slice(1).flatten()) } else { table(COLUMNS TABLE ..cells.flatten()) }
}
#for line in data.behind { par(line) }
"""


_COLUMNS = "columns: (1cm, 1fr, 3.2cm, 3.2cm, 2.8cm), "


def pdf_of(
    laid: Laid,
    *,
    running: str = "",
    note: str = "",
    table: str = "",
    behind: tuple[str, ...] = (),
    is_repeated: bool = False,
) -> bytes:
    """A .pdf with a text layer: numbered pages, a head in two columns, `running` in every foot, `note` as a footnote at
    each "Giao …,"; `table` says more about the annex table, in typst's words ("stroke: none,"), and `behind` are the paragraphs
    behind it; `is_repeated`: each page begins with the head of the table."""
    import typst

    data = json.dumps(vars(laid) | {"running": running, "note": note, "behind": behind, "is_repeated": is_repeated})
    return typst.compile(
        _TYPST.replace("COLUMNS TABLE", table if "columns:" in table else _COLUMNS + table).encode(),
        sys_inputs={"data": data},
    )


def scans_of(pdf: bytes, *, tilt: float = 0.0, turn: int = 0, dpi: int = 300, seed: int = 1) -> list[Image.Image]:
    """Grey pictures of the pages of a PDF as a scanner gives them: dust, a soft focus, a page laid on the glass by hand
    (`tilt` in degrees) or the wrong way round (`turn` in steps of 90)."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            noise = Image.effect_noise(picture.size, 14)
            picture = ImageChops.add(
                picture.filter(ImageFilter.GaussianBlur(0.7)), noise, scale=1.0, offset=-128 + seed
            )
            if tilt:
                picture = picture.rotate(tilt, fillcolor=250, resample=Image.Resampling.BICUBIC)
            pages.append(picture.rotate(turn, expand=True) if turn else picture)
    return pages


def picture_file(pages: list[Image.Image], form: str, *, dpi: int = 300) -> bytes:
    """The pages as one "PDF" or "TIFF", or the first one as "PNG" or "JPEG"."""
    file = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if form in ("PDF", "TIFF") else {}
    if form == "PDF":
        pages[0].save(file, form, resolution=dpi, **more)
    else:
        pages[0].save(file, form, dpi=(dpi, dpi), **more)
    return file.getvalue()
