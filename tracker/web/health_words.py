"""What the health page says: each English line of tracker/health in the words of its readers."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.health.check import SHOWN, Line
from tracker.web.languages import Language
from tracker.web.wording import STATES

# The key is the line as tracker/health writes it; test_health.py keeps the table whole. Paths and addresses of the machine
# stand in `tracker doctor`, which only an administrator runs.
LINES: Mapping[str, str] = {
    # mail
    'transport = "folder": letters are written to %(folder)s, nobody gets them': "Thư chỉ được ghi vào thư mục trên máy chủ, chưa gửi cho ai",
    "smtp to %(host)s:%(port)s, %(security)s, user %(user)s": "Gửi qua máy chủ %(host)s, cổng %(port)s",
    "there is no password": "chưa có mật khẩu của hộp thư gửi",
    "name password_file or set TRACKER_MAIL_PASSWORD": "Ghi mật khẩu vào tệp nêu ở [mail] password_file",
    "a password is never sent in the clear": "kết nối chưa mã hóa nên không gửi mật khẩu",
    'set security = "starttls"': 'Đặt [mail] security = "starttls"',
    "sender %(sender)s is an example": "địa chỉ gửi %(sender)s chỉ là ví dụ",
    "set [mail] sender": "Đặt địa chỉ thật ở [mail] sender",
    # database, files, clock
    "%(name)s": "%(name)s",
    "%(error)s": "%(error)s",
    "%(name)s, schema %(version)s": "PostgreSQL, phiên bản dữ liệu %(version)s",
    "%(name)s, schema %(version)s, SQLite %(library)s, journal %(journal)s, %(bytes)s bytes": "SQLite %(library)s, phiên bản dữ liệu %(version)s, dung lượng %(bytes)s byte",
    "WAL needs SQLite %(wanted)s: one writer at a time, readers wait": "thư viện SQLite cũ hơn %(wanted)s: khi có người ghi thì người xem phải chờ",
    "%(count)s files, %(bytes)s bytes in %(folder)s": "%(count)s tệp, dung lượng %(bytes)s byte",
    "missing or changed: %(names)s": "thiếu hoặc đã bị sửa: %(names)s",
    "bring them back from a backup: 'tracker restore'": "Lấy lại từ bản sao lưu bằng lệnh tracker restore",
    "%(at)s %(timezone)s": "%(at)s, múi giờ %(timezone)s",
    "this lies before the newest row (%(at)s)": "sớm hơn dòng dữ liệu mới nhất (%(at)s)",
    "set the clock of this machine": "Chỉnh lại đồng hồ của máy chủ",
    "it jumped %(minutes)s minutes forward (seen %(at)s)": "đã nhảy nhanh %(minutes)s phút (phát hiện lúc %(at)s)",
    "it jumped %(minutes)s minutes back (seen %(at)s)": "đã lùi lại %(minutes)s phút (phát hiện lúc %(at)s)",
    "is it right now? docs/operations.md says what to do about letters of a wrong day": "Kiểm tra đồng hồ; nếu đã có thư ghi sai ngày, xem hướng dẫn vận hành (docs/operations.md)",
    # jobs
    "last runs: %(jobs)s": "Lượt chạy gần nhất: %(jobs)s",
    "last runs: none": "Chưa chạy lượt nào",
    "late: %(jobs)s": "chậm: %(jobs)s",
    "start 'tracker worker', or 'tracker tick' from cron": "Khởi động lại dịch vụ tracker worker",
    # letters
    "%(state)s %(count)s": "%(state)s: %(count)s",
    "no letter yet": "Chưa có thư nào",
    "'tracker outbox list' and 'tracker outbox retry ID' (%(error)s)": "Xem lý do ở trang Thư, sửa địa chỉ trong danh bạ rồi gửi lại bằng lệnh tracker outbox retry. Máy chủ thư trả lời: %(error)s",
    "no lease is older than it may be": "Không có thư nào bị giữ quá lâu",
    "%(count)s leases have ended, or end too late, and nobody takes them back": "%(count)s thư hoặc lượt chạy bị giữ quá lâu, chưa tiến trình nào nhận lại",
    "is the worker running? its next tick takes them back; did the clock go back?": "Kiểm tra dịch vụ tracker worker có đang chạy không và đồng hồ có bị lùi không; lượt chạy tiếp theo sẽ tự nhận lại",
    "%(count)s letters wait": "%(count)s thư đang chờ",
    "the oldest since %(at)s": "thư chờ lâu nhất từ %(at)s",
    "longer than %(most)s minutes": "chờ quá %(most)s phút",
    "more than %(most)s": "nhiều hơn %(most)s thư",
    "is the worker running, does the server answer? 'tracker outbox list --state waiting' shows what it said": "Kiểm tra dịch vụ tracker worker và máy chủ thư; trang Thư ghi lại câu trả lời của máy chủ",
    "sent %(sent)s, waiting %(waiting)s": "Đã gửi %(sent)s, đang chờ %(waiting)s",
    "%(speed)s a minute": "%(speed)s thư mỗi phút",
    "nothing sent lately": "gần đây không gửi thư nào",
    "estimated end %(at)s": "dự kiến gửi xong lúc %(at)s",
    "quiet hours": "đang trong giờ nghỉ",
    "the mail server refuses everything": "máy chủ thư từ chối mọi thư",
    "mend what it says (%(error)s), then 'tracker outbox resume'; one letter tries again at %(at)s": "Khắc phục theo câu trả lời của máy chủ thư (%(error)s), rồi chạy lệnh tracker outbox resume; hệ thống tự thử lại lúc %(at)s",
    "%(count)s mails wait for a person": "%(count)s thư trả lời chờ người xem",
    "every address takes letters": "địa chỉ nào cũng nhận được thư",
    "%(count)s addresses take no letters: %(names)s": "%(count)s địa chỉ không nhận được thư: %(names)s",
    "correct the register, or 'tracker inbox release ID'": "Sửa địa chỉ trong danh bạ, hoặc xử lý ở trang Thư đến",
    "nothing that is due is left unsaid": "Mọi lời nhắc đến hạn đều đã gửi",
    "%(count)s rungs are due and unsaid although today's sweep is done: tasks %(names)s": "%(count)s lời nhắc đến hạn chưa gửi dù lượt rà hôm nay đã xong: việc số %(names)s",
    "'tracker why ID' says to whom; tomorrow's sweep says them. Was the register or the ladder changed since, or a letter deleted?": "Trang của từng việc cho biết nhắc ai; lượt rà ngày mai sẽ gửi. Kiểm tra danh bạ, bậc nhắc có vừa được sửa không",
    "every letter could be made": "Thư nào cũng soạn được",
    "%(count)s letters could not be made: %(names)s": "%(count)s thư không soạn được: %(names)s",
    "look at the tasks and the register row of this person; what they missed is said by the next letter": "Xem lại các việc và dòng danh bạ của người này; nội dung chưa gửi sẽ có trong thư tiếp theo",
    # register and drafts
    "%(count)s drafts wait, %(ownerless)s of them without owner": "%(count)s dự thảo chờ xử lý, trong đó %(ownerless)s chưa rõ chủ trì",
    "%(count)s open questions": "%(count)s điểm cần hỏi chưa trả lời",
    "'tracker notice show NUMBER', then 'tracker notice rule' or 'reject'": "Mở trang Thông báo, chọn chủ trì cho từng dự thảo hoặc bỏ dự thảo",
    "every unit with open tasks has a contact or a head": "Đơn vị nào có việc cũng có đầu mối hoặc người đứng đầu",
    "%(count)s units without contact and head: %(names)s": "%(count)s đơn vị chưa có đầu mối và người đứng đầu: %(names)s",
    "every commune has an overseer": "Xã nào cũng có thành viên phụ trách",
    "%(count)s communes without overseer: %(names)s": "%(count)s xã chưa có thành viên phụ trách: %(names)s",
    "every officer with a role has an address": "Người nào có vai trò cũng có địa chỉ thư",
    "%(count)s officers without address: %(names)s": "%(count)s người chưa có địa chỉ thư: %(names)s",
    "the standing office and the chair are named": "Đã có cơ quan thường trực và người chủ trì",
    "%(count)s roles that nobody holds: %(names)s": "%(count)s vai trò chưa ai giữ: %(names)s",
    "correct the register and import it again": "Sửa tệp danh bạ rồi nhập lại bằng lệnh tracker register import",
}  # fmt: skip
JOBS = {"digest": "bản tin tuần", "sweep": "rà hằng ngày", "briefing": "báo cáo giao ban"}


def health_words(line: Line, language: Language, timezone: ZoneInfo) -> str:
    """A line in the reader's language; one that the table does not hold is said as it is."""
    if line.text not in LINES:
        return str(line)
    shown = {place: _shown(place, value, language, timezone) for place, value in line.values.items()}
    return language.say(LINES[line.text], **shown)


def _shown(place: str, value: object, language: Language, timezone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone):%H:%M %d/%m/%Y}"
    if isinstance(value, tuple):
        names = [_job(one, language) for one in value] if place == "jobs" else list(value)
        more = [language.say("và %(count)s mục khác", count=len(names) - SHOWN)] if len(names) > SHOWN else []
        return " ".join([", ".join(names[:SHOWN]), *more])
    return language.say(STATES[str(value)]) if place == "state" else str(value)


def _job(words: str, language: Language) -> str:
    """ "sweep 2020-07-03": which job, and the slot by its name."""
    job, _, slot = words.partition(" ")
    when = language.say("chưa chạy") if slot == "never" else slot
    return f"{language.say(JOBS[job])} {when}" if job in JOBS else words
