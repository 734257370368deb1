"""Letters to render: one of every kind, with the cases that real ones have."""

from dataclasses import replace

from tracker.briefing.view import BriefingView, CellRow, DecisionView, SilentRow
from tracker.notify.views import GroupView, ItemView, LetterView, OfficeView, SectionView, ToldView

NOTICE = "Thông báo số 253/TB-UBND ngày 13/02/2020"
NINE_COMMUNES = (
    "Đối với 9 xã phấn đấu đạt chuẩn năm 2020 phải được công nhận sớm, muộn nhất giữa năm 2020 phải hoàn thành."
)
LIABILITY = (
    "Nếu địa phương được phân công chỉ đạo mà không hoàn thành nhiệm vụ xây dựng NTM thì cán bộ chỉ đạo phải liên đới "
    "chịu trách nhiệm."
)
OFFICE = OfficeView(
    name="Văn phòng Điều phối xây dựng NTM huyện Triệu Sơn",
    telephone="0237 000 253",
    place="Triệu Sơn",
    programme="NTM",
    base_url="https://dondoc.trieuson.example",
)


def an_item(task_id: int = 1, **changes: object) -> ItemView:
    """A milestone that is three working days late, reported once."""
    item = ItemView(
        task_id=task_id,
        title="Xã Thọ Sơn đạt chuẩn NTM năm 2020",
        owner="UBND xã Thọ Sơn",
        place="xã Thọ Sơn",
        is_milestone=True,
        due="30/06/2020",
        first_due=None,
        due_phrase="muộn nhất giữa năm 2020 phải hoàn thành",
        due_clause="",
        working_days_late=3,
        working_days_left=None,
        clause="điểm a mục 4.4",
        notice=NOTICE,
        quote=NINE_COMMUNES,
        urgency=None,
        percent=70,
        last_report="12/06/2020",
        last_note="Còn 3 tiêu chí: giao thông, môi trường, hộ nghèo",
        returned=None,
        promised=None,
        is_forecast_late=False,
        done=None,
        is_extension_asked=False,
        proposed=None,
        answer_by="08/07/2020",
        told=(),
    )
    return replace(item, **changes)


def a_dated_item(task_id: int = 2, **changes: object) -> ItemView:
    """A village that is due in four working days."""
    fields: dict[str, object] = {
        "title": "Thôn 1 xã Thọ Sơn đạt chuẩn NTM",
        "place": "thôn 1 xã Thọ Sơn",
        "due": "09/07/2020",
        "due_phrase": "trước ngày 09/7",
        "working_days_late": 0,
        "working_days_left": 4,
        "clause": "mục 4.1",
        "quote": "Có thêm 6 thôn (Miền núi) đạt chuẩn NTM (thôn 1, 2, 3, 4, 5, 6 xã Thọ Sơn)",
        "percent": 0,
        "last_report": None,
        "last_note": None,
    }
    return an_item(task_id, **(fields | changes))


def an_undated_item(task_id: int = 3, **changes: object) -> ItemView:
    """A task without a date, urgent only in words."""
    fields: dict[str, object] = {
        "title": "Rà soát lại các tiêu chí NTM, xây dựng kế hoạch từ nay đến khi được công nhận",
        "place": None,
        "is_milestone": False,
        "due": None,
        "due_phrase": None,
        "urgency": "khẩn trương",
        "working_days_late": 0,
        "working_days_left": None,
        "quote": "Khẩn trương rà soát lại các tiêu chí NTM, xây dựng kế hoạch từ nay đến khi được công nhận xã NTM, "
        "cụ thể từng việc, từng tiêu chí",
        "percent": 0,
        "last_report": "20/04/2020",
        "last_note": None,
    }
    return an_item(task_id, **(fields | changes))


def an_extended_item(task_id: int = 4, **changes: object) -> ItemView:
    """Late past its second date, another extension asked for."""
    fields: dict[str, object] = {
        "title": "Xã Hợp Lý đạt chuẩn NTM năm 2020",
        "owner": "UBND xã Hợp Lý",
        "place": "xã Hợp Lý",
        "due": "01/07/2020",
        "first_due": "30/06/2020",
        "working_days_late": 2,
        "percent": 85,
        "promised": "15/07/2020",
        "is_extension_asked": True,
        "proposed": "31/07/2020",
        "told": (
            ToldView("19/06/2020", "Công chức theo dõi NTM xã Hợp Lý", "remind"),
            ToldView("02/07/2020", "Chủ tịch UBND xã Hợp Lý", "head"),
        ),
    }
    return an_item(task_id, **(fields | changes))


def a_claimed_item(task_id: int = 5, **changes: object) -> ItemView:
    """Reported done; waits for verification."""
    fields: dict[str, object] = {
        "title": "Kiện toàn Ban Chỉ đạo xây dựng NTM xã Thọ Sơn",
        "place": None,
        "is_milestone": False,
        "due": None,
        "due_phrase": None,
        "working_days_late": 0,
        "quote": "Kiện toàn Ban Chỉ đạo, phân công cụ thể từng công việc cho cán bộ đảm bảo phù hợp với chức danh, nhiệm vụ",
        "percent": 100,
        "last_report": "02/07/2020",
        "last_note": "Quyết định số 41/QĐ-UBND ngày 02/07/2020 kèm theo",
        "done": "02/07/2020",
    }
    return an_item(task_id, **(fields | changes))


def a_returned_item(task_id: int = 9, **changes: object) -> ItemView:
    """Reported done in time, returned on the last day: late."""
    fields: dict[str, object] = {
        "title": "Xã Thọ Tiến đạt chuẩn NTM",
        "owner": "UBND xã Thọ Tiến",
        "place": None,
        "last_report": "26/06/2020",
        "last_note": "Đã hoàn thành 19/19 tiêu chí",
        "percent": 99,
        "returned": ("30/06/2020", "Hồ sơ nộp mới chứng minh 17/19 tiêu chí"),
        "due_phrase": "muộn nhất giữa năm 2020",
        "due_clause": "điểm a mục 4.4",
        "clause": "mục 4.1",
    }
    return an_item(task_id, **(fields | changes))


def a_section(name: str, *items: ItemView, hidden: int = 0) -> SectionView:
    return SectionView(name, (GroupView("", items),), hidden, len(items) + hidden)


def a_silent_section(*groups: tuple[str, tuple[ItemView, ...]], hidden: int = 0) -> SectionView:
    owners = tuple((f"UBND {title}", len(items)) for title, items in groups)
    return replace(a_grouped_section("silent", *groups, hidden=hidden), owners=owners)


def a_grouped_section(name: str, *groups: tuple[str, tuple[ItemView, ...]], hidden: int = 0) -> SectionView:
    total = sum(len(items) for _, items in groups) + hidden
    return SectionView(name, tuple(GroupView(title, items) for title, items in groups), hidden, total)


def a_letter(kind: str, *sections: SectionView, **changes: object) -> LetterView:
    letter = LetterView(
        kind=kind,
        addressee="Chủ tịch UBND xã Thọ Sơn",
        unit="UBND xã Thọ Sơn",
        roles=("head",),
        office=OFFICE,
        today="03/07/2020",
        week="",
        sections=sections,
        finished=(),
        liability=(),
        url="https://dondoc.trieuson.example/l/eyJ0IjoyNTN9",
    )
    return replace(letter, **changes)


def a_digest() -> LetterView:
    return a_letter(
        "digest",
        a_section(
            "overdue",
            an_item(),
            an_extended_item(4, title="Sáu thôn miền núi đạt chuẩn NTM", owner="UBND xã Thọ Sơn", place=None),
            a_returned_item(owner="UBND xã Thọ Sơn"),
        ),
        a_section(
            "due",
            a_dated_item(2),
            a_dated_item(6, title="Thôn 2 xã Thọ Sơn đạt chuẩn NTM", place="thôn 2 xã Thọ Sơn"),
            hidden=12,
        ),
        a_section("stale", an_undated_item()),
        a_section("waiting", a_claimed_item()),
        addressee="Công chức theo dõi NTM xã Thọ Sơn",
        roles=("contact",),
        today="06/07/2020",
        week="28/2020",
    )


def a_reminder() -> LetterView:
    return a_letter(
        "reminder",
        a_section("remind", a_dated_item()),
        addressee="Công chức theo dõi NTM xã Thọ Sơn",
        roles=("contact",),
    )


def a_head_letter() -> LetterView:
    told = (ToldView("29/06/2020", "Công chức theo dõi NTM xã Thọ Sơn", "remind"),)
    return a_letter("head", a_section("head", an_item(told=told, working_days_late=1)), today="01/07/2020")


def an_overseer_letter() -> LetterView:
    told = (
        ToldView("19/06/2020", "Công chức theo dõi NTM xã Thọ Sơn", "remind"),
        ToldView("29/06/2020", "Công chức theo dõi NTM xã Thọ Sơn", "digest"),
        ToldView("01/07/2020", "Công chức theo dõi NTM xã Thọ Sơn", "head"),
        ToldView("01/07/2020", "Chủ tịch UBND xã Thọ Sơn", "head"),
    )
    return a_letter(
        "overseer",
        a_grouped_section(
            "overseer",
            (
                "xã Thọ Sơn",
                (
                    an_item(told=told),
                    an_item(
                        7,
                        title="Thôn 3 xã Thọ Sơn đạt chuẩn NTM",
                        place="thôn 3 xã Thọ Sơn",
                        told=told,
                        last_note=None,
                        last_report=None,
                        percent=0,
                    ),
                ),
            ),
            ("xã Hợp Lý", (an_extended_item(),)),
        ),
        addressee="Phó Bí thư Thường trực Huyện ủy",
        unit="Huyện ủy Triệu Sơn",
        roles=("overseer",),
        finished=("xã Tiến Nông", "xã Thọ Dân"),
        liability=((LIABILITY, f"điểm c mục 4.4 {NOTICE}"),),
    )


def an_office_letter() -> LetterView:
    told = (
        ToldView("01/07/2020", "Chủ tịch UBND xã Thọ Sơn", "head"),
        ToldView("03/07/2020", "Phó Bí thư Thường trực Huyện ủy", "overseer"),
    )
    return a_letter(
        "office",
        a_section("office", an_item(told=told, working_days_late=5), a_returned_item(told=told)),
        a_silent_section(
            (
                "xã Hợp Lý",
                (an_undated_item(11, owner="UBND xã Hợp Lý"), a_claimed_item(12, done=None, last_report=None)),
            ),
            ("xã Thọ Dân", (an_undated_item(13, owner="UBND xã Thọ Dân"),)),
            hidden=9,
        ),
        a_section("extension", an_extended_item()),
        a_section("waiting", a_claimed_item()),
        addressee="Chánh Văn phòng Điều phối xây dựng NTM huyện",
        unit=OFFICE.name,
        roles=("office",),
        today="07/07/2020",
    )


def a_row(name: str = "UBND xã Thọ Sơn", total: int = 12, **changes: object) -> CellRow:
    row = CellRow(
        name=name,
        total=total,
        done_on_time=3,
        done_late=1,
        open_in_time=2,
        open_overdue=2,
        undated=4,
        rate_done="33,3%",
        rate_on_time="75%",
        rate_overdue="16,7%",
        updated="5/8",
    )
    return replace(row, **changes)


def a_briefing() -> BriefingView:
    told = (
        ToldView("01/07/2020", "Chủ tịch UBND xã Thọ Sơn", "head"),
        ToldView("03/07/2020", "Phó Bí thư Thường trực Huyện ủy", "overseer"),
    )
    late = an_item(told=told, working_days_late=8)
    slipped = an_extended_item(working_days_late=3)
    finished = an_item(
        8,
        title="Xã Tiến Nông đạt chuẩn NTM năm 2020",
        owner="UBND xã Tiến Nông",
        place=None,
        done="29/06/2020",
        working_days_late=0,
        last_note=None,
    )
    communes = (
        "Hợp Thành",
        "Thọ Dân",
        "Hợp Lý",
        "Thọ Tiến",
        "Thọ Sơn",
        "Thọ Tân",
        "Hợp Thắng",
        "Tiến Nông",
        "Xuân Thịnh",
    )
    return BriefingView(
        period="2020-W28",
        week="28/2020",
        cut_off="15 giờ 00 ngày 10/07/2020",
        first_day="06/07/2020",
        last_day="10/07/2020",
        office=OFFICE,
        total=a_row("Toàn huyện", 108, open_overdue=18, done_on_time=27),
        previous=a_row("Toàn huyện", 108, open_overdue=16, done_on_time=24),
        units=(
            *tuple(a_row(f"UBND xã {name}") for name in communes),
            a_row("Văn phòng Điều phối xây dựng NTM huyện", 0, rate_done="–", rate_on_time="–", rate_overdue="–"),
        ),
        finished=(finished,),
        slipped=(slipped,),
        overdue=(late, slipped),
        coming=(a_dated_item(),),
        decisions=(
            DecisionView(
                late,
                "Xã Thọ Sơn quá hạn 8 ngày làm việc: gia hạn hay giao lại?",
                (
                    "Gia hạn đến ngày 31/08/2020",
                    "Giao thêm đồng chí Phó Chủ tịch UBND huyện trực tiếp chỉ đạo",
                    "Điều chỉnh mục tiêu sang năm 2021",
                ),
            ),
        ),
        unanswered=(("UBND xã Hợp Lý", 7), ("Ban Tổ chức Huyện ủy", 1)),
        silent=(
            SilentRow("UBND xã Thọ Sơn", ("Công chức theo dõi NTM xã Thọ Sơn",), 1, 8, "06/07/2020"),
            SilentRow("UBND xã Hợp Lý", ("Công chức theo dõi NTM xã Hợp Lý",), 0, 7, "22/06/2020"),
        ),
        url="https://dondoc.trieuson.example/briefings/2020-W28",
        door="https://dondoc.trieuson.example/tasks",
    )


LETTERS = {
    "digest": a_digest,
    "reminder": a_reminder,
    "head": a_head_letter,
    "overseer": an_overseer_letter,
    "office": an_office_letter,
}
