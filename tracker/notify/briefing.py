"""The weekly briefing: counted, frozen, and sent to the office and the chair."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config
from tracker.errors import TrackerError
from tracker.models import Briefing, Extension, Role, Task, Unit
from tracker.notify.composing import load_items, load_people, office_view, week_words
from tracker.notify.facts import load_facts, open_tasks, policy_of
from tracker.notify.render import briefing_page, render_briefing
from tracker.notify.sweep import envelope, worst_first
from tracker.notify.views import BriefingView, CellRow, DecisionView, ItemView, day
from tracker.outbox.ledger import post
from tracker.rules.briefing import Cells, Counted, Figures, figures
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import RungName, decide
from tracker.rules.letters import week_of
from tracker.rules.lifecycle import Standing

COMING_DAYS = 28
OPTIONS = ("gia hạn", "giao đơn vị khác", "điều chỉnh nội dung", "chấm dứt")


def freeze_briefing(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Count, store and post the briefing of `period`; later changes appear in the next one. Never empty, never twice."""
    if session.exec(select(Briefing).where(Briefing.period == period)).first() is not None:
        return Counter()
    view = briefing_view(session, period=period, config=config, calendar=calendar, today=today, now=now)
    if view.total.total == 0:
        return Counter()
    rendered = render_briefing(view)
    content = json.dumps(asdict(view), ensure_ascii=False, sort_keys=True)
    session.add(Briefing(period=period, frozen_at=now, content=content, html=briefing_page(view), text=rendered.text))
    chains = policy_of(session, config, calendar, today=today).chains
    receivers = sorted({*chains.anywhere(Role.OFFICE), *chains.anywhere(Role.CHAIR)})
    people = load_people(session, receivers, on=today)
    letters = [envelope(people[one], "briefing", period, rendered, ()) for one in receivers]
    return +Counter({"briefing": post(session, letters, sender=config.mail.sender, today=today, now=now)})


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
    found = figures(counted, since=today - timedelta(days=7), horizon=today + timedelta(days=COMING_DAYS), today=today)
    overdue = [one.task_id for one in counted if _is_overdue(one, today)]
    to_decide, silent = _open_questions(session, config, calendar, today)
    wanted = {*found.slipped, *found.finished, *found.coming, *overdue, *to_decide}
    items = load_items(session, wanted, config=config, calendar=calendar, today=today)
    names: dict[int | None, str] = dict(session.exec(select(Unit.id, Unit.name)).all())
    return BriefingView(
        period=period,
        week=week_words(period),
        cut_off=f"{now.astimezone(config.timezone):%H:%M} ngày {day(today)}",
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
        decisions=tuple(_decision(items[one], question) for one, question in to_decide.items()),
        silent=silent,
    )


def _is_overdue(one: Counted, today: date) -> bool:
    return one.verified_on is None and one.due_on is not None and (one.done_on or today) > one.due_on


def _open_questions(
    session: Session, config: Config, calendar: WorkingCalendar, today: date
) -> tuple[dict[int, str], tuple[str, ...]]:
    """What the meeting must decide, and who was told of a slip and has not answered."""
    policy = policy_of(session, config, calendar, today=today)
    day_of_decision = calendar.on_or_before(today)
    asked = session.scalars(sa.select(col(Extension.task_id)).where(col(Extension.decided_at).is_(None)))
    questions = dict.fromkeys(asked, "Đơn vị đề nghị gia hạn: đồng ý đến ngày nào, hay không đồng ý?")
    silent: dict[int, None] = {}
    for facts in load_facts(session, open_tasks(), chains=policy.chains):
        if decide(facts, policy.ladder, calendar, day_of_decision).rung is RungName.OFFICE:
            questions.setdefault(facts.task_id, "Quá hạn chưa có kết quả: xử lý thế nào?")
        if facts.unanswered:
            silent |= dict.fromkeys(facts.chain.contact or facts.chain.head)
    people = load_people(session, silent, on=today)
    return questions, tuple(people[one].addressee for one in silent if one in people)


def _decision(item: ItemView, question: str) -> DecisionView:
    return DecisionView(item, question, OPTIONS)


def _previous(session: Session, period: str) -> CellRow | None:
    before = select(Briefing).where(col(Briefing.period) < period).order_by(col(Briefing.period).desc())
    found = session.exec(before).first()
    return CellRow(**json.loads(found.content)["total"]) if found is not None else None


def _unit_rows(found: Figures, names: dict[int | None, str]) -> tuple[CellRow, ...]:
    worst = sorted(found.units.items(), key=lambda one: (-one[1].by_standing[Standing.OPEN_OVERDUE], names[one[0]]))
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
