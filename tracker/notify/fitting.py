"""Text made to fit: a subject on one short line, a letter's lines no wider than a mail program shows them."""

import re
import unicodedata
from functools import lru_cache

SUBJECT_LENGTH = 70
TEXT_WIDTH = 74

_KEPT_JOINER = "\u200d"  # holds the parts of one written sign together


def flat(text: str) -> str:
    """Words that were written over several lines, on one; what would turn the reading direction or ring a bell is left
    out."""
    if text.isprintable():
        return text
    shown = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_shown(sign))
    return " ".join("".join(shown).split())


def _is_shown(sign: str) -> bool:
    return sign == _KEPT_JOINER or not unicodedata.category(sign).startswith("C")


def one_line(text: str) -> str:
    """A subject: one line of at most 70 characters. The when after the last dash stays; what stands before is cut at a
    word."""
    line = " ".join("".join(sign for sign in text if sign.isspace() or sign.isprintable()).split())
    if len(line) <= SUBJECT_LENGTH:
        return line
    head, dash, when = line.rpartition(" – ")
    tail = dash + when if len(when) < SUBJECT_LENGTH // 3 else ""
    return cut(head if tail else line, SUBJECT_LENGTH - len(tail)) + tail


def cut(text: str, length: int) -> str:
    """`text` in at most `length` characters, cut after a whole part where one ends, else at a word, and marked with "…"."""
    if len(text) <= length:
        return text
    kept, blank, _ = text[:length].rpartition(" ")
    kept = kept if blank else text[: length - 1]
    whole = max(kept.rfind(","), kept.rfind(";"))
    return (kept[:whole] if whole > length // 2 else kept).rstrip(" ,;:–") + "…"


_INDENT = re.compile(r" *(?:\d+\. |[-*] )?")


def wrapped(text: str) -> str:
    """Plain text with every long line folded under its own beginning; an address is never broken."""
    return "\n".join([line if len(line) <= TEXT_WIDTH else _folded(line) for line in text.split("\n")])


@lru_cache(maxsize=4096)
def _folded(line: str) -> str:
    """One long line as several. Kept for a while: letters of one notice quote the same words to many people."""
    found = _INDENT.match(line)
    indent = " " * found.end() if found else ""
    lines, start = [], len(indent)
    while len(line) > TEXT_WIDTH:
        at = line.rfind(" ", start, TEXT_WIDTH + 1)
        if at < 0:
            at = line.find(" ", TEXT_WIDTH)
        if at < 0:
            break
        lines.append(line[:at])
        line = indent + line[at + 1 :]
    lines.append(line)
    return "\n".join(lines)
