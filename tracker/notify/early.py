"""What early warnings stand on: dated progress, requests without an answer; and the same in words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import CriteriaSet, Criterion, Extension, Kind, ProgressReport, Task
from tracker.notify.views import day
from tracker.people.among import among, fetch
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.criteria import is_backed_by_criteria
from tracker.rules.escalation import LAST_CALL_WORKING_DAYS, Ladder, Reason, RungName, TaskFacts, early_warnings
from tracker.rules.forecast import Confidence, Forecast, Progress, forecast

PARTS = 20  # without criteria, progress is counted in parts of 5 percent
WEEK = 5  # working days


@dataclass(frozen=True, slots=True)
class Pace:
    """What was reported of one milestone, oldest first, in `steps` steps; is_criteria: each step is one criterion."""

    progress: tuple[Progress, ...]
    steps: int
    is_criteria: bool


def may_warn_early(ladder: Ladder, calendar: WorkingCalendar, today: date) -> sa.ColumnElement[bool]:
    """The milestones about which an early warning may be due: what it leaves out surely has none."""
    rung = ladder.rung(RungName.OVERSEER)
    if rung is None:
        return sa.false()
    reasons: list[sa.ColumnElement[bool]] = [
        col(Task.promised_on) > col(Task.due_on),
        col(Task.confidence) == Confidence.UNLIKELY,
    ]
    if rung.early_working_days is not None:
        near = col(Task.due_on) < calendar.add(today, rung.early_working_days + 1)  # also on the days off before that
        heard = sa.func.coalesce(col(Task.last_report_on), col(Task.confirmed_on))
        silent = heard < _so_many_days_ago(rung.silent_working_days or 0, calendar, today)
        has_pace = col(Task.last_report_on).is_not(None)
        reasons.append(sa.and_(near, sa.or_(has_pace, silent) if rung.silent_working_days is not None else has_pace))
    if rung.blocked_working_days is not None:
        long_ago = _so_many_days_ago(rung.blocked_working_days, calendar, today)
        waiting = sa.select(col(Extension.task_id)).where(
            col(Extension.decided_at).is_(None), col(Extension.asked_on) < long_ago
        )
        reasons += [col(Task.help_wanted_on) < long_ago, col(Task.id).in_(waiting)]
    # Once the overseers hear of the slip itself, nothing is early any more, unless a report pushes them back.
    wait = rung.working_days_after
    is_early = col(Task.due_on) >= calendar.add(today, -wait) if wait is not None else sa.true()
    is_pushed_back = col(Task.last_report_on) > col(Task.due_on)
    return sa.and_(col(Task.kind) == Kind.MILESTONE, sa.or_(is_early, is_pushed_back), sa.or_(*reasons))


def _so_many_days_ago(working_days: int, calendar: WorkingCalendar, today: date) -> date:
    """What happened before this day lies at least so many working days back: also on the days off before it."""
    return calendar.add(today, 1 - working_days)


def load_paces(session: Session, milestones: Mapping[int, tuple[str, date]]) -> dict[int, Pace]:
    """The pace of these milestones (task -> title and date): what was reported, without claims of done.

    A milestone that criteria stand behind is counted in those of the set that counts on its date, others in parts of 5
    percent.
    """
    if not milestones:
        return {}
    sets = _set_sizes(session)
    query = sa.select(col(ProgressReport.task_id), col(ProgressReport.reported_on), col(ProgressReport.percent)).where(
        among(session, col(ProgressReport.task_id), sorted(milestones)), col(ProgressReport.done_on).is_(None)
    )
    reported: dict[int, dict[date, int]] = defaultdict(dict)
    for task_id, on, percent in fetch(session, query.order_by(col(ProgressReport.id))):
        reported[task_id][on] = percent  # the last word of a day counts
    found = {}
    for task_id, (title, due_on) in milestones.items():
        criteria = _size_on(sets, due_on) if is_backed_by_criteria(title) else None
        steps = criteria or PARTS
        progress = tuple(Progress(on, round(percent * steps / 100)) for on, percent in reported[task_id].items())
        found[task_id] = Pace(progress, steps, criteria is not None)
    return found


Sizes = list[tuple[date, date | None, int]]


def _set_sizes(session: Session) -> Sizes:
    """Every version of the communes' set: from when to when, and how many criteria it has; the oldest first."""
    query = (
        sa.select(col(CriteriaSet.valid_from), col(CriteriaSet.valid_to), sa.func.count(col(Criterion.id)))
        .join(Criterion, col(Criterion.set_id) == col(CriteriaSet.id))
        .where(col(CriteriaSet.level) == "commune")
        .group_by(col(CriteriaSet.id), col(CriteriaSet.valid_from), col(CriteriaSet.valid_to))
        .order_by(col(CriteriaSet.valid_from))
    )
    return [(first, last, number) for first, last, number in fetch(session, query)]


def _size_on(sets: Sizes, on: date) -> int | None:
    begun = [(last, number) for first, last, number in sets if first <= on]
    standing = [number for last, number in begun if last is None or on <= last]
    return standing[-1] if standing else begun[-1][1] if begun else None


def load_requests(session: Session, task_ids: Sequence[int]) -> dict[int, date]:
    """The day of the request for more time that waits for a decision, by task."""
    query = sa.select(col(Extension.task_id), sa.func.min(col(Extension.asked_on))).where(
        among(session, col(Extension.task_id), task_ids), col(Extension.decided_at).is_(None)
    )
    return dict(fetch(session, query.group_by(col(Extension.task_id))))


def oldest(*days: date | None) -> date | None:
    """The first of the days that there are."""
    known = [one for one in days if one is not None]
    return min(known) if known else None


# --- in words --------------------------------------------------------------------------------------------------------


def load_forecasts(
    session: Session, milestones: Mapping[int, tuple[str, date]], *, calendar: WorkingCalendar, today: date
) -> dict[int, tuple[Pace, Forecast]]:
    """The forecast of every milestone (task -> title and date) that has one: who has no history is left out."""
    paces = load_paces(session, milestones)
    found = {
        task_id: forecast(
            pace.progress, total=pace.steps, due_on=milestones[task_id][1], calendar=calendar, today=today
        )
        for task_id, pace in paces.items()
    }
    return {task_id: (paces[task_id], one) for task_id, one in found.items() if one is not None}


def load_warnings(
    session: Session, task_ids: Collection[int], *, ladder: Ladder, calendar: WorkingCalendar, today: date
) -> dict[int, tuple[str, ...]]:
    """Why these milestones are in danger, in words, the strongest reason first; only those that are."""
    if not task_ids:
        return {}
    columns = (
        col(Task.id), col(Task.title), col(Task.due_on), col(Task.confirmed_on), col(Task.last_report_on), col(Task.promised_on),
        col(Task.confidence), col(Task.help_wanted), col(Task.help_wanted_on),
    )  # fmt: skip
    open_ones = sa.and_(col(Task.kind) == Kind.MILESTONE, col(Task.due_on) >= today, col(Task.done_on).is_(None))
    rows = fetch(session, sa.select(*columns).where(among(session, col(Task.id), sorted(task_ids)), open_ones))
    paces = load_paces(session, {row[0]: (row[1], row[2]) for row in rows})
    asked = load_requests(session, [row[0] for row in rows])
    found = {}
    for id_, _, due_on, confirmed_on, reported_on, promised_on, confidence, help_wanted, help_on in rows:
        pace = paces[id_]
        facts = TaskFacts(
            id_, due_on, is_milestone=True, confirmed_on=confirmed_on, last_report_on=reported_on, promised_on=promised_on,
            forecast_on=promised_on, progress=pace.progress, steps=pace.steps,
            confidence=Confidence(confidence) if confidence else None, blocked_since=oldest(asked.get(id_), help_on),
        )  # fmt: skip
        reasons = early_warnings(facts, ladder, calendar, today)
        words = {
            Reason.UNLIKELY: "đơn vị tự đánh giá khó đạt",
            Reason.BLOCKED: _blocked_words(asked.get(id_), help_wanted, help_on),
            Reason.FORECAST_LATE: "",  # the letter says when the owner promises it, and that this is after the date
            Reason.TOO_SLOW: _slow_words(facts, pace, calendar, today),
            Reason.NO_REPORT: _silent_words(reported_on, confirmed_on),
        }
        if said := tuple(words[reason] for reason in reversed(reasons) if words[reason]):
            found[id_] = said
    return found


def _slow_words(facts: TaskFacts, pace: Pace, calendar: WorkingCalendar, today: date) -> str:
    if facts.due_on is None:
        return ""
    at = min(today, calendar.add(facts.due_on, -LAST_CALL_WORKING_DAYS))
    found = forecast(pace.progress, total=pace.steps, due_on=facts.due_on, calendar=calendar, today=at)
    return pace_words(pace, found) if found is not None else ""


def pace_words(pace: Pace, found: Forecast) -> str:
    """ "còn 6 tiêu chí, 9 tuần qua đạt thêm 2; theo nhịp này dự kiến xong khoảng ngày 12/08/2020, sau hạn 30 ngày làm
    việc"."""
    weeks = max(found.working_days // WEEK, 1)
    if pace.is_criteria:
        gained = f"đạt thêm {found.gained}" if found.gained else "chưa đạt thêm tiêu chí nào"
        said = f"còn {found.remaining} tiêu chí, {weeks} tuần qua {gained}"
    else:
        part = 100 // pace.steps
        gained = f"tăng thêm {found.gained * part}%" if found.gained else "không tăng"
        said = f"còn {found.remaining * part}%, {weeks} tuần qua {gained}"
    if not found.gained or found.expected_on is None or found.slack is None:
        return f"{said}; theo nhịp này không kịp hạn"  # half a step in three months makes no day that anybody believes
    more = f", sau hạn {-found.slack} ngày làm việc" if found.slack < 0 else ""
    return f"{said}; theo nhịp này dự kiến xong khoảng ngày {day(found.expected_on)}{more}"


def _silent_words(reported_on: date | None, confirmed_on: date) -> str:
    if reported_on is None:
        return f"chưa có báo cáo nào từ khi giao việc ngày {day(confirmed_on)}"
    return f"chưa có báo cáo mới từ ngày {day(reported_on)}"


def _blocked_words(asked_on: date | None, help_wanted: str, help_on: date | None) -> str:
    said = []
    if asked_on is not None:
        said.append(f"đề nghị gia hạn từ ngày {day(asked_on)} chưa được trả lời")
    if help_on is not None:
        said.append(f"đề nghị giúp từ ngày {day(help_on)} chưa được trả lời: “{_flat(help_wanted)}”")
    return "; ".join(said)


@lru_cache(maxsize=1024)
def _flat(text: str) -> str:
    return " ".join(text.split())
