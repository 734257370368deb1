"""Every letter is read back with Python's own parser: what was put in comes out."""

import email
import re
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.errors import ConfigError
from tracker.outbox.mime import ID_LENGTH, Picture, addressee, compose, header, is_address, message_id

NOW = datetime(2020, 7, 3, 0, 30, tzinfo=UTC)
SENDER = "Văn phòng Điều phối NTM Triệu Sơn <don-doc@trieuson.invalid>"
POST = "Chủ tịch UBND xã Thọ Dân"
ADDRESS = "tho-dan@trieuson.invalid"
RTL, EMOJI = "\u202eabc\u202c \u200f", "🏡👩‍🌾"

words = st.sampled_from(
    [
        "Đôn",
        "đốc",
        "NTM",
        "huyện",
        "Triệu",
        "Sơn",
        "UBND",
        "ban",
        "xã",
        EMOJI,
        RTL,
        "=?utf-8?B?",
        '"',
        "<a@b>",
        "n" * 90,
    ]
)
letters = st.characters(exclude_categories=["Cs", "Cc"])
values = st.one_of(
    st.lists(words, max_size=30).map(" ".join), st.text(letters, max_size=200), st.text("ễx -", max_size=200)
)


def letter(**changes: str) -> bytes:
    parts = {
        "key": "tho-dan/digest/2020-W28",
        "subject": "2 việc quá hạn",
        "text": "Kính gửi",
        "html": "<p>Kính gửi</p>",
    }
    return addressee(POST, ADDRESS) + compose(sender=SENDER, now=NOW, **(parts | changes))


def read(raw: bytes, how: policy.EmailPolicy = policy.default) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=how)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def display_name(raw: bytes) -> str:
    """By RFC 2047 alone, which `policy.default` of this Python does not keep in display names (see `_phrase`)."""
    unfolded = str(email.message_from_bytes(raw + b"\r\n")["To"]).replace("\r\n", "")
    return str(make_header(decode_header(unfolded))).rpartition("<")[0].rstrip(" ")


def assert_travels(raw: bytes) -> None:
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw), "only CRLF ends a line"
    assert max(map(len, raw.split(b"\r\n"))) <= 78


# --- the whole letter ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [policy.default, policy.SMTP], ids=["default", "SMTP"])
@given(subject=values, text=st.text(st.characters(exclude_categories=["Cs"])), html=values, key=values)
@example(subject="", text="", html="", key="")
@example(subject="x" * 400, text="x" * 400, html="x" * 400, key="x" * 400)
@example(subject=" rìa ", text="a\nb\r\nc\rd", html=RTL, key="a/b/c " * 20)
def test_what_was_put_into_a_letter_comes_out_of_it(how, subject, text, html, key):
    raw = letter(subject=subject, text=text, html=html, key=key)
    found = read(raw, how)
    assert_travels(raw)
    assert found["Subject"] == subject
    assert found["X-Tracker-Key"] == key
    assert body(found, "plain") == text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert body(found, "html") == html
    assert found["Message-ID"] == message_id(key, sender=SENDER)
    assert found["Date"].datetime == NOW
    assert [str(one) for one in found["To"].addresses] == [f"{POST} <{ADDRESS}>"]
    assert found["From"].addresses[0].display_name == "Văn phòng Điều phối NTM Triệu Sơn"
    assert found["From"].addresses[0].addr_spec == "don-doc@trieuson.invalid"


def test_a_letter_has_each_header_once_and_two_parts_the_richer_last():
    found = read(letter())
    assert sorted(found.keys()) == sorted(set(found.keys()))
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert found["Auto-Submitted"] == "auto-generated", "no out-of-office answer comes back"


def test_a_letter_with_a_picture_keeps_it_beside_the_html_and_reads_back_whole():
    picture = Picture("weeks.2020-W28@briefing", bytes(range(256)) * 40)
    raw = compose(
        sender=SENDER, key="a/briefing/2020-W28", subject="x", text="chữ", html='<img src="cid:weeks.2020-W28@briefing">',
        now=NOW, pictures=[picture],
    )  # fmt: skip
    assert_travels(raw)
    message = read(raw)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    assert not [part.defects for part in message.walk() if part.defects]
    shown = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (shown["Content-ID"], shown.get_payload(decode=True)) == ("<weeks.2020-W28@briefing>", picture.png)
    assert body(message, "plain").strip() == "chữ"
    assert "cid:weeks.2020-W28@briefing" in body(message, "html")


def test_the_base64_of_a_part_never_holds_its_boundary():
    found = read(letter(text="=_" * 5000, html="--" * 5000))
    assert body(found, "plain") == "=_" * 5000
    assert body(found, "html") == "--" * 5000


# --- display names ---------------------------------------------------------------------------------------------------


@given(name=values)
@example(name="Chuyên viên Văn phòng Điều phối NTM huyện Triệu Sơn")
@example(name="Phó Chủ tịch Hội đồng nhân dân thị trấn Triệu Sơn, huyện Triệu Sơn, tỉnh Thanh Hóa")
@example(name="NTM " * 40)
@example(name="ễ" * 200 + " NTM " + "ễ" * 200)
def test_a_post_of_any_length_is_read_back_by_the_rules_of_rfc_2047(name):
    raw = addressee(name, ADDRESS)
    assert_travels(raw)
    assert display_name(raw) == " ".join(name.split())
    assert parseaddr(email.message_from_bytes(raw + b"\r\n")["To"])[1] == ADDRESS


@pytest.mark.parametrize(
    "name",
    [
        "Chuyên viên Văn phòng Điều phối NTM huyện",
        "Chuyên viên Văn phòng Điều phối NTM huyện Triệu Sơn",
        "Phó Chủ tịch Uỷ ban nhân dân huyện Triệu Sơn",
        "UBND xã",
        "Ban, ngành",
        'Người "giữ" chức vụ <thử>',
        "Trưởng ban.",
    ],
)
def test_a_long_post_with_a_plain_word_in_it_shows_no_second_blank_in_any_reader(name):
    raw = addressee(name, ADDRESS)
    assert read(raw + b"\r\n")["To"].addresses[0].display_name == name
    assert display_name(raw) == name


@example(
    name=["Chánh", "Văn", "phòng", "Điều", "phối", "chương", "trình", "xây", "dựng", "NTM", "huyện", "Triệu", "Sơn"]
)
@given(name=st.lists(st.sampled_from(["Phó", "Chủ", "tịch", "Hội", "đồng", "nhân", "dân", "huyện"]), max_size=60))
def test_without_a_plain_word_no_reader_sees_a_split_word(name):
    shown = read(addressee(" ".join(name), ADDRESS) + b"\r\n")["To"].addresses[0].display_name
    assert shown.split() == name


def test_an_officer_without_a_post_gets_the_bare_address():
    assert addressee(" ", ADDRESS) == b"To: <tho-dan@trieuson.invalid>\r\n"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "\ud800"])
@pytest.mark.parametrize("field", ["subject", "key"])
def test_a_value_that_would_begin_another_header_is_refused(field, evil):
    with pytest.raises(ValueError):
        letter(**{field: evil})


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nb", "\r", "a\0b"])
def test_a_post_that_would_begin_another_header_is_refused(evil):
    with pytest.raises(ValueError, match="line breaks"):
        addressee(evil, ADDRESS)


@given(value=st.text(max_size=300))
def test_no_value_whatever_makes_a_second_header(value):
    try:
        raw = header("Subject", value)
    except ValueError:
        return
    assert_travels(raw)
    assert re.findall(rb"^[^ \r\n]+?:", raw, re.MULTILINE) == [b"Subject:"]
    assert len(re.findall(rb"\r\n(?! )", raw)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@b", "a@", "a@b@c", "a b@c.vn", "a@b c", "a@b..vn", "a..b@c.vn", ".a@c.vn", "a.@c.vn", "a@-b.vn", "a@b-.vn",
        "a@b.vn\r\nRCPT TO:<x@y>", "đ@c.vn", "a@xã.vn", "<a@b.vn>", '"a b"@c.vn', "a@b.vn,c@d.vn", "a" * 65 + "@b.vn",
        "a@" + "b" * 64 + ".vn", "a@" + "b." * 126 + "vn",
    ],
)  # fmt: skip
def test_what_some_relay_would_not_take_is_no_address(address):
    assert not is_address(address)
    with pytest.raises(ValueError):
        addressee(POST, address)


@pytest.mark.parametrize(
    "address", ["a@b", "xa.tho-dan+ntm@thanhhoa.gov.vn", "a" * 64 + "@b.vn", "1@2.vn", "o'hara@b.vn"]
)
def test_what_every_relay_takes_is_an_address(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "sender", ["", "Văn phòng", "Văn phòng <>", "a@b c@d", "x <a@b> y", "x\r\nBcc: <a@b", "<đ@b.vn>"]
)
def test_a_sender_that_is_no_mailbox_is_named_with_an_example(sender):
    with pytest.raises(ConfigError, match=r"\[mail\] sender.*write for example"):
        compose(sender=sender, key="a/b/c", subject="", text="", html="", now=NOW)


# --- Message-ID ------------------------------------------------------------------------------------------------------


@given(key=values, domain=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z]{2,30}){0,5}", fullmatch=True))
def test_a_message_id_is_short_stable_and_well_formed(key, domain):
    sender = f"don-doc@{domain}"
    found = message_id(key, sender=sender)
    assert found == message_id(key, sender=sender)
    assert len(found) <= ID_LENGTH
    assert re.fullmatch(r"<[0-9a-f]{32}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?>", found)


def test_two_letters_never_share_a_message_id():
    keys = [
        f"p{person}/{kind}/2020-W{week}" for person in range(50) for kind in ("digest", "head") for week in range(9)
    ]
    assert len({message_id(key, sender=SENDER) for key in keys}) == len(keys) == 900
