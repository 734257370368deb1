"""A letter as bytes: written once, by hand, from pre-encoded parts.

`EmailMessage` needs 3.4 ms a letter, this some 50 µs. What it must therefore keep by itself: RFC 5322 (CRLF, lines),
RFC 2045/2046 (base64 of canonical text, multipart/alternative), RFC 2047 (encoded-words). The tests read every letter
back with Python's own parser.
"""

import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from struct import Struct

from tracker.errors import ConfigError

LINE = 76  # RFC 2045: base64 lines; RFC 2047: lines that hold an encoded-word
ID_LENGTH = 76  # a Message-ID any longer would be folded or encoded on its way, and then matches nothing
PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?", re.ASCII)
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~ -]+", re.ASCII)
FORBIDDEN = re.compile(r"[\r\n\0]")
# Deliberately narrower than RFC 5321: no quoted local parts, no SMTPUTF8, which many relays do not speak.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@.{{1,253}}\Z){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*", re.ASCII)
SENDER = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>\s]+)>\s*|\s*(?P<bare>[^<>\s]+)\s*")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG inside a letter; `name` is its Content-ID, "weeks.2020-W28@briefing"."""

    name: str
    png: bytes


def compose(
    *, sender: str, key: str, subject: str, text: str, html: str, now: datetime, reply_to: str = "", more: bytes = b"",
    pictures: Sequence[Picture] = (),
) -> bytes:  # fmt: skip
    """The whole message but for its `To:` line; 7-bit clean, CRLF line ends, no line over 78 characters.

    `sender` is the mailbox of config.toml ("Name <address>"), `key` the person/kind/period of the letter, `now` the
    aware instant for `Date:`, `reply_to` the bare address for answers, `more` whole header lines with their CRLF,
    `pictures` what `html` shows as "cid:NAME" (RFC 2387, RFC 2392). Line ends in `text` and `html` become CRLF, as RFC 2045 asks before base64.
    The officer is fixed when the letter is posted, the address is looked up when it is sent: the mailer prepends
    `addressee(...)` then. Raises ValueError for a header value with CR, LF, NUL or half a character, and ConfigError for a
    sender that is no mailbox.
    """
    name = _fingerprint(key)
    boundary = b"=_" + name[:24]  # neither "=_" nor "--" can begin a line of base64
    return b"".join(
        (
            _from(sender),
            _mailbox("Reply-To", "", reply_to) if reply_to else b"",
            b"Date: ",
            _date(now),
            b"\r\nMessage-ID: ",
            message_id(key, sender=sender).encode(),
            b"\r\n",
            header("Subject", subject),
            header("X-Tracker-Key", key),
            more,
            b'Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="',
            boundary,
            b'"\r\n\r\n--',
            boundary,
            PLAIN_PART,
            _base64(text),
            b"--",
            boundary,
            _related(html, pictures, name) if pictures else HTML_PART + _base64(html),
            b"--",
            boundary,
            b"--\r\n",
        )
    )


def _related(html: str, pictures: Sequence[Picture], name: bytes) -> bytes:
    """The HTML with its pictures as one part."""
    boundary = b"=." + name[:24]
    parts = [
        b'\r\nContent-Type: multipart/related; type="text/html";\r\n boundary="', boundary, b'"\r\n\r\n--', boundary,
        HTML_PART, _base64(html),
    ]  # fmt: skip
    for one in pictures:
        parts += [
            b"--", boundary, b"\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <",
            one.name.encode("ascii"), b">\r\nContent-Disposition: inline\r\n\r\n", _base64_lines(one.png),
        ]  # fmt: skip
    return b"".join((*parts, b"--", boundary, b"--\r\n"))


PLAIN_PART = b"\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
HTML_PART = b"\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"


def addressee(post: str, address: str) -> bytes:
    """The `To:` line that goes in front of the composed bytes: the post as display name, and the address.

    Raises ValueError when the address is none that every relay takes, or the post holds CR, LF or NUL.
    """
    if not is_address(address):
        raise ValueError(f"{address!r} is not a mail address")
    return _mailbox("To", post, address)


def is_address(address: str) -> bool:
    """Whether every relay takes this address: ASCII, one "@", nothing that needs quotes."""
    return ADDRESS.fullmatch(address) is not None


def message_id(key: str, *, sender: str) -> str:
    """The Message-ID of the letter with this key, always the same; at most 76 characters."""
    name = _fingerprint(key).decode()
    domain = sender_address(sender).partition("@")[2]
    while len(name) + len(domain) + 3 > ID_LENGTH and "." in domain:
        domain = domain.partition(".")[2]
    return f"<{name}@{domain[-(ID_LENGTH - len(name) - 3) :].lstrip('-')}>"


@lru_cache(maxsize=8)
def sender_address(sender: str) -> str:
    """The bare address in "Name <address>". Raises ConfigError."""
    return _read_sender(sender)[1]


def _read_sender(sender: str) -> tuple[str, str]:
    found = SENDER.fullmatch(sender)
    address = (found["address"] or found["bare"]) if found else ""
    if found is None or not is_address(address):
        raise ConfigError(
            f'[mail] sender: {sender!r} is no mailbox; write for example "Văn phòng <van-phong@huyen.vn>"'
        )
    return (found["name"] or "").strip('"'), address


@lru_cache(maxsize=8)
def _from(sender: str) -> bytes:
    return _mailbox("From", *_read_sender(sender))


@lru_cache(maxsize=8)
def _date(now: datetime) -> bytes:
    return format_datetime(now).encode()


@lru_cache(maxsize=64)
def _fingerprint(key: str) -> bytes:
    return sha256(key.encode()).hexdigest()[:32].encode()


def header(field: str, value: str) -> bytes:
    """One unstructured header line with its CRLF; in RFC 2047 encoded-words where plain ASCII would not do.

    Raises ValueError for CR, LF, NUL and half characters (lone surrogates).
    """
    _refuse_injection(field, value)
    line = f"{field}: {value}"
    if not value or (len(line) <= LINE and PLAIN.fullmatch(value) and "=?" not in value):
        return line.encode() + b"\r\n"
    return field.encode() + b": " + b"\r\n ".join(_encoded(value, _room(LINE - len(field) - 2))) + b"\r\n"


def _mailbox(field: str, name: str, address: str) -> bytes:
    _refuse_injection(field, name)
    tail = f"<{address}>".encode()
    start = field.encode() + b": "
    name = " ".join(name.split())  # in a phrase white space only separates
    if not name:
        return start + tail + b"\r\n"
    if ATOMS.fullmatch(name) and "=?" not in name and len(field) + len(name) + 2 <= LINE:
        return start + name.encode() + b"\r\n " + tail + b"\r\n"
    return start + b"\r\n ".join([*_phrase(name.split(" "), taken=len(field) + 2), tail]) + b"\r\n"


def _phrase(words: list[str], *, taken: int) -> list[bytes]:
    """A display name as encoded-words, broken at a plain word where one is near.

    RFC 2047 section 6.2 drops white space between two encoded-words and keeps it beside plain text. Many readers, also
    Python's before 3.13, keep it in both places of a display name. A break around a plain word reads the same for all;
    where none is near, the break stands between words, so that such a reader shows a second blank and not a split word.
    """
    parts: list[bytes] = []
    start, room = 0, _room(LINE - taken)
    while start < len(words):
        end = _last_fitting(words, start, room)
        plain = next((at for at in range(min(end, len(words) - 1), start - 1, -1) if _is_plain(words[at])), None)
        if end == len(words):
            parts += _encoded(" ".join(words[start:]), room)
        elif plain is not None:
            parts += [*_encoded(" ".join(words[start:plain]), room), words[plain].encode()]
            end = plain + 1
        else:
            parts += _encoded(" ".join(words[start:end]) + " ", room)
        start, room = end, _room(LINE - 1)
    return parts


def _last_fitting(words: list[str], start: int, room: int) -> int:
    """The end of the longest run of words from `start`, one at least, that fits with a blank after it."""
    end, used = start, 0
    while end < len(words) and (used := used + len(words[end].encode()) + 1) <= room:
        end += 1
    return max(end, start + 1)


def _is_plain(word: str) -> bool:
    return len(word) < LINE and ATOMS.fullmatch(word) is not None and "=?" not in word


def _refuse_injection(field: str, value: str) -> None:
    if FORBIDDEN.search(value):
        raise ValueError(f"{field}: line breaks and NUL do not belong in a header: {value!r}")


def _encoded(value: str, room: int) -> list[bytes]:
    """Encoded-words of whole characters; the first has `room` for so many bytes, the others stand on their own lines."""
    raw = value.encode()
    words = []
    start = 0
    while start < len(raw):
        end = min(start + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # a continuation byte: the character began before
            end -= 1
        words.append(b"=?utf-8?B?" + b2a_base64(raw[start:end], newline=False) + b"?=")
        start, room = end, _room(LINE - 1)
    return words


def _room(width: int) -> int:
    """How many bytes fit into an encoded-word of at most 75 characters on a line with `width` characters left."""
    return (min(width, 75) - len("=?utf-8?B??=")) // 4 * 3


def _base64(text: str) -> bytes:
    raw = text.encode()
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _base64_lines(raw.replace(b"\n", b"\r\n"))


def _base64_lines(raw: bytes) -> bytes:
    line = b2a_base64(raw, newline=False)
    # Cutting is the dearest part of a letter: struct does it four times faster than slices.
    whole = len(line) // BLOCK.size * BLOCK.size
    lines = [cut for block in BLOCK.iter_unpack(memoryview(line)[:whole]) for cut in block]
    lines += [line[start : start + LINE] for start in range(whole, len(line), LINE)]
    return b"\r\n".join(lines) + b"\r\n"


BLOCK = Struct(f"{LINE}s" * 16)
