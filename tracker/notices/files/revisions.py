"""A Word document as its reader sees it on paper: changes accepted, notes and hidden words gone, boxes opened."""

from typing import Any

from docx.oxml.ns import qn

_GONE = [
    qn(name)
    for name in (
        "w:del", "w:moveFrom", "w:footnoteReference", "w:endnoteReference", "w:annotationRef", "w:commentReference", "w:rPrChange", "w:pPrChange",
        "w:numberingChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange", "w:sectPrChange", "w:cellDel", "w:instrText", "w:delText",
    )
]  # fmt: skip
_OPENED = [qn(name) for name in ("w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:hyperlink", "w:fldSimple", "w:dir", "w:bdo")]  # fmt: skip
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def accept(body: Any) -> None:
    """Changes the tree in place: what was deleted goes, what was inserted stays as if it had always been there, the
    content of controls and text boxes stands in the line of paragraphs."""
    for fallback in list(body.iter(_FALLBACK)):
        fallback.getparent().remove(fallback)
    _drop_rows(body)
    _join_paragraphs(body)
    for gone in [element for element in body.iter(*_GONE) if element.getparent() is not None]:
        gone.getparent().remove(gone)
    for control in list(body.iter(qn("w:sdt"))):
        content = control.find(qn("w:sdtContent"))
        _put_in_place(control, [] if content is None else list(content))
    for wrapper in list(body.iter(*_OPENED)):
        _put_in_place(wrapper, list(wrapper))
    for box in list(body.iter(qn("w:txbxContent"))):
        _lift(box)


def _drop_rows(body: Any) -> None:
    for row in list(body.iter(qn("w:tr"))):
        if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            row.getparent().remove(row)


def _join_paragraphs(body: Any) -> None:
    """A paragraph whose end mark was deleted runs on into the next one, whose properties win."""
    for paragraph in list(body.iter(qn("w:p"))):
        mark = f"{qn('w:pPr')}/{qn('w:rPr')}/"
        if all(paragraph.find(mark + qn(name)) is None for name in ("w:del", "w:moveFrom")):
            continue
        below = paragraph.getnext()
        if below is None or below.tag != qn("w:p"):
            continue
        at = 1 if below.find(qn("w:pPr")) is not None else 0
        for part in reversed([part for part in paragraph if part.tag != qn("w:pPr")]):
            below.insert(at, part)
        paragraph.getparent().remove(paragraph)


def _put_in_place(wrapper: Any, content: list[Any]) -> None:
    parent = wrapper.getparent()
    at = parent.index(wrapper)
    parent.remove(wrapper)
    for part in reversed(content):
        parent.insert(at, part)


def _lift(box: Any) -> None:
    """The paragraphs of a text box come before the paragraph to which the box is tied."""
    anchor = next((above for above in box.iterancestors(qn("w:p"))), None)
    content = list(box)
    box.getparent().remove(box)
    if anchor is not None:
        for part in content:
            anchor.addprevious(part)
