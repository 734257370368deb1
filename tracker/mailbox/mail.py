"""One mail as it came: who wrote, what, to which of our tokens, and whether a program wrote it."""

import email
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from hashlib import sha256

from tracker.mailbox.body import text_of
from tracker.outbox.tokens import Token, find_tokens
from tracker.words import fold

LONGEST = 500  # characters of a header that are kept
RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")
AUTOMATIC_SUBJECT = re.compile(
    r"(out of office|automatic reply|auto(matic)?[ -]?reply|autoreply|vacation|away from (my )?(mail|office)"
    r"|tra loi tu dong|thu tra loi tu dong|vang mat khoi van phong|\(?tu dong tra loi)"
)
PRECEDENCE = ("auto_reply", "auto-reply", "bulk", "junk", "list")


@dataclass(frozen=True, slots=True)
class Mail:
    """What we read of a mail; `text` is all of it in plain words, also what it quotes."""

    fingerprint: str
    message_id: str
    sender: str
    subject: str
    tokens: tuple[Token, ...]
    is_automatic: bool
    text: str
    message: EmailMessage


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes. Hostile ones are read as far as they can be, and never raise."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    message_id, sender = header(message, "message-id"), parseaddr(header(message, "from"))[1].lower()
    named = "\0".join((message_id, header(message, "from"), header(message, "date"))).encode("utf-8", "replace")
    return Mail(
        sha256(named if message_id else raw).hexdigest(),
        message_id,
        sender[:LONGEST],
        header(message, "subject"),
        tuple(find_tokens(" ".join(_recipients(message)))),
        _is_automatic(message),
        text_of(message),
        message,
    )


def header(message: EmailMessage, name: str) -> str:
    """A header on one line, whatever is in it; empty when it is missing."""
    try:
        value = str(message.get(name) or "")
    except Exception:  # the parser of the standard library fails on some headers instead of saying so
        value = next((raw for key, raw in message.raw_items() if key.lower() == name), "")
    return storable(" ".join(value.split()))[:LONGEST]


def storable(text: str) -> str:
    """Characters that every database takes: no NUL, no half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _recipients(message: EmailMessage) -> list[str]:
    found = []
    for name in RECIPIENTS:
        values = [str(raw) for key, raw in message.raw_items() if key.lower() == name]
        found += [address for _, address in getaddresses(values)] or values
    return found


def _is_automatic(message: EmailMessage) -> bool:
    """A program that answers everybody (RFC 3834), or one that does not say so but looks like it."""
    submitted = header(message, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(message.get(name) is not None for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress")):
        return True
    if header(message, "precedence").lower() in PRECEDENCE:
        return True
    return AUTOMATIC_SUBJECT.match(fold(header(message, "subject"))) is not None
