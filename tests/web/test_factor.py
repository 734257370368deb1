"""The second factor: put into use on the account page, asked at every sign-in, lost with the telephone, reset by others."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pyotp
import pytest

from tests.web.office import COORDINATOR, OTHER, OVERSEER, Office, Visitor, opened
from tests.web.test_roles import ADMINISTRATOR, enter, forms, who
from tests.web.test_signin import PASSWORD, signin_path, with_password
from tracker.models import Channel
from tracker.people import factors, links
from tracker.people.accounts import Deed, list_deeds
from tracker.people.links import get_web_secret


def code_at(office: Office, secret: str, *, steps: int = 0) -> str:
    """What the telephone shows when the office's clock shows `at`, or half minutes before or after."""
    return pyotp.TOTP(secret).at(office.now, counter_offset=steps)


def secret_on(page: str) -> str:
    (found,) = re.findall(r'class="secret"><code>([A-Z2-7 ]+)</code>', page)
    return found.replace(" ", "")


def enrol(office: Office, visitor: Visitor) -> tuple[str, list[str]]:
    """The secret and the recovery codes of whoever is signed in."""
    page = visitor.send(visitor.get("/account"), "/account/factor")
    secret = secret_on(page.text)
    page = visitor.send(page, "/account/factor/confirmation", code=code_at(office, secret))
    assert page.status_code == 200, page.text
    return secret, re.findall(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>", page.text)


def asked_for_code(office: Office, code: str = COORDINATOR) -> Visitor:
    """Somebody whose password was right."""
    visitor = office.visitor()
    answer = visitor.send(visitor.get("/signin"), "/signin/password", name=code, password=PASSWORD)
    assert answer.url.path == "/signin/code", answer.text
    return visitor


def give(visitor: Visitor, code: str):
    return visitor.send(visitor.get("/signin/code"), "/signin/code", code=code)


@pytest.fixture
def with_factor(office: Office) -> tuple[Office, str, list[str]]:
    """The coordinator has a password, a telephone and a sheet of recovery codes; it is a quarter of an hour later."""
    secret, codes = enrol(office, with_password(office, COORDINATOR))
    office.at = "2020-06-24T09:16"
    return office, secret, codes


def test_the_page_shows_a_picture_and_a_key_once_and_asks_for_no_code_until_one_was_seen(office: Office) -> None:
    visitor = with_password(office, COORDINATOR)
    page = visitor.send(visitor.get("/account"), "/account/factor")
    assert "<svg" in page.text
    assert "viewBox" in page.text, "so that a narrow page shrinks the picture and does not cut it"
    assert "style=" not in page.text.partition("<svg")[2].partition("</svg>")[0], "the policy of the pages allows none"
    secret = secret_on(page.text)
    assert len(secret) == 32
    again = visitor.send(page, "/account/factor/confirmation", code="000000")
    assert again.status_code == 422
    assert secret not in again.text
    assert "<svg" not in again.text
    stranger = office.visitor()
    answer = stranger.send(stranger.get("/signin"), "/signin/password", name=COORDINATOR, password=PASSWORD)
    assert answer.url.path == "/", "what is not confirmed is not asked for"


def test_a_password_alone_opens_nothing_any_more(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    visitor = asked_for_code(office)
    assert visitor.get("/tasks").url.path == "/signin"
    assert "tracker" not in visitor.client.cookies
    answer = give(visitor, code_at(office, secret))
    assert "Việc của tôi" in answer.text
    assert visitor.get("/tasks").status_code == 200


def test_a_mailed_link_asks_for_the_code_too_and_the_wanted_page_opens_after_it(
    with_factor: tuple[Office, str, list[str]],
) -> None:
    office, secret, _ = with_factor
    visitor = office.visitor()
    visitor.send(visitor.get("/tasks"), "/signin/link", name=COORDINATOR)
    path = signin_path(office)
    answer = visitor.send(visitor.get(path), path.partition("?")[0])
    assert answer.url.path == "/signin/code"
    assert visitor.send(answer, "/signin/code", code=code_at(office, secret)).url.path == "/tasks"


def test_the_link_of_a_letter_asks_for_no_code(with_factor: tuple[Office, str, list[str]]) -> None:
    office, _, _ = with_factor
    assert office.visitor().get(office.link(COORDINATOR)).status_code == 200


def test_a_code_counts_once(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    code = code_at(office, secret)
    assert give(asked_for_code(office), code).url.path == "/"
    replayed = give(asked_for_code(office), code)
    assert replayed.status_code == 422
    assert "đã dùng" in replayed.text
    assert give(asked_for_code(office), code_at(office, secret, steps=-1)).status_code == 422, "nor does an older one"
    assert give(asked_for_code(office), code_at(office, secret, steps=1)).url.path == "/"


def test_of_two_requests_with_one_code_one_gets_in(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    key, code, officer = get_web_secret(office.config.web), code_at(office, secret), office.officer_id(COORDINATOR)

    def spend(_: int) -> str | None:
        with office.database.write() as session:
            return factors.spend(session, officer, code, key=key, now=office.now)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(spend, range(4)), key=str) == [None, None, None, "code"]


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(office: Office, steps: int, is_taken: bool) -> None:
    secret, _ = enrol(office, with_password(office, COORDINATOR))
    office.at = "2020-06-24T09:05"
    assert (give(asked_for_code(office), code_at(office, secret, steps=steps)).status_code == 200) == is_taken


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000", "----", "a" * 100])
def test_nothing_else_is_a_code(with_factor: tuple[Office, str, list[str]], code: str) -> None:
    office, _, _ = with_factor
    visitor = asked_for_code(office)
    assert give(visitor, code).status_code == 422
    assert visitor.get("/").url.path == "/signin"


def test_five_wrong_codes_lock_for_a_quarter_of_an_hour_over_restarts_and_browsers(
    with_factor: tuple[Office, str, list[str]],
) -> None:
    office, secret, _ = with_factor
    tries = [give(asked_for_code(office), "000000").status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]
    assert give(asked_for_code(office), code_at(office, secret)).status_code == 429
    office.at = "2020-06-24T09:32"
    assert give(asked_for_code(office), code_at(office, secret)).url.path == "/"


def test_thirty_codes_a_day_are_all_that_anybody_may_guess(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    for hour in range(10, 16):
        office.at = f"2020-06-24T{hour}:01"
        visitor = asked_for_code(office)
        for _ in range(5):
            give(visitor, "000000")
    office.at = "2020-06-24T17:01"
    assert give(asked_for_code(office), code_at(office, secret)).status_code == 429


def test_the_first_half_lasts_ten_minutes_and_opens_one_session(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    visitor = asked_for_code(office)
    page = visitor.get("/signin/code")
    office.at = "2020-06-24T09:27"
    late = visitor.send(page, "/signin/code", code=code_at(office, secret))
    assert late.status_code == 403
    assert "quá thời gian" in late.text
    assert visitor.get("/signin/code").url.path == "/signin"


def test_a_stranger_without_the_first_half_is_asked_for_it(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    page = asked_for_code(office).get("/signin/code")
    thief = office.visitor()
    assert thief.get("/signin/code").url.path == "/signin"
    assert thief.send(page, "/signin/code", code=code_at(office, secret)).status_code == 403


def test_a_recovery_code_stands_in_once_however_it_is_typed(with_factor: tuple[Office, str, list[str]]) -> None:
    office, _, codes = with_factor
    assert len(set(codes)) == 10
    typed = codes[3].upper().replace("-", " ")
    assert give(asked_for_code(office), typed).url.path == "/"
    assert give(asked_for_code(office), codes[3]).status_code == 422
    assert "recovery-used" in kinds(office)


def test_new_recovery_codes_end_the_old_ones_and_take_a_code(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, codes = with_factor
    visitor = enter(office, COORDINATOR)
    assert visitor.send(visitor.get("/account"), "/account/factor/codes", code="000000").status_code == 422
    page = visitor.send(visitor.get("/account"), "/account/factor/codes", code=code_at(office, secret))
    new = re.findall(r"<code>([a-z0-9-]{19})</code>", page.text)
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert give(asked_for_code(office), codes[0]).status_code == 422
    assert give(asked_for_code(office), new[0]).url.path == "/"


def test_a_browser_that_was_left_open_is_not_enough_to_turn_it_off(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, _ = with_factor
    visitor = enter(office, COORDINATOR)
    page = visitor.get("/account")
    assert visitor.send(page, "/account/factor/removal", code="000000").status_code == 422
    refused = visitor.client.post("/account/factor", data={"form": fresh(visitor, "/account/factor", office)})
    assert "đang được dùng" in refused.text, "nor to put another telephone in its place"
    assert visitor.send(page, "/account/factor/removal", code=code_at(office, secret)).url.path == "/account"
    stranger = office.visitor()
    answer = stranger.send(stranger.get("/signin"), "/signin/password", name=COORDINATOR, password=PASSWORD)
    assert answer.url.path == "/"
    assert kinds(office)[-1] == "factor-removed"


def fresh(visitor: Visitor, action: str, office: Office) -> str:
    return forms(office).make(who(visitor), action)


def test_putting_it_into_use_signs_other_browsers_out_and_stands_in_the_history(office: Office) -> None:
    other = enter(office, COORDINATOR)
    mine = enter(office, COORDINATOR)
    enrol(office, mine)
    assert other.get("/").url.path == "/signin"
    assert mine.get("/").url.path == "/"
    assert kinds(office) == ["factor-set"]


def kinds(office: Office) -> list[str]:
    """What was done to the coordinator's ways in, the latest last."""
    return [deed.kind for deed in deeds(office, COORDINATOR)][::-1]


def deeds(office: Office, code: str) -> list[Deed]:
    with office.database.read() as session:
        return list_deeds(session, code)


# --- at rest ---------------------------------------------------------------------------------------------------------


def test_the_database_alone_gives_no_code_and_no_recovery_code(with_factor: tuple[Office, str, list[str]]) -> None:
    office, secret, codes = with_factor
    rows = "\n".join(office.dump())
    assert secret not in rows
    assert not any(code in rows or code.replace("-", "") in rows for code in codes)


def test_a_new_secret_of_the_server_ends_the_codes_of_telephones_and_the_page_says_so(
    with_factor: tuple[Office, str, list[str]],
) -> None:
    office, secret, codes = with_factor
    (office.folder / "web.secret").write_text("another secret of this server\n")
    links._read.cache_clear()
    visitor = asked_for_code(office)
    assert "khóa của máy chủ đã thay" in unescape(visitor.get("/signin/code").text)
    assert give(visitor, code_at(office, secret)).status_code == 422
    assert give(visitor, codes[0]).url.path == "/"


# --- reset -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("helper", [ADMINISTRATOR, COORDINATOR])
def test_the_administrator_and_the_office_reset_who_is_locked_out(office: Office, helper: str) -> None:
    lost = with_password(office, OVERSEER)
    enrol(office, lost)
    visitor, path = enter(office, helper), f"/directory/{office.officer_id(OVERSEER)}"
    assert path in visitor.get("/directory").text
    page = visitor.send(visitor.get(path), f"{path}/signin-reset")
    assert "Đã đặt lại" in page.text
    assert lost.get("/").url.path == "/signin"
    stranger = office.visitor()
    refused = stranger.send(stranger.get("/signin"), "/signin/password", name=OVERSEER, password=PASSWORD)
    assert refused.status_code == 422, "the password is gone too"
    office.at = "2020-06-24T09:01"
    assert office.visitor().enter(OVERSEER).get("/").status_code == 200
    deed = deeds(office, OVERSEER)[0]
    assert (deed.kind, deed.author_id, deed.channel) == ("signin-reset", office.officer_id(helper), Channel.WEB)
    assert deed.detail["address"] == "203.0.113.9"


def test_nobody_resets_themselves_without_a_code(with_factor: tuple[Office, str, list[str]]) -> None:
    office, _, _ = with_factor
    visitor, path = enter(office, COORDINATOR), f"/directory/{office.officer_id(COORDINATOR)}"
    assert "signin-reset" not in visitor.get(path).text
    action = f"{path}/signin-reset"
    assert visitor.client.post(action, data={"form": fresh(visitor, action, office)}).status_code == 404
    assert asked_for_code(office)


def test_the_demo_runs_on_another_day_so_it_offers_none(original, tmp_path) -> None:
    for office in opened(original, tmp_path, is_demo=True):
        visitor = enter(office, OTHER)
        page = visitor.get("/account")
        assert "ngày mẫu" in page.text
        refused = visitor.client.post("/account/factor", data={"form": fresh(visitor, "/account/factor", office)})
        assert refused.status_code == 422
