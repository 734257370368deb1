"""The history: one line for every change, in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.models import Channel, Event


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, through which door, and for whom when it is not for themselves."""

    officer_id: int
    channel: Channel
    on_behalf_of_id: int | None = None


def record(
    session: Session,
    kind: str,
    *,
    author: Author,
    now: datetime,
    task_id: int | None = None,
    notice_id: int | None = None,
    **detail: Any,
) -> None:
    """Append one line; `detail` must be JSON (dates as ISO text). The database refuses to change it later."""
    session.add(
        Event(
            task_id=task_id,
            notice_id=notice_id,
            kind=kind,
            happened_at=now,
            author_id=author.officer_id,
            on_behalf_of_id=author.on_behalf_of_id,
            channel=author.channel,
            detail={key: value for key, value in detail.items() if value is not None},
        )
    )


def history_of(session: Session, task_id: int) -> list[Event]:
    """The lines about one task, oldest first."""
    return list(session.exec(select(Event).where(Event.task_id == task_id).order_by(col(Event.id))))
