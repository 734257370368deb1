"""PDF of a paper, and pictures of charts, made by typst with its own fonts where the machine has none."""

import json
from dataclasses import asdict
from typing import Any

import typst

from tracker.briefing.paper import Block, Paper
from tracker.config import data_folder

PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1mm)
"""
MILLIMETRES_PER_INCH = 25.4


def pdf_of(paper: Paper) -> bytes:
    """A paper as PDF, tagged for screen readers. The words go in as data: none of them is read as markup."""
    made = typst.compile(
        data_folder("templates") / "reports" / "paper.typ", format="pdf", sys_inputs={"paper": data_of(paper)}
    )
    return _bytes(made)


def png_of(svg: str, *, width: float, pixels: int) -> bytes:
    """A chart as PNG on white: `width` in millimetres as it would be printed, `pixels` across. Dark mail clients show a
    transparent one black on black, so it has a ground of its own. The letters are typst's, on every machine the same."""
    made = typst.compile(
        PICTURE,
        format="png",
        ppi=pixels * MILLIMETRES_PER_INCH / width,
        ignore_system_fonts=True,
        sys_inputs={"svg": svg, "width": str(width)},
    )
    return _bytes(made)


def data_of(paper: Paper) -> str:
    """The paper as the template reads it."""
    data = asdict(paper)
    data["blocks"] = [_part(block) for block in paper.blocks]
    for made, annex in zip(data["annexes"], paper.annexes, strict=True):
        made["blocks"] = [_part(block) for block in annex.blocks]
    return json.dumps(data, ensure_ascii=False)


def _part(block: Block) -> dict[str, Any]:
    return {"is": type(block).__name__.lower(), **asdict(block)}


def _bytes(made: bytes | list[bytes] | None) -> bytes:
    if isinstance(made, bytes):
        return made
    raise AssertionError("typst gives bytes for a PDF, and for a picture of one page")
