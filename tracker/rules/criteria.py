"""Criteria in numbers: which milestones they stand behind, averages, and how they compare with what a paper says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# "đạt chuẩn NTM" of a whole commune is a matter of its criteria; "nâng cao" and "kiểu mẫu" have sets of their own.
_STANDARD = re.compile(r"đạt chuẩn", re.IGNORECASE)
_OTHER_SETS = re.compile(r"nâng cao|kiểu mẫu|hiện đại", re.IGNORECASE)
_AVERAGE = re.compile(r"toàn huyện đạt (\d+(?:[.,]\d+)?) tiêu chí\s*/\s*xã", re.IGNORECASE)
_GAIN = re.compile(r"tăng thêm (\d+) tiêu chí", re.IGNORECASE)
_YEAR = re.compile(r"\bnăm (\d{4})\b", re.IGNORECASE)


def is_backed_by_criteria(title: str) -> bool:
    """Whether a milestone of these words is reached by meeting the criteria of its commune."""
    return _STANDARD.search(title) is not None and _OTHER_SETS.search(title) is None


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of a paper: criteria a commune on average (`is_gain` False) or more criteria than the year before, for the
    end of `year`; `quote` is where it stands."""

    year: int
    figure: float
    is_gain: bool
    quote: str


def claims_of(text: str) -> tuple[Claim, ...]:
    """What a paper says of the criteria of the whole district, in its order; a figure counts for the last year named
    before it, and one without a year is left out."""
    found = [(one, False) for one in _AVERAGE.finditer(text)] + [(one, True) for one in _GAIN.finditer(text)]
    claims = []
    for match, is_gain in sorted(found, key=lambda one: one[0].start()):
        years = _YEAR.findall(text, 0, match.start())
        if years:
            claims.append(Claim(int(years[-1]), float(match[1].replace(",", ".")), is_gain, match[0]))
    return tuple(claims)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria so many communes meet together on one day."""

    on: date
    met: int
    communes: int

    @property
    def average(self) -> float | None:
        """Criteria a commune; None without communes."""
        return self.met / self.communes if self.communes else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of a paper beside ours; `ours` is None when there is nothing to count."""

    claim: Claim
    ours: float | None

    @property
    def difference(self) -> float | None:
        """Ours less the paper's, to one digit as papers write it; 0 when both read the same."""
        return None if self.ours is None else round(one_digit(self.ours) - self.claim.figure, 1)


def one_digit(figure: float) -> float:
    """As papers round: 18,25 is 18,3."""
    return float(Decimal(str(figure)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def compare(claim: Claim, before: Tally, then: Tally) -> Compared:
    """`before`: the end of the year before the claim's; `then`: its end, or today while it lasts."""
    if claim.is_gain:
        return Compared(claim, float(then.met - before.met) if then.communes else None)
    return Compared(claim, then.average)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two averages of a paper and its gain do not fit so many communes: `implied` is what the averages make of it."""

    gain: Claim
    implied: float
    communes: int


def contradictions(claims: Sequence[Claim], *, communes: int) -> tuple[Contradiction, ...]:
    """Where the paper's own arithmetic does not close: it is shown, not repaired. Half a criterion is rounding."""
    averages = {one.year: one.figure for one in claims if not one.is_gain}
    found = []
    for one in claims:
        if one.is_gain and one.year in averages and one.year - 1 in averages:
            implied = one_digit((averages[one.year] - averages[one.year - 1]) * communes)
            if abs(implied - one.figure) > 0.5:
                found.append(Contradiction(one, implied, communes))
    return tuple(found)
