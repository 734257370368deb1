"""Decoding apart: the parent's side of the child process, which survives whatever the child meets."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import IO, Any

import tracker
from tracker.notices.files.shapes import Limits, Page, Progress, UnreadableError

_OUT_OF_TIME = "a page of it takes longer than {} s ([notices] page_seconds); save the notice alone, without pictures and attachments"  # fmt: skip
_CRASHED = (
    "the file is damaged: reading it broke off ({}); open it where it can be read, save it again and give that file"
)


def decode_apart(
    kind: str, file: IO[bytes], *, limits: Limits, pages_folder: Path | None, progress: Progress | None
) -> list[Page]:
    """The pages of a `file` of `kind` on disk, opened at its start, decoded by a child process. `progress` hears each page as it is there.

    Raises UnreadableError with the decoder's reason, or when the child ran out of time or memory or crashed."""
    asked = {"limits": asdict(limits), "pages_folder": str(pages_folder) if pages_folder else None}
    with tempfile.TemporaryFile() as complaints:
        with _child([kind, json.dumps(asked)], file, complaints) as process:
            for answer in _answers(process, limits.page_seconds):
                if "refused" in answer:
                    raise UnreadableError(answer["refused"])
                if "pages" in answer:
                    return [Page(**page) for page in answer["pages"]]
                if progress and answer["is_scan"]:
                    progress(answer["page"], answer["of"])
            is_late = process.wait() in (-signal.SIGKILL, -getattr(signal, "SIGXCPU", 0))
        reason = _last_line(complaints) or f"exit {process.returncode}"
    raise UnreadableError(_OUT_OF_TIME.format(limits.page_seconds) if is_late else _CRASHED.format(reason))


def _last_line(complaints: IO[bytes]) -> str:
    """What the child said last on standard error: the name of its error."""
    complaints.seek(0)
    lines = complaints.read(100_000).decode("utf-8", "replace").split("\n")
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


@contextmanager
def _child(arguments: list[str], file: IO[bytes], complaints: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    """The running child; it and what it started are gone at the end, however the reading ends."""
    home = str(Path(tracker.__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.notices.files.child", *arguments],
        stdin=file, stdout=subprocess.PIPE, stderr=complaints, text=True, encoding="utf-8", env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        _kill(process)
        if process.stdout:
            process.stdout.close()
        process.wait()


def _answers(process: subprocess.Popen[str], seconds: int) -> Iterator[dict[str, Any]]:
    """What the child says, line by line; a child that is silent for too long is killed, which ends its lines."""
    if process.stdout is None:
        return
    while True:
        watchdog = Timer(seconds, _kill, [process])
        watchdog.start()
        try:
            line = process.stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            return
        yield json.loads(line)


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
