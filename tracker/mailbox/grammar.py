"""What an answer by mail can say, line by line: the number of a task and one of a few sentences, with or without marks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.rules.lifecycle import Verb
from tracker.words import plain

MOST = 100  # lines of one mail that are read
NUMBER = r"(?:viec|nhiem vu|nv|ma)?\s*(?:so\s*)?#?\s*(\d{1,9})"
NUMBERS = r"(?:(?:cac\s+)?(?:viec|nhiem vu|nv|ma))?\s*(?:so\s*)?#?\s*(\d{1,9}(?:\s*(?:,|;|&|va)\s*(?:viec\s*)?(?:so\s*)?#?\d{1,9})*)"
LEAD = r"\s*(?:[-*•+–]\s*)?"
JOIN = r"\s*[:,.–-]?\s*"
DONE = r"(?:da\s+)?(?:xong|hoan thanh|hoan tat)(?:\s+(?:roi|toan bo|het))?"
NOTE = r"(?:\s*[:;,.–-]\s*(?P<note>\S.*?))?[\s.!]*"
DAY = r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"
DOUBT = re.compile(r"\b(chua|khong|chang|cha|chi moi|sap|se|neu|\?)\b|\?|\d\s*%")
POLITE = re.compile(
    r"\s*(kinh (gui|thua|chao|bao cao|trinh)|chao|thua|dear|hi\b|hello|xin chao|tran trong|cam on|xin cam on|thanks|thank you"
    r"|best regards|regards|tran trong cam on|van phong xin|xin tran trong)"
)
CLOSING = re.compile(r"\s*(tran trong|tran trong cam on|best regards|regards|xin tran trong|cam on[./! ]*$|xin cam on)")


@dataclass(frozen=True, slots=True)
class Said:
    """One line about one task: what is to be done with it, and with which inputs. A difficulty and "nothing new" keep
    the percentage as it is: `percent` is then left to whoever knows it."""

    line: str
    task_id: int
    verb: Verb
    given: dict[str, Any] = field(default_factory=dict)
    keeps_percent: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that is none of the sentences, or that says two things of one task."""

    line: str
    why: str


def read_answers(words: str) -> list[Said | Unclear]:
    """What the writer's own words say, in their order; greetings are left out, and what follows the closing phrase."""
    lines = [line for line in words.split("\n") if line.strip()]
    read: list[Said | Unclear] = []
    for line in lines[:MOST]:
        folded = plain(line)
        if POLITE.match(folded) and not re.search(r"\d", folded):
            if CLOSING.match(folded) and read:
                break  # what follows is the writer's name
            continue
        read += _of_line(line.strip())
    read += [Unclear(line.strip(), "too_long") for line in lines[MOST:]]
    return _without_contradictions(read)


def _of_line(line: str) -> list[Said | Unclear]:
    folded = plain(line)
    for pattern, read in SENTENCES:
        if (found := pattern.fullmatch(folded)) is not None:
            return list(read(line, found)) or [Unclear(line, "unclear")]
    return [Unclear(line, "unclear")]


def _without_contradictions(read: list[Said | Unclear]) -> list[Said | Unclear]:
    """Who says two things of one task in one mail is asked by a person."""
    often = Counter(one.task_id for one in read if isinstance(one, Said))
    return [
        Unclear(one.line, "contradiction") if isinstance(one, Said) and often[one.task_id] > 1 else one for one in read
    ]


def _numbers(text: str) -> list[int]:
    return list(dict.fromkeys(int(number) for number in re.findall(r"\d+", text) if int(number) <= 2_147_483_647))


def _note(line: str, found: re.Match[str], name: str = "note") -> str:
    """The words as they were written: offsets of the folded line are those of the line."""
    start, end = found.span(name)
    return line[start:end].strip() if start >= 0 else ""


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _done(line: str, found: re.Match[str]) -> Iterator[Said]:
    note = _note(line, found)
    if DOUBT.search(plain(note)):
        return
    for number in _numbers(found[1]):
        yield Said(line, number, Verb.DONE, {"note": note or "Báo hoàn thành qua thư."})


def _percent(line: str, found: re.Match[str]) -> Iterator[Said]:
    note = _note(line, found)
    given: dict[str, Any] = {"percent": int(found["percent"]), "note": note or "Báo cáo mức hoàn thành qua thư."}
    promise = re.search(rf"\bhen\b[^\d]{{0,30}}{DAY}", plain(note))
    if promise is not None and (on := _day(promise)) is not None:
        given["promise"] = on
    if given["percent"] <= 100:
        for number in _numbers(found[1]):
            yield Said(line, number, Verb.REPORT, given)


def _difficulty(line: str, found: re.Match[str]) -> Iterator[Said]:
    yield Said(line, int(found[1]), Verb.REPORT, {"note": f"Vướng mắc: {_note(line, found)}"}, keeps_percent=True)


def _nothing_new(line: str, found: re.Match[str]) -> Iterator[Said]:
    for number in _numbers(found[1]):
        given = {"note": "Không phát sinh so với lần báo cáo trước."}
        yield Said(line, number, Verb.REPORT, given, keeps_percent=True)


def _extension(line: str, found: re.Match[str]) -> Iterator[Said]:
    if (until := _day(found)) is not None:
        yield Said(line, int(found[1]), Verb.EXTEND_ASK, {"until": until, "reason": _note(line, found)})


def _objection(line: str, found: re.Match[str]) -> Iterator[Said]:
    yield Said(line, int(found[1]), Verb.OBJECT, {"reason": line})


Sentence = Callable[[str, re.Match[str]], Iterator[Said]]


def _sentence(pattern: str) -> re.Pattern[str]:
    return re.compile(LEAD + pattern + r"\s*")


SENTENCES: tuple[tuple[re.Pattern[str], Sentence], ...] = (
    (_sentence(DONE + r"\s*:?\s*" + NUMBERS + NOTE), _done),
    (_sentence(NUMBERS + JOIN + DONE + NOTE), _done),
    (
        _sentence(
            NUMBERS
            + JOIN
            + r"(?:(?:da\s+)?(?:xong|hoan thanh|dat|lam|lam duoc|duoc|khoang|thuc hien)(?:\s+(?:duoc|khoang))?\s*)?"
            + r"(?P<percent>\d{1,3})\s*%"
            + NOTE
        ),
        _percent,
    ),
    (
        _sentence(
            NUMBER
            + JOIN
            + r"(?:dang\s+|con\s+|gap\s+|co\s+)*(?:kho khan|vuong mac|vuong)\b\s*[:,–-]?\s*(?P<note>\S.*?)"
        ),
        _difficulty,
    ),
    (
        _sentence(NUMBERS + JOIN + r"(?:khong|chua) (?:co )?(?:gi )?(?:phat sinh|thay doi)(?: gi)?(?: moi)?\s*\.?"),
        _nothing_new,
    ),
    (
        _sentence(
            NUMBER
            + JOIN
            + r"(?:xin|de nghi|xin duoc|de nghi duoc|de nghi cho)\s+(?:duoc\s+)?(?:gia han|lui han)\s*(?:them\s*)?(?:den|toi)?\s*(?:het\s*)?(?:ngay\s*)?"
            + DAY
            + r"\s*[,;:.–-]?\s*(?:vi|do|boi vi|ly do\s*:?)\s*:?\s*(?P<note>\S.*?)"
        ),
        _extension,
    ),
    (
        _sentence(
            NUMBER
            + JOIN
            + r"(?:day\s+)?khong (?:phai|thuoc)\s*(?:la\s+)?(?:viec|nhiem vu|trach nhiem|tham quyen|chuc nang)?\s*(?:cua|don vi|chung toi|xa|phong|ban|co quan)\b.*"
        ),
        _objection,
    ),
)
