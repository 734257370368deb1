"""Signed links: an address in a letter that opens one officer's tasks and nothing else."""

import os
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from tracker.config import Web, secret
from tracker.errors import ConfigError

ENVIRONMENT = "TRACKER_WEB_SECRET"
TASKS = "t"  # the purpose that letters use: a link of one purpose is no key to another door
UNSUBSCRIBE = "u"  # opens nothing; leaves the optional letters out
EPOCH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose it is, and on which day it was made."""

    officer_id: int
    made_on: date

    def is_good(self, *, days: int, today: date) -> bool:
        """Whether it may be used on `today`: the day it was made and `days` more."""
        return self.made_on <= today <= self.made_on + timedelta(days=days)


class LinkMaker:
    """Makes and reads the links of one office. The day comes in as an argument, so a replay makes the links of its day."""

    def __init__(self, key: str, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._serializer = URLSafeSerializer(key, salt="link", signer_kwargs={"digest_method": sha256})

    def address(self, officer_id: int, *, today: date) -> str:
        """Where all tasks of this officer open; "/42" behind it opens task 42."""
        return f"{self.base_url}/l/{self.token(officer_id, today=today)}"

    def unsubscribing(self, officer_id: int, *, today: date) -> str:
        """Where one click leaves the optional letters out."""
        return f"{self.base_url}/u/{self.token(officer_id, purpose=UNSUBSCRIBE, today=today)}"

    def token(self, officer_id: int, *, purpose: str = TASKS, today: date) -> str:
        """The signed part of the address: officer, purpose and day, about 65 characters."""
        signed = self._serializer.dumps([officer_id, purpose, (today - EPOCH).days])
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def read(self, token: str, *, purpose: str = TASKS) -> Link | None:
        """What the link says, also when it is old; None when we did not sign it for this purpose."""
        try:
            officer_id, signed_for, day = self._serializer.loads(token)
        except (BadData, TypeError, ValueError):
            return None
        return Link(officer_id, EPOCH + timedelta(days=day)) if signed_for == purpose else None


def link_maker(web: Web) -> LinkMaker | None:
    """The maker for this configuration; None when the office has no secret yet: letters then carry plain addresses, which
    ask for a sign-in."""
    key = find_web_secret(web)
    return _maker(key, web.base_url) if key else None


@lru_cache(maxsize=8)
def _maker(key: str, base_url: str) -> LinkMaker:
    return LinkMaker(key, base_url)


def find_web_secret(web: Web) -> str | None:
    """The secret from TRACKER_WEB_SECRET, else from [web] secret_file; None when there is neither. Raises ConfigError for a
    file that cannot be read."""
    try:
        return _read(os.environ.get(ENVIRONMENT), web.secret_file)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=8)
def _read(given: str | None, file: Path | None) -> str | None:
    """Read once a process: every letter asks. What is not there yet is asked for again."""
    if given is None and file is not None and not file.exists():
        raise FileNotFoundError(file)
    return secret(ENVIRONMENT, file)


def get_web_secret(web: Web) -> str:
    """As find_web_secret. Raises ConfigError when there is none or it is too short to be one."""
    key = find_web_secret(web)
    if key is None:
        raise ConfigError(f"no secret signs links and forms: run 'tracker init', or set {ENVIRONMENT}")
    if len(key) < 16:
        raise ConfigError(f"the secret of [web] has only {len(key)} characters; delete it and run 'tracker init'")
    return key


def make_web_secret(web: Web) -> Path | None:
    """Write a new secret that only this user may read, unless there is one; the file that was made, else None.

    Raises ConfigError when the file cannot be written.
    """
    if web.secret_file is None or find_web_secret(web) is not None:
        return None
    try:
        web.secret_file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(web.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    except OSError as error:
        raise ConfigError(f"{web.secret_file}: no secret can be written: {error.strerror}") from None
    return web.secret_file
