"""What was decided about tasks: in words for the next letter, and as a list for the next meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Notice, Officer, Ruling, Task
from tracker.notify.views import day
from tracker.people.among import among
from tracker.rules.calendar import WorkingCalendar

RULED_WORKING_DAYS = 5  # so long a ruling keeps a task off the agenda: its owner must have time to act on it


@dataclass(frozen=True, slots=True)
class Ruled:
    """One ruling about one task."""

    task_id: int
    kind: str
    text: str
    notice: str | None
    due_before: date | None
    due_on: date | None
    decided_on: date
    author: str

    def __str__(self) -> str:
        said = f": “{' '.join(self.text.split())}”" if self.text else ""
        on, by = day(self.decided_on), f" theo Thông báo số {self.notice}" if self.notice else ""
        match self.kind:
            case "extend":
                return f"Gia hạn{by} ngày {on}: hạn {_day(self.due_before)} lùi đến {_day(self.due_on)}{said}"
            case "amend" if self.due_before != self.due_on:
                return f"Điều chỉnh{by} ngày {on}: hạn {_day(self.due_before)} thay bằng {_day(self.due_on)}{said}"
            case "amend":
                return f"Điều chỉnh{by} ngày {on}{said}"
            case "refuse":
                return f"Không đồng ý gia hạn (ngày {on}), giữ hạn {_day(self.due_on)}{said}"
            case "reassign":
                return f"Giao lại ngày {on}{said}"
            case "reopen":
                return f"Mở lại sau nghiệm thu ngày {on}{said}"
            case "cancel":
                return f"Chấm dứt{by} ngày {on}{said}"
        return f"Ý kiến kết luận ngày {on}{said}"


def _day(value: date | None) -> str:
    return day(value) if value is not None else "không ghi"


def load_standing_rulings(session: Session, task_ids: Sequence[int]) -> dict[int, Ruled]:
    """The last ruling of each task that its owner has not reported on since: the first line of the next letter."""
    last = sa.select(sa.func.max(col(Ruling.id))).group_by(col(Ruling.task_id))
    last = last.where(among(session, col(Ruling.task_id), task_ids))
    fresh = sa.or_(col(Task.last_report_on).is_(None), col(Task.last_report_on) <= col(Ruling.decided_on))
    rows = session.execute(_rulings().where(col(Ruling.id).in_(last), fresh))
    return {row[0]: Ruled(*row) for row in rows}


def load_rulings_since(session: Session, since: date) -> list[Ruled]:
    """Every ruling from a day on, oldest first: what became of the decisions of the last meeting."""
    rows = session.execute(_rulings().where(col(Ruling.decided_on) >= since).order_by(col(Ruling.id)))
    return [Ruled(*row) for row in rows]


def lately_ruled(session: Session, *, calendar: WorkingCalendar, today: date) -> frozenset[int]:
    """The tasks whose ruling is so fresh that they need not stand on the agenda again."""
    since = calendar.add(today, -RULED_WORKING_DAYS)
    return frozenset(session.scalars(sa.select(col(Ruling.task_id)).where(col(Ruling.decided_on) > since)))


def _rulings() -> Any:
    return (
        sa.select(
            col(Ruling.task_id), col(Ruling.kind), col(Ruling.text), col(Notice.number), col(Ruling.due_before),
            col(Ruling.due_on), col(Ruling.decided_on), col(Officer.post),
        )
        .join(Task, col(Task.id) == col(Ruling.task_id))
        .join(Officer, col(Officer.id) == col(Ruling.author_id))
        .join(Notice, col(Notice.id) == col(Ruling.notice_id), isouter=True)
    )  # fmt: skip
