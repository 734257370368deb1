"""Delivery to real mail servers, the well-behaved and the others: what is accepted, tried again, refused, and left."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.outbox.mail_server import DROP, BareServer, MailServer, free_port, parsed, script
from tests.outbox.office import MINUTE, Office
from tracker.errors import ConfigError, MailError
from tracker.models import MessageState
from tracker.outbox.mailer import Delivered
from tracker.outbox.settling import retry
from tracker.rules.backoff import WAITS, spread_wait

SENDER = "don-doc@huyen.example"
WAITING, SENT, REFUSED = MessageState.WAITING, MessageState.SENT, MessageState.REFUSED


def connect(office: Office, port: int, **mail: object) -> None:
    office.mail |= {
        "transport": "smtp",
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "timeout_seconds": 5.0,
    } | mail


@pytest.fixture
def posted(office: Office) -> Office:
    """Ten letters wait."""
    office.hire(10)
    assert office.post(10) == 10
    return office


def assert_all_wait(office: Office) -> None:
    assert office.states() == {WAITING: 10}
    assert office.attempts() == {0}, "no attempt is burned"
    assert office.receipts() == []


# --- servers that work -----------------------------------------------------------------------------------------------


def test_every_letter_arrives_once_whole_and_with_a_receipt(posted, server):
    connect(posted, server.port)
    assert posted.deliver() == Delivered(accepted=10)
    assert server.addresses == {f"p{at:03}@xa.example": 1 for at in range(1, 11)}
    for address, raw in server.letters:
        letter, code = parsed(raw), address[:4]
        assert raw.endswith(posted.body(code)), "the bytes that were stored are the bytes that left"
        assert letter["To"].addresses[0].addr_spec == address
        assert letter["X-Tracker-Key"] == f"{code}/digest/2020-W27"
        assert "\r\n.\r\n..\r\n" in letter.get_body(("plain",)).get_content(), "lines of dots survive SMTP"
    assert {(one.outcome, one.code, one.attempt) for one in posted.receipts()} == {("accepted", 250, 1)}
    assert posted.receipts("p003")[0].answer == "2.0.0 queued as 4711"
    assert posted.receipts("p003")[0].address == "p003@xa.example"
    assert posted.states() == {SENT: 10}


def test_delivering_again_sends_nothing(posted, server):
    connect(posted, server.port)
    posted.deliver()
    posted.clock.go_on(timedelta(days=9))
    assert posted.deliver() == Delivered()
    assert len(server.letters) == 10


def test_batches_smaller_than_the_post_bring_everything_too(posted, server):
    connect(posted, server.port, batch=3, connections=2)
    assert posted.deliver() == Delivered(accepted=10)
    assert max(server.addresses.values()) == 1


def test_a_server_that_takes_few_letters_a_connection_gets_them_over_many(posted, server):
    connect(posted, server.port, connections=1)
    server.answers["MAIL", SENDER] = ["", "", "421 4.7.0 too many, come back", "", "", "421 4.7.0 too many, come back"]
    assert posted.deliver() == Delivered(accepted=10)
    assert posted.attempts() == {1}
    assert len(server.letters) == 10


# --- servers that say "not now" --------------------------------------------------------------------------------------


def test_greylisting_is_tried_again_after_the_back_off_and_not_before(posted, server):
    connect(posted, server.port)
    server.answers["RCPT", "p002@xa.example"] = ["451 4.7.1 greylisted, try again later"]
    assert posted.deliver() == Delivered(accepted=9, deferred=1)
    assert posted.letter("p002").state is WAITING
    wait = spread_wait(1, key=posted.letter("p002").message_id)
    assert wait is not None
    assert WAITS[0] <= wait <= WAITS[0] * 1.2
    assert posted.letter("p002").next_attempt_at == posted.clock.now + wait
    posted.clock.go_on(wait - timedelta(seconds=1))
    assert posted.deliver() == Delivered(), "the server asked for patience"
    assert server.seen["RCPT"] == 10
    posted.clock.go_on(timedelta(seconds=1))
    assert posted.deliver() == Delivered(accepted=1)
    assert posted.letter("p002").attempts == 2
    first, second = posted.receipts("p002")
    assert (first.attempt, first.outcome, first.code) == (1, "deferred", 451)
    assert first.answer == "4.7.1 greylisted, try again later"
    assert (second.attempt, second.outcome, second.code) == (2, "accepted", 250)
    assert server.addresses["p002@xa.example"] == 1


def test_a_letter_that_is_deferred_for_ever_is_given_up_visibly_and_can_be_tried_again(office, server):
    office.hire(1)
    office.post(1)
    connect(office, server.port)
    server.answers["DATA", "p001@xa.example"] = ["452 4.2.2 mailbox full"] * (len(WAITS) + 1)
    for wait in WAITS:
        assert office.deliver() == Delivered(deferred=1)
        office.clock.go_on(wait * 1.2)
    office.deliver()
    assert office.letter("p001").state is REFUSED
    assert [one.attempt for one in office.receipts("p001")] == list(range(1, len(WAITS) + 2))
    assert office.receipts("p001")[-1].answer == f"4.2.2 mailbox full; given up after {len(WAITS) + 1} tries"
    office.clock.go_on(timedelta(days=30))
    assert office.deliver() == Delivered()
    with office.database.write() as session:
        retry(session, office.letter("p001").id or 0, now=office.clock.now)
    assert office.deliver() == Delivered(accepted=1)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_one_recipient_refused_for_good_does_not_hold_up_the_others(posted, server, step):
    connect(posted, server.port)
    server.answers[step, "p004@xa.example"] = ["550 5.1.1 no such user"]
    assert posted.deliver() == Delivered(accepted=9, refused=1)
    assert posted.states() == {SENT: 9, REFUSED: 1}
    [receipt] = posted.receipts("p004")
    assert (receipt.outcome, receipt.code, receipt.answer) == ("refused", 550, "5.1.1 no such user")
    posted.clock.go_on(timedelta(days=9))
    assert posted.deliver() == Delivered(), "a refusal for good is not asked twice"


def test_a_letter_that_is_too_large_is_refused_alone(posted, server):
    connect(posted, server.port)
    server.answers["MAIL", SENDER] = ["552 5.3.4 message too large"]
    assert posted.deliver() == Delivered(accepted=9, refused=1)


def test_a_server_that_defers_the_sender_defers_the_letter(posted, server):
    connect(posted, server.port, connections=1)
    server.answers["MAIL", SENDER] = ["450 4.7.1 not so fast"]
    assert posted.deliver() == Delivered(accepted=9, deferred=1)


# --- servers that break ----------------------------------------------------------------------------------------------


def test_a_server_that_dies_after_the_last_dot_may_get_that_letter_twice_and_no_other(posted, server):
    connect(posted, server.port)
    server.answers["DATA", "p005@xa.example"] = [DROP]
    assert posted.deliver() == Delivered(accepted=9, lost=1)
    assert posted.letter("p005").state is WAITING
    [receipt] = posted.receipts("p005")
    assert (receipt.outcome, receipt.code) == ("lost", None)
    posted.clock.go_on(WAITS[0] * 1.2)
    assert posted.deliver() == Delivered(accepted=1)
    assert server.addresses == {f"p{at:03}@xa.example": 2 if at == 5 else 1 for at in range(1, 11)}
    assert len(set(server.ids("p005@xa.example"))) == 1, "the same Message-ID, so that the reader's program sees one"


def test_nobody_listening_leaves_every_letter_waiting_with_one_clear_line(posted):
    connect(posted, port := free_port())
    with pytest.raises(MailError) as problem:
        posted.deliver()
    assert f"the mail server 127.0.0.1:{port} cannot be used" in str(problem.value)
    assert str(problem.value).endswith("0 letters went out before, the others wait in the outbox")
    assert "\n" not in str(problem.value)
    assert_all_wait(posted)


def test_the_letters_go_out_when_the_server_is_back(posted):
    connect(posted, port := free_port())
    with pytest.raises(MailError):
        posted.deliver()
    with MailServer(port=port) as server:
        assert posted.deliver() == Delivered(accepted=10)
        assert max(server.addresses.values()) == 1


RUBBISH = b"\xff\xfe\x00\xc3 what\r\n"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param({"GREETING": b"421 4.3.2 shutting down\r\n"}, "421 4.3.2 shutting down", id="421 at connect"),
        pytest.param({"GREETING": b"554 5.7.1 we do not know you\r\n"}, "554 5.7.1 we do not know you", id="554 at connect"),
        pytest.param({"GREETING": RUBBISH}, "Malformed", id="rubbish at connect"),
        pytest.param({"EHLO": RUBBISH, "HELO": RUBBISH}, "Malformed", id="rubbish after EHLO"),
        pytest.param({"GREETING": b"220-" + b"x" * 100_000}, "too long", id="a greeting without end"),
        pytest.param({"GREETING": b""}, "Timed out", id="no greeting"),
        pytest.param({"EHLO": b""}, "Timed out", id="no answer to EHLO"),
        pytest.param({"EHLO": b"500 what\r\n", "HELO": b"500 what\r\n"}, "500 what", id="no SMTP at all"),
        pytest.param({"MAIL": b"550 5.7.1 not you\r\n"}, f"refuses the sender {SENDER}: 550 5.7.1 not you", id="sender refused"),
    ],
)  # fmt: skip
def test_a_server_that_does_not_get_as_far_as_a_letter_burns_no_attempt(posted, answers, said):
    with BareServer(script(answers)) as server:
        connect(posted, server.port, timeout_seconds=0.3)
        with pytest.raises(MailError) as problem:
            posted.deliver()
        assert server.connections <= 4
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)
    assert_all_wait(posted)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        pytest.param({"RCPT": RUBBISH}, "lost", id="rubbish after RCPT"),
        pytest.param({"DOT": RUBBISH}, "lost", id="rubbish after the letter"),
        pytest.param({"DOT": b"999 \x00\xff\r\n"}, "lost", id="a number that is none"),
        pytest.param({"DOT": b""}, "lost", id="no answer to the letter"),
        pytest.param({"MAIL": b""}, "lost", id="no answer to MAIL"),
        pytest.param({"DOT": b"451 \xff\xfe\x00 kh\xc3\xb4ng\r\n"}, "deferred", id="bytes in a refusal for now"),
        pytest.param({"DOT": b"554 \xff\xfe\x00\r\n"}, "refused", id="bytes in a refusal for good"),
        pytest.param({"DOT": b"250 \xff\x00 " + b"x" * 100_000 + b"\r\n"}, "lost", id="a line without end"),
        pytest.param({"DOT": b"250 \xff\x00 kh\xc3\xb4ng\r\n"}, "accepted", id="bytes in an acceptance"),
    ],
)  # fmt: skip
def test_whatever_a_server_answers_to_a_letter_is_written_down(office, answers, outcome):
    office.hire(1)
    office.post(1)
    with BareServer(script(answers)) as server:
        connect(office, server.port, timeout_seconds=0.3)
        office.deliver()
    [receipt] = office.receipts()
    assert receipt.outcome == outcome
    assert "\0" not in receipt.answer
    assert receipt.answer.isprintable()
    state = {"lost": WAITING, "deferred": WAITING, "refused": REFUSED, "accepted": SENT}[outcome]
    assert office.states() == {state: 1}


# --- what is secret --------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("mật khẩu\n", "utf-8")
    return file


def test_the_password_goes_out_under_a_good_certificate(posted, secret, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer(certificate=certificate, password="mật khẩu") as server:
        connect(posted, server.port, security="starttls", user="don-doc", password_file=secret, connections=2)
        assert posted.deliver() == Delivered(accepted=10)
        assert set(server.logins) == {"mật khẩu"}


def test_a_wrong_password_is_tried_once_and_leaves_every_letter_waiting(posted, secret, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with MailServer(certificate=certificate, password="another") as server:
        connect(posted, server.port, security="starttls", user="don-doc", password_file=secret)
        with pytest.raises(MailError, match="refuses the login of don-doc: 535"):
            posted.deliver()
        assert server.logins == ["mật khẩu"], "four connections, one try: the account must not be locked"
        assert server.seen["MAIL"] == 0
    assert_all_wait(posted)


def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_letter(posted, secret, certificate):
    with MailServer(certificate=certificate, password="mật khẩu") as server:
        connect(posted, server.port, security="starttls", user="don-doc", password_file=secret)
        with pytest.raises(MailError, match=r"cannot be used: .*certificate"):
            posted.deliver()
        assert server.logins == []
        assert server.seen["MAIL"] == 0
    assert_all_wait(posted)


def test_a_server_that_speaks_tls_at_once_gets_the_letters(posted, certificate, monkeypatch):
    with MailServer(certificate=certificate, speaks_tls_at_once=True) as server:
        connect(posted, server.port, security="tls")
        with pytest.raises(MailError, match=r"cannot be used: .*certificate"):
            posted.deliver()
        assert_all_wait(posted)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert posted.deliver() == Delivered(accepted=10)


@pytest.mark.parametrize("user", ["", "don-doc"])
def test_without_starttls_nothing_is_said_in_clear(posted, secret, user):
    heard: list[bytes] = []

    async def listen(reader, writer):
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250-hi\r\n250 AUTH PLAIN LOGIN\r\n" if line.startswith(b"EHLO") else b"250 OK\r\n")

    with BareServer(listen) as server:
        connect(posted, server.port, security="starttls", user=user, password_file=secret if user else None)
        with pytest.raises(MailError, match="STARTTLS"):
            posted.deliver()
    assert {line.split()[0] for line in heard} <= {b"EHLO", b"QUIT"}
    assert_all_wait(posted)


def test_a_password_without_encryption_is_refused_before_anything_is_opened(posted, secret, server):
    connect(posted, server.port, security="none", user="don-doc", password_file=secret)
    with pytest.raises(ConfigError, match="never goes out in clear"):
        posted.deliver()
    assert_all_wait(posted)


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_the_address_is_that_of_the_moment_of_sending(posted, server):
    connect(posted, server.port)
    with posted.officer("p006") as officer:
        officer.email = "new@xa.example"
    assert posted.deliver() == Delivered(accepted=10)
    assert server.addresses["new@xa.example"] == 1
    assert server.addresses["p006@xa.example"] == 0
    assert posted.receipts("p006")[0].address == "new@xa.example"


@pytest.mark.parametrize(
    ("email", "said"),
    [
        (None, "p007 (Chủ tịch UBND xã số 7) has no mail address"),
        ("", "p007 (Chủ tịch UBND xã số 7) has no mail address"),
        ("xã@huyện.vn", "'xã@huyện.vn' is no mail address"),
        ("a@b.vn\r\nBcc: c@d.vn", r"'a@b.vn\r\nBcc: c@d.vn' is no mail address"),
    ],
)
def test_a_letter_without_an_address_is_put_aside_and_says_what_to_do(posted, server, email, said):
    connect(posted, server.port)
    with posted.officer("p007") as officer:
        officer.email = email
    assert posted.deliver() == Delivered(accepted=9, unaddressed=1)
    assert posted.letter("p007").state is MessageState.UNADDRESSED
    [receipt] = posted.receipts("p007")
    assert receipt.outcome == "no_address"
    assert said in receipt.answer
    assert receipt.answer.endswith("then retry")
    assert len(server.letters) == 9


def test_who_left_before_the_sending_gets_nothing(posted, server):
    connect(posted, server.port)
    posted.dismiss("p008", date(2020, 7, 2))
    posted.dismiss("p009", date(2020, 7, 3))
    assert posted.deliver() == Delivered(accepted=9, unaddressed=1)
    [receipt] = posted.receipts("p008")
    assert "p008 (Chủ tịch UBND xã số 8) holds no appointment on 2020-07-03" in receipt.answer
    assert server.addresses["p009@xa.example"] == 1, "the last day is a day in office"


def test_a_letter_put_aside_goes_out_after_the_register_was_corrected_and_somebody_said_so(office, server):
    connect(office, server.port)
    office.hire(1)
    office.post(1)
    with office.officer("p001") as officer:
        officer.email = None
    assert office.deliver() == Delivered(unaddressed=1)
    with office.officer("p001") as officer:
        officer.email = "p001@xa.example"
    office.clock.go_on(10 * MINUTE)
    assert office.deliver() == Delivered(), "nothing moves by itself"
    with office.database.write() as session:
        retry(session, office.letter("p001").id or 0, now=office.clock.now)
    assert office.deliver() == Delivered(accepted=1)
