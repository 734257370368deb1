"""The post: how letters leave by the configuration, and those that do not."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config, secret
from tracker.errors import ConfigError
from tracker.health.check import Check, named
from tracker.mailbox.waiting import list_shut, list_waiting
from tracker.models import Message, MessageState, Receipt
from tracker.outbox.forecast import forecast


def check_mail(config: Config) -> Check:
    """Whether [mail] can work, by the configuration alone: nothing is sent and no server is asked."""
    mail = config.mail
    if mail.transport == "folder":
        return Check("mail", True, f'transport = "folder": letters are written to {mail.folder}, nobody gets them')
    says = f"smtp to {mail.host}:{mail.port}, {mail.security}, user {mail.user or '(none)'}"
    try:
        password = secret("TRACKER_MAIL_PASSWORD", mail.password_file)
    except ConfigError as error:
        return Check("mail", False, f"{says}: {error}")
    if mail.user and not password:
        return Check("mail", False, f"{says}: there is no password", "name password_file or set TRACKER_MAIL_PASSWORD")
    if mail.user and mail.security == "none":
        return Check("mail", False, f"{says}: a password is never sent in the clear", 'set security = "starttls"')
    if mail.sender.rstrip(">").endswith((".invalid", ".example")):
        return Check("mail", False, f"{says}: sender {mail.sender} is an example", "set [mail] sender")
    return Check("mail", True, says)


def check_relay(session: Session, config: Config, *, now: datetime) -> Check:
    """Whether the mail server takes letters, how fast, and when those that wait will be out."""
    found = forecast(session, config, now=now)
    speed = f"{found.a_minute:.0f} a minute" if found.a_minute else "nothing sent lately"
    says = f"sent {found.sent}, waiting {found.waiting}, {speed}"
    if found.ends_at is not None:
        says += f", estimated end {found.ends_at.astimezone(config.timezone):%Y-%m-%d %H:%M}"
    if found.is_quiet:
        says += "; quiet hours"
    if found.stopped_until is None:
        return Check("relay", True, says)
    until = f"{found.stopped_until.astimezone(config.timezone):%H:%M}"
    advice = f"mend what it says ({found.said}), then 'tracker outbox resume'; one letter tries again at {until}"
    return Check("relay", False, f"{says}; the mail server refuses everything", advice)


def check_mailbox(session: Session) -> Check:
    """Whether mail that came waits for a person, and whose address takes no letters."""
    mails, shut = len(list_waiting(session)), list_shut(session)
    says = f"{mails} mails wait for a person, {len(shut)} addresses take no letters"
    if shut:
        says += f": {named([f'{one.code} {one.address}' for one in shut])}"
    advice = "correct the register, or 'tracker inbox release ID'" if shut else ""
    return Check("mailbox", not shut, says, advice)


def check_letters(session: Session) -> Check:
    """Whether letters are stuck for good: refused by the server, or without an address."""
    counted = dict(session.execute(sa.select(col(Message.state), sa.func.count()).group_by(col(Message.state))).all())
    found = [f"{state} {counted[state]}" for state in MessageState if state in counted]
    says = ", ".join(found) or "no letter yet"
    if not counted.get(MessageState.REFUSED, 0) + counted.get(MessageState.UNADDRESSED, 0):
        return Check("letters", True, says)
    reasons = named(_answers(session))
    return Check("letters", False, says, f"'tracker outbox list' and 'tracker outbox retry ID' ({reasons})")


def _answers(session: Session) -> list[str]:
    """What the server said to the letters that are stuck, each answer once."""
    stuck = (MessageState.REFUSED, MessageState.UNADDRESSED)
    last = sa.select(sa.func.max(Receipt.id)).group_by(col(Receipt.message_id))
    answers = select(Receipt.answer).join(Message, col(Message.id) == col(Receipt.message_id))
    answers = answers.where(col(Message.state).in_(stuck), col(Receipt.id).in_(last))
    return list(dict.fromkeys(session.exec(answers.order_by(col(Receipt.id)))))
