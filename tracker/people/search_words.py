"""The words by which a task is found: a table of its own, `tasksearch`, that the database keeps sorted by word."""

from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col

from tracker.models import Task, Unit
from tracker.words import name_key

LONGEST = 40  # letters of a word; what is longer is no word that anybody types, and PostgreSQL refuses words of 2 kB
SEARCH = sa.table("tasksearch", sa.column("rowid", sa.Integer), sa.column("words", sa.String))
AT_A_TIME = 2_000


def index_tasks(session: Session, where: sa.ColumnElement[bool]) -> None:
    """Write anew by which words the tasks that meet `where` are found: those of title, quote, place and owner.

    Whoever writes one of these four calls it in the same transaction: the confirmation of a draft, the ruling that gives
    a task to another unit, the register that renames one (docs/decisions/0073).
    """
    session.flush()
    texts = sa.select(col(Task.id), col(Task.title), col(Task.quote), col(Task.place), col(Unit.name))
    found = session.execute(
        texts.join(Unit, col(Task.lead_unit_id) == col(Unit.id)).where(where).order_by(col(Task.id))
    )
    rows = [{"rowid": id_, "words": words_of(*texts)} for id_, *texts in found]
    for first in range(0, len(rows), AT_A_TIME):
        some = rows[first : first + AT_A_TIME]
        session.execute(
            sa.delete(SEARCH).where(SEARCH.c.rowid == sa.bindparam("task")), [{"task": one["rowid"]} for one in some]
        )
        session.execute(sa.insert(SEARCH), some)


def words_of(*texts: str | None) -> str:
    """Every word of the texts once, small letters and digits without marks, single blanks between them."""
    return " ".join(dict.fromkeys(word for text in texts if text for word in _words(text)))


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[str, ...]:
    """Kept: the tasks of one group share their words."""
    return tuple(dict.fromkeys(word[:LONGEST] for word in name_key(text).split()))
