"""The list of tasks: found by words and by standing, in SQL as by the rules, and read from the index that stands in its order."""

import itertools
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from tests.cast import Office, unit
from tests.days import CONFIRMED, DUE, LATE
from tracker.models import Kind, Task
from tracker.people.search_words import SEARCH, words_of
from tracker.rules.lifecycle import Standing, standing
from tracker.tasks.board import Wanted, page_of_tasks, standing_is, tasks_after
from tracker.tasks.listing import list_tasks
from tracker.tasks.rulings import reassign

MIGRATION = next(Path("tracker/migrations/versions").glob("*_tasks_by_their_words.py")).stem
DAY = timedelta(days=1)


def found(office: Office, words: str, **wanted) -> list[int]:
    """What the page, the API and the command find, which must be the same."""
    with office.read() as session:
        rows, total = page_of_tasks(session, sa.true(), Wanted(words=words, **wanted), page=1, today=LATE)
        walked = tasks_after(session, sa.true(), Wanted(words=words, **wanted), after=0, limit=50, today=LATE)
        listed = list_tasks(session, words=words, wanted=wanted.get("standing"), today=LATE)
    numbers = sorted(row.id for row in rows)
    assert numbers == [row.id for row in walked] == [row["id"] for row in listed]
    assert total == len(numbers)
    return numbers


def test_words_are_found_without_marks_in_any_order_and_in_capitals(office: Office):
    task = office.task(title="Hoàn thiện đường liên thôn", quote="giao xã hoàn thiện ĐƯỜNG giao thông")
    office.task(title="Xây nhà văn hóa")
    for words in ("đường", "duong", "ĐƯỜNG", "thon duong hoan", "giao thông liên", "  dUong  "):
        assert found(office, words) == [task], words
    assert found(office, "duong van hoa") == [], "every word must be there"


def test_title_quote_place_and_owner_are_searched_together(office: Office):
    task = office.task("tai-chinh", place="an-binh", title="Bố trí vốn", quote="bố trí đủ vốn đối ứng")
    office.task("binh-minh")
    for words in ("von", "doi ung", "an binh", "phong tai chinh", "ke hoach von an binh"):
        assert found(office, words) == [task], words


def test_the_beginning_of_a_word_is_enough_and_its_end_is_not(office: Office):
    task = office.task(title="Xã đạt chuẩn 2 tiêu chí y tế", quote="y tế")
    assert [found(office, words) for words in ("chua", "y te", "2", "dat chu")] == [[task]] * 4
    assert found(office, "huan") == []


@pytest.mark.parametrize(
    "words", ['"', "*", "'", "%", "_", '" OR "', "NEAR(", "'::tsquery", "& | !", ":*", "()", "-", "\\", "…", "𝟙"]
)
def test_what_is_no_word_finds_nothing_and_breaks_nothing(office: Office, words: str):
    office.task()
    assert found(office, words) == []
    assert found(office, f"ho {words} so") in ([1], []), "nothing but words counts"


@pytest.mark.parametrize("words", ["AND ho", "ho OR so", "NOT ho", "words ho", "rowid ho", "NEAR ho"])
def test_the_words_of_a_query_language_are_words(office: Office, words: str):
    office.task()
    assert found(office, words) == []


def test_very_long_and_very_many_words_can_be_asked_for(office: Office):
    office.task(quote="x" * 5_000)
    assert found(office, "x" * 200) == [1]
    assert found(office, "ra soat ho so " * 100) == [1]
    assert found(office, " ".join("abcdefghijklmnop")) == []


def test_a_task_that_moves_to_another_unit_is_found_by_its_new_owner(office: Office):
    task = office.task("an-binh", place=None)
    office.act(reassign, task, by="coordinator", on=CONFIRMED, unit=office.unit("tai-chinh"), reason="Đúng chức năng")
    assert (found(office, "tai chinh"), found(office, "an binh")) == ([task], [])


def test_a_unit_that_gets_another_name_takes_its_tasks_with_it(office: Office):
    task, other = office.task("an-binh", place=None), office.task("binh-minh", place=None)
    office.register(unit("an-binh", name='"UBND phường Quảng Thành"'))
    assert (found(office, "quang thanh"), found(office, "an binh"), found(office, "binh minh")) == ([task], [], [other])


def test_what_was_there_before_the_table_of_words_is_found_as_well(office: Office):
    texts = ("Hỗ trợ thôn Đồng Xá", "hỗ  trợ\nthôn ĐỒNG XÁ, 18,3 tiêu chí (điểm a)", "Ấp 3/2")
    office.task(title=texts[0], quote=texts[1])
    office.task(title=texts[2], quote="Ủy ban nhân dân")
    before = indexed(office)
    with office.write() as session:
        for statement in ("DROP INDEX ix_task_worst", "DROP TABLE tasksearch"):
            session.connection().execute(sa.text(statement))
        version = import_module(f"tracker.migrations.versions.{MIGRATION}").down_revision
        session.connection().execute(sa.text("UPDATE alembic_version SET version_num = :old"), {"old": version})
    office.database.migrate()
    assert indexed(office) == before
    assert [set(words.split()) >= set(words_of(*texts[:2]).split()) for _, words in before] == [True, False]


def indexed(office: Office) -> list[tuple[int, str]]:
    with office.read() as session:
        rows = session.connection().execute(sa.select(SEARCH.c.rowid, SEARCH.c.words).order_by(SEARCH.c.rowid))
        return [(number, words) for number, words in rows]


def test_every_standing_is_the_same_in_a_query_as_by_the_rules(office: Office):
    dates = (None, DUE - DAY, DUE, DUE + DAY)
    for due_on, done_on, closed, cancelled in itertools.product(dates, dates, (None, LATE), (None, LATE)):
        if closed is None or done_on is not None:  # what was not done cannot have been verified
            office.task(due_on=due_on, done_on=done_on, verified_on=closed, cancelled_on=cancelled)
    for today in (DUE - DAY, DUE, DUE + DAY):
        with office.read() as session:
            tasks = session.exec(select(Task)).all()
            asked = {name: {*session.exec(select(Task.id).where(standing_is(name, today)))} for name in NAMES}
        expected = {name: {one.id for one in tasks if by_the_rules(one, today) == name} for name in NAMES}
        assert asked == expected
        assert all(expected.values()), "a standing that no task has proves nothing"


NAMES = [*Standing, "cancelled"]


def by_the_rules(task: Task, today: date) -> str:
    if task.cancelled_on is not None:
        return "cancelled"
    return standing(due_on=task.due_on, done_on=task.done_on, verified_on=task.verified_on, today=today)


def test_a_page_far_behind_goes_on_where_the_one_before_it_ended(office: Office):
    for number in range(7):
        office.task(due_on=[None, DUE, LATE][number % 3], verified_on=LATE if number > 4 else None, done_on=DUE)
    with office.read() as session:
        pages = [page_of_tasks(session, sa.true(), Wanted(), page=page, size=3, today=LATE) for page in (1, 2, 3, 4)]
        whole, _ = page_of_tasks(session, sa.true(), Wanted(), page=1, today=LATE)
    assert [[row.id for row in rows] for rows, _ in pages] == [[2, 5, 3], [1, 4, 6], [7], []]
    assert [row.id for row in whole] == [2, 5, 3, 1, 4, 6, 7]
    assert {total for _, total in pages} == {7}


FILTERS: dict[str, dict[str, object]] = {
    "nothing": {}, "a notice": {"notice_id": 1}, "a kind": {"kind": Kind.TASK}, "words": {"words": "ho so"},
    **{name: {"standing": name} for name in (*NAMES, "open", "closed", "waiting")},
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILTERS, "a unit"])
def test_a_page_is_found_in_the_index_of_the_list_alone(office: Office, name: str):
    """On SQLite; without it a page of 100,000 tasks fetches and sorts them all."""
    if not office.database.is_sqlite:
        pytest.skip("PostgreSQL chooses by the sizes of its tables")
    one_of_each_standing(office)
    wanted = Wanted(**FILTERS.get(name, {"unit_id": office.unit("an-binh").id}))
    said: list[str] = []
    sa.event.listen(office.database.engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
    with office.read() as session:
        rows, _ = page_of_tasks(session, sa.true(), wanted, page=1, today=LATE)
        [chosen] = [one for one in said if "ORDER BY" in one]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {chosen}", ("1",) * chosen.count("?"))
        steps = " ".join(row[3] for row in plan)
    assert rows, "a filter that finds nothing is not asked"
    assert "COVERING INDEX ix_task_worst" in steps
    assert "B-TREE FOR ORDER BY" not in steps


def one_of_each_standing(office: Office) -> None:
    for due_on, done_on, verified_on in itertools.product(
        (None, DUE, LATE + DAY), (None, DUE, LATE + DAY), (None, LATE)
    ):
        if verified_on is None or done_on is not None:
            office.task(due_on=due_on, done_on=done_on, verified_on=verified_on)
    office.task(cancelled_on=LATE)
