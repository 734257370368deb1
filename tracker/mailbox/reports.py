"""Reports that a letter did not arrive: delivery status notifications (RFC 3464) and the letters that older servers write."""

import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

from tracker.mailbox.mail import LONGEST, Mail, header, storable

STATUS = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")  # not a part of 10.2.3.4
CODE = re.compile(r"(?:^|[\s:;(\[])([45]\d\d)[\s-]")
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
WRITERS = re.compile(r"(mailer-daemon|postmaster|mail delivery (sub)?system|bounce)", re.IGNORECASE)
SUBJECTS = re.compile(
    r"(undeliver|delivery (status notification|failure|failed|has failed|report)|mail delivery failed|returned (mail|to sender)"
    r"|failure notice|delivery incomplete|message delayed|could not be delivered|warning: could not send|khong gui duoc|thu bi tra lai)",
    re.IGNORECASE,
)
PERMANENT = re.compile(
    r"(user unknown|unknown user|no such (user|mailbox|recipient)|mailbox (not found|unavailable|does not exist)|does not exist"
    r"|address rejected|recipient (rejected|not found)|account (has been )?(disabled|closed)|permanent (fatal )?error|couldn't be delivered)",
    re.IGNORECASE,
)
TEMPORARY = re.compile(
    r"(delayed|will retry|will be retried|still trying|not been delivered yet|temporar)", re.IGNORECASE
)
NOT_THE_ADDRESS = ("3", "6", "7")  # RFC 3463: the mail system, the content, the policy; the mailbox may be well


@dataclass(frozen=True, slots=True)
class Failure:
    """One receiver whom a letter did not reach, by one report."""

    address: str
    status: str
    said: str
    is_permanent: bool

    @property
    def shuts(self) -> bool:
        """Whether the address itself is no good: a full mailbox is, and a letter that is too large says nothing of it."""
        found = STATUS.fullmatch(self.status)
        if not self.is_permanent:
            return False
        return found is None or not (found[2] in NOT_THE_ADDRESS or (found[2], found[3]) in (("2", "2"), ("2", "3")))


def find_failures(mail: Mail) -> list[Failure] | None:
    """Whom the letter did not reach; an empty list for a report of success; None when the mail is no report."""
    if _is_delivery_report(mail.message):
        return _of_status(mail.message)
    looks = WRITERS.search(header(mail.message, "from")) or header(mail.message, "return-path") == "<>"
    if looks and SUBJECTS.search(mail.subject):
        return [_of_words(mail)]
    if header(mail.message, "x-failed-recipients"):
        return [_of_words(mail)]
    return None


def returned_text(mail: Mail) -> str:
    """The headers of our letter as the report brings them back, and everything else in it: where a token may stand."""
    try:
        raw = mail.message.as_bytes()
    except Exception:  # the library cannot write everything that it reads
        return mail.text
    return raw[:200_000].decode("utf-8", "replace").replace("=\r\n", "").replace("=\n", "") + mail.text


def _is_delivery_report(message: EmailMessage) -> bool:
    return any(part.get_content_type() == "message/delivery-status" for part in _parts(message))


def _parts(message: Message) -> list[Message]:
    """The parts of the mail itself, not those of a letter that it brings back."""
    if message.get_content_maintype() != "multipart" or not isinstance(message.get_payload(), list):
        return [message]
    found: list[Message] = []
    for part in message.get_payload():
        if isinstance(part, Message):
            found += _parts(part) if part.get_content_maintype() == "multipart" else [part]
    return found


def _of_status(message: EmailMessage) -> list[Failure]:
    failures = []
    for part in _parts(message):
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and (failure := _of_receiver(block)) is not None:
                failures.append(failure)
    return failures


def _of_receiver(block: Message) -> Failure | None:
    """The fields of one receiver (RFC 3464 section 2.3); None for the block about the message, and for a success."""
    action = str(block.get("action") or "").strip().lower()
    if action not in ("failed", "delayed"):
        return None
    said = _one_line(_value(block, "diagnostic-code"))
    found = STATUS.search(str(block.get("status") or "")) or STATUS.search(said)
    status = found[0] if found is not None else ""
    address = _address(_value(block, "original-recipient")) or _address(_value(block, "final-recipient"))
    is_permanent = action == "failed" and not status.startswith("4")
    return Failure(address, status, said, is_permanent)


def _value(block: Message, name: str) -> str:
    """A field without its type: "rfc822; x@y" is "x@y"."""
    value = str(block.get(name) or "")
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value


def _of_words(mail: Mail) -> Failure:
    """A report in words: what the servers that do not speak RFC 3464 write (qmail, Exim, old Exchange, web mail)."""
    text = mail.text[:20_000]
    line = next(
        (one for one in text.split("\n") if STATUS.search(one) or CODE.search(one) or PERMANENT.search(one)), ""
    )
    found, code = STATUS.search(line), CODE.search(line)
    status = found[0] if found is not None else ""
    is_late = TEMPORARY.search(mail.subject) is not None or (not line and TEMPORARY.search(text) is not None)
    is_bad = status.startswith("5") or (not status and code is not None and code[1].startswith("5"))
    address = _address(header(mail.message, "x-failed-recipients")) or _address(text)
    return Failure(address, status, _one_line(line), not is_late and (is_bad or PERMANENT.search(line) is not None))


def _address(text: str) -> str:
    found = ADDRESS.search(text)
    return found[0].lower() if found is not None else ""


def _one_line(text: str) -> str:
    return storable(" ".join(text.split()))[:LONGEST]
