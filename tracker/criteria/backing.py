"""The milestones that criteria stand behind: "xã Thọ Dân đạt chuẩn NTM" advances when its commune meets one more."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.models import Kind, Task, Unit
from tracker.rules.criteria import is_backed_by_criteria
from tracker.tasks.history import Author
from tracker.tasks.progress import report


def backed_milestones(session: Session, unit: Unit) -> list[Task]:
    """The open milestones of the whole commune that its criteria stand behind, and that nobody has claimed done."""
    open_ones = select(Task).where(
        Task.place_unit_id == unit.id, Task.place == unit.place, Task.kind == Kind.MILESTONE,
        col(Task.done_on).is_(None), col(Task.verified_on).is_(None), col(Task.cancelled_on).is_(None),
    )  # fmt: skip
    return [one for one in session.exec(open_ones.order_by(col(Task.id))) if is_backed_by_criteria(one.title)]


def report_progress(
    session: Session, task: Task, *, percent: int, note: str, word_of: Author, today: date, now: datetime
) -> None:
    """A report as if the owner had written it; a promise that has not run out stays as it was."""
    promised_on = task.promised_on if task.promised_on is not None and task.promised_on >= today else None
    report(
        session, task.id or 0, percent=percent, note=note, promised_on=promised_on, author=word_of, today=today, now=now
    )
