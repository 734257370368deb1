"""Recurring duties in words: this instance, how many were answered, how many missed; one line, however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import ProgressReport, Task
from tracker.notify.views import day
from tracker.people.among import among
from tracker.rules.recurrence import Duty, duty

NAMES = {
    "weekly": "hằng tuần", "monthly": "hằng tháng", "quarterly": "hằng quý", "half-yearly": "6 tháng một lần",
    "yearly": "hằng năm",
}  # fmt: skip


def load_duties(session: Session, task_ids: Sequence[int], *, today: date) -> dict[int, tuple[str, Duty]]:
    """The recurring ones of these tasks, with how often and how each stands; two queries, none without such a task."""
    if not task_ids:
        return {}
    columns = (col(Task.id), col(Task.recurrence), col(Task.recurrence_day), col(Task.confirmed_on))
    recurring = session.execute(
        sa.select(*columns).where(among(session, col(Task.id), task_ids), col(Task.recurrence).is_not(None))
    ).all()
    if not recurring:
        return {}
    reported: dict[int, list[date]] = defaultdict(list)
    numbers = [row[0] for row in recurring]
    query = sa.select(col(ProgressReport.task_id), col(ProgressReport.reported_on))
    for task_id, on in session.execute(query.where(among(session, col(ProgressReport.task_id), numbers))):
        reported[task_id].append(on)
    found = {}
    for task_id, recurrence, number, since in recurring:
        stands = duty(recurrence, number, reported[task_id], since=since, today=today)
        if stands is not None:
            found[task_id] = (recurrence, stands)
    return found


def duty_words(recurrence: str, stands: Duty) -> str:
    """ "hằng tuần: kỳ này (đến ngày 10/07/2020) chưa báo cáo; đã báo cáo 3/12 kỳ trước, lỡ 9 kỳ"."""
    now = "đã báo cáo" if stands.is_answered else "chưa báo cáo"
    said = f"{NAMES.get(recurrence, recurrence)}: kỳ này (đến ngày {day(stands.due_on)}) {now}"
    before = stands.answered + stands.missed
    if before:
        said += f"; đã báo cáo {stands.answered}/{before} kỳ trước"
        said += f", lỡ {stands.missed} kỳ" if stands.missed else ""
    return said
