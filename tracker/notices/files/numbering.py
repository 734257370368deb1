"""The numbers that Word computes (I., 1., a), -): counted as Word counts them, so that clauses can be cited."""

from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_DASHES = "-–—+*•"


@dataclass(frozen=True)
class Level:
    """One level of a list: format ("decimal", "lowerLetter", "upperRoman", "bullet" …), text ("%1.%2."), first number."""

    form: str
    text: str
    start: int = 1
    is_legal: bool = False


@dataclass
class _List:
    """An abstract list with its counters. `counts` holds, by level, the number given last."""

    levels: dict[int, Level]
    styles: dict[str, int]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document; ask for the label of each paragraph once, in the order of the text."""

    def __init__(self, root: Any | None) -> None:
        """`root` is the element of numbering.xml, None when the document has none."""
        self._lists: dict[str, _List] = {}
        self._numbers: dict[str, tuple[str, dict[int, int]]] = {}
        self._restarted: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root)

    def label(self, number_id: str, level: int) -> str:
        """The sign before the next paragraph of list `number_id` (w:numId) at `level` (0 to 8); "" for none."""
        abstract, restarts = self._numbers.get(number_id, ("", {}))
        found = self._lists.get(abstract)
        if found is None or level not in found.levels:
            return ""
        if level in restarts and (number_id, level) not in self._restarted:
            self._restarted.add((number_id, level))
            found.counts[level] = restarts[level] - 1
        counts, levels = found.counts, found.levels
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return _written(levels, counts, level)

    def level_of_style(self, number_id: str, style_id: str) -> int | None:
        """The level that a list gives to a paragraph style (Heading 1, Heading 2 …)."""
        found = self._lists.get(self._numbers.get(number_id, ("", {}))[0])
        return found.styles.get(style_id) if found else None

    def _load(self, root: Any) -> None:
        linked: dict[str, str] = {}
        for abstract in root.iterchildren(qn("w:abstractNum")):
            key = abstract.get(qn("w:abstractNumId"), "")
            self._lists[key] = _List(*_levels(abstract))
            if (link := abstract.find(qn("w:styleLink"))) is not None:
                linked[link.get(qn("w:val"), "")] = key
        for abstract in root.iterchildren(qn("w:abstractNum")):
            if (link := abstract.find(qn("w:numStyleLink"))) is not None and link.get(qn("w:val")) in linked:
                self._lists[abstract.get(qn("w:abstractNumId"), "")] = self._lists[linked[link.get(qn("w:val"))]]
        for number in root.iterchildren(qn("w:num")):
            abstract = number.find(qn("w:abstractNumId"))
            if abstract is not None:
                self._numbers[number.get(qn("w:numId"), "")] = (abstract.get(qn("w:val"), ""), _restarts(number))


def _levels(abstract: Any) -> tuple[dict[int, Level], dict[str, int]]:
    levels: dict[int, Level] = {}
    styles: dict[str, int] = {}
    for one in abstract.iterchildren(qn("w:lvl")):
        at = _number(one.get(qn("w:ilvl")), 0)
        levels[at] = Level(
            _value(one, "w:numFmt", "decimal"), _value(one, "w:lvlText", ""), _number(_value(one, "w:start", "1"), 1), one.find(qn("w:isLgl")) is not None
        )  # fmt: skip
        if style := _value(one, "w:pStyle", ""):
            styles[style] = at
    return levels, styles


def _restarts(number: Any) -> dict[int, int]:
    return {
        _number(one.get(qn("w:ilvl")), 0): _number(_value(one, "w:startOverride", "1"), 1)
        for one in number.iterchildren(qn("w:lvlOverride"))
        if one.find(qn("w:startOverride")) is not None
    }


def _value(element: Any, name: str, otherwise: str) -> str:
    found = element.find(qn(name))
    return otherwise if found is None else str(found.get(qn("w:val"), otherwise))


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else otherwise


def _written(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
    shape = levels[level]
    if shape.form == "bullet":
        return _bullet(shape.text)
    if shape.form == "none":
        return ""
    text = shape.text
    for at in range(9):
        if f"%{at + 1}" in text:
            above = levels.get(at, Level("decimal", ""))
            count = counts.get(at, above.start)
            text = text.replace(f"%{at + 1}", _figure(count, "decimal" if shape.is_legal else above.form))
    return text.strip()


def _bullet(sign: str) -> str:
    """The signs of the symbol fonts have no meaning as letters: a dash, or a plus for Word's hollow second bullet."""
    return sign if sign in _DASHES and sign else "+" if sign == "o" else "-"


_ROMAN = (("M", 1000), ("CM", 900), ("D", 500), ("CD", 400), ("C", 100), ("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))  # fmt: skip


def _figure(count: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(count)
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 9)
        return letter.upper() if form == "upperLetter" else letter
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    written = ""
    for sign, value in _ROMAN:
        written += sign * (count // value)
        count %= value
    return written
