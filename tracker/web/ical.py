"""Deadlines as a calendar that telephones subscribe to (RFC 5545): all-day events that keep their UID when they move.

A calendar program has no switch of languages, so this is Vietnamese, as letters are.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tracker.tasks.board import TaskRow
from tracker.web.languages import VIETNAMESE
from tracker.web.wording import source_words

LINE = 75  # octets, RFC 5545 3.1
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def calendar_of(tasks: Iterable[TaskRow], *, owner: str, base_url: str, now: datetime) -> bytes:
    """The calendar of tasks that have a date, named after its `owner`; `base_url` makes the links and the UIDs, `now` is aware UTC."""
    host = urlsplit(base_url).hostname or "don-doc"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Don Doc//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(f'Hạn: {owner}')}")
    for task in tasks:
        if task.due_on is not None:
            lines += _event(task, host, base_url.rstrip("/"), now)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(task: TaskRow, host: str, base_url: str, now: datetime) -> list[str]:
    assert task.due_on is not None
    return [
        "BEGIN:VEVENT",
        f"UID:task-{task.id}@{host}",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{task.version}",
        f"DTSTART;VALUE=DATE:{task.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{task.due_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'Hạn: {task.title}')}",
        f"DESCRIPTION:{_text(f'{task.owner}. Căn cứ: {source_words(task, VIETNAMESE)}.')}",
        f"URL:{base_url}/tasks/{task.id}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """RFC 5545 3.3.11: what has a meaning in a line is escaped."""
    return value.translate(ESCAPED)


def _folded(line: str) -> bytes:
    """At most 75 octets a line, never cut inside a letter."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LINE - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
