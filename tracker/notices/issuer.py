"""Who issued the paper: the bodies above the number, written in capitals, as an office says them in a sentence."""

import re

from tracker.notices.text import Paper
from tracker.notices.zones import Zones, lines
from tracker.words import fold, plain

STATE = re.compile(r"CỘNG H[OÒ][AÀÒ]\s|Độc lập|ĐẢNG CỘNG SẢN")
_BODY = re.compile(
    r"(?:uy ban|ubnd|so|bo|ban|van phong|phong|hoi|hdnd|cuc|chi cuc|tong cuc|cong an|thanh tra|dang|doan|tinh uy|thanh uy|huyen uy|quan uy|thi uy|"
    r"trung tam|thuong truc|kho bac|bao hiem|toa an|vien|truong|tinh doan|lien doan|cong ty|tong cong ty|benh vien|thue|chu tich|thu tuong|chinh phu|quoc hoi|hat)\b"
)
_LEVELS = ("tinh", "huyen", "quan", "xa", "phuong", "thanh pho", "thi xa", "thi tran", "dac khu")
_LEVEL = re.compile(r"\b(?:" + "|".join(_LEVELS) + r")\b")
_SPOKEN_LEVEL = {
    "tinh": "tỉnh", "huyen": "huyện", "quan": "quận", "xa": "xã", "phuong": "phường", "thanh pho": "thành phố", "thi xa": "thị xã",
    "thi tran": "thị trấn", "dac khu": "đặc khu",
}  # fmt: skip
_ACRONYM = re.compile(r"(?:UBND|HĐND|MTTQ|NTM|MTQG|PCTT|TKCN|QLDA|BQL|TNCS|[A-ZĐ]+-?\d+)\W*")
_FIELD_HEADS = ("so", "bo", "phong", "cuc", "chi cuc", "tong cuc", "vu")
_FIXED = {
    "uy ban nhan dan": "Ủy ban nhân dân",
    "thu tuong chinh phu": "Thủ tướng Chính phủ",
    "chinh phu": "Chính phủ",
    "quoc hoi": "Quốc hội",
    "so cong thuong": "Sở Công Thương",
    "bo cong thuong": "Bộ Công Thương",
}


def issuer(paper: Paper, zones: Zones, place: str | None) -> str | None:
    """The body that issued the paper, with the place of the body above it ("Sở Y tế tỉnh Ninh Lộc"); None without one.

    `place` is the place in the date line: it mends a name whose marks a scan has lost."""
    bodies = _bodies(paper, zones)
    if not bodies:
        return None
    last = bodies[-1]
    above = bodies[-2] if len(bodies) > 1 and not fold(bodies[-2]).startswith("dang bo") else ""
    spoken = _spoken(last, place)
    if not above:
        return spoken
    key = fold(last)
    if _names_place(last) or key.startswith("bo "):
        return spoken
    if key in ("van phong", "thuong truc", "ban thuong vu"):
        whole = _spoken(above, place)
        return f"{spoken} {whole.replace('UBND', 'Ủy ban nhân dân').replace('HĐND', 'Hội đồng nhân dân')}"
    region = _region(above, place)
    return f"{spoken} {region}" if region else spoken


def _bodies(paper: Paper, zones: Zones) -> list[str]:
    """The names in capitals above the number, from the top; a name may run over several lines."""
    found: list[str] = []
    for row in lines(paper, 0, zones.body_start)[:14]:
        if re.search(r"\bso\s*:", paper.words[slice(*row)]) or (zones.title and row[0] >= zones.title[0]):
            break
        text = " ".join(STATE.split(paper.text[slice(*row)])[0].split()).strip(" *-_")
        if not text or not text.isupper() or not re.search(r"[^\W\d_]{2}", text):
            continue
        if found and (not _BODY.match(fold(text)) or fold(found[-1]).endswith((" va", ","))):
            found[-1] = f"{found[-1]} {text}"
        elif _BODY.match(fold(text)):
            found.append(text)
    return found


def _names_place(capitals: str) -> bool:
    """Whether a name says itself where it governs ("ỦY BAN NHÂN DÂN XÃ YÊN KHÁNH", "HUYỆN ỦY PHÚ LƯƠNG")."""
    level = _level(capitals)
    return bool(re.match(r"(?:tinh|thanh|huyen|quan|thi) uy \w", fold(capitals))) or (
        level is not None and bool(capitals[level.end() :].strip())
    )


def _region(above: str, place: str | None) -> str:
    """The territory in the name of the body above ("UBND TỈNH NINH LỘC": "tỉnh Ninh Lộc")."""
    level = _level(above)
    return _spoken(above[level.start() :], place) if level else ""


def _level(capitals: str) -> re.Match[str] | None:
    """The first word of level with its own marks, or with none at all: "QUẢN LÝ" is no "QUẬN"."""
    for match in _LEVEL.finditer(plain(capitals)):
        written = capitals[match.start() : match.end()].lower()
        if written == _SPOKEN_LEVEL[match[0]] or (written == match[0] and match[0] != "quan"):
            return match
    return None


def _spoken(capitals: str, place: str | None) -> str:
    """ "UBND TỈNH LÀO CAI" as it is written in a sentence: the proper name and the first word of a field keep their
    capitals, the rest loses them."""
    key = plain(capitals)
    if match := re.match(r"(?:tinh|thanh|huyen|quan|thi|dang) uy\b", key):
        head = capitals[: match.end()].capitalize().replace("uỷ", "ủy")
        sign, rest = re.fullmatch(r"\s*([-–]?)\s*(.*)", capitals[match.end() :]).groups()  # type: ignore[union-attr]
        said = _spoken(rest, place) if sign or _LEVEL.match(fold(rest)) else _proper(rest, place)
        return " ".join(part for part in (head, sign, said) if part)
    level = _level(capitals)
    if level is None:
        return _common(capitals)
    before = _common(capitals[: level.start()].strip())
    said = _SPOKEN_LEVEL[level[0]]
    return " ".join(part for part in (before, said, _proper(capitals[level.end() :].strip(), place)) if part)


def _proper(capitals: str, place: str | None) -> str:
    if place and fold(place) == fold(capitals):
        return place
    return " ".join(word if _ACRONYM.fullmatch(word) else word.capitalize() for word in capitals.split())


def _common(capitals: str) -> str:
    """A name without its place: "Ủy ban nhân dân", "Sở Giáo dục và Đào tạo", "Ban Quản lý dự án"."""
    if (fixed := _FIXED.get(fold(capitals))) is not None and "UỶ" not in capitals:
        return fixed
    words = [word if _ACRONYM.fullmatch(word) else word.lower() for word in capitals.split()]
    folded = fold(capitals)
    first = (
        2
        if folded.startswith(
            ("van phong", "chi cuc", "tong cuc", "trung tam", "thanh tra", "benh vien", "tong cong ty")
        )
        else 1
    )
    is_field = folded.split(" ")[0] in _FIELD_HEADS or folded.startswith(("chi cuc", "tong cuc"))
    for index, word in enumerate(words):
        follows = is_field and index > first and fold(words[index - 1]).endswith(("va", "-", "–", ","))
        if index == 0 or follows or (index == first and not folded.startswith(("uy ban", "hoi dong", "thuong truc"))):
            words[index] = word if _ACRONYM.fullmatch(word) else word[:1].upper() + word[1:]
    return " ".join(words)
