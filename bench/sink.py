"""An SMTP server that swallows letters as fast as one process can: `python -m bench.sink`.

Prints its port on the first line and, when its standard input ends or it is terminated, the number of letters on the
last. It answers every command it does not know with 250, so it is no judge of anything but speed.
"""

import argparse
import asyncio
import signal
import socket
import sys

GREETING = b"220 sink ESMTP\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 33554432\r\n"
OK, GO_ON, GOODBYE = b"250 OK\r\n", b"354 go on\r\n", b"221 goodbye\r\n"
END = b"\r\n.\r\n"


class Sink:
    """Counts the letters of all its connections."""

    def __init__(self, drop_after: int | None) -> None:
        self.letters = 0
        self.drop_after = drop_after


class Session(asyncio.Protocol):
    """One connection; commands may come one by one or pipelined."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.taken = 0
        self.buffer = bytearray()
        self.is_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, and never wait for a delayed acknowledgement."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer everything that is whole."""
        self.buffer += data
        answers: list[bytes] = []
        while not self.transport.is_closing() and (
            self._take_letter(answers) if self.is_data else self._take_line(answers)
        ):
            pass
        if answers:
            self.transport.write(b"".join(answers))

    def _take_line(self, answers: list[bytes]) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = bytes(self.buffer[:4]).upper()
        del self.buffer[: end + 2]
        if verb == b"QUIT":
            self.transport.write(b"".join([*answers, GOODBYE]))
            answers.clear()
            self.transport.close()
            return False
        self.is_data = verb == b"DATA"
        answers.append(GO_ON if self.is_data else EHLO if verb == b"EHLO" else OK)
        return True

    def _take_letter(self, answers: list[bytes]) -> bool:
        # The end may come in two pieces; looking only at the tail would miss a pipelined MAIL behind it.
        end = self.buffer.find(END)
        if end < 0:
            return False
        del self.buffer[: end + len(END)]
        self.is_data = False
        self.taken += 1
        if self.sink.drop_after and self.taken > self.sink.drop_after:
            self.transport.abort()
            return False
        self.sink.letters += 1
        answers.append(OK)
        return True


async def serve(port: int, drop_after: int | None) -> int:
    """Serve on localhost until standard input ends or a signal comes; the number of letters taken."""
    loop = asyncio.get_running_loop()
    sink = Sink(drop_after)
    server = await loop.create_server(lambda: Session(sink), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, over.set)
    loop.run_in_executor(None, sys.stdin.buffer.read).add_done_callback(lambda _: over.set())
    await over.wait()
    server.close()
    return sink.letters


def main() -> None:
    """Read the arguments, serve, print the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--drop-after", type=int, help="take so many letters a connection, then drop it at the next")
    arguments = parser.parse_args()
    print(asyncio.run(serve(arguments.port, arguments.drop_after)), flush=True)


if __name__ == "__main__":
    main()
