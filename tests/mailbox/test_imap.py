"""A real IMAP server: every mail is taken once, whatever is killed, and moved aside only after it was stored."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import dovecot
from tests.dovecot import PASSWORD, USER, Imap, NoDovecotError
from tests.mailbox.conftest import ANSWERED
from tracker.config import Inbox
from tracker.errors import ConfigError, MailError
from tracker.mailbox.collecting import collect, collect_due
from tracker.mailbox.sources import opened
from tracker.models import Incoming, ProgressReport


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    key, own = folder / "key.pem", folder / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
         "-out", own, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text(own.read_text() + key.read_text())
    return both


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[Imap]:
    try:
        with dovecot.server(certificate) as imap:
            yield imap
    except NoDovecotError as error:
        pytest.skip(str(error))


@pytest.fixture
def imap(running: Imap) -> Imap:
    """The server with an empty mailbox."""
    with running.mailbox() as mailbox:
        for folder in ("INBOX", "Da-xu-ly"):
            if mailbox.folder.exists(folder):
                mailbox.folder.set(folder)
                mailbox.delete(mailbox.uids())
    return running


@pytest.fixture
def boxed(asked, imap: Imap, tmp_path: Path):
    """An office that reads its mailbox by IMAP."""
    post, task = asked
    secret = tmp_path / "inbox-password"
    secret.write_text(f"{PASSWORD}\n", "utf-8")
    connect(post, port=imap.port, security="none", user=USER, password_file=secret)
    return post, task


def connect(post, **changes: object) -> None:
    inbox = post.config.inbox.model_dump() | {"transport": "imap"} | changes
    post.config = post.config.model_copy(update={"inbox": Inbox(**inbox)})


def look(post) -> dict[str, int]:
    return dict(collect(post.office.database, post.config, now=ANSWERED))


def test_mail_is_taken_and_moved_aside(boxed, imap):
    post, task = boxed
    imap.put(post.reply("an-contact", f"{task}: 60%, đang làm"), b"From: x@y.example\r\nSubject: z\r\n\r\nhi\r\n")
    assert look(post) == {"answer": 1, "foreign": 1}
    assert [one.percent for one in post.office.rows(ProgressReport)] == [60]
    assert (imap.count(), imap.count("Da-xu-ly")) == (0, 2)
    assert look(post) == {}


def test_what_somebody_has_looked_at_before_is_taken_too(boxed, imap):
    post, task = boxed
    imap.put(post.reply("an-contact", f"xong {task}"))
    with imap.mailbox() as mailbox:
        mailbox.flag(mailbox.uids(), "\\Seen", True)
    assert look(post) == {"answer": 1}


def test_a_look_that_dies_before_its_transaction_leaves_the_mail_unseen_where_it_is(boxed, imap):
    post, task = boxed
    imap.put(post.reply("an-contact", f"{task}: 60%, đang làm"))
    with opened(post.config.inbox) as source:
        assert len(list(source.waiting())) == 1
    with imap.mailbox() as mailbox:
        assert mailbox.uids("UNSEEN") == mailbox.uids("ALL") != []
    assert look(post) == {"answer": 1}


def test_a_look_that_dies_after_its_transaction_does_nothing_twice(boxed, imap):
    post, task = boxed
    mail = post.reply("an-contact", f"{task}: 60%, đang làm")
    post.comes(mail)
    imap.put(mail)
    assert look(post) == {"known": 1}
    assert len(post.office.rows(ProgressReport)) == 1
    assert imap.count() == 0


def test_more_than_one_batch_is_taken_in_one_look(boxed, imap):
    post, _ = boxed
    imap.put(*(f"From: x@y.example\r\nMessage-ID: <{at}@y.example>\r\n\r\nhi {at}\r\n".encode() for at in range(60)))
    assert look(post) == {"foreign": 60}
    assert imap.count() == 0


def test_a_mail_of_any_size_costs_no_more_than_the_limit(boxed, imap):
    post, task = boxed
    connect(post, max_bytes=20_000)
    imap.put(post.reply("an-contact", f"xong {task}") + b"y" * 200_000)
    assert look(post) == {"answer": 1}
    assert [one.why for one in post.office.rows(Incoming)] == ["too_large"]
    assert post.office.rows(ProgressReport) == []


def test_a_wrong_password_and_a_closed_port_are_one_line_that_says_where(boxed, imap, tmp_path):
    post, _ = boxed
    wrong = tmp_path / "wrong"
    wrong.write_text("nope\n")
    connect(post, password_file=wrong)
    with pytest.raises(MailError, match=rf"the mailbox {USER} at 127.0.0.1:{imap.port} cannot be read"):
        look(post)
    connect(post, port=1)
    with pytest.raises(MailError, match="nothing in it is lost") as problem:
        look(post)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_password_goes_only_to_a_server_that_somebody_vouches_for(boxed, imap, certificate, monkeypatch, security):
    post, task = boxed
    connect(post, security=security, port=imap.tls_port if security == "tls" else imap.port)
    imap.put(post.reply("an-contact", f"xong {task}"))
    with pytest.raises(MailError, match="certificate"):
        look(post)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ssl.create_default_context().get_ca_certs()
    assert look(post) == {"answer": 1}


def test_a_password_never_goes_to_another_machine_in_clear(boxed):
    post, _ = boxed
    connect(post, host="mail.example", security="none")
    with pytest.raises(ConfigError, match="never goes out in clear"):
        look(post)


def test_workers_look_no_more_often_than_the_office_wants(boxed, imap):
    post, task = boxed
    imap.put(post.reply("an-contact", f"xong {task}"))
    assert collect_due(post.office.database, post.config, now=ANSWERED) == {"answer": 1}
    imap.put(b"From: x@y.example\r\n\r\nhi\r\n")
    assert collect_due(post.office.database, post.config, now=ANSWERED) == {}
    assert imap.count() == 1
