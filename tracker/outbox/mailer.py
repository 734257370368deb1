"""Sending: claim, send, settle; no transaction is open while the network is."""

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from time import monotonic
from typing import Protocol

from tracker.clock import Clock, local_day
from tracker.config import Config, Mail
from tracker.db import Database
from tracker.errors import MailError
from tracker.outbox.book import Book
from tracker.outbox.claiming import Batch, Claimed, anything_due, claim
from tracker.outbox.folder import FolderTransport
from tracker.outbox.receipts import Answer, Outcome
from tracker.outbox.smtp import SmtpTransport


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many attempts ended how."""

    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    lost: int = 0
    unaddressed: int = 0


class Transport(Protocol):
    """How letters leave the house."""

    async def carry(self, letters: Sequence[Claimed], answers: list[Answer], *, is_over: Callable[[], bool]) -> None:
        """Try the letters, appending each answer at once; begin none once `is_over()`. Raises MailError.

        A letter without an answer was not tried.
        """

    async def close(self) -> None:
        """Give everything back."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def deliver_now(
    database: Database, config: Config, *, worker: str, clock: Clock, is_stopping: Callable[[], bool] = never
) -> Delivered:
    """`deliver` for those who have no event loop. Raises what it raises."""
    return asyncio.run(deliver(database, config, worker=worker, clock=clock, is_stopping=is_stopping))


async def deliver(
    database: Database, config: Config, *, worker: str, clock: Clock, is_stopping: Callable[[], bool] = never
) -> Delivered:
    """Send what is due, batch by batch, until nothing is, or until `is_stopping()`.

    `worker` says in receipts and listings who held the lease. Raises MailError when the transport fails, ConfigError
    when it cannot be set up, DatabaseError; letters that were not tried then wait as before, no attempt burned.
    """
    with database.read() as session:
        if not anything_due(session, now=clock()):
            return Delivered()
    transport = _transport(config.mail)
    try:
        return await _deliver(database, config, transport, holder=_holder(worker), clock=clock, is_stopping=is_stopping)
    finally:
        await transport.close()


def _transport(mail: Mail) -> Transport:
    return SmtpTransport(mail) if mail.transport == "smtp" else FolderTransport(mail)


def _holder(worker: str) -> str:
    """The owner of the leases of this one delivery: two processes of one name must not settle each other's letters."""
    return f"{worker}@{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


async def _deliver(
    database: Database,
    config: Config,
    transport: Transport,
    *,
    holder: str,
    clock: Clock,
    is_stopping: Callable[[], bool],
) -> Delivered:
    total: Counter[str] = Counter()
    while not is_stopping() and any(batch := _claim(database, config, holder=holder, now=clock())):
        total.update(unaddressed=batch.unaddressed, refused=batch.given_up)
        answers: list[Answer] = []
        book = Book(database, batch.letters, answers, holder=holder, clock=clock)
        try:
            async with book.kept():
                await transport.carry(batch.letters, answers, is_over=_end(config.mail, is_stopping))
        except MailError as problem:
            sent = total["accepted"] + sum(answer.outcome is Outcome.ACCEPTED for answer in answers)
            raise MailError(f"{problem}; {sent} letters went out before, the others wait in the outbox") from None
        total.update(answer.outcome.value for answer in answers)
    return Delivered(**total)


def _end(mail: Mail, is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    """Half of the lease to begin letters, the other half for the last of them to end."""
    ends_at = monotonic() + mail.lease_minutes * 30
    return lambda: is_stopping() or monotonic() >= ends_at


def _claim(database: Database, config: Config, *, holder: str, now: datetime) -> Batch:
    today = local_day(now, config.timezone)
    limit, minutes = config.mail.batch, config.mail.lease_minutes
    with database.write() as session:
        return claim(session, worker=holder, limit=limit, lease_minutes=minutes, today=today, now=now)
