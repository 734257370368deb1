"""What the writer of an answer wrote: without the letter that they answer to, and without the foot of their program."""

import re

from tracker.words import plain

WROTE = re.compile(r"\s*(on\b.{4,250}\bwrote|(vao|luc|ngay|hom)\b.{4,250}\b(da viet|viet|da gui))\s*:\s*$")
NAMED = re.compile(r".{0,200}<[^<>\s]+@[^<>\s]+>\s*(wrote|da viet|viet)\s*:\s*$")
RULE = re.compile(
    r"\s*(-{2,}\s*(original message|forwarded message|thu goc|tin nhan goc|thu ban dau|noi dung goc|thu da chuyen tiep"
    r"|thu chuyen tiep|tra loi thu|reply message).{0,80}|_{10,}|-{20,}|begin forwarded message:)\s*$"
)
FROM = re.compile(r"\s*\*?(from|tu|nguoi gui|de)\s*\*?\s*:\s*\*?\s*\S")
HEAD = re.compile(
    r"\s*\*?(sent|date|to|cc|subject|da gui|ngay|gui luc|ngay gui|den|toi|nguoi nhan|chu de|tieu de|cc)\s*\*?\s*:"
)
FOOT = re.compile(
    r"\s*(sent from (my )?(iphone|ipad|samsung|mobile|phone|mail for|outlook|yahoo|galaxy|android)|get outlook for|(da )?gui (tu|bang)"
    r" (iphone|ipad|samsung|dien thoai|thiet bi|oppo|xiaomi|vivo|outlook|yahoo|mail|galaxy)|tai outlook|nhan outlook)"
)
SIGNATURE = re.compile(r"\s*--\s*$")
WRAPPED = 3  # lines over which programs break "On … wrote:"


def own_words(text: str) -> str:
    """The lines of `text` (NFC, LF) that are the writer's own, in their order.

    Lines behind ">" go. At "On … wrote:" all that follows goes, unless it is quoted with ">": then the writer may have
    answered below or between.
    """
    lines = text.split("\n")
    folded = [plain(line) for line in lines]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if (end := _quote_begins(folded, at)) is not None:
            if not _is_marked(lines, end):
                break
            at = end
            continue
        if SIGNATURE.match(folded[at]) and not any(_is_quote(line) for line in lines[at + 1 :]):
            break
        if not _is_quote(lines[at]) and not FOOT.match(folded[at]):
            kept.append(lines[at].rstrip())
        at += 1
    return "\n".join(kept).strip("\n")


def _quote_begins(folded: list[str], at: int) -> int | None:
    """Where the quoted letter begins when its head stands at `at`; None when it does not."""
    if RULE.match(folded[at]):
        return at + 1
    if NAMED.match(folded[at]):
        return at + 1
    for size in range(1, WRAPPED + 1):
        head = folded[at : at + size]
        if all(line.strip() for line in head) and WROTE.match(" ".join(head)):
            return at + len(head)
    if FROM.match(folded[at]) and sum(HEAD.match(line) is not None for line in folded[at + 1 : at + 6]) >= 2:
        return at + 1
    return None


def _is_marked(lines: list[str], at: int) -> bool:
    """Whether what is quoted stands behind ">"."""
    first = next((line for line in lines[at:] if line.strip()), "")
    return _is_quote(first)


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))
