"""A long list: tasks of two hundred notices in every standing, as an office has them after years.

`python -m bench.long_list FILE --tasks 100000`.
"""

import argparse
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.province import OFFICE, TODAY, Row, insert, new_province, place, unit
from bench.workload import TASK, Words, words_of_the_notice
from tracker.people.search_words import index_tasks

COMMUNES = 300
NOTICES = 200
NOTICE = ("id", "sha256", "file_name", "number", "kind", "issued_on", "text", "form", "imported_at")
CLOSED = (*TASK, "done_on", "verified_on", "cancelled_on")
WORKS = ("Rà soát hồ sơ", "Hoàn thiện đường giao thông", "Nghiệm thu nhà văn hóa", "Lập dự toán", "Giải phóng mặt bằng")


def build_list(file: Path, *, tasks: int) -> None:
    """A fifth is late, a fifth in time, a fifth without a date, a third closed, one in fifty cancelled; each has a title of
    its own, a fifth of them only in its number."""
    with new_province(file, communes=COMMUNES) as session:
        words = words_of_the_notice(session)
        insert(session, "notice", NOTICE, map(_notice, range(2, NOTICES + 1)))
        insert(session, "task", CLOSED, (_task(n, words[n % len(words)]) for n in range(tasks)))
        index_tasks(session, sa.true())


def _notice(n: int) -> Row:
    return n, f"{n:064}", f"{n}.txt", f"{n}/TB-UBND", "TB", "2020-02-13", "", "text", "2020-02-14 01:00:00"


def _task(n: int, words: Words) -> Row:
    commune = n * 7 % COMMUNES
    due_on = (TODAY - timedelta(days=n % 300), TODAY + timedelta(days=n % 200), None)[n % 3]
    reported_on = TODAY - timedelta(days=n % 90) if n % 2 else None
    done_on, verified_on = _ends(n, due_on or TODAY)
    title = f"{WORKS[n % len(WORKS)]} đợt {n} tại {place(commune)}"
    return (
        n + 1, 1 + n % NOTICES, words.draft_id, words.kind, title, words.clause, words.quote, words.start, words.end,
        words.urgency, unit(commune), place(commune), unit(commune), _iso(due_on), _iso(due_on), words.due_phrase,
        OFFICE, "2020-02-14", 1, 40 if reported_on else 0, _iso(reported_on), False, _iso(done_on), _iso(verified_on),
        _iso(TODAY if n % 50 == 49 else None),
    )  # fmt: skip


def _ends(n: int, due_on: date) -> tuple[date | None, date | None]:
    """When it was done and verified: every third is closed, in time and late by turns; one in twenty waits."""
    done_on = due_on + timedelta(days=-3 if n % 2 else 9)
    if n % 9 in (0, 4, 8):
        return done_on, done_on + timedelta(days=5)
    return (done_on, None) if n % 20 == 7 else (None, None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def main() -> None:
    """Build the database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--tasks", type=int, default=100_000)
    asked = parser.parse_args()
    build_list(asked.file, tasks=asked.tasks)


if __name__ == "__main__":
    main()
