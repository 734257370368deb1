"""Real SMTP servers on ports of their own: aiosmtpd with a script of answers, and a bare socket for bad manners."""

import asyncio
import email
import socket
import ssl
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP = "drop"  # instead of an answer: take the letter and cut the line


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class MailServer:
    """aiosmtpd; `answers[step, address]` are said in their order, then 250. Keeps every letter that it took."""

    def __init__(
        self,
        *,
        certificate: Path | None = None,
        speaks_tls_at_once: bool = False,
        password: str | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.letters: list[tuple[str, bytes]] = []
        self.answers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.seen: Counter[str] = Counter()
        self.senders: list[str] = []
        self.logins: list[str] = []
        self._password = password
        self._tls = _server_context(certificate) if certificate else None
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=self._tls if speaks_tls_at_once else None,
            tls_context=None if speaks_tls_at_once else self._tls,
            require_starttls=self._tls is not None and not speaks_tls_at_once,
            authenticator=self._authenticate if password else None,
            auth_required=password is not None,
        )

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def addresses(self) -> Counter[str]:
        """How many letters were taken for each address."""
        return Counter(address for address, _ in self.letters)

    def ids(self, address: str) -> list[str]:
        return [parsed(raw)["Message-ID"] for to, raw in self.letters if to == address]

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password.decode())
        return AuthResult(success=data.password.decode() == self._password, handled=False)

    def _next(self, step: str, address: str) -> str | None:
        self.seen[step] += 1
        queue = self.answers[step, address]
        return queue.pop(0) if queue else None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._next("MAIL", address):
            return answer
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._next("RCPT", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        [address] = envelope.rcpt_tos
        content = envelope.original_content
        assert content is not None
        answer = self._next("DATA", address)
        if answer is None or answer == DROP:
            self.letters.append((address, content))
        if answer == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer or "250 2.0.0 queued as 4711"


def _server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class BareServer:
    """A TCP server that does what `talk` does with each connection, in a thread of its own."""

    def __init__(self, talk: Talk) -> None:
        self.port = free_port()
        self.connections = 0
        self._talk = talk
        self._is_up = Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=lambda: self._loop.run_until_complete(self._serve()), daemon=True)

    def __enter__(self) -> "BareServer":
        self._thread.start()
        assert self._is_up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._is_over.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        self._is_over = asyncio.Event()
        talks: set[asyncio.Task[None]] = set()

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            task = asyncio.current_task()
            assert task is not None
            talks.add(task)
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(reader, writer)
            writer.close()

        server = await asyncio.start_server(meet, "127.0.0.1", self.port, limit=1 << 24)
        self._is_up.set()
        await self._is_over.wait()
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def script(answers: dict[str, bytes]) -> Talk:
    """A conversation with fixed answers to the verbs (GREETING, EHLO, MAIL, RCPT, DATA, DOT); b"" says nothing, for ever."""
    usual = {"GREETING": b"220 hi\r\n", "DATA": b"354 go on\r\n"}

    async def say(writer: asyncio.StreamWriter, step: str) -> None:
        writer.write(answers.get(step, usual.get(step, b"250 OK\r\n")))
        await writer.drain()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say(writer, "GREETING")
        while line := await reader.readline():
            verb = line[:4].decode("latin-1").strip().upper()
            await say(writer, verb)
            if verb == "DATA" and answers.get("DATA", b"354").startswith(b"354"):
                await reader.readuntil(b"\r\n.\r\n")
                await say(writer, "DOT")
            if verb == "QUIT":
                return

    return talk
