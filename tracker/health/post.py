"""The post: how letters leave by the configuration, and those that do not."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from tracker.config import Config, secret
from tracker.errors import ConfigError
from tracker.health.check import Check, line
from tracker.mailbox.waiting import list_shut, list_waiting
from tracker.models import Message, MessageState, Receipt
from tracker.outbox.forecast import forecast


def check_mail(config: Config) -> Check:
    """Whether [mail] can work, by the configuration alone: nothing is sent and no server is asked."""
    mail = config.mail
    if mail.transport == "folder":
        written = line('transport = "folder": letters are written to %(folder)s, nobody gets them', folder=mail.folder)
        return Check("mail", True, (written,))
    server = line(
        "smtp to %(host)s:%(port)s, %(security)s, user %(user)s",
        host=mail.host, port=mail.port, security=mail.security, user=mail.user or "–",
    )  # fmt: skip
    try:
        password = secret("TRACKER_MAIL_PASSWORD", mail.password_file)
    except ConfigError as error:
        return Check("mail", False, (server, line("%(error)s", error=error)))
    if mail.user and not password:
        advice = line("name password_file or set TRACKER_MAIL_PASSWORD")
        return Check("mail", False, (server, line("there is no password")), advice)
    if mail.user and mail.security == "none":
        clear = line("a password is never sent in the clear")
        return Check("mail", False, (server, clear), line('set security = "starttls"'))
    if mail.sender.rstrip(">").endswith((".invalid", ".example")):
        example = line("sender %(sender)s is an example", sender=mail.sender)
        return Check("mail", False, (server, example), line("set [mail] sender"))
    return Check("mail", True, (server,))


def check_relay(session: Session, config: Config, *, now: datetime) -> Check:
    """Whether the mail server takes letters, how fast, and when those that wait will be out."""
    found = forecast(session, config, now=now)
    says = [
        line("sent %(sent)s, waiting %(waiting)s", sent=found.sent, waiting=found.waiting),
        line("%(speed)s a minute", speed=f"{found.a_minute:.0f}") if found.a_minute else line("nothing sent lately"),
    ]
    if found.ends_at is not None:
        says.append(line("estimated end %(at)s", at=found.ends_at.astimezone(config.timezone)))
    if found.is_quiet:
        says.append(line("quiet hours"))
    if found.stopped_until is None:
        return Check("relay", True, tuple(says))
    advice = line(
        "mend what it says (%(error)s), then 'tracker outbox resume'; one letter tries again at %(at)s",
        error=found.said, at=found.stopped_until.astimezone(config.timezone),
    )  # fmt: skip
    return Check("relay", False, (*says, line("the mail server refuses everything")), advice)


def check_mailbox(session: Session) -> Check:
    """Whether mail that came waits for a person, and whose address takes no letters."""
    mails, shut = len(list_waiting(session)), list_shut(session)
    waits = line("%(count)s mails wait for a person", count=mails)
    if not shut:
        return Check("mailbox", True, (waits, line("every address takes letters")))
    names = tuple(f"{one.code} {one.address}" for one in shut)
    closed = line("%(count)s addresses take no letters: %(names)s", count=len(shut), names=names)
    return Check("mailbox", False, (waits, closed), line("correct the register, or 'tracker inbox release ID'"))


def check_letters(session: Session) -> Check:
    """Whether letters are stuck for good: refused by the server, or without an address."""
    counted = dict(session.execute(sa.select(col(Message.state), sa.func.count()).group_by(col(Message.state))).all())
    says = tuple(
        line("%(state)s %(count)s", state=state.value, count=counted[state])
        for state in MessageState
        if state in counted
    ) or (line("no letter yet"),)
    if not counted.get(MessageState.REFUSED, 0) + counted.get(MessageState.UNADDRESSED, 0):
        return Check("letters", True, says)
    reasons = tuple(_answers(session))
    advice = line("'tracker outbox list' and 'tracker outbox retry ID' (%(error)s)", error=reasons)
    return Check("letters", False, says, advice)


def _answers(session: Session) -> list[str]:
    """What the server said to the letters that are stuck, each answer once."""
    stuck = (MessageState.REFUSED, MessageState.UNADDRESSED)
    last = sa.select(sa.func.max(Receipt.id)).group_by(col(Receipt.message_id))
    answers = select(Receipt.answer).join(Message, col(Message.id) == col(Receipt.message_id))
    answers = answers.where(col(Message.state).in_(stuck), col(Receipt.id).in_(last))
    return list(dict.fromkeys(session.exec(answers.order_by(col(Receipt.id)))))
