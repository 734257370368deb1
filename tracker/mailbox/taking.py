"""One mail, taken: known or new, report of failure, program, answer or something for a person; one transaction."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from tracker.config import Config
from tracker.mailbox.answering import Answered, answer
from tracker.mailbox.bouncing import note_failures
from tracker.mailbox.grammar import read_answers
from tracker.mailbox.mail import Mail, read_mail
from tracker.mailbox.quoting import own_words
from tracker.mailbox.reports import find_failures, returned_text
from tracker.models import IncomingBody, IncomingKind, Message, Officer
from tracker.outbox.ledger import insert
from tracker.outbox.tokens import Token, find_tokens, reply_addresses

INCOMING = SQLModel.metadata.tables["incoming"]
KEPT_TEXT = 20_000  # characters of a mail that a person is shown


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter of ours that a token names: whose it is, and when it was posted."""

    id: int
    officer_id: int
    email: str
    posted_on: date


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one mail: its kind, how many lines were understood and how many wait for a person."""

    kind: IncomingKind
    done: int = 0
    left: int = 0


def take(session: Session, raw: bytes, *, config: Config, today: date, now: datetime) -> Taken | None:
    """Take one mail in the caller's transaction; None when it was taken before, by whomever.

    What a killed process had not committed is taken again as a whole. Never raises for what stands in the mail.
    """
    mail = read_mail(raw[: config.inbox.max_bytes])
    incoming = _insert(session, mail, now=now)
    if incoming is None:
        return None
    is_cut = len(raw) > config.inbox.max_bytes
    failures = find_failures(mail)
    if failures is not None:
        tokens = (*mail.tokens, *find_tokens(returned_text(mail)))
        letter = _letter(session, tokens, config)
        settled = note_failures(session, letter.id if letter else None, incoming, failures, now=now)
        return _close(
            session,
            incoming,
            Taken(IncomingKind.BOUNCE, left=not settled),
            mail,
            letter,
            "" if settled else "whose",
            now=now,
        )
    if mail.is_automatic:
        return _close(session, incoming, Taken(IncomingKind.AUTOMATIC), None, None, "", now=now)
    letter = _letter(session, mail.tokens, config)
    why = _why_not(mail, letter, config, is_cut=is_cut, today=today)
    if why or letter is None:
        session.add(IncomingBody(incoming_id=incoming, content=raw[: config.inbox.max_bytes]))
        kind = IncomingKind.ANSWER if letter is not None else IncomingKind.FOREIGN
        return _close(session, incoming, Taken(kind, left=1), mail, letter, why, now=now)
    answered = answer(
        session, read_answers(own_words(mail.text)), incoming, letter.officer_id, sender=mail.sender, config=config,
        today=today, now=now,
    )  # fmt: skip
    return _answered(session, incoming, answered, mail, letter, raw, now=now)


def _insert(session: Session, mail: Mail, *, now: datetime) -> int | None:
    """The row of a new mail; None when another process, or an earlier time, has taken it."""
    statement = insert(session, INCOMING).on_conflict_do_nothing().returning(INCOMING.c.id)
    row = {
        "fingerprint": mail.fingerprint, "kind": IncomingKind.FOREIGN, "sender": mail.sender, "subject": mail.subject,
        "received_at": now, "text": "", "left_over": "", "why": "", "settled_at": now,
    }  # fmt: skip
    found: int | None = session.connection().scalar(statement, row)
    return found


def _letter(session: Session, tokens: tuple[Token, ...], config: Config) -> Letter | None:
    """The first letter of which a good token is there."""
    replies = reply_addresses(config)
    wanted = {token.letter_id: token for token in reversed(tokens[:20]) if token.letter_id <= 2_147_483_647}
    if replies is None or not wanted:
        return None
    columns = sa.select(
        col(Message.id), col(Message.message_id), col(Message.officer_id), col(Officer.email), col(Message.posted_on)
    )
    rows = columns.join(Officer, col(Officer.id) == col(Message.officer_id)).where(col(Message.id).in_(wanted))
    for id_, message_id, officer, email, posted_on in session.execute(rows.order_by(col(Message.id).desc())):
        if any(replies.is_good(token, message_id) for token in tokens if token.letter_id == id_):
            return Letter(id_, officer, (email or "").lower(), posted_on)
    return None


def _why_not(mail: Mail, letter: Letter | None, config: Config, *, is_cut: bool, today: date) -> str:
    """Why a person has to look at this mail; empty when its lines may count."""
    if letter is None:
        return "no_token"
    if is_cut:
        return "too_large"
    if not 0 <= (today - letter.posted_on).days <= config.inbox.answer_days:
        return "expired"
    if not mail.sender or mail.sender != letter.email:
        return "other_sender"
    return "" if own_words(mail.text).strip() else "empty"


def _answered(
    session: Session, incoming: int, answered: Answered, mail: Mail, letter: Letter, raw: bytes, *, now: datetime
) -> Taken:
    if answered.left or _has_attachment(mail):
        session.add(IncomingBody(incoming_id=incoming, content=raw))
    taken = Taken(IncomingKind.ANSWER, answered.done, len(answered.left))
    why = answered.why if answered.left else ""
    return _close(session, incoming, taken, mail, letter, why, left="\n".join(answered.left), now=now)


def _has_attachment(mail: Mail) -> bool:
    """Whether something is attached: kept as it came, for whoever makes evidence of it."""
    return any(part.get_filename() or part.get_content_disposition() == "attachment" for part in mail.message.walk())


def _close(
    session: Session, incoming: int, taken: Taken, mail: Mail | None, letter: Letter | None, why: str, *, left: str = "",
    now: datetime,
) -> Taken:  # fmt: skip
    """Write what became of the mail; what waits for a person has no `settled_at`."""
    text = mail.text[:KEPT_TEXT] if mail is not None else ""
    session.connection().execute(
        sa.update(INCOMING)
        .where(INCOMING.c.id == incoming)
        .values(
            kind=taken.kind,
            officer_id=letter.officer_id if letter is not None else None,
            letter_id=letter.id if letter is not None else None,
            text=text,
            left_over=(left or text)[:KEPT_TEXT] if taken.left else "",
            why=why,
            settled_at=None if taken.left else now,
        )
    )
    return taken
