"""How the criteria of the communes grew: how many each met at the end of every week, and the figure that papers aim at."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.criteria.sets import KnownSet
from tracker.criteria.standings import measured_communes
from tracker.models import CriterionAttainment, Notice
from tracker.rules.criteria import claims_of


@dataclass(frozen=True, slots=True)
class Growth:
    """Criteria met on each of `days`: by commune (the furthest behind first), and the average that a paper names for the
    end of the last day's year (None: no paper does)."""

    days: tuple[date, ...]
    criteria: int
    communes: tuple[tuple[int, str, tuple[int, ...]], ...]  # unit, place, met on each day
    aim: float | None

    @property
    def averages(self) -> tuple[float, ...]:
        """Criteria a commune on each day; empty without communes."""
        if not self.communes:
            return ()
        sums = (sum(at) for at in zip(*(met for _, _, met in self.communes), strict=True))
        return tuple(one / len(self.communes) for one in sums)


def load_growth(session: Session, wanted: KnownSet, days: Sequence[date]) -> Growth:
    """Count on each of `days`, which grow. Two queries: one row an attainment, whatever the number of days."""
    communes = measured_communes(session, wanted, on=days[-1])
    steps = {unit: [0] * (len(days) + 1) for unit in communes}
    query = sa.select(
        col(CriterionAttainment.unit_id), col(CriterionAttainment.attained_on), col(CriterionAttainment.lost_on)
    ).where(col(CriterionAttainment.criterion_id).in_([one.id for one in wanted.criteria]))
    for unit, attained_on, lost_on in session.execute(query):
        if (own := steps.get(unit)) is not None:
            own[bisect_left(days, attained_on)] += 1
            if lost_on is not None:
                own[bisect_left(days, max(lost_on, attained_on))] -= 1
    lines = [(unit, communes[unit], _summed(own[:-1])) for unit, own in steps.items()]
    return Growth(
        tuple(days), len(wanted.criteria), tuple(sorted(lines, key=lambda one: one[2][-1])), _aim(session, days[-1])
    )


def _summed(steps: Sequence[int]) -> tuple[int, ...]:
    met, found = 0, []
    for step in steps:
        met += step
        found.append(met)
    return tuple(found)


def _aim(session: Session, on: date) -> float | None:
    """The average for the end of this year in the newest paper that names one."""
    papers = session.scalars(
        sa.select(col(Notice.text)).where(col(Notice.issued_on) <= on).order_by(col(Notice.issued_on).desc())
    )
    aims = (claim.figure for text in papers for claim in claims_of(text) if claim.year == on.year and not claim.is_gain)
    return next(aims, None)
