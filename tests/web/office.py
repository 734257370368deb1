"""An office with the sample register and notice on a real database, its pages, and people who visit them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html import unescape
from pathlib import Path

import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import SQLModel, select
from starlette.testclient import TestClient

from tests import databases
from tracker.clock import parse_instant
from tracker.config import Config, Mail, Notices, Storage, Web, data_folder
from tracker.config import Database as DatabaseConfig
from tracker.config import Office as OfficeConfig
from tracker.criteria.importing import import_criteria
from tracker.db import Database
from tracker.models import Channel, Event, Message, Officer, Task
from tracker.notices.importing import import_notice
from tracker.notices.reading import read_notice
from tracker.outbox.reading import find_letter
from tracker.people.links import LinkMaker, make_web_secret
from tracker.people.officers import get_officer
from tracker.people.register import import_register
from tracker.people.units import load_directory
from tracker.tasks.changing import known_id
from tracker.tasks.drafts import confirm
from tracker.tasks.history import Author
from tracker.web.app import create_app
from tracker.workdays import office_calendar

BASE = "http://127.0.0.1:8000"
ADDRESS = "203.0.113.9"
COORDINATOR, CHAIR, OVERSEER = "dieu-phoi-vien", "truong-bcd", "pbt-thuong-truc-huyen-uy"
CONTACT, HEAD, OTHER = "cb-ntm-xa-hop-thang", "ct-xa-hop-thang", "cb-ntm-xa-tho-dan"


@dataclass
class Office:
    """The office's database, configuration and pages; `at` is what its clock shows."""

    folder: Path
    is_demo: bool = False
    at: str = "2020-06-24T09:00"
    transport: str = "folder"
    base_url: str = BASE
    config: Config = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        folder = self.folder
        self.config = Config(
            database=DatabaseConfig(url=databases.url_of(folder / "tracker.db")),
            office=OfficeConfig(name="Văn phòng Điều phối", telephone="0237 000 0000"),
            mail=Mail(folder=folder / "mail", transport=self.transport),
            storage=Storage(folder=folder / "files"),
            notices=Notices(pages_folder=folder / "pages"),
            web=Web(secret_file=folder / "web.secret", demo=self.is_demo, base_url=self.base_url),
        )
        make_web_secret(self.config.web)
        self.database = Database(self.config.database.url)

    @property
    def now(self) -> datetime:
        return parse_instant(self.at, self.config.timezone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.config.timezone).date()

    @property
    def links(self) -> LinkMaker:
        return LinkMaker((self.folder / "web.secret").read_text().strip(), self.config.web.base_url)

    def visitor(self, address: str = ADDRESS) -> "Visitor":
        app = create_app(self.database, self.config, clock=lambda: self.now)
        return Visitor(self, TestClient(app, base_url=self.base_url, client=(address, 50000)))

    def officer_id(self, code: str) -> int:
        with self.database.read() as session:
            return known_id(get_officer(session, code).id)

    def author(self, code: str) -> Author:
        return Author(self.officer_id(code), Channel.WEB)

    def link(self, code: str) -> str:
        """The path of the link that a letter of today would carry."""
        return self.links.address(self.officer_id(code), today=self.today).removeprefix(self.base_url)

    def task(self, *, unit: str, words: str = "đạt chuẩn") -> Task:
        """The one task of this unit's place whose title holds these words."""
        with self.database.read() as session:
            found = [
                task
                for task in session.exec(select(Task).where(Task.kind == "milestone"))
                if (task.place or "").endswith(unit) and words in task.title
            ]
            session.expunge_all()
        assert len(found) == 1, (unit, [task.title for task in found])
        return found[0]

    def events(self, task_id: int) -> list[Event]:
        """What people did to a task since it was confirmed."""
        with self.database.read() as session:
            events = list(session.exec(select(Event).where(Event.task_id == task_id, Event.kind != "confirmed")))
            session.expunge_all()
        return events

    def letters(self, kind: str) -> list[str]:
        """The plain texts of the letters of this kind, oldest first."""
        with self.database.read() as session:
            ids = session.exec(select(Message.id).where(Message.kind == kind).order_by(Message.id)).all()
            return [letter.text for one in ids if (letter := find_letter(session, one)) is not None]

    def dump(self) -> list[str]:
        """Everything that the database holds, to see whether something has changed."""
        with self.database.engine.connect() as connection:
            tables = SQLModel.metadata.sorted_tables
            return [f"{table.name}: {row}" for table in tables for row in connection.execute(sa.select(table))]

    def code_of(self, officer_id: int) -> str:
        with self.database.read() as session:
            return session.exec(select(Officer.code).where(Officer.id == officer_id)).one()


@dataclass
class Visitor:
    """Somebody with a browser."""

    office: Office
    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def send(self, page: Response | str, action: str, headers: dict[str, str] | None = None, **fields: str) -> Response:
        """Fill the form with this action on a page and send it, as a browser does: with its hidden fields."""
        source = page if isinstance(page, str) else page.text
        hidden = hidden_fields(source, action)
        return self.client.post(
            action, data=hidden | fields, headers={"sec-fetch-site": "same-origin"} | (headers or {})
        )

    def enter(self, code: str) -> "Visitor":
        """Sign in with a mailed link, the whole way."""
        self.send(self.get("/signin"), "/signin/link", name=code)
        url = re.findall(r"https?://\S+/signin/\S+", self.office.letters("signin")[-1])[-1]
        path = url.removeprefix(self.office.base_url)
        answer = self.send(self.get(path), path.partition("?")[0])
        assert answer.status_code == 200, answer.text
        return self


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is posted to `action`."""
    found = re.search(rf'<form[^>]*method="post"[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert found, f"no form leads to {action}"
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1])
    return {name: unescape(value) for name, value in fields}


def forms_of(page: str) -> list[str]:
    """Where the forms of a page lead."""
    return [unescape(action) for action in re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)]


def links_of(page: str) -> list[str]:
    """Where the links of a page lead."""
    return [unescape(address) for address in re.findall(r'<a [^>]*href="([^"]+)"', page)]


def build(folder: Path) -> None:
    """The register and the notice of the sample, confirmed on 14/02/2020."""
    databases.create(folder / "tracker.db")
    office = Office(folder, at="2020-02-14T09:00")
    office.database.migrate()
    samples = data_folder("samples")
    with office.database.write() as session:
        import_register(session, (samples / "register.toml").read_bytes(), name="register.toml", now=office.now)
        criteria = (samples / "criteria.toml").read_bytes()
        import_criteria(session, criteria, name="criteria.toml", today=office.today, now=office.now)
        read = read_notice(
            (samples / "253-tb-ubnd.txt").read_bytes(),
            name="253-tb-ubnd.txt",
            directory=load_directory(session, on=office.today),
            calendar=office_calendar(office.config.calendar),
        )
        notice = import_notice(session, read, file_name="253-tb-ubnd.txt", today=office.today, now=office.now)
        author = Author(known_id(get_officer(session, COORDINATOR).id), Channel.STORY)
        confirm(session, notice, author=author, today=office.today, now=office.now)
    office.database.close()


def opened(original: Path, folder: Path, **how: object) -> Iterator[Office]:
    """A copy of the built office in a folder of its own."""
    databases.copy(original / "tracker.db", folder / "tracker.db")
    office = Office(folder, **how)  # type: ignore[arg-type]
    yield office
    office.database.close()
