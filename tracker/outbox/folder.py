"""Letters into a folder: one .eml each, for offices without a mail server, for the demo and for replays."""

import os
import re
from collections.abc import Callable, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

from tracker.config import Mail
from tracker.errors import MailError
from tracker.outbox.claiming import Claimed
from tracker.outbox.mime import addressee
from tracker.outbox.receipts import Answer, Outcome

PERSON_LENGTH = 60


class FolderTransport:
    """The folder of config.toml; a letter appears in it whole or not at all."""

    def __init__(self, mail: Mail) -> None:
        self._folder = mail.folder

    async def carry(self, letters: Sequence[Claimed], answers: list[Answer], *, is_over: Callable[[], bool]) -> None:
        """Write each letter, then append the answers. Raises MailError when the folder or the disk refuses.

        A letter without an answer was not written, or its name is not yet sure to be on the disk.
        """
        written: list[Answer] = []
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                for letter in letters:
                    if is_over():
                        break
                    written.append(self._write(letter))
            finally:
                _sync(self._folder)
                answers += written
        except OSError as error:
            raise MailError(
                f"{self._folder}: letters cannot be written there: {error.strerror}; "
                "correct [mail] folder, or make it writable and free some space"
            ) from None

    async def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, letter: Claimed) -> Answer:
        try:
            content = addressee(letter.post, letter.address) + letter.body
        except ValueError as error:
            return Answer(letter.id, letter.attempt, Outcome.REFUSED, None, f"not written: {error}", letter.address)
        path = self._path(letter)
        _write_whole(path, content)
        return Answer(letter.id, letter.attempt, Outcome.ACCEPTED, None, path.name, letter.address)

    def _path(self, letter: Claimed) -> Path:
        """Where the letter belongs; a file of that name that holds another letter is left alone."""
        person = re.sub(r"[^\w.-]", "-", letter.person)[:PERSON_LENGTH]
        stem = f"{letter.posted_on}-{letter.kind}-{person}"
        path = self._folder / f"{stem}.eml"
        if not path.exists() or _message_id(path) == letter.message_id:
            return path
        return self._folder / f"{stem}-{letter.message_id[1:13]}.eml"


def _message_id(path: Path) -> str | None:
    with path.open("rb") as file:
        return BytesHeaderParser().parse(file)["Message-ID"]


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # not *.eml: nobody reads half a letter
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """The name is on the disk too; only then may the ledger say so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
