"""Alembic's door: the connection comes from tracker.db, so that a migration is one transaction."""

from alembic import context
from sqlmodel import SQLModel

import tracker.models  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
