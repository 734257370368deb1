"""DKIM: letters that a stranger can prove to be ours, with the key of a file and a name server in the test."""

import subprocess
from pathlib import Path

import dkim
import pytest

from tests.outbox.mail_server import MailServer
from tests.outbox.office import Office
from tracker.errors import ConfigError
from tracker.outbox.mailer import Delivered


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "dkim.key"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", file, "2048"], check=True, capture_output=True)
    return file


def record(key: Path) -> bytes:
    """What the office's name server says of the key."""
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True, text=True
    ).stdout
    return f"v=DKIM1; k=rsa; p={''.join(public.split(chr(10))[1:-2])}".encode()


def is_ours(letter: bytes, key: Path) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes | None:
        return record(key) if name.rstrip(b".") == b"thu._domainkey.huyen.example" else None

    return bool(dkim.verify(letter, dnsfunc=ask))


@pytest.fixture
def signing(office: Office, server: MailServer, key: Path) -> Office:
    office.hire(3)
    office.post(3)
    office.mail |= {
        "transport": "smtp",
        "port": server.port,
        "security": "none",
        "dkim_selector": "thu",
        "dkim_key_file": key,
    }
    return office


def test_every_letter_carries_a_signature_that_a_stranger_can_check(signing, server, key):
    assert signing.deliver() == Delivered(accepted=3)
    assert len(server.letters) == 3
    for _, letter in server.letters:
        assert letter.startswith(b"DKIM-Signature: ")
        assert is_ours(letter, key)


@pytest.mark.parametrize("changed", [(b"Subject: ", b"Subject: x"), (b"To: ", b"To: x"), (b"=_", b"=x")])
def test_a_letter_that_somebody_has_changed_proves_nothing(signing, server, key, changed):
    signing.deliver()
    letter = server.letters[0][1]
    assert changed[0] in letter
    assert not is_ours(letter.replace(*changed, 1), key)


def test_without_a_key_nothing_is_signed(signing, server):
    signing.mail |= {"dkim_selector": "", "dkim_key_file": None}
    signing.deliver()
    assert not any(b"DKIM-Signature" in letter for _, letter in server.letters)


def test_a_key_that_cannot_be_used_stops_the_sending_with_one_line(signing, server, tmp_path):
    for name, content in (("none", None), ("no-key", b"hello")):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        signing.mail["dkim_key_file"] = file
        with pytest.raises(ConfigError, match=r"\[mail\] dkim_key_file"):
            signing.deliver()
    for half in ({"dkim_selector": ""}, {"dkim_selector": "thu", "dkim_key_file": None}):
        signing.mail |= half
        with pytest.raises(ConfigError, match="set both, or neither"):
            signing.deliver()
        signing.mail["dkim_key_file"] = file
    assert server.letters == []
    assert signing.attempts() == {0}
