"""Stored files: whole or not there, one a content, and what was changed behind our back is noticed."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from tracker.errors import StorageError
from tracker.storage import Storage

PAPER = "Thông báo số 77/TB-UBND".encode()
HASH = hashlib.sha256(PAPER).hexdigest()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")


def files(storage: Storage) -> list[Path]:
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_the_same_bytes_twice_are_one_file_under_their_hash(storage: Storage):
    assert storage.put(PAPER) == storage.put(PAPER) == HASH
    assert files(storage) == [storage.folder / HASH[:2] / HASH]
    assert storage.read(HASH) == PAPER


def test_nobody_else_on_the_machine_can_read_them(storage: Storage):
    storage.put(PAPER)
    assert stat.S_IMODE(storage.path(HASH).stat().st_mode) == 0o600
    assert stat.S_IMODE(storage.path(HASH).parent.stat().st_mode) == 0o700


def test_a_file_that_was_changed_is_noticed_and_made_whole_by_the_same_bytes(storage: Storage):
    storage.put(PAPER)
    storage.path(HASH).write_bytes(PAPER[:-1] + b"8")
    assert storage.state(HASH) == "changed"
    with pytest.raises(StorageError, match="was changed since it was stored"):
        storage.read(HASH)
    storage.put(PAPER)
    assert (storage.state(HASH), storage.read(HASH)) == ("whole", PAPER)


def test_a_file_that_is_gone_says_so(storage: Storage):
    assert storage.state(HASH) == "missing"
    with pytest.raises(StorageError, match="bring it back from a backup"):
        storage.read(HASH)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", HASH[:-1], HASH.upper(), HASH[:-1] + "/"])
def test_what_is_no_hash_leads_nowhere(storage: Storage, name: str):
    with pytest.raises(StorageError, match="is no SHA-256"):
        storage.path(name)


@pytest.mark.skipif(os.name == "nt", reason="a full or read-only disk is played by a folder without rights")
def test_what_cannot_be_written_leaves_no_half_file(tmp_path: Path):
    (tmp_path / "files").write_text("a file stands where the folder should be")
    with pytest.raises(StorageError, match=r"\[storage\] folder"):
        Storage(tmp_path / "files").put(PAPER)
    assert [path.name for path in tmp_path.iterdir()] == ["files"]
