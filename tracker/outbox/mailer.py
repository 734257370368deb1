"""Sending: claim, send, settle; no transaction is open while the network is."""

import asyncio
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from time import monotonic
from typing import Protocol

from tracker.clock import Clock, local_day
from tracker.config import Config, Mail
from tracker.db import Database
from tracker.errors import DatabaseError, MailError
from tracker.outbox.book import Book
from tracker.outbox.claiming import Batch, Claimed, anything_due, claim
from tracker.outbox.folder import FolderTransport
from tracker.outbox.limits import Allowance, allowance, book_pace, close_line, keep_line, open_line
from tracker.outbox.receipts import Answer, Outcome
from tracker.outbox.relay import breaker_of, failures_at_end, find_relay, hear_nothing, relay_name
from tracker.outbox.smtp import SmtpTransport
from tracker.outbox.tokens import reply_addresses

Pause = Callable[[float], Awaitable[None]]
PATIENCE = 240.0  # seconds that one delivery rests for a limit a minute before it leaves the others to the next tick
GLANCE = 1.0  # seconds between two looks whether somebody asks to stop


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
    database: Database,
    config: Config,
    *,
    worker: str,
    clock: Clock,
    is_stopping: Callable[[], bool] = never,
    pause: Pause = asyncio.sleep,
) -> Delivered:
    """`deliver` for those who have no event loop. Raises what it raises."""
    return asyncio.run(deliver(database, config, worker=worker, clock=clock, is_stopping=is_stopping, pause=pause))


async def deliver(
    database: Database,
    config: Config,
    *,
    worker: str,
    clock: Clock,
    is_stopping: Callable[[], bool] = never,
    pause: Pause = asyncio.sleep,
) -> Delivered:
    """Send what is due and allowed, batch by batch, until nothing is, or until `is_stopping()`.

    `worker` says in receipts and listings who held the lease. Where a limit a minute is reached it waits with `pause`
    (seconds), for some minutes at most. Raises MailError when the transport fails, ConfigError when it cannot be set
    up, DatabaseError; letters that were not tried then wait as before, no attempt burned.
    """
    with database.read() as session:
        if not anything_due(session, now=clock()):
            return Delivered()
    holder, mail = _holder(worker), config.mail
    delivery = Delivery(database, config, holder, clock, is_stopping, pause)
    if not (connections := delivery.open()):
        return Delivered()
    try:
        transport = _transport(mail, connections)
        try:
            return await delivery.carry_all(transport)
        finally:
            await transport.close()
    finally:
        delivery.close()


def _transport(mail: Mail, connections: int) -> Transport:
    return SmtpTransport(mail, connections=connections) if mail.transport == "smtp" else FolderTransport(mail)


def _holder(worker: str) -> str:
    """The owner of the leases of this one delivery: two processes of one name must not settle each other's letters."""
    return f"{worker}@{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery under way: whose, by which clock, and who may end it."""

    database: Database
    config: Config
    holder: str
    clock: Clock
    is_stopping: Callable[[], bool]
    pause: Pause

    def open(self) -> int:
        """How many connections it may have; 0: the other processes have them all."""
        mail = self.config.mail
        if not mail.relay_connections:
            return mail.connections
        with self.database.write() as session:
            return open_line(session, mail, holder=self.holder, now=self.clock())

    def close(self) -> None:
        """Give the connections back; a database that is away gets them back by the clock."""
        if self.config.mail.relay_connections:
            with suppress(DatabaseError), self.database.write() as session:
                close_line(session, self.config.mail, holder=self.holder)

    async def carry_all(self, transport: Transport) -> Delivered:
        """Claim, send, settle, until nothing is due or allowed."""
        total: Counter[str] = Counter()
        rested = 0.0
        while not self.is_stopping():
            batch, allowed, failures = self._claim()
            if any(batch):
                total.update(unaddressed=batch.unaddressed, refused=batch.given_up)
                total.update(await self._carry(transport, batch, failures, sent=total["accepted"]))
            elif rested < PATIENCE and self._may_rest(allowed):
                rested += await self._rest(allowed)
            else:
                break
        return Delivered(**total)

    async def _carry(self, transport: Transport, batch: Batch, failures: int, *, sent: int) -> Counter[str]:
        answers: list[Answer] = []
        book = Book(self.database, self.config, batch.letters, answers, holder=self.holder, clock=self.clock)
        try:
            async with book.kept():
                await transport.carry(batch.letters, answers, is_over=self._end(answers, failures))
        except MailError as problem:
            self._tell_the_others(str(problem))
            sent += sum(answer.outcome is Outcome.ACCEPTED for answer in answers)
            raise MailError(f"{problem}; {sent} letters went out before, the others wait in the outbox") from None
        return Counter(answer.outcome.value for answer in answers)

    def _end(self, answers: Sequence[Answer], failures: int) -> Callable[[], bool]:
        """Half of the lease to begin letters, the other half for the last of them to end; none once the relay has
        refused so many in a row that the breaker opens."""
        ends_at = monotonic() + self.config.mail.lease_minutes * 30
        limit = self.config.mail.breaker_failures

        def is_over() -> bool:
            is_refused = limit > failures and failures_at_end(answers, before=failures) >= limit
            return self.is_stopping() or is_refused or monotonic() >= ends_at

        return is_over

    def _claim(self) -> tuple[Batch, Allowance, int]:
        """What is due and allowed, under lease; and how many failures in a row the relay has behind it."""
        mail, now = self.config.mail, self.clock()
        today = local_day(now, self.config.timezone)
        with self.database.write() as session:
            keep_line(session, mail, holder=self.holder, now=now)
            allowed = allowance(session, self.config, limit=mail.batch, now=now)
            failures = breaker_of(find_relay(session, name)).failures if (name := relay_name(mail)) else 0
            batch = claim(
                session, worker=self.holder, limit=mail.batch, lease_minutes=mail.lease_minutes, today=today, now=now,
                allowed=allowed,
            )  # fmt: skip
            ends_at = now + timedelta(minutes=mail.lease_minutes)
            addresses = [letter.address for letter in batch.letters]
            book_pace(session, self.config, addresses, holder=self.holder, ends_at=ends_at)
        return batch._replace(letters=self._with_senders(batch.letters)), allowed, failures

    def _with_senders(self, letters: list[Claimed]) -> list[Claimed]:
        """With `[inbox] verp` a report of failure comes back to the letter's own address."""
        replies = reply_addresses(self.config) if self.config.inbox.verp else None
        if replies is None:
            return letters
        return [replace(one, sender=replies.address(one.id, one.message_id)) for one in letters]

    def _may_rest(self, allowed: Allowance) -> bool:
        """Whether only a limit a minute keeps letters back."""
        if allowed.again_at is None:
            return False
        with self.database.read() as session:
            return anything_due(session, now=self.clock(), kinds=allowed.kinds)

    async def _rest(self, allowed: Allowance) -> float:
        if allowed.again_at is None:
            return 0.0
        seconds = min(max((allowed.again_at - self.clock()).total_seconds(), 0.05), GLANCE)
        await self.pause(seconds)
        return seconds

    def _tell_the_others(self, problem: str) -> None:
        # The problem itself is what the caller hears of, also when it cannot be noted.
        with suppress(DatabaseError), self.database.write() as session:
            hear_nothing(session, self.config.mail, problem, now=self.clock())
