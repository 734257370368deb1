"""Forms: what was typed, made harmless; and the hidden field that lets a form be sent once, by its reader only."""

import secrets
import unicodedata
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from tracker.web.languages import VIETNAMESE, Language, chosen_language

FIELD = "form"
TEXT_LENGTH = 4000


class FormError(Exception):
    """Something in the form must be corrected; the message is in the language of the person who sent it."""


class ForgedError(Exception):
    """The form was not made by us for this reader: the request is refused with 403."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the hidden field says: the form's own number, and the version of the task that its reader saw."""

    number: str
    version: int


class FormMaker:
    """Makes and checks the hidden field; `who` is the reader (a link or a session), `action` the address to post to."""

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeSerializer(key, salt="form", signer_kwargs={"digest_method": sha256})

    def make(self, who: str, action: str, version: int = 0) -> str:
        """A new field; making it changes nothing, its number counts when it is used."""
        signed = self._serializer.dumps([who, action, secrets.token_urlsafe(9), version])
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def check(self, given: str, who: str, action: str) -> Ticket:
        """The ticket of a field. Raises ForgedError."""
        try:
            made_for, made_as, number, version = self._serializer.loads(given)
        except (BadData, TypeError, ValueError):
            raise ForgedError from None
        if (made_for, made_as) != (who, action):
            raise ForgedError
        return Ticket(number, version)


@dataclass(frozen=True)
class Posted:
    """The fields of a form as text without control characters, in NFC; its files; the language of who sent it."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    file_lists: Mapping[str, tuple[UploadFile, ...]] = field(default_factory=dict)
    language: Language = VIETNAMESE

    def wrong(self, text: str, **values: object) -> FormError:
        """The error that says `text` in the language of who sent the form."""
        return FormError(self.language.say(text, **values))

    def text(self, name: str, missing: str = "") -> str:
        """The text, stripped. Raises FormError(missing) when it is empty and `missing` says so, or when it is too long."""
        value = self.values.get(name, "").strip()
        if not value and missing:
            raise self.wrong(missing)
        if len(value) > TEXT_LENGTH:
            raise self.wrong("Nội dung dài quá %(most)s ký tự; đề nghị viết gọn lại.", most=TEXT_LENGTH)
        return value

    def day(self, name: str, missing: str = "") -> date | None:
        """A date as browsers send it (2020-07-03) or as people write it (03/07/2020). Raises FormError."""
        value = self.text(name, missing)
        if not value:
            return None
        found = read_day(value)
        if found is None:
            raise self.wrong("“%(given)s” không phải là ngày; đề nghị ghi theo mẫu 03/07/2020.", given=value[:20])
        return found

    def number(self, name: str, missing: str, *, least: int, most: int) -> int:
        """A whole number. Raises FormError."""
        value = self.text(name, missing).removesuffix("%").strip()
        if not value.isascii() or not value.isdigit() or len(value) > 9 or not least <= int(value) <= most:
            raise self.wrong(
                "“%(given)s” không hợp lệ; đề nghị ghi một số nguyên từ %(least)s đến %(most)s.",
                given=value[:20], least=least, most=most,
            )  # fmt: skip
        return int(value)


def read_day(text: str) -> date | None:
    """2020-07-03 or 3/7/2020 (also with dots or dashes); None for anything else, also for a day that does not exist."""
    parts = text.replace(".", "/").replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    year_first = len(parts[0]) == 4
    year, month, day = parts if year_first else parts[::-1]
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


async def posted(request: Request) -> AsyncIterator[Posted]:
    """The dependency that reads a form: at most 500 fields and 24 files; anything that is no form reads as empty."""
    language = chosen_language(request, usual=request.app.state.site.config.web.language)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        yield Posted(language=language)
        return
    async with request.form(max_files=24, max_fields=500, max_part_size=256 * 1024) as form:
        yield _sorted_out(form, language)


def _sorted_out(form: FormData, language: Language) -> Posted:
    texts: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            texts.setdefault(name, []).append(_clean(value))
    values = {name: given[-1] for name, given in texts.items()}
    lists = {name: tuple(given) for name, given in texts.items()}
    file_lists = {name: tuple(given) for name, given in files.items()}
    return Posted(values, lists, {name: given[-1] for name, given in files.items()}, file_lists, language)


def _clean(text: str) -> str:
    """NFC, line feeds only, and no control or half characters, which no database and no letter takes."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def is_from_here(request: Request, base_url: str) -> bool:
    """Whether a POST came from one of our own pages, as far as the browser tells: Sec-Fetch-Site, else Origin.

    A browser that sends neither is judged by the form's hidden field alone.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    own = {base_url.rstrip("/"), f"{request.url.scheme}://{request.headers.get('host', '')}"}
    return origin is None or origin in own
