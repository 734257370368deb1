"""DKIM (RFC 6376), where the office has a key of its own: the letter as it goes out, under the sender's domain."""

from dataclasses import dataclass

import dkim

from tracker.config import Mail
from tracker.errors import ConfigError
from tracker.outbox.mime import sender_address

# What a reader sees or acts on; RFC 8058 asks that both List-Unsubscribe lines are covered.
SIGNED = (
    b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"auto-submitted",
    b"list-unsubscribe", b"list-unsubscribe-post", b"x-tracker-key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signer:
    """Puts the signature line in front of a letter."""

    selector: bytes
    domain: bytes
    key: bytes

    def signed(self, message: bytes) -> bytes:
        """The message behind its DKIM-Signature; a millisecond for a key of 2048 bits."""
        signature: bytes = dkim.sign(
            message,
            self.selector,
            self.domain,
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(SIGNED),
        )
        return signature + message


def find_signer(mail: Mail) -> Signer | None:
    """The signer of config.toml, None where none is wanted. Raises ConfigError for a key that cannot be used."""
    if mail.dkim_key_file is None:
        if mail.dkim_selector:
            raise ConfigError("[mail] dkim_selector is set but dkim_key_file is not; set both, or neither")
        return None
    if not mail.dkim_selector:
        raise ConfigError("[mail] dkim_key_file is set but dkim_selector is not; set both, or neither")
    try:
        key = mail.dkim_key_file.read_bytes()
    except OSError as error:
        raise ConfigError(f"[mail] dkim_key_file {mail.dkim_key_file}: cannot be read: {error.strerror}") from None
    signer = Signer(mail.dkim_selector.encode(), sender_address(mail.sender).partition("@")[2].encode(), key)
    try:
        signer.signed(b"From: a@b\r\nTo: c@d\r\n\r\nx\r\n")
    except Exception as error:  # the library raises whatever its parsers do
        raise ConfigError(
            f"[mail] dkim_key_file {mail.dkim_key_file}: is no RSA key in PEM ({type(error).__name__}); "
            "make one: openssl genrsa -traditional -out dkim.key 2048"
        ) from None
    return signer
