"""The letters of the digest again, as bytes that lie ready: `python -m bench.raw_smtp FILE PORT`.

What aiosmtplib alone can carry over as many connections as the digest used: the measure for everything else.
"""

import argparse
import asyncio
from collections import deque
from contextlib import closing
from pathlib import Path

from aiosmtplib import SMTP

from bench.cost import measured, peak_mb, say
from bench.office import office
from tracker.db import sqlite_library
from tracker.outbox.mime import addressee, sender_address

MOST = 2_000  # letters in memory; of more, the first are sent again and again

Letter = tuple[str, bytes]


def main() -> None:
    """Measure the sending of all letters that the database holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("port", type=int)
    asked = parser.parse_args()
    letters, total = _load(asked.file)
    mail = office(asked.file, asked.port).mail
    waiting = deque(letters[n % len(letters)] for n in range(total))
    with measured() as cost:
        asyncio.run(_send(waiting, asked.port, sender_address(mail.sender), mail.connections))
    size = sum(len(body) for _, body in letters) / len(letters)
    say(letters=total, seconds=cost.seconds, cpu_s=cost.cpu_s, peak_mb=peak_mb(), letter_bytes=size)


def _load(file: Path) -> tuple[list[Letter], int]:
    query = (
        "FROM message JOIN officer ON officer.id = message.officer_id "
        "JOIN messagebody ON messagebody.message_id = message.id WHERE message.kind = 'digest'"
    )
    with closing(sqlite_library()[0].connect(str(file))) as database:
        total = database.execute(f"SELECT count(*) {query}").fetchone()[0]
        rows = database.execute(f"SELECT post, email, content {query} LIMIT {MOST}").fetchall()
    return [(address, addressee(post, address) + body) for post, address, body in rows], total


async def _send(waiting: deque[Letter], port: int, sender: str, connections: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(min(connections, len(waiting))):
            group.create_task(_drain(waiting, port, sender))


async def _drain(waiting: deque[Letter], port: int, sender: str) -> None:
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.invalid") as smtp:
        while waiting:
            address, message = waiting.popleft()
            await smtp.sendmail(sender, [address], message)


if __name__ == "__main__":
    main()
