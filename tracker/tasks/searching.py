"""Tasks by their words, without marks and in any order; the last letters of a word may be missing."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from tracker.models import Task
from tracker.people.search_words import LONGEST, SEARCH, words_of
from tracker.tasks.scanning import by_scan

MOST_WORDS = 12  # a search for more is one for its first twelve


def is_wanted(text: str) -> bool:
    """Whether anything is searched for."""
    return bool(text.strip())


def meets(session: Session, text: str) -> sa.ColumnElement[bool]:
    """Whether each word of `text` begins one in the task's title, quote, place or owner; no task does when it has none."""
    words = [word[:LONGEST] for word in words_of(text[:200]).split()][:MOST_WORDS]
    if not words:
        return sa.false()
    found = sa.select(SEARCH.c.rowid)
    if session.get_bind().dialect.name == "sqlite":
        query = " ".join(f'"{word}"*' for word in words)
        found = found.where(sa.literal_column("tasksearch").op("MATCH")(query))
    else:
        lexemes = sa.func.array_to_tsvector(sa.func.string_to_array(SEARCH.c.words, " "))
        query = " & ".join(f"'{word}':*" for word in words)
        found = found.where(lexemes.op("@@")(sa.cast(query, TSQUERY)))
    return by_scan(col(Task.id)).in_(found)
