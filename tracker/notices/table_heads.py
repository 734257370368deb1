"""What the head of a table of tasks calls its columns."""

import re
from collections.abc import Sequence

_COLUMNS = (
    ("number", re.compile(r"\s*(?:tt|stt|so tt)\b")),
    ("support", re.compile(r".*\bphoi hop\b")),
    ("lead", re.compile(r".*\b(?:chu tri|don vi thuc hien|co quan thuc hien|dau moi|don vi duoc giao|trach nhiem)\b")),
    ("time", re.compile(r".*\b(?:thoi gian|thoi han|hoan thanh|tien do)\b")),
    ("result", re.compile(r".*\b(?:san pham|ket qua|ghi chu|hinh thuc|cap trinh)\b")),
    ("task", re.compile(r".*\b(?:nhiem vu|noi dung|cong viec|ten)\b")),
)
_LONGEST = 60  # characters that a column may be called


def column_name(words: str) -> str:
    """Which column a cell of a head names ("number", "task", "lead", "support", "time", "result"), "" for none. Give its
    `plain` words."""
    if len(words) > _LONGEST:
        return ""
    return next((name for name, pattern in _COLUMNS if pattern.match(words)), "")


def names_a_table(columns: Sequence[str]) -> bool:
    """Whether these columns are those of a table of tasks: what is to be done, and who does it or by when."""
    return "task" in columns and ("lead" in columns or "time" in columns)
