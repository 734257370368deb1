"""Freeze a briefing at its cut-off, let the coordinator add words and approve it, and post its letters once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.briefing.gathering import Edition, briefing_view, gather, overseers_in
from tracker.briefing.letter import briefing_page, pictures_of, render_briefing
from tracker.briefing.view import BriefingView, restored, stored, with_remarks
from tracker.clock import local_day
from tracker.config import Config
from tracker.errors import TrackerError
from tracker.models import Briefing, Role, Task
from tracker.notify.composing import load_people
from tracker.notify.facts import policy_of
from tracker.notify.sweep import envelope
from tracker.outbox.ledger import post
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.letters import week_of

WHOLE = ""  # the scope of the briefing that the meeting reads
REMARK_LENGTH = 500


def freeze_briefing(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> Counter[str]:
    """Count and store the briefing of `period`, for the whole and for each overseer; later changes appear in the next.

    Never empty, never twice. With [schedule] briefing_auto its letters are posted at once, else when somebody approves
    it. Returns how many letters were posted.
    """
    if find_briefing(session, period) is not None or _is_before_the_first_task(session, period):
        return Counter()
    gathered = gather(session, config=config, calendar=calendar, today=today)
    if not gathered.tasks:
        return Counter()
    for officer in (None, *overseers_in(gathered)):
        scope = WHOLE if officer is None else gathered.codes[officer]
        edition = _edition(session, period, scope, config)
        view = briefing_view(
            session, gathered, edition, config=config, calendar=calendar, overseer=officer, today=today, now=now
        )
        session.add(_row(view, now=now))
    session.flush()
    if not config.schedule.briefing_auto:
        return Counter()
    return _send(session, period, config, calendar, today=today, now=now)


def draft_briefing(
    session: Session, *, period: str, config: Config, calendar: WorkingCalendar, today: date, now: datetime
) -> BriefingView:
    """The briefing of the whole as it stands now, stored nowhere."""
    gathered = gather(session, config=config, calendar=calendar, today=today)
    edition = _edition(session, period, WHOLE, config)
    return briefing_view(session, gathered, edition, config=config, calendar=calendar, today=today, now=now)


def _row(view: BriefingView, *, now: datetime) -> Briefing:
    return Briefing(
        period=view.period,
        scope=view.scope,
        number=view.number,
        frozen_at=now,
        content=stored(view),
        # What an overseer reads is made of the frozen document when it is asked for: of hundreds few are opened.
        html="" if view.scope else briefing_page(view),
        text="" if view.scope else render_briefing(view).text,
    )


def _is_before_the_first_task(session: Session, period: str) -> bool:
    """A week that was over when the first task was confirmed: there is nothing to say about it."""
    first = session.scalar(sa.select(sa.func.min(col(Task.confirmed_on))))
    return first is None or week_of(period)[1] < first


def _edition(session: Session, period: str, scope: str, config: Config) -> Edition:
    """The number of this briefing in its year, and the one before it: every slip is named in exactly one briefing."""
    before = select(Briefing).where(col(Briefing.period) < period, Briefing.scope == scope)
    found = session.exec(before.order_by(col(Briefing.period).desc()).limit(1)).first()
    number = _number(session, period)
    if found is None:
        return Edition(period, number)
    return Edition(period, number, restored(found.content), local_day(found.frozen_at, config.timezone))


def _number(session: Session, period: str) -> int:
    """The number in the year of the week."""
    earlier = sa.select(sa.func.max(col(Briefing.number))).where(
        col(Briefing.period).startswith(period[:5]), col(Briefing.period) < period, col(Briefing.scope) == WHOLE
    )
    return (session.scalar(earlier) or 0) + 1


def approve_briefing(
    session: Session,
    period: str,
    *,
    remarks: Mapping[str, str],
    by: int,
    config: Config,
    calendar: WorkingCalendar,
    today: date,
    now: datetime,
) -> Counter[str]:
    """Put the coordinator's remarks on the frozen briefing and post its letters; the figures stay as they were frozen.

    remarks: "" for the words on top, else the name of a unit of the table. by: officer id. Raises TrackerError when
    there is no such briefing, when it has been approved, or when a remark names no unit of it.
    """
    found = _to_approve(session, period)
    write_remarks(session, period, remarks=remarks)
    found.approved_by_id = by
    session.add(found)
    return _send(session, period, config, calendar, today=today, now=now)


def write_remarks(session: Session, period: str, *, remarks: Mapping[str, str]) -> None:
    """Keep the coordinator's words beside the frozen figures. Raises TrackerError, see `approve_briefing`."""
    found = _to_approve(session, period)
    view = restored(found.content)
    kept = {name: " ".join(text.split()) for name, text in remarks.items() if text.strip()}
    unknown = sorted(set(kept) - {"", *(row.name for row in view.units)})
    if unknown:
        raise TrackerError(f"no unit named {unknown[0]!r} in the briefing {period}")
    if any(len(text) > REMARK_LENGTH for text in kept.values()):
        raise TrackerError(f"a remark holds at most {REMARK_LENGTH} characters")
    found.remarks = kept
    shown = with_remarks(view, kept)
    found.html, found.text = briefing_page(shown), render_briefing(shown).text
    session.add(found)
    session.flush()


def _to_approve(session: Session, period: str) -> Briefing:
    found = get_briefing(session, period)
    if found.approved_at is not None:
        raise TrackerError(f"the briefing {period} has been approved; what changed since appears in the next one")
    return found


def _send(
    session: Session, period: str, config: Config, calendar: WorkingCalendar, *, today: date, now: datetime
) -> Counter[str]:
    found = get_briefing(session, period)
    found.approved_at = now
    session.add(found)
    chains = policy_of(session, config, calendar, today=today).chains
    receivers = sorted({*chains.anywhere(Role.OFFICE), *chains.anywhere(Role.CHAIR)})
    people = load_people(session, receivers, on=today)
    view = shown_view(found)
    rendered, pictures = render_briefing(view), pictures_of(view)
    letters = [replace(envelope(people[one], "briefing", period, rendered, ()), pictures=pictures) for one in receivers]
    return +Counter({"briefing": post(session, letters, sender=config.mail.sender, today=today, now=now)})


def shown_view(found: Briefing) -> BriefingView:
    """A stored briefing with the coordinator's remarks, for every format."""
    return with_remarks(restored(found.content), found.remarks)


def find_briefing(session: Session, period: str, scope: str = WHOLE) -> Briefing | None:
    """The briefing of a week, for the whole or for one overseer (their code)."""
    return session.exec(select(Briefing).where(Briefing.period == period, Briefing.scope == scope)).first()


def get_briefing(session: Session, period: str | None, scope: str = WHOLE) -> Briefing:
    """The frozen briefing of a week, or the newest. Raises TrackerError when there is none."""
    query = select(Briefing).where(Briefing.scope == scope).order_by(col(Briefing.period).desc()).limit(1)
    if period is not None:
        query = query.where(Briefing.period == period)
    found = session.exec(query).first()
    if found is None:
        of = f" of overseer {scope}" if scope else ""
        raise TrackerError(f"no briefing {period or 'yet'}{of}; 'tracker tick' freezes it at its cut-off")
    return found


def list_briefings(session: Session, scope: str = WHOLE) -> list[Briefing]:
    """Every frozen briefing of the whole, or of one overseer (their code), oldest first."""
    return list(session.exec(select(Briefing).where(Briefing.scope == scope).order_by(col(Briefing.period))))


@dataclass(frozen=True, slots=True)
class Listed:
    """A briefing in a list, without what it says."""

    period: str
    scope: str
    number: int
    frozen_at: datetime
    approved_at: datetime | None


def list_editions(session: Session, scope: str = WHOLE) -> list[Listed]:
    """The same without their content, newest first."""
    columns = (Briefing.period, Briefing.scope, Briefing.number, Briefing.frozen_at, Briefing.approved_at)
    query = sa.select(*map(col, columns)).where(col(Briefing.scope) == scope)
    return [Listed(*row) for row in session.execute(query.order_by(col(Briefing.period).desc()))]


def list_scopes(session: Session, period: str) -> list[str]:
    """The codes of the overseers who have a briefing of their own in that week."""
    query = sa.select(col(Briefing.scope)).where(col(Briefing.period) == period, col(Briefing.scope) != WHOLE)
    return list(session.scalars(query.order_by(col(Briefing.scope))))
