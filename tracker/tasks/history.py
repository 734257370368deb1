"""The history: one line for every change, in the transaction of the change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from tracker.models import Channel, Event


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, through which door and from which network address, and for whom when it is not for themselves.

    `seen_version`: the version of the task that they had before them; a page gives it, so that a change made meanwhile
    by somebody else is not overwritten unseen. `client`: the program through which they spoke, when it was one.
    """

    officer_id: int
    channel: Channel
    on_behalf_of_id: int | None = None
    seen_version: int | None = None
    address: str | None = None
    client: str | None = None

    @property
    def word_of(self) -> int:
        """Whose word it is, whoever types it in."""
        return self.on_behalf_of_id if self.on_behalf_of_id is not None else self.officer_id


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
    door = {"address": author.address, "client": author.client}
    session.add(
        Event(
            task_id=task_id,
            notice_id=notice_id,
            kind=kind,
            happened_at=now,
            author_id=author.officer_id,
            on_behalf_of_id=author.on_behalf_of_id,
            channel=author.channel,
            detail={key: value for key, value in (detail | door).items() if value is not None},
        )
    )


def history_of(session: Session, task_id: int) -> list[Event]:
    """The lines about one task, oldest first."""
    return list(session.exec(select(Event).where(Event.task_id == task_id).order_by(col(Event.id))))
