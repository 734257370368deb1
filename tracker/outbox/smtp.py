"""Letters over SMTP: a few kept connections, each letter on its own."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from tracker.config import Mail, secret
from tracker.errors import ConfigError, MailError
from tracker.outbox.claiming import Claimed
from tracker.outbox.mime import addressee, sender_address
from tracker.outbox.receipts import Answer, Outcome
from tracker.outbox.signing import Signer, find_signer
from tracker.outbox.transaction import transact

GOODBYE_SECONDS = 5.0
CLOSING = 421
TOO_LARGE = 552
NO_SUCH_MECHANISM = 504
LONGEST = 400  # characters of what a server says


class SmtpTransport:
    """The mail server of config.toml, over a few connections that are kept open."""

    def __init__(self, mail: Mail, *, connections: int) -> None:
        """Nothing is opened yet. Raises ConfigError for a password that would go out in clear, or is not there, and for a
        DKIM key that cannot be used."""
        password, signer = _password(mail), find_signer(mail)
        self._connections = [Connection(mail, password, signer) for _ in range(connections)]

    async def carry(self, letters: Sequence[Claimed], answers: list[Answer], *, is_over: Callable[[], bool]) -> None:
        """Try each letter once; its answer is appended as soon as it is known, so that a stop loses none.

        Once `is_over()` no letter is begun. A letter without an answer was not tried. Raises MailError when letters were left because no connection could be had, or because the
        server refuses the sender.
        """
        if not letters:
            return
        this_round = Round(deque(letters), answers, is_over)
        await self._open_first()
        usable = [connection for connection in self._connections if connection.problem is None][: len(letters)]
        async with asyncio.TaskGroup() as group:
            for connection in usable:
                group.create_task(this_round.drain(connection))
        problems = [connection.problem for connection in usable if connection.problem is not None]
        if this_round.waiting and (this_round.is_stopped or len(problems) == len(usable)):
            raise problems[0]

    async def close(self) -> None:
        """Take leave of the server."""
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def _open_first(self) -> None:
        # Alone: a wrong password is tried once, not `connections` times. The server may also allow fewer connections
        # than we want; those that failed stay out while one works.
        if not any(connection.is_open for connection in self._connections):
            for connection in self._connections:
                connection.problem = None
            await self._connections[0].is_ready()
            if (problem := self._connections[0].problem) is not None:
                raise problem


class Round:
    """One batch on its way: the connections take their letters from one queue."""

    def __init__(self, waiting: deque[Claimed], answers: list[Answer], is_over: Callable[[], bool]) -> None:
        self.waiting = waiting
        self.is_stopped = False
        self._answers = answers
        self._is_told_to_end = is_over

    async def drain(self, connection: "Connection") -> None:
        """Send over this connection until the queue is empty, the time is over or the connection fails."""
        while not self._is_over() and await connection.is_ready():
            if not self._is_over():  # getting ready took its time, and the others have worked on
                await self._send_next(connection)

    def _is_over(self) -> bool:
        return not self.waiting or self.is_stopped or self._is_told_to_end()

    async def _send_next(self, connection: "Connection") -> None:
        letter = self.waiting.popleft()
        try:
            answer = await connection.send(letter)
        except asyncio.CancelledError:
            self._answers.append(_answer(letter, Outcome.LOST, "stopped while it was sent; the server may have it"))
            raise
        if answer is not None:
            self._answers.append(answer)
            return
        self.waiting.appendleft(letter)
        if connection.problem is not None:  # what the server says of the sender holds for every letter
            self.is_stopped = True


class Connection:
    """One kept connection, opened again when the server has closed it."""

    def __init__(self, mail: Mail, password: str | None, signer: Signer | None) -> None:
        self.problem: MailError | None = None
        self._place = f"{mail.host}:{mail.port}"
        self._user = mail.user
        self._password = password
        self._signer = signer
        self._sender = sender_address(mail.sender)
        self._seconds = mail.lease_minutes * 30  # for one letter: the half of the lease in which none is begun
        self._carried = 0
        self._smtp = SMTP(
            hostname=mail.host,
            port=mail.port,
            timeout=mail.timeout_seconds,
            use_tls=mail.security == "tls",
            start_tls=mail.security == "starttls",  # True refuses a server without STARTTLS, before any password
            local_hostname=socket.gethostname(),  # the default asks the DNS, which an office may not have
        )

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it, as far as we have heard."""
        return self._smtp.is_connected

    async def is_ready(self) -> bool:
        """Connect, secure and log in, unless that was done; when it fails, `problem` says why."""
        if self.is_open:
            return True
        self._carried = 0
        try:
            await self._smtp.connect()
            if self._smtp.is_ehlo_or_helo_needed:
                await self._smtp.ehlo()
            if self._password is not None:
                await self._log_in(self._password)
        except SMTPAuthenticationError as error:
            self._fail(f"refuses the login of {self._user}: {_said(error)}")
        except SMTPResponseException as error:
            self._fail(f"cannot be used: {_said(error)}")
        except (SMTPException, OSError) as error:
            self._fail(f"cannot be used: {error}")
        if not self.is_open and self.problem is None:
            self._fail("closes the connection at once")
        return self.is_open

    async def _log_in(self, password: str) -> None:
        # Not the library's own login: it offers a wrong password once for each mechanism, and accounts get locked.
        mechanisms = {
            "plain": self._smtp.auth_plain,
            "login": self._smtp.auth_login,
            "cram-md5": self._smtp.auth_crammd5,
        }
        offered = [name for name in mechanisms if name in self._smtp.supported_auth_methods]
        if not offered:
            raise SMTPException("it offers no login by PLAIN, LOGIN or CRAM-MD5")
        for name in offered:
            try:
                await mechanisms[name](self._user, password)
                return
            except SMTPAuthenticationError as error:
                if error.code != NO_SUCH_MECHANISM or name == offered[-1]:
                    raise

    def _fail(self, reason: str) -> None:
        self.problem = MailError(f"the mail server {self._place} {_one_line(reason)}")
        self._smtp.close()

    async def send(self, letter: Claimed) -> Answer | None:
        """The server's answer to one letter, or None when it did not get as far as the letter.

        Either it closed this connection, to be opened again, or it refuses the sender: `problem` says so then.
        """
        try:
            async with asyncio.timeout(self._seconds):
                message = addressee(letter.post, letter.address) + letter.body
                if self._signer is not None:
                    message = self._signer.signed(message)
                said = await transact(self._smtp, letter.sender or self._sender, letter.address, message)
        except SMTPSenderRefused as refusal:
            return self._sender_refused(letter, refusal)
        except SMTPRecipientsRefused as refusal:
            return self._refused(letter, refusal.recipients[0])
        except SMTPResponseException as refusal:
            return self._refused(letter, refusal)
        except (SMTPException, OSError) as error:  # a time-out is an OSError
            self._smtp.close()
            said = str(error) or f"nothing within {self._seconds:g} s"
            return _answer(letter, Outcome.LOST, f"no answer: {said}; the server may have the letter")
        except ValueError as error:
            return _answer(letter, Outcome.REFUSED, f"not sent: {error}")
        self._carried += 1
        return _answer(letter, Outcome.ACCEPTED, said, 250)

    def _sender_refused(self, letter: Claimed, refusal: SMTPSenderRefused) -> Answer | None:
        if refusal.code == CLOSING and self._carried:  # so many letters a connection, and no more
            self._smtp.close()
            return None
        if refusal.code >= 500 and refusal.code != TOO_LARGE:
            self._fail(f"refuses the sender {self._sender}: {_said(refusal)}")
            return None
        return self._refused(letter, refusal)

    def _refused(self, letter: Claimed, refusal: SMTPResponseException) -> Answer:
        if 400 <= refusal.code < 500:
            return _answer(letter, Outcome.DEFERRED, refusal.message, refusal.code)
        if 500 <= refusal.code < 600:
            return _answer(letter, Outcome.REFUSED, refusal.message, refusal.code)
        self._smtp.close()  # no SMTP: who knows what it answers next
        return _answer(letter, Outcome.LOST, f"no SMTP answer: {_said(refusal)}; the server may have the letter")

    async def close(self) -> None:
        """Say goodbye, but do not wait for long."""
        try:
            if self.is_open:
                await self._smtp.quit(timeout=GOODBYE_SECONDS)
        except (SMTPException, OSError):
            pass
        finally:
            self._smtp.close()


def _answer(letter: Claimed, outcome: Outcome, said: str, code: int | None = None) -> Answer:
    return Answer(letter.id, letter.attempt, outcome, code, _one_line(said), letter.address)


def _said(refusal: SMTPResponseException) -> str:
    return f"{refusal.code} {refusal.message}" if refusal.code > 0 else refusal.message  # -1: no SMTP at all


def _one_line(said: str) -> str:
    """What a server may say in any bytes, as one line that neither a log nor a terminal minds."""
    shown = "".join(letter if letter.isprintable() or letter.isspace() else "\ufffd" for letter in said)
    return " ".join(shown.split())[:LONGEST]


def _password(mail: Mail) -> str | None:
    if not mail.user:
        if mail.password_file is not None:
            raise ConfigError("[mail] password_file is set but user is not; set both, or neither")
        return None
    if mail.security == "none":
        raise ConfigError(
            '[mail] user is set but security is "none": a password never goes out in clear; choose starttls or tls'
        )
    password = secret("TRACKER_MAIL_PASSWORD", mail.password_file)
    if password is None:
        raise ConfigError(
            "[mail] user is set but there is no password; set password_file, or the variable TRACKER_MAIL_PASSWORD"
        )
    return password
