"""A made-up province in a real database: communes with their people, and the sample notice imported."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from tracker.config import Calendar, data_folder
from tracker.db import Database
from tracker.notices.importing import import_notice
from tracker.notices.reading import read_notice
from tracker.people.directory import Directory
from tracker.workdays import office_calendar

Row = tuple[Any, ...]

NOW = datetime(2020, 7, 6, 7, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # a Monday, when the digest of week 28 is due
TODAY = NOW.date()
NOTICE = "253-tb-ubnd.txt"
OFFICE, CHAIR, OTHERS = 1, 2, 2  # the first officers and units; the communes come after them
COMMUNES_AN_OVERSEER = 10
ROWS_AT_A_TIME = 10_000


def url_of(place: Path | str) -> str:
    """An SQLite file, or an URL as it stands."""
    return place if isinstance(place, str) else f"sqlite:///{place}"


@contextmanager
def new_province(place: Path | str, *, communes: int) -> Iterator[Session]:
    """A migrated database with the people of so many communes and the imported notice; one transaction."""
    database = Database(url_of(place))
    database.migrate()
    with database.write() as session:
        insert(session, "unit", ("id", "code", "name", "place", "level", "kind"), _units(communes))
        insert(session, "officer", ("id", "code", "post", "email"), _officers(communes))
        columns = ("officer_id", "unit_id", "role", "valid_from")
        insert(session, "appointment", columns, _appointments(communes))
        _import_notice(session)
        yield session
        _count_on(session)
    database.close()


def insert(session: Session, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Rows into a table, ten thousand at a time, past everything that would slow a bench down."""
    quoted = ", ".join(f'"{column}"' for column in columns)  # PostgreSQL keeps the word "end" for itself
    mark = "?" if session.get_bind().dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join([mark] * len(columns))})"
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_AT_A_TIME)):
        session.connection().exec_driver_sql(statement, chunk)


def _count_on(session: Session) -> None:
    """PostgreSQL sees neither the numbers that were given by hand nor, at once, how much there is."""
    if session.get_bind().dialect.name != "sqlite":
        for table in ("unit", "officer", "task", "message"):
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            session.connection().exec_driver_sql(f"SELECT setval({sequence}, (SELECT max(id) FROM {table}))")
        session.connection().exec_driver_sql("ANALYZE")  # which it does by itself after a while


def unit(commune: int) -> int:
    """The unit of the commune with this number, counted from 0."""
    return OTHERS + 1 + commune


def contact(commune: int) -> int:
    """The officer who answers for the commune."""
    return OTHERS + 1 + commune * 3


def head(commune: int) -> int:
    """The head of the commune."""
    return contact(commune) + 1


def overseer(commune: int) -> int:
    """The member of the steering committee in charge of the commune; one for ten communes."""
    return contact(commune - commune % COMMUNES_AN_OVERSEER) + 2


def place(commune: int) -> str:
    """What the commune is called."""
    return f"xã Thọ Lập {commune + 1}"


def _units(communes: int) -> Iterator[Row]:
    yield OFFICE, "van-phong", "Văn phòng Điều phối xây dựng NTM", None, "district", "office"
    yield CHAIR, "ban-chi-dao", "Ban Chỉ đạo xây dựng NTM", None, "district", "committee"
    for n in range(communes):
        yield unit(n), f"xa-{n}", f"UBND {place(n)}", place(n), "commune", "people_committee"


def _officers(communes: int) -> Iterator[Row]:
    yield OFFICE, "van-phong", "Chuyên viên Văn phòng Điều phối", "van-phong@tinh.invalid"
    yield CHAIR, "truong-ban", "Trưởng Ban Chỉ đạo", "truong-ban@tinh.invalid"
    for n in range(communes):
        yield contact(n), f"dau-moi-{n}", f"Công chức theo dõi NTM {place(n)}", f"dau-moi@xa-{n}.invalid"
        yield head(n), f"chu-tich-{n}", f"Chủ tịch UBND {place(n)}", f"chu-tich@xa-{n}.invalid"
        yield contact(n) + 2, f"thanh-vien-{n}", f"Thành viên {n + 1} của Ban Chỉ đạo", f"thanh-vien-{n}@tinh.invalid"


def _appointments(communes: int) -> Iterator[Row]:
    since = "2016-06-01"
    yield OFFICE, OFFICE, "office", since
    yield CHAIR, CHAIR, "chair", since
    for n in range(communes):
        yield contact(n), unit(n), "contact", since
        yield head(n), unit(n), "head", since
        yield overseer(n), unit(n), "overseer", since


def _import_notice(session: Session) -> None:
    data = (data_folder("samples") / NOTICE).read_bytes()
    read = read_notice(data, name=NOTICE, directory=Directory.of(()), calendar=office_calendar(Calendar()))
    import_notice(session, read, file_name=NOTICE, today=TODAY, now=NOW)
