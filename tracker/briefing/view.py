"""What a frozen briefing holds: plain values, dates already as dd/mm/yyyy; every format is made of these alone."""

import json
from dataclasses import asdict, dataclass, replace

from pydantic import TypeAdapter

from tracker.notify.views import ItemView, OfficeView


@dataclass(frozen=True, slots=True)
class CellRow:
    """A row of the briefing's table: one unit, or all. `overdue_before`: `open_overdue` of the briefing before, None
    when there was none. `remark`: what the coordinator wrote beside it."""

    name: str
    total: int
    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int
    undated: int
    rate_done: str
    rate_on_time: str
    rate_overdue: str
    updated: str
    done_undated: int = 0  # of `undated`, those that are done: they count in rate_done
    overdue_before: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Something the meeting must decide: the item, why it is here, the options."""

    item: ItemView
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BecameView:
    """What became of a decision that the last briefing asked for. `is_open`: nothing was decided yet."""

    task_id: int
    title: str
    owner: str
    outcome: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A unit that was told and has not answered: whom of it, about how many tasks, and the day of the last letter."""

    unit: str
    posts: tuple[str, ...]
    overdue: int
    undated: int
    told_on: str


@dataclass(frozen=True, slots=True)
class OverseerRow:
    """One overseer: how many places and tasks they answer for, how these stand, and of the overdue ones about which
    they were written to, how many still wait for their acknowledgement."""

    post: str
    places: int
    total: int
    done: int
    open_in_time: int
    open_overdue: int
    undated: int
    told: int
    unacknowledged: int


@dataclass(frozen=True, slots=True)
class GridView:
    """Communes against milestones: a standing for each cell, None where the milestone does not concern the commune."""

    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class CriteriaView:
    """Criteria met on the last day of each of some weeks, oldest first: the average, what papers aim at for the end of the
    year (None: no figure), and each commune's own, the furthest behind first. `criteria`: how many the set has."""

    criteria: int
    days: tuple[str, ...]
    averages: tuple[float, ...]
    aim: float | None
    communes: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One week of the line of weeks: how many tasks were open, overdue and done at the cut-off."""

    week: str
    open: int
    overdue: int
    done: int


@dataclass(frozen=True, slots=True)
class BriefingView:
    """The weekly briefing. `number`: its number in the year; `scope`: empty for the whole, else the code of the overseer
    whose tasks alone it counts, with their post in `scope_post`; `trend`: the weeks up to this one, oldest first."""

    period: str
    week: str
    cut_off: str
    first_day: str
    last_day: str
    office: OfficeView
    total: CellRow
    previous: CellRow | None
    units: tuple[CellRow, ...]
    finished: tuple[ItemView, ...]
    slipped: tuple[ItemView, ...]
    overdue: tuple[ItemView, ...]
    coming: tuple[ItemView, ...]
    decisions: tuple[DecisionView, ...]
    unanswered: tuple[tuple[str, int], ...]  # unit, and its tasks without a date that are up for a decision
    silent: tuple[SilentRow, ...]
    url: str
    door: str  # of all tasks
    number: int = 1
    scope: str = ""
    scope_post: str = ""
    became: tuple[BecameView, ...] = ()
    overseers: tuple[OverseerRow, ...] = ()
    grid: GridView = GridView((), ())
    trend: tuple[Point, ...] = ()
    at_risk: tuple[ItemView, ...] = ()  # milestones whose date lies ahead and is in danger, with the reasons
    criteria: CriteriaView | None = None
    remark: str = ""  # what the coordinator wrote on top


_STORED = TypeAdapter(BriefingView)


def stored(view: BriefingView) -> str:
    """The briefing as the database keeps it: the same view gives the same bytes."""
    return json.dumps(asdict(view), ensure_ascii=False, sort_keys=True)


def restored(content: str) -> BriefingView:
    """The briefing out of what `stored` made of it, also by an older version of the program."""
    return _STORED.validate_json(content)


def with_remarks(view: BriefingView, remarks: dict[str, str]) -> BriefingView:
    """The same figures with the coordinator's words: "" stands on top, the others beside the unit of that name."""
    units = tuple(replace(row, remark=remarks.get(row.name, "")) for row in view.units)
    return replace(view, units=units, remark=remarks.get("", ""))
