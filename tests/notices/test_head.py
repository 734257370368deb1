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
