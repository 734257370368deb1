"""Sending: claim, send, settle; no transaction is open while the network is."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiosmtplib
import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.clock import local_day
from tracker.config import Config, Mail, secret
from tracker.db import Database
from tracker.errors import MailError
from tracker.models import Message, MessageState
from tracker.outbox.claiming import Answer, Claimed, claim, give_back, settle
from tracker.outbox.mime import addressee, sender_address


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many attempts ended how."""

    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    lost: int = 0


def deliver_now(database: Database, config: Config, *, worker: str, clock: Callable[[], datetime]) -> Delivered:
    """Send everything that waits, in batches, until nothing is due. Raises MailError when the transport itself fails;
    the letters then wait as before."""
    total: Counter[str] = Counter()
    while True:
        now = clock()
        with database.read() as session:
            if not _anything_due(session, now):
                return Delivered(**total)
        with database.write() as session:
            claimed = claim(
                session, worker=worker, limit=config.mail.batch, lease_minutes=config.mail.lease_minutes,
                today=local_day(now, config.timezone), now=now,
            )  # fmt: skip
        if not claimed:
            continue
        try:
            answers = (
                _to_folder(claimed, config.mail)
                if config.mail.transport == "folder"
                else asyncio.run(_to_server(claimed, config.mail))
            )
        except MailError:
            with database.write() as session:
                give_back(session, claimed)
            raise
        with database.write() as session:
            settle(session, answers, now=clock())
        total.update(answer.outcome for answer in answers)


def _anything_due(session: Session, now: datetime) -> bool:
    due = sa.or_(
        sa.and_(col(Message.state) == MessageState.WAITING, col(Message.next_attempt_at) <= now),
        sa.and_(col(Message.state) == MessageState.LEASED, col(Message.lease_ends_at) <= now),
    )
    return session.scalar(sa.select(col(Message.id)).where(due).limit(1)) is not None


def _to_folder(claimed: Sequence[Claimed], mail: Mail) -> list[Answer]:
    """One .eml a letter; a file appears whole or not at all."""
    answers = []
    try:
        mail.folder.mkdir(parents=True, exist_ok=True)
        for one in claimed:
            person, kind, _ = one.key.split("/", 2)
            _write_whole(
                mail.folder / f"{one.posted_on}-{kind}-{person}.eml", addressee(one.post, one.address) + one.body
            )
            answers.append(Answer(one.id, one.attempt, "accepted", 250, "written", one.address))
    except OSError as error:
        raise MailError(
            f"{mail.folder}: letters cannot be written: {error.strerror}; they wait in the outbox"
        ) from None
    return answers


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


async def _to_server(claimed: Sequence[Claimed], mail: Mail) -> list[Answer]:
    """Over a few kept connections; each letter fails alone. Raises MailError when no connection can be had."""
    waiting = list(reversed(claimed))
    answers: list[Answer] = []
    first = await _connect(mail)  # a wrong password or a dead server is found before any letter is tried
    extra = min(mail.connections, len(claimed)) - 1
    await asyncio.gather(
        _drain(first, waiting, answers, mail), *(_drain(None, waiting, answers, mail) for _ in range(extra))
    )
    return answers


async def _drain(server: aiosmtplib.SMTP | None, waiting: list[Claimed], answers: list[Answer], mail: Mail) -> None:
    sender = sender_address(mail.sender)
    while waiting:
        one = waiting.pop()
        try:
            if server is None or not server.is_connected:
                server = await _connect(mail)
            code, said = 250, ""
            _, said = await server.sendmail(sender, [one.address], addressee(one.post, one.address) + one.body)
            answers.append(Answer(one.id, one.attempt, "accepted", code, said, one.address))
        except aiosmtplib.SMTPRecipientsRefused as refused:
            worst = refused.recipients[0]
            answers.append(_refused(one, worst.code, worst.message))
        except aiosmtplib.SMTPServerDisconnected as lost:
            server = None
            answers.append(Answer(one.id, one.attempt, "lost", None, str(lost), one.address))
        except aiosmtplib.SMTPResponseException as refused:
            answers.append(_refused(one, refused.code, refused.message))
        except (aiosmtplib.SMTPException, MailError, OSError) as lost:
            server = None
            answers.append(Answer(one.id, one.attempt, "lost", None, str(lost), one.address))
    if server is not None and server.is_connected:
        try:
            await server.quit()
        except (aiosmtplib.SMTPException, OSError):
            server.close()


def _refused(one: Claimed, code: int, said: str) -> Answer:
    return Answer(one.id, one.attempt, "deferred" if 400 <= code < 500 else "refused", code, said, one.address)


async def _connect(mail: Mail) -> aiosmtplib.SMTP:
    if mail.user and mail.security == "none":
        raise MailError(
            '[mail] user is set but security is "none": a password is never sent in clear; choose starttls or tls'
        )
    server = aiosmtplib.SMTP(
        hostname=mail.host,
        port=mail.port,
        timeout=mail.timeout_seconds,
        use_tls=mail.security == "tls",
        start_tls=mail.security == "starttls",
    )
    try:
        await server.connect()
        if mail.user:
            await server.login(mail.user, secret("TRACKER_MAIL_PASSWORD", mail.password_file) or "")
    except aiosmtplib.SMTPAuthenticationError as error:
        raise MailError(
            f"{mail.host}:{mail.port} refuses the login of {mail.user}: {error.message}; letters wait"
        ) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailError(f"{mail.host}:{mail.port} cannot be used: {error}; letters wait in the outbox") from None
    return server
