"""What the reader says of a file that it cannot read, in the words of an office: the reason, and what to do."""

from tracker.config import Storage
from tracker.web.languages import Language

SECRET = "Văn bản có dấu chỉ độ mật nên không được đưa vào hệ thống (Luật Bảo vệ bí mật nhà nước 2018). Tệp không được lưu lại."
UNREADABLE = "Không đọc được tệp này. Hệ thống đọc tệp chữ (.txt), Word (.docx), PDF và bản quét; đề nghị chọn đúng tệp thông báo."
BROKEN_OFF = "Việc đọc tệp này bị ngắt nhiều lần. Đề nghị lưu lại văn bản thành .docx hoặc PDF mới rồi đăng ký lại."

# By the words of the English message (tracker/notices/files): the first that is found in it.
_ADVICE = {
    "is a program": "Đây là một chương trình, không phải văn bản, dù tên tệp ghi thế nào. Không mở tệp này; đề nghị báo cán bộ công nghệ thông tin.",
    "reading it broke off (": "Tệp bị hỏng. Đề nghị mở tệp ở nơi mở được, lưu lại rồi gửi tệp mới.",
    "broke off": BROKEN_OFF,
    "locked with a password": "Tệp được khóa bằng mật khẩu. Đề nghị mở tệp, lưu lại không có mật khẩu rồi gửi tệp đó.",
    "password": "Tệp được khóa bằng mật khẩu. Đề nghị mở tệp, lưu lại không có mật khẩu rồi gửi tệp đó.",
    "old Word file": "Đây là tệp Word cũ (.doc). Đề nghị mở bằng Word hoặc LibreOffice và lưu thành .docx.",
    "old Office file": "Đây là tệp Office cũ, không phải thông báo ở dạng Word. Đề nghị lưu thông báo thành .docx hoặc PDF.",
    "rich text": "Đây là tệp .rtf. Đề nghị mở bằng Word hoặc LibreOffice và lưu thành .docx.",
    "archive": "Đây là tệp nén. Đề nghị giải nén và gửi chính tệp thông báo.",
    "HEIC": "Đây là ảnh HEIC. Đề nghị lưu thành .jpg.",
    "picture; save it": "Định dạng ảnh này chưa đọc được. Đề nghị lưu thành .png hoặc .jpg.",
    "web page": "Đây là một trang web. Đề nghị chép thông báo vào tệp chữ hoặc in thành PDF.",
    "takes longer than": "Một trang mất quá nhiều thời gian để đọc. Đề nghị lưu riêng thông báo, không kèm ảnh và phụ lục.",
    "more memory": "Tệp quá nặng để đọc. Đề nghị lưu riêng thông báo, không kèm ảnh và phụ lục.",
    "pages, more than": "Tệp có quá nhiều trang. Đề nghị chỉ lưu các trang của thông báo.",
    "larger than": "Tệp vượt quá dung lượng cho phép. Đề nghị gửi riêng thông báo, không kèm phụ lục.",
    "more than the limit": "Tệp vượt quá dung lượng cho phép. Đề nghị gửi riêng thông báo, không kèm phụ lục.",
    "which no page needs": "Ảnh có kích thước quá lớn. Đề nghị quét lại trang ở 300 dpi.",
    "does not look like Vietnamese": "Nội dung không phải tiếng Việt. Đề nghị kiểm tra lại có đúng tệp không.",
    "holds no words": "Tệp không có chữ nào đọc được. Đề nghị kiểm tra lại có đúng tệp không.",
    "after today": "Ngày của văn bản ở sau hôm nay. Đề nghị kiểm tra lại ngày ban hành.",
    "damaged": "Tệp bị hỏng. Đề nghị mở tệp ở nơi mở được, lưu lại rồi gửi tệp mới.",
    "tesseract": "Máy chủ chưa cài chương trình nhận dạng chữ (tesseract) nên chưa đọc được bản quét; đề nghị báo người quản trị.",
}  # fmt: skip


def advice_words(problem: str, language: Language) -> str:
    """The message of the reader in the words of the page; the message itself where there are none yet."""
    return language.say(next((words for sign, words in _ADVICE.items() if sign in problem), problem))


def evidence_problem(why: str, limits: Storage, language: Language) -> str:
    """Why a file is not taken as evidence (EvidenceError.why), and what to do."""
    text = {
        "count": "Mỗi lần gửi được tối đa %(files)s tệp minh chứng. Nội dung chưa được ghi; đề nghị chọn lại tệp.",
        "full": "Việc này đã có quá nhiều tệp minh chứng, không nhận thêm. Đề nghị báo cơ quan thường trực.",
        "size": "Tệp minh chứng vượt quá %(megabytes)s MB. Nội dung chưa được ghi; đề nghị chọn tệp nhỏ hơn.",
        "program": "Tệp được chọn là một chương trình, dù tên tệp ghi thế nào. Nội dung chưa được ghi.",
        "bomb": "Ảnh có kích thước lớn bất thường nên không được nhận. Nội dung chưa được ghi; đề nghị chụp lại.",
        "damaged": "Ảnh bị hỏng, không mở được. Nội dung chưa được ghi; đề nghị chụp hoặc chọn lại.",
    }.get(why, "Minh chứng phải là ảnh (.jpg, .png) hoặc PDF. Nội dung chưa được ghi; đề nghị chọn lại tệp.")
    return language.say(text, files=limits.evidence_files, megabytes=limits.evidence_bytes // 1_000_000)
