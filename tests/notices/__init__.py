"""Common ground of the reader's tests: a way to read words as a notice, and the register of the sample."""

from datetime import date
from pathlib import Path

from tracker.notices.reading import ReadDraft, ReadNotice, read_notice
from tracker.people.directory import Attainment, Directory, KnownUnit
from tracker.rules.calendar import WorkingCalendar

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "253-tb-ubnd.txt"
SHARED = ROOT.parent / "shared" / "notices"

HEAD = """UBND HUYỆN MINH HÀ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 112/TB-UBND
Minh Hà, ngày 05 tháng 3 năm 2024

THÔNG BÁO
Kết luận của đồng chí Trần Văn Bình, Chủ tịch UBND huyện tại cuộc họp giao ban

Ngày 01/3/2024, đồng chí Trần Văn Bình chủ trì cuộc họp. Sau khi nghe báo cáo, đồng chí kết luận như sau:
"""
TAIL = """
Nơi nhận:
- Các phòng, ban (t/h);
- Lưu: VT.
CHỦ TỊCH

Trần Văn Bình
"""

REACHED = ("Minh Sơn", "Dân Lực", "Dân Lý", "Dân Quyền", "Xuân Thọ", "Thọ Ngọc", "Thọ Cường", "Thọ Phú", "Thọ Vực", "Thọ Thế", "An Nông", "Khuyến Nông", "Nông Trường", "Văn Sơn", "Thái Hòa", "Đồng Lợi", "Đồng Tiến", "Đồng Thắng")  # fmt: skip
NAMED = ("Hợp Thành", "Thọ Dân", "Hợp Lý", "Thọ Tiến", "Thọ Sơn", "Thọ Tân", "Hợp Thắng", "Tiến Nông", "Xuân Thịnh", "Xuân Lộc", "Hợp Tiến", "Bình Sơn", "Thọ Bình", "Triệu Thành")  # fmt: skip


def commune(name: str, *, reached: bool = False) -> KnownUnit:
    held = (Attainment("đạt chuẩn NTM", date(2019, 12, 31)),) if reached else ()
    return KnownUnit(
        None, f"ubnd-{name}", f"UBND xã {name}", f"xã {name}", "commune", "people_committee", "ubnd-huyen", (), held
    )


def office(code: str, name: str, *aliases: str) -> KnownUnit:
    return KnownUnit(None, code, name, None, "district", "office", "ubnd-huyen", aliases)


REGISTER = Directory.of(
    [
        *(commune(name, reached=True) for name in REACHED),
        *(commune(name) for name in NAMED),
        office("tnmt", "Phòng Tài nguyên và Môi trường", "Phòng TN&MT"),
        office("tckh", "Phòng Tài chính - Kế hoạch"),
        office("ktht", "Phòng Kinh tế và Hạ tầng"),
        office("vpdp", "Văn phòng Điều phối xây dựng nông thôn mới huyện", "Văn phòng Điều phối xây dựng NTM huyện"),
        KnownUnit(None, "btchu", "Ban Tổ chức Huyện ủy", None, "district", "party"),
    ]
)
NOBODY = Directory.of([])
CALENDAR = WorkingCalendar.of()


def read(data: bytes, directory: Directory = NOBODY) -> ReadNotice:
    return read_notice(data, name="notice.txt", directory=directory, calendar=CALENDAR)


def read_body(body: str, directory: Directory = NOBODY) -> ReadNotice:
    """The reading of a notice of 05/03/2024 whose numbered part is `body`."""
    return read((HEAD + body + TAIL).encode(), directory)


def drafts_of(body: str, directory: Directory = NOBODY) -> tuple[ReadDraft, ...]:
    return read_body(body, directory).drafts


def leads(draft: ReadDraft) -> list[str]:
    return [party.written for party in draft.leads]


def supports(draft: ReadDraft) -> list[str]:
    return [party.written for party in draft.supports]


def codes(notice: ReadNotice) -> set[str]:
    return {finding.code for finding in notice.findings}
