"""How letters speak of a section, a reader's role and a rung: fixed words, once for text and HTML."""

from dataclasses import dataclass

from tracker.notify.views import SectionView


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one section. `counted` follows a number; in `ask` stands {by} for the day of the answer. A section
    that reports (to who stands above the owner) says since when a task is late and names every letter before; an owner
    is told of those above only, not of the reminders that they had themselves."""

    heading: str
    counted: str
    ask: str
    button: str
    is_report: bool = False


_REPORT = "Báo cáo kết quả"
_ASK_LATE = "Đề nghị báo cáo kết quả, hoặc nêu vướng mắc và hẹn ngày hoàn thành, chậm nhất ngày {by}."
_ASK_SOON = "Đề nghị báo cáo kết quả hoặc tiến độ chậm nhất ngày {by}; nếu có vướng mắc, đề nghị nêu rõ."

# Worst first: the order in which a subject names them.
WORDINGS = {
    "overdue": Wording("Việc quá hạn", "việc quá hạn", _ASK_LATE, _REPORT),
    "head": Wording(
        "Việc quá hạn, báo người đứng đầu đơn vị",
        "việc quá hạn",
        "Đề nghị đồng chí chỉ đạo thực hiện và báo cáo kết quả, hoặc nêu vướng mắc và hẹn ngày hoàn thành, "
        "chậm nhất ngày {by}.",
        _REPORT,
        is_report=True,
    ),
    "office": Wording(
        "Việc quá hạn đưa ra giao ban, đề nghị cho ý kiến",
        "việc cần quyết định",
        "Đề nghị đồng chí cho ý kiến (gia hạn, giao lại, điều chỉnh hoặc kết thúc) chậm nhất ngày {by}.",
        "Ghi ý kiến",
        is_report=True,
    ),
    "overseer": Wording(
        "Việc chậm tiến độ ở đơn vị đồng chí phụ trách",
        "việc chậm tiến độ",
        "Đề nghị đồng chí cho ý kiến chỉ đạo và xác nhận đã nắm tình hình chậm nhất ngày {by}.",
        "Cho ý kiến chỉ đạo",
        is_report=True,
    ),
    "silent": Wording(
        "Việc không ghi hạn, đã đề nghị nhiều lần, chưa có báo cáo mới",
        "việc không ghi hạn chưa có báo cáo mới",
        "Đề nghị đồng chí cho ý kiến đối với từng đơn vị (ấn định ngày hoàn thành, giao lại, điều chỉnh hoặc kết thúc) "
        "chậm nhất ngày {by}.",
        "Ghi ý kiến",
    ),
    "extension": Wording(
        "Đề nghị gia hạn, chờ quyết định",
        "đề nghị gia hạn",
        "Đề nghị đồng chí quyết định chậm nhất ngày {by}.",
        "Quyết định gia hạn",
        is_report=True,
    ),
    "due": Wording("Việc sắp đến hạn", "việc đến hạn", _ASK_SOON, _REPORT),
    "remind": Wording("Việc sắp đến hạn", "việc đến hạn", _ASK_SOON, _REPORT),
    "new": Wording(
        "Việc mới giao",
        "việc mới giao",
        "Đề nghị phân công thực hiện; việc không thuộc trách nhiệm của đơn vị, đề nghị báo lại chậm nhất ngày {by}.",
        "Xem việc",
    ),
    "stale": Wording(
        "Việc không ghi hạn, lâu chưa có báo cáo mới",
        "việc cần cập nhật",
        "Đề nghị báo cáo tiến độ chậm nhất ngày {by}.",
        _REPORT,
    ),
    "waiting": Wording(
        "Việc đã báo hoàn thành, đang chờ nghiệm thu",
        "việc chờ nghiệm thu",
        "Không cần trả lời thêm trong khi chờ nghiệm thu.",
        "Xem nội dung đã báo",
    ),
}
_VERIFY = Wording(
    "Việc đã báo hoàn thành, đề nghị nghiệm thu",
    "việc chờ nghiệm thu",
    "Đề nghị nghiệm thu hoặc trả lại chậm nhất ngày {by}.",
    "Nghiệm thu hoặc trả lại",
)
_HEAD_TO_CONTACT = Wording("Việc quá hạn, đã báo người đứng đầu đơn vị", "việc quá hạn", _ASK_LATE, _REPORT)
_EARLY = Wording(
    "Việc có nguy cơ chậm tiến độ ở đơn vị đồng chí phụ trách",
    "việc có nguy cơ chậm tiến độ",
    WORDINGS["overseer"].ask,
    WORDINGS["overseer"].button,
    is_report=True,
)

MANDATORY = frozenset({"overdue", "head", "overseer", "office", "silent"})
SUPERIOR_RUNGS = frozenset({"head", "overseer", "office"})

# What a reader must be to get a section: it gives the reason for the letter.
_ROLES_OF = {"overseer": ("overseer",), "office": ("office",), "silent": ("office",), "extension": ("office",)}
_OWNERS = ("contact", "head")

ROLES = {
    "contact": "là đầu mối thực hiện{of_unit}",
    "head": "là người đứng đầu {unit}",
    "overseer": "được phân công phụ trách các đơn vị có tên trong thư",
    "office": "thuộc cơ quan thường trực theo dõi việc thực hiện",
    "chair": "chủ trì cuộc họp giao ban",
}

RUNGS = {
    "remind": "nhắc trước hạn",
    "head": "nhắc người đứng đầu",
    "overseer": "báo thành viên phụ trách",
    "office": "báo cơ quan thường trực",
    "chair": "đưa ra giao ban",
    "digest": "bản tin tuần",
    "new": "báo việc mới giao",
    "briefing": "báo cáo giao ban",
}


def wording_of(section: SectionView, roles: tuple[str, ...]) -> Wording:
    """The words of a section for a reader of these roles."""
    if section.name == "waiting" and "office" in roles:
        return _VERIFY
    if section.name == "head" and "head" not in roles:
        return _HEAD_TO_CONTACT
    if section.name == "overseer" and is_early_warning(section):
        return _EARLY
    return WORDINGS[section.name]


def is_early_warning(section: SectionView) -> bool:
    """Whether nothing in the section is late yet: early warnings only."""
    items = [item for group in section.groups for item in group.items]
    return bool(items) and all((item.is_forecast_late or item.early) and not item.working_days_late for item in items)


def reason_roles(sections: tuple[SectionView, ...], roles: tuple[str, ...]) -> tuple[str, ...]:
    """The roles for which this letter came, out of all that its reader holds; none for who only stands in for another."""
    wanted: set[str] = set()
    for section in sections:
        is_to_verify = section.name == "waiting" and "office" in roles
        wanted.update(("office",) if is_to_verify else _ROLES_OF.get(section.name, _OWNERS))
    return tuple(role for role in roles if role in wanted)
