"""A PostgreSQL of the tests' own: `python -m tests.postgres -- COMMAND` starts one, runs the command beside it, stops it.

The command finds the server in TRACKER_TEST_POSTGRES, as an URL without a database name. PostgreSQL refuses to run as
root, so root starts it as the user that Debian's package makes.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "TRACKER_TEST_POSTGRES"
USER = "postgres"
SUPERUSER = "tracker"
GUARDED = "guarded"  # the one role that the server asks for a password, once a test has made it


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True)
class Server:
    """A running server: its URL up to the database name, and a way to let it crash and come back."""

    url: str
    _control: tuple[object, ...]

    def restart(self) -> None:
        """Every connection is cut at once, and the log is read again, as after a loss of power."""
        _run(*self._control, "-m", "immediate", "restart")


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server that nothing else uses, up to the database name. Raises NoPostgresError."""
    with restartable() as one:
        yield one.url


@contextmanager
def restartable() -> Iterator[Server]:
    """A running server that nothing else uses. Raises NoPostgresError."""
    programs = find_programs()
    with tempfile.TemporaryDirectory(prefix="tracker-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        data = folder / "data"
        _run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        rules = data / "pg_hba.conf"
        rules.write_text(f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        port = _free_port()
        # The tests kill processes, never the machine: what was committed is with the kernel then, and need not be on the disk.
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            control = (programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options)
            yield Server(f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}", control)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def find_programs() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps it out of the PATH. Raises NoPostgresError."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    found = shutil.which("initdb")
    for folder in [*debian, *([Path(found).parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgresError("no PostgreSQL on this machine; install it: apt-get install postgresql")


def _run(*command: object) -> None:
    owner = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        text=True,
        timeout=120,
        **owner,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise NoPostgresError(f"{command[0]} failed: {done.stdout.strip()}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main() -> int:
    """Run the command behind `--` beside a server; its exit code."""
    command = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    if not command:
        print("usage: python -m tests.postgres -- COMMAND", file=sys.stderr)
        return 2
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, VARIABLE: url}).returncode
    except NoPostgresError as error:
        print(f"tests.postgres: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
