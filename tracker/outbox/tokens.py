"""The address that an answer to one letter goes to: the office's mailbox with a token that only we can make."""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass

from tracker.config import Config
from tracker.people.links import find_web_secret

MAC_BYTES = 15  # 120 bits: 24 letters of base32, which no server on the way changes, not even to capitals and back
TOKEN = re.compile(r"\+(\d{1,10})-([a-z2-7]{24})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """What an address says: the number of a letter, and the proof of it."""

    letter_id: int
    proof: str


class ReplyAddresses:
    """Makes and checks the addresses of one office. A token is bound to the letter, and through its row to the officer
    and the day; a database that was restored and has given the number to another letter knows it no more."""

    def __init__(self, key: str, mailbox: str) -> None:
        """`key` is the secret of [web], `mailbox` the bare address of [inbox]."""
        self._key = key.encode()
        self._local, _, self._domain = mailbox.partition("@")

    def address(self, letter_id: int, message_id: str) -> str:
        """Where answers to this letter go: don-doc+1234-abc…@huyen.vn."""
        return f"{self._local}+{letter_id}-{self._proof(letter_id, message_id)}@{self._domain}"

    def is_good(self, token: Token, message_id: str) -> bool:
        """Whether we have made this token for the letter of that Message-ID."""
        return hmac.compare_digest(token.proof.encode(), self._proof(token.letter_id, message_id).encode())

    def _proof(self, letter_id: int, message_id: str) -> str:
        mac = hmac.digest(self._key, b"reply\0%d\0%b" % (letter_id, message_id.encode()), "sha256")[:MAC_BYTES]
        return b32encode(mac).decode().lower()


def reply_addresses(config: Config) -> ReplyAddresses | None:
    """The maker for this configuration; None when nobody reads answers, or the office has no secret yet."""
    key = find_web_secret(config.web) if config.inbox.is_on else None
    return ReplyAddresses(key, config.inbox.address) if key else None


def find_tokens(text: str) -> list[Token]:
    """Every token in an address or a text, in its order, each once; good ones and forged ones alike."""
    found = (Token(int(letter), proof.lower()) for letter, proof in TOKEN.findall(text))
    return list(dict.fromkeys(found))
