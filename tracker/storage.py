"""Files under their hash: what people bring in is kept byte for byte, outside everything that is served."""

import hashlib
import os
import tempfile
from pathlib import Path

from tracker.errors import StorageError

HASH_LENGTH = 64


class Storage:
    """The folder of [storage]; one file a content, named by its SHA-256, in folders of its first two digits."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made before the first file comes."""
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the content with this hash lies, or would lie."""
        if len(sha256) != HASH_LENGTH or not set(sha256) <= set("0123456789abcdef"):
            raise StorageError(f"{sha256[:80]!r} is no SHA-256")
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep `data` and hand back its hash; the same content twice is one file.

        It is whole and on the disk when this returns, or it is not there: written beside its place, synchronised, then
        moved. A file that was changed behind our back is made whole again. Raises StorageError.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        try:
            if self.state(sha256) != "whole":
                self._write(target, data)
        except OSError as error:
            raise StorageError(
                f"{self.folder}: the file cannot be kept: {error.strerror}; see [storage] folder, and free space"
            ) from None
        return sha256

    def _write(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
            try:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(target)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)

    def read(self, sha256: str) -> bytes:
        """The content with this hash. Raises StorageError when the file is gone or is not what it was."""
        try:
            data = self.path(sha256).read_bytes()
        except OSError as error:
            raise StorageError(f"{self.path(sha256)}: {error.strerror}; bring it back from a backup") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StorageError(f"{self.path(sha256)}: was changed since it was stored; bring it back from a backup")
        return data

    def state(self, sha256: str) -> str:
        """ "whole", "missing" or "changed": reads the file."""
        try:
            with self.path(sha256).open("rb") as file:
                return "whole" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "changed"
        except OSError:
            return "missing"

    def remove(self, sha256: str) -> None:
        """Forget a content that nothing names any more."""
        self.path(sha256).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The name of a file is on the disk when its folder is; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
