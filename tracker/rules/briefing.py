"""The figures of the weekly briefing: four cells and "no date", per unit and in all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tracker.rules.lifecycle import Standing, standing

DONE = (Standing.DONE_ON_TIME, Standing.DONE_LATE, Standing.DONE_UNDATED)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the briefing needs to know of one task."""

    task_id: int
    unit_id: int
    due_on: date | None
    done_on: date | None
    verified_on: date | None
    last_report_on: date | None = None


@dataclass(slots=True)
class Cells:
    """Tasks by standing, and how many of the open ones were reported on since the week began."""

    by_standing: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    updated: int = 0

    @property
    def total(self) -> int:
        """All tasks counted."""
        return sum(self.by_standing.values())

    @property
    def open(self) -> int:
        """Tasks that are not closed."""
        return self.total - sum(self.by_standing[one] for one in DONE)

    def rate(self, *standings: Standing) -> float | None:
        """The share of these standings in all tasks, in percent; None when there are none."""
        return 100 * sum(self.by_standing[one] for one in standings) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The cells of every unit and of all, and what moved since the last briefing."""

    total: Cells
    units: dict[int, Cells]
    slipped: tuple[int, ...]
    finished: tuple[int, ...]
    coming: tuple[int, ...]


def figures(tasks: Iterable[Counted], *, since: date, horizon: date, today: date) -> Figures:
    """Count on `today`, the day of the cut-off.

    since: the day of the previous briefing; what fell due from that day on and is not done has slipped, what was
    verified after it has finished. horizon: open tasks due up to this day are coming.
    """
    total, units = Cells(), dict[int, Cells]()
    slipped: list[tuple[date, int]] = []
    finished: list[tuple[date, int]] = []
    coming: list[tuple[date, int]] = []
    for one in tasks:
        stands = standing(due_on=one.due_on, done_on=one.done_on, verified_on=one.verified_on, today=today)
        for cells in (total, units.setdefault(one.unit_id, Cells())):
            cells.by_standing[stands] += 1
            is_fresh = one.last_report_on is not None and one.last_report_on > since
            cells.updated += is_fresh and stands not in DONE
        if stands is Standing.OPEN_OVERDUE and one.due_on is not None and one.due_on >= since:
            slipped.append((one.due_on, one.task_id))
        if one.verified_on is not None and since < one.verified_on <= today:
            finished.append((one.verified_on, one.task_id))
        if stands is Standing.OPEN_IN_TIME and one.done_on is None and one.due_on is not None and one.due_on <= horizon:
            coming.append((one.due_on, one.task_id))
    return Figures(total, units, _ids(slipped), _ids(finished), _ids(coming))


def _ids(dated: list[tuple[date, int]]) -> tuple[int, ...]:
    return tuple(task_id for _, task_id in sorted(dated))
