"""One mail transaction over a kept connection, for bytes that are ready as they stand.

`SMTP.sendmail` of aiosmtplib goes three times with regular expressions through every letter and parses each address
three times: 1.2 ms for 70 kB, more than all the rest of sending. Here the bytes are searched, not rebuilt.
"""

import re
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPStatus,
    SMTPTimeoutError,
)

LINE_END = re.compile(rb"\r\n|\r|\n")


async def transact(smtp: SMTP, sender: str, address: str, message: bytes) -> str:
    """What the server said when it took the letter; `sender` and `address` are bare addresses in ASCII.

    Raises what `SMTP.sendmail` raises: SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError, SMTPServerDisconnected,
    SMTPTimeoutError; after a refusal the server has forgotten the envelope (RSET). ValueError for an address with
    control characters.
    """
    try:
        await _envelope(smtp, sender, address, len(message))
        return await _data(smtp, as_data(message))
    except (SMTPResponseException, SMTPRecipientsRefused) as refusal:
        with suppress(SMTPException, OSError):  # the refusal says more than a connection that is then gone as well
            await smtp.rset()
        raise refusal


def as_data(message: bytes) -> bytes:
    """The message as it stands between DATA and the answer: CRLF line ends only, dots doubled, the final dot
    (RFC 5321 section 4.5.2). A lone CR or LF would let text in a letter pass for the end of it."""
    ends = message.count(b"\r\n")
    if message.count(b"\n") != ends or message.count(b"\r") != ends:
        message = LINE_END.sub(b"\r\n", message)
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    dot = b"." if message.startswith(b".") else b""
    return b"".join((dot, message.replace(b"\r\n.", b"\r\n.."), b".\r\n"))


async def _envelope(smtp: SMTP, sender: str, address: str, size: int) -> None:
    options = [b"SIZE=%d" % size] if smtp.supports_extension("size") else []
    answer = await smtp.execute_command(b"MAIL", b"FROM:<%b>" % sender.encode("ascii"), *options)
    if answer.code != SMTPStatus.completed:
        raise SMTPSenderRefused(answer.code, answer.message, sender)
    answer = await smtp.execute_command(b"RCPT", b"TO:<%b>" % address.encode("ascii"))
    if answer.code not in (SMTPStatus.completed, SMTPStatus.will_forward):
        raise SMTPRecipientsRefused([SMTPRecipientRefused(answer.code, answer.message, address)])


async def _data(smtp: SMTP, data: bytes) -> str:
    answer = await smtp.execute_command(b"DATA")
    if answer.code != SMTPStatus.start_input:
        raise SMTPDataError(answer.code, answer.message)
    if smtp.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    try:
        smtp.protocol.write(data)
        answer = await smtp.protocol.read_response(smtp.timeout)
    except (SMTPServerDisconnected, SMTPTimeoutError):
        smtp.close()  # an answer that comes now would be taken for that of the next letter
        raise
    if answer.code != SMTPStatus.completed:
        raise SMTPDataError(answer.code, answer.message)
    return answer.message
