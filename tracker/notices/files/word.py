"""Word files: paragraphs with their computed numbers, tables row by row, the head in two columns put in order."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE
from docx.opc.exceptions import OpcError
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from tracker.notices.files.grid import row_line
from tracker.notices.files.legacy import from_tcvn3, from_vni
from tracker.notices.files.numbering import Numbering
from tracker.notices.files.package import check_package
from tracker.notices.files.plain import modern
from tracker.notices.files.revisions import accept
from tracker.notices.files.shapes import Page, UnreadableError

_FORMS = (
    CONTENT_TYPE.WML_DOCUMENT_MAIN,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",  # its macros stay where they are: only text is read
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)


def read_word(file: BinaryIO) -> Page:
    """The text of a .docx (or .docm, .dotx) as one page. Raises UnreadableError."""
    check_package(file)
    lines = _Lines(_document(file))
    text = "\n".join(lines.of(lines.document))
    if not text.strip() and lines.has_pictures:
        raise UnreadableError("the Word file holds only pictures of pages; save it as .pdf and give that file")
    text, encoding = (text, lines.encoding) if lines.encoding else modern(text)
    return Page(text, encoding=encoding)


def _document(file: BinaryIO) -> Document:
    for form in _FORMS:
        PartFactory.part_type_for[form] = DocumentPart
    try:
        part = Package.open(file).main_document_part
        if not isinstance(part, DocumentPart):
            raise UnreadableError("this is another kind of Office file; save the notice as .docx or .pdf")
        document: Document = part.document
        return document
    except (OpcError, KeyError, ValueError, AttributeError, SyntaxError) as error:  # lxml's errors are SyntaxErrors
        raise UnreadableError(
            f"the Word file is damaged ({error}); open it in Word, save it again and give that file"
        ) from None


class _Lines:
    """The lines of one document; numbering counts on from paragraph to paragraph, so they are asked for once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.encoding: str | None = None
        self._chains: dict[str | None, list[Any]] = {}
        accept(document.element.body)
        self.has_pictures = next(document.element.body.iter(qn("w:drawing"), qn("w:pict")), None) is not None
        root = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        self._numbering = Numbering(getattr(root, "element", None))

    def of(self, holder: Document | _Cell) -> Iterator[str]:
        """The lines of the document or of one cell, tables included. A blank line ends what is centred (title, subject)."""
        was_centred = False
        for block in holder.iter_inner_content():
            is_centred = isinstance(block, Paragraph) and block.alignment == WD_ALIGN_PARAGRAPH.CENTER
            if was_centred and not is_centred:
                yield ""
            was_centred = is_centred
            if isinstance(block, Paragraph):
                yield from self._paragraph(block)
            else:
                yield from self._table(block)

    def _paragraph(self, paragraph: Paragraph) -> list[str]:
        styles = self._styles(paragraph)
        text = "".join(self._run(run, styles) for run in paragraph._p.iter(qn("w:r")))
        lines = [_tabs_as_gaps(line) for line in text.split("\n")]
        label = self._label(paragraph._p, styles) if text.strip() else ""
        if label:
            lines[0] = f"{label} {lines[0].lstrip()}"
        return lines

    def _styles(self, paragraph: Paragraph) -> list[Any]:
        """The style of a paragraph and those it is based on, as elements; a chain that bites its tail ends."""
        name = paragraph._p.style
        if name not in self._chains:
            chain: list[Any] = []
            style: Any = paragraph.style
            while style is not None and len(chain) < 12:
                chain.append(style.element)
                style = getattr(style, "base_style", None)
            self._chains[name] = chain
        return self._chains[name]

    def _run(self, run: Any, styles: list[Any]) -> str:
        if _switch(run, styles, "w:vanish"):
            return ""
        text = "".join(_SIGNS.get(part.tag) or (part.text or "" if part.tag == qn("w:t") else "") for part in run)
        font = _font(run, styles)
        if font.startswith((".Vn", "VNI")) and not text.isascii():
            text = self._from_old_font(text, font)
        return text.upper() if _switch(run, styles, "w:caps") else text

    def _from_old_font(self, text: str, font: str) -> str:
        self.encoding = "VNI" if font.startswith("VNI") else "TCVN3 (ABC)"
        text = from_vni(text) if font.startswith("VNI") else from_tcvn3(text)
        return text.upper() if font.startswith(".Vn") and font.endswith("H") else text

    def _label(self, paragraph: Any, styles: list[Any]) -> str:
        number, level = _own_numbering(paragraph)
        for style in styles:
            if number is not None:
                break
            number, level = _own_numbering(style)
            if number is not None and level is None:
                level = self._numbering.level_of_style(number, style.get(qn("w:styleId"), ""))
        return self._numbering.label(number, level or 0) if number and number != "0" else ""

    def _table(self, table: Table) -> Iterator[str]:
        """Rows of a table of three and more columns are lines of cells between tabs; narrower ones only place text."""
        rows = [list(row.cells) for row in table.rows]
        texts: dict[Any, list[str]] = {}
        for cell in (cell for row in rows for cell in row):
            if cell._tc not in texts:
                texts[cell._tc] = [*self.of(cell)]
        width = max(map(len, rows), default=0)
        kept = [
            at for at in range(width) if any(_begins(row, at) and "".join(texts[row[at]._tc]).strip() for row in rows)
        ]
        if len(kept) > 2:
            yield from (_row(row, kept, texts) for row in rows)
            return
        placed = list(texts.values())
        if _HEAD_OR_TAIL.search("\n".join(line for lines in placed for line in lines)):
            columns = {cell._tc: at for row in rows for at, cell in reversed([*enumerate(row)])}
            placed = [texts[cell] for cell in sorted(texts, key=lambda cell: columns[cell])]
        yield from (line for lines in placed for line in lines)


def _begins(row: list[_Cell], at: int) -> bool:
    """Whether a cell begins in this column: one that spans several is listed in each of them."""
    return at < len(row) and (at == 0 or row[at]._tc is not row[at - 1]._tc)


def _row(row: list[_Cell], kept: list[int], texts: dict[Any, list[str]]) -> str:
    return row_line([" ".join(texts[row[at]._tc]) if _begins(row, at) else "" for at in kept])


# Issuer beside state, recipients beside signature: such a table only places text and is read column by column.
_HEAD_OR_TAIL = re.compile(r"cộng\s+h[oò][aàò]\s+xã\s+hội|đảng\s+cộng\s+sản|^\s*số\s*:|nơi\s+nhận", re.IGNORECASE | re.MULTILINE)  # fmt: skip


_SIGNS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:noBreakHyphen"): "-"}
_GAP = re.compile(r"(?<=\S)[ ]*\t[ \t]*(?=\S)")
_NUMBERED = re.compile(r"\s*(?:[-+*–•]|\(?(?:\d{1,2}|[IVX]{1,5}|[a-zđ])(?:\.\d{1,2})*[.)/]?)\s*\t")


def _tabs_as_gaps(line: str) -> str:
    """A tab inside a paragraph would look like the border of a table's cell: a blank behind a number, else a wide gap."""
    if number := _NUMBERED.match(line):
        line = number[0].rstrip("\t ") + " " + line[number.end() :].lstrip()
    return _GAP.sub("    ", line).replace("\t", " ").rstrip()


def _own_numbering(element: Any) -> tuple[str | None, int | None]:
    found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if found is None:
        return None, None
    number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
    at = level.get(qn("w:val"), "0") if level is not None else None
    return (
        number.get(qn("w:val")) if number is not None else None,
        int(at) if at is not None and at.isdigit() else None,
    )


def _switch(run: Any, styles: list[Any], name: str) -> bool:
    """Whether a property that is on or off (hidden, capitals) holds for a run, by itself or through its styles."""
    for element in (run, *styles):
        found = element.find(f"{qn('w:rPr')}/{qn(name)}")
        if found is not None:
            return str(found.get(qn("w:val"), "1")) not in ("0", "false", "off", "none")
    return False


def _font(run: Any, styles: list[Any]) -> str:
    for element in (run, *styles):
        found = element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if found is not None and (font := found.get(qn("w:ascii")) or found.get(qn("w:hAnsi"))):
            return str(font)
    return ""
