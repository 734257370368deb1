"""Lists that a page break cuts: each item keeps its words, its number and its date."""

import pytest

from tests.notices import HEAD, TAIL, read
from tests.notices.files.papers import laid_out, pdf_of
from tests.notices.files.test_pdf import NOTE
from tests.notices.files.test_word import seen

LONG = "{}. Giao Phòng Tài nguyên và Môi trường chủ trì, phối hợp với Ủy ban nhân dân các xã, thị trấn kiểm tra, xử lý dứt điểm các hồ sơ đất đai tồn đọng, nhất là các hồ sơ cấp giấy chứng nhận quyền sử dụng đất lần đầu cho hộ gia đình, cá nhân đang sử dụng đất ổn định, không có tranh chấp, phù hợp với quy hoạch, hoàn thành trước ngày 25/3/2024."  # fmt: skip
LISTS = {
    "an item runs over the break": [LONG.format("{n}")],
    "numbers begin anew": ["II. VỀ TƯ PHÁP, Y TẾ", "1. Giao Phòng Tư pháp kiểm tra văn bản, hoàn thành trước ngày 26/3/2024.", "2. Giao Phòng Y tế kiểm tra các trạm y tế, hoàn thành trước ngày 27/3/2024."],
    "letters on the new page": ["{n}. Giao Phòng Kinh tế và Hạ tầng:", "a) Kiểm tra các công trình thủy lợi, hoàn thành trước ngày 26/3/2024.", "b) Trình phê duyệt quy hoạch chợ, hoàn thành trước ngày 27/3/2024."],
    "a bullet on the last line": ["{n}. Giao Phòng Y tế kiểm tra các trạm y tế trước ngày 22/3/2024.", "{m}. Giao Công an huyện:", "- Lắp đặt camera tại các nút giao thông, hoàn thành trước ngày 26/3/2024.", "- Kiểm tra các cơ sở karaoke trên địa bàn, hoàn thành trước ngày 27/3/2024.", "- Tổ chức tuần tra ban đêm tại thị trấn, hoàn thành trước ngày 28/3/2024."],
}  # fmt: skip


def paper(filled, shape):
    fill = [f"{at}. Giao Phòng Nội vụ rà soát, tổng hợp hồ sơ số {at} của các xã, thị trấn, báo cáo Chủ tịch Ủy ban nhân dân huyện trước ngày 20/3/2024." for at in range(1, filled + 1)]  # fmt: skip
    return (
        HEAD + "\n".join(["I. VỀ NỘI VỤ", *fill, *(line.format(n=filled + 1, m=filled + 2) for line in shape)]) + TAIL
    )


@pytest.mark.parametrize(
    ("shape", "filled", "above", "below"),
    [
        ("an item runs over the break", 9, "cho hộ gia đình, cá nhân đang", "sử dụng đất ổn định"),
        ("numbers begin anew", 10, "II. VỀ TƯ PHÁP, Y TẾ", "1. Giao Phòng Tư pháp"),
        ("letters on the new page", 10, "Giao Phòng Kinh tế và Hạ tầng:", "a) Kiểm tra"),
        ("a bullet on the last line", 9, "trước ngày 27/3/2024.", "- Tổ chức tuần tra"),
    ],
)
def test_a_list_over_a_page_break_is_read_as_if_it_stood_on_one_page(shape, filled, above, below):
    text = paper(filled, LISTS[shape])
    plain, pdf = read(text.encode()), read(pdf_of(laid_out(text), running="Văn bản sao từ hệ thống", note=NOTE))
    start = pdf.pages[1].start
    assert pdf.text[:start].rstrip().endswith(above)
    assert pdf.text[start:].startswith(below)
    assert [seen(draft) for draft in pdf.drafts] == [seen(draft) for draft in plain.drafts]
    assert [draft.due_on for draft in pdf.drafts] == [draft.due_on for draft in plain.drafts]
