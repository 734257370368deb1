"""The words of the pages: standings, reasons, lines of the history, why something is not possible.

They stand here in Vietnamese; `language` says them in the reader's language (docs/translation.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.notify.composing import PAPERS, split_clause
from tracker.notify.views import day
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import Reason
from tracker.rules.lifecycle import Standing, TaskState, Verb
from tracker.tasks.board import TaskRow
from tracker.tasks.evidence import EvidenceRow
from tracker.web.languages import Language, vi


@dataclass(frozen=True, slots=True)
class Mark:
    """How a standing looks: its words, a sign for eyes that do not see the colour, the class of its colour,
    and its words in short."""

    words: str
    sign: str
    tone: str
    short: str

    def said(self, language: Language) -> "Mark":
        """The same mark with its words in another language."""
        return replace(self, words=language.say(self.words), short=language.say(self.short))


MARKS = {
    "open_overdue": Mark("Chưa hoàn thành, quá hạn", "▲", "late", "quá hạn"),
    "open_in_time": Mark("Chưa hoàn thành, trong hạn", "●", "open", "trong hạn"),
    "open_undated": Mark("Chưa hoàn thành, không ghi hạn", "○", "plain", "không ghi hạn"),
    "done_on_time": Mark("Đã hoàn thành đúng hạn", "✓", "done", "xong đúng hạn"),
    "done_late": Mark("Đã hoàn thành quá hạn", "✓", "donelate", "xong quá hạn"),
    "done_undated": Mark("Đã hoàn thành, không ghi hạn", "✓", "done", "đã xong"),
    "waiting": Mark("Đã báo hoàn thành, chờ nghiệm thu", "…", "wait", "chờ nghiệm thu"),
    "cancelled": Mark("Đã chấm dứt", "×", "plain", "đã chấm dứt"),
    "held": Mark("Đang tạm dừng", "‖", "plain", "tạm dừng"),
}

KINDS = {"task": "Nhiệm vụ", "milestone": "Mốc", "policy": "Chủ trương"}
ROLES = {
    "contact": "đầu mối",
    "head": "người đứng đầu",
    "overseer": "thành viên phụ trách",
    "office": "cơ quan thường trực",
    "chair": "chủ trì",
    "viewer": "người theo dõi",
    "administrator": "quản trị hệ thống",
}

REASONS = {
    Reason.DUE_SOON: "Sắp đến hạn: hôm nay có thư nhắc.",
    Reason.OVERDUE: "Đã quá hạn: hôm nay có thư.",
    Reason.FORECAST_LATE: "Đơn vị hẹn hoàn thành sau hạn: hôm nay có thư cảnh báo sớm.",
    Reason.NO_REPORT: "Lâu chưa có báo cáo, hạn đang đến gần: hôm nay có thư cảnh báo sớm.",
    Reason.TOO_SLOW: "Theo nhịp độ đến nay khó kịp hạn: hôm nay có thư cảnh báo sớm.",
    Reason.BLOCKED: "Đề nghị của đơn vị chưa được trả lời: hôm nay có thư cảnh báo sớm.",
    Reason.UNLIKELY: "Đơn vị tự đánh giá khó đạt: hôm nay có thư cảnh báo sớm.",
    Reason.UNANSWERED: "Nhắc nhiều lần chưa có báo cáo: hôm nay báo cơ quan thường trực.",
    Reason.CLOSED: "Việc đã kết thúc.",
    Reason.NOT_A_WORKING_DAY: "Hôm nay không phải ngày làm việc.",
    Reason.POLICY: "Đây là chủ trương, không phải việc phải báo cáo.",
    Reason.HELD: "Việc đang tạm dừng theo quyết định của cơ quan thường trực.",
    Reason.AWAITING_VERIFICATION: "Đơn vị đã báo hoàn thành, đang chờ nghiệm thu.",
    Reason.NO_DEADLINE: "Thông báo không ghi hạn, và chưa đến kỳ rà soát.",
    Reason.STALE: "Không ghi hạn, lâu chưa có báo cáo: việc được nêu trong bản tin tuần.",
    Reason.NOT_YET: "Chưa đến ngày nhắc.",
    Reason.PROMISED: "Đơn vị vừa báo cáo và hẹn ngày hoàn thành; chờ đến ngày hẹn.",
    Reason.MUTED: "Việc nằm trong mốc chung của xã; thành viên phụ trách và cơ quan thường trực được báo về mốc đó.",
    Reason.ACKNOWLEDGED: "Thành viên phụ trách đã xác nhận nắm tình hình.",
    Reason.ALREADY_SAID: "Bậc nhắc này đã nói rồi, không nói lại.",
    Reason.NOBODY_TO_TELL: "Danh bạ chưa có người nhận; đề nghị bổ sung đầu mối hoặc người đứng đầu.",
}

EVENTS = {
    "confirmed": "Xác nhận thành nhiệm vụ",
    "report": "Báo cáo tiến độ",
    "done": "Báo hoàn thành",
    "evidence": "Gửi minh chứng",
    "verify": "Nghiệm thu",
    "return": "Trả lại, đề nghị làm tiếp",
    "extend-ask": "Đề nghị gia hạn",
    "extend-decide": "Quyết định về đề nghị gia hạn",
    "hold": "Tạm dừng",
    "release": "Tiếp tục sau tạm dừng",
    "acknowledge": "Xác nhận đã nắm tình hình",
    "reassign": "Giao đơn vị khác",
    "cancel": "Chấm dứt",
    "date-ruled": "Kết luận về thời hạn",
    "object": "Báo không phải việc của đơn vị",
    "overrule": "Vẫn giao đơn vị thực hiện",
    "password-set": "Đặt mật khẩu mới",
    "factor-set": "Bật mã xác thực",
    "factor-removed": "Tắt mã xác thực",
    "codes-renewed": "Tạo mã dự phòng mới",
    "recovery-used": "Đăng nhập bằng mã dự phòng",
    "browsers-signed-out": "Đăng xuất máy khác",
    "signin-reset": "Đặt lại cách đăng nhập",
    "rule": "Ý kiến kết luận",
    "amend": "Điều chỉnh theo thông báo sau",
    "reopen": "Mở lại sau nghiệm thu",
}

CHANNELS = {
    "command": "dòng lệnh", "web": vi("trang web"), "link": "liên kết trong thư", "api": "API", "mail": "thư trả lời",
    "story": "kịch bản mẫu",
}  # fmt: skip

HEADINGS = {
    "overdue": "Quá hạn",
    "due": "Sắp đến hạn",
    "extension": "Đề nghị gia hạn, chờ quyết định",
    "objection": "Đơn vị báo không phải việc của mình",
    "waiting": "Đã báo hoàn thành, chờ nghiệm thu",
    "overseen": "Chậm tiến độ ở đơn vị đồng chí phụ trách",
    "late": "Quá hạn trên toàn địa bàn",
    "viewed": "Quá hạn trong phạm vi theo dõi",
    "later": "Chưa đến hạn",
    "undated": "Không ghi hạn",
    "claimed": "Đã báo hoàn thành, đang chờ nghiệm thu",
}


LETTER_KINDS = {
    "digest": "Bản tin tuần",
    "reminder": "Nhắc trước hạn",
    "head": "Thư người đứng đầu",
    "overseer": "Thư thành viên phụ trách",
    "office": "Thư cơ quan thường trực",
    "briefing": "Báo cáo giao ban",
    "signin": "Liên kết",
    "notice": "Khác",
}

ROLE_HEADINGS = {
    "contact": "Đầu mối của đơn vị: trả lời việc của mình",
    "head": "Người đứng đầu đơn vị",
    "overseer": "Thành viên Ban Chỉ đạo phụ trách xã",
    "office": "Điều phối: đăng ký thông báo, nghiệm thu, quyết định",
    "chair": "Chủ trì giao ban",
    "viewer": "Theo dõi, giám sát: chỉ xem",
    "administrator": "Quản trị: tình trạng hệ thống, danh bạ, đăng nhập",
}

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")

STATES = {
    "waiting": "Chờ gửi",
    "leased": "Đang gửi",
    "sent": "Đã gửi",
    "refused": "Máy chủ từ chối",
    "unaddressed": "Không có địa chỉ",
}

REFUSALS = {
    "unknown": "không có trong danh bạ",
    "unverified": "địa chỉ thư chưa được cơ quan xác nhận",
    "unappointed": "không giữ vai trò nào",
}

CHECKS = {
    "configuration": "Cấu hình",
    "mail": "Máy chủ thư",
    "database": "Cơ sở dữ liệu",
    "files": "Tệp gốc và minh chứng",
    "clock": "Đồng hồ",
    "jobs": "Các lượt chạy",
    "letters": "Thư",
    "leases": "Thư đang cầm gửi",
    "outbox": "Thư chờ gửi",
    "rungs": "Bậc nhắc chưa nói",
    "relay": "Gửi thư",
    "mailbox": "Thư đến",
    "drafts": "Dự thảo chưa xử lý",
    "unwritten": "Soạn thư",
    "owners": "Đầu mối các đơn vị",
    "overseers": "Thành viên phụ trách",
    "addresses": "Địa chỉ thư",
    "office": "Thường trực, chủ trì",
}

QUESTIONS = {
    "suspected_scan_error": "Văn bản quét có lỗi nhận dạng chữ. Đề nghị đối chiếu nguyên văn với bản gốc.",
    "owner_implied": "Văn bản không ghi đơn vị chủ trì; lấy UBND của chính địa bàn. Đề nghị xác nhận.",
    "owner_unknown": "Chưa rõ đơn vị chủ trì. Đề nghị chọn đơn vị.",
    "owner_weak": "Tên đơn vị có thể chỉ nhiều đơn vị trong danh bạ. Đề nghị chọn đơn vị.",
    "event_horizon": "Thời hạn phụ thuộc một sự kiện. Đề nghị ghi ngày, hoặc để không có hạn.",
    "schedule_horizon": "Thời hạn theo một lịch khác. Đề nghị ghi ngày, hoặc để không có hạn.",
    "two_dates": "Văn bản nêu hai thời hạn; đang theo thời hạn sớm hơn. Đề nghị quyết định theo thời hạn nào.",
    "vague_date": "Cách ghi thời hạn không có ngày cụ thể; ngày đang hiện (nếu có) là theo thông lệ. Đề nghị xác nhận hoặc ghi ngày.",
    "date_elsewhere": "Thời hạn nằm ở văn bản khác. Đề nghị ghi ngày theo văn bản đó.",
    "counted_from_notice": "Thời hạn được tính từ ngày của thông báo. Đề nghị xác nhận.",
    "year_inferred": "Văn bản không ghi năm; năm được suy từ ngày của thông báo. Đề nghị xác nhận.",
    "date_before_notice": "Thời hạn trước ngày của thông báo. Đề nghị kiểm tra.",
    "no_such_date": "Ngày ghi trong văn bản không có trong lịch. Đề nghị ghi ngày đúng.",
    "no_reference_year": "Không rõ năm của thời hạn. Đề nghị ghi ngày đầy đủ.",
    "count_mismatch": "Số đơn vị nêu trong văn bản không khớp với danh bạ. Đề nghị kiểm tra danh sách.",
    "group_unresolved": "Chưa xác định được các đơn vị của nhóm. Đề nghị chọn đơn vị.",
    "sum_open": "Các số liệu trong văn bản không khớp nhau. Đề nghị đối chiếu với bản gốc.",
    "owner_unsure": "Đơn vị chủ trì được suy từ câu chữ của văn bản. Đề nghị xác nhận hoặc chọn đơn vị khác.",
    "numbering_jump": "Thứ tự mục, điểm không liên tục. Đề nghị kiểm tra văn bản có thiếu trang, thiếu dòng không.",
    "recipient_without_task": "Có nơi nhận để thực hiện nhưng chưa thấy nhiệm vụ. Đề nghị kiểm tra có bỏ sót không.",
    "owner_not_recipient": "Có đơn vị được giao việc nhưng không có trong nơi nhận. Đề nghị kiểm tra việc gửi văn bản.",
    "no_assignment": "Không thấy nội dung giao việc trong văn bản. Đề nghị xác nhận hoặc thêm nhiệm vụ.",
    "number_known": "Đã có một thông báo mang số này. Đề nghị xác định bản nào có hiệu lực trước khi xác nhận.",
    "number_missing": "Không tìm thấy số, ký hiệu của văn bản. Đề nghị ghi theo bản gốc.",
    "number_unreadable": "Không đọc rõ số, ký hiệu của văn bản. Đề nghị ghi theo bản gốc.",
    "date_missing": "Không tìm thấy ngày ban hành của văn bản. Đề nghị ghi theo bản gốc.",
    "date_unreadable": "Ngày ban hành để trống hoặc không đọc rõ. Đề nghị ghi theo bản gốc.",
    "encoding_converted": "Tệp dùng bảng mã cũ, chữ đã được chuyển. Đề nghị đối chiếu tên riêng và chữ hoa với bản gốc.",
}

RECURRENCES = {
    "weekly": "hằng tuần", "monthly": "hằng tháng", "quarterly": "hằng quý", "half-yearly": "sáu tháng một lần",
    "yearly": "hằng năm", "other": "định kỳ khác",
}  # fmt: skip

RULINGS = {
    "edit": "Đã sửa dự thảo",
    "split": "Đã tách làm hai",
    "merge": "Đã gộp",
    "reject": "Đã bỏ, không lập nhiệm vụ",
    "answer": "Đã trả lời điểm cần hỏi",
}

DIFFERENCES = {
    "title": "Tên việc",
    "kind": "Loại",
    "due_on": "Hạn",
    "recurrence": "Kỳ báo cáo",
    "leads": "Chủ trì",
    "supports": "Phối hợp",
}

WHY_WAITING = {
    "no_token": "Không gửi tới địa chỉ trả lời của một thư đôn đốc nên không rõ của ai.",
    "other_sender": "Địa chỉ gửi khác địa chỉ trong danh bạ. Đề nghị xác minh người gửi trước khi ghi.",
    "expired": "Trả lời một thư đã quá lâu.",
    "too_large": "Thư quá lớn, chỉ đọc được phần đầu.",
    "empty": "Không có nội dung ngoài phần trích dẫn.",
    "unclear": "Có dòng không theo mẫu trả lời.",
    "too_long": "Thư quá nhiều dòng.",
    "contradiction": "Có hai nội dung khác nhau về cùng một việc.",
    "not_theirs": "Số việc không có, hoặc không thuộc đơn vị của người gửi.",
    "not_now": "Tình trạng của việc không cho phép ghi nội dung này.",
    "whose": "Máy chủ báo thư không đến được nhưng không rõ thư nào.",
}

FLASHES = {
    "completion": "Đã ghi nhận báo cáo hoàn thành. Việc chờ nghiệm thu.",
    "report": "Đã ghi nhận báo cáo tiến độ.",
    "evidence": "Đã nhận minh chứng.",
    "difficulty": "Đã ghi nhận vướng mắc.",
    "no-change": "Đã ghi nhận: không phát sinh.",
    "extension": "Đã gửi đề nghị gia hạn, chờ cơ quan thường trực quyết định.",
    "objection": "Đã báo cơ quan thường trực: không phải việc của đơn vị. Việc vẫn đứng tên đơn vị cho đến khi có quyết định.",
    "acknowledgement": "Đã xác nhận nắm tình hình.",
    "verification": "Đã nghiệm thu.",
    "return": "Đã trả lại, việc được mở lại.",
    "extension-ruling": "Đã quyết định về đề nghị gia hạn.",
    "hold": "Đã tạm dừng.",
    "release": "Đã cho tiếp tục.",
    "reassignment": "Đã giao đơn vị khác.",
    "cancellation": "Đã chấm dứt.",
    "objection-ruling": "Đã trả lời đơn vị: việc vẫn giao như cũ.",
    "decision": "Đã ghi ý kiến kết luận: sẽ là dòng đầu về việc này trong thư tiếp theo.",
    "reopening": "Đã mở lại việc.",
    "amendment": "Đã ghi điều chỉnh theo thông báo sau.",
    "attainment": "Đã ghi nhận tiêu chí đạt, chờ thẩm định.",
    "loss": "Đã ghi: không còn đạt.",
    "again": "Nội dung này đã được ghi nhận trước đó, không ghi thêm lần nữa.",
    "mailed": "Nếu thông tin đúng, thư có liên kết đăng nhập sẽ đến trong ít phút.",
    "signed-out": "Đã đăng xuất.",
    "confirmed": "Đã xác nhận.",
    "rejected": "Đã bỏ dự thảo.",
    "edited": "Đã lưu dự thảo.",
    "known": "Tệp này đã được đăng ký trước đây: đó là thông báo dưới đây, không có gì được ghi thêm.",
    "dropped": "Đã xóa tệp khỏi danh sách.",
    "imported": "Đã đọc và lưu thông báo; đề nghị rà soát các dự thảo dưới đây.",
    "split": "Đã tách dự thảo làm hai.",
    "merged": "Đã gộp dự thảo.",
    "undone": "Đã hoàn tác: dự thảo trở lại như trước.",
    "ruled": "Đã ghi ý kiến.",
    "entered": "Đã ghi các báo cáo.",
    "approved": "Đã duyệt; báo cáo đang được gửi.",
    "remarked": "Đã lưu ghi chú.",
    "password": "Đã đặt mật khẩu mới.",
    "revoked": "Đã thu hồi: mã hết hiệu lực ngay.",
    "chosen": "Đã lưu ngày, giờ nhận bản tin tuần.",
    "settled": "Đã đánh dấu thư là đã xử lý.",
    "released": "Địa chỉ được dùng lại từ thư sau.",
    "factor-removed": "Đã tắt mã xác thực.",
    "browsers": "Đã đăng xuất.",
    "signin-reset": "Đã đặt lại. Người này đăng nhập bằng liên kết gửi qua thư.",
}


def difference_value(field: str, value: str, language: Language) -> str:
    """One side of what was changed in a draft, as an office writes it."""
    if not value:
        return language.say("không có")
    if field == "due_on":
        return day(date.fromisoformat(value))
    return language.say({"kind": KINDS, "recurrence": RECURRENCES}.get(field, {}).get(value, value))


def file_words(row: EvidenceRow, language: Language) -> str:
    """What a file is and how large: "ảnh, 2,4 MB"."""
    size = f"{row.size / 1_000_000:.1f} MB".replace(".", ",") if row.size >= 100_000 else f"{-(-row.size // 1000)} KB"
    return f"{language.say('ảnh') if row.is_picture else 'PDF'}, {size}"


def mark_of(row: TaskRow, marks: Mapping[str, Mark] = MARKS) -> Mark:
    """The mark of a task: a claim that waits and a hold are shown as such, whatever the date says."""
    if row.is_waiting:
        return marks["waiting"]
    return marks["held" if row.is_open and row.is_held else str(row.standing)]


def when_words(row: TaskRow, calendar: WorkingCalendar, language: Language) -> str:
    """Where a task stands against its date, as in the letters."""
    say = language.say
    if row.cancelled_on is not None:
        return say("chấm dứt ngày %(day)s", day=day(row.cancelled_on))
    if row.verified_on is not None:
        done, verified = day(row.done_on or row.verified_on), day(row.verified_on)
        return say("hoàn thành ngày %(done)s, nghiệm thu ngày %(verified)s", done=done, verified=verified)
    if row.done_on is not None:
        return say("đã báo hoàn thành ngày %(day)s, chờ nghiệm thu", day=day(row.done_on))
    if row.due_on is None:
        last = row.last_report_on
        return say("báo cáo gần nhất ngày %(day)s", day=day(last)) if last else say("chưa có báo cáo")
    if row.today > row.due_on:
        return language.count("quá hạn %(num)s ngày làm việc", max(calendar.between(row.due_on, row.today), 1))
    left = calendar.between(row.today, row.due_on)
    if not left:
        return say("đến hạn đúng ngày %(day)s", day=day(row.due_on))
    return language.count("còn %(num)s ngày làm việc", left)


def due_words(row: TaskRow, language: Language) -> str:
    """The date; both dates when it was extended."""
    if row.due_on is None:
        return language.say("không ghi hạn")
    if row.first_due_on is not None and row.first_due_on != row.due_on:
        return language.say("%(day)s (hạn gốc %(first)s)", day=day(row.due_on), first=day(row.first_due_on))
    return day(row.due_on)


@lru_cache(maxsize=8192)
def clause_words(path: str, language: Language) -> str:
    """ "điểm a mục 4.4": the words of `split_clause`, as the letters have them."""
    item, letter, section = split_clause(path)
    if not section:
        return language.say("toàn văn")
    where = {"letter": letter, "section": section, "item": item}
    if item and letter:
        return language.say("gạch đầu dòng thứ %(item)s điểm %(letter)s mục %(section)s", **where)
    if item:
        return language.say("gạch đầu dòng thứ %(item)s mục %(section)s", **where)
    return language.say("điểm %(letter)s mục %(section)s" if letter else "mục %(section)s", **where)


@lru_cache(maxsize=2048)
def notice_words(kind: str | None, number: str | None, issued_on: date | None, language: Language) -> str:
    """ "Thông báo số 253/TB-UBND ngày 13/02/2020", as the letters have it."""
    words = language.say(PAPERS.get(kind or "", "Văn bản"))
    if number:
        words = language.say("%(paper)s số %(number)s", paper=words, number=number)
    return language.say("%(paper)s ngày %(day)s", paper=words, day=day(issued_on)) if issued_on else words


def source_words(row: TaskRow, language: Language) -> str:
    """ "điểm a mục 4.4 Thông báo số 253/TB-UBND ngày 13/02/2020"."""
    notice = notice_words(row.notice_kind, row.notice_number, row.notice_issued_on, language)
    return language.say("%(clause)s %(notice)s", clause=clause_words(row.clause, language), notice=notice)


def why_not(verb: Verb, state: TaskState, language: Language) -> str:
    """Why the state of a task does not allow what was asked; the last line serves for everything else."""
    say = language.say
    if state.cancelled_on is not None:
        return say("Việc này đã chấm dứt ngày %(day)s.", day=day(state.cancelled_on))
    if state.verified_on is not None:
        return say("Việc này đã được nghiệm thu ngày %(day)s.", day=day(state.verified_on))
    if state.done_on is not None:
        return say("Việc này đã báo hoàn thành ngày %(day)s và đang chờ nghiệm thu.", day=day(state.done_on))
    if verb is Verb.EXTEND_ASK and state.due_on is None:
        return say("Việc này không ghi hạn nên không cần gia hạn.")
    if verb is Verb.EXTEND_ASK and state.has_pending_extension:
        return say("Đã có một đề nghị gia hạn đang chờ quyết định.")
    return say("Không ghi nhận được: vai trò của đồng chí hoặc tình trạng của việc không cho phép.")


EVENT_DATES = {
    "done_on": "hoàn thành ngày %(day)s",
    "promised_on": "hẹn hoàn thành ngày %(day)s",
    "proposed_on": "đề nghị đến ngày %(day)s",
    "granted_on": "đồng ý đến ngày %(day)s",
    "until_on": "đến ngày %(day)s",
    "expires_on": "có giá trị đến ngày %(day)s",
    "due_on": "hạn mới %(day)s",
}


def event_words(event: Any, language: Language) -> tuple[str, list[str]]:
    """A line of the history: what happened, and what was said with it."""
    detail = event.detail
    more = []
    if "percent" in detail:
        more.append(language.say("mức hoàn thành %(percent)s%%", percent=detail["percent"]))
    for key, text in EVENT_DATES.items():
        if detail.get(key):
            more.append(language.say(text, day=day(date.fromisoformat(detail[key]))))
    if event.kind == "extend-decide" and not detail.get("granted_on"):
        more.append(language.say("không đồng ý"))
    if detail.get("notice"):
        more.append(language.say(vi("theo %(notice)s"), notice=detail["notice"]))
    more += detail.get("files", [])
    if detail.get("client"):
        more.append(language.say("qua phần mềm %(name)s", name=detail["client"]))
    more += [f"“{detail[key]}”" for key in ("note", "reason", "text") if detail.get(key)]
    return language.say(EVENTS.get(event.kind, event.kind)), more


def cells_of(counts: dict[str, int], language: Language) -> list[tuple[str, str, str, int]]:
    """The four official cells: name, class, the filter that lists them, and how many."""
    return [
        (language.say(mark.words), mark.tone, str(name), counts.get(str(name), 0))
        for name, mark in (
            (name, MARKS[name])
            for name in (Standing.OPEN_OVERDUE, Standing.OPEN_IN_TIME, Standing.DONE_ON_TIME, Standing.DONE_LATE)
        )
    ]
