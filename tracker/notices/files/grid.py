"""Tables as text: a row is a line, a tab stands between two cells, as the reader of annexes expects it."""

import re

# A recognised "I" is often seen as a bar or a small l.
_PART_NUMBER = re.compile(r"\s*(?:[IVXl|]{1,5}|[A-H])\s*[.)]?\s*")


def row_line(cells: list[str]) -> str:
    """The line of one row. A row that only numbers and names a part of the table ("II", "Chuyển đổi số", nothing else)
    ends behind its name: it is a heading, not a thing to be done."""
    words = [" ".join(cell.split()) for cell in cells]
    while words and not words[-1] and _PART_NUMBER.fullmatch(words[0]) and not any(words[2:]):
        words.pop()
    return "\t".join(words)
