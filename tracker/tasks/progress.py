"""What the owner says of a task, and the answer to it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Acknowledgement, Kind, Notice, ProgressReport, Said, Task, Verification
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.forecast import Confidence
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import Change, begin, known_id, settle_open_ends
from tracker.tasks.history import Author

# What the answers without words of their own store. Letters quote it, so it is Vietnamese in whatever language it was given.
DIFFICULTY, NO_CHANGE = "Vướng mắc: {}", "Không phát sinh so với lần báo cáo trước."
TOLD_BY = "{} (báo qua {})"


def report(
    session: Session,
    task_id: int,
    *,
    percent: int,
    note: str,
    promised_on: date | None = None,
    confidence: Confidence | None = None,
    help_wanted: str | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """Progress in percent (0-100) with a note; a promised day buys time on the ladder. Raises TaskError.

    confidence: what the owner thinks of the date. help_wanted: who should help with what; "" takes an earlier request back.
    None leaves what was said before.
    """
    if not 0 <= percent <= 100:
        raise TaskError(f"{percent} percent cannot be; give a whole number from 0 to 100")
    if promised_on is not None and promised_on < today:
        raise TaskError(f"the promised day {promised_on} has passed; promise {today} or later")
    change = begin(session, task_id, Verb.REPORT, author=author, today=today, now=now)
    _store(change, percent, note, promised_on, None, confidence, help_wanted)
    change.task.percent = percent
    change.task.promised_on = promised_on
    return change.noted(
        percent=percent, note=note, promised_on=promised_on and promised_on.isoformat(), confidence=confidence,
        help_wanted=help_wanted or None,
    )  # fmt: skip


def report_done(
    session: Session,
    task_id: int,
    *,
    note: str,
    done_on: date | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """Claim that the task was done on `done_on` (default: today). It closes only when verified.

    The day may lie before the confirmation, because work begins with the meeting, but not before the meeting or the
    paper: such a day is a slip of the pen. Raises TaskError.
    """
    day = done_on or today
    if day > today:
        raise TaskError(f"{day} lies ahead; a task can be reported done for today or an earlier day")
    change = begin(session, task_id, Verb.DONE, author=author, today=today, now=now)
    first = _first_possible_day(session, change.task)
    if first is not None and day < first:
        raise TaskError(f"{day} lies before the notice ({first}) that gave the task; correct the day")
    _store(change, 100, note, None, day)
    change.task.percent = 100
    change.task.promised_on = None
    change.task.done_on = day
    return change.noted(done_on=day.isoformat(), note=note)


def _first_possible_day(session: Session, task: Task) -> date | None:
    """The day of the meeting or of the paper, whichever came first; None when the paper gives neither."""
    notice = session.get_one(Notice, task.notice_id)
    return min((day for day in (notice.meeting_on, notice.issued_on) if day is not None), default=None)


def _store(
    change: Change, percent: int, note: str, promised_on: date | None, done_on: date | None,
    confidence: Confidence | None = None, help_wanted: str | None = None,
) -> None:  # fmt: skip
    if not note.strip():
        raise TaskError("a report needs a note: what was done, what is in the way")
    if confidence is not None:
        change.task.confidence = confidence
    if help_wanted is not None:
        _want_help(change, help_wanted.strip())
    change.task.last_report_on = change.today
    change.session.add(
        ProgressReport(
            task_id=change.task_id,
            percent=percent,
            note=note.strip(),
            promised_on=promised_on,
            done_on=done_on,
            confidence=confidence,
            help_wanted=(help_wanted or "").strip(),
            reported_on=change.today,
            author_id=change.author.word_of,
            reported_at=change.now,
        )
    )


def _want_help(change: Change, wanted: str) -> None:
    """A request that is made again in other words has waited since the first one."""
    change.task.help_wanted_on = (change.task.help_wanted_on or change.today) if wanted else None
    change.task.help_wanted = wanted


def verify(session: Session, task_id: int, *, note: str, author: Author, today: date, now: datetime) -> Task:
    """nghiệm thu: accept the claim; the task closes with the day that was claimed. Raises TaskError."""
    change = begin(session, task_id, Verb.VERIFY, author=author, today=today, now=now)
    _answer(change, is_verified=True, note=note)
    change.task.verified_on = today
    settle_open_ends(change, "Hết hiệu lực: nhiệm vụ đã được nghiệm thu")
    return change.noted(done_on=change.task.done_on and change.task.done_on.isoformat(), note=note)


def return_to_owner(session: Session, task_id: int, *, note: str, author: Author, today: date, now: datetime) -> Task:
    """trả lại: refuse the claim with a reason; the task is open again. Raises TaskError."""
    if not note.strip():
        raise TaskError("a return needs a note: what is missing")
    change = begin(session, task_id, Verb.RETURN, author=author, today=today, now=now)
    claimed_on = change.task.done_on
    _answer(change, is_verified=False, note=note)
    change.task.done_on = None
    change.task.percent = min(change.task.percent, 99)
    return change.noted(claimed_on=claimed_on and claimed_on.isoformat(), note=note)


def _answer(change: Change, *, is_verified: bool, note: str) -> None:
    if change.author.on_behalf_of_id is not None:
        raise TaskError("a claim is verified or returned by the person who saw the result, not on behalf of another")
    claims = select(ProgressReport).where(
        ProgressReport.task_id == change.task.id, col(ProgressReport.done_on).is_not(None)
    )
    claim = change.session.exec(claims.order_by(col(ProgressReport.id).desc())).first()
    if claim is None:
        raise AssertionError(f"task {change.task.id} is claimed done without a report")
    if is_verified:  # to return a claim of one's own is only honest
        change.refuse_own_word(claim.author_id, "the claim is the word")
    change.session.add(
        Verification(
            task_id=change.task_id,
            report_id=known_id(claim.id),
            is_verified=is_verified,
            note=note.strip(),
            author_id=change.author.officer_id,
            decided_on=change.today,
            decided_at=change.now,
        )
    )


def acknowledge(
    session: Session,
    task_id: int,
    *,
    note: str,
    promised_on: date | None = None,
    calendar: WorkingCalendar,
    working_days: int,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """tiếp nhận: an overseer has taken note of the slip; silences the overseer rung for `working_days`, or up to the day
    by which they promise to have acted when that comes first, and answers a request of the owner for help.

    Before there is a slip or a warning there is nothing to take note of: it would silence the first word. TaskError.
    """
    if promised_on is not None and promised_on < today:
        raise TaskError(f"the promised day {promised_on} has passed; promise {today} or later")
    change = begin(session, task_id, Verb.ACKNOWLEDGE, author=author, today=today, now=now)
    if not has_slipped(session, change.task, today=today):
        raise TaskError(
            f"task {task_id} has not slipped (due {change.task.due_on or 'on no day'}); there is nothing to take note of"
        )
    expires_on = calendar.add(today, working_days)
    if promised_on is not None:
        expires_on = min(expires_on, promised_on)
    _want_help(change, "")
    session.add(
        Acknowledgement(
            task_id=change.task_id,
            officer_id=author.word_of,
            note=note.strip(),
            due_on=change.task.due_on,
            acknowledged_on=today,
            promised_on=promised_on,
            expires_on=expires_on,
            acknowledged_at=now,
        )
    )
    return change.noted(
        note=note, promised_on=promised_on and promised_on.isoformat(), expires_on=expires_on.isoformat()
    )


def has_slipped(session: Session, task: Task, *, today: date) -> bool:
    """Past its date, a milestone whose owner has forecast a later day, or one that its overseers were warned about."""
    if task.due_on is None:
        return False
    is_forecast_late = task.kind is Kind.MILESTONE and task.promised_on is not None and task.promised_on > task.due_on
    if today > task.due_on or is_forecast_late:
        return True
    return session.scalar(sa.select(sa.literal(1)).where(was_warned(), col(Task.id) == task.id)) is not None


def was_warned() -> sa.ColumnElement[bool]:
    """The condition that overseers have heard of the task for the date that governs it now."""
    heard = sa.select(sa.literal(1)).where(
        col(Said.task_id) == col(Task.id), col(Said.rung) == "overseer", col(Said.due_on) == col(Task.due_on)
    )
    return heard.correlate(Task).exists()
