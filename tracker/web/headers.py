"""What every answer carries, and how much a request may bring: a plain ASGI layer around the pages."""

import json

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.web.languages import Language, chosen_language

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with our own forms; this one keeps links in letters at home too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
INTERFACE = "/api/"  # a report of a program is a few kilobytes
INTERFACE_BYTES = 100_000
UPLOAD = "/notices"  # where papers are uploaded, by those who may
EVIDENCE = (
    "/completion",
    "/report",
    "/difficulty",
    "/evidence",
    "/attainment",
)  # the ends of the addresses that take files
TOO_LARGE_FOR_PROGRAMS = json.dumps(
    {
        "type": "about:blank", "title": "Content Too Large", "status": 413, "code": "too_large",
        "detail": "the body is too large; a report is a few kilobytes",
    }
).encode()  # fmt: skip
TOO_LARGE = "Tệp hoặc nội dung gửi lên quá lớn. Đề nghị quay lại và gửi tệp nhỏ hơn."


class Guard:
    """Adds the headers, where a page has not set its own, and stops a body that is too large before it is stored: over
    `paper_bytes` where papers are uploaded, over `evidence_bytes` where evidence is, over `form_bytes` everywhere else."""

    def __init__(
        self, app: ASGIApp, *, form_bytes: int, paper_bytes: int, evidence_bytes: int, is_https: bool, language: str
    ) -> None:
        self.app = app
        self.form_bytes = form_bytes
        self.paper_bytes = paper_bytes
        self.evidence_bytes = evidence_bytes
        self.language = language
        self.headers = dict(HEADERS)
        if is_https:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        taken = 0
        is_answered = False

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLargeError
            return message

        async def guarded(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start":
                is_answered = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if _announced(scope) > limit:
                raise TooLargeError
            await self.app(scope, measured, guarded)
        except TooLargeError:
            if not is_answered:
                language = chosen_language(HTTPConnection(scope), usual=self.language)
                await _refuse(guarded, language, is_program=scope["path"].startswith(INTERFACE))

    def _limit(self, path: str) -> int:
        if path.startswith(INTERFACE):
            return min(INTERFACE_BYTES, self.form_bytes)
        if path == UPLOAD:
            return self.paper_bytes
        return self.evidence_bytes if path.endswith(EVIDENCE) else self.form_bytes


class TooLargeError(Exception):
    """The body is larger than the office allows."""


def _announced(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


async def _refuse(send: Send, language: Language, *, is_program: bool) -> None:
    kind = b"application/problem+json" if is_program else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send(
        {
            "type": "http.response.body",
            "body": TOO_LARGE_FOR_PROGRAMS if is_program else language.say(TOO_LARGE).encode(),
        }
    )
