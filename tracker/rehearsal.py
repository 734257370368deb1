"""A rehearsal: what a database would hold after some work, seen from inside a transaction that is taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlmodel import Session

from tracker.db import Database


class Rehearsal(Database):
    """A database whose readers and writers share one transaction; see `rehearse`."""

    def __init__(self, database: Database, connection: sa.Connection) -> None:
        vars(self).update(vars(database))
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees what was written in the rehearsal."""
        with self._session() as session:
            yield session
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in a savepoint: all of it or nothing, and nothing in the end."""
        with self._session() as session, session.begin():
            yield session

    def _session(self) -> Session:
        return Session(self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


@contextmanager
def rehearse(database: Database) -> Iterator[Rehearsal]:
    """Everything written inside the block is gone after it. On SQLite other writers wait until then."""
    with database.engine.connect().execution_options(writes=True) as connection:
        transaction = connection.begin()
        try:
            yield Rehearsal(database, connection)
        finally:
            transaction.rollback()
