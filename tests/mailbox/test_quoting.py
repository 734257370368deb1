"""The writer's own words, out of what a dozen programs put around them."""

import email
from email import policy
from email.message import EmailMessage

import pytest

from tracker.mailbox.mail import read_mail
from tracker.mailbox.quoting import own_words

OURS = "Kính gửi: Đồng chí Chủ tịch UBND xã\n\nViệc 12. Xã đạt chuẩn\nCách trả lời: “xong 12”\nxong 99"
MARKED = "\n".join(f"> {line}" for line in OURS.split("\n"))
FOOTS = {
    "gmail": "Vào Th 2, 6 thg 7, 2020 vào lúc 07:00 Đôn Đốc <don-doc@huyen.example> đã viết:\n\n" + MARKED,
    "gmail, wrapped": "Vào Th 2, 6 thg 7, 2020 vào lúc 07:00 Văn phòng Điều phối xây dựng nông thôn mới\n<don-doc@huyen.example> đã viết:\n\n" + MARKED,
    "gmail, english": "On Mon, Jul 6, 2020 at 7:00 AM Don Doc <don-doc@huyen.example> wrote:\n\n" + MARKED,
    "outlook": "________________________________\nTừ: Đôn Đốc <don-doc@huyen.example>\nĐã gửi: Thứ Hai, 6 tháng 7, 2020 7:00\nĐến: Chủ tịch\nChủ đề: [Đôn đốc]\n\n" + OURS,
    "outlook, without a rule": "Từ: Đôn Đốc <don-doc@huyen.example>\nĐã gửi: Thứ Hai, 6 tháng 7, 2020 7:00\nĐến: Chủ tịch\nChủ đề: [Đôn đốc]\n\n" + OURS,
    "outlook, english": "From: Don Doc <don-doc@huyen.example>\nSent: Monday, July 6, 2020 7:00 AM\nTo: x\nSubject: y\n\n" + OURS,
    "old outlook": "-----Original Message-----\nFrom: Don Doc\nSent: Monday\nTo: x\n\n" + OURS,
    "zimbra": "----- Thư gốc -----\nTừ: \"Đôn Đốc\" <don-doc@huyen.example>\nĐến: \"x\"\n\n" + OURS,
    "zimbra, english": "----- Original Message -----\nFrom: \"Don Doc\"\n\n" + OURS,
    "iphone": "Đã gửi từ iPhone của tôi\n\nVào 07:00, Th 2, 6 thg 7, 2020, Đôn Đốc <don-doc@huyen.example> đã viết:\n\n" + MARKED,
    "iphone, english": "Sent from my iPhone\n\n> On 6 Jul 2020, at 07:00, Don Doc <don-doc@huyen.example> wrote:\n> \n" + MARKED,
    "samsung": "Gửi từ Samsung Galaxy của tôi\n-------- Thư gốc --------\nTừ: Đôn Đốc\n\n" + OURS,
    "thunderbird": "Vào lúc 07:00 06/07/2020, Đôn Đốc đã viết:\n" + MARKED,
    "signature": "-- \nNguyễn Văn A\nChủ tịch UBND xã",
}  # fmt: skip


@pytest.mark.parametrize("program", FOOTS)
def test_what_a_program_quotes_is_not_what_its_user_writes(program):
    assert own_words(f"xong 12\n13: 60%, vướng\n\n{FOOTS[program]}").strip() == "xong 12\n13: 60%, vướng"


def test_answers_below_and_between_what_is_quoted_are_found():
    text = f"On Mon, Jul 6, 2020, Don Doc wrote:\n{MARKED}\n\nxong 12\n> Việc 13. Xã khác\n13: 60%"
    assert [line for line in own_words(text).split("\n") if line] == ["xong 12", "13: 60%"]


def test_a_line_that_only_begins_like_a_head_is_kept():
    assert own_words("Từ: ngày mai chúng tôi làm\nxong 12") == "Từ: ngày mai chúng tôi làm\nxong 12"


# --- parts, character sets, encodings --------------------------------------------------------------------------------

SAYS = "12: 60%, vướng mặt bằng tại xã Thọ Dân"
HTML = (
    "<html><head><style>p{}</style></head><body><div dir='ltr'>12: 60%, vướng mặt&nbsp;bằng tại xã Thọ Dân<br></div>"
    "<div class='gmail_quote'><div>Vào Th 2 … đã viết:</div><blockquote><p>xong 99</p></blockquote></div></body></html>"
)


def plain_mail(charset: str, encoding: str) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["Subject"] = "a@xa.example", "Re: thư"
    message.set_content(SAYS + "\n", cte=encoding)
    return message.as_bytes().replace(b"utf-8", charset.encode())


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_every_transfer_encoding_brings_the_same_words(encoding):
    assert read_mail(plain_mail("utf-8", encoding)).text.strip() == SAYS


def test_windows_1258_writes_its_marks_apart_and_is_read_all_the_same():
    import unicodedata

    apart = unicodedata.normalize("NFD", SAYS)
    for letter in "ăâêôơưĂÂÊÔƠƯ":  # letters of their own there; only the tones stand apart
        apart = apart.replace(unicodedata.normalize("NFD", letter), letter)
    head = b"From: a@xa.example\r\nContent-Type: text/plain; charset=windows-1258\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert read_mail(head + _tones_behind(apart).encode("cp1258")).text.strip() == SAYS


def _tones_behind(text: str) -> str:
    """Letter with its own mark first, the tone behind it: the order that the code page wants."""
    import unicodedata

    out = []
    for cluster in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", cluster)
        tone = next((mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        out.append(unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts) + tone)
    return "".join(out)


def test_a_mail_of_html_alone_is_read_without_its_quotation():
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = "a@xa.example"
    message.set_content(HTML, subtype="html", cte="base64")
    assert own_words(read_mail(message.as_bytes()).text).strip() == SAYS


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0\0\0", b"From: \xff\xfe\r\n\r\n\xff", b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: text/plain; charset=no-such-set\r\n\r\nxong 12", b"Subject: =?utf-8?B?!!!?=\r\n\r\n",
        b"From: <<<>>>\r\nTo: ,,,\r\nMessage-ID: <\r\nDate: x\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n" * 50,
        b"Content-Type: message/delivery-status\r\n\r\nx", b"Content-Transfer-Encoding: base64\r\n\r\n====",
    ],
)  # fmt: skip
def test_hostile_bytes_are_read_as_far_as_they_can_be(raw):
    mail = read_mail(raw)
    assert "\0" not in mail.text
    assert email.message_from_bytes(raw) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "Subject: Automatic reply: thư",
        "Subject: Trả lời tự động: nghỉ phép", "Subject: Out of Office", "X-Auto-Response-Suppress: All",
    ],
)  # fmt: skip
def test_programs_that_answer_everybody_are_known(line):
    assert read_mail(f"From: a@xa.example\r\n{line}\r\n\r\nxong 12".encode()).is_automatic


def test_people_are_no_programs():
    assert not read_mail(
        "From: a@xa.example\r\nAuto-Submitted: no\r\nSubject: Re: [Đôn đốc NTM]\r\n\r\nxong 12".encode()
    ).is_automatic
