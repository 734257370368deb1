"""The office's own sign-in service (OpenID Connect): where a visitor is sent, and what its answer proves.

Code flow with PKCE, state and nonce; the identity is what the signed ID token says, nothing else is asked. No transaction
is open while it is asked: whoever calls this holds no session.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode, urlsplit

from itsdangerous import BadData, URLSafeSerializer

from tracker.config import Oidc, secret
from tracker.errors import ConfigError, TrackerError

ENVIRONMENT = "TRACKER_OIDC_SECRET"
ANSWER = "/signin/oidc/answer"
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)  # keys of two halves only
LEEWAY_SECONDS = 60
PENDING_SECONDS = 600
TIMEOUT_SECONDS = 10


class IssuerDownError(TrackerError):
    """The sign-in service does not answer, or not as one."""


class UnprovenError(TrackerError):
    """What came back proves nobody's identity."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A visitor who was sent away: what the answer must fit, and where they wanted to go."""

    state: str
    nonce: str
    verifier: str
    next_path: str
    begun: int


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the service says about itself."""

    authorization: str
    token: str
    keys: str
    takes_basic: bool


def require_extra(oidc: Oidc) -> None:
    """Raise ConfigError when [web.oidc] is set and the libraries that it needs are not there."""
    missing = [name for name in ("authlib", "httpx", "joserfc") if not _is_there(name)]
    if oidc.issuer and missing:
        raise ConfigError(
            f"[web.oidc] needs {' and '.join(missing)}, which are not installed; install the extra: pip install 'don-doc[oidc]'"
        )


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ImportError:
        return False


class Issuer:
    """One office's service. `key` is the server's secret: it signs what the browser keeps meanwhile."""

    def __init__(self, oidc: Oidc, *, key: str, base_url: str) -> None:
        require_extra(oidc)
        self.oidc = oidc
        self.redirect_uri = base_url.rstrip("/") + ANSWER
        self._secret = secret(ENVIRONMENT, oidc.client_secret_file) or ""
        self._serializer = URLSafeSerializer(key, salt="oidc")

    def begin(self, next_path: str, *, now: datetime) -> tuple[str, str]:
        """Where to send the visitor, and what their browser shall keep until the answer. Raises IssuerDownError."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        endpoints = self._endpoints()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code", "client_id": self.oidc.client_id, "redirect_uri": self.redirect_uri,
            "scope": self.oidc.scope, "state": state, "nonce": nonce, "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(verifier),
        }  # fmt: skip
        joint = "&" if urlsplit(endpoints.authorization).query else "?"
        kept = self._serializer.dumps([state, nonce, verifier, next_path, int(now.timestamp())])
        return f"{endpoints.authorization}{joint}{urlencode(query)}", kept if isinstance(kept, str) else kept.decode(
            "ascii"
        )

    def pending(self, kept: str, state: str, *, now: datetime) -> Pending:
        """What the browser kept. Raises UnprovenError when it is not what we gave it, is too old, or fits another answer."""
        try:
            pending = Pending(*self._serializer.loads(kept))
        except (BadData, TypeError, ValueError):
            raise UnprovenError("the answer comes to a browser that was not sent away from here") from None
        if not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise UnprovenError("the answer belongs to another request (state)")
        if not 0 <= now.timestamp() - pending.begun <= PENDING_SECONDS:
            raise UnprovenError("the answer came too late")
        return pending

    def claims(self, code: str, pending: Pending, *, now: datetime) -> dict[str, Any]:
        """What the service says of the visitor, signed for us and for this request. Raises IssuerDownError, UnprovenError."""
        endpoints = self._endpoints()
        token = self._exchanged(endpoints, code, pending)
        return self._proven(token, self._asked(endpoints.keys), pending, now)

    def _endpoints(self) -> Endpoints:
        issuer = self.oidc.issuer
        found = self._asked(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise IssuerDownError(
                f"{issuer}: calls itself {str(found.get('issuer'))[:100]!r}; correct [web.oidc] issuer"
            )
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        addresses = [str(found.get(name, "")) for name in names]
        for name, address in zip(names, addresses, strict=True):
            if not is_safe(address):
                raise IssuerDownError(f"{issuer}: its {name} is no https address: {address[:100]!r}")
        methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Endpoints(addresses[0], addresses[1], addresses[2], "client_secret_basic" in methods)

    def _exchanged(self, endpoints: Endpoints, code: str, pending: Pending) -> str:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": pending.verifier,
        }  # fmt: skip
        auth = None
        if self._secret and endpoints.takes_basic:
            auth = (self.oidc.client_id, self._secret)
        else:
            form |= {"client_id": self.oidc.client_id} | ({"client_secret": self._secret} if self._secret else {})
        answer = self._asked(endpoints.token, form=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise UnprovenError("the service gave no ID token")
        return token

    def _proven(self, token: str, keys: dict[str, Any], pending: Pending, now: datetime) -> dict[str, Any]:
        """OpenID Connect Core 3.1.3.7: signature by a key of the service, issuer, audience, times, nonce."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            signed = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
            claims = CodeIDToken(
                signed.claims, signed.header,
                {"iss": {"essential": True, "value": self.oidc.issuer}, "aud": {"essential": True, "value": self.oidc.client_id}},
                {"nonce": pending.nonce, "client_id": self.oidc.client_id},
            )  # fmt: skip
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise UnprovenError(f"the ID token proves nothing: {type(error).__name__}: {str(error)[:200]}") from None
        return dict(claims)

    def _asked(
        self, address: str, *, form: dict[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        import httpx

        whose = httpx.BasicAuth(*auth) if auth is not None else httpx.USE_CLIENT_DEFAULT

        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                answer = client.post(address, data=form, auth=whose) if form is not None else client.get(address)
        except httpx.HTTPError as error:
            raise IssuerDownError(f"{address}: {type(error).__name__}: {error}") from None
        if form is not None and answer.status_code in (400, 401, 403):
            raise UnprovenError(f"{address}: answered {answer.status_code}: {answer.text[:200]}")
        try:
            found = answer.json() if answer.status_code == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise IssuerDownError(f"{address}: answered {answer.status_code} without a JSON object")
        return found


def is_safe(address: str) -> bool:
    """Whether what is sent there is read by nobody on the way: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))
