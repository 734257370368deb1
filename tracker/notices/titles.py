"""What a draft is called: its words from the verb on, reading errors set right, at most 120 characters."""

import re
from dataclasses import dataclass
from functools import cached_property

from tracker.notices.rough import Rough
from tracker.notices.spelling import respelled, with_tones
from tracker.notices.text import Paper
from tracker.people.directory import Directory
from tracker.words import cased, fold, plain

TITLE_LENGTH = 120


@dataclass(frozen=True)
class Titles:
    """The titles of the drafts of one paper, with names as the register of its day spells them."""

    paper: Paper
    directory: Directory

    def of(self, rough: Rough) -> str:
        """The title of a draft. Frequent office words and names of the register are spelt as they should be (a name only
        where marks alone differ and one unit is meant); the quote is not touched."""
        return _shortened(self._with_listed(self._with_names(with_tones(respelled(_words(self.paper, rough))))))

    def _with_names(self, text: str) -> str:
        words, folded = list(re.finditer(r"[^\W_]+", text)), plain(text)
        for at, word in enumerate(words):
            for last in reversed(words[at + 1 : at + 12]):
                written = text[word.start() : last.end()]
                name = self._names.get(folded[word.start() : last.end()])
                if name and _is_misspelt(written, name) and self.directory.find(written).unit:
                    spelt = "".join(a.upper() if b.isupper() else a.lower() for a, b in zip(name, written, strict=True))
                    text = text[: word.start()] + spelt + text[last.end() :]
                    break
        return text

    def _with_listed(self, text: str) -> str:
        """The places of a list whose kind is said once ("các xã Thọ Dân, Hợp Ly"), spelt as the register does."""
        for listed in _LIST.finditer(text):
            for item in re.finditer(_PLACE, text[slice(*listed.span("items"))]):
                start, written = listed.start("items") + item.start(), f"{listed['kind']} {item[0]}"
                name = self._names.get(plain(written))
                if name and _is_misspelt(written, name) and self.directory.find(written).unit:
                    text = text[:start] + name[-len(item[0]) :] + text[start + len(item[0]) :]
        return text

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names and territories of the register by their folded form; a form with two spellings is none."""
        spelt: dict[str, set[str]] = {}
        for unit in self.directory.units:
            for name in filter(None, (unit.name, unit.place)):
                spelt.setdefault(fold(name), set()).add(name)
        return {key: names.pop() for key, names in spelt.items() if len(names) == 1}


_PLACE = cased(r"[@A][@a]+(?:\s[@A][@a]+){1,2}(?![@a])")
_LIST = re.compile(rf"\b(?P<kind>xã|phường|thị trấn)\s(?P<items>{_PLACE}(?:(?:\s*,\s*|\s+và\s+){_PLACE})+)")


def _is_misspelt(written: str, name: str) -> bool:
    """Whether only marks differ; words that the register writes with a capital must have one (the first may be either)."""
    if len(written) != len(name) or written.lower() == name.lower():
        return False
    pairs = list(zip(name.split()[1:], written.split()[1:], strict=False))
    return all(shown[:1].isupper() for wanted, shown in pairs if wanted[:1].isupper())


def _words(paper: Paper, rough: Rough) -> str:
    place = f"{rough.place[:1].upper()}{rough.place[1:]}" if rough.place else None
    if place and rough.target and rough.target.said:
        return f"{place} {rough.target.said}"
    if place:
        return f"{place}: {' '.join(paper.text[slice(*rough.span)].split())}"
    start, end = rough.span
    if rough.verb is not None and rough.owner_rule != "inner" and start <= rough.verb < end - 10:
        start = rough.verb
    text = " ".join(paper.text[start:end].split())
    return text[:1].upper() + text[1:]


def _shortened(text: str) -> str:
    text = text.strip(" ,;:")
    if len(text) <= TITLE_LENGTH:
        return text
    return text[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
