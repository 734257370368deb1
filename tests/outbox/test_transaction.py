"""Ready bytes over SMTP: what leaves is what aiosmtplib would have sent, and refusals are told apart as it tells them."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from aiosmtpd import smtp as server_side
from aiosmtplib import SMTP, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings
from hypothesis import example, given
from hypothesis import strategies as st

from tests.rules import drawn
from tracker.outbox.transaction import as_data, transact

SENDER, RECEIVER = "don-doc@huyen.example", "dau-moi@xa.example"
LETTER = b"Subject: =?utf-8?B?xJHDtG4gxJHhu5Fj?=\r\n\r\n" + b"PHA+eMOjPC9wPg==\r\n" * 4_000


@drawn
@given(st.lists(st.sampled_from([b"a", b".", b"..", b"\r", b"\n", b"\r\n", b" "])).map(b"".join))
@example(b".")
@example(b"x\n.\ny")
@example(b"x\r\n.\r\nMAIL FROM:<a@b.example>\r\n")
def test_the_bytes_on_the_wire_are_those_of_the_library(message: bytes) -> None:
    assert as_data(message) == PERIOD_REGEX.sub(b"..", normalize_message_line_endings(message)) + b".\r\n"


@drawn
@given(st.lists(st.sampled_from([b"a", b".", b"\r", b"\n", b"\r\n"])).map(b"".join))
def test_nothing_inside_a_letter_ends_it(message: bytes) -> None:
    data = as_data(message)
    assert data.endswith(b"\r\n.\r\n") or data == b"\r\n.\r\n"
    assert re.search(rb"(?:^|\r|\n)\.[\r\n]", data[:-3]) is None


class Office:
    """What the server heard; it refuses what stands in `refused`."""

    def __init__(self, **refused: str) -> None:
        self.refused = refused
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.commands: list[str] = []

    async def handle_MAIL(self, _server, _session, envelope, address, options) -> str:  # noqa: N802
        self.commands.append(f"MAIL {address} {' '.join(options)}")
        if "mail" in self.refused:
            return self.refused["mail"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if "rcpt" in self.refused:
            return self.refused["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, _server, _session, _envelope) -> str:  # noqa: N802
        self.commands.append("RSET")
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        if "data" in self.refused:
            return self.refused["data"]
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 taken as 4711"


def with_server(office: Office, act: Callable[[SMTP], Awaitable[None]]) -> None:
    async def whole() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: server_side.SMTP(office, enable_SMTPUTF8=False), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, SMTP(hostname="127.0.0.1", port=port, start_tls=False, local_hostname="h.example") as smtp:
            await smtp.ehlo()
            await act(smtp)

    asyncio.run(whole())


def test_letters_arrive_byte_for_byte_one_after_the_other_on_one_connection() -> None:
    office = Office()
    dotted = b"Subject: x\r\n\r\n.one\r\n..two\r\n.\r\n"

    async def act(smtp: SMTP) -> None:
        assert await transact(smtp, SENDER, RECEIVER, LETTER) == "taken as 4711"
        assert await transact(smtp, SENDER, RECEIVER, dotted) == "taken as 4711"

    with_server(office, act)
    assert office.taken == [(SENDER, [RECEIVER], LETTER), (SENDER, [RECEIVER], dotted)]
    assert office.commands[0] == f"MAIL {SENDER} SIZE={len(LETTER)}"


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        ({"mail": "550 not you"}, SMTPSenderRefused),
        ({"rcpt": "451 come back later"}, SMTPRecipientsRefused),
        ({"data": "552 too large"}, SMTPDataError),
    ],
)
def test_a_refusal_is_told_and_the_connection_stays_good_for_the_next_letter(
    refused: dict[str, str], error: type[Exception]
) -> None:
    office = Office(**refused)

    async def act(smtp: SMTP) -> None:
        with pytest.raises(error) as told:
            await transact(smtp, SENDER, RECEIVER, LETTER)
        (answer,) = refused.values()
        assert answer[4:] in str(told.value)
        assert office.commands[-1] == "RSET"
        office.refused.clear()
        await transact(smtp, SENDER, RECEIVER, LETTER)

    with_server(office, act)
    assert len(office.taken) == 1
