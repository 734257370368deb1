"""From letters to envelopes: what the rules decided, dressed for the templates; a few queries a batch, none a letter."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.config import Config
from tracker.models import (
    Appointment,
    DraftSource,
    Extension,
    Kind,
    Notice,
    Officer,
    ProgressReport,
    Role,
    Said,
    Task,
    Unit,
    Verification,
)
from tracker.notify.duties import duty_words, load_duties
from tracker.notify.early import load_warnings
from tracker.notify.facts import ladder_of
from tracker.notify.links import choice_door, letter_door
from tracker.notify.mailnews import MailNews
from tracker.notify.rulings import Ruled, load_standing_rulings
from tracker.notify.views import GroupView, ItemView, LetterView, OfficeView, SectionView, ToldView, day
from tracker.people.among import among, fetch
from tracker.people.officers import load_substitutes
from tracker.rules.calendar import WorkingCalendar
from tracker.rules.escalation import RungName
from tracker.rules.recurrence import Duty

OWNERS = (Role.CONTACT, Role.HEAD)
ANSWER_DAYS = 3  # working days that a letter leaves for the answer


@dataclass(frozen=True, slots=True)
class Person:
    """The receiver of a letter."""

    officer_id: int
    code: str
    post: str
    addressee: str
    unit: str
    roles: tuple[str, ...]
    stands_in_for: tuple[str, ...] = ()
    acting_roles: tuple[str, ...] = ()


def office_view(config: Config) -> OfficeView:
    """Who signs, from config.toml."""
    office = config.office
    return OfficeView(
        office.name, office.telephone, office.place, office.programme, config.web.base_url.rstrip("/"),
        office.superior, office.symbol, office.signatory,
    )  # fmt: skip


def load_people(session: Session, officer_ids: Iterable[int], *, on: date) -> dict[int, Person]:
    """The receivers with their posts and what they are on `on`."""
    wanted = sorted(set(officer_ids))
    absent: dict[int, list[int]] = defaultdict(list)
    for officer, substitute in load_substitutes(session, on=on).items():
        absent[substitute].append(officer)
    found: dict[int, Person] = {}
    for start in range(0, len(wanted), 5_000):
        found |= _people(session, wanted[start : start + 5_000], absent, on)
    return found


def _people(
    session: Session, wanted: Sequence[int], absent: Mapping[int, Sequence[int]], on: date
) -> dict[int, Person]:
    roles: dict[int, dict[str, None]] = defaultdict(dict)
    units: dict[int, str] = {}
    at_home: set[int] = set()
    named = {*wanted, *(one for id_ in wanted for one in absent.get(id_, ()))}
    holding = sa.select(col(Appointment.officer_id), col(Appointment.role), col(Unit.name)).join(
        Unit, col(Unit.id) == col(Appointment.unit_id)
    )
    holding = holding.where(
        among(session, col(Appointment.officer_id), named),
        col(Appointment.valid_from) <= on,
        sa.or_(col(Appointment.valid_to).is_(None), col(Appointment.valid_to) >= on),
    )
    for officer, role, unit in fetch(session, holding.order_by(col(Appointment.id))):
        roles[officer][role.value] = None
        # The unit of a reader is the one that they work for, not a commune that they oversee.
        if officer not in units or (role in OWNERS and officer not in at_home):
            units[officer] = unit
        if role in OWNERS:
            at_home.add(officer)
    columns = sa.select(col(Officer.id), col(Officer.code), col(Officer.post), col(Officer.name))
    rows = {row[0]: row for row in fetch(session, columns.where(among(session, col(Officer.id), named)))}
    people = {}
    for id_, code, post, name in (rows[id_] for id_ in wanted if id_ in rows):
        stood_in = tuple(rows[one].post for one in absent.get(id_, ()))
        acting = tuple(dict.fromkeys(role for one in absent.get(id_, ()) for role in roles[one]))
        addressee = f"{name}, {post}" if name else post
        people[id_] = Person(id_, code, post, addressee, units.get(id_, ""), tuple(roles[id_]), stood_in, acting)
    return people


def load_items(
    session: Session, task_ids: Iterable[int], *, config: Config, calendar: WorkingCalendar,
    counts: sa.ColumnElement[bool] | None = None, today: date,
) -> dict[int, ItemView]:  # fmt: skip
    """The items of many letters at once, by task number; counts: which rows of Said they name, when not all."""
    wanted = sorted(set(task_ids))
    found: dict[int, ItemView] = {}
    for start in range(0, len(wanted), 5_000):
        found |= _items(session, wanted[start : start + 5_000], config, calendar, counts, today)
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """What other rows say of the tasks of a batch, by task number."""

    notes: dict[int, str]
    returned: dict[int, tuple[str, str]]
    asked: dict[int, date]
    told: dict[int, list[ToldView]]
    phrases: dict[int, str]
    early: dict[int, tuple[str, ...]]
    rulings: dict[int, Ruled]
    duties: dict[int, tuple[str, Duty]]


def _items(
    session: Session,
    wanted: Sequence[int],
    config: Config,
    calendar: WorkingCalendar,
    counts: sa.ColumnElement[bool] | None,
    today: date,
) -> dict[int, ItemView]:
    rows = fetch(session, _task_rows(session, wanted))
    beside = _beside(session, wanted, rows, config, calendar, counts, today)
    last_answer = calendar.add(today, ANSWER_DAYS)
    return {row[0]: _item(row, beside, calendar, last_answer=last_answer, today=today) for row in rows}


def _beside(
    session: Session, wanted: Sequence[int], rows: Sequence[Any], config: Config, calendar: WorkingCalendar,
    counts: sa.ColumnElement[bool] | None, today: date,
) -> _Beside:  # fmt: skip
    """What only some tasks can have is asked for these alone."""
    ahead = [row.id for row in rows if row.kind is Kind.MILESTONE and row.due_on is not None and row.due_on >= today]
    recurring = [row.id for row in rows if row.recurrence is not None]
    return _Beside(
        _last_notes(session, [row.id for row in rows if row.last_report_on is not None]),
        _returned(session, wanted),
        _pending(session, wanted),
        _told(session, wanted, counts),
        _phrase_clauses(session, rows),
        load_warnings(session, ahead, ladder=ladder_of(config), calendar=calendar, today=today),
        load_standing_rulings(session, wanted),
        load_duties(session, recurring, today=today),
    )


def _task_rows(session: Session, wanted: Sequence[int]) -> sa.Executable:
    return (
        sa.select(
            col(Task.id), col(Task.title), col(Unit.name), col(Task.place), col(Task.kind), col(Task.due_on), col(Task.first_due_on),
            col(Task.due_phrase), col(Task.clause), col(Notice.kind).label("paper"), col(Notice.number), col(Notice.issued_on),
            col(Task.quote), col(Task.urgency), col(Task.percent), col(Task.last_report_on), col(Task.promised_on),
            col(Task.done_on), col(Task.draft_id), col(Task.recurrence),
        )
        .join(Unit, col(Task.lead_unit_id) == col(Unit.id))
        .join(Notice, col(Task.notice_id) == col(Notice.id))
        .where(among(session, col(Task.id), wanted))
    )  # fmt: skip


def _item(row: Any, beside: _Beside, calendar: WorkingCalendar, *, last_answer: date, today: date) -> ItemView:
    """One task as the letters show it; `row` as `_task_rows` selects it."""
    (
        id_, title, owner, place, kind, due, first, phrase, clause, paper, number, issued, quote, urgency, percent, reported,
        promised, done, *_,
    ) = row  # fmt: skip
    is_late = due is not None and today > due and done is None
    is_ahead = due is not None and due >= today
    asked = beside.asked.get(id_)
    return ItemView(
        task_id=id_,
        title=title,
        owner=owner,
        place=place,
        is_milestone=kind.value == "milestone",
        due=day(due) if due else None,
        first_due=day(first) if first and first != due else None,
        due_phrase=phrase,
        due_clause=beside.phrases.get(id_, ""),
        working_days_late=max(calendar.between(due, today), 1) if is_late else 0,
        working_days_left=calendar.between(today, due) if is_ahead else None,
        clause=clause_words(clause),
        notice=notice_words(paper, number, issued),
        quote=_on_one_line(quote),
        urgency=urgency,
        percent=percent,
        last_report=day(reported) if reported else None,
        last_note=beside.notes.get(id_),
        returned=beside.returned.get(id_),
        promised=day(promised) if promised else None,
        is_forecast_late=promised is not None and due is not None and promised > due,
        done=day(done) if done else None,
        is_extension_asked=asked is not None,
        proposed=day(asked) if asked is not None else None,
        answer_by=day(min(due, last_answer) if is_ahead else last_answer),
        told=tuple(beside.told.get(id_, ())),
        ruling=str(beside.rulings[id_]) if id_ in beside.rulings else "",
        duty=duty_words(*beside.duties[id_]) if id_ in beside.duties else "",
        early=beside.early.get(id_, ()),
    )


# The words of one notice are quoted to many people.
@lru_cache(maxsize=4096)
def _on_one_line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def clause_words(path: str) -> str:
    """4.4.a as officials say it: "điểm a mục 4.4"; 4.1: "mục 4.1"; 4.1-2: "gạch đầu dòng thứ 2 mục 4.1"."""
    item, letter, section = split_clause(path)
    if not section:
        return "toàn văn"
    words = f"điểm {letter} mục {section}" if letter else f"mục {section}"
    return f"gạch đầu dòng thứ {item} {words}" if item else words


def split_clause(path: str) -> tuple[str, str, str]:
    """The dash, the letter and the section of a clause, "" for what it has not: 4.4.a-2 is ("2", "a", "4.4")."""
    numbered, _, item = path.partition("+")[0].partition("-")
    *upper, last = numbered.split(".")
    if last.isalpha() and len(last) == 1 and upper:
        return item, last, ".".join(upper)
    return item, "", numbered


PAPERS = {
    "TB": "Thông báo",
    "KL": "Kết luận",
    "KH": "Kế hoạch",
    "CV": "Công văn",
    "CT": "Chỉ thị",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
}


@lru_cache(maxsize=1024)
def notice_words(kind: str | None, number: str | None, issued_on: date | None) -> str:
    """ "Thông báo số 253/TB-UBND ngày 13/02/2020"; parts that the paper does not give are left out."""
    words = PAPERS.get(kind or "", "Văn bản")
    words += f" số {number}" if number else ""
    return words + (f" ngày {day(issued_on)}" if issued_on else "")


def _last_notes(session: Session, wanted: Sequence[int]) -> dict[int, str]:
    query = sa.select(col(ProgressReport.task_id), col(ProgressReport.note)).where(
        among(session, col(ProgressReport.task_id), wanted)
    )
    return dict(fetch(session, query.order_by(col(ProgressReport.id))))


def _returned(session: Session, wanted: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The day and the reason of the return, for tasks whose last report was a claim that was not accepted."""
    query = sa.select(col(Verification.task_id), col(Verification.decided_on), col(Verification.note))
    last = sa.select(sa.func.max(col(ProgressReport.id))).where(
        col(ProgressReport.task_id) == col(Verification.task_id)
    )
    query = query.where(
        among(session, col(Verification.task_id), wanted),
        col(Verification.is_verified).is_(False),
        col(Verification.report_id) == last.scalar_subquery(),
    )
    return {task: (day(on), note) for task, on, note in fetch(session, query.order_by(col(Verification.id)))}


def _phrase_clauses(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """Where the words of a date stand, for tasks whose quote does not hold them: the notice says the same commitment in
    two places, and the date in the other one."""
    apart = [row for row in rows if row.due_phrase and row.due_phrase.casefold() not in row.quote.casefold()]
    if not apart:
        return {}
    query = sa.select(col(DraftSource.draft_id), col(DraftSource.due_phrase), col(DraftSource.clause))
    query = query.where(among(session, col(DraftSource.draft_id), sorted({row.draft_id for row in apart})))
    sources: dict[tuple[int, str | None], list[str]] = defaultdict(list)
    for draft, phrase, clause in fetch(session, query.order_by(col(DraftSource.id))):
        sources[draft, phrase].append(clause)
    found = {}
    for row in apart:
        for clause in sources[row.draft_id, row.due_phrase]:
            if clause != row.clause:
                found[row.id] = clause_words(clause)
    return found


def _pending(session: Session, wanted: Sequence[int]) -> dict[int, date]:
    query = sa.select(col(Extension.task_id), col(Extension.proposed_on))
    waiting = query.where(among(session, col(Extension.task_id), wanted), col(Extension.decided_at).is_(None))
    return dict(fetch(session, waiting))


def _told(session: Session, wanted: Sequence[int], counts: sa.ColumnElement[bool] | None) -> dict[int, list[ToldView]]:
    query = sa.select(col(Said.task_id), col(Said.said_on), col(Officer.post), col(Said.rung)).join(
        Officer, col(Officer.id) == col(Said.officer_id)
    )
    query = query.where(among(session, col(Said.task_id), wanted), col(Said.rung).not_in(("digest", "new")))
    query = query.order_by(col(Said.id))
    query = query if counts is None else query.where(counts)
    found: dict[int, list[ToldView]] = defaultdict(list)
    for task_id, on, post, rung in fetch(session, query):
        found[task_id].append(ToldView(day(on), post, rung))
    return found


def section(
    name: str, items: Sequence[ItemView], *, cap: int, hidden: int = 0, is_grouped: bool = False
) -> SectionView:
    """A section of a letter, worst first; grouped by commune (or owner) for overseers."""
    shown, left = list(items[:cap]), max(len(items) - cap, 0)
    if not is_grouped:
        return SectionView(name, (GroupView("", tuple(shown)),), left + hidden, len(items) + hidden)
    groups: dict[str, list[ItemView]] = defaultdict(list)
    for item in shown:
        groups[item.owner.removeprefix("UBND ")].append(item)
    return SectionView(
        name,
        tuple(GroupView(title, tuple(own)) for title, own in groups.items()),
        left + hidden,
        len(items) + hidden,
        tuple(Counter(item.owner for item in items).most_common()),
    )


def letter_view(
    kind: str, person: Person, sections: Sequence[SectionView], *, config: Config, week: str, finished: tuple[str, ...] = (),
    liability: tuple[tuple[str, str], ...] = (), resting: int = 0, news: MailNews | None = None,
    unsubscribe_url: str = "", today: date,
) -> LetterView:  # fmt: skip
    """A letter ready for its template."""
    office = office_view(config)
    door = letter_door(config.web, person.officer_id, today=today)
    return LetterView(
        kind=kind,
        addressee=person.addressee,
        unit=person.unit,
        roles=person.roles,
        stands_in_for=person.stands_in_for,
        acting_roles=person.acting_roles,
        office=office,
        today=day(today),
        week=week,
        sections=tuple(sections),
        finished=finished,
        liability=liability,
        resting=resting,
        url=door,
        choice_url=choice_door(config.web, door) if kind == "digest" else "",
        unsubscribe_url=unsubscribe_url,
        takes_answers=config.inbox.is_on,
        heard=news.heard if news else (),
        undelivered=news.undelivered if news else (),
        unread=news.unread if news else 0,
    )


def week_words(period: str) -> str:
    """2020-W28 as letters write it: 28/2020."""
    year, _, week = period.partition("-W")
    return f"{int(week)}/{year}"


SECTION_OF_RUNG = {
    RungName.REMIND: "remind",
    RungName.HEAD: "head",
    RungName.OVERSEER: "overseer",
    RungName.OFFICE: "office",
}
