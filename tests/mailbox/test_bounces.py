"""Letters that come back: whose address is shut, for how long, and who is told."""

from datetime import timedelta

import pytest

from tests.cast import register_text
from tests.days import noon
from tests.mailbox.conftest import ANSWERED, MONDAY
from tests.outbox.mail_server import MailServer
from tracker.errors import MailError
from tracker.mailbox.bouncing import release
from tracker.mailbox.mail import read_mail
from tracker.mailbox.reports import find_failures
from tracker.mailbox.waiting import list_shut
from tracker.models import Bounce, Message, MessageState, Receipt
from tracker.outbox.mailer import deliver_now
from tracker.tasks import progress

NEXT_MONDAY = MONDAY.replace(day=13)


def report(
    headers: str, *, action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 User unknown"
) -> bytes:
    """A delivery status notification (RFC 3464) that brings back these headers."""
    return (
        "From: MAILER-DAEMON@relay.example\r\nTo: don-doc@huyen.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <dsn-1@relay.example>\r\nDate: Mon, 06 Jul 2020 08:00:00 +0700\r\nAuto-Submitted: auto-replied\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you …\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; an-contact@huyen.invalid\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def sent(asked):
    """The letters of Monday went out."""
    post, _ = asked
    deliver_now(post.office.database, post.config, worker="test", clock=lambda: noon(MONDAY))
    return post


def returned(post, code: str = "an-contact") -> str:
    letter = post.letter(code)
    return "".join(f"{name}: {letter[name]}\r\n" for name in ("Message-ID", "Subject", "Reply-To"))


def shut(post):
    with post.office.read() as session:
        return [(one.code, one.address, one.status) for one in list_shut(session)]


def letter_row(post, code: str) -> Message:
    officer = post.office.officer(code)
    return [one for one in post.office.rows(Message) if one.officer_id == officer][-1]


def test_a_permanent_failure_shuts_the_address_and_stands_at_the_letter(sent):
    assert sent.comes(report(returned(sent))) == {"bounce": 1}
    assert shut(sent) == [("an-contact", "an-contact@huyen.invalid", "5.1.1")]
    assert letter_row(sent, "an-contact").state is MessageState.REFUSED
    receipt = sent.office.rows(Receipt)[-1]
    assert (receipt.outcome, receipt.answer, receipt.address) == (
        "bounced", "5.1.1 550 5.1.1 User unknown", "an-contact@huyen.invalid",
    )  # fmt: skip
    assert sent.waiting() == []


def test_nothing_goes_to_a_shut_address_until_the_register_has_another(sent):
    sent.comes(report(returned(sent)))
    sent.office.act(
        progress.report_done, sent.office.task(), by="an-contact", on=ANSWERED.date(), note="Xong"
    )  # the office has a letter
    sent.digests(NEXT_MONDAY)
    delivered = deliver_now(sent.office.database, sent.config, worker="test", clock=lambda: noon(NEXT_MONDAY))
    assert delivered.unaddressed == 1
    assert letter_row(sent, "an-contact").state is MessageState.UNADDRESSED
    assert "came back" in sent.office.rows(Receipt)[-1].answer or any(
        "came back" in one.answer for one in sent.office.rows(Receipt)
    )
    assert (
        "địa chỉ không nhận được thư của Công chức NTM xã An Bình (an-contact@huyen.invalid, từ ngày 07/07/2020)"
        in sent.text("coordinator")
    ), "the office is told in its letter"
    sent.office.register(register_text().replace("an-contact@huyen.invalid", "moi@huyen.invalid"))
    assert shut(sent) == []
    sent.digests(NEXT_MONDAY + timedelta(days=7))
    later = noon(NEXT_MONDAY + timedelta(days=7))
    assert deliver_now(sent.office.database, sent.config, worker="test", clock=lambda: later).unaddressed == 0


def test_a_person_can_release_an_address_and_says_so_with_their_name(sent):
    sent.comes(report(returned(sent)))
    [bounce] = sent.office.rows(Bounce)
    with sent.office.write() as session:
        release(session, bounce.id, by=sent.office.officer("coordinator"), now=ANSWERED)
    assert shut(sent) == []
    [bounce] = sent.office.rows(Bounce)
    assert bounce.released_by_id == sent.office.officer("coordinator")
    with sent.office.write() as session, pytest.raises(MailError, match="none that shuts"):
        release(session, bounce.id, by=1, now=ANSWERED)


@pytest.mark.parametrize(
    ("action", "status", "said", "shuts", "state"),
    [
        ("failed", "5.1.1", "550 5.1.1 unknown", True, MessageState.REFUSED),
        ("failed", "5.0.0", "550 no", True, MessageState.REFUSED),
        ("failed", "5.2.1", "mailbox disabled", True, MessageState.REFUSED),
        ("failed", "5.2.2", "mailbox full", False, MessageState.REFUSED),
        ("failed", "5.7.1", "looks like spam", False, MessageState.REFUSED),
        ("failed", "5.3.4", "message too big", False, MessageState.REFUSED),
        ("failed", "4.4.7", "retry time exceeded", False, MessageState.SENT),
        ("delayed", "4.4.1", "no answer from host", False, MessageState.SENT),
        ("delivered", "2.0.0", "ok", False, MessageState.SENT),
    ],
)  # fmt: skip
def test_only_what_speaks_of_the_mailbox_shuts_it(sent, action, status, said, shuts, state):
    assert sent.comes(report(returned(sent), action=action, status=status, said=said)) == {"bounce": 1}
    assert bool(shut(sent)) is shuts
    assert letter_row(sent, "an-contact").state is state


def test_a_report_without_the_letters_token_shuts_nothing(sent):
    """The Message-ID is made of what an outsider may guess; the token is not."""
    letter = sent.letter("an-contact")
    sent.comes(report(f"Message-ID: {letter['Message-ID']}\r\nSubject: x\r\n"))
    assert shut(sent) == []
    [mail] = sent.waiting()
    assert mail.why == "whose"


def test_a_report_to_the_letters_own_envelope_sender_is_known_without_its_headers(sent):
    own = str(sent.letter("an-contact")["Reply-To"]).strip("<>")
    sent.comes(report("Subject: x\r\n").replace(b"To: don-doc@huyen.example", f"To: {own}".encode()))
    assert [code for code, _, _ in shut(sent)] == ["an-contact"]


WORDS = {
    "qmail": (
        "From: MAILER-DAEMON@mail.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at mail.example.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up.\r\n\r\n"
        "<an-contact@huyen.invalid>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
    ),
    "exim": (
        "From: Mail Delivery System <Mailer-Daemon@mail.example>\r\nX-Failed-Recipients: an-contact@huyen.invalid\r\n"
        "Auto-Submitted: auto-replied\r\nSubject: Mail delivery failed: returning message to sender\r\n\r\nThis message was created "
        "automatically by mail delivery software.\r\n\r\n  an-contact@huyen.invalid\r\n    550 No such user here\r\n\r\n"
    ),
    "zimbra": (
        "From: MAILER-DAEMON@mail.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n<an-contact@huyen.invalid>: host x[1.2.3.4] "
        "said: 550 5.1.1 <an-contact@huyen.invalid>: Recipient address rejected: User unknown\r\n\r\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("server", WORDS)
def test_reports_in_words_are_understood_too(sent, server):
    assert sent.comes((WORDS[server] + returned(sent)).encode()) == {"bounce": 1}
    assert [code for code, _, _ in shut(sent)] == ["an-contact"]


def test_a_warning_in_words_that_a_letter_is_late_shuts_nothing(sent):
    words = (
        "From: MAILER-DAEMON@mail.example\r\nSubject: Warning: could not send message for past 4 hours\r\n\r\n<an-contact@huyen.invalid>: "
        "451 4.4.1 no answer\r\nThe message will be retried.\r\n\r\n"
    )
    sent.comes((words + returned(sent)).encode())
    assert shut(sent) == []
    assert [one.is_permanent for one in sent.office.rows(Bounce)] == [False]


def test_a_person_who_writes_about_a_failure_is_no_report():
    assert find_failures(read_mail(b"From: a@xa.example\r\nSubject: Delivery failure\r\n\r\n550 5.1.1")) is None


def test_with_verp_each_letter_has_an_envelope_sender_of_its_own(asked):
    post, _ = asked
    with MailServer() as server:
        mail = post.config.mail.model_copy(update={"transport": "smtp", "port": server.port, "security": "none"})
        inbox = post.config.inbox.model_copy(update={"verp": True})
        config = post.config.model_copy(update={"mail": mail, "inbox": inbox})
        deliver_now(post.office.database, config, worker="test", clock=lambda: noon(MONDAY))
        assert len(server.senders) == len(server.letters) > 1
        assert str(post.letter("an-contact")["Reply-To"]).strip("<>") in server.senders
        assert len(set(server.senders)) == len(server.senders)
