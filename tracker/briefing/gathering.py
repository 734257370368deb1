"""What a briefing says: counted and collected from the rows as they stand at its cut-off."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.briefing.outcomes import outcomes
from tracker.briefing.view import (
    BriefingView,
    CellRow,
    CriteriaView,
    DecisionView,
    GridView,
    OverseerRow,
    Point,
    SilentRow,
)
from tracker.config import Config
from tracker.criteria.growth import Growth, load_growth
from tracker.criteria.sets import find_set
from tracker.models import Extension, Officer, Task, Unit
from tracker.notify.composing import load_items, office_view, week_words
from tracker.notify.early import load_warnings, may_warn_early
from tracker.notify.facts import Policy, load_facts, open_tasks, policy_of
from tracker.notify.fitting import flat
from tracker.notify.links import briefing_link, office_door
from tracker.notify.rulings import lately_ruled
from tracker.notify.sweep import worst_first
from tracker.notify.views import ItemView, day
from tracker.rules.briefing import DONE, Cells, Counted, Figures, figures
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import RungName, TaskFacts, decide
from tracker.rules.letters import week_of
from tracker.rules.lifecycle import Standing, standing
from tracker.tasks.grid import Cell, load_grid
from tracker.words import fold

COMING_DAYS = 28
TREND_WEEKS = 26  # half a year of weeks stands in the line
OPTIONS = (
    "gia hạn đến một ngày cụ thể",
    "giao thêm người trực tiếp chỉ đạo, hoặc giao đơn vị khác",
    "điều chỉnh nội dung",
    "kết thúc",
)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which briefing: its week, its number in the year, and the one before it in the same scope."""

    period: str
    number: int = 1
    before: BriefingView | None = None
    before_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the briefings of one cut-off are made of; read once, whatever the number of overseers."""

    tasks: tuple[Counted, ...]
    overseers_of: Mapping[int, tuple[int, ...]]  # by task
    places: Mapping[int, int]  # by task: the unit of the place, else the lead
    asked: frozenset[int]
    to_decide: frozenset[int]  # overdue ones that reached the standing office
    undated: frozenset[int]  # undated ones that did
    silent: Mapping[int, TaskFacts]  # by task: told and not answered
    late: tuple[TaskFacts, ...]  # overdue and told to an overseer
    of_overseer: Mapping[int, tuple[Counted, ...]]  # what each answers for
    names: Mapping[int | None, str]
    posts: Mapping[int, str]
    codes: Mapping[int, str]
    grid: GridView
    grid_units: tuple[int, ...]  # of the lines of the grid
    at_risk: frozenset[int]
    growth: Growth | None


def gather(session: Session, *, config: Config, calendar: WorkingCalendar, today: date) -> Gathered:
    """Read everything that the briefings of this cut-off need; a few queries, columns only."""
    policy = policy_of(session, config, calendar, today=today)
    tasks, overseers_of, places = _tasks(session, policy)
    asked = frozenset(session.scalars(sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))))
    to_decide, undated, silent, late = set[int](), set[int](), dict[int, TaskFacts](), list[TaskFacts]()
    day_of_decision, ruled = calendar.on_or_before(today), lately_ruled(session, calendar=calendar, today=today)
    for facts in load_facts(session, open_tasks(), chains=policy.chains):
        if decide(facts, policy.ladder, calendar, day_of_decision).rung is RungName.OFFICE:
            if facts.due_on is None:
                undated.add(facts.task_id)
            elif facts.task_id not in ruled:  # else the meeting has spoken; it stands among the overdue ones
                to_decide.add(facts.task_id)
        if facts.unanswered:
            silent[facts.task_id] = facts
        if facts.due_on is not None and facts.due_on < today and told_overseers(facts):
            late.append(facts)
    officers = session.execute(sa.select(col(Officer.id), col(Officer.post), col(Officer.code))).all()
    of_overseer: dict[int, list[Counted]] = defaultdict(list)
    for one in tasks:
        for officer in overseers_of[one.task_id]:
            of_overseer[officer].append(one)
    grid, grid_units = _grid(session, today)
    return Gathered(
        tasks=tasks,
        overseers_of=overseers_of,
        places=places,
        asked=asked,
        to_decide=frozenset(to_decide),
        undated=frozenset(undated),
        silent=silent,
        late=tuple(late),
        of_overseer={officer: tuple(own) for officer, own in of_overseer.items()},
        names={id_: flat(name) for id_, name in session.execute(sa.select(col(Unit.id), col(Unit.name)))},
        posts={id_: flat(post) for id_, post, _ in officers},
        codes={id_: code for id_, _, code in officers},
        grid=grid,
        grid_units=grid_units,
        at_risk=_at_risk(session, policy, today=today),
        growth=_growth(session, today=today),
    )


def _at_risk(session: Session, policy: Policy, *, today: date) -> frozenset[int]:
    """Milestones whose date lies ahead and whose early warning holds."""
    may = may_warn_early(policy.ladder, policy.calendar, today)
    wanted = session.scalars(sa.select(col(Task.id)).where(open_tasks(), may, col(Task.due_on) >= today))
    ids = [id_ for id_ in wanted if id_ is not None]
    return frozenset(load_warnings(session, ids, ladder=policy.ladder, calendar=policy.calendar, today=today))


def _growth(session: Session, *, today: date) -> Growth | None:
    """The criteria of the communes on the same weekday of the last half year; None without a set."""
    wanted = find_set(session, on=today)
    days = [today - timedelta(weeks=back) for back in range(TREND_WEEKS - 1, -1, -1)]
    return load_growth(session, wanted, days) if wanted is not None else None


def _tasks(session: Session, policy: Policy) -> tuple[tuple[Counted, ...], dict[int, tuple[int, ...]], dict[int, int]]:
    rows = session.execute(
        sa.select(
            col(Task.id), col(Task.lead_unit_id), col(Task.due_on), col(Task.done_on), col(Task.verified_on),
            col(Task.last_report_on), col(Task.place_unit_id),
        ).where(col(Task.cancelled_on).is_(None), col(Task.kind) != "policy")
    )  # fmt: skip
    tasks, overseers_of, places = [], dict[int, tuple[int, ...]](), dict[int, int]()
    known: dict[tuple[int, int | None], tuple[int, ...]] = {}
    for *counted, place in rows:
        one = Counted(*counted)
        tasks.append(one)
        key = (one.unit_id, place)
        if key not in known:
            known[key] = policy.chains.overseers(place, one.unit_id)
        overseers_of[one.task_id] = known[key]
        places[one.task_id] = place or one.unit_id
    return tuple(tasks), overseers_of, places


def told_overseers(facts: TaskFacts) -> frozenset[int]:
    """Which overseers were written to about this slip, past the present date or a forecast of it."""
    return frozenset(officer for officer, key in facts.said if key.startswith(RungName.OVERSEER))


def _grid(session: Session, today: date) -> tuple[GridView, tuple[int, ...]]:
    """The milestones of the communes, and the units of the lines."""
    found = load_grid(session, sa.true(), today=today)
    shown = [at for at, column in enumerate(found.columns) if column.is_milestone]
    lines = [(one, tuple(_stands(one.cells[at]) for at in shown)) for one in found.lines]
    kept = [(one, cells) for one, cells in lines if any(cells)]
    columns = tuple(flat(found.columns[at].title) for at in shown)
    return GridView(columns, tuple((flat(one.name), cells) for one, cells in kept)), tuple(
        one.unit_id for one, _ in kept
    )


def _stands(cell: Cell | None) -> str | None:
    return cell.stands if cell is not None else None


def briefing_view(
    session: Session,
    gathered: Gathered,
    edition: Edition,
    *,
    config: Config,
    calendar: WorkingCalendar,
    overseer: int | None = None,
    today: date,
    now: datetime,
) -> BriefingView:
    """One briefing out of what was gathered: the whole, or what one overseer (officer id) answers for."""
    first, last = week_of(edition.period)
    tasks = gathered.tasks if overseer is None else gathered.of_overseer[overseer]
    mine = {one.task_id for one in tasks}
    since = edition.before_on if edition.before_on is not None else today - timedelta(days=7)
    found = figures(tasks, since=since, horizon=today + timedelta(days=COMING_DAYS), today=today)
    overdue = [one.task_id for one in tasks if _is_overdue(one, today)]
    asked, to_decide = gathered.asked & mine, gathered.to_decide & mine
    before = edition.before
    was_asked = {one.item.task_id for one in before.decisions} if before is not None else set[int]()
    at_risk = gathered.at_risk & mine
    wanted = {*found.slipped, *found.finished, *found.coming, *overdue, *asked, *to_decide, *was_asked, *at_risk}
    items = load_items(session, wanted, config=config, calendar=calendar, today=today)
    url = briefing_link(config.web.base_url, edition.period)
    code = gathered.codes[overseer] if overseer is not None else ""
    return BriefingView(
        period=edition.period,
        number=edition.number,
        scope=code,
        scope_post=gathered.posts[overseer] if overseer is not None else "",
        week=week_words(edition.period),
        cut_off=f"{now.astimezone(config.timezone):%H giờ %M} ngày {day(today)}",
        first_day=day(first),
        last_day=day(last),
        office=office_view(config),
        total=_row("Toàn bộ", found.total, before.total if before is not None else None),
        previous=before.total if before is not None else None,
        units=_unit_rows(found, gathered.names, before),
        finished=tuple(items[one] for one in found.finished),
        slipped=tuple(items[one] for one in found.slipped),
        overdue=tuple(sorted((items[one] for one in overdue), key=worst_first)),
        coming=tuple(items[one] for one in found.coming),
        decisions=tuple(
            _decision(item) for item in sorted((items[one] for one in {*asked, *to_decide}), key=worst_first)
        ),
        unanswered=_undated_by_unit(gathered, tasks),
        silent=_silent_rows(gathered, mine, today=today),
        became=outcomes(session, before.decisions, items) if before is not None else (),
        overseers=_overseer_rows(gathered, mine, today=today) if overseer is None else (),
        grid=_grid_of(gathered, mine) if overseer is not None else gathered.grid,
        trend=_trend(edition, found.total),
        at_risk=tuple(sorted((items[one] for one in at_risk), key=worst_first)),
        criteria=_criteria(gathered, mine if overseer is not None else None),
        url=f"{url}/of/{code}" if code else url,
        door=office_door(config.web.base_url),
    )


def _is_overdue(one: Counted, today: date) -> bool:
    return one.verified_on is None and one.due_on is not None and (one.done_on or today) > one.due_on


def _undated_by_unit(gathered: Gathered, tasks: Iterable[Counted]) -> tuple[tuple[str, int], ...]:
    counted = Counter(one.unit_id for one in tasks if one.task_id in gathered.undated)
    most = sorted(counted.items(), key=lambda one: (-one[1], fold(gathered.names[one[0]])))
    return tuple((gathered.names[unit], number) for unit, number in most)


def _silent_rows(gathered: Gathered, mine: set[int], *, today: date) -> tuple[SilentRow, ...]:
    """Who was told and has not answered, the most overdue units first."""
    of_unit: dict[int, list[TaskFacts]] = defaultdict(list)
    for task_id in sorted(gathered.silent.keys() & mine):
        facts = gathered.silent[task_id]
        of_unit[facts.unit_id].append(facts)
    rows = []
    for unit, own in of_unit.items():
        told = dict.fromkeys(one for facts in own for one in facts.chain.contact or facts.chain.head)
        overdue = sum(facts.due_on is not None for facts in own)
        last = max((facts.told_on for facts in own if facts.told_on is not None), default=today)
        posts = tuple(gathered.posts[one] for one in told)
        rows.append(SilentRow(gathered.names[unit], posts, overdue, len(own) - overdue, day(last)))
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.undated, fold(row.unit))))


def _overseer_rows(gathered: Gathered, mine: set[int], *, today: date) -> tuple[OverseerRow, ...]:
    """How the tasks of every overseer stand; those with most overdue ones first."""
    count: dict[int, Counter[Standing]] = defaultdict(Counter)
    places: dict[int, set[int]] = defaultdict(set)
    for one in gathered.tasks:
        stands = standing(due_on=one.due_on, done_on=one.done_on, verified_on=one.verified_on, today=today)
        for officer in gathered.overseers_of[one.task_id]:
            count[officer][stands] += 1
            places[officer].add(gathered.places[one.task_id])
    told, open_ = Counter[int](), Counter[int]()
    for facts in gathered.late:
        noted = {
            one.officer_id for one in facts.acknowledgements if one.due_on == facts.due_on and one.expires_on >= today
        }
        heard = told_overseers(facts) & set(gathered.overseers_of.get(facts.task_id, ()))
        told.update(heard)
        open_.update(heard - noted)
    rows = (
        OverseerRow(
            post=gathered.posts[officer],
            places=len(places[officer]),
            total=cells.total(),
            done=sum(cells[one] for one in DONE),
            open_in_time=cells[Standing.OPEN_IN_TIME],
            open_overdue=cells[Standing.OPEN_OVERDUE],
            undated=cells[Standing.OPEN_UNDATED],
            told=told[officer],
            unacknowledged=open_[officer],
        )
        for officer, cells in count.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.open_overdue, -row.unacknowledged, fold(row.post))))


def _grid_of(gathered: Gathered, mine: set[int]) -> GridView:
    """The communes of one overseer."""
    own = {gathered.places[one] for one in mine}
    lines = zip(gathered.grid_units, gathered.grid.lines, strict=True)
    return GridView(gathered.grid.columns, tuple(line for unit, line in lines if unit in own))


def _criteria(gathered: Gathered, mine: set[int] | None) -> CriteriaView | None:
    """Of all communes, or of those in which the tasks of one overseer lie."""
    growth = gathered.growth
    if growth is None:
        return None
    places = None if mine is None else {gathered.places[one] for one in mine}
    own = replace(growth, communes=tuple(one for one in growth.communes if places is None or one[0] in places))
    if not any(any(met) for _, _, met in own.communes):
        return None
    return CriteriaView(
        criteria=own.criteria,
        days=tuple(f"{one:%d/%m}" for one in own.days),
        averages=tuple(round(one, 2) for one in own.averages),
        aim=own.aim if mine is None else None,
        communes=tuple((flat(place), met) for _, place, met in own.communes),
    )


def _trend(edition: Edition, total: Cells) -> tuple[Point, ...]:
    before = edition.before.trend if edition.before is not None else ()
    done = sum(total.by_standing[one] for one in DONE)
    point = Point(week_words(edition.period), total.open, total.by_standing[Standing.OPEN_OVERDUE], done)
    return (*before, point)[-TREND_WEEKS:]


def _decision(item: ItemView) -> DecisionView:
    if item.is_extension_asked:
        options = (
            f"đồng ý gia hạn đến ngày {item.proposed}",
            "gia hạn đến ngày khác",
            f"không đồng ý, giữ nguyên thời hạn {item.due}",
        )
        return DecisionView(item, f"Đơn vị đề nghị gia hạn đến ngày {item.proposed}: đồng ý hay không?", options)
    late = f"Quá hạn {item.working_days_late} ngày làm việc" if item.working_days_late else "Nhiều lần chưa báo cáo"
    return DecisionView(item, f"{late}, chưa hoàn thành: xử lý thế nào?", OPTIONS)


def _unit_rows(found: Figures, names: Mapping[int | None, str], before: BriefingView | None) -> tuple[CellRow, ...]:
    worst = sorted(
        found.units.items(), key=lambda one: (-one[1].by_standing[Standing.OPEN_OVERDUE], fold(names[one[0]]))
    )
    earlier = {row.name: row for row in before.units} if before is not None else {}
    return tuple(_row(names[unit], cells, earlier.get(names[unit])) for unit, cells in worst)


def _row(name: str, cells: Cells, before: CellRow | None) -> CellRow:
    count = cells.by_standing
    return CellRow(
        name=name,
        total=cells.total,
        done_on_time=count[Standing.DONE_ON_TIME],
        done_late=count[Standing.DONE_LATE],
        open_in_time=count[Standing.OPEN_IN_TIME],
        open_overdue=count[Standing.OPEN_OVERDUE],
        undated=count[Standing.OPEN_UNDATED] + count[Standing.DONE_UNDATED],
        rate_done=_percent(cells.rate(Standing.DONE_ON_TIME, Standing.DONE_LATE, Standing.DONE_UNDATED)),
        rate_on_time=_percent(cells.rate(Standing.DONE_ON_TIME)),
        rate_overdue=_percent(cells.rate(Standing.OPEN_OVERDUE)),
        updated=f"{cells.updated}/{cells.open}",
        done_undated=count[Standing.DONE_UNDATED],
        overdue_before=before.open_overdue if before is not None else None,
    )


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}".replace(".", ",") + "%"


def overseers_in(gathered: Gathered) -> tuple[int, ...]:
    """The officers who answer for anything, in the order of their codes."""
    return tuple(sorted(gathered.of_overseer, key=lambda one: gathered.codes[one]))
