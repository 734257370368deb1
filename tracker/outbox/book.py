"""The book of one batch: answers are written down while the others are still on their way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import sleep

from sqlmodel import Session

from tracker.clock import Clock
from tracker.config import Config
from tracker.db import Database
from tracker.errors import DatabaseError
from tracker.outbox.claiming import Claimed
from tracker.outbox.limits import end_pace
from tracker.outbox.receipts import Answer
from tracker.outbox.relay import hear
from tracker.outbox.settling import give_back, settle

EVERY_SECONDS = 0.25  # a worker that is killed doubles at most what was accepted in this time
PAUSES = (0.2, 1.0, 3.0)  # seconds between the tries to write the last answers


class Book:
    """Settles the answers of a batch in the name of the holder of its leases."""

    def __init__(
        self,
        database: Database,
        config: Config,
        letters: Sequence[Claimed],
        answers: Sequence[Answer],
        *,
        holder: str,
        clock: Clock,
    ) -> None:
        """`answers` grows while the letters are carried."""
        self._database = database
        self._config = config
        self._letters = letters
        self._answers = answers
        self._holder = holder
        self._clock = clock
        self._written = 0

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Write answers down as they come inside the block; at its end the rest, and give back what has none.

        Raises DatabaseError when the last of them cannot be written, which says how many letters will go out twice.
        """
        if not self._letters:
            yield
            return
        is_carried = asyncio.Event()
        keeping = asyncio.create_task(self._keep(is_carried))
        try:
            yield
        finally:
            is_carried.set()
            await keeping
            self._close()

    async def _keep(self, is_carried: asyncio.Event) -> None:
        while not is_carried.is_set():
            try:
                await asyncio.wait_for(is_carried.wait(), EVERY_SECONDS)
            except TimeoutError:
                # In a thread: a database that is busy for a while must not let the mail server run into its time-out.
                await asyncio.to_thread(self._write_news)

    def _write_news(self) -> None:
        news = self._answers[self._written :]
        if not news:
            return
        try:
            with self._database.write() as session:
                self._settle(session, news)
        except DatabaseError:
            return  # the next turn, at the latest the end of the batch, tries it again
        self._written += len(news)

    def _close(self) -> None:
        for pause in PAUSES:
            try:
                return self._settle_all()
            except DatabaseError:
                sleep(pause)
        try:
            self._settle_all()
        except DatabaseError as error:
            lost = len(self._answers) - self._written
            raise DatabaseError(
                f"{error}; {lost} answers of the mail server are not written down: these letters go out once more, "
                "with the same Message-ID, when their lease has ended"
            ) from None

    def _settle_all(self) -> None:
        answered = {answer.id for answer in self._answers}
        with self._database.write() as session:
            self._settle(session, self._answers[self._written :])
            give_back(session, [letter for letter in self._letters if letter.id not in answered], worker=self._holder)
            tried = [letter.address for letter in self._letters if letter.id in answered]
            end_pace(session, self._config, tried, holder=self._holder, now=self._clock())

    def _settle(self, session: Session, news: Sequence[Answer]) -> None:
        at = self._clock()
        settle(session, news, worker=self._holder, now=at)
        hear(session, self._config.mail, news, now=at)
