"""The table at the end of a replay: papers, tasks by standing, letters by kind and month, the worst slips."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlmodel import Session

from tracker.config import Config
from tracker.notices.listing import list_notices
from tracker.outbox.listing import months
from tracker.rules.lifecycle import Standing
from tracker.tasks.listing import list_tasks
from tracker.workdays import office_calendar

WORST = 3


def summarise(session: Session, config: Config, *, today: date, show: Callable[[str], None]) -> None:
    """Show what the database holds on `today`, line by line."""
    for notice in list_notices(session):
        show(f"notice {notice['number']}: {notice['drafts']} drafts, {notice['tasks']} tasks")
    rows = list_tasks(session, today=today)
    counted = Counter(row["standing"] for row in rows)
    show(f"tasks on {today}: " + ", ".join(f"{name} {count}" for name, count in counted.most_common()))
    _show_letters(session, show)
    _show_slips(rows, config, today, show)


def _show_slips(rows: list[dict[str, Any]], config: Config, today: date, show: Callable[[str], None]) -> None:
    """Those that were done late stand beside those that still are: the first half of a year has slips too."""
    calendar = office_calendar(config.calendar)
    late = [
        (calendar.between(_day(row["due_on"]), _day(row["done_on"]) or today), row) for row in rows if _is_late(row)
    ]
    show("worst slips:" if late else "worst slips: none")
    for days, row in sorted(late, key=lambda one: (-one[0], one[1]["id"]))[:WORST]:
        done = f", done {row['done_on']}" if row["done_on"] else ""
        show(f"  {days} working days: #{row['id']} {row['lead']}: {row['title']} (due {row['due_on']}{done})")


def _is_late(row: dict[str, Any]) -> bool:
    return row["standing"] in (Standing.OPEN_OVERDUE, Standing.DONE_LATE)


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None


def _show_letters(session: Session, show: Callable[[str], None]) -> None:
    counted = months(session)
    kinds: Counter[str] = Counter()
    for of_month in counted.values():
        kinds += of_month
    show(f"letters: {kinds.total()}" + "".join(f", {name} {count}" for name, count in kinds.most_common()))
    if kinds:
        columns = [name for name, _ in kinds.most_common()]
        show("  month   " + "".join(f"{name:>10}" for name in columns))
        for month, of_month in counted.items():
            show(f"  {month} " + "".join(f"{of_month[name]:>10}" for name in columns))
