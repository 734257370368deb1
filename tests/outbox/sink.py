"""A slow SMTP server that writes every letter into a file before it answers 250: the witness of the crash tests."""

import asyncio
import os
from collections import Counter
from pathlib import Path

from tests.outbox.mail_server import BareServer, parsed


class Sink(BareServer):
    """`record` gets a line "Message-ID address key" for each letter that was taken."""

    def __init__(self, record: Path, *, seconds: float) -> None:
        """`seconds` is how long each letter takes, half of it before it is recorded and half of it before the 250."""
        super().__init__(self._meet)
        self._record = record
        self._seconds = seconds
        record.touch()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        address = b""
        while line := await reader.readline():
            if line.startswith(b"RCPT"):
                address = line.partition(b"<")[2].partition(b">")[0]
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(self._seconds / 2)
                self._write(address.decode(), content)
                await asyncio.sleep(self._seconds / 2)
            writer.write(b"250 OK\r\n")

    def _write(self, address: str, content: bytes) -> None:
        letter = parsed(content)
        with self._record.open("ab") as file:
            file.write(f"{letter['Message-ID']} {address} {letter['X-Tracker-Key']}\n".encode())
            file.flush()
            os.fsync(file.fileno())

    def taken(self) -> Counter[str]:
        """How often each letter was taken, by Message-ID."""
        return Counter(line.split()[0] for line in self._record.read_text("ascii").splitlines())

    def keys(self) -> dict[str, set[str]]:
        """The keys under which each Message-ID came; one each, or something is wrong."""
        found: dict[str, set[str]] = {}
        for line in self._record.read_text("ascii").splitlines():
            found.setdefault(line.split()[0], set()).add(line.split()[2])
        return found
