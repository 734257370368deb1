"""A relay in a bad mood: it fails at a third of all commands, in every way that relays fail."""

import asyncio
import random
from collections import Counter

from tests.outbox.mail_server import BareServer, parsed


class Moody(BareServer):
    """A relay that drops, stalls or answers 421, 451 or 552 to a third of the commands; `taken` counts what it has said 250
    to, or would have said."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(self._meet)
        self.share = 0.3  # of all commands fail
        self.stall = 0.3  # seconds of silence before it hangs up
        self.taken: Counter[str] = Counter()
        self.moods: Counter[str] = Counter()
        self._chance = chance

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb in (b"MAIL", b"RCPT", b"DATA") and not await self._behaves(writer):
                continue
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = parsed(await reader.readuntil(b"\r\n.\r\n"))
                if await self._behaves(writer, letter["Message-ID"]):
                    self.taken[letter["Message-ID"]] += 1
                    writer.write(b"250 OK\r\n")
                continue
            writer.write(b"250 OK\r\n")

    async def _behaves(self, writer: asyncio.StreamWriter, taken: str = "") -> bool:
        if self._chance.random() >= self.share:
            return True
        mood = self._chance.choice(["drop", "stall", "421 4.3.2 closing", "451 4.7.1 later", "552 5.3.4 too much"])
        self.moods[mood[:5]] += 1
        if mood in ("drop", "stall"):
            if taken:  # it has the letter, and never says so
                self.taken[taken] += 1
            await asyncio.sleep(self.stall if mood == "stall" else 0)
            writer.close()
            raise ConnectionResetError
        writer.write(mood.encode() + b"\r\n")
        return False
