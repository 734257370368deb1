"""Which unit a name means on a day: the register as a plain value, without a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from tracker.words import fold, name_key

SURE_SCORE = 85.0  # below it a person is asked (tried on the sample notices, see docs/decisions)
SURE_LEAD = 6.0  # points between the best and the second unit, below it a person is asked


@dataclass(frozen=True)
class Attainment:
    """A standard that a unit holds: "đạt chuẩn NTM" from `attained_on` until `lost_on` (None: still)."""

    label: str
    attained_on: date | None = None
    lost_on: date | None = None

    def held_on(self, day: date) -> bool:
        """Whether the unit holds the standard on `day`; an unknown first day counts as long ago."""
        return (self.attained_on is None or self.attained_on <= day) and (self.lost_on is None or day < self.lost_on)


@dataclass(frozen=True)
class KnownUnit:
    """One unit of the register. `place` is the territory it governs ("xã Thọ Dân"), None for offices; `parent` is a code;
    `kind` is people_committee, party, council, office, committee, front, enterprise, village, …"""

    id: int | None
    code: str
    name: str
    place: str | None = None
    level: str = "commune"
    kind: str = "people_committee"
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    attainments: tuple[Attainment, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the unit stands in the register on `day` (valid_to is the last day)."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Match:
    """What a name may mean: `unit` when it is certain enough, else None and the `candidates`, best first (score 0-100)."""

    unit: KnownUnit | None
    score: float
    candidates: tuple[KnownUnit, ...] = ()


@dataclass(frozen=True)
class Group:
    """A set of places named by a property or a number: "14 xã chưa đạt chuẩn NTM".

    words: the kinds of place ("xã", "phường"); count: the number stated; standard: folded words of the standard, with
    holds_it telling whether the members have it; is_all: every place of these kinds is meant ("các xã")."""

    label: str
    words: tuple[str, ...]
    count: int | None = None
    standard: str | None = None
    holds_it: bool | None = None
    is_all: bool = False


@dataclass(frozen=True)
class Membership:
    """Who belongs to a group, where that is known from (`because`), and finding codes."""

    units: tuple[KnownUnit, ...]
    because: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Directory:
    """The units of the register as they stand on one day. Without units every name stays as written."""

    units: tuple[KnownUnit, ...] = ()
    day: date | None = None
    _keys: dict[str, list[KnownUnit]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, units: Iterable[KnownUnit] = (), day: date | None = None) -> Directory:
        """A directory of the units that exist on `day` (all of them when no day is given)."""
        standing = tuple(unit for unit in units if day is None or unit.exists_on(day))
        directory = cls(standing, day)
        for unit in standing:
            for key in _keys_of(unit):
                found = directory._keys.setdefault(key, [])
                if unit not in found:
                    found.append(unit)
        return directory

    def as_of(self, day: date) -> Directory:
        """The same register on another day."""
        return Directory.of(self.units, day)

    def find(self, name: str, *, kinds: Sequence[str] = (), levels: Sequence[str] = ()) -> Match:
        """The unit that `name` means. `kinds` and `levels` narrow the choice when they leave anything.

        Exact words with their marks decide; the same words without marks decide when no other unit is one letter away
        (Hợp Thành, Hợp Thắng); else the nearest unit by rapidfuzz, when it is near enough and clearly the nearest."""
        if not self.units:
            return Match(None, 0.0)
        key = unit_key(name)
        exact = _narrow(self._keys.get(key, []), kinds, levels)
        if exact:
            return self._decide_exact(name, key, exact)
        return self._nearest(key, kinds, levels)

    def members(self, group: Group, named: Sequence[str] = ()) -> Membership:
        """The members of `group`: the names given in the notice first, then the register by the standard, then all
        places of the kind. When the number stated differs from the number found, the finding `count_mismatch`."""
        if named:
            units = tuple(match.unit for match in map(self.find, named) if match.unit)
            return Membership(units, "named in the notice", _count_findings(group, len(named)))
        if not self.units or not (group.standard or group.is_all):
            return Membership((), "no register rule", ("group_unresolved",))
        units = tuple(unit for unit in self.units if self._belongs(unit, group))
        if not units:
            return Membership((), "nobody in the register fits", ("group_unresolved",))
        because = "register, by standard" if group.standard else "register, all places of the kind"
        return Membership(units, because, _count_findings(group, len(units)))

    def _belongs(self, unit: KnownUnit, group: Group) -> bool:
        if unit.kind != "people_committee" or unit.place is None:
            return False
        if not any(fold(unit.place).startswith(fold(word) + " ") for word in group.words):
            return False
        if group.standard is None:
            return group.is_all
        day = self.day or date.max
        holds = any(_same_standard(a.label, group.standard) and a.held_on(day) for a in unit.attainments)
        return holds is (group.holds_it is not False)

    def _decide_exact(self, name: str, key: str, exact: list[KnownUnit]) -> Match:
        marked = [unit for unit in exact if _marked(name) in {_marked(form) for form in _forms_of(unit)}]
        if len(marked) == 1:
            return Match(marked[0], 100.0, (marked[0],))
        if len(exact) > 1:
            return Match(None, 95.0, tuple(exact))
        near = [
            unit
            for other, units in self._keys.items()
            if Levenshtein.distance(key, other, score_cutoff=1) == 1
            for unit in units
        ]
        rivals = tuple(dict.fromkeys(unit for unit in near if unit != exact[0] and unit.kind == exact[0].kind))
        return Match(None, 90.0, (exact[0], *rivals)) if rivals else Match(exact[0], 97.0, (exact[0],))

    def _nearest(self, key: str, kinds: Sequence[str], levels: Sequence[str]) -> Match:
        best: dict[str, tuple[float, KnownUnit]] = {}
        for other, units in self._keys.items():
            score = _nearness(key, other)
            for unit in units:
                if score > best.get(unit.code, (0.0, unit))[0]:
                    best[unit.code] = (score, unit)
        allowed = {unit.code for unit in _narrow([unit for _, unit in best.values()], kinds, levels)}
        ranked = sorted(
            (pair for pair in best.values() if pair[1].code in allowed), key=lambda pair: (-pair[0], pair[1].code)
        )
        if not ranked:
            return Match(None, 0.0)
        score, unit = ranked[0]
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        candidates = tuple(other for value, other in ranked[:3] if value >= 60)
        is_sure = score >= SURE_SCORE and score - second >= SURE_LEAD
        return Match(unit if is_sure else None, score, candidates)


_SHORT_FORMS = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc",
    "ubmttq": "uy ban mat tran to quoc",
    "ntm": "nong thon moi",
    "mtqg": "muc tieu quoc gia",
    "bcd": "ban chi dao",
    "bql": "ban quan ly",
    "qlda": "quan ly du an",
    "vp": "van phong",
    "vpdp": "van phong dieu phoi",
    "tn mt": "tai nguyen va moi truong",
    "nn mt": "nong nghiep va moi truong",
    "nn ptnt": "nong nghiep va phat trien nong thon",
    "tc kh": "tai chinh ke hoach",
    "kt ht": "kinh te va ha tang",
    "kh dt": "ke hoach va dau tu",
    "ld tb xh": "lao dong thuong binh va xa hoi",
    "ldtbxh": "lao dong thuong binh va xa hoi",
    "gd dt": "giao duc va dao tao",
    "kh cn": "khoa hoc va cong nghe",
    "gtvt": "giao thong van tai",
    "vh tt dl": "van hoa the thao va du lich",
    "tt tt": "thong tin va truyen thong",
    "bch": "ban chap hanh",
    "btv": "ban thuong vu",
    "ct": "chu tich",
    "bt du": "bi thu dang uy",
    "lhpn": "lien hiep phu nu",
    "ccb": "cuu chien binh",
    "tncs": "thanh nien cong san",
    "tnmt": "tai nguyen va moi truong",
    "nnmt": "nong nghiep va moi truong",
    "nnptnt": "nong nghiep va phat trien nong thon",
    "ptnt": "phat trien nong thon",
    "tckh": "tai chinh ke hoach",
    "ktht": "kinh te va ha tang",
    "ktht dt": "kinh te ha tang va do thi",
    "khdt": "ke hoach va dau tu",
    "gddt": "giao duc va dao tao",
    "khcn": "khoa hoc va cong nghe",
    "vhtt": "van hoa va thong tin",
    "vhttdl": "van hoa the thao va du lich",
    "vhxh": "van hoa xa hoi",
    "vh xh": "van hoa xa hoi",
    "tttt": "thong tin va truyen thong",
    "qldt": "quan ly do thi",
    "ubkt": "uy ban kiem tra",
    "bchqs": "ban chi huy quan su",
    "chqs": "chi huy quan su",
    "bdbp": "bo doi bien phong",
    "kbnn": "kho bac nha nuoc",
    "bhxh": "bao hiem xa hoi",
    "tand": "toa an nhan dan",
    "vksnd": "vien kiem sat nhan dan",
    "vpub": "van phong uy ban nhan dan",
    "pccc": "phong chay chua chay",
    "ubmttqvn": "uy ban mat tran to quoc viet nam",
    "mttqvn": "mat tran to quoc viet nam",
    "hnd": "hoi nong dan",
    "pct": "pho chu tich",
    "tx": "thi xa",
    "tp": "thanh pho",
    "dtn": "doan thanh nien",
}
_SHORT_FORM = re.compile(r"\b(" + "|".join(sorted(_SHORT_FORMS, key=len, reverse=True)) + r")\b")


def unit_key(name: str) -> str:
    """The key under which a unit's name is looked up: folded, abbreviations of the office language written out."""
    return _SHORT_FORM.sub(lambda found: _SHORT_FORMS[found[1]], name_key(name))


def _keys_of(unit: KnownUnit) -> set[str]:
    return {unit_key(form) for form in _forms_of(unit)}


def _forms_of(unit: KnownUnit) -> list[str]:
    """Every way to write the unit; a people's committee is also meant by the name of its place."""
    forms = [unit.name, *unit.aliases]
    if unit.place and unit.kind == "people_committee":
        forms += [
            unit.place,
            unit.place.split(" ", 1)[-1] if not fold(unit.place).startswith("thi tran") else unit.place[9:],
        ]
    return forms


def _marked(name: str) -> str:
    """The name with its marks, in lower case, the commonest abbreviation written out and the two ways to mark "uy" alike."""
    words = " ".join(name.lower().split()).replace("uỷ", "ủy")
    return words.replace("ubnd", "ủy ban nhân dân")


def _narrow(units: list[KnownUnit], kinds: Sequence[str], levels: Sequence[str]) -> list[KnownUnit]:
    of_kind = [unit for unit in units if unit.kind in kinds] or units
    return [unit for unit in of_kind if unit.level in levels] or of_kind


def _nearness(key: str, other: str) -> float:
    """0-100; a name without its level or place ("phòng Tài nguyên và Môi trường") is nearly the whole name."""
    whole = fuzz.ratio(key, other)
    if len(key) >= 8 and other.startswith(key + " "):
        return max(whole, 92.0)
    return whole


def _same_standard(label: str, standard: str) -> bool:
    ours, theirs = set(unit_key(label).split()), set(unit_key(standard).split())
    return ours == theirs


def _count_findings(group: Group, found: int) -> tuple[str, ...]:
    return ("count_mismatch",) if group.count is not None and group.count != found else ()
