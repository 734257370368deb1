"""Long lists: an index in the order of the list, and the words by which tasks are found (decision 0073).

Revision ID: 0021
Revises: 0020
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WORST_FIRST = """CREATE INDEX ix_task_worst ON task (
    (verified_on IS NOT NULL OR cancelled_on IS NOT NULL), (due_on IS NULL), due_on, (last_report_on IS NOT NULL),
    last_report_on, id, done_on, verified_on, cancelled_on, kind, notice_id, lead_unit_id, place_unit_id)"""
SQLITE = [
    "CREATE VIRTUAL TABLE tasksearch USING fts5(words, detail='none', columnsize=0, tokenize='ascii', prefix='1 2')"
]
POSTGRESQL = [
    "CREATE TABLE tasksearch (rowid INTEGER PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE, words TEXT NOT NULL)",
    "CREATE INDEX ix_tasksearch_words ON tasksearch USING gin (array_to_tsvector(string_to_array(words, ' ')))",
]
TEXTS = """SELECT task.id, task.title, task.quote, task.place, unit.name
    FROM task JOIN unit ON unit.id = task.lead_unit_id ORDER BY task.id"""
AT_A_TIME = 5_000


def upgrade() -> None:
    connection = op.get_bind()
    for statement in (WORST_FIRST, *(SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL)):
        op.execute(statement)
    search = sa.table("tasksearch", sa.column("rowid"), sa.column("words"))
    rows = [{"rowid": id_, "words": _words(texts)} for id_, *texts in connection.execute(sa.text(TEXTS))]
    for first in range(0, len(rows), AT_A_TIME):
        connection.execute(search.insert(), rows[first : first + AT_A_TIME])


def _words(texts: list[str | None]) -> str:
    """As people/search_words.py did when this was written: every word once, in small letters without marks."""
    bare = unicodedata.normalize("NFD", " ".join(text for text in texts if text).lower().replace("đ", "d"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(dict.fromkeys(word[:40] for word in re.findall("[a-z0-9]+", letters)))
