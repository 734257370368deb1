"""The weekly briefing: counted, frozen, and sent to the office and the chair."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.clock import local_day
from tracker.config import Config
from tracker.errors import TrackerError
from tracker.models import Briefing, Extension, Officer, Role, Task, Unit
from tracker.notify.composing import load_items, load_people, office_view, week_words
from tracker.notify.facts import load_facts, open_tasks, policy_of
from tracker.notify.fitting import flat
from tracker.notify.links import briefing_link, office_door
from tracker.notify.render import briefing_page, render_briefing
from tracker.notify.sweep import envelope, worst_first
from tracker.notify.views import BriefingView, CellRow, DecisionView, ItemView, SilentRow, day
from tracker.outbox.ledger import post
from tracker.rules.briefing import Cells, Counted, Figures, figures
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import RungName, TaskFacts, decide
from tracker.rules.letters import week_of
from tracker.rules.lifecycle import Standing
from tracker.words import fold

COMING_DAYS = 28
OPTIONS = (
    "gia hạn đến một ngày cụ thể",
    "giao thêm người trực tiếp chỉ đạo, hoặc giao đơn vị khác",
    "điều chỉnh nội dung",
    "kết thúc",
)


def freeze_briefing(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Count, store and post the briefing of `period`; later changes appear in the next one. Never empty, never twice."""
    if session.exec(select(Briefing).where(Briefing.period == period)).first() is not None:
        return Counter()
    view = briefing_view(session, period=period, config=config, calendar=calendar, today=today, now=now)
    if view.total.total == 0 or _is_before_the_first_task(session, period):
        return Counter()
    rendered = render_briefing(view)
    content = json.dumps(asdict(view), ensure_ascii=False, sort_keys=True)
    session.add(Briefing(period=period, frozen_at=now, content=content, html=briefing_page(view), text=rendered.text))
    chains = policy_of(session, config, calendar, today=today).chains
    receivers = sorted({*chains.anywhere(Role.OFFICE), *chains.anywhere(Role.CHAIR)})
    people = load_people(session, receivers, on=today)
    letters = [envelope(people[one], "briefing", period, rendered, ()) for one in receivers]
    return +Counter({"briefing": post(session, letters, sender=config.mail.sender, today=today, now=now)})


def _is_before_the_first_task(session: Session, period: str) -> bool:
    """A week that was over when the first task was confirmed: there is nothing to say about it."""
    first = session.scalar(sa.select(sa.func.min(col(Task.confirmed_on))))
    return first is None or week_of(period)[1] < first


def briefing_view(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> BriefingView:
    """The briefing as it stands now."""
    first, last = week_of(period)
    counted = [
        Counted(*row)
        for row in session.execute(
            sa.select(
                col(Task.id), col(Task.lead_unit_id), col(Task.due_on), col(Task.done_on), col(Task.verified_on), col(Task.last_report_on)
            ).where(col(Task.cancelled_on).is_(None), col(Task.kind) != "policy")
        )
    ]  # fmt: skip
    since = _since(session, period, config, today)
    found = figures(counted, since=since, horizon=today + timedelta(days=COMING_DAYS), today=today)
    overdue = [one.task_id for one in counted if _is_overdue(one, today)]
    open_ = _open_questions(session, config, calendar, today)
    wanted = {*found.slipped, *found.finished, *found.coming, *overdue, *open_.asked, *open_.overdue}
    items = load_items(session, wanted, config=config, calendar=calendar, today=today)
    names: dict[int | None, str] = {id_: flat(name) for id_, name in session.exec(select(Unit.id, Unit.name))}
    return BriefingView(
        period=period,
        week=week_words(period),
        cut_off=f"{now.astimezone(config.timezone):%H giờ %M} ngày {day(today)}",
        first_day=day(first),
        last_day=day(last),
        office=office_view(config),
        total=_row("Toàn bộ", found.total),
        previous=_previous(session, period),
        units=_unit_rows(found, names),
        finished=tuple(items[one] for one in found.finished),
        slipped=tuple(items[one] for one in found.slipped),
        overdue=tuple(sorted((items[one] for one in overdue), key=worst_first)),
        coming=tuple(items[one] for one in found.coming),
        decisions=tuple(
            _decision(item) for item in sorted((items[one] for one in {*open_.asked, *open_.overdue}), key=worst_first)
        ),
        unanswered=_by_unit(open_.undated, names),
        silent=_silent_rows(session, open_.silent, names, today=today),
        url=briefing_link(config.web.base_url, period),
        door=office_door(config.web.base_url),
    )


def _is_overdue(one: Counted, today: date) -> bool:
    return one.verified_on is None and one.due_on is not None and (one.done_on or today) > one.due_on


@dataclass(frozen=True, slots=True)
class _Open:
    """What waits for the meeting: tasks with a request for more time, overdue ones that reached the standing office, the
    units of undated ones that did, and everything that was written about without an answer."""

    asked: set[int]
    overdue: list[int]
    undated: Counter[int]
    silent: list[TaskFacts]


def _open_questions(session: Session, config: Config, calendar: WorkingCalendar, today: date) -> _Open:
    policy = policy_of(session, config, calendar, today=today)
    day_of_decision = calendar.on_or_before(today)
    asked = set(session.scalars(sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None))))
    found = _Open(asked, [], Counter(), [])
    for facts in load_facts(session, open_tasks(), chains=policy.chains):
        if decide(facts, policy.ladder, calendar, day_of_decision).rung is RungName.OFFICE:
            if facts.due_on is not None:
                found.overdue.append(facts.task_id)
            else:
                found.undated[facts.unit_id] += 1
        if facts.unanswered:
            found.silent.append(facts)
    return found


def _by_unit(counted: Counter[int], names: dict[int | None, str]) -> tuple[tuple[str, int], ...]:
    most = sorted(counted.items(), key=lambda one: (-one[1], fold(names[one[0]])))
    return tuple((names[unit], number) for unit, number in most)


def _silent_rows(
    session: Session, silent: list[TaskFacts], names: dict[int | None, str], *, today: date
) -> tuple[SilentRow, ...]:
    """Who was told and has not answered, the most overdue units first."""
    of_unit: dict[int, list[TaskFacts]] = defaultdict(list)
    for facts in silent:
        of_unit[facts.unit_id].append(facts)
    posts = dict(session.execute(sa.select(col(Officer.id), col(Officer.post))).all())
    rows = []
    for unit, own in of_unit.items():
        told = dict.fromkeys(one for facts in own for one in facts.chain.contact or facts.chain.head)
        overdue = sum(facts.due_on is not None for facts in own)
        last = max((facts.told_on for facts in own if facts.told_on is not None), default=today)
        rows.append(SilentRow(names[unit], tuple(posts[one] for one in told), overdue, len(own) - overdue, day(last)))
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.undated, fold(row.unit))))


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


def _since(session: Session, period: str, config: Config, today: date) -> date:
    """The day of the briefing before, which a holiday may have moved: so every slip is named in exactly one briefing."""
    found = _before(session, period)
    return local_day(found.frozen_at, config.timezone) if found is not None else today - timedelta(days=7)


def _before(session: Session, period: str) -> Briefing | None:
    before = select(Briefing).where(col(Briefing.period) < period).order_by(col(Briefing.period).desc())
    return session.exec(before).first()


def _previous(session: Session, period: str) -> CellRow | None:
    found = _before(session, period)
    return CellRow(**json.loads(found.content)["total"]) if found is not None else None


def _unit_rows(found: Figures, names: dict[int | None, str]) -> tuple[CellRow, ...]:
    worst = sorted(
        found.units.items(), key=lambda one: (-one[1].by_standing[Standing.OPEN_OVERDUE], fold(names[one[0]]))
    )
    return tuple(_row(names[unit], cells) for unit, cells in worst)


def _row(name: str, cells: Cells) -> CellRow:
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
    )


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1f}".replace(".", ",") + "%"


def get_briefing(session: Session, period: str | None) -> Briefing:
    """The frozen briefing of a week, or the newest. Raises TrackerError when there is none."""
    query = select(Briefing).order_by(col(Briefing.period).desc())
    if period is not None:
        query = query.where(Briefing.period == period)
    found = session.exec(query).first()
    if found is None:
        raise TrackerError(f"no briefing {period or 'yet'}; 'tracker tick' freezes it at its cut-off")
    return found


def list_briefings(session: Session) -> list[Briefing]:
    """Every frozen briefing, oldest first."""
    return list(session.exec(select(Briefing).order_by(col(Briefing.period))))
