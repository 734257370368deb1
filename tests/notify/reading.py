"""A strict reader of HTML letters: what stands in them, and whether every tag is closed in its place."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "col", "img", "hr"}


@dataclass
class Read:
    """The visible texts, the links, and the texts of one table row each."""

    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read, self.open, self.hidden = Read(), list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "a":
            self.read.links.append(said["href"] or "")
        if tag == "tr":
            self.read.rows.append([])
        if tag not in VOID:
            self.open.append(tag)
            is_hidden = tag in ("head", "style", "title") or "display:none" in (said.get("style") or "")
            self.hidden += bool(self.hidden) or is_hidden

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()} closes something else"
        self.hidden = max(self.hidden - 1, 0)

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self.hidden:
            self.read.texts.append(text)
            if "tr" in self.open:
                self.read.rows[-1].append(text)


def read(html: str) -> Read:
    """Read a whole page. Fails when a tag is closed out of order or left open."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open, f"left open: {reader.open}"
    return reader.read


def squeezed(text: str) -> str:
    """Words without what only lays them out: white space and the dashes of lists."""
    return "".join(text.replace("–", "-").split())
