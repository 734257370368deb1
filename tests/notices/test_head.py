"""The signature block, told apart from the list of receivers beside it."""

import pytest

from tests.notices import HEAD, read

BODY = "1. Giao Phòng Nội vụ rà soát biên chế.\n\nNơi nhận:\n- Như trên;\n"


def signed(block):
    head = read((HEAD + BODY + block).encode()).document
    return head.signed_for, head.signed_by


@pytest.mark.parametrize(
    ("block", "capacity"),
    [
        ("- Lưu: VT, KT.\nTUQ. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n\nNgô Thế Anh\n", "TUQ. CHỦ TỊCH"),
        ("- Lưu: VT, KT.          TUQ. CHỦ TỊCH\n                  CHÁNH VĂN PHÒNG\n\nNgô Thế Anh\n", "TUQ. CHỦ TỊCH"),
        ("- Lưu: VT, KT. TUQ. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n\nNgô Thế Anh\n", "TUQ. CHỦ TỊCH"),
        ("- Lưu: VT, TM.\nCHỦ TỊCH\n\nNgô Thế Anh\n", None),
        ("- Lưu: VT, P.KTTH.\nTL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\n\nNgô Thế Anh\n", "TL. CHỦ TỊCH; KT. CHÁNH VĂN PHÒNG"),
        ("- TTr Huyện ủy; KT. CHÁNH VĂN PHÒNG\n- Lưu: VT; PHÓ CHÁNH VĂN PHÒNG\n\nNgô Thế Anh\n", "KT. CHÁNH VĂN PHÒNG"),
    ],
)  # fmt: skip
def test_the_office_that_keeps_a_copy_is_no_capacity(block, capacity):
    assert signed(block) == (capacity, "Ngô Thế Anh")


@pytest.mark.parametrize("first", ["I- MỤC ĐÍCH, YÊU CẦU", "1- Mục đích", "1. Mục đích"])
def test_the_subject_ends_where_the_numbered_body_begins(first):
    text = "TỈNH ỦY PHÚ LÂM\n*\nSố 63-KH/TU\nĐẢNG CỘNG SẢN VIỆT NAM\nPhú Lâm, ngày 18 tháng 12 năm 2025\nKẾ HOẠCH\nthực hiện Nghị quyết số 57-NQ/TW\n"  # fmt: skip
    assert read(f"{text}{first}\n2. Giao Sở Y tế rà soát, xong trước ngày 20/01/2026.\n".encode()).document.subject == "thực hiện Nghị quyết số 57-NQ/TW"  # fmt: skip
