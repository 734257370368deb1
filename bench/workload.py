"""The work of a bench: open tasks of the province in every state that a letter tells apart.

`python -m bench.workload digest FILE --officials 1000 --tasks 20`, `… sweep FILE --milestones 190000` or
`… pages FILE --officials 32 --tasks 62`.
"""

import argparse
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bench.province import CHAIR, OFFICE, TODAY, Row, contact, head, insert, new_province, overseer, place, unit
from tracker.config import Calendar, Config
from tracker.models import Draft
from tracker.notify.facts import ladder_of
from tracker.people.search_words import index_tasks
from tracker.rules.escalation import Rung, RungName, Target, said_key, step_by_date
from tracker.workdays import office_calendar

CONFIRMED = date(2020, 2, 14)
CRITERIA = 19  # milestones of one commune
OLD_LETTER = 1  # what was said before stood in this letter
TASK = (
    "id", "notice_id", "draft_id", "kind", "title", "clause", "quote", "start", "end", "urgency", "lead_unit_id", "place",
    "place_unit_id", "first_due_on", "due_on", "due_phrase", "confirmed_by_id", "confirmed_on", "version", "percent",
    "last_report_on", "is_held",
)  # fmt: skip
SAID = ("task_id", "officer_id", "rung", "key", "due_on", "said_on", "message_id")
REPORT = ("task_id", "percent", "note", "reported_on", "author_id", "reported_at")
MESSAGE = (
    "id", "officer_id", "kind", "period", "subject", "message_id", "posted_on", "posted_at", "state", "attempts",
    "next_attempt_at",
)  # fmt: skip


class Words(NamedTuple):
    """What a draft of the notice gives its task."""

    draft_id: int
    kind: str
    title: str
    clause: str
    quote: str
    start: int
    end: int
    urgency: str | None
    due_phrase: str | None


class Work(NamedTuple):
    """One open task: whose, from which draft, when due, when last heard of."""

    task_id: int
    commune: int
    words: Words
    due_on: date | None
    reported_on: date | None


def build_digest(place: Path | str, *, officials: int, tasks_each: int) -> None:
    """A third of each official's tasks is late and was told of, a third due within two weeks, a third without a date and
    stale. An ordinary Monday: what the ladder had for each up to the Friday before was said. The briefing of the week
    before is frozen, so that on this Monday morning the digest alone is due."""
    with new_province(place, communes=officials) as session:
        works = list(_digest_works(officials, tasks_each, words_of_the_notice(session)))
        _insert_old_letter(session)
        insert(session, "task", TASK, map(_task, works))
        insert(session, "said", SAID, (row for one in works for row in _history(one)))
        insert(session, "progressreport", REPORT, (_report(one) for one in works if one.reported_on))
        frozen = ("briefing", "2020-W27", *["2020-07-03 08:00:00"] * 3, "{}")
        insert(session, "jobrun", ("job", "slot", "started_at", "lease_ends_at", "finished_at", "detail"), [frozen])


def build_sweep(file: Path, *, milestones: int) -> None:
    """Nineteen milestones a commune: one in twenty is late, one in twenty near its day, and all that is due was said."""
    with new_province(file, communes=-(-milestones // CRITERIA)) as session:
        words = words_of_the_notice(session)
        _insert_old_letter(session)
        works = [_milestone(n, words[n % len(words)]) for n in range(milestones)]
        insert(session, "task", TASK, map(_task, works))
        insert(session, "said", SAID, (row for one in works for row in _whole_history(one)))


def build_pages(file: Path, *, communes: int, tasks_each: int) -> None:
    """Nineteen milestones and so many tasks of the notice for each commune, in the states of a digest; the notice itself
    waits to be settled, as on the day when it came."""
    with new_province(file, communes=communes) as session:
        words = words_of_the_notice(session)
        _insert_old_letter(session)
        tasks = list(_digest_works(communes, tasks_each, words))
        works = [*tasks, *(_criterion(n, len(tasks), words[n % len(words)]) for n in range(communes * CRITERIA))]
        insert(session, "task", TASK, map(_task, works))
        insert(session, "said", SAID, (row for one in works for row in _late_history(one)))
        insert(session, "progressreport", REPORT, (_report(one) for one in works if one.reported_on))
        index_tasks(session, sa.true())


def words_of_the_notice(session: Session) -> list[Words]:
    """What the drafts of the imported notice say, policies left out."""
    drafts = session.exec(select(Draft).where(col(Draft.kind) != "policy").order_by(col(Draft.position)))
    return [
        Words(
            one.id or 0,
            str(one.kind),
            one.title,
            one.clause,
            one.quote,
            one.start,
            one.end,
            one.urgency,
            one.due_phrase,
        )
        for one in drafts
    ]


def _digest_works(officials: int, tasks_each: int, words: list[Words]) -> Iterator[Work]:
    for n in range(officials * tasks_each):
        commune, nth = divmod(n, tasks_each)
        due_on = (
            TODAY - timedelta(days=6 + 3 * (nth % 9)),
            TODAY + timedelta(days=n % 14),
            None,
        )[nth % 3]
        reported_on = TODAY - timedelta(days=45 + nth) if nth % 2 else None
        yield Work(n + 1, commune, words[(commune * 7 + nth) % len(words)], due_on, reported_on)


def _milestone(n: int, words: Words) -> Work:
    due_on = {0: TODAY - timedelta(days=24), 1: TODAY + timedelta(days=7)}.get(n % 20, date(2020, 12, 31))
    return Work(n + 1, n // CRITERIA, words._replace(kind="milestone"), due_on, None)


def _criterion(n: int, before: int, words: Words) -> Work:
    """One of the nineteen milestones of a commune, of which a fifth is late."""
    commune, nth = divmod(n, CRITERIA)
    title = f"{place(commune)} đạt tiêu chí số {nth + 1}"
    due_on = TODAY - timedelta(days=24) if n % 5 == 0 else date(2020, 12, 31)
    return Work(before + n + 1, commune, words._replace(kind="milestone", title=title), due_on, None)


def _task(work: Work) -> Row:
    words, due_on = work.words, _iso(work.due_on)
    return (
        work.task_id, 1, words.draft_id, words.kind, words.title, words.clause, words.quote, words.start, words.end,
        words.urgency, unit(work.commune), place(work.commune), unit(work.commune), due_on, due_on, words.due_phrase,
        OFFICE, _iso(CONFIRMED), 1, 40 if work.reported_on else 0, _iso(work.reported_on), False,
    )  # fmt: skip


def _report(work: Work) -> Row:
    at = f"{work.reported_on} 02:00:00"
    return work.task_id, 40, "Còn vướng mặt bằng ở hai thôn", _iso(work.reported_on), contact(work.commune), at


def _insert_old_letter(session: Session) -> None:
    at = "2020-06-01 00:30:00"
    row = (
        OLD_LETTER,
        OFFICE,
        "notice",
        "2020-06-01",
        "Thư cũ",
        "<old@bench.invalid>",
        "2020-06-01",
        at,
        "sent",
        1,
        at,
    )
    insert(session, "message", MESSAGE, [row])


def _history(work: Work) -> Iterator[Row]:
    """What the ladder had for a task of a digest up to the Friday before: `_late_history` and the highest step."""
    yield from _late_history(work)
    step = _step_on_friday(work.due_on) if work.due_on is not None else None
    if step is not None:
        rung, label = step
        for target in rung.to:
            if rung.name is not RungName.HEAD:  # these rows stand in `_late_history`
                yield _said(work, _HOLDER[target](work.commune), rung.name, label, _DAYS_AFTER[rung.name])
    if work.due_on is not None and work.due_on >= TODAY and work.words.kind == "milestone":
        yield _said(work, overseer(work.commune), "overseer", "overseer-silent", -20)


_HOLDER: dict[Target, Callable[[int], int]] = {
    Target.CONTACT: contact,
    Target.HEAD: head,
    Target.OVERSEER: overseer,
    Target.OFFICE: lambda _: OFFICE,
    Target.CHAIR: lambda _: CHAIR,
}


_DAYS_AFTER = {RungName.REMIND: -1, RungName.OVERSEER: 3, RungName.OFFICE: 7}


@lru_cache
def _step_on_friday(due_on: date) -> tuple[Rung, str] | None:
    return step_by_date(due_on, ladder_of(Config()), office_calendar(Calendar()), TODAY - timedelta(days=3))


def _late_history(work: Work) -> Iterator[Row]:
    """A late task of a digest: its contact was reminded once, then head and contact heard."""
    if work.due_on is not None and work.due_on < TODAY:
        yield _said(work, contact(work.commune), "remind", "remind-1", -1)
        yield _said(work, contact(work.commune), "head", "head", 1)
        yield _said(work, head(work.commune), "head", "head", 1)


def _whole_history(work: Work) -> Iterator[Row]:
    """Everything that the ladder has for this milestone by today, so that a sweep has nothing to add."""
    commune = work.commune
    if work.due_on is None or work.due_on > TODAY + timedelta(days=14):
        return
    yield _said(work, contact(commune), "remind", "remind-7", -9)
    yield _said(work, overseer(commune), "overseer", "overseer-silent", -20)  # nobody has reported: an early warning
    if work.due_on < TODAY:
        yield _said(work, contact(commune), "remind", "remind-3", -3)
        yield _said(work, contact(commune), "remind", "remind-1", -1)
        yield _said(work, contact(commune), "head", "head", 1)
        yield _said(work, head(commune), "head", "head", 1)
        yield _said(work, overseer(commune), "overseer", "overseer", 3)
        yield _said(work, OFFICE, "office", "office", 7)


def _said(work: Work, officer: int, rung: str, label: str, days_after: int) -> Row:
    assert work.due_on is not None
    said_on = min(work.due_on + timedelta(days=days_after), TODAY - timedelta(days=1))
    return work.task_id, officer, rung, said_key(label, work.due_on), _iso(work.due_on), _iso(said_on), OLD_LETTER


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def main() -> None:
    """Build one of the databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=("digest", "sweep", "pages"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--officials", type=int, default=1_000)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--milestones", type=int, default=190_000)
    asked = parser.parse_args()
    if asked.which == "digest":
        build_digest(asked.file, officials=asked.officials, tasks_each=asked.tasks)
    elif asked.which == "pages":
        build_pages(asked.file, communes=asked.officials, tasks_each=asked.tasks)
    else:
        build_sweep(asked.file, milestones=asked.milestones)


if __name__ == "__main__":
    main()
