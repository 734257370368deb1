"""What the owner says of a task, and the answer to it."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from tracker.errors import TaskError
from tracker.models import Acknowledgement, Kind, Notice, ProgressReport, Task, Verification
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.lifecycle import Verb
from tracker.tasks.changing import Change, begin, known_id, settle_open_ends
from tracker.tasks.history import Author


def report(
    session: Session,
    task_id: int,
    *,
    percent: int,
    note: str,
    promised_on: date | None = None,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """Progress in percent (0-100) with a note; a promised day buys time on the ladder. Raises TaskError."""
    if not 0 <= percent <= 100:
        raise TaskError(f"{percent} percent cannot be; give a whole number from 0 to 100")
    if promised_on is not None and promised_on < today:
        raise TaskError(f"the promised day {promised_on} has passed; promise {today} or later")
    change = begin(session, task_id, Verb.REPORT, author=author, today=today, now=now)
    _store(change, percent, note, promised_on, None)
    change.task.percent = percent
    change.task.promised_on = promised_on
    return change.noted(percent=percent, note=note, promised_on=promised_on and promised_on.isoformat())


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


def _store(change: Change, percent: int, note: str, promised_on: date | None, done_on: date | None) -> None:
    if not note.strip():
        raise TaskError("a report needs a note: what was done, what is in the way")
    change.task.last_report_on = change.today
    change.session.add(
        ProgressReport(
            task_id=change.task_id,
            percent=percent,
            note=note.strip(),
            promised_on=promised_on,
            done_on=done_on,
            reported_on=change.today,
            author_id=change.author.word_of,
            reported_at=change.now,
        )
    )


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
    calendar: WorkingCalendar,
    working_days: int,
    author: Author,
    today: date,
    now: datetime,
) -> Task:
    """tiếp nhận: an overseer has taken note of the slip; silences the overseer rung for `working_days`.

    Before there is a slip there is nothing to take note of: it would silence the first word about it. TaskError.
    """
    change = begin(session, task_id, Verb.ACKNOWLEDGE, author=author, today=today, now=now)
    if not _has_slipped(change.task, today):
        raise TaskError(
            f"task {task_id} has not slipped (due {change.task.due_on or 'on no day'}); there is nothing to take note of"
        )
    expires_on = calendar.add(today, working_days)
    session.add(
        Acknowledgement(
            task_id=change.task_id,
            officer_id=author.word_of,
            note=note.strip(),
            due_on=change.task.due_on,
            acknowledged_on=today,
            expires_on=expires_on,
            acknowledged_at=now,
        )
    )
    return change.noted(note=note, expires_on=expires_on.isoformat())


def _has_slipped(task: Task, today: date) -> bool:
    """Past its date, or a milestone whose owner has forecast a later day."""
    if task.due_on is None:
        return False
    is_forecast_late = task.kind is Kind.MILESTONE and task.promised_on is not None and task.promised_on > task.due_on
    return today > task.due_on or is_forecast_late
