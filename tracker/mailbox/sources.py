"""Where mail is read: a folder of .eml files, or a mailbox by IMAP; what was taken is moved aside, never before."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from pathlib import Path
from typing import Any, Protocol

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted

from tracker.config import Inbox, secret
from tracker.errors import ConfigError, MailError

OWN_MACHINE = ("127.0.0.1", "::1", "localhost")
BATCH = 50  # mails of one look; what is left the next look finds


class Source(Protocol):
    """Mail that waits: each with a name under which it is put aside."""

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of what waits, at most BATCH, the oldest first."""

    def put_aside(self, name: str) -> None:
        """It is taken: the next look does not find it."""


@contextmanager
def opened(inbox: Inbox) -> Iterator[Source]:
    """The source of config.toml. Raises MailError, naming the place and what to do, and ConfigError for a password."""
    if inbox.transport == "folder":
        yield FolderSource(inbox.folder, inbox.max_bytes)
        return
    password = _password(inbox)
    try:
        mailbox = _connected(inbox)
        try:
            _log_in(mailbox, inbox, password)
            if not mailbox.folder.exists(inbox.done_mailbox):
                mailbox.folder.create(inbox.done_mailbox)
            yield ImapSource(mailbox, inbox)
        finally:
            with suppress(OSError):  # a connection that has failed is gone already
                mailbox.client.shutdown()
    except (ImapToolsError, IMAP4.error, OSError) as error:
        raise MailError(
            f"the mailbox {inbox.user} at {inbox.host}:{inbox.port} cannot be read: {_said(error)}; correct [inbox], "
            "nothing in it is lost"
        ) from None


def _connected(inbox: Inbox) -> BaseMailBox:
    where: dict[str, Any] = {"host": inbox.host, "port": inbox.port, "timeout": inbox.timeout_seconds}
    if inbox.security == "tls":
        return MailBox(**where, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(**where)


def _log_in(mailbox: BaseMailBox, inbox: Inbox, password: str) -> None:
    if inbox.security == "starttls":  # raises where the server has none: no password before that
        mailbox.client.starttls(ssl.create_default_context())
    # LOGIN takes ASCII only; AUTHENTICATE PLAIN takes any password, but old servers do not know it.
    is_plain = inbox.user.isascii() and password.isascii()
    log_in = mailbox.login if is_plain else mailbox.login_utf8
    log_in(inbox.user, password, initial_folder=inbox.mailbox)


def _password(inbox: Inbox) -> str:
    if inbox.security == "none" and inbox.host not in OWN_MACHINE:
        raise ConfigError('[inbox] security is "none" for another machine: a password never goes out in clear')
    password = secret("TRACKER_INBOX_PASSWORD", inbox.password_file)
    if not inbox.user or password is None:
        raise ConfigError("[inbox] user or password is missing; set user, and password_file or TRACKER_INBOX_PASSWORD")
    return password


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


class ImapSource:
    """A folder of an IMAP mailbox; everything in it waits, whether somebody has looked at it or not."""

    def __init__(self, mailbox: BaseMailBox, inbox: Inbox) -> None:
        self._mailbox = mailbox
        self._inbox = inbox

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """By UID; of one that is too large no more than its first bytes travel."""
        for uid in self._mailbox.uids("ALL")[:BATCH]:
            # PEEK: the mail stays unseen until it is moved. One byte more than may be: the reader sees that it was cut.
            _, parts = self._mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{self._inbox.max_bytes + 1}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if raw is not None:  # else somebody has moved it meanwhile
                yield uid, raw

    def put_aside(self, name: str) -> None:
        """Moved into `done_mailbox`, seen."""
        self._mailbox.flag(name, "\\Seen", True)
        self._mailbox.move(name, self._inbox.done_mailbox)


class FolderSource:
    """A folder of .eml files, for an office whose mail program saves them, and for demonstrations."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """By name."""
        try:
            for path in sorted(self._folder.glob("*.eml"))[:BATCH]:
                with path.open("rb") as file:
                    yield path.name, file.read(self._max_bytes + 1)
        except OSError as error:
            raise MailError(f"{self._folder}: mail cannot be read there: {error.strerror}") from None

    def put_aside(self, name: str) -> None:
        """Moved into the folder "done" beside it."""
        done = self._folder / "done"
        try:
            done.mkdir(exist_ok=True)
            (self._folder / name).replace(done / name)
        except OSError as error:
            raise MailError(f"{done}: mail cannot be put there: {error.strerror}") from None
