"""Sending: claim, send, settle; no transaction is open while the network is."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.clock import Clock, local_day
from tracker.config import Config, Mail
from tracker.db import Database
from tracker.errors import MailError
from tracker.outbox.claiming import Answer, Batch, Claimed, Outcome, anything_due, claim, give_back, settle
from tracker.outbox.folder import FolderTransport
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

    async def carry(self, letters: Sequence[Claimed], answers: list[Answer], *, seconds: float) -> None:
        """Try the letters, appending each answer at once; begin none after `seconds`. Raises MailError."""

    async def close(self) -> None:
        """Give everything back."""


def deliver_now(database: Database, config: Config, *, worker: str, clock: Clock) -> Delivered:
    """`deliver` for those who have no event loop. Raises what it raises."""
    return asyncio.run(deliver(database, config, worker=worker, clock=clock))


async def deliver(database: Database, config: Config, *, worker: str, clock: Clock) -> Delivered:
    """Send what is due, batch by batch, until nothing is.

    `worker` names the holder of the leases. Raises MailError when the transport fails, ConfigError when it cannot be
    set up, DatabaseError; letters that were not tried then wait as before, with no attempt burned.
    """
    with database.read() as session:
        if not anything_due(session, now=clock()):
            return Delivered()
    transport = _transport(config.mail)
    try:
        return await _deliver(database, config, transport, worker=worker, clock=clock)
    finally:
        await transport.close()


def _transport(mail: Mail) -> Transport:
    return SmtpTransport(mail) if mail.transport == "smtp" else FolderTransport(mail)


async def _deliver(database: Database, config: Config, transport: Transport, *, worker: str, clock: Clock) -> Delivered:
    total: Counter[str] = Counter()
    while any(batch := _claim(database, config, worker=worker, now=clock())):
        total.update(unaddressed=batch.unaddressed, refused=batch.given_up)
        answers: list[Answer] = []
        try:
            # Half of the lease to begin letters, the other half for the last of them to end.
            await transport.carry(batch.letters, answers, seconds=config.mail.lease_minutes * 30)
        except MailError as problem:
            sent = total["accepted"] + sum(answer.outcome is Outcome.ACCEPTED for answer in answers)
            raise MailError(f"{problem}; {sent} letters went out before, the others wait in the outbox") from None
        finally:
            _settle(database, batch.letters, answers, worker=worker, now=clock())
        total.update(answer.outcome.value for answer in answers)
    return Delivered(**total)


def _claim(database: Database, config: Config, *, worker: str, now: datetime) -> Batch:
    today = local_day(now, config.timezone)
    limit, minutes = config.mail.batch, config.mail.lease_minutes
    with database.write() as session:
        return claim(session, worker=worker, limit=limit, lease_minutes=minutes, today=today, now=now)


def _settle(
    database: Database, letters: Sequence[Claimed], answers: Sequence[Answer], *, worker: str, now: datetime
) -> None:
    if not letters:
        return
    answered = {answer.id for answer in answers}
    with database.write() as session:
        settle(session, answers, worker=worker, now=now)
        give_back(session, [letter for letter in letters if letter.id not in answered], worker=worker)
