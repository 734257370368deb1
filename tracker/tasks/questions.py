"""Questions that a paper leaves open: which keep a draft from becoming a task, and which a ruling answers."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from tracker.models import Finding
from tracker.tasks.history import Author

# A wrong set of members, or a date that the paper states and the reader could not use: a task made of it would lose it.
BLOCKING = frozenset({"count_mismatch", "date_before_notice", "no_such_date", "no_reference_year"})
# They ask for nothing but a yes, which confirming is.
ANSWERED_BY_CONFIRMING = frozenset(
    {"owner_implied", "owner_unsure", "vague_date", "counted_from_notice", "year_inferred"}
)
ABOUT_OWNERS = frozenset(
    {"owner_implied", "owner_unsure", "owner_unknown", "owner_weak", "count_mismatch", "group_unresolved"}
)
ABOUT_DATES = frozenset(
    {
        "two_dates", "vague_date", "date_elsewhere", "event_horizon", "schedule_horizon", "counted_from_notice",
        "date_before_notice", "no_such_date", "no_reference_year", "year_inferred",
    }
)  # fmt: skip
DOUBLED = "number_known"  # about the whole paper: another with this number is here already
AS_IT_STANDS = "Đồng ý như dự thảo"


def open_questions(session: Session, notice_id: int) -> dict[int | None, list[Finding]]:
    """The findings of a notice that nobody has ruled, by draft (None: about the whole paper)."""
    found: dict[int | None, list[Finding]] = {}
    asked = select(Finding).where(Finding.notice_id == notice_id, col(Finding.ruled_at).is_(None))
    for one in session.exec(asked.order_by(col(Finding.id))):
        found.setdefault(one.draft_id, []).append(one)
    return found


def close(session: Session, findings: Iterable[Finding], ruling: str, *, author: Author, now: datetime) -> None:
    """Keep the ruling with its author on each of the findings."""
    for one in findings:
        one.ruling = ruling
        one.ruled_by_id = author.word_of
        one.ruled_at = now
        session.add(one)
