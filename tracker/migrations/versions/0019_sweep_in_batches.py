"""Which tasks a batch of the daily sweep speaks of; indexes on what lets a milestone be warned of early.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WORRIES = {"ix_task_help": "help_wanted_on", "ix_task_confidence": "confidence"}


def upgrade() -> None:
    op.add_column("runbatch", sa.Column("tasks", sa.JSON(), nullable=True))
    for name, column in WORRIES.items():
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "task", [column], sqlite_where=given, postgresql_where=given)
