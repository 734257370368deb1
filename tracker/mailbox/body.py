"""The words of a mail: its plain part, else its HTML without what is quoted; any character set, in one form of Unicode."""

import re
import unicodedata
from email.message import EmailMessage
from html.parser import HTMLParser

LONGEST = 200_000  # characters that are looked at
BLOCKS = {"p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "hr"}
SILENT = {"style", "script", "head", "title"}
VOID = {"br", "hr", "img", "meta", "input", "link", "col", "area", "base", "wbr", "embed", "source", "track"}
QUOTED = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|zmail_extra|protonmail_quote|divrplyfwdmsg|appendonsend", re.I
)


def text_of(message: EmailMessage) -> str:
    """The text of the mail with LF line ends, in NFC (windows-1258 writes marks apart); empty when there is none."""
    plain, html = _part(message, "plain"), _part(message, "html")
    text = plain if plain is not None and plain.strip() else _of_html(html) if html is not None else plain or ""
    return unicodedata.normalize(
        "NFC", text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    )


def _part(message: EmailMessage, kind: str) -> str | None:
    try:
        part = message.get_body((kind,))
    except Exception:  # a broken tree of parts
        return None
    return _content(part) if isinstance(part, EmailMessage) else None


def _content(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("windows-1258" if charset == "us-ascii" else "utf-8", "replace")


def _of_html(html: str) -> str:
    reader = _Reader()
    reader.feed(html[:LONGEST])
    reader.close()
    return "\n".join(" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))


class _Reader(HTMLParser):
    """Text with line ends where blocks end; what stands in a quotation is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._open: list[tuple[str, bool]] = []  # the tags around, and whether what is inside is left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        if tag in VOID:
            return
        marked = any(QUOTED.search(value or "") for name, value in attrs if name in ("class", "id"))
        self._open.append((tag, self._is_silent() or tag in SILENT or tag == "blockquote" or marked))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.pieces.append("\n")
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self.pieces.append(data.replace("\n", " "))

    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]
