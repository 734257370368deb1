"""`tracker web` as people start and stop it: a real process on a real port."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.web.office import Office

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[database]
url = "{url}"
[mail]
folder = "mail"
[web]
port = {port}
secret_file = "web.secret"
demo = {demo}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tracker", "--config", str(folder / "config.toml"), *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_pages_come_up_with_one_command_and_stop_without_a_traceback(office: Office, stop: signal.Signals) -> None:
    port = free_port()
    (office.folder / "config.toml").write_text(CONFIG.format(url=office.config.database.url, port=port, demo="true"))
    process = start(office.folder, "--now", "2020-06-24T09:00+07:00", "web")
    try:
        assert process.stdout is not None
        assert "Ctrl-C" in process.stdout.readline()
        page = fetch(f"http://127.0.0.1:{port}/demo", process)
    finally:
        process.send_signal(stop)
        _, complaint = process.communicate(timeout=20)
    assert "24/06/2020" in page
    assert process.returncode == 0
    assert complaint == ""


def fetch(url: str, process: subprocess.Popen[str]) -> str:
    """The page as soon as the process listens."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return str(answer.read().decode("utf-8"))
        except (ConnectionError, urllib.error.URLError):
            continue
    raise AssertionError(process.communicate())


def test_without_a_secret_the_command_says_what_to_do(office: Office) -> None:
    (office.folder / "web.secret").unlink()
    (office.folder / "config.toml").write_text(
        CONFIG.format(url=office.config.database.url, port=free_port(), demo="false")
    )
    process = start(office.folder, "web")
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "run 'tracker init'" in complaint
    assert "Traceback" not in complaint


def test_init_makes_a_secret_that_only_its_owner_reads_and_keeps_it(office: Office) -> None:
    secret = office.folder / "web.secret"
    secret.unlink()
    (office.folder / "config.toml").write_text(
        CONFIG.format(url=office.config.database.url, port=free_port(), demo="false")
    )
    assert run(office.folder, "init") == ""
    first = secret.read_text()
    assert len(first.strip()) > 40
    assert secret.stat().st_mode & 0o777 == 0o600
    assert run(office.folder, "init") == ""
    assert secret.read_text() == first


def run(folder: Path, *words: str) -> str:
    """What the command complains about."""
    return start(folder, *words).communicate(timeout=60)[1]


def test_run_serves_the_pages_beside_the_jobs_and_stops_with_them(office: Office) -> None:
    port = free_port()
    (office.folder / "config.toml").write_text(CONFIG.format(url=office.config.database.url, port=port, demo="false"))
    process = start(office.folder, "run")
    try:
        assert process.stdout is not None
        assert "jobs and delivery run with them" in process.stdout.readline()
        page = fetch(f"http://127.0.0.1:{port}/signin", process)
    finally:
        process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=60)
    assert "Đăng nhập" in page
    assert process.returncode == 0
    assert "Traceback" not in complaint
