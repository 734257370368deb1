"""What a digest says of mail that came: to each what was done with their answers, to the office what waits for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Bounce, Incoming, IncomingKind, MailAnswer, Message, Officer
from tracker.notify.views import day
from tracker.people.among import among

LINE_LENGTH = 120
SHOWN = 10  # lines of one mail


@dataclass(frozen=True, slots=True)
class MailNews:
    """For one reader: their answers by day (what was done, what was not understood); for the office the rest."""

    heard: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    undelivered: tuple[str, ...] = ()
    unread: int = 0


def load_news(session: Session, officer_ids: Iterable[int], *, office: frozenset[int]) -> dict[int, MailNews]:
    """The news for these readers; who has none is not in it."""
    wanted = set(officer_ids)
    heard = _heard(session, wanted)
    undelivered, unread = (_undelivered(session), _unread(session)) if office & wanted else ((), 0)
    for officer in office & wanted if undelivered or unread else ():
        heard.setdefault(officer, ())
    return {
        officer: MailNews(lines, *((undelivered, unread) if officer in office else ((), 0)))
        for officer, lines in heard.items()
    }


def mark_told(session: Session, officer_ids: Iterable[int], *, period: str, now: datetime) -> None:
    """What these officers have answered was confirmed in the digest `period` that was posted at `now`, in the caller's
    transaction; who got no letter hears of it in the next one."""
    posted = sa.select(col(Message.officer_id)).where(
        among(session, col(Message.officer_id), set(officer_ids)),
        col(Message.kind) == "digest",
        col(Message.period) == period,
        col(Message.posted_at) == now,
    )
    untold = sa.and_(col(MailAnswer.officer_id).in_(posted), col(MailAnswer.told_period).is_(None))
    session.connection().execute(sa.update(MailAnswer).where(untold).values(told_period=period))


def _heard(session: Session, wanted: set[int]) -> dict[int, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]]:
    query = sa.select(
        col(MailAnswer.officer_id), col(MailAnswer.answered_on), col(MailAnswer.is_understood), col(MailAnswer.words)
    )
    query = query.where(among(session, col(MailAnswer.officer_id), wanted), col(MailAnswer.told_period).is_(None))
    lines: dict[int, dict[date, tuple[list[str], list[str]]]] = defaultdict(dict)
    for officer, on, is_understood, words in session.execute(query.order_by(col(MailAnswer.id))):
        done, unclear = lines[officer].setdefault(on, ([], []))
        (done if is_understood else unclear).append(_short(words))
    return {
        officer: tuple((day(on), tuple(done[:SHOWN]), tuple(unclear[:SHOWN])) for on, (done, unclear) in days.items())
        for officer, days in lines.items()
    }


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LINE_LENGTH else f"{line[: LINE_LENGTH - 1].rstrip()}…"


def _undelivered(session: Session) -> tuple[str, ...]:
    """Whose present address takes no letters: the post, the address, and since when."""
    query = sa.select(col(Officer.post), col(Bounce.address), sa.func.min(col(Bounce.bounced_at))).join(
        Officer, col(Officer.id) == col(Bounce.officer_id)
    )
    shut = query.where(col(Bounce.is_shut), col(Officer.email) == col(Bounce.address))
    rows = session.execute(
        shut.group_by(col(Officer.id), col(Officer.post), col(Bounce.address)).order_by(col(Officer.id))
    )
    return tuple(f"{post} ({address}, từ ngày {day(since.date())})" for post, address, since in rows)


def _unread(session: Session) -> int:
    waits = sa.and_(col(Incoming.settled_at).is_(None), col(Incoming.kind) != IncomingKind.BOUNCE)
    return session.scalar(sa.select(sa.func.count()).select_from(Incoming).where(waits)) or 0
