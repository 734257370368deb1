"""How many: the counts that a letter is named after, worst first, in full and as far as a subject has room."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.notify.fitting import flat
from tracker.notify.views import LetterView, SectionView
from tracker.notify.wording import WORDINGS, is_early_warning

NAMES = 12  # so many names stand in one sentence


@dataclass(frozen=True, slots=True)
class Count:
    """ "2 việc quá hạn", or with names "2 xã chậm tiến độ: Thọ Sơn, Hợp Lý"; `noun` is what the names are ("xã")."""

    number: int
    what: str
    noun: str = "việc"
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.shown(NAMES)

    def shown(self, names: int) -> str:
        """With at most so many names."""
        count = f"{self.number} {self.what}"
        return f"{count}: {_some(self.names, names, self.noun)}" if names and self.names else count


def _some(names: Sequence[str], most: int, noun: str) -> str:
    """ "a, b và 3 xã khác"."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} và {len(names) - most} {noun} khác"


def counts_of(view: LetterView) -> list[Count]:
    """What the letter is named after first, then worst first."""
    found: dict[str, Count] = {}
    named = sorted(view.sections, key=lambda section: (section.name != view.kind, tuple(WORDINGS).index(section.name)))
    for section in named:
        one = _slipping(section) if section.name == "overseer" else Count(section.total, WORDINGS[section.name].counted)
        same = found.get(one.what)
        found[one.what] = Count(one.number + same.number, one.what) if same else one
    return list(found.values())


def _slipping(section: SectionView) -> Count:
    """ "2 xã chậm tiến độ: Thọ Sơn, Hợp Lý"; without names when not every task of the section is shown."""
    what = "có nguy cơ chậm tiến độ" if is_early_warning(section) else "chậm tiến độ"
    titles = [group.title for group in section.groups if group.title and group.items]
    if section.hidden or not titles:
        return Count(section.total, f"việc {what}")
    noun, names = _one_kind(titles)
    return Count(len(names), f"{noun} {what}", noun, names)


_PLACE = re.compile(r"(?:^|\s)(xã|phường|thị trấn) (\S.*)$")


def _one_kind(units: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """("xã", ("Thọ Sơn", "Hợp Lý")) when all are of one kind, else ("đơn vị", the full names)."""
    found = [_PLACE.search(unit) for unit in units]
    kinds = {one[1] if one else "" for one in found}
    if len(kinds) == 1 and all(found):
        return kinds.pop(), tuple(flat(one[2]) for one in found if one)
    return "đơn vị", tuple(map(flat, units))


def named(units: Sequence[str]) -> str:
    """Units in one sentence: "3 xã (Hợp Thành, Thọ Dân, Tiến Nông)"; empty without any."""
    if not units:
        return ""
    noun, names = _one_kind([unit.removeprefix("UBND ") for unit in units])
    return f"{len(names)} {noun} ({_some(names, NAMES, noun)})"


def joined(counts: Sequence[Count]) -> str:
    """All counts as an enumeration: "a, b"; with ";" where one holds names."""
    return (_separator(counts)).join(map(str, counts))


def listed(counts: Sequence[Count]) -> str:
    """All counts as the end of a sentence: "a, b và c"."""
    *most, last = map(str, counts)
    return f"{', '.join(most)} và {last}" if most else last


def fitted(counts: Sequence[Count], room: int) -> str:
    """The counts in at most `room` characters where that is possible: names go first, then the least counts are summed
    up as "N việc khác"; the worst stays."""
    for kept in range(len(counts), 0, -1):
        rest = sum(one.number for one in counts[kept:])
        for names in (NAMES, *range(len(counts[0].names) - 1, -1, -1)):
            shown = [one.shown(names) for one in counts[:kept]] + ([f"{rest} việc khác"] if rest else [])
            text = (_separator(counts) if names else ", ").join(shown)
            if len(text) <= room:
                return text
    return counts[0].shown(0)


def _separator(counts: Sequence[Count]) -> str:
    return "; " if any(one.names for one in counts) else ", "
