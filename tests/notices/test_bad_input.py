"""What is no readable notice is refused with one clear line; what is odd but readable is read."""

import unicodedata

import pytest

from tests.notices import HEAD, SAMPLE, TAIL, codes, read, read_body
from tracker.errors import NoticeError, SecretPaperError
from tracker.notices.files.plain import TEXT_LIMIT_BYTES


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "no words"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (bytes(range(1, 32)) * 40, "binary"),
        ("Thông báo".encode("utf-16-le") + b"\xff", "binary"),
        ("Thông báo".encode("utf-16") + b"\xff", "UTF-16"),
        ("Số: 12/TB, ngày 5 tháng 3".encode("cp1258", "replace"), "UTF-8"),
        (b"The quick brown fox jumps over the lazy dog. " * 20, "Vietnamese"),
        ("会议决定如下".encode() * 30, "Vietnamese"),
        (b"a" * (TEXT_LIMIT_BYTES + 1), "limit"),
    ],
)
def test_no_notice_is_refused_in_one_line(data, says):
    with pytest.raises(NoticeError, match=says) as refused:
        read(data)
    assert "\n" not in str(refused.value)
    assert "notice.txt" in str(refused.value)


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "Độ mật: MẬT".upper()])
def test_a_secrecy_mark_in_the_head_is_refused(mark):
    with pytest.raises(SecretPaperError, match="secrecy mark"):
        read((mark + "\n" + HEAD + "1. Giao Phòng Nội vụ rà soát hồ sơ cán bộ." + TAIL).encode())


def test_the_word_secret_in_running_text_is_no_mark():
    notice = read_body(
        "1. Giao Công an huyện tuyên truyền pháp luật về bảo vệ bí mật nhà nước.\n2. Giao Phòng Nội vụ rà soát tài liệu MẬT lưu tại cơ quan."
    )
    assert len(notice.drafts) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_encodings_and_normal_forms_give_the_same_reading(encoding, form):
    text = SAMPLE.read_text("utf-8")
    assert read(unicodedata.normalize(form, text).encode(encoding)).drafts == read(text.encode()).drafts


def test_line_ends_of_other_systems_change_nothing():
    text = SAMPLE.read_text("utf-8")
    assert read(text.replace("\n", "\r\n").encode()).drafts == read(text.encode()).drafts


def test_a_notice_without_an_assignment_reads_with_a_finding():
    notice = read_body("1. Trong tháng 02, thu ngân sách đã đạt 15% dự toán.")
    assert notice.drafts == ()
    assert "no_assignment" in codes(notice)


def test_a_notice_cut_off_after_its_head_reads():
    assert read(HEAD.encode()).drafts == ()
