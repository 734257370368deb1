"""The cast of the tests: one small district on a real database, made from a template that is migrated once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from tests import databases
from tests.days import CONFIRMED, DUE, ISSUED, MEETING, noon
from tracker.db import Database
from tracker.models import Channel, Draft, DraftState, Event, Kind, Notice, Officer, Task, Unit
from tracker.notices.importing import import_notice
from tracker.notices.reading import read_notice
from tracker.people.register import import_register
from tracker.people.search_words import index_tasks
from tracker.people.units import load_directory
from tracker.rules.calendar import WorkingCalendar
from tracker.tasks.history import Author

# Two communes below a district; An Bình has a village and two overseers, the finance office of the district has none.
REGISTER = """
[[unit]]
code = "ubnd-huyen"
name = "UBND huyện"
place = "huyện Sơn Hà"
level = "district"
kind = "people_committee"

[[unit]]
code = "van-phong"
name = "Văn phòng Điều phối huyện"
level = "district"
kind = "office"
parent = "ubnd-huyen"

[[unit]]
code = "ban-chi-dao"
name = "Ban Chỉ đạo huyện"
level = "district"
kind = "committee"

[[unit]]
code = "tai-chinh"
name = "Phòng Tài chính - Kế hoạch"
level = "district"
kind = "office"
parent = "ubnd-huyen"

[[unit]]
code = "an-binh"
name = "UBND xã An Bình"
place = "xã An Bình"
level = "commune"
kind = "people_committee"
parent = "ubnd-huyen"
valid_from = 2010-01-01

[[unit]]
code = "binh-minh"
name = "UBND xã Bình Minh"
place = "xã Bình Minh"
level = "commune"
kind = "people_committee"
parent = "ubnd-huyen"

[[unit]]
code = "thon-dong"
name = "Thôn Đông"
place = "thôn Đông"
level = "commune"
kind = "village"
parent = "an-binh"
"""

POSTS = {
    "coordinator": ("Chuyên viên điều phối", "van-phong", "office"),
    "office-chief": ("Chánh Văn phòng Điều phối", "van-phong", "office"),
    "chair": ("Trưởng Ban Chỉ đạo", "ban-chi-dao", "chair"),
    "an-contact": ("Công chức NTM xã An Bình", "an-binh", "contact"),
    "an-head": ("Chủ tịch UBND xã An Bình", "an-binh", "head"),
    "binh-contact": ("Công chức NTM xã Bình Minh", "binh-minh", "contact"),
    "binh-head": ("Chủ tịch UBND xã Bình Minh", "binh-minh", "head"),
    "overseer": ("Trưởng Ban Dân vận", "an-binh", "overseer"),
    "second-overseer": ("Trưởng Ban Tổ chức", "an-binh", "overseer"),
    "binh-overseer": ("Trưởng Ban Tuyên giáo", "binh-minh", "overseer"),
    "money-contact": ("Chuyên viên Tài chính", "tai-chinh", "contact"),
    "money-head": ("Trưởng phòng Tài chính - Kế hoạch", "tai-chinh", "head"),
}
BEYOND = {"deputy": "Phó Chủ tịch UBND xã An Bình", "stranger": "Người không giữ chức vụ nào"}
CALENDAR = WorkingCalendar.of([date(2020, 4, 2), date(2020, 4, 30), date(2020, 5, 1), date(2020, 9, 2)])


def register_text() -> str:
    """The register of the cast as a file: every address but the stranger's, whose telephone must do."""
    officers = {code: post for code, (post, _, _) in POSTS.items()} | BEYOND
    rows = [REGISTER]
    for code, post in officers.items():
        address = f'email = "{code}@huyen.invalid"\n' if code != "stranger" else 'telephone = "0237 000 001"\n'
        rows.append(f'[[officer]]\ncode = "{code}"\npost = "{post}"\n{address}')
    for code, (_, unit, role) in POSTS.items():
        rows.append(f'[[appointment]]\nofficer = "{code}"\nunit = "{unit}"\nrole = "{role}"\nvalid_from = 2019-01-01\n')
    return "\n".join(rows)


# --- rows of a register file -----------------------------------------------------------------------------------------


def unit(code: str, **more: str) -> str:
    """A [[unit]] row, a commune unless `more` says otherwise; values as TOML writes them."""
    fields = {
        "code": f'"{code}"',
        "name": f'"UBND xã {code}"',
        "level": '"commune"',
        "kind": '"people_committee"',
    } | more
    return "[[unit]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items())


def holds(officer: str, where: str, role: str, days: str) -> str:
    """An [[appointment]] row; `days` is "FIRST" or "FIRST LAST"."""
    first, _, last = days.partition(" ")
    row = f'[[appointment]]\nofficer = "{officer}"\nunit = "{where}"\nrole = "{role}"\nvalid_from = {first}\n'
    return row + (f"valid_to = {last}\n" if last else "")


def away(officer: str, substitute: str, first: str = "2020-07-01", last: str = "2020-07-10") -> str:
    """An [[absence]] row."""
    row = f'[[absence]]\nofficer = "{officer}"\nsubstitute = "{substitute}"\nvalid_from = {first}\n'
    return row + (f"valid_to = {last}\n" if last else "")


# --- the office ------------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """One office on its own database, and what a test does in it."""

    file: Path
    database: Database

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A reading session; what was read stays readable after it."""
        with self.database.read() as session:
            yield session
            session.expunge_all()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A writing session."""
        with self.database.write() as session:
            yield session

    def register(self, text: str, *, on: date = CONFIRMED) -> Any:
        """Import a register file."""
        with self.write() as session:
            return import_register(session, text.encode(), name="register.toml", now=noon(on))

    def officer(self, code: str) -> int:
        """The row number of an officer."""
        with self.read() as session:
            return _known(session.exec(select(Officer.id).where(Officer.code == code)).one())

    def unit(self, code: str) -> Unit:
        """A unit."""
        with self.read() as session:
            return session.exec(select(Unit).where(Unit.code == code)).one()

    def by(self, code: str, on_behalf_of: str | None = None) -> Author:
        """The author of a change."""
        return Author(self.officer(code), Channel.COMMAND, self.officer(on_behalf_of) if on_behalf_of else None)

    def act(self, verb: Any, task_id: int, *, by: str, on: date, on_behalf_of: str | None = None, **what: Any) -> Task:
        """One change of one task in a transaction of its own, as a door makes it."""
        author = self.by(by, on_behalf_of)
        with self.write() as session:
            task: Task = verb(session, task_id, author=author, today=on, now=noon(on), **what)
        return task

    def task(
        self, lead: str = "an-binh", *, place: str | None = "same", due_on: date | None = DUE, **fields: Any
    ) -> int:
        """A confirmed task, as `confirm` would have made it; its number. `place` "same": where its lead is."""
        place_unit = self.unit(lead if place == "same" else place) if place else None
        lead_unit, coordinator = self.unit(lead), self.officer("coordinator")
        with self.write() as session:
            number = len(session.exec(select(Notice.id)).all()) + 1
            notice = Notice(
                sha256=f"{number:064}", file_name="notice.txt", number=f"{number}/TB-UBND", kind="TB", text="Giao xã rà soát.",
                issued_on=ISSUED, meeting_on=MEETING, imported_at=noon(CONFIRMED),
            )  # fmt: skip
            session.add(notice)
            session.flush()
            said = {
                "kind": Kind.TASK,
                "title": "Rà soát hồ sơ",
                "clause": "4.4.a",
                "quote": "rà soát hồ sơ",
                "start": 0,
                "end": 9,
            }
            said |= fields
            of_draft = {key: value for key, value in said.items() if key in Draft.model_fields}
            draft = Draft(
                notice_id=_known(notice.id), position=1, state=DraftState.CONFIRMED, due_on=due_on, **of_draft
            )
            session.add(draft)
            session.flush()
            task = Task(
                notice_id=_known(notice.id), draft_id=_known(draft.id), lead_unit_id=_known(lead_unit.id),
                place=place_unit.place if place_unit else None, place_unit_id=place_unit.id if place_unit else None,
                first_due_on=due_on, due_on=due_on, confirmed_by_id=coordinator, confirmed_on=CONFIRMED, **said,
            )  # fmt: skip
            session.add(task)
            session.flush()
            index_tasks(session, col(Task.id) == task.id)
            return _known(task.id)

    def get(self, task_id: int) -> Task:
        """A task as it is stored."""
        with self.read() as session:
            return session.get_one(Task, task_id)

    def history(self, task_id: int) -> list[Event]:
        """The lines about a task, oldest first."""
        with self.read() as session:
            return list(session.exec(select(Event).where(Event.task_id == task_id).order_by(Event.id)))

    def rows(self, model: Any) -> list[Any]:
        """All rows of one table, oldest first."""
        with self.read() as session:
            return list(session.exec(select(model).order_by(model.id)))


def imported(office: Office, data: bytes, *, name: str = "notice.txt", on: date) -> Notice:
    """A paper read against the register of its own day and stored."""
    with office.write() as session:
        first = read_notice(data, name=name, directory=load_directory(session, on=on), calendar=CALENDAR)
        directory = load_directory(session, on=first.document.issued_on or on)
        read = read_notice(data, name=name, directory=directory, calendar=CALENDAR)
        return import_notice(session, read, file_name=name, today=on, now=noon(on))


def make_template(file: Path) -> None:
    """Migrate a database and bring the cast into it."""
    database = Database(databases.create(file))
    database.migrate()
    with database.write() as session:
        import_register(session, register_text().encode(), name="cast.toml", now=noon(CONFIRMED))
    database.close()


def _known(value: int | None) -> int:
    assert value is not None
    return value
