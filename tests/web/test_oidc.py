"""Sign-in by the office's own service, against a real provider that signs real tokens over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from sqlmodel import select

from tests.web.office import COORDINATOR, HEAD, Office, Visitor
from tests.web.provider import CLIENT, SECRET, Provider, provided
from tests.web.test_roles import ADMINISTRATOR, enter
from tracker.config import Oidc
from tracker.errors import ConfigError
from tracker.models import Appointment, Officer
from tracker.web.app import create_app

STRANGER = {"sub": "99", "email": "nguoi-la@noi-khac.example", "email_verified": True}


@pytest.fixture
def provider(office: Office) -> Iterator[Provider]:
    with provided(int(office.now.timestamp())) as provider:
        (office.folder / "oidc.secret").write_text(SECRET + "\n")
        tell(office, issuer=provider.issuer, client_id=CLIENT, client_secret_file=office.folder / "oidc.secret")
        yield provider


def tell(office: Office, **settings: Any) -> None:
    """Set [web.oidc]."""
    oidc = Oidc.model_validate(office.config.web.oidc.model_dump() | settings)
    web = office.config.web.model_copy(update={"oidc": oidc})
    office.config = office.config.model_copy(update={"web": web})


def sent(visitor: Visitor, path: str = "/signin/oidc") -> str:
    """Where the browser is sent."""
    visitor.client.follow_redirects = False
    answer = visitor.get(path)
    visitor.client.follow_redirects = True
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(address: str) -> str:
    """What the provider makes of it: the path of the way back."""
    answer = httpx2.get(address, follow_redirects=False)
    assert answer.status_code == 302
    location = answer.headers["location"]
    assert location.startswith("http://127.0.0.1:8000/signin/oidc/answer?")
    return location.removeprefix("http://127.0.0.1:8000")


def there_and_back(visitor: Visitor, path: str = "/signin/oidc"):
    return visitor.get(back(sent(visitor, path)))


def assert_outside(visitor: Visitor) -> None:
    assert "tracker" not in visitor.client.cookies
    assert visitor.get("/tasks").url.path == "/signin"


def test_an_officer_of_the_register_comes_in_and_lands_where_they_wanted(office: Office, provider: Provider) -> None:
    visitor = office.visitor()
    page = visitor.get("/tasks?standing=waiting")
    assert "Đăng nhập bằng tài khoản cơ quan" in page.text
    answer = there_and_back(visitor, "/signin/oidc?next=%2Ftasks%3Fstanding%3Dwaiting")
    assert (answer.status_code, str(answer.url.path)) == (200, "/tasks")
    assert "Chuyên viên Văn phòng Điều phối" in answer.text
    assert "tracker-oidc" not in visitor.client.cookies


def test_the_request_carries_state_nonce_and_a_challenge_and_none_twice(office: Office, provider: Provider) -> None:
    queries = [parse_qs(urlsplit(sent(office.visitor())).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        first, second = (query[name][0] for query in queries)
        assert first != second
        assert len(first) >= 43
    assert queries[0]["code_challenge_method"] == ["S256"]
    assert queries[0]["redirect_uri"] == ["http://127.0.0.1:8000/signin/oidc/answer"]
    assert "client_secret" not in queries[0]


OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "first"}, private=True)
BENT = {
    "the nonce of another request": ({"bent": {"nonce": "another"}}, "Invalid claim: 'nonce'"),
    "no nonce": ({"bent": {"nonce": None}}, "Missing claim: 'nonce'"),
    "made for another client": ({"bent": {"aud": "another-client"}}, "Invalid claim: 'aud'"),
    "made for several, authorized for another": (
        {"bent": {"aud": [CLIENT, "another"], "azp": "another"}},
        "Invalid claim: 'azp'",
    ),
    "no audience": ({"bent": {"aud": None}}, "Missing claim: 'aud'"),
    "another issuer": ({"bent": {"iss": "https://evil.example"}}, "Invalid claim: 'iss'"),
    "expired": ({"bent": {"exp": 1_592_960_000}}, "The token is expired"),
    "no expiry": ({"bent": {"exp": None}}, "Missing claim: 'exp'"),
    "not valid yet": ({"bent": {"nbf": 1_999_999_999}}, "not yet valid"),
    "made in the future": ({"bent": {"iat": 1_999_999_999}}, "issued in the future"),
    "no subject": ({"bent": {"sub": None}}, "Missing claim: 'sub'"),
    "signed by nobody": ({"header": {"alg": "none"}}, "Algorithm of 'none' is not allowed"),
    "signed by a key of another": ({"key": OTHER_KEY}, "bad_signature"),
    "signed by a key that nobody knows": ({"header": {"alg": "RS256", "kid": "second"}}, "No key for kid: 'second'"),
}


@pytest.mark.parametrize(("how", "why"), BENT.values(), ids=BENT)
def test_a_token_that_proves_nothing_opens_nothing(
    office: Office, provider: Provider, how: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in how.items():
        setattr(provider, name, value)
    visitor = office.visitor()
    answer = there_and_back(visitor)
    assert answer.status_code == 403
    assert "không hoàn tất" in answer.text
    assert why in caplog.messages[-1], "for this reason and no other"
    assert_outside(visitor)


def test_the_public_key_is_no_secret_to_sign_with(office: Office, provider: Provider) -> None:
    """The classic confusion: HS256 with the public key, which everybody has, as the shared secret."""
    provider.header = {"alg": "HS256", "kid": "first"}
    visitor = office.visitor()
    assert there_and_back(visitor).status_code == 403
    assert_outside(visitor)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_the_service_does_not_vouch_for_is_nobodys(
    office: Office, provider: Provider, verified: object
) -> None:
    provider.bent = {"email_verified": verified}
    visitor = office.visitor()
    answer = there_and_back(visitor)
    assert answer.status_code == 403
    assert "chưa có trong danh bạ" in answer.text
    assert_outside(visitor)
    assert "chưa được cơ quan xác nhận" in enter(office, COORDINATOR).get("/directory").text


def test_whom_the_register_does_not_know_is_refused_politely_and_the_office_sees_it(
    office: Office, provider: Provider
) -> None:
    provider.person = STRANGER
    visitor = office.visitor()
    answer = there_and_back(visitor)
    assert answer.status_code == 403
    assert "0237 000 0000" in answer.text, "whom to call"
    assert_outside(visitor)
    with office.database.read() as session:
        addresses = session.exec(select(Officer.email)).all()
    assert "nguoi-la@noi-khac.example" not in addresses, "no account is made"
    for keeper in (COORDINATOR, ADMINISTRATOR):
        page = enter(office, keeper).get("/directory").text
        assert "nguoi-la@noi-khac.example" in page
        assert "không có trong danh bạ" in page
    assert "nguoi-la" not in enter(office, "truong-bcd").get("/directory").text
    office.at = "2020-07-25T09:00"
    assert "nguoi-la" not in enter(office, COORDINATOR).get("/directory").text, "thirty days are enough"


def test_who_holds_no_appointment_any_more_is_refused_too(office: Office, provider: Provider) -> None:
    provider.person = {"sub": "1", "email": "CT@hopthang.trieuson.invalid", "email_verified": True}
    assert there_and_back(office.visitor()).status_code == 200, "in whatever case the service writes the address"
    with office.database.write() as session:
        for one in session.exec(select(Appointment).where(Appointment.officer_id == office.officer_id(HEAD))):
            one.valid_to = office.today.replace(day=1)
            session.add(one)
    visitor = office.visitor()
    assert there_and_back(visitor).status_code == 403
    assert_outside(visitor)


def test_a_claim_may_name_the_officers_code_instead(office: Office, provider: Provider) -> None:
    tell(office, claim="employee", matches="code")
    provider.bent = {"employee": COORDINATOR, "email": "nobody@nowhere.invalid", "email_verified": False}
    assert "Việc của tôi" in there_and_back(office.visitor()).text
    for wrong in (
        COORDINATOR.upper(),
        "",
        "chuyen-vien@vpdp.trieuson.invalid",
        [COORDINATOR],
        {"code": COORDINATOR},
        None,
    ):
        provider.bent["employee"] = wrong
        assert there_and_back(office.visitor()).status_code == 403, wrong


# --- the way back ----------------------------------------------------------------------------------------------------


def test_an_answer_counts_in_the_browser_that_was_sent_away_and_once(office: Office, provider: Provider) -> None:
    visitor, victim = office.visitor(), office.visitor()
    path = back(sent(visitor))
    assert victim.get(path).status_code == 403, "who never asked"
    sent(victim)
    assert victim.get(path).status_code == 403, "who asked for another"
    assert_outside(victim)
    assert visitor.get(path).status_code == 200
    replayed = office.visitor()
    assert replayed.get(path).status_code == 403


def test_an_answer_after_ten_minutes_or_with_a_forged_cookie_is_refused(office: Office, provider: Provider) -> None:
    visitor = office.visitor()
    path = back(sent(visitor))
    office.at = "2020-06-24T09:11"
    assert visitor.get(path).status_code == 403
    forger = office.visitor()
    forger.client.cookies.set("tracker-oidc", "WyJzIl0.x")
    assert forger.get("/signin/oidc/answer?code=x&state=s").status_code == 403


def test_a_code_of_another_request_fails_at_the_service(office: Office, provider: Provider) -> None:
    """PKCE: a stolen code is worth nothing without the verifier of the browser that it was made for."""
    thief, victim = office.visitor(), office.visitor()
    stolen = parse_qs(urlsplit(back(sent(victim))).query)["code"][0]
    state = parse_qs(urlsplit(sent(thief)).query)["state"][0]
    assert thief.get(f"/signin/oidc/answer?code={stolen}&state={state}").status_code == 403
    assert_outside(thief)


def test_who_turns_back_at_the_service_may_try_another_way(office: Office, provider: Provider) -> None:
    provider.is_refusing = True
    answer = there_and_back(office.visitor())
    assert answer.status_code == 403
    assert "đã dừng đăng nhập" in answer.text
    assert 'action="/signin/link"' in answer.text


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/%5Cevil.example"])
def test_the_way_back_never_leads_to_another_site(office: Office, provider: Provider, path: str) -> None:
    visitor = office.visitor()
    answer = visitor.get(back(sent(visitor, f"/signin/oidc?next={path}")))
    assert (answer.url.host, answer.url.path) == ("127.0.0.1", "/")


# --- a service that is not there -------------------------------------------------------------------------------------


def test_a_service_that_is_down_says_so_and_the_other_ways_go_on_working(office: Office, provider: Provider) -> None:
    visitor, other = office.visitor(), office.visitor()
    path = back(sent(visitor))
    provider.server.shutdown()
    provider.server.server_close()
    for answer in (other.get("/signin/oidc"), visitor.get(path)):
        assert answer.status_code == 503
        assert "không trả lời" in answer.text
        assert 'action="/signin/link"' in answer.text
    assert_outside(visitor)
    office.visitor().enter(COORDINATOR)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": ""},
        {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": None},
    ],
)  # fmt: skip
def test_a_service_that_calls_itself_otherwise_or_leads_off_the_safe_road_is_not_trusted(
    office: Office, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert office.visitor().get("/signin/oidc").status_code == 503


def test_without_a_service_there_is_no_such_door(office: Office) -> None:
    visitor = office.visitor()
    assert "tài khoản cơ quan" not in visitor.get("/signin").text
    assert visitor.get("/signin/oidc").status_code == 404
    assert visitor.get("/signin/oidc/answer?code=x&state=y").status_code == 404


# --- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"issuer": "http://id.example", "client_id": "x"}, "no https address"),
        ({"issuer": "http://127.0.0.1.evil.example", "client_id": "x"}, "no https address"),
        ({"issuer": "https://id.example"}, "needs a client_id"),
        ({"issuer": "https://id.example", "client_id": "x", "scope": "email"}, "openid"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_what_to_do(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Oidc.model_validate(settings)


def test_a_secret_file_that_is_not_there_is_named_at_the_start(office: Office) -> None:
    tell(office, issuer="https://id.example", client_id="x", client_secret_file=office.folder / "nothing")
    with pytest.raises(ConfigError, match="nothing"):
        create_app(office.database, office.config, clock=lambda: office.now)


def test_without_the_extra_nothing_starts_and_the_line_says_what_to_install(tmp_path: Path) -> None:
    """A process in which the libraries cannot be found, as where the extra was left out."""
    program = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("authlib", "httpx", "joserfc"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from tracker.config import Oidc
from tracker.web import app, issuer
from tracker.errors import ConfigError
issuer.require_extra(Oidc())
try:
    issuer.Issuer(Oidc(issuer="https://id.example", client_id="x"), key="k" * 20, base_url="https://x.example")
except ConfigError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2]
    )
    assert done.stderr == ""
    assert done.stdout == (
        "[web.oidc] needs authlib and httpx and joserfc, which are not installed; "
        "install the extra: pip install 'don-doc[oidc]'\n"
    )
