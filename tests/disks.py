"""A disk of a few megabytes, to be filled: mounted where the user may mount, else the test skips."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BALLAST = "ballast"


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of that size in a new folder; gone after the block."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave(disk: Path, free: int) -> None:
    """Fill the disk until so many bytes are free."""
    (disk / BALLAST).unlink(missing_ok=True)
    room = os.statvfs(disk)
    (disk / BALLAST).write_bytes(bytes(room.f_bavail * room.f_frsize - free))


def make_room(disk: Path) -> None:
    """Take the ballast away."""
    (disk / BALLAST).unlink()
