"""Frequent office words that a scan has spoilt ("Phân đầu" for "Phấn đấu"), told from right words that look like them."""

import re
import unicodedata
from collections.abc import Iterator

from tracker.notices.syllables import is_syllable
from tracker.words import plain

Misread = tuple[int, int, str]

_PAIRS = """
phấn đấu|thường trực|thực hiện|hoàn thành|triển khai|nghiêm túc|khẩn trương|phối hợp|tiến độ|thẩm quyền|thẩm định|kiểm tra|tổ chức
giải quyết|kế hoạch|quyết định|xây dựng|chỉ đạo|lãnh đạo|trách nhiệm|nhiệm vụ|đề nghị|yêu cầu|kịp thời|thường xuyên|tăng cường
bảo đảm|đảm bảo|tiếp tục|đôn đốc|hướng dẫn|rà soát|báo cáo|kết luận|hiệu quả|sản xuất|phát triển|giải pháp|công tác|chủ trì
phê duyệt|giải ngân|thủ tục|giám sát|thành lập|đánh giá|chấp hành|khắc phục|tháo gỡ|đầu tư|hồ sơ|chất lượng|giải phóng|quy định
xử lý|dự án|chuẩn bị|trực tiếp
"""
_KNOWN = frozenset(_PAIRS.strip().replace("\n", "|").split("|"))
_BY_FOLD = {plain(pair): pair for pair in _KNOWN}
# Forms in which a tone has moved, not only gone.
_MOVED = {"phân đầu": "phấn đấu", "phẫn đấu": "phấn đấu", "trường trực": "thường trực"}
# What these forms may be as well: they stay.
_LEFT = frozenset({"báo cao", "bao cao", "hiệu qua", "hiêu qua", "hướng dân", "hương dân"})
# The second word may begin another pair ("khen thưởng trực tiếp", "quyết toán hoàn thanh toán"), the first may end one.
_GOES_ON = {
    "an": "toan ninh sinh cu", "bao": "tieu gom che phu cap", "cau": "lac hoi", "dan": "dau dat den toi chung", "dao": "cu", "dau": "tu moi nam tien vao ra ky viec nguoi nguon gia thau tranh noi",
    "dinh": "huong", "do": "tuoi", "gia": "suc cam dinh", "hoach": "dinh", "hop": "le kim dong tac ly", "luong": "thuc tam khoan", "ly": "hon khai tan", "nghi": "ngo van thuc le pham",
    "phong": "trao", "so": "tan", "soat": "xet", "thanh": "toan tra ly nien khoan xuan pho vien lap tich uy phan cong", "tra": "cuu", "tri": "thuc an giac",
    "truc": "thuoc tiep tuyen ban quan ca", "tu": "van nhan phap lieu tuong cach", "xuyen": "suot tam",
}  # fmt: skip
_BELONGS_BEFORE = {
    "dau": "o tu", "giam": "trai tam", "hoan": "lien", "huong": "que", "ra": "de dua neu dat", "thuong": "khen vet chan ton bi cong", "tien": "uu dau to",
}  # fmt: skip
# Behind these, as behind a capital, a capital is a name.
_NAMED = frozenset(["xa", "phuong", "tran", "thon", "ban", "lang", "huyen", "ong", "ba", "chi", "dong"])
# "Trường trực" is "Thường trực" only before a body that has one: "các trường trực thuộc" are schools.
_HAS_A_STANDING_BODY = re.compile(r"\s+(?:hdnd|hoi dong|ubnd|uy ban|ban|(?:huyen|tinh|thanh|thi|dang) uy)\b")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED = re.compile(r"(?:ch|[cpt])$")


def misread(text: str) -> Iterator[Misread]:
    """Pairs of words that only a reading error makes: start, end and the right words in lower case.

    A syllable counts as misread when it has lost its tone or cannot be one; names (a capital on the second word) and
    pairs that may be other words stay. `text` is NFC."""
    words, folded = list(_WORD.finditer(text)), plain(text)
    for at in range(len(words) - 1):
        first, second = words[at], words[at + 1]
        right = _right(f"{first[0]} {second[0]}") if text[first.end() : second.start()].isspace() else None
        if right and not _is_other(folded, words, at):
            yield first.start(), second.end(), right


def respelled(text: str) -> str:
    """`text` with its misread pairs set right; everything else stays, and so does its length."""
    for start, end, right in misread(text):
        first, second = right.split(" ")
        written = _WORD.findall(text[start:end])[0]
        opened = first[:1].upper() + first[1:] if written[:1].isupper() else first
        text = f"{text[:start]}{opened} {second}{text[end:]}"
    return text


# Syllables that end in c, ch, p or t and have lost the tone which they must have; each can be one frequent word only.
_SINGLE = {
    "đươc": "được", "viêc": "việc", "môt": "một", "nươc": "nước", "trươc": "trước", "kêt": "kết", "quôc": "quốc", "xuât": "xuất",
    "quyêt": "quyết", "nhât": "nhất", "đât": "đất", "nghiêp": "nghiệp", "bươc": "bước", "vươt": "vượt", "hơp": "hợp", "tâp": "tập",
    "khăc": "khắc", "tiêp": "tiếp", "nôp": "nộp", "trưc": "trực", "chưc": "chức",
}  # fmt: skip


def with_tones(text: str) -> str:
    """`text` with its frequent words that have lost their only possible tone set right ("đươc" is "được"); its length stays."""
    return _WORD.sub(_with_tone, text)


def _with_tone(word: re.Match[str]) -> str:
    right = _SINGLE.get(word[0].lower())
    if right is None or word[0].isupper():
        return word[0]
    return right.capitalize() if word[0][0].isupper() else right


def _right(written: str) -> str | None:
    first, second = written.split(" ")
    if not second.islower() or not (first.islower() or first[1:].islower()):
        return None
    pair = written.lower()
    if pair in _LEFT or pair in _KNOWN or pair.isascii():  # without any mark it is a text of another kind, not a scan
        return None
    if pair in _MOVED:
        return _MOVED[pair]
    right = _BY_FOLD.get(plain(pair))
    if right and all(_is_spoilt(one, other) for one, other in zip(pair.split(" "), right.split(" "), strict=True)):
        return right
    return None


def _is_spoilt(written: str, right: str) -> bool:
    """Whether a syllable is the right one, the right one without its tone, or none at all."""
    return written in (right, _toneless(right)) or not is_syllable(written) or _has_lost_tone(written)


def _has_lost_tone(word: str) -> bool:
    """Whether a syllable ends in c, ch, p or t without the tone that it must have."""
    return bool(_STOPPED.search(word)) and not any(mark in _TONES for mark in unicodedata.normalize("NFD", word))


def _toneless(word: str) -> str:
    marks = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))


def _is_other(folded: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether the words around make other pairs of the two, or another word of a form that has two meanings."""
    first, second = plain(words[at][0]), plain(words[at + 1][0])
    has_body = second == "truc" and bool(_HAS_A_STANDING_BODY.match(folded, words[at + 1].end()))
    if first == "truong" and not has_body:
        return True
    after = plain(words[at + 2][0]) if at + 2 < len(words) else ""
    before = plain(words[at - 1][0]) if at else ""
    is_inside = at > 0 and folded[words[at - 1].end() : words[at].start()].isspace()
    is_name = words[at - 1][0][:1].isupper() or before in _NAMED
    if is_inside and is_name and words[at][0][:1].isupper() and not has_body:
        return True  # "xã Triệu Thanh lập dự toán"
    return after in _GOES_ON.get(second, "").split() or before in _BELONGS_BEFORE.get(first, "").split()
