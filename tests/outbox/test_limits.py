"""Limits: so many letters a minute and so many connections, whoever sends; quiet hours; a relay that refuses everything."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import sleep

import pytest
from sqlmodel import col, select

from tests.outbox.mail_server import BareServer, MailServer, free_port, script
from tests.outbox.office import MINUTE, Office
from tests.outbox.processes import keep_delivering, start
from tests.outbox.sink import Sink
from tracker.config import Mail
from tracker.errors import MailError
from tracker.models import MessageState, Receipt, RelayLine
from tracker.outbox.forecast import Forecast, forecast
from tracker.outbox.limits import open_line
from tracker.outbox.mailer import Delivered, deliver_now
from tracker.outbox.relay import resume
from tracker.rules.backoff import WAITS, spread_wait
from tracker.rules.breaker import WAITS as PROBES

WAITING, SENT, REFUSED = MessageState.WAITING, MessageState.SENT, MessageState.REFUSED


@pytest.fixture
def posted(office: Office, server: MailServer) -> Office:
    """Thirty letters wait for a server that takes them."""
    office.hire(30)
    office.post(30)
    office.mail |= {"transport": "smtp", "port": server.port, "security": "none", "batch": 7}
    return office


def passing(office: Office) -> Callable[[float], Awaitable[None]]:
    """A rest of which the clock of the office knows and the test does not."""

    async def pause(seconds: float) -> None:
        office.clock.go_on(timedelta(seconds=seconds))

    return pause


def deliver_resting(office: Office) -> Delivered:
    return deliver_now(office.database, office.config, worker="test", clock=office.clock, pause=passing(office))


def seen(office: Office) -> Forecast:
    with office.database.read() as session:
        return forecast(session, office.config, now=office.clock.now)


def most_within_a_minute(office: Office, domain: str = "") -> int:
    """The largest number of letters answered within any sixty seconds."""
    with office.database.read() as session:
        rows = session.exec(select(Receipt.answered_at, Receipt.address).order_by(col(Receipt.answered_at))).all()
    at = [when for when, address in rows if (address or "").endswith(domain)]
    return max(sum(one <= other < one + MINUTE for other in at) for one in at)


# --- so many a minute ------------------------------------------------------------------------------------------------


def test_no_minute_sees_more_letters_than_the_limit_and_all_go_out(posted):
    posted.mail["per_minute"] = 10
    began = posted.clock.now
    assert deliver_resting(posted) == Delivered(accepted=30)
    assert most_within_a_minute(posted) == 10
    assert timedelta(minutes=2) <= posted.clock.now - began < timedelta(minutes=3), "no longer than it must"


def test_the_limit_holds_for_the_next_process_too(posted):
    posted.mail["per_minute"] = 10
    stopped = iter([False] * 3 + [True] * 100)
    assert posted.deliver(is_stopping=lambda: posted.states()[SENT] >= 10) == Delivered(accepted=10)
    assert posted.deliver("another", is_stopping=lambda: next(stopped)) == Delivered()
    posted.clock.go_on(MINUTE + timedelta(seconds=1))
    assert posted.deliver("another", is_stopping=lambda: posted.states()[SENT] >= 20) == Delivered(accepted=10)


def test_a_limit_of_one_domain_does_not_hold_up_the_others(posted):
    for at in range(1, 16):
        with posted.officer(f"p{at:03}") as officer:
            officer.email = f"P{at:03}@Nha-Mang.example"
    posted.mail["per_domain_minute"] = 5
    posted.deliver(is_stopping=lambda: posted.states()[SENT] >= 10)
    taken = Counter(one.address.rpartition("@")[2] for one in posted.receipts() if one.address)
    assert taken == {"Nha-Mang.example": 5, "xa.example": 5}, "the first fifteen are all of one domain"
    assert deliver_resting(posted) == Delivered(accepted=20)
    assert most_within_a_minute(posted, "ang.example") == 5
    assert most_within_a_minute(posted, "xa.example") == 5


def test_what_was_claimed_and_not_sent_does_not_count(posted, server):
    posted.mail["per_minute"] = 10
    posted.deliver(is_stopping=lambda: len(server.letters) >= 3)
    begun = len(server.letters)
    assert begun < 7, "the batch was claimed and not sent"
    assert posted.deliver(is_stopping=lambda: len(server.letters) >= 10) == Delivered(accepted=10 - begun)
    assert deliver_resting(posted) == Delivered(accepted=20)
    assert posted.states() == {SENT: 30}
    assert most_within_a_minute(posted) <= 10


def test_two_processes_keep_one_limit_together(office):
    office.hire(40)
    office.post(40)
    with Sink(office.folder / "taken.txt", seconds=0.002) as sink:
        office.mail |= {"transport": "smtp", "port": sink.port, "security": "none", "batch": 5, "per_minute": 12}
        rivals = [start(keep_delivering, office.config, office.clock.now) for _ in range(2)]
        while sum(sink.taken().values()) < 12:
            sleep(0.01)
        for rival in rivals:
            rival.join(1.5)
            rival.kill()
            rival.join()
        assert sum(sink.taken().values()) == 12


def test_letters_that_were_deferred_together_do_not_come_back_together():
    rests = {spread_wait(3, key=f"<{at}@x>") for at in range(50)}
    assert len(rests) > 40
    assert all(one is not None and WAITS[2] <= one <= WAITS[2] * 1.2 for one in rests)
    assert spread_wait(3, key="<1@x>") == spread_wait(3, key="<1@x>")
    assert spread_wait(len(WAITS) + 1, key="<1@x>") is None


# --- connections -----------------------------------------------------------------------------------------------------


def test_a_delivery_takes_only_the_connections_that_are_free(posted, server):
    posted.mail |= {"relay_connections": 3, "connections": 2}
    with posted.database.write() as session:
        assert open_line(session, posted.config.mail, holder="a", now=posted.clock.now) == 2
        assert open_line(session, posted.config.mail, holder="b", now=posted.clock.now) == 1
        assert open_line(session, posted.config.mail, holder="c", now=posted.clock.now) == 0
    assert posted.deliver() == Delivered(), "the others have them all"
    assert server.letters == []
    posted.clock.go_on(timedelta(minutes=10))
    assert posted.deliver() == Delivered(accepted=30), "what dead processes held comes back by the clock"
    with posted.database.read() as session:
        assert session.exec(select(RelayLine)).all() == []


# --- quiet hours -----------------------------------------------------------------------------------------------------


def test_in_quiet_hours_only_urgent_letters_go_out(posted, server):
    posted.mail["quiet_hours"] = "21:00-06:00"
    posted.clock.go_on(timedelta(hours=14))  # 21:30
    posted.post(2, kind="signin", period="now")
    assert posted.deliver() == Delivered(accepted=2)
    assert seen(posted).is_quiet
    posted.clock.go_on(timedelta(hours=8, minutes=29))
    assert posted.deliver() == Delivered()
    posted.clock.go_on(MINUTE)  # 06:00
    assert posted.deliver() == Delivered(accepted=30)


@pytest.mark.parametrize("written", ["21:00", "21:00-25:00", "from nine"])
def test_hours_that_are_none_are_named_with_an_example(written):
    with pytest.raises(ValueError, match="write for example"):
        Mail(quiet_hours=written)


# --- a relay that refuses everything ---------------------------------------------------------------------------------


def refusing(answers: dict[str, bytes]) -> BareServer:
    return BareServer(script(answers))


def test_a_relay_that_refuses_everything_gets_no_more_letters_and_those_it_refused_wait_again(posted, server):
    posted.mail |= {"breaker_failures": 5, "connections": 1}
    with refusing({"RCPT": b"554 5.7.1 client host blocked\r\n"}) as wall:
        posted.mail["port"] = wall.port
        assert posted.deliver() == Delivered(refused=5)
    assert posted.states() == {WAITING: 30}, "it refused us, not them"
    assert len(posted.receipts()) == 5
    now = seen(posted)
    assert (now.stopped_until, now.said) == (posted.clock.now + PROBES[0], "5.7.1 client host blocked")


def test_one_letter_tries_the_relay_again_and_opens_the_way_for_the_others(posted, server):
    posted.mail |= {"breaker_failures": 5, "connections": 1}
    for at in range(1, 6):
        server.answers["RCPT", f"p{at:03}@xa.example"] = ["554 blocked"]
    assert posted.deliver() == Delivered(refused=5)
    posted.clock.go_on(PROBES[0] - timedelta(seconds=1))
    assert posted.deliver("another") == Delivered(), "the others know of it"
    posted.clock.go_on(timedelta(seconds=1))
    assert posted.deliver().accepted == 25
    assert seen(posted).stopped_until is None
    posted.clock.go_on(WAITS[0])
    assert posted.deliver() == Delivered(accepted=5)


def test_a_probe_that_fails_lets_the_relay_rest_for_longer(posted):
    posted.mail |= {"breaker_failures": 5, "connections": 1}
    with refusing({"MAIL": b"450 4.3.2 not accepting\r\n"}) as wall:
        posted.mail["port"] = wall.port
        assert posted.deliver() == Delivered(deferred=5)
        for rest in (*PROBES, PROBES[-1]):
            assert seen(posted).stopped_until == posted.clock.now + rest
            posted.clock.go_on(rest)
            assert posted.deliver() == Delivered(deferred=1), "one letter and no more"
    assert posted.states() == {WAITING: 30}


def test_mailboxes_that_do_not_exist_say_nothing_against_the_relay(posted, server):
    posted.mail |= {"breaker_failures": 3, "connections": 1}
    for at in range(1, 11):
        server.answers["RCPT", f"p{at:03}@xa.example"] = ["550 5.1.1 no such user"]
    assert posted.deliver() == Delivered(accepted=20, refused=10)
    assert posted.states() == {SENT: 20, REFUSED: 10}


def test_connections_that_fail_open_it_too_and_a_person_can_close_it(posted, server):
    posted.mail |= {"breaker_failures": 2, "port": free_port()}
    for _ in range(2):
        with pytest.raises(MailError):
            posted.deliver()
    assert posted.deliver() == Delivered(), "nobody knocks at a door that is known to be shut"
    assert "cannot be used" in seen(posted).said
    with posted.database.write() as session:
        resume(session, posted.config.mail)
    with MailServer(port=posted.mail["port"]) as mended:
        assert posted.deliver() == Delivered(accepted=30)
        assert len(mended.letters) == 30


def test_a_folder_has_no_breaker_to_close(office):
    with office.database.write() as session, pytest.raises(MailError, match="no mail server"):
        resume(session, office.config.mail)


# --- how far it is ---------------------------------------------------------------------------------------------------


def test_the_forecast_counts_and_says_when_it_will_end(posted):
    posted.mail["per_minute"] = 10
    fresh = seen(posted)
    assert (fresh.sent, fresh.waiting, fresh.a_minute) == (0, 30, 10)
    assert fresh.ends_at == posted.clock.now + 3 * MINUTE
    posted.deliver(is_stopping=lambda: posted.states()[SENT] >= 10)
    half = seen(posted)
    assert (half.sent, half.waiting, half.stuck) == (10, 20, 0)
    assert half.a_minute is not None
    assert half.a_minute <= 10
    deliver_resting(posted)
    assert (seen(posted).waiting, seen(posted).ends_at) == (0, None)
