"""A Dovecot of the tests' own: Debian's IMAP server on a free port, as a user without rights, in a folder of its own."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path

from imap_tools import MailBoxUnencrypted

PROGRAM = "dovecot"
USER, PASSWORD = "don-doc", "mật-khẩu"
CONFIG = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 0
disable_plaintext_auth = {no_clear}
ssl = {ssl}
{certificate}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%n
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""


class NoDovecotError(Exception):
    """There is no Dovecot on this machine, or it does not start."""


@dataclass(frozen=True)
class Imap:
    """A running server: its two ports, and a way to its one mailbox."""

    port: int
    tls_port: int

    @contextmanager
    def mailbox(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.port).login_utf8(USER, PASSWORD, initial_folder=folder) as mailbox:
            yield mailbox

    def put(self, *mails: bytes) -> None:
        with self.mailbox() as mailbox:
            for mail in mails:
                mailbox.append(mail, "INBOX")

    def count(self, folder: str = "INBOX") -> int:
        with self.mailbox() as mailbox:
            return len(mailbox.uids()) if folder == "INBOX" else int(mailbox.folder.status(folder)["MESSAGES"])


@contextmanager
def server(certificate: Path | None = None) -> Iterator[Imap]:
    """A running server that nothing else uses; `certificate` (chain and key) for TLS. Raises NoDovecotError."""
    if (program := shutil.which(PROGRAM, path=f"{os.environ.get('PATH', '')}:/usr/sbin")) is None:
        raise NoDovecotError("no Dovecot on this machine; install it: apt-get install dovecot-imapd")
    owner = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
    group = owner.pw_gid
    with tempfile.TemporaryDirectory(prefix="imap-", dir="/tmp") as name:  # a socket's path must be short
        folder = Path(name)
        ports = _free_port(), _free_port()
        for part in ("run", "state", "mail", "home"):
            (folder / part).mkdir()
        own = folder / "certificate.pem"
        if certificate is not None:
            shutil.copyfile(certificate, own)
        (folder / "dovecot.conf").write_text(
            CONFIG.format(
                folder=folder, user=owner.pw_name, group=_group(group), port=ports[0], tls_port=ports[1], password=PASSWORD,
                ssl="yes" if certificate else "no", no_clear="no",
                certificate=f"ssl_cert = <{own}\nssl_key = <{own}" if certificate else "",
            ),
            "utf-8",
        )  # fmt: skip
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, owner.pw_name, group)
        rights = {"user": owner.pw_uid, "group": group, "extra_groups": []} if os.geteuid() == 0 else {}
        said = (folder / "said").open("wb")
        process = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], cwd="/", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=said, **rights)  # fmt: skip
        try:
            _wait(process, ports[0], folder)
            yield Imap(*ports)
        finally:
            process.terminate()
            process.wait(10)
            said.close()


def _group(number: int) -> str:
    import grp

    return grp.getgrgid(number).gr_name


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        with suppress(OSError, IMAP4.error):
            IMAP4("127.0.0.1", port).logout()
            return
        time.sleep(0.05)
    process.terminate()
    said = [path.read_text("utf-8", "replace") for path in (folder / "said", folder / "log") if path.exists()]
    raise NoDovecotError(f"Dovecot does not start: {' '.join(' '.join(said).split())[-600:]}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
