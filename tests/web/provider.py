"""A small OpenID Connect provider: a real HTTP server that signs real tokens; what it says can be bent for one test."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, parameters={"kid": "first", "use": "sig", "alg": "RS256"}, private=True)
CLIENT, SECRET = "don-doc", "a secret of the client/+ with signs"


class Provider:
    """One provider. `person` is who signs in; `bent` overrides claims of the token (None leaves one out)."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.person: dict[str, Any] = {
            "sub": "4711",
            "email": "chuyen-vien@vpdp.trieuson.invalid",
            "email_verified": True,
        }
        self.bent: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "first"}
        self.key: Any = KEY
        self.is_refusing = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.metadata  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code that counts once."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        back = {"state": asked["state"]}
        if self.is_refusing:
            back["error"] = "access_denied"
        else:
            back["code"] = f"code-{len(self.codes)}-{asked['nonce'][:6]}"
            self.codes[back["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The ID token for a code; refuses as RFC 6749 and RFC 7636 say."""
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            .rstrip(b"=")
            .decode()
        )
        if asked is None or challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}

    def signed(self, nonce: str) -> str:
        claims = (
            {"iss": self.issuer, "aud": CLIENT, "iat": self.at, "exp": self.at + 300, "nonce": nonce}
            | self.person
            | self.bent
        )
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.header["alg"] in ("none", "HS256"):
            return _by_hand(self.header, claims)
        return jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])


def _by_hand(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that no library would sign: with nothing at all, or with the public key as a shared secret."""
    said = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    key = KEY.as_pem(private=False)
    return f"{said}.{'' if header['alg'] == 'none' else _encoded(hmac.digest(key, said.encode(), 'sha256'))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("location", provider.authorize(asked))
                self.send_header("content-length", "0")
                self.end_headers()
            elif parts.path == "/keys":
                self.say(200, KeySet([KEY]).as_dict(private=False))
            elif parts.path == "/.well-known/openid-configuration":
                self.say(200, provider.configuration())
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.token(form, self.headers.get("authorization", "")))

        def say(self, status: int, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


@contextmanager
def provided(at: int) -> Iterator[Provider]:
    """A provider that serves until the end of the block; `at` is its clock, in seconds."""
    provider = Provider(at)
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        thread.join()
        provider.server.server_close()
